"""The catalog in the admin console: the list, one entry, adding, editing, archiving (rules 5.10)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from kamtrak.exports import export_response
from kamtrak.lib.errors import Refused, Stale
from kamtrak.reasons import ReasonForm
from kamtrak.web import go, is_dialog, moment, render_page, show_refusal
from transactions.exports import catalog_export as export_of
from transactions.forms.catalog import EditForm, EntryForm
from transactions.models import CatalogItem, CatalogName
from transactions.pipeline.following import FOLLOW
from transactions.queries import catalog as queries
from transactions.queries.books import ways_of
from transactions.queries.marked import unfinished_jobs
from transactions.queries.missing import missing_alerts
from transactions.rules import Measure
from transactions.services import catalog as services
from transactions.views.present import entry_context
from workspaces.access import workspace_view
from workspaces.models import Membership, Workspace
from workspaces.queries.history import history_of
from workspaces.rules import Right

LACKING = (Measure.REVENUE, Measure.COST, Measure.TAX_PERCENT)
ARCHIVED = [("only", "only archived"), ("all", "shown")]
JUST_ARCHIVED = "The archiving was taken back"


@workspace_view()
def catalog(request: HttpRequest, workspace: Workspace, member: Membership) -> HttpResponse:
    """Every entry with the values of today; what rows wait for stands above them."""
    wanted, today = read_filter(request.GET), workspace.day_of(moment(request))
    page = queries.catalog_page(
        workspace,
        wanted,
        today,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    is_plain = wanted == queries.Filter()
    context = {
        "page": page,
        "wanted": wanted,
        "today": today,
        "missing": missing_alerts(workspace),
        "amounts": member.reads_everyone,  # rows are of everybody
        "archived_choices": ARCHIVED,
        "lacks_choices": [(m.value, LACKS_SAID[m]) for m in LACKING],
        "is_empty": is_plain and not page.total and not queries.any_item(workspace),
    }
    return render_page(request, "transactions/catalog.html", context)


LACKS_SAID = {Measure.REVENUE: "revenue", Measure.COST: "cost", Measure.TAX_PERCENT: "tax"}


def read_filter(params: QueryDict) -> queries.Filter:
    """What the address asks for; what in it was not understood is left out."""
    archived, lacks = params.get("archived", ""), params.get("lacks", "")
    return queries.Filter(
        text=params.get("q", "").replace("\x00", "").strip()[:200],
        archived=archived if archived in queries.SHOWN else "hidden",
        lacks=Measure(lacks) if lacks in LACKING else None,
    )


@workspace_view()
def catalog_export(request: HttpRequest, workspace: Workspace, member: Membership) -> HttpResponseBase:
    """Exactly the entries that the list shows, value by value, in the columns that an upload takes."""
    rows = queries.filtered(workspace, read_filter(request.GET), workspace.day_of(moment(request)))
    wanted = request.GET.get("format", "")
    return export_response(export_of(workspace, rows), f"catalog-{workspace.slug}", wanted)


@workspace_view()
def catalog_options(request: HttpRequest, workspace: Workspace, member: Membership) -> HttpResponse:
    """What the field that names an entry offers."""
    text = request.GET.get("q", "").replace("\x00", "").strip()
    found = queries.entries_like(workspace, text) if text else []
    return render(request, "components/options.html", {"options": [(i.code, i.name) for i in found]})


@workspace_view()
def catalog_item(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponse:
    """One entry: what finds it, its values day by day, and what was recorded by whom."""
    item = queries.get_item(workspace, pk)
    context = entry_context(item, workspace.day_of(moment(request))) | {"amounts": member.reads_everyone}
    context["following"] = unfinished_jobs(workspace, [FOLLOW]).get(FOLLOW)
    if member.can(Right.HISTORY):
        named = [(CatalogName, "item", item.pk)]
        context |= {"told": True, "history": history_of(item, also=named, workspace=workspace)[:20]}
    return render_page(request, "transactions/catalog_item.html", context)


@workspace_view(Right.MASTERS)
def catalog_add(request: HttpRequest, workspace: Workspace, member: Membership) -> HttpResponse:
    """A new entry with its first values: a dialog from the list, a page without JavaScript."""
    form = EntryForm(workspace, request.POST or None, asks_tax=ways_of(workspace).removes_tax)
    if request.method == "POST" and form.is_valid():
        try:
            item = services.create_item(
                workspace=workspace,
                by=member,
                entry=form.entry(),
                values=form.values(),
                reason=form.cleaned_data["reason"],
                now=moment(request),
            )
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, f"Entry added: {item}")
            return go(request, _page_of(workspace, item.pk))
    return form_page(request, "catalog_add", {"form": form})


@workspace_view(Right.MASTERS)
def catalog_edit(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponse:
    """Code, name and aliases. An edit that was overtaken shows what they are now and asks again."""
    item = queries.get_item(workspace, pk)
    form = EditForm(request.POST or None, initial=_names_of(item))
    context: dict[str, Any] = {"form": form, "item": item}
    if request.method == "POST" and form.is_valid():
        try:
            saved = services.edit_item(
                item=item,
                by=member,
                entry=form.entry(),
                stamp=form.cleaned_data["stamp"],
                reason=form.cleaned_data["reason"],
                now=moment(request),
            )
        except Stale as overtaken:
            now = queries.get_item(workspace, pk)
            form.data = {**request.POST.dict(), "stamp": _names_of(now)["stamp"]}
            context |= {"meanwhile": overtaken.message, "item": now, "refused": True}
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, f"Entry saved: {saved}")
            return go(request, _page_of(workspace, pk))
    return form_page(request, "catalog_edit", context)


@workspace_view(Right.MASTERS)
def catalog_archive(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponse:
    """Hide an entry and offer it no longer, with a reason."""
    item = queries.get_item(workspace, pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        services.archive_item(item=item, by=member, reason=reason, now=moment(request))
        undo = reverse("catalog_restore", args=[workspace.slug, pk])
        messages.success(request, f"Entry archived: {item}", extra_tags=f"undo={undo}")
        return go(request, reverse("catalog", args=[workspace.slug]))
    rows = queries.rows_of_items(workspace, [pk]).get(pk, 0)
    return form_page(request, "catalog_archive", {"form": form, "item": item, "rows": rows})


@workspace_view(Right.MASTERS)
@require_POST
def catalog_restore(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponse:
    """List it again. Undo, pressed right after it, is its own reason."""
    item = queries.get_item(workspace, pk)
    services.restore_item(item=item, by=member, reason=JUST_ARCHIVED, now=moment(request))
    messages.success(request, f"Entry restored: {item}")
    return go(request, _page_of(workspace, pk))


def form_page(request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    """A form as a dialog, or as a page of its own."""
    dialog = is_dialog(request)
    refused = bool(context["form"].errors) or "refused" in context
    page, part = f"transactions/{name}.html", f"transactions/_{name}.html"
    return render_page(
        request, page, context, part if dialog else None, 422 if refused and not dialog else 200
    )


def _names_of(item: CatalogItem) -> dict[str, Any]:
    entry = queries.entry_of(item)
    return {
        "code": entry.code,
        "name": entry.name,
        "aliases": "\n".join(entry.aliases),
        "stamp": services.stamp_of(entry),
    }


def _page_of(workspace: Workspace, pk: int) -> str:
    return reverse("catalog_item", args=[workspace.slug, pk])
