"""One contract: as confirmed and current, by month, its versions, its history; and its details."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse

from contracts.forms.details import DetailsForm
from contracts.models import Contract, HandOver
from contracts.queries.contracts import contract_state, get_contract
from contracts.queries.months import MonthLine, month_lines
from contracts.queries.tables import (
    By,
    confirmed_terms,
    frozen_from,
    in_difference,
    owned_spans,
    sections_of,
    sums_of,
)
from contracts.queries.versions import version_lines
from contracts.rules import next_term, source_said, term_months
from contracts.services.drafts import can_write, edit_details
from contracts.services.endings import may_void
from contracts.services.panels import panels_of
from contracts.views import present
from contracts.views.asking import dialog_page, done, page_of
from contracts.views.loading import own_contract
from contracts.views.month_cells import Frame, drawn_sections, figure_cells
from contracts.views.regions import revenue_field
from fx.queries import load_book
from kamtrak.lib.months import Month
from kamtrak.web import go, moment, render_page
from workspaces.access import workspace_view
from workspaces.models import Membership, Workspace
from workspaces.queries.history import history_of
from workspaces.queries.people import scope_of
from workspaces.rules import Right


@workspace_view()
def contract(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponse:
    row, now = get_contract(workspace, scope_of(member), pk), moment(request)
    lines, versions = month_lines(row), version_lines(row)
    context = {
        **_head(workspace, member, row, now),
        **(_draft(workspace, row, now) if row.is_draft else _months(request, workspace, member, row, lines)),
        "versions": versions,
        "current_label": present.current_label(row, versions[0].version if row.version > 1 else None),
        "history": history_of(row, also=[(HandOver, "contract", row.pk)], workspace=workspace),
        "panels": [
            render_to_string(template, values, request)
            for template, values in panels_of(workspace, member, row)
        ],
    }
    return render_page(request, "contracts/contract.html", context)


def _head(workspace: Workspace, member: Membership, row: Contract, now: datetime) -> dict[str, Any]:
    """What it is, and what this member may do with it."""
    state = contract_state(row, workspace.day_of(now))
    return {
        "row": row,
        "client": row.client.survivor or row.client,
        "state": state,
        "tone": present.TONES.get(state, ""),
        "source": source_said(row.terms),
        "may_write": can_write(row, member),
        "field": revenue_field(row),
        "may_void": may_void(row, member, workspace, now) and not row.is_draft,
        "may_hand_over": member.can(Right.MASTERS) and not row.is_void,
        "mixed": row.currency != workspace.currency,
    }


def _frame(workspace: Workspace, member: Membership, row: Contract) -> Frame:
    """What the cells of the table of months share."""
    rates, add = reverse("rates", args=[workspace.slug]), reverse("rate_add", args=[workspace.slug])
    pair = f"?base={row.currency}&quote={workspace.currency}&day="
    return Frame(
        currency=row.currency,
        target=workspace.currency,
        void=row.is_void,
        rate_of=f"{rates}{pair}",
        repair=f"{add}{pair}" if member.can(Right.MASTERS) else "",
    )


def _months(
    request: HttpRequest,
    workspace: Workspace,
    member: Membership,
    row: Contract,
    lines: Sequence[MonthLine],
) -> dict[str, Any]:
    """The months of a confirmed contract, as tiles, chart and table."""
    today = workspace.day_of(moment(request))
    running, wanted = Month.of(today), request.GET.get("by", "")
    by = By(wanted) if wanted in tuple(By) else By.MONTH
    sections = sections_of(lines, by, workspace.calendar, running)
    terms, chart = confirmed_terms(lines), present.revenue_chart(lines, running)
    parts = {section.kind: section.sums for section in sections}
    total, frame = sums_of(in_difference(lines)), _frame(workspace, member, row)
    return {
        "today": today,
        "by": by,
        "by_choices": [(each.value, f"By {each.value}") for each in By],
        "sections": sections,
        "drawn": drawn_sections(sections, frame),
        "sum_cells": {kind: figure_cells(s, frame, kind) for kind, s in (*parts.items(), ("total", total))},
        "parts": parts,
        "total": total,
        "chart": chart,
        "expected_label": "Expected, not confirmed yet" if "expected" in parts else "",
        "today_label": f"today, {today:%-d %b}" if chart.now_x else "",
        "terms": [(term, present.rate_note(row, term.rate, workspace.currency)) for term in terms],
        "frozen_first": frozen_from(terms, 1),
        "confirmed_label": present.confirmed_label(terms),
        "owners": owned_spans(lines),
        "newest": _newest_rate(lines),
    }


def _newest_rate(lines: Sequence[MonthLine]) -> Any:
    """The rate at which provisional months stand: all of them share the newest one."""
    return next((line.month_rate for line in reversed(lines) if line.provisional), None)


def _draft(workspace: Workspace, row: Contract, now: datetime) -> dict[str, Any]:
    """What Add would freeze today (rules 4.9): the first term, and the rate of the day."""
    terms, today = row.terms, workspace.day_of(now)
    term = next_term(terms)
    assert term is not None  # noqa: S101 - there is always a first one
    book = load_book(workspace, [row.currency], first=today, last=today, today=today)
    rate = book.conversion(row.currency, workspace.currency, today)
    months = term_months(terms, term.first, term.last)
    return {"draft": present.frozen_preview(months, rate, workspace.currency)}


# ------------------------------------------------------------------ its details


@workspace_view()
def contract_details(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponse:
    """Name, number, client and details; a form that was overtaken shows what is there now and asks again."""
    row = own_contract(workspace, member, pk)
    if row.is_draft or row.is_void:  # a draft has its own form
        return go(request, page_of(workspace, row))
    sent = request.POST if request.method == "POST" else None
    form = DetailsForm(sent, initial=DetailsForm.initial_of(row))

    def act() -> object:
        revision = form.cleaned_data["revision"] or 0
        said = form.details_of(row.owner)
        return edit_details(contract=row, by=member, details=said, revision=revision, now=moment(request))

    if form.is_bound and form.is_valid() and done(form, row, act):
        messages.success(request, f"Contract saved: {form.cleaned_data['number']}")
        return go(request, page_of(workspace, row))
    return dialog_page(request, "contract_details", form, {"row": row, "back": page_of(workspace, row)})
