"""An imported row as it stood: what a closed quarter and an issued document keep (rules 2.4, 5.4, 7.2)."""

from decimal import Decimal
from typing import Any

from django.db import models

from contributions.models.periods import ClosedPeriod
from fx.models import RateColumns
from kamtrak.fields import MonthField
from kamtrak.freezing import frozen
from transactions.models import Split
from workspaces.models import Workspace


def _money() -> "models.DecimalField[Any, Decimal | None]":
    """As wide as the derived figures of the rows themselves."""
    return models.DecimalField(max_digits=38, decimal_places=4, null=True)


class FrozenTransaction(RateColumns):
    """One row that counted, or that had no revenue yet: its figure, its rate and what it lacked.

    A quarter may hold half a million of them, so they are copied by the database itself, and references are
    checked once per statement. Identity is that of the row: (source, key, occurrence); `transaction_id` leads
    to it while it is on record. Names are copied beside the ids; of a product it is the catalog's, else as
    the file wrote it (`item_id` is None then).
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+", db_index=False)
    transaction_id = models.BigIntegerField()
    source_id = models.BigIntegerField()
    key = models.UUIDField()
    occurrence = models.IntegerField()
    source_name = models.CharField(max_length=200)
    file_name = models.CharField(max_length=200)
    line = models.IntegerField()
    day = models.DateField()
    client_id = models.BigIntegerField(null=True)
    client_name = models.CharField(max_length=200)
    owner_id = models.BigIntegerField(null=True)
    owner_name = models.CharField(max_length=254)
    product_id = models.BigIntegerField(null=True)
    item_id = models.BigIntegerField(null=True)
    product_name = models.CharField(max_length=410)
    status = models.SmallIntegerField()
    lack = models.SmallIntegerField()
    tier = models.SmallIntegerField()
    quantity = models.DecimalField(max_digits=60, decimal_places=30, null=True)
    currency = models.CharField(max_length=3)
    revenue = _money()
    tax = _money()
    converted = _money()
    profit = _money()
    provisional = models.BooleanField()
    earlier = models.BooleanField()

    class Meta:
        abstract = True


class ClosedTransaction(FrozenTransaction):
    """An imported row as it stood when its quarter was closed."""

    period = models.ForeignKey(
        ClosedPeriod,
        on_delete=models.DO_NOTHING,
        related_name="transactions",
        db_constraint=False,
        db_index=False,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["period", "source_id", "key", "occurrence"], name="transaction_closed_once"
            )
        ]
        indexes = [models.Index(fields=["period", "owner_id", "day"], name="closed_rows_by_owner")]
        triggers = [frozen()]


class ClosedRowTotal(models.Model):
    """What the copied rows of a close come to: the columns of transactions.RowTotal as they stood then, so
    that a closed quarter is read as fast as an open one."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+", db_index=False)
    period = models.ForeignKey(
        ClosedPeriod, on_delete=models.PROTECT, related_name="row_totals", db_index=False
    )
    split = models.SmallIntegerField(choices=Split.choices)
    month = MonthField()
    about = models.BigIntegerField(default=0)
    owner_id = models.BigIntegerField(null=True)
    status = models.SmallIntegerField()
    lack = models.SmallIntegerField(default=0)
    tier = models.SmallIntegerField(default=0)
    currency = models.CharField(max_length=3)
    rows = models.BigIntegerField()
    quantity = models.DecimalField(max_digits=76, decimal_places=30)
    revenue = models.DecimalField(max_digits=48, decimal_places=4)
    converted = models.DecimalField(max_digits=48, decimal_places=4)
    tax = models.DecimalField(max_digits=48, decimal_places=4)
    profit = models.DecimalField(max_digits=48, decimal_places=4)
    profit_unknown = models.BigIntegerField()
    provisional = models.BigIntegerField()
    earlier = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "workspace",
                    "period",
                    "split",
                    "month",
                    "about",
                    "owner_id",
                    "status",
                    "lack",
                    "tier",
                    "currency",
                ],
                nulls_distinct=False,
                name="closed_row_total_once",
            )
        ]
        triggers = [frozen()]
