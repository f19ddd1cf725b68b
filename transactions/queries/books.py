"""What derivations look up, answered from memory: the rates and the catalog of one workspace (rules 5, 6)."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection

from fx.queries import load_book
from fx.rules import Conversion, RateBook
from kamtrak.lib.money import as_rate
from kamtrak.tenancy import in_workspace
from transactions.models import RowRate, TransactionWays
from transactions.queries.catalog import load_catalog
from transactions.rules import Catalog, Field, FileMapping, Match, Measure, RateUse, Terms, Value
from workspaces.models import Workspace

EVER = date(1, 1, 1), date(9999, 12, 31)
_BLOCK = 100  # ids that are taken at a time
_ABSENT = object()


@dataclass(frozen=True, slots=True)
class Ways:
    """How a workspace derives its transactions (rules 5.7 to 5.9)."""

    symbols: Mapping[str, str] = field(default_factory=dict)
    removes_tax: bool = False
    measures_profit: bool = False


def ways_of(workspace: Workspace) -> Ways:
    """The settings of the workspace; the defaults where nobody has set any."""
    found = TransactionWays.objects.filter(workspace=workspace).first()
    return Ways(found.symbols, found.removes_tax, found.measures_profit) if found else Ways()


def terms_of(workspace: Workspace, ways: Ways, mapping: FileMapping) -> Terms:
    """What was decided for every row of a file, by its mapping and by the workspace."""
    columns = mapping.mapped
    return Terms(
        currency=workspace.currency,
        symbols=ways.symbols,
        file_currency=mapping.given.get(Field.CURRENCY, "").strip(),
        column_currencies={known: column.currency for known, column in columns.items() if column.currency},
        net=ways.removes_tax,
        tax_included=frozenset(known for known, column in columns.items() if column.tax_included),
        profit=ways.measures_profit,
        refunds_negative=mapping.refunds_negative,
    )


@dataclass
class NewRate:
    """A rate that a row was the first to use; its id is taken, its row has still to be written."""

    id: int
    currency: str
    day: date
    conversion: Conversion


class WorkspaceBook:
    """The Book of one workspace (rules.Book). Rates that no row has used before gather in `new_rates`."""

    # Where another process keeps the rates, it is asked for those that are not known here (pipeline.hands).
    ask: Callable[..., Any] | None = None
    match: Callable[[str], Match]  # the catalog's own: asked a million times
    value: Callable[[int, Measure, date], Value | None]

    def __init__(self, workspace: Workspace, today: date, catalog: Catalog | None = None) -> None:
        self.currency = workspace.currency
        self.new_rates: list[NewRate] = []
        self._workspace, self.today = workspace, today
        self._catalog = catalog or load_catalog(workspace)
        self._uses: dict[tuple[str, date], RateUse | None] = {}
        self._books: dict[str, RateBook] = {}
        self._known: set[str] = set()  # currencies whose used rates have been read
        self._ids = Ids(RowRate._meta.db_table)
        self.match, self.value = self._catalog.match, self._catalog.value

    def rate(self, currency: str, day: date) -> RateUse | None:
        """The rate that rows of this currency and day use; None is unknown (rules 6.6)."""
        key = (currency, day)
        use = self._uses.get(key, _ABSENT)
        if use is _ABSENT and self.ask:
            use = self._uses[key] = self.ask("rate", currency, day)
        elif use is _ABSENT:
            self._open(currency)
            use = self._uses.get(key, _ABSENT)
        if use is _ABSENT:
            use = self._uses[key] = self._first_use(currency, day)
        return use  # type: ignore[return-value]

    def _open(self, currency: str) -> None:
        """Read what rows of the currency use already, where nobody has.

        It enters the workspace by itself: a check asks while it streams through its file, in no transaction.
        """
        if currency not in self._known:
            with in_workspace(self._workspace.pk):
                self.know({currency})

    def know(self, currencies: Collection[str]) -> None:
        """Read what rows of these currencies use already, in one query; called inside the workspace."""
        new = {*currencies} - self._known
        if not new:
            return
        self._known |= new
        newest = RowRate.objects.filter(workspace=self._workspace, currency__in=new)
        columns = ("currency", "day", "pk", "rate", "rate_day", "provisional")
        for code, day, pk, rate, rate_day, waits in newest.order_by("day", "version").values_list(*columns):
            known = None if rate is None else RateUse(pk, code, as_rate(rate), rate_day, waits)
            self._uses[code, day] = known

    def _rates_of(self, currency: str) -> RateBook:
        """All rates that there are of the currency: for a day that no row has used one of."""
        if currency not in self._books:
            first, last = EVER
            with in_workspace(self._workspace.pk):
                self._books[currency] = load_book(
                    self._workspace, [currency], first=first, last=last, today=self.today
                )
        return self._books[currency]

    def _first_use(self, currency: str, day: date) -> RateUse | None:
        found = self._rates_of(currency).conversion(currency, self.currency, day)
        if found is None:
            return None
        new = NewRate(self._ids.take(), currency, day, found)
        self.new_rates.append(new)
        return RateUse(new.id, currency, found.rate, found.day, found.provisional)


def use_of(rate: RowRate) -> RateUse | None:
    """A stored rate as the rules take it; None where it says that there is none."""
    if rate.rate is None or rate.rate_day is None:
        return None
    return RateUse(rate.pk, rate.currency, as_rate(rate.rate), rate.rate_day, rate.provisional)


class Ids:
    """Ids of a table, taken from its sequence before their rows are written."""

    def __init__(self, table: str) -> None:
        self._table = table
        self._free: list[int] = []

    def take(self) -> int:
        if not self._free:
            self._free = list(reversed(list(_next_ids(self._table, _BLOCK))))
        return self._free.pop()


def _next_ids(table: str, count: int) -> Iterable[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select nextval(pg_get_serial_sequence(%s, 'id')) from generate_series(1, %s)", [table, count]
        )
        return [number for (number,) in cursor.fetchall()]
