"""One imported row written as a line of a document's data (rules 7.3)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from kamtrak.lib.money import as_rate, round_money
from transactions.rules import Lack, Status
from transactions.rules.states import LACK_LABELS

TRANSACTION_COLUMNS = (
    "date",
    "client",
    "owner",
    "product",
    "quantity",
    "revenue",
    "currency",
    "taxes",
    "tier",
    "rate",
    "rate_date",
    "rate_source",
    "provisional",
    "converted",
    "counted",
    "profit",
    "earlier_price",
    "reason",
    "source",
    "file",
    "line",
    "standing",
    "later_change",
    "later_reason",
)


def transaction_line(row: Mapping[str, Any], target: str, *, standing: str) -> list[Any]:
    """The values of TRANSACTION_COLUMNS for a copied row.

    `revenue` and `taxes` are in the row's currency, `converted` and `profit` in the workspace's. `counted`
    sums to the printed total, `later_change` to its later changes, and both together to what the live rows
    came to at issue. Unknown is blank, and then `reason` says why.
    """
    converted, own = row["converted"], row["currency"]
    known = row["status"] == Status.COUNTED
    return [
        row["day"],
        row["client_name"],
        row["owner_name"],
        row["product_name"],
        None if row["quantity"] is None else _plain(row["quantity"]),
        _money(row["revenue"], own) if known else None,
        own,
        _money(row["tax"], own) if known else None,
        row["tier"] or None,
        None if row["rate"] is None else as_rate(row["rate"]),
        row["rate_day"],
        row["rate_source"],
        row["provisional"],
        _money(converted, target),
        _money(converted if row["counts"] or converted is None else Decimal(0), target),
        _money(row["profit"], target),
        row["earlier"],
        LACK_LABELS.get(Lack(row["lack"]), ""),
        row["source_name"],
        row["file_name"],
        row["line"],
        standing,
        _money(row["later"], target),
        row["why"],
    ]


def _money(value: Decimal | None, currency: str) -> Decimal | None:
    return None if value is None else round_money(value, currency)


def _plain(value: Decimal) -> str:
    """Without the zeros that the column fills up with."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
