"""What a step of an explanation says, and how it names cells, entries and amounts."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from kamtrak.lib.money import exact_text
from kamtrak.lib.money.rounding import Exact
from kamtrak.web import workspace_url
from transactions.models import Transaction
from transactions.pipeline.explaining import Explained
from transactions.rules import Evidence, Field, StepKind, Value
from transactions.views.listed import said_day
from transactions.views.words import letters


@dataclass
class Line:
    """A line of a little sum: words left, figure right; `total` is its result."""

    left: Any
    right: Any = ""
    total: bool = False


@dataclass
class WhyStep:
    """One step as the page draws it. `used` counted; `bad` is where the figure ends."""

    title: Any
    used: bool = False
    bad: bool = False
    notes: list[Any] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)


@dataclass(frozen=True)
class Teller:
    """Tells the steps of one row, to somebody who reads the sale that it undoes or does not."""

    row: Transaction
    explained: Explained
    reads_sale: bool

    def where(self, known: Field) -> SafeString:
        """The cell that a field was read from, or who gave it."""
        if known in self.explained.edited:
            return format_html('<a class="k-src" href="#versions">{}</a>', "edited by hand")
        column = self.explained.mapping.mapped.get(known)
        if column is None:
            once = known in self.explained.mapping.given
            return format_html('<span class="k-src">{}</span>', "given once for the file" if once else "")
        said = f"column {letters(column.place)} “{column.name}”, line {self.row.line:,}"
        return format_html('<a class="k-src" href="#file">{}</a>', said)

    def entry(self, value: Value) -> SafeString:
        """A catalog entry and the day from which its value holds."""
        item = self.explained.items.get(value.item)
        url = workspace_url("catalog_item", self.row.workspace.slug, value.item)
        code, since = item.code if item else "the catalog", f"valid from {said_day(value.valid_from)}"
        return format_html('<a href="{}">{}</a> <span class="k-src">{}</span>', url, code, since)


def money_text(value: Exact, currency: str) -> str:
    return f"{exact_text(value, currency)} {currency}"


def used_fields(explained: Explained) -> set[Field]:
    """The fields whose cells the figures were made from, blank ones that were passed over among them."""
    used: set[Field] = set()
    for step in explained.steps:
        used |= USED.get((step.kind, step.values.get("tier")), set())
        if step.kind is StepKind.CURRENCY and step.values["evidence"] is Evidence.COLUMN:
            used.add(Field.CURRENCY)
    return used


USED: dict[tuple[StepKind, object], set[Field]] = {
    (StepKind.PASSED, 1): {Field.REVENUE},
    (StepKind.TIER, 1): {Field.REVENUE},
    (StepKind.TIER, 2): {Field.QUANTITY, Field.PRICE_SOLD},
    (StepKind.TIER, 3): {Field.QUANTITY, Field.PRODUCT},
}
