"""What is missing where figures wait for a rate, as alerts tell it (rules 5.11, 6.6)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from fx.queries.books import load_book
from fx.rules import Gap, gaps, needed
from fx.rules.missing import OnOrAfter, any_day
from workspaces.models import Workspace

TO_FRIDAY = timedelta(days=2)  # from a Sunday: whether that day has a rate of its own is asked, too


@dataclass(frozen=True)
class MissingRates:
    """The gaps of one currency, oldest first, and the page that asks for the rate which fills the first."""

    gaps: tuple[Gap, ...]
    path: str


def missing_rates(
    workspace: Workspace,
    days: Mapping[str, Collection[date]],
    today: date,
    on_or_after: OnOrAfter = any_day,
) -> dict[str, MissingRates]:
    """Per currency what lies between the `days` that figures wait on; three queries, or none."""
    if not days:
        return {}
    every = {day for each in days.values() for day in each}
    first = min(every) - TO_FRIDAY
    book = load_book(workspace, days, first=first, last=max(*every, today), today=today)
    quote = workspace.currency
    found = {code: tuple(gaps(book, code, quote, each, on_or_after)) for code, each in days.items()}
    return {code: MissingRates(each, needed(book, code, quote, each[0]).path) for code, each in found.items()}
