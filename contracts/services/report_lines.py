"""The revenue report written as lines of data: one per contract (rules 4.10, 4.18)."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from contracts.queries.report import ReportRow
from contracts.services.lines import as_money
from kamtrak.lib.money import as_rate
from kamtrak.lib.months import Month

REPORT_COLUMNS = (
    "month",
    "number",
    "name",
    "client",
    "owner",
    "state",
    "currency",
    "current",
    "frozen",
    "difference",
    "current_converted",
    "frozen_converted",
    "by_edit",
    "by_rate",
    "handed_over",
    "current_rate",
    "current_rate_date",
    "provisional",
    "frozen_rate",
    "frozen_rate_date",
)


def report_lines(rows: Iterable[ReportRow], month: Month, people: Mapping[int, str]) -> Iterator[list[Any]]:
    """The rows in their order. `current`, `frozen` and `difference` in the contract's currency, the others in
    the workspace's: blank while a rate is missing, and where that side does not have the month.

    `state`: "expected" where the term is not confirmed yet, which is in no difference (rules 4.13), "lost"
    after a cancellation, "handed over" where the other side is somebody else's, and then the whole difference
    is in that column (rules 4.16).
    """
    for row in rows:
        pair, difference = row.pair, None if row.pair.expected else row.difference
        causes = None if row.handed else difference
        yield [
            str(month),
            row.number,
            row.name,
            row.client,
            people.get(row.owner, ""),
            row.state,
            row.currency,
            as_money(pair.current, row.currency),
            as_money(pair.confirmed, row.currency),
            as_money(difference.amount if difference else None, row.currency),
            as_money(row.current_converted, row.target),
            as_money(row.confirmed_converted, row.target),
            as_money(causes.by_edit if causes else None, row.target),
            as_money(causes.by_rate if causes else None, row.target),
            as_money(row.moved if row.handed else None, row.target),
            _rate(pair.current_rate),
            row.current_day,
            row.provisional,
            _rate(pair.frozen_rate if pair.confirmed is not None else None),
            row.frozen_day,
        ]


def _rate(value: Decimal | None) -> Decimal | None:
    return None if value is None else as_rate(value)
