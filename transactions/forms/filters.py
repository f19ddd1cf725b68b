"""The address of the list read as a filter (experience 6)."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from django.http import QueryDict

from kamtrak.lib.money import is_currency
from kamtrak.lib.months import FiscalCalendar, Period
from kamtrak.web import read_id, read_period
from transactions.queries.listing import Filter
from transactions.rules.states import Mark, State

NOBODY = "nobody"  # of the choice of staff: rows that belong to nobody
TIERS = ("1", "2", "3")
# Who asks for the rows of these without a period means all of them.
OF_ANY_DAY = ("import", "item", "product")
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
            state=_one_of(State, params.get("state", "")),
            unassigned=params.get("staff", "") == NOBODY,
            client_id=read_id(params, "client"),
            product_id=read_id(params, "product"),
            item_id=read_id(params, "item"),
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


def _one_of(known: type[Known], value: str) -> Known | None:
    return next((each for each in known if each.value == value), None)
