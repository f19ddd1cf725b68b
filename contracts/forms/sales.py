"""The address of a list of months read as a filter, and a filter written as an address (experience 6)."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.http import QueryDict

from contracts.queries.sales_rows import RowFilter
from contracts.rules.sales import Basis, Kind
from kamtrak.lib.money import is_currency
from kamtrak.lib.months import FiscalCalendar, Month, Period, PeriodError
from kamtrak.web import read_id, read_period

STATES = ("unknown", "provisional")
AHEAD = "ahead"


@dataclass(frozen=True)
class RowSelection:
    """What the address asks for. `month` is one of the period's; `ahead`: only what lies after today's."""

    filter: RowFilter
    period: Period
    month: Month | None
    ahead: bool
    staff: int | None
    problem: str = ""


def read_rows(params: QueryDict, calendar: FiscalCalendar, today: date, basis: Basis) -> RowSelection:
    """The months that the address asks for; without a kind, those of the dashboard's headline."""
    period, problem = read_period(params, calendar, today)
    month, ahead = _month(params.get("month", ""), period), params.get("when", "") == AHEAD
    start, end = (month.first, month.end) if month else (period.start, period.end)
    if ahead:
        running_end = Month.of(today).end
        start = running_end if start is None else max(start, running_end)
    kind, currency, state = (params.get(name, "") for name in ("kind", "currency", "state"))
    return RowSelection(
        filter=RowFilter(
            kind=Kind(kind) if kind in set(Kind) else basis.kind,
            start=start,
            end=end,
            client_id=read_id(params, "client"),
            currency=currency if is_currency(currency) else "",
            state=state if state in STATES else "",
        ),
        period=period,
        month=month,
        ahead=ahead,
        staff=read_id(params, "staff"),
        problem=problem,
    )


def _month(text: str, period: Period) -> Month | None:
    """A month of the period; of another one, since the period was changed, it means nothing any more."""
    try:
        month = Month.parse(text)
    except PeriodError:
        return None
    return month if month.first in period else None


def months_address(period: Period, staff: int | None, /, **more: str | None) -> str:
    """The query string of the months behind a figure of this period and choice of person."""
    pairs = {"period": period.code, "staff": str(staff or ""), **more}
    return "?" + urlencode({name: value for name, value in pairs.items() if value})
