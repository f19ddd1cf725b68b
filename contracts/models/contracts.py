"""A contract, who it belongs to, and the versions of its schedule."""

from typing import Any

from django.db import models
from django.db.models import Q

from contracts.models.formulas import Formula
from contracts.rules import MOST_MONTHS, ContractType, Terms, rules_from_json, term_said
from kamtrak.fields import MonthField
from kamtrak.freezing import frozen
from kamtrak.history import tracked
from kamtrak.lib.months import Month
from workspaces.models import ClientAccount, Membership, User, Workspace

KINDS = [(kind.value, kind.label) for kind in ContractType]


class TermsColumns(models.Model):
    """The columns of Terms: on the contract as they are now, on each version as they were saved."""

    kind = models.CharField(max_length=10, choices=KINDS)
    start_on = models.DateField()
    period = models.PositiveSmallIntegerField()  # months of a term
    monthly = models.DecimalField(max_digits=19, decimal_places=4, null=True, blank=True)
    duration = models.CharField(max_length=5, blank=True)
    formula = models.ForeignKey(Formula, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    formula_name = models.CharField(max_length=200, blank=True)  # as it was when its rules were copied
    rules = models.JSONField()

    class Meta:
        abstract = True


def _terms(row: Any, currency: str) -> Terms:
    return Terms(
        kind=ContractType(row.kind),
        start=row.start_on,
        period=row.period,
        currency=currency,
        monthly=row.monthly,
        duration=row.duration,
        formula=row.formula_name,
        rules=rules_from_json(row.rules),
    )


@tracked(exclude=["once", "frozen_until"])
class Contract(TermsColumns):
    """A contract with its schedule as it is now (rules 4.1).

    A draft until `added_at`: Add confirms it (rules 4.9). `confirmed_on` is the day that its label and its
    frozen rate follow. `owner` is who holds it now, `first_owner` whose its first months are (rules 4.16).
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    number = models.CharField(max_length=40)
    number_key = models.CharField(max_length=80)
    name = models.CharField(max_length=200)
    client = models.ForeignKey(ClientAccount, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="contracts")
    first_owner = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    details = models.TextField(max_length=5000, blank=True)
    currency = models.CharField(max_length=3)
    last_month = MonthField(null=True, blank=True)  # of a fixed term

    confirmed_on = models.DateField(null=True, blank=True)
    added_at = models.DateTimeField(null=True, blank=True)
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=0)  # of the schedule; 0 is a draft
    frozen_until = MonthField(null=True, blank=True)
    cancelled_on = models.DateField(null=True, blank=True)
    cancel_reason = models.CharField(max_length=500, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)
    void_reason = models.CharField(max_length=500, blank=True)

    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    revision = models.PositiveIntegerField(default=1)  # of everything on it: what a form was made from
    once = models.CharField(max_length=32, null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "number_key"],
                condition=Q(voided_at=None),
                name="contract_numbers_are_unique",
            ),
            models.UniqueConstraint(fields=["workspace", "once"], name="contract_form_is_saved_once"),
            models.CheckConstraint(
                condition=Q(period__gte=1, period__lte=MOST_MONTHS), name="contract_has_a_period"
            ),
            models.CheckConstraint(
                condition=~Q(kind=ContractType.CASUAL.value) | Q(period=1), name="casual_is_month_by_month"
            ),
            models.CheckConstraint(
                condition=Q(kind=ContractType.FIXED.value, last_month__isnull=False)
                | ~Q(kind=ContractType.FIXED.value) & Q(last_month=None),
                name="only_a_fixed_term_ends",
            ),
            models.CheckConstraint(
                condition=Q(duration="") | Q(formula=None, monthly__isnull=False),
                name="duration_or_formula_never_both",
            ),
            models.CheckConstraint(
                condition=Q(monthly=None) | Q(monthly__gte=0), name="monthly_revenue_is_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(added_at=None, added_by=None, confirmed_on=None, frozen_until=None, version=0)
                | Q(added_at__isnull=False, added_by__isnull=False, confirmed_on__isnull=False)
                & Q(frozen_until__isnull=False, version__gte=1),
                name="contract_is_a_draft_or_confirmed",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_on=None, cancel_reason="")
                | Q(cancelled_on__isnull=False, added_at__isnull=False) & ~Q(cancel_reason=""),
                name="cancelling_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(voided_at=None, void_reason="") | Q(voided_at__isnull=False) & ~Q(void_reason=""),
                name="contract_void_has_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "owner", "number_key"], name="contract_list"),
            models.Index(fields=["workspace", "client"], name="contract_client"),
            models.Index(
                fields=["workspace", "frozen_until"],
                condition=Q(voided_at=None, added_at__isnull=False) & ~Q(kind=ContractType.FIXED.value),
                name="contract_renewals",
            ),
            models.Index(
                fields=["workspace", "last_month"],
                condition=Q(voided_at=None, cancelled_on=None, last_month__isnull=False),
                name="contract_ends",
            ),
            models.Index(
                fields=["workspace", "cancelled_on"],
                condition=Q(voided_at=None, cancelled_on__isnull=False),
                name="contract_cancelled",
            ),
            models.Index(
                fields=["workspace", "-confirmed_on", "-id"],
                condition=Q(voided_at=None, confirmed_on__isnull=False),
                name="contract_confirmed",
            ),
            models.Index(fields=["workspace"], condition=Q(voided_at__isnull=False), name="contract_void"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    @property
    def terms(self) -> Terms:
        """The schedule as it is now."""
        return _terms(self, self.currency)

    @property
    def type_label(self) -> str:
        return ContractType(self.kind).label

    @property
    def term_said(self) -> str:
        return term_said(ContractType(self.kind), self.start_on, self.period)

    @property
    def is_draft(self) -> bool:
        return self.added_at is None

    @property
    def is_void(self) -> bool:
        return self.voided_at is not None

    @property
    def cancelled_after(self) -> Month | None:
        """The last month that still counts (rules 4.14)."""
        return None if self.cancelled_on is None else Month.of(self.cancelled_on)


class ScheduleVersion(TermsColumns):
    """A schedule as it was saved: who, when and why (rules 4.12). Version 1 is what was confirmed.

    `entered_at` is when it was recorded; of an older contract entered later the confirmation is another day.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500, blank=True)
    restores = models.PositiveIntegerField(null=True)  # the version whose terms it brings back

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contract", "number"], name="versions_are_counted"),
        ]
        ordering = ["-number"]
        triggers = [frozen()]

    def __str__(self) -> str:
        return f"version {self.number}"

    def terms_in(self, currency: str) -> Terms:
        """What it says, in the contract's currency, which never changes after Add."""
        return _terms(self, currency)


@tracked()
class HandOver(models.Model):
    """From month `first` on the contract is `owner`'s (rules 4.16)."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="hand_overs")
    first = MonthField()
    previous = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)
    handed_at = models.DateTimeField()
    handed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
