"""Quarters that were closed: a close is a copy (rules 2.4)."""

from django.db import models

from contributions.models.frozen import FrozenRow
from kamtrak.fields import QuarterField
from kamtrak.freezing import frozen
from kamtrak.history import tracked
from workspaces.models import User, Workspace


@tracked()
class ClosedPeriod(models.Model):
    """One close of one quarter. Reopening supersedes it; it stays on record."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    quarter = QuarterField()
    currency = models.CharField(max_length=3)
    closed_at = models.DateTimeField()
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500, blank=True)
    open_alerts = models.PositiveIntegerField(default=0)
    unknown_rows = models.PositiveIntegerField(default=0)
    provisional_rows = models.PositiveIntegerField(default=0)
    unknown_months = models.PositiveIntegerField(default=0)  # of contracts
    provisional_months = models.PositiveIntegerField(default=0)
    unknown_transactions = models.PositiveIntegerField(default=0)  # imported rows
    provisional_transactions = models.PositiveIntegerField(default=0)
    reopened_at = models.DateTimeField(null=True, blank=True)
    reopened_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reopen_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "quarter"],
                condition=models.Q(reopened_at=None),
                name="a_quarter_is_closed_once",
            ),
            models.CheckConstraint(
                condition=models.Q(reopened_at=None, reopen_reason="")
                | models.Q(reopened_at__isnull=False) & ~models.Q(reopen_reason=""),
                name="reopening_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quarter} closed {self.closed_at:%Y-%m-%d}"

    @property
    def has_open_items(self) -> bool:
        unknown = self.unknown_rows + self.unknown_months + self.unknown_transactions
        provisional = self.provisional_rows + self.provisional_months + self.provisional_transactions
        return bool(self.open_alerts + unknown + provisional)


class ClosedRow(FrozenRow):
    """A contribution as it stood when its quarter was closed."""

    period = models.ForeignKey(ClosedPeriod, on_delete=models.PROTECT, related_name="rows")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["period", "contribution_id"], name="closed_once_per_close")
        ]
        indexes = [
            models.Index(
                fields=["workspace", "quarter", "type", "owner_id"],
                include=["period", "converted", "provisional", "earlier_rate"],
                name="closed_row_totals",
            )
        ]
        triggers = [frozen()]
