"""What was confirmed: copied, immutable, guarded by the database (rules 4.9)."""

from django.db import models

from contracts.models.contracts import Contract
from contracts.rules import Term
from fx.models import RateColumns
from kamtrak.fields import MonthField
from kamtrak.freezing import frozen
from workspaces.models import Membership, User, Workspace


class Confirmation(models.Model):
    """Add, or a renewal: one term frozen from version `version` of the schedule (rules 4.9, 4.13).

    `confirmed_on` is the day that label and rate follow; `entered_at` when it was recorded, and `entered_by`
    by whom, None for a renewal.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="confirmations")
    term = models.PositiveIntegerField()
    version = models.PositiveIntegerField()
    confirmed_on = models.DateField()
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    owner = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    first = MonthField()
    last = MonthField()
    until = (
        MonthField()
    )  # the end of the whole term, later than `last` where it was cancelled before it began

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contract", "term"], name="each_term_once")]
        ordering = ["term"]
        triggers = [frozen()]

    @property
    def months_frozen(self) -> Term:
        return Term(self.first, self.last, self.until)

    def __str__(self) -> str:
        return f"term {self.term}, confirmed {self.confirmed_on:%-d %b %Y}"


class ConfirmationRate(RateColumns):
    """The rate of a confirmation: inserted once, at once or when one for its day arrives (rules 4.9)."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    confirmation = models.OneToOneField(Confirmation, on_delete=models.PROTECT, related_name="frozen_rate")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(rate__gt=0, rate_day__isnull=False) & ~models.Q(rate_source=""),
                name="frozen_rate_is_whole",
            )
        ]
        triggers = [frozen()]


class FrozenMonth(models.Model):
    """One confirmed month, in the contract's currency; its owner is the one at confirmation (rules 4.16)."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="frozen_months")
    confirmation = models.ForeignKey(Confirmation, on_delete=models.PROTECT, related_name="months")
    owner = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    month = MonthField()
    number = models.IntegerField()
    rule = models.PositiveSmallIntegerField(null=True)
    amount = models.DecimalField(max_digits=19, decimal_places=4)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contract", "month"], name="a_month_is_frozen_once")]
        indexes = [
            models.Index(
                fields=["workspace", "month", "owner"],
                include=["contract", "confirmation", "amount"],
                name="frozen_month_totals",
            )
        ]
        triggers = [frozen()]
