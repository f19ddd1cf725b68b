"""What the pages of contributions say beside their figures: head lines, steps, notes, hints."""

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypedDict

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from contributions.forms.filters import Selection
from contributions.queries.listing import Listed
from contributions.rules import Basis, RevenueType, TypeTotal
from fx.rules import Source
from kamtrak.lib.money import grouped, rate_text, share_text
from kamtrak.templatetags.figures import money, nothing, unknown
from kamtrak.templatetags.icons import owner, tag
from kamtrak.templatetags.page import shortened
from workspaces.models import Invitation, Membership, Workspace
from workspaces.queries.people import members
from workspaces.rules import Right, reads_everyone


@dataclass(frozen=True)
class Cell:
    """One currency's subtotal in a line of totals; None where the type has no row in it."""

    currency: str
    amount: Decimal | None


@dataclass(frozen=True)
class TotalLine:
    """A line of the totals table."""

    total: TypeTotal
    cells: list[Cell]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.total, name)


def total_lines(totals: Iterable[TypeTotal]) -> tuple[list[TotalLine], list[Cell]]:
    """The four lines with a cell per currency, and the line of sums per currency."""
    listed = list(totals)
    codes = sorted({code for total in listed for code in total.currencies})
    lines = [TotalLine(t, [Cell(code, t.currencies.get(code)) for code in codes]) for t in listed]
    sums = [
        Cell(code, sum((t.currencies.get(code, Decimal(0)) for t in listed), Decimal(0))) for code in codes
    ]
    return lines, sums


class ListRow(TypedDict):
    """A contribution as a line of the list, ready to print: the template only puts it into its cells.

    Drawn here, since a page has fifty: a question that a template asks costs as much as a figure.
    """

    url: str
    void: bool
    earned: str
    quarter: str
    client: str
    description: str
    tags: SafeString
    owner: SafeString
    evidence: int
    amount: SafeString
    rate: SafeString
    figure: SafeString


def list_row(row: Listed, currency: str, url: str, quarter: str) -> ListRow:
    """`currency` is the workspace's, `url` the page of the contribution, `quarter` where it belongs; "" in a
    list of that quarter alone."""
    return {
        "url": url,
        "void": row["voided_at"] is not None,
        "earned": _day(row["earned_on"]),
        "quarter": quarter,
        "client": row["client_name"],
        "description": shortened(row["description"], 90),
        "tags": _tags(row),
        "owner": owner(row["owner_name"], short=True),
        "evidence": row["evidence"],
        "amount": money(row["credited"], row["amount_currency"], ghost=True),
        "rate": _rate(row, currency),
        "figure": _figure(row, currency, url),
    }


def _day(day: date | None) -> str:
    return f"{day:%-d %b %Y}" if day else ""


def _tags(row: Listed) -> SafeString:
    """What is special about the row, as words behind its description."""
    said = []
    if row["basis"] == Basis.PER_YEAR:
        said.append(tag("per year"))
    if row["share"] < 100:
        code = row["amount_currency"]
        said.append(tag(f"{share_text(row['share'])} % of {grouped(row['amount'], code)} {code}"))
    if row["voided_at"]:
        said.append(tag("voided", "bad"))
    if row["earlier_rate"]:
        said.append(tag("earlier rate", "warn"))
    if (row["doubled"] or row["repeats"]) and not row["voided_at"]:
        said.append(tag("possible double", "warn"))
    return format_html_join("", " {}", ((one,) for one in said))


def _rate(row: Listed, currency: str) -> SafeString:
    if row["rate"] is None:
        return nothing("no rate")
    if row["amount_currency"] == currency:
        return nothing("no conversion")
    own = ", own" if row["rate_source"] == Source.OWN else ""
    return format_html('{}<div class="k-d">{}{}</div>', rate_text(row["rate"]), _day(row["rate_day"]), own)


def _figure(row: Listed, currency: str, url: str) -> SafeString:
    """The converted figure, linked to why it is what it is; its code is for narrow screens."""
    if row["voided_at"]:
        return nothing("voided, not counted")
    if row["converted"] is None:
        return unknown("no rate", url)
    prov = "line" if row["provisional"] else False
    code = format_html('<span class="k-cur k-only-n">{}</span>', currency)
    return money(row["converted"], currency, url, code=False, prov=prov) + code


def nothing_found(selection: Selection) -> dict[str, str]:
    """Names what was asked for and the one filter to clear first."""
    wanted = selection.filter
    evidence = {"with": "evidence", "without": "no evidence"}
    said = [
        f"“{wanted.text}”" if wanted.text else "",
        *(kind.label.lower() for kind in wanted.types),
        wanted.currency,
        evidence.get(wanted.evidence, ""),
        f"figure {wanted.state}" if wanted.state else "",
        "this client" if wanted.client_id else "",
        "this person" if selection.staff else "",
    ]
    asked = ", ".join(part for part in said if part)
    names = {
        "q": wanted.text,
        "type": wanted.types,
        "currency": wanted.currency,
        "evidence": wanted.evidence,
        "state": wanted.state,
        "client": wanted.client_id,
        "staff": selection.staff,
        "void": wanted.void,
    }
    clear = next((name for name, value in names.items() if value), "period")
    words = {"q": "search", "state": "figure filter", "staff": "person", "void": "voided filter"}
    return {
        "nothing_text": f"No contribution in {selection.period.label} matches {asked or 'these filters'}.",
        "clear_name": clear,
        "clear_label": f"Clear the {words.get(clear, clear)}",
    }


@dataclass(frozen=True)
class Step:
    """One of the first steps in a new workspace."""

    label: str
    done: bool
    url: str = ""
    action: str = ""
    dialog: bool = False


def first_steps(workspace: Workspace, member: Membership, *, any_row: bool) -> list[Step]:
    """What is worth doing first, for those who may do it."""
    settings = reverse("settings", args=[workspace.slug]) if member.can(Right.MASTERS) else ""
    start = calendar.month_name[workspace.fiscal_year_start]
    steps = [
        Step(f"Workspace currency: {workspace.currency}", True, settings, "Change"),
        Step(f"Time zone: {workspace.time_zone}", True, settings, "Change"),
        Step(f"Fiscal year starts in {start}", True, settings, "Change"),
    ]
    if member.can(Right.LOG):
        add = reverse("contribution_add", args=[workspace.slug])
        steps.append(Step("Add the first contribution", any_row, add, "Add", dialog=True))
    if reads_everyone(member.roles) and member.can(Right.MASTERS):
        invited = members(workspace).count() > 1 or Invitation.objects.filter(workspace=workspace).exists()
        url = reverse("members", args=[workspace.slug])
        steps.append(Step("Invite a colleague", invited, url, "Invite"))
    return steps


def definitions() -> list[RevenueType]:
    return list(RevenueType)
