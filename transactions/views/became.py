"""What is in the totals by now of the rows of an import, beside what its check said of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest

from kamtrak.web import wants_part
from transactions.models import Import
from transactions.queries.became import Became, became
from transactions.views.outlook import Outlook, outlook_of

ZERO = Decimal(0)
AT_ONCE = 5_000  # rows that are added up with the page; what has become of more arrives on its own


@dataclass(frozen=True)
class Line:
    """Rows of one kind: how many as checked and now, and where they are listed."""

    said: str
    checked: int
    now: int
    url: str = ""

    @property
    def difference(self) -> int:
        return self.now - self.checked


def present_of(request: HttpRequest, imported: Import, listed: str) -> dict[str, Any]:
    """`became` is None where it has to be asked for on its own. `listed`: the address of the list, if any."""
    asked = wants_part(request) or "now" in request.GET
    if not asked and brought(imported) > AT_ONCE:
        return {"became": None}
    found, checked = became(imported), outlook_of(imported)
    return {
        "became": found,
        "outlook": checked,
        "lines": list(_lines(imported, found, checked, listed)),
        "difference": _difference(found.sums.converted, checked.converted),
        "of_currencies": [
            (each, _link(listed, imported, currency=each.currency)) for each in found.sums.currencies
        ],
        "edited_url": _link(listed, imported, mark="edited"),
    }


def _difference(now: Decimal | None, checked: Decimal | None) -> Decimal | None:
    """By how much the totals moved since: by the whole where no revenue was known as checked; None where
    none is known now."""
    return None if now is None else now - (checked or ZERO)


def brought(imported: Import) -> int:
    """How many rows its file brought."""
    return imported.created + imported.updated + imported.unchanged + imported.skipped


def _link(listed: str, imported: Import, **said: str) -> str:
    return f"{listed}?{urlencode({'period': 'all', 'import': imported.pk, **said})}" if listed else ""


def _lines(imported: Import, found: Became, checked: Outlook, listed: str) -> Iterator[Line]:
    """The kinds of rows that there were or are. Those that another file or an earlier edit made what they are
    stand in no list of this import."""
    sums = found.sums
    lines = (
        Line("Counted", checked.counted, sums.counted, _link(listed, imported, state="counted")),
        Line("No revenue yet", checked.unknown_rows, sums.unknown, _link(listed, imported, state="unknown")),
        Line(
            "Not revenue",
            checked.not_revenue,
            sums.not_revenue,
            _link(listed, imported, state="not_revenue"),
        ),
        Line("Replaced by a later import", 0, sums.replaced, _link(listed, imported, state="replaced")),
        Line("As a later file has them", 0, found.overtaken),
        Line("Kept as edited by hand", 0, found.kept),
    )
    yield from (line for line in lines if line.checked or line.now)
