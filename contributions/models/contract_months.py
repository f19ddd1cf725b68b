"""A month of a contract as it stood: what a closed quarter and an issued document keep (rules 2.4, 7.2)."""

from django.db import models
from django.db.models import Q

from contributions.models.periods import ClosedPeriod
from contributions.rules.contract_months import Side
from fx.models import RateColumns
from kamtrak.fields import MonthField
from kamtrak.freezing import frozen
from workspaces.models import Workspace

SIDES = [(side.value, side.label) for side in Side]


class FrozenContractMonth(RateColumns):
    """One figure of one month: as confirmed, at its frozen rate, or current, at that of the month's last day.

    Both figures of a month are rows of their own, since they may be two people's (rules 4.16): `handed_over`
    says that the other one is somebody else's. Names are copied beside the ids. `labelled_on` and `…_by` are
    the label: when it was confirmed, or when and by whom the schedule was last edited; `version` is its.
    `frozen_rate`, of a current month, is the rate of the confirmation in force: what tells a difference by
    edit from one by rate (rules 4.10). Months that are only expected are not copied (rules 4.13).
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    contract_id = models.BigIntegerField()
    contract_number = models.CharField(max_length=40)
    contract_name = models.CharField(max_length=200)
    client_id = models.BigIntegerField()
    client_name = models.CharField(max_length=200)
    owner_id = models.BigIntegerField()
    owner_name = models.CharField(max_length=254)
    side = models.CharField(max_length=10, choices=SIDES)
    month = MonthField()
    number = models.IntegerField()
    version = models.PositiveIntegerField()
    labelled_on = models.DateField()
    labelled_by = models.CharField(max_length=254, blank=True)
    currency = models.CharField(max_length=3)
    amount = models.DecimalField(max_digits=19, decimal_places=4)
    frozen_rate = models.DecimalField(max_digits=36, decimal_places=24, null=True)
    provisional = models.BooleanField(default=False)
    converted = models.DecimalField(max_digits=28, decimal_places=4, null=True)
    lost = models.BooleanField(default=False)
    handed_over = models.BooleanField(default=False)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(side__in=[side.value for side in Side]), name="%(class)s_has_one_of_two_sides"
            ),
            models.CheckConstraint(
                condition=Q(converted__isnull=False) | Q(rate=None), name="%(class)s_is_unknown_without_rate"
            ),
        ]

    @property
    def kind(self) -> Side:
        return Side(self.side)


class ClosedContractMonth(FrozenContractMonth):
    """A figure of a contract's month as it stood when its quarter was closed."""

    period = models.ForeignKey(ClosedPeriod, on_delete=models.PROTECT, related_name="contract_months")

    class Meta(FrozenContractMonth.Meta):
        constraints = [
            *FrozenContractMonth.Meta.constraints,
            models.UniqueConstraint(
                fields=["period", "contract_id", "month", "side"], name="contract_month_closed_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["workspace", "month", "owner_id", "side"],
                include=["period", "contract_id", "converted", "lost", "provisional"],
                name="closed_month_totals",
            )
        ]
        triggers = [frozen()]
