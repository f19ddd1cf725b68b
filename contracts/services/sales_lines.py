"""Months of the sales dashboard written as lines of data: one per contract and month (rules 4.10, 4.14)."""

from collections.abc import Iterable, Iterator
from typing import Any

from contracts.queries.sales_rows import SalesRow
from contracts.rules.sales import Kind
from contracts.services.lines import as_money
from kamtrak.lib.money import as_rate

SALES_COLUMNS = (
    "month",
    "number",
    "name",
    "client",
    "owner",
    "figure",
    "contract_month",
    "currency",
    "amount",
    "converted",
    "rate",
    "rate_date",
    "provisional",
    "lost",
    "confirmed_on",
)


def sales_lines(rows: Iterable[SalesRow], kind: Kind, target: str) -> Iterator[list[Any]]:
    """The rows in their order. `amount` in the contract's currency, `converted` in the workspace's: blank
    while a rate is missing, so that the column adds up to the figure shown. `figure` is the kind's name."""
    for row in rows:
        contract = row.contract
        yield [
            str(row.month),
            contract.number,
            contract.name,
            (contract.client.survivor or contract.client).name,
            str(row.owner),
            kind.value,
            row.number,
            contract.currency,
            as_money(row.amount, contract.currency),
            as_money(row.converted, target),
            as_rate(row.rate.rate) if row.rate and row.rate.rate else None,
            row.rate.rate_day if row.rate else None,
            row.provisional,
            row.lost,
            row.confirmed_on,
        ]
