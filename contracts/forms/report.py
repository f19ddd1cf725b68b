"""The address of the revenue report read as a filter (experience 6)."""

from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from django.http import QueryDict

from contracts.queries.report import SORTS, STATES, ReportFilter
from kamtrak.keyset import Column
from kamtrak.lib.money import is_currency
from kamtrak.lib.months import FIRST_YEAR, LAST_YEAR, MARGIN, Month, PeriodError
from kamtrak.web import read_id

DEFAULT_SORT = "number"


@dataclass(frozen=True)
class ReportSelection:
    """What the address asks for. `problem` says what in it was not understood."""

    filter: ReportFilter
    sort: Column
    staff: int | None
    problem: str = ""

    @property
    def month(self) -> Month:
        return self.filter.month


def read_report(params: QueryDict, today: date) -> ReportSelection:
    """The running month, unless the address names another one."""
    month, problem = _month(params.get("month", ""), today)
    currency, state, sort = (params.get(name, "") for name in ("currency", "state", "sort"))
    column = SORTS.get(sort.lstrip("-"), SORTS[DEFAULT_SORT])
    return ReportSelection(
        filter=ReportFilter(
            month=month,
            client_id=read_id(params, "client"),
            currency=currency if is_currency(currency) else "",
            state=state if state in STATES else "",
        ),
        sort=replace(column, descending=sort.startswith("-")),
        staff=read_id(params, "staff"),
        problem=problem,
    )


def _month(text: str, today: date) -> tuple[Month, str]:
    running = Month.of(today)
    if not text:
        return running, ""
    try:
        month = Month.parse(text)
    except PeriodError as problem:
        return running, str(problem)
    first, last = FIRST_YEAR + MARGIN, LAST_YEAR - MARGIN  # the fiscal years around it exist as well
    if not first <= month.year <= last:
        return running, f"The year {month.year} is out of range: {first} to {last} are possible."
    return month, ""


def report_address(selection: ReportSelection, month: Month) -> str:
    """The query string of another month's report, of the same person, client and currency."""
    wanted = selection.filter
    pairs = {
        "month": str(month),
        "staff": selection.staff,
        "client": wanted.client_id,
        "currency": wanted.currency,
    }
    return "?" + urlencode({name: value for name, value in pairs.items() if value})
