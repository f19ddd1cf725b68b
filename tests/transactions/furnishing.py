"""The oracle's workspaces and answers in the product: the same rates, catalog, signs and mapping."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from decimal import Decimal
from unittest.mock import patch

from django.utils import timezone

from fx.models import OwnRate, PublishedRate
from kamtrak.lib.tables import DateOrder
from tests.oracle.catalog import Entry
from tests.oracle.rates import Rates
from tests.oracle.values import Decisions
from tests.oracle.values import Workspace as Place
from transactions.models import CatalogItem, CatalogName, CatalogValue, TransactionWays
from transactions.rules import (
    ASKED_FOR_TAX,
    Column,
    Field,
    FieldKind,
    FileMapping,
    Measure,
    RowKind,
    product_key,
)
from workspaces.models import Membership, Workspace

FIELDS = {
    **{field.value: field for field in Field},
    "taxes": Field.TAX,
    "taxes_percent": Field.TAX_PERCENT,
}
KINDS = {"sale": RowKind.SALE, "refund": RowKind.REFUND, "not revenue": RowKind.NOT_REVENUE}
ORDERS = {"YMD": DateOrder.YEAR_FIRST, "DMY": DateOrder.DAY_FIRST, "MDY": DateOrder.MONTH_FIRST}
EARLY = datetime(2026, 1, 1, tzinfo=UTC)


@contextmanager
def on(day: date) -> Iterator[datetime]:
    """Inside, it is noon of this day for the product."""
    noon = datetime.combine(day, time(12), tzinfo=UTC)
    with patch.object(timezone, "now", lambda: noon):
        yield noon


def furnish(by: Membership, place: Place) -> None:
    """Make the member's workspace the oracle's: inside the workspace, before anything is in it."""
    workspace = by.workspace
    Workspace.objects.filter(pk=workspace.pk).update(
        currency=place.currency,
        time_zone=place.zone,
        rate_mode=place.rates.mode.replace("-", "_"),
        rate_limit_days=place.rates.limit,
    )
    workspace.refresh_from_db()
    TransactionWays.objects.create(
        workspace=workspace,
        symbols={sign.casefold(): code for sign, code in place.symbols.items()},
        removes_tax=place.removes_taxes,
        measures_profit=place.measures_profit,
    )
    _rates(by, place.rates)
    _catalog(by, place)


def _rates(by: Membership, rates: Rates) -> None:
    PublishedRate.objects.bulk_create(
        PublishedRate(currency=code, day=day, value=value, recorded_at=EARLY)
        for (code, day), value in rates.published.items()
    )
    for own in rates.own:
        OwnRate.objects.create(
            workspace=by.workspace,
            base=own.base,
            quote=own.quote,
            day=own.start,
            until=own.end,
            value=own.value,
            origin="Treasury",
            reason="As agreed",
            recorded_by=by.user,
            recorded_at=EARLY,
        )


def _catalog(by: Membership, place: Place) -> None:
    items = {}
    for product in place.products:
        item = CatalogItem.objects.create(
            workspace=by.workspace, code=product.code, name=product.name, created_at=EARLY
        )
        items[product.code] = item
        for text in (product.code, *product.aliases):
            CatalogName.objects.create(
                workspace=by.workspace,
                item=item,
                text=text,
                key=product_key(text),
                is_code=text == product.code,
            )
    for entry in place.entries:
        for measure, value in _values(entry).items():
            CatalogValue.objects.create(
                workspace=by.workspace,
                item=items[entry.code],
                measure=measure,
                value=value,
                includes_tax=measure is Measure.REVENUE and entry.includes_tax,
                valid_from=entry.valid_from,
                recorded_at=EARLY,
            )


def _values(entry: Entry) -> Mapping[Measure, Decimal]:
    named = {
        Measure.REVENUE: entry.revenue,
        Measure.COST: entry.cost,
        Measure.PROFIT: entry.profit,
        Measure.PROFIT_PERCENT: entry.profit_percent,
        Measure.TAX_PERCENT: entry.tax_percent,
    }
    return {measure: value for measure, value in named.items() if value is not None}


def mapping_of(
    mapping: FileMapping, fields: Mapping[int, str | None], decided: Decisions, place: Place
) -> FileMapping:
    """The mapping that a person makes of these answers. `fields`: place of a column → field of the oracle."""
    columns = tuple(_column(column, fields.get(column.place), decided, place) for column in mapping.columns)
    return FileMapping(
        columns,
        {FIELDS[name]: text for name, text in decided.given.items()},
        {text.casefold(): KINDS[kind] for text, kind in decided.types.items()},
        decided.refunds_carry_minus,
    )


def _column(column: Column, name: str | None, decided: Decisions, place: Place) -> Column:
    if name is None:
        return Column(column.place, column.name)
    known = FIELDS[name]
    asked = place.removes_taxes and known in ASKED_FOR_TAX
    return Column(
        column.place,
        column.name,
        known,
        decimal=decided.decimal_marks.get(name, decided.decimal_mark),  # type: ignore[arg-type]
        order=ORDERS[decided.date_order] if known is Field.DATE else column.order,
        zone=place.zone if known.kind is FieldKind.DATE and decided.in_zone else "",
        blanks=decided.blanks.get(name, ()),
        currency=decided.column_currency.get(name, ""),
        tax_included=name in decided.includes_tax if asked else None,
        fractions=column.fractions if known.kind is FieldKind.PERCENT else False,
    )
