"""Maintained totals: so that a dashboard costs the same with a thousand transactions and with ten million."""

from decimal import Decimal
from typing import Any

from django.db import models

from kamtrak.fields import MonthField
from workspaces.models import Membership, Workspace


class Split(models.IntegerChoices):
    """By what else than month, owner, tier, currency and status a total is split."""

    NONE = 0, "Everything"
    CLIENT = 1, "By client"
    PRODUCT = 2, "By product"


def _money() -> "models.DecimalField[Any, Decimal]":
    return models.DecimalField(max_digits=48, decimal_places=4, default=0)


class RowTotal(models.Model):
    """Sums of rounded rows (rules 1.3): how many, and what they come to. `revenue` and `tax` are in
    `currency`, `converted` and `profit` in the workspace currency.

    `about` is the client's or product's id as `split` says, 0 for none. `owner` is null for unassigned rows,
    and always where the split is by product: products times people are as many as rows. What one person sold
    of a product is summed from the rows.
    Rows whose revenue is unknown are counted in `rows` of their status and are in no sum of it.
    `profit_unknown` counts rows whose profit is measured and not known, `provisional` those whose rate waits
    for its day, `earlier` those derived with a price, rate or mapping that has changed since.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+", db_index=False)
    split = models.SmallIntegerField(choices=Split.choices)
    month = MonthField()
    about = models.BigIntegerField(default=0)
    owner = models.ForeignKey(
        Membership,
        on_delete=models.DO_NOTHING,
        null=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    status = models.SmallIntegerField()
    lack = models.SmallIntegerField(default=0)
    tier = models.SmallIntegerField(default=0)
    currency = models.CharField(max_length=3)
    rows = models.BigIntegerField(default=0)
    quantity = models.DecimalField(max_digits=76, decimal_places=30, default=0)
    revenue = _money()
    converted = _money()
    tax = _money()
    profit = _money()
    profit_unknown = models.BigIntegerField(default=0)
    provisional = models.BigIntegerField(default=0)
    earlier = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "workspace",
                    "split",
                    "month",
                    "about",
                    "owner",
                    "status",
                    "lack",
                    "tier",
                    "currency",
                ],
                nulls_distinct=False,
                name="row_total_once",
            )
        ]
        indexes = [
            models.Index(
                fields=["workspace", "split", "about"],
                condition=models.Q(split__gt=0),
                name="row_totals_about",
            )
        ]
