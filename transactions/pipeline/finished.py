"""A finished row: what the check writes and the commit copies, in the database's own text form."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

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
)
NAMES = tuple(name for name, _ in COLUMNS)
PROVIDED = NAMES[:5]
DERIVED = NAMES[5:]
TABLE = ", ".join(f"{name} {kind}" for name, kind in COLUMNS)

_UNSAFE = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\ufffd"})


def array_text(cells: Sequence[str]) -> str:
    """Cells as an array of texts in COPY's text format: each quoted for the array, then escaped for COPY."""
    if not cells:
        return "{}"
    joined = '","'.join(cells)
    if "\\" in joined or joined.count('"') != 2 * (len(cells) - 1):
        quoted = [cell.replace("\\", "\\\\").replace('"', '\\"') for cell in cells]
        joined = '","'.join(quoted)
    return ('{"' + joined + '"}').translate(_UNSAFE) if _needs(joined) else '{"' + joined + '"}'


def _needs(text: str) -> bool:
    return "\\" in text or "\n" in text or "\r" in text or "\t" in text or "\0" in text


def field_text(value: str | int | Decimal | date | None) -> str:
    r"""One value in COPY's text format; \N for None."""
    if value is None:
        return r"\N"
    if type(value) is str:
        return value.translate(_UNSAFE) if _needs(value) else value
    if type(value) is Decimal:
        return format(value, "f")
    return str(value)


def line_text(fields: Iterable[str]) -> str:
    """One finished line."""
    return "\t".join(fields) + "\n"
