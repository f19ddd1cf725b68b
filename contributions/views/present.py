"""What the pages of contributions say beside their figures: head lines, steps, notes, hints."""

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse

from contributions.forms.filters import Selection
from contributions.rules import RevenueType, TypeTotal
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
