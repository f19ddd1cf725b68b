"""A contribution with its figure."""

from django.db import models
from django.db.models import Case, F, Func, Q, Value, When
from djmoney.models.fields import MoneyField

from contributions.rules import Basis, RevenueType
from kamtrak.fields import QuarterField
from kamtrak.history import tracked
from workspaces.models import ClientAccount, Membership, User, Workspace


def choices(kinds: type[RevenueType] | type[Basis]) -> list[tuple[str, str]]:
    return [(kind.value, kind.label) for kind in kinds]


# The fixed order of the four types; an index of its own follows it.
TYPE_ORDER = Case(
    *(When(type=kind.value, then=Value(kind.number)) for kind in RevenueType),
    output_field=models.IntegerField(),
)


class EndOfQuarter(Func):
    """The first day after a quarter, for constraints."""

    template = "(%(expressions)s + interval '3 months')::date"
    output_field = models.DateField()


BROUGHT = "file"  # begins the `once` of what came with a file: file-<file>-<line>


@tracked(exclude=["once"])
class Contribution(models.Model):
    """One thing done for a client and what it was worth, with the figure it counts for (rules 3).

    The figure (`credited`, `converted`, the rate and all that explains it) is derived by the one rule in
    contributions.rules and stored, so that a list of any length is summed by the database and a figure
    moves only when somebody or a new rate moves it, in the history.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    owner = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="contributions")
    client = models.ForeignKey(ClientAccount, on_delete=models.PROTECT, related_name="+")
    type = models.CharField(max_length=10, choices=choices(RevenueType))
    amount = MoneyField(max_digits=19, decimal_places=4)
    amount_currency: str  # the field that MoneyField adds beside it
    basis = models.CharField(max_length=8, choices=choices(Basis), default=Basis.ONE_OFF.value)
    share = models.DecimalField(max_digits=7, decimal_places=4, default=100)
    quarter = QuarterField()
    earned_on = models.DateField(null=True, blank=True)
    description = models.TextField(max_length=5000, blank=True)

    credited = models.DecimalField(max_digits=19, decimal_places=4)
    counts_on = models.DateField()  # the conversion day (rules 3.6)
    converted = models.DecimalField(max_digits=28, decimal_places=4, null=True, blank=True)
    rate = models.DecimalField(max_digits=36, decimal_places=24, null=True, blank=True)
    rate_day = models.DateField(null=True, blank=True)
    rate_source = models.CharField(max_length=10, blank=True)
    rate_legs = models.JSONField(default=list)
    rate_inverse = models.BooleanField(default=False)
    provisional = models.BooleanField(default=False)
    earlier_rate = models.BooleanField(default=False)  # a rate moved, the figure waits for a decision
    declined_rate = models.DecimalField(max_digits=36, decimal_places=24, null=True, blank=True)

    voided_at = models.DateTimeField(null=True, blank=True)
    void_reason = models.CharField(max_length=500, blank=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    once = models.CharField(max_length=32, null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="contribution_amount_is_positive"),
            models.CheckConstraint(
                condition=Q(share__gt=0, share__lte=100), name="contribution_share_is_a_part"
            ),
            models.CheckConstraint(
                condition=Q(type__in=[kind.value for kind in RevenueType]),
                name="contribution_has_one_of_four_types",
            ),
            models.CheckConstraint(
                condition=Q(earned_on=None)
                | Q(earned_on__gte=F("quarter"), earned_on__lt=EndOfQuarter(F("quarter"))),
                name="contribution_is_earned_in_its_quarter",
            ),
            models.CheckConstraint(
                condition=Q(converted=None, rate=None, rate_day=None, rate_source="", provisional=False)
                | Q(converted__isnull=False, rate__gt=0, rate_day__isnull=False) & ~Q(rate_source=""),
                name="contribution_figure_is_whole_or_unknown",
            ),
            models.CheckConstraint(
                condition=Q(voided_at=None, void_reason="") | Q(voided_at__isnull=False) & ~Q(void_reason=""),
                name="contribution_void_has_a_reason",
            ),
            models.UniqueConstraint(fields=["workspace", "once"], name="contribution_form_is_saved_once"),
        ]
        indexes = [
            models.Index(
                fields=["workspace", "quarter", "type", "owner"],
                include=["converted", "provisional", "earlier_rate", "client", "amount_currency", "credited"],
                condition=Q(voided_at=None),
                name="contribution_totals",
            ),
            models.Index(  # a list of all periods adds up in the order of its table
                fields=["workspace", "type", "amount_currency"],
                include=["credited", "converted", "provisional", "earlier_rate"],
                condition=Q(voided_at=None),
                name="contribution_sums",
            ),
            models.Index(
                F("workspace"),
                TYPE_ORDER,
                F("counts_on").desc(),
                F("id").desc(),
                condition=Q(voided_at=None),
                name="contribution_list",
            ),
            models.Index(fields=["workspace", "client", "quarter"], name="contribution_client"),
            models.Index(
                fields=["workspace", "-created_at", "-id"],
                condition=Q(voided_at=None),
                name="contribution_latest",
            ),
            models.Index(
                fields=["workspace"],
                condition=Q(voided_at=None) & (Q(provisional=True) | Q(converted=None)),
                name="contribution_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.amount} {self.quarter}"

    @property
    def kind(self) -> RevenueType:
        return RevenueType(self.type)

    @property
    def currency(self) -> str:
        return str(self.amount_currency)

    @property
    def is_void(self) -> bool:
        return self.voided_at is not None

    @property
    def is_part(self) -> bool:
        """Whether less than the whole deal counts (rules 3.5)."""
        return self.share < 100

    @property
    def brought_by(self) -> int | None:
        """The file of rows that it came with (rules 3.10)."""
        kind, _, rest = (self.once or "").partition("-")
        return int(rest.partition("-")[0]) if kind == BROUGHT else None

    @property
    def is_per_year(self) -> bool:
        return self.basis == Basis.PER_YEAR
