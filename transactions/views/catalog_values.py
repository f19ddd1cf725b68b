"""Values of an entry: from a day on, corrected, withdrawn."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from kamtrak.lib.errors import Refused, Stale
from kamtrak.reasons import ReasonForm
from kamtrak.web import go, moment, put_into, read_day, show_refusal
from transactions.forms.catalog import ChangeForm, typed_values
from transactions.models import CatalogItem
from transactions.queries import catalog as queries
from transactions.queries.books import ways_of
from transactions.rules import Measure
from transactions.rules.entries import in_force
from transactions.services.catalog_values import set_values, withdraw_value
from transactions.views.catalog import form_page
from transactions.views.present import entry_context
from workspaces.access import workspace_view
from workspaces.models import Membership, Workspace
from workspaces.rules import Right


@workspace_view(Right.MASTERS)
def catalog_change(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponse:
    """Values from a day on; those of a day on record (`?day=`) stand in the form to be corrected."""
    item = queries.get_item(workspace, pk)
    asks_tax = ways_of(workspace).removes_tax
    initial = _corrected(request, item) | {"seen": queries.newest_record(item)}
    form = ChangeForm(workspace, request.POST or None, asks_tax=asks_tax, initial=initial)
    if request.method == "POST" and form.is_valid() and _saved(request, member, item, form):
        return go(request, reverse("catalog_item", args=[workspace.slug, pk]))
    now = entry_context(item, workspace.day_of(moment(request)))
    return form_page(request, "catalog_change", {"form": form, "corrects": len(initial) > 1, **now})


@workspace_view(Right.MASTERS)
def catalog_withdraw(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponse:
    """Take back what was recorded for a day, with a reason; it stays on record."""
    row = queries.get_record(workspace, pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            withdraw_value(row=row, by=member, reason=form.cleaned_data["reason"], now=moment(request))
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, f"Value withdrawn: {row.item}")
            return go(request, reverse("catalog_item", args=[workspace.slug, row.item_id]))
    context = {"form": form, "row": row, "dated": queries.dated_of(row), "item": row.item}
    return form_page(request, "catalog_withdraw", context)


def _corrected(request: HttpRequest, item: CatalogItem) -> dict[str, Any]:
    """The values of the day in the address, as their fields show them."""
    day = read_day(request.GET, "day")
    if day is None:
        return {}
    known = queries.values_of(item.workspace, [item.pk]).get(item.pk, [])
    of_the_day = {m: dated for m, dated in in_force(known, day).items() if dated.valid_from == day}
    revenue = of_the_day.get(Measure.REVENUE)
    tax = {} if revenue is None else {"includes_tax": "yes" if revenue.includes_tax else "no"}
    return {"valid_from": day, **dict(typed_values(of_the_day, item.workspace.currency)), **tax}


def _saved(request: HttpRequest, member: Membership, item: CatalogItem, form: ChangeForm) -> bool:
    """Save what the form says, or show at it why not."""
    try:
        number = set_values(
            item=item,
            by=member,
            values=form.values(),
            seen=form.cleaned_data["seen"] or 0,
            reason=form.cleaned_data["reason"],
            now=moment(request),
        )
    except Refused as refusal:
        show_refusal(form, refusal)
        if isinstance(refusal, Stale):  # what is on record now is shown: the next Save is a decision
            put_into(form, seen=str(queries.newest_record(item)))
        return False
    said = f"{number} {'value' if number == 1 else 'values'} recorded" if number else "Nothing changed"
    messages.success(request, f"{said}: {item}")
    return True
