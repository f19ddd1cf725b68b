"""The address of the list read as a filter (experience 6)."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from django.http import QueryDict

from kamtrak.lib.money import is_currency
from kamtrak.lib.months import FiscalCalendar, Month, Period, PeriodError
from kamtrak.web import read_id, read_period
from transactions.queries.filters import NONE, Filter
from transactions.rules.states import Mark, State

NOBODY = "nobody"  # of the choice of staff: rows that belong to nobody
TIERS = ("1", "2", "3")
# Who asks for the rows of these without a period means all of them.
OF_ANY_DAY = ("import", "item", "product")
ITEM = "i"  # before the number of a catalog entry among products
MOST_LEFT_OUT = 50
Known = TypeVar("Known", bound=StrEnum)


@dataclass(frozen=True)
class Selection:
    """What the address asks for. `problem` says what in it was not understood and left out."""

    filter: Filter
    staff: int | None
    problem: str = ""

    @property
    def period(self) -> Period:
        return self.filter.period

    @property
    def is_plain(self) -> bool:
        """Whether nothing but a period was asked for: an empty list is then empty indeed."""
        return self.filter == Filter(self.period) and self.staff is None


def read_selection(params: QueryDict, calendar: FiscalCalendar, today: date) -> Selection:
    period, problem = read_period(params, calendar, today)
    if not params.get("period") and any(params.get(name) for name in OF_ANY_DAY):
        period = calendar.all()
    tier, currency = params.get("tier", ""), params.get("currency", "")
    return Selection(
        filter=Filter(
            period=period,
            month=_month(params.get("month", ""), period),
            state=_one_of(State, params.get("state", "")),
            unassigned=params.get("staff", "") == NOBODY,
            client_id=_named(params, "client"),
            not_clients=_left_out(params, "not_client"),
            product_id=_named(params, "product"),
            item_id=read_id(params, "item"),
            not_products=_left_out(params, "not_product"),
            not_items=_left_out(params, "not_product", ITEM),
            tier=int(tier) if tier in TIERS else None,
            currency=currency if is_currency(currency) else "",
            source_id=read_id(params, "source"),
            import_id=read_id(params, "import"),
            mark=_one_of(Mark, params.get("mark", "")),
            text=params.get("q", "").replace("\x00", "").strip()[:200],
        ),
        staff=read_id(params, "staff"),
        problem=problem,
    )


def _month(text: str, period: Period) -> Month | None:
    """A month of the period; none where the address names another one, or no month."""
    try:
        month = Month.parse(text)
    except PeriodError:
        return None
    return month if month.first in period else None


def _named(params: QueryDict, name: str) -> int | None:
    """A client or product, 0 for that of the rows which name none."""
    return 0 if params.get(name) == NONE else read_id(params, name) or None


def _left_out(params: QueryDict, name: str, before: str = "") -> tuple[int, ...]:
    """`12,15,none`: all rows but those of these. `before`: of numbers that are written behind this letter."""
    said = params.get(name, "").split(",")[:MOST_LEFT_OUT]
    numbers = {read_id({name: each.removeprefix(before)}, name) for each in said if each.startswith(before)}
    found = {number for number in numbers if number}
    return tuple(sorted(found | {0} if NONE in said and not before else found))


def _one_of(known: type[Known], value: str) -> Known | None:
    return next((each for each in known if each.value == value), None)
