"""Maintained totals: so that a dashboard costs the same with ten contracts and with ten thousand.

They are updated in the transaction that changes the months (contracts.services.totals), and `reconcile`
proves that they are the sums of the months.
"""

from decimal import Decimal
from typing import Any

from django.db import models

from contracts.models.contracts import Contract
from kamtrak.fields import MonthField
from workspaces.models import Membership, Workspace


def _money() -> "models.DecimalField[Any, Decimal]":
    """Holds the largest amount at the largest rate, 10^24, for every month of many contracts."""
    return models.DecimalField(max_digits=38, decimal_places=4, default=0)


class MonthTotal(models.Model):
    """One person's month, in the workspace currency: sums of rounded rows (rules 1.3); `…_unknown` count the
    months that have no rate and are in no sum, `…provisional` is the part that waits for its day.

    `confirmed` includes `lost`, what cancellations took (rules 4.14). `current` is the schedules as they are
    now, `expected` what terms not yet confirmed would bring, beside it and never in it (rules 4.13).
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    month = MonthField()
    owner = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    confirmed = _money()
    lost = _money()
    confirmed_rows = models.IntegerField(default=0)
    confirmed_unknown = models.IntegerField(default=0)
    current = _money()
    provisional = _money()
    current_rows = models.IntegerField(default=0)
    current_unknown = models.IntegerField(default=0)
    expected = _money()
    expected_provisional = _money()
    expected_rows = models.IntegerField(default=0)
    expected_unknown = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "month", "owner"], name="month_total_once")
        ]


class ContractTotal(models.Model):
    """One contract over all its months: in its own currency, and `…_converted` in the workspace's.

    `current` is without `expected` months. `…_unknown` count months without a rate.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    contract = models.OneToOneField(Contract, on_delete=models.CASCADE, related_name="total")
    confirmed = _money()
    lost = _money()
    current = _money()
    confirmed_converted = _money()
    lost_converted = _money()
    current_converted = _money()
    confirmed_unknown = models.IntegerField(default=0)
    current_unknown = models.IntegerField(default=0)
    provisional = models.IntegerField(default=0)  # current months that wait for their day

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "contract"], name="contract_total_once")]
