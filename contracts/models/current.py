"""The current schedules, expanded: what the reports count (rules 4.10, 4.18)."""

from django.db import models

from contracts.models.contracts import Contract
from fx.models import RateColumns
from kamtrak.fields import MonthField
from workspaces.models import Membership, Workspace


class MonthRate(RateColumns):
    """The rate at which current months of a currency convert: that of the month's last day (rules 4.18).

    Without a rate the months are unknown. One row serves every contract, so that a new rate moves one row.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    currency = models.CharField(max_length=3)
    month = MonthField()
    provisional = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "currency", "month"], name="one_rate_a_month_and_currency"
            ),
            models.CheckConstraint(
                condition=models.Q(rate=None, rate_day=None, rate_source="", provisional=False)
                | models.Q(rate__gt=0, rate_day__isnull=False) & ~models.Q(rate_source=""),
                name="month_rate_is_whole_or_unknown",
            ),
        ]


class CurrentMonth(models.Model):
    """One month of a confirmed contract as its schedule is now, in the contract's currency.

    Derived from the contract by contracts.rules.current_months, never edited. `expected`: in a term that is
    not confirmed yet (rules 4.13).
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="current_months")
    owner = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    month_rate = models.ForeignKey(MonthRate, on_delete=models.PROTECT, related_name="months")
    month = MonthField()
    number = models.PositiveIntegerField()
    rule = models.PositiveSmallIntegerField(null=True)
    amount = models.DecimalField(max_digits=19, decimal_places=4)
    expected = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contract", "month"], name="a_month_is_current_once")]
        indexes = [
            models.Index(
                fields=["workspace", "month", "owner"],
                include=["contract", "month_rate", "amount", "expected"],
                name="current_month_totals",
            )
        ]
