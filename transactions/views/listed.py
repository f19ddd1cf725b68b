"""What the list of transactions says beside its figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypedDict

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from kamtrak.lib.money import quantity_text
from kamtrak.templatetags.figures import money, nothing, unknown
from kamtrak.templatetags.icons import owner, tag
from transactions.forms.filters import Selection
from transactions.queries.choices import Names
from transactions.queries.filters import Filter
from transactions.queries.listing import Listed
from transactions.rules import Earlier, Lack, Status, Warning
from transactions.rules.states import LACK_LABELS, OPEN
from transactions.views.told import MARKS, RULES, SHORT, STATES, warnings_of
from transactions.views.words import cause_said


class ListRow(TypedDict):
    """A transaction as a line of the list, ready to print: the template only puts it into its cells."""

    url: str
    day: str
    client: str
    product: str
    description: str
    owner: SafeString
    quantity: str
    revenue: SafeString
    same: bool  # whether the converted figure is the revenue itself
    converted: SafeString
    tier: str
    marks: SafeString
    replaced: bool


def list_row(row: Listed, description: str, currency: str, url: str) -> ListRow:
    """`currency` is the workspace's, `url` the page of the row."""
    return {
        "url": url,
        "day": said_day(row["day"]),
        "client": row["client_name"] or "",
        "product": row["product_text"] or "",
        "description": description,
        "owner": _owner(row),
        "quantity": "" if row["quantity"] is None else quantity_text(row["quantity"]),
        "revenue": _revenue(row, url),
        "same": row["currency"] == currency and row["revenue"] is not None,
        "converted": _converted(row, currency, url),
        "tier": RULES.get(row["tier"], "") if row["revenue"] is not None else "",
        "marks": _marks(row),
        "replaced": row["status"] not in OPEN,
    }


def said_day(day: date) -> str:
    return f"{day:%-d %b %Y}"


def _owner(row: Listed) -> SafeString:
    if row["owner_name"] is not None:
        return owner(row["owner_name"], short=True)
    if row["named_owner_text"]:
        return format_html('<span class="k-muted" title="{}">unassigned</span>', row["named_owner_text"])
    return format_html('<span class="k-muted">{}</span>', "unassigned")


def _lack(row: Listed) -> str:
    return LACK_LABELS.get(Lack(row["lack"]), "not known")


def _revenue(row: Listed, url: str) -> SafeString:
    """The figure in its own currency."""
    if row["status"] == Status.NOT_REVENUE:
        return nothing("not revenue")
    if row["status"] == Status.UNKNOWN or row["revenue"] is None:
        return unknown(_lack(row), url)
    return money(row["revenue"], row["currency"], ghost=True)


def _converted(row: Listed, currency: str, url: str) -> SafeString:
    """The figure in the workspace currency, linked to its explanation; its code is for narrow screens."""
    if row["status"] not in (Status.COUNTED, Status.UNKNOWN):
        return nothing("in no total")
    if row["converted"] is None:
        return unknown("no revenue yet" if row["revenue"] is None else _lack(row), url)
    prov = "line" if row["warnings"] & Warning.PROVISIONAL else False
    code = format_html('<span class="k-cur k-only-n">{}</span>', currency)
    return money(row["converted"], currency, url, code=False, prov=prov) + code


def _marks(row: Listed) -> SafeString:
    """What is special about the row, as words."""
    said = []
    if row["status"] == Status.NOT_REVENUE:
        said.append(tag("not revenue"))
    elif row["status"] not in OPEN:
        said.append(tag("replaced", "bad"))
    if row["edit_id"]:
        said.append(tag("edited"))
    if row["earlier"]:
        said.append(tag(f"earlier {cause_said(Earlier(row['earlier']))}", "warn"))
    said += [tag(SHORT[each], "warn") for each in warnings_of(row["warnings"]) if each in SHORT]
    return format_html_join(" ", "{}", ((one,) for one in said))


@dataclass(frozen=True)
class LeftOut:
    """Clients or products that the list leaves out: how many, and in a sentence what it shows instead."""

    count: int
    sentence: str


def left_out(wanted: Filter, names: Names) -> dict[str, LeftOut]:
    """By noun; nothing without such a filter."""
    parts = (
        ("client", wanted.not_clients, names.not_clients),
        ("product", (*wanted.not_products, *wanted.not_items), names.not_products),
    )
    return {noun: LeftOut(len(left), _shown(noun, named, 0 in left)) for noun, left, named in parts if left}


def _shown(noun: str, named: Sequence[str], without_none: bool) -> str:
    """`Clients other than Kade, Nordhavn and Port of Varde, and rows without a client.`"""
    *first, last = named or ("",)
    these = f"{', '.join(first)} and {last}" if first else last
    shown = f"{noun.capitalize()}s other than {these}" if last else f"All {noun}s"
    return (
        f"{shown}; rows without a {noun} are left out." if without_none else f"{shown}, and rows without one."
    )


def nothing_found(selection: Selection) -> dict[str, str]:
    """Names what was asked for and the one filter to clear first."""
    wanted = selection.filter
    asked = {
        "q": (f"“{wanted.text}”" if wanted.text else "", "search"),
        "mark": (MARKS[wanted.mark] if wanted.mark else "", "mark"),
        "not_product": (
            "products other than those left out" if wanted.not_products or wanted.not_items else "",
            "products left out",
        ),
        "product": (_one(wanted.product_id, "product"), "product"),
        "item": ("this catalog entry" if wanted.item_id else "", "catalog entry"),
        "not_client": ("clients other than those left out" if wanted.not_clients else "", "clients left out"),
        "client": (_one(wanted.client_id, "client"), "client"),
        "import": ("this import" if wanted.import_id else "", "import"),
        "source": ("this source" if wanted.source_id else "", "source"),
        "month": (f"{wanted.month.first:%B %Y}" if wanted.month else "", "month"),
        "currency": (wanted.currency, "currency"),
        "tier": (RULES[wanted.tier] if wanted.tier else "", "rule"),
        "state": (STATES[wanted.state] if wanted.state else "", "state"),
        "staff": ("this person" if selection.staff or wanted.unassigned else "", "person"),
    }
    said = ", ".join(words for words, _ in asked.values() if words)
    clear = next((name for name, (words, _) in asked.items() if words), "period")
    label = asked[clear][1] if clear in asked else "period"
    in_period = "" if selection.period.kind == "all" else f" in {selection.period.label}"
    return {
        "nothing_text": f"No transaction{in_period} matches {said}."
        if said
        else f"No transaction{in_period}.",
        "clear_name": clear,
        "clear_label": "Show all periods" if clear == "period" else f"Clear the {label}",
    }


def _one(number: int | None, noun: str) -> str:
    """Of a filter by client or product: 0 asks for the rows that name none."""
    return "" if number is None else f"this {noun}" if number else f"no {noun}"
