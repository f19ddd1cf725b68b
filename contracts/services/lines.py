"""Months of contracts written as lines of data: one per contract and month (rules 4.9, 4.10, 4.13)."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any

from contracts.models import Contract
from contracts.queries.contracts import contract_state
from contracts.queries.months import MonthLine, frozen_rate_of, lines_of
from kamtrak.lib.money import as_rate, round_money
from workspaces.models import Workspace

BATCH = 50  # contracts whose months are held at a time
EXPECTED = "expected"  # the state of months in terms that are not confirmed yet
EXPORT_COLUMNS = (
    "number",
    "client",
    "owner",
    "state",
    "month",
    "currency",
    "frozen",
    "current",
    "frozen_converted",
    "current_converted",
    "name",
    "frozen_owner",
    "lost",
    "confirmed_on",
    "frozen_rate",
    "frozen_rate_date",
    "current_rate",
    "current_rate_date",
    "provisional",
)


def export_lines(rows: Iterable[Contract], workspace: Workspace, today: date) -> Iterator[list[Any]]:
    """The lines of these contracts, in their order and by month. Drafts have no months yet (rules 4.9).

    `frozen` and `current` in the contract's currency, `…_converted` in the workspace's: blank while a rate
    is missing, and where that side does not have the month. `owner` is whose the current month is,
    `frozen_owner` whose the confirmed one (rules 4.16).
    """
    contracts = iter(rows)
    while batch := list(islice(contracts, BATCH)):
        months = lines_of(workspace, batch)
        for contract in batch:
            state = contract_state(contract, today).value
            for line in months[contract.pk]:
                yield _values(contract, line, state, workspace.currency)


def _values(contract: Contract, line: MonthLine, state: str, target: str) -> list[Any]:
    client = contract.client.survivor or contract.client
    rate, frozen = line.month_rate, frozen_rate_of(line.confirmation)
    return [
        contract.number,
        client.name,
        str(line.owner or line.confirmed_owner),
        EXPECTED if line.expected else state,
        str(line.month),
        contract.currency,
        as_money(line.confirmed, contract.currency),
        as_money(line.current, contract.currency),
        as_money(line.confirmed_converted, target),
        as_money(line.current_converted, target),
        contract.name,
        str(line.confirmed_owner) if line.confirmed_owner else "",
        line.lost,
        line.confirmation.confirmed_on if line.confirmation else None,
        as_rate(frozen.rate) if frozen and frozen.rate else None,
        frozen.rate_day if frozen else None,
        as_rate(rate.rate) if rate and rate.rate else None,
        rate.rate_day if rate else None,
        line.provisional,
    ]


def as_money(value: Decimal | None, currency: str) -> Decimal | None:
    """With the currency's decimals, whatever the column of the database adds."""
    return None if value is None else round_money(value, currency)
