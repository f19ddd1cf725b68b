"""The address of a list read as a filter, and a filter written as an address (experience 6)."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.http import QueryDict

from contributions.queries.contributions import Filter
from contributions.queries.listing import SORTS, Sort
from contributions.rules import RevenueType
from kamtrak.lib.money import is_currency
from kamtrak.lib.months import FiscalCalendar, Period
from kamtrak.web import read_id, read_period

EVIDENCE = ("with", "without")
STATES = ("provisional", "unknown", "earlier")
VOID = ("shown", "only")


@dataclass(frozen=True)
class Selection:
    """What the address asks for. `problem` says what in it was not understood and left out."""

    filter: Filter
    sort: Sort
    staff: int | None
    problem: str = ""

    @property
    def period(self) -> Period:
        return self.filter.period


def read_selection(params: QueryDict, calendar: FiscalCalendar, today: date) -> Selection:
    period, problem = read_period(params, calendar, today)
    key = params.get("sort", "")
    return Selection(
        filter=Filter(
            period=period,
            types=tuple(kind for kind in RevenueType if kind.value in params.getlist("type")),
            client_id=read_id(params, "client"),
            currency=params.get("currency", "") if is_currency(params.get("currency", "")) else "",
            evidence=_one_of(params.get("evidence", ""), EVIDENCE),
            state=_one_of(params.get("state", ""), STATES),
            void=_one_of(params.get("void", ""), VOID),
            text=params.get("q", "").replace("\x00", "").strip()[:200],
        ),
        sort=Sort(key.lstrip("-"), key.startswith("-")) if key.lstrip("-") in SORTS else Sort(),
        staff=read_id(params, "staff"),
        problem=problem,
    )


def _one_of(value: str, known: tuple[str, ...]) -> str:
    return value if value in known else ""


def address(selection: Selection, **changes: str | None) -> str:
    """The query string of this selection with some parameters changed; None leaves one out."""
    wanted = selection.filter
    pairs: list[tuple[str, str]] = [("period", wanted.period.code)]
    pairs += [("type", kind.value) for kind in wanted.types]
    single = {
        "staff": str(selection.staff or ""),
        "client": str(wanted.client_id or ""),
        "currency": wanted.currency,
        "evidence": wanted.evidence,
        "state": wanted.state,
        "void": wanted.void,
        "q": wanted.text,
        "sort": ("-" if selection.sort.descending else "") + selection.sort.key
        if selection.sort != Sort()
        else "",
    }
    pairs += [(name, value) for name, value in single.items() if value]
    pairs = [(name, value) for name, value in pairs if name not in changes]
    pairs += [(name, value) for name, value in changes.items() if value]
    return "?" + urlencode(pairs)
