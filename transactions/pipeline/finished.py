"""A finished row: what the check writes and the commit copies, in the database's own text form."""

from collections.abc import Sequence
from typing import Any

from transactions.pipeline.making import Made
from transactions.rules import KEY_BYTES, Occurrences

# Of Transaction, in the order of a finished line: (column, type).
COLUMNS = (
    ("key", "uuid"),
    ("occurrence", "integer"),
    ("line", "integer"),
    ("cells", "text[]"),
    ("sale_key", "uuid"),
    ("day", "date"),
    ("client_id", "bigint"),
    ("product_id", "bigint"),
    ("named_owner_id", "bigint"),
    ("owner_id", "bigint"),
    ("status", "smallint"),
    ("lack", "smallint"),
    ("profit_lack", "smallint"),
    ("tier", "smallint"),
    ("warnings", "integer"),
    ("quantity", "numeric"),
    ("currency", "varchar(3)"),
    ("revenue", "numeric"),
    ("converted", "numeric"),
    ("tax", "numeric"),
    ("profit", "numeric"),
    ("rate_id", "bigint"),
    ("price_id", "bigint"),
    ("profit_rate_id", "bigint"),
    ("profit_price_id", "bigint"),
    ("tax_price_id", "bigint"),
)
NAMES = tuple(name for name, _ in COLUMNS)
PROVIDED = NAMES[:5]
DERIVED = NAMES[5:]
TABLE = ", ".join(f"{name} {kind}" for name, kind in COLUMNS)

NULL = r"\N"
_KEY = 2 * KEY_BYTES + 1
_UNSAFE = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\ufffd"})


def array_text(cells: Sequence[Any]) -> str:
    """Cells as an array of texts in COPY's text format: each quoted for the array, then escaped for COPY.

    They are as `tables.cells_to_array` makes them: of a workbook with a null before the last one.
    """
    if not cells:
        return "{}"
    if len(cells) > 1 and cells[-2] is None:
        return f'{array_text(cells[:-2])[:-1]},NULL,"{cells[-1]}"}}'
    joined = '","'.join(cells)
    if "\\" in joined or joined.count('"') != 2 * (len(cells) - 1):
        quoted = [cell.replace("\\", "\\\\").replace('"', '\\"') for cell in cells]
        joined = '","'.join(quoted)
    return ('{"' + joined + '"}').translate(_UNSAFE) if _needs(joined) else '{"' + joined + '"}'


def _needs(text: str) -> bool:
    return "\\" in text or "\n" in text or "\r" in text or "\t" in text or "\0" in text


def line_text(made: Made, line: int, cells: Sequence[Any]) -> str:
    """The finished line of a row, not yet numbered. Plain concatenation: it is written a million times."""
    derived = made.derived
    assert derived is not None  # noqa: S101 - a wrong row is not written
    rate, price, sale = derived.rate, derived.price, made.sale_key
    profit_rate, profit_price, tax_price = derived.profit_rate, derived.profit_price, derived.tax_price
    return (
        f"{made.key.hex()}\t0\t{line}\t{array_text(cells)}\t"
        f"{NULL if sale is None else sale.hex()}\t{made.given.day or NULL}\t"
        f"{NULL if made.client is None else made.client}\t"
        f"{NULL if made.product is None else made.product}\t"
        f"{NULL if made.named_owner is None else made.named_owner}\t"
        f"{NULL if made.owner is None else made.owner}\t"
        f"{derived.status.value}\t{derived.lack.value}\t{derived.profit_lack.value}\t{derived.tier}\t"
        f"{derived.warnings}\t{NULL if derived.quantity is None else derived.quantity}\t{derived.currency}\t"
        f"{NULL if derived.revenue is None else derived.revenue}\t"
        f"{NULL if derived.converted is None else derived.converted}\t"
        f"{NULL if derived.tax is None else derived.tax}\t"
        f"{NULL if derived.profit is None else derived.profit}\t"
        f"{NULL if rate is None else rate.id}\t{NULL if price is None else price.id}\t"
        f"{NULL if profit_rate is None else profit_rate.id}\t"
        f"{NULL if profit_price is None else profit_price.id}\t"
        f"{NULL if tax_price is None else tax_price.id}\n"
    )


def numbered(text: str, seen: Occurrences) -> str:
    """The line with the number that it has among those of its key: the key and a tab stand before it."""
    return f"{text[:_KEY]}{seen.number(bytes.fromhex(text[: _KEY - 1]))}{text[_KEY + 1 :]}"
