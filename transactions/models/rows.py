"""Transactions: each a stack of versions of which the topmost counts and stands inline (rules 5.18)."""

from decimal import Decimal
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import DO_NOTHING, F, Q
from django.db.models.lookups import GreaterThan

from kamtrak.lib.months import FIRST_DAY, LAST_DAY
from transactions.models.catalog import CatalogValue
from transactions.models.cells import CellsField
from transactions.models.imports import Import
from transactions.models.seen import RowRate, SeenOwner, SeenProduct
from transactions.models.ways import Source
from transactions.rules.outcomes import CATALOG_LACKS, Lack, Status, Warning
from workspaces.models import ClientAccount, Membership, User, Workspace


def _money() -> "models.DecimalField[Any, Decimal | None]":
    """A derived figure: rounded in its currency; 34 digits before the mark hold whatever can be imported."""
    return models.DecimalField(max_digits=38, decimal_places=4, null=True, blank=True)


def _reference(to: type[models.Model], **options: Any) -> "models.ForeignKey[Any, Any]":
    """Kept by triggers per statement (kamtrak.references): a key per row would double the cost of an
    import.
    """
    return models.ForeignKey(
        to, on_delete=DO_NOTHING, related_name="+", db_constraint=False, db_index=False, **options
    )


# Rows that another one replaces: they are in no total, and in no list that does not ask for them.
REPLACED = Q(status__gt=Status.NOT_REVENUE.value)

# Rows that count, whose profit waits for an entry of the catalog (rules 5.8).
WITHOUT_PROFIT = Q(status=Status.COUNTED.value, profit_lack__in=[lack.value for lack in CATALOG_LACKS])


def has_warning(warning: Warning) -> Q:
    """Whether a row bears this warning, as the index of the warning knows it."""
    return Q(GreaterThan(F("warnings").bitand(warning.value), 0))


# What a list is filtered by, each in the order of the list: a page begins in the index where it stands.
LISTED_BY = {
    "unknown": Q(status=Status.UNKNOWN.value),
    "not_revenue": Q(status=Status.NOT_REVENUE.value),
    "not_counted": REPLACED,
    "tier_1": Q(tier=1),
    "tier_2": Q(tier=2),
    "tier_3": Q(tier=3),
    "to_rederive": Q(earlier__gt=0),
    **{str(warning.name).lower(): has_warning(warning) for warning in Warning},
}


