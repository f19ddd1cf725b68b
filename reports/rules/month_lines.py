"""One figure of a month of a contract written as a line of a document's data (rules 7.3)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from contributions.rules.contract_months import Side
from kamtrak.lib.money import as_rate, round_money

MONTH_COLUMNS = (
    "contract",
    "name",
    "client",
    "owner",
    "month",
    "figure",
    "labelled_on",
    "schedule_version",
    "amount",
    "currency",
    "rate",
    "rate_date",
    "rate_source",
    "provisional",
    "converted",
    "counted",
    "rate_at_confirmation",
    "lost",
    "handed_over",
    "standing",
    "later_change",
    "later_reason",
)


def month_line(row: Mapping[str, Any], target: str, *, standing: str) -> list[Any]:
    """The values of MONTH_COLUMNS for a copied month. The two figures of a month are two lines.

    `counted` sums to the printed totals of each `figure`, `later_change` to its later changes, and both
    together to what the live months came to at issue. With `rate_at_confirmation`, of current figures, the
    difference is parted: by edit is amount × that rate less the confirmed figure, by rate the rest.
    """
    converted, later = row["converted"], row["later"]
    return [
        row["contract_number"],
        row["contract_name"],
        row["client_name"],
        row["owner_name"],
        str(row["month"]),
        Side(row["side"]).label.lower(),
        row["labelled_on"],
        row["version"],
        round_money(row["amount"], row["currency"]),
        row["currency"],
        _rate(row["rate"]),
        row["rate_day"],
        row["rate_source"],
        row["provisional"],
        None if converted is None else round_money(converted, target),
        None if converted is None else round_money(converted if row["counts"] else Decimal(0), target),
        _rate(row["frozen_rate"]),
        row["lost"],
        row["handed_over"],
        standing,
        None if later is None else round_money(later, target),
        row["why"],
    ]


def _rate(value: Decimal | None) -> Decimal | None:
    return None if value is None else as_rate(value)
