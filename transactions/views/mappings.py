"""Sources and what was decided for the headers of their files, in the admin console (rules 5.14, 5.16)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from kamtrak.lib.errors import Refused
from kamtrak.reasons import ReasonForm
from kamtrak.web import go, render_page, show_refusal
from transactions.forms.sources import SourceForm
from transactions.models import SavedMapping
from transactions.queries import mappings as queries
from transactions.services.sources import forget_mapping, rename_source
from transactions.views.catalog import form_page
from transactions.wording import identity_said, reading_said
from workspaces.access import workspace_view
from workspaces.models import Membership, Workspace
from workspaces.queries.history import history_of
from workspaces.rules import Right

PREVIEWED = 6  # columns of a header that the list names


@workspace_view(Right.MASTERS)
def mappings(request: HttpRequest, workspace: Workspace, member: Membership) -> HttpResponse:
    """Every source, each with the headers for which something was decided."""
    text = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    page = queries.source_page(
        workspace, text=text, after=request.GET.get("after", ""), before=request.GET.get("before", "")
    )
    context = {
        "page": page,
        "lines": [(line, identity_said(line.source), _headers(line)) for line in page.lines],
        "text": text,
        "is_empty": not text and not page.total and not queries.any_source(workspace),
    }
    return render_page(request, "transactions/mappings.html", context)


def _headers(line: queries.SourceLine) -> list[tuple[SavedMapping, str, int | None]]:
    """Of each mapping the first columns of its header, and how many are mapped to a field; None where it
    cannot be read."""
    found: list[tuple[SavedMapping, str, int | None]] = []
    for mapping in line.mappings:
        shown = ", ".join(mapping.header[:PREVIEWED])
        more = len(mapping.header) - PREVIEWED
        decided = queries.read_mapping(mapping)
        mapped = len(decided.mapped) if decided else None
        found.append((mapping, f"{shown} and {more} more" if more > 0 else shown, mapped))
    return found


@workspace_view(Right.MASTERS)
def mapping(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponse:
    """What each column of a header is taken for, how it is read, and which imports were read so."""
    saved = queries.get_mapping(workspace, pk)
    decided = queries.read_mapping(saved)
    context: dict[str, Any] = {
        "saved": saved,
        "decided": decided,
        "columns": [(each, reading_said(each)) for each in decided.columns] if decided else [],
        "given": [(field.label, text) for field, text in decided.given.items()] if decided else [],
        "types": sorted(decided.types.items()) if decided else [],
        "imports": queries.imports_with(saved),
        "identity": identity_said(saved.source),
        "history": history_of(saved, saved.source)[:20],
    }
    return render_page(request, "transactions/mapping.html", context)


@workspace_view(Right.MASTERS)
def source_rename(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponse:
    """Another name for the system that files come from."""
    source = queries.get_source(workspace, pk)
    form = SourceForm(request.POST or None, initial={"name": source.name})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            saved = rename_source(source=source, by=member, name=values["name"], reason=values["reason"])
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, f"{source} is called {saved} now.")
            return go(request, reverse("mappings", args=[workspace.slug]))
    return form_page(request, "source_rename", {"form": form, "source": source})


@workspace_view(Right.MASTERS)
def mapping_forget(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponse:
    """Forget what was decided for a header, with a reason."""
    saved = queries.get_mapping(workspace, pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        forget_mapping(mapping=saved, by=member, reason=form.cleaned_data["reason"])
        messages.success(request, f"Mapping forgotten. The next file of {saved.source} is asked about again.")
        return go(request, reverse("mappings", args=[workspace.slug]))
    return form_page(request, "mapping_forget", {"form": form, "saved": saved})