class Edit(models.Model):
    """One edit by hand: the fields that it gave, on top of the version that it was made on (rules 5.15).

    `protected`: later imports lay their version beneath it. `on_turn`, `on_line` name that version and
    `number` the occurrence of the row then: an undo finds the row again by them (rules.stacks).
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    turn = models.BigIntegerField()
    on_turn = models.BigIntegerField()
    on_line = models.IntegerField()
    number = models.IntegerField()
    values = models.JSONField()  # field -> text as it was typed, in the notation of the form
    protected = models.BooleanField(default=True)
    reason = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "turn"], name="one_edit_a_turn")]


class Transaction(models.Model):
    """One row: its identity, its topmost version as provided, and the system fields derived from it.

    Identity is (source, key, occurrence). `cells` are the provided cells in the order of its import's
    columns; `edit` lies on top of them. `revenue` and `tax` are in `currency`, `converted` and `profit` in
    the workspace currency, each rounded once (rules 1.2); unknown is null and `lack` or `profit_lack` says
    why. The references are checked once per statement.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+", db_index=False)
    source = _reference(Source)
    key = models.UUIDField()
    occurrence = models.IntegerField(default=1)
    turn = models.BigIntegerField()
    origin = _reference(Import)  # whose mapping reads the cells
    line = models.IntegerField()
    cells = CellsField(models.TextField())
    edit = _reference(Edit, null=True)
    protected = models.BooleanField(default=False)
    replaced_by = _reference(Import, null=True)
    day = models.DateField()
    client = _reference(ClientAccount, null=True)
    product = _reference(SeenProduct, null=True)
    named_owner = _reference(SeenOwner, null=True)
    owner = _reference(Membership, null=True)
    sale_key = models.UUIDField(null=True)  # of the sale that this refund undoes (rules 5.13)
    status = models.SmallIntegerField()
    lack = models.SmallIntegerField(default=0)
    profit_lack = models.SmallIntegerField(default=0)
    tier = models.SmallIntegerField(default=0)
    warnings = models.IntegerField(default=0)
    earlier = models.SmallIntegerField(default=0)  # flags of Earlier, until somebody has decided
    declined = ArrayField(models.BigIntegerField(), null=True)  # what it did not move to: prices_now
    quantity = models.DecimalField(max_digits=60, decimal_places=30, null=True, blank=True)
    currency = models.CharField(max_length=3)
    revenue = _money()
    converted = _money()
    tax = _money()
    profit = _money()
    rate = _reference(RowRate, null=True)
    price = _reference(CatalogValue, null=True)
    profit_rate = _reference(RowRate, null=True)
    profit_price = _reference(CatalogValue, null=True)
    tax_price = _reference(CatalogValue, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "source", "key", "occurrence"], name="a_transaction_is_itself_once"
            ),
            # Every page has a quarter for it, and the quarters around that one.
            models.CheckConstraint(
                condition=Q(day__gte=FIRST_DAY, day__lte=LAST_DAY), name="a_transaction_is_on_a_possible_day"
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "day", "id"], name="rows_by_day"),
            models.Index(fields=["workspace", "client", "day", "id"], name="rows_by_client"),
            models.Index(fields=["workspace", "product", "day", "id"], name="rows_by_product"),
            models.Index(fields=["workspace", "owner", "day", "id"], name="rows_by_owner"),
            models.Index(fields=["workspace", "rate"], condition=Q(rate__isnull=False), name="rows_by_rate"),
            models.Index(
                fields=["workspace", "lack", "product", "day"], condition=Q(lack__gt=0), name="rows_by_lack"
            ),
            models.Index(
                fields=["workspace", "source", "sale_key"],
                condition=Q(sale_key__isnull=False),
                name="refunds_by_sale",
            ),
            models.Index(
                fields=["workspace", "named_owner"],
                condition=Q(named_owner__isnull=False, owner=None),
                name="rows_without_owner",
            ),
            models.Index(fields=["workspace", "earlier"], condition=Q(earlier__gt=0), name="rows_of_earlier"),
            models.Index(
                fields=["workspace", "replaced_by"],
                condition=Q(replaced_by__isnull=False),
                name="rows_replaced",
            ),
            models.Index(fields=["workspace", "origin", "line"], name="rows_by_origin"),
            models.Index(
                fields=["workspace", "price"], condition=Q(price__isnull=False), name="rows_by_price"
            ),
            models.Index(
                fields=["workspace", "profit_rate"],
                condition=Q(profit_rate__isnull=False),
                name="rows_by_profit_rate",
            ),
            models.Index(  # with rows_by_lack all that a new rate is for
                fields=["workspace"],
                condition=Q(profit_lack=Lack.NO_RATE.value),
                name="rows_without_profit_rate",
            ),
            models.Index(
                fields=["workspace", "profit_price"],
                condition=Q(profit_price__isnull=False),
                name="rows_by_profit_price",
            ),
            models.Index(
                fields=["workspace", "tax_price"],
                condition=Q(tax_price__isnull=False),
                name="rows_by_tax_price",
            ),
            models.Index(fields=["workspace", "edit"], condition=Q(edit__isnull=False), name="rows_edited"),
            models.Index(fields=["workspace", "source", "day", "id"], name="rows_by_source"),
            models.Index(fields=["workspace", "origin", "day", "id"], name="rows_of_import"),
            # Few currencies over many days: without the id it takes a fourth of the room.
            models.Index(fields=["workspace", "currency", "day"], name="rows_by_currency"),
            models.Index(
                fields=["workspace", "product", "day"],
                include=["quantity"],
                condition=WITHOUT_PROFIT,
                name="rows_without_profit",
            ),
            *(
                models.Index(fields=["workspace", "day", "id"], condition=condition, name=f"rows_{name}")
                for name, condition in LISTED_BY.items()
            ),
        ]


class RowVersion(models.Model):
    """A version beneath the topmost one of a row: what it provided. Figures are derived when it comes up."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+", db_index=False)
    row = _reference(Transaction)
    turn = models.BigIntegerField()
    origin = _reference(Import)
    line = models.IntegerField()
    cells = CellsField(models.TextField())
    edit = _reference(Edit, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "row", "turn"], name="one_version_of_a_row_a_turn")
        ]
        indexes = [models.Index(fields=["workspace", "origin"], name="versions_by_origin")]
