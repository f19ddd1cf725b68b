"""One counted row written as a line of data, in a document and in an export (rules 7.3)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from contributions.rules.figures import Basis
from kamtrak.lib.money import round_money
from kamtrak.lib.months import FiscalCalendar

COLUMNS = (
    "client",
    "owner",
    "type",
    "quarter",
    "basis",
    "amount",
    "currency",
    "share",
    "rate",
    "rate_date",
    "rate_source",
    "provisional",
    "converted",
    "counted",
    "description",
)

# What it takes to do the sum again without the labels of a fiscal year; after all other columns of a file.
DAYS = ("quarter_start", "counts_on", "earlier_rate")


def line_of(
    row: Mapping[str, Any], calendar: FiscalCalendar, target: str, *, void: bool = False
) -> list[Any]:
    """The values of COLUMNS for the columns of a frozen row.

    `amount` is the whole deal, `share` in %, `converted` after the share in the workspace currency.
    `counted` is `converted` if the row is in the totals, 0 if it is not, None while it is unknown.
    """
    converted = row["converted"]
    return [
        row["client_name"],
        row["owner_name"],
        row["type"],
        calendar.code(row["quarter"]),
        Basis(row["basis"]).label,
        round_money(row["amount"], row["currency"]),
        row["currency"],
        _short(row["share"]),
        _short(row["rate"]),
        row["rate_day"],
        row["rate_source"],
        row["provisional"],
        None if converted is None else round_money(converted, target),
        Decimal(0) if void else None if converted is None else round_money(converted, target),
        row["description"],
    ]


def days_of(row: Mapping[str, Any]) -> list[Any]:
    """The values of DAYS: the quarter's first day, the conversion day, whether the rate is an earlier one."""
    return [row["quarter"].start, row["counts_on"], row["earlier_rate"]]


def _short(value: Decimal | None) -> Decimal | None:
    """Without the zeros that the column of the database adds."""
    return None if value is None else value.normalize()
