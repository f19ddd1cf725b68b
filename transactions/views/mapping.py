"""What is in each column: asked, suggested, kept at once, and tried on the first rows."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django_htmx.http import trigger_client_event

from kamtrak.lib.errors import Refused
from kamtrak.lib.money import CURRENCIES
from kamtrak.lib.tables import TableError
from kamtrak.web import go, moment, render_page, wants_part
from transactions.forms.imports import RereadForm
from transactions.models import ImportState, Source
from transactions.pipeline.previewing import PreviewRow, first_rows
from transactions.queries import imports as queries
from transactions.queries.imports import import_of
from transactions.rules import GIVEN_ONCE, Field, RowKind, Status
from transactions.services import imports as services
from transactions.views.drafts import (
    NO_CURRENCY,
    NO_SOURCE,
    NO_SPAN,
    Draft,
    draft_of,
    not_possible,
    reading_waits,
    to_be_said,
)
from transactions.views.map_rows import GROUPS, KINDS, map_rows
from transactions.views.steps import MAP, file_said, import_url, stopped_because
from transactions.views.words import lack_said, tier_said
from workspaces.access import workspace_view
from workspaces.models import Membership, Workspace
from workspaces.queries.people import account_managers, scope_of
from workspaces.rules import Right, name_key

PAGE, PART = "transactions/import_map.html", "transactions/_map.html"
OPEN = (ImportState.MAPPING, ImportState.CHECKED)


@workspace_view(Right.IMPORT)
def import_map(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponse:
    """Each change is kept at once. Sent with `check`, every row is checked, if nothing is open."""
    imported = import_of(workspace, pk, member, changing=True)
    if imported.state not in OPEN:
        return go(request, import_url(imported))
    draft = draft_of(imported)
    if request.method != "POST":
        return _map_page(request, draft, member)
    draft = draft.answered(request.POST)
    try:
        keep(draft, member, request)
        if "check" in request.POST and draft.is_complete:
            services.request_check(imported=imported, by=member, now=moment(request))
            return go(request, import_url(imported))
    except Refused as refusal:
        return _map_page(request, draft, member, refusal=refusal)
    return _map_page(request, draft, member, insists="check" in request.POST)


def keep(draft: Draft, member: Membership, request: HttpRequest) -> None:
    """Keep the draft as it stands. Raises Refused."""
    services.keep_mapping(
        imported=draft.imported,
        by=member,
        mapping=draft.mapping,
        answered=draft.decisions.answered,
        source_name=draft.source,
        options=services.Options(draft.replaces),
        now=moment(request),
    )


def _map_page(
    request: HttpRequest,
    draft: Draft,
    member: Membership,
    *,
    insists: bool = False,
    refusal: Refused | None = None,
) -> HttpResponse:
    """The page, or its form alone after a change. `insists`: somebody wants to go on before it is done."""
    imported = draft.imported
    context = {
        "imported": imported,
        "step": MAP,
        "sub_line": file_said(imported),
        "problem": stopped_because(imported),
        "may_change": True,
        "refusal": refusal,
        "insists": insists,
        "twin": queries.same_file(imported, scope_of(member)),
        "layout": (layout := queries.layout_of(imported)),
        "layout_form": RereadForm(None, layout),
        **form_of(draft, member, "import_map"),
    }
    return respond(request, PAGE, context)


def respond(request: HttpRequest, page: str, context: dict[str, Any]) -> HttpResponse:
    """The page, or its form alone after a change; the preview follows it. Needs `insists` and `refusal`."""
    refused = request.method == "POST" and (context["insists"] or context["refusal"] is not None)
    status = 422 if refused and not wants_part(request) else 200
    response = render_page(request, page, context, part=PART, status=status)
    return trigger_client_event(response, "mapped", after="settle") if wants_part(request) else response


def form_of(draft: Draft, member: Membership, address: str) -> dict[str, Any]:
    """The columns with their questions, and what holds for the whole file; `address` is where it is sent."""
    rows = map_rows(draft)
    workspace = draft.imported.workspace
    mapped = draft.mapping.mapped
    return {
        "draft": draft,
        "map_url": reverse(address, args=[workspace.slug, draft.imported.pk]),
        "rows": rows,
        "groups": [(label, [(known.value, known.label) for known in fields]) for label, fields in GROUPS],
        "kinds": [(kind.value, label) for kind, label in KINDS],
        "currencies": _currencies(workspace),
        "people": account_managers(workspace, scope_of(member)),
        "sources": (sources := queries.sources(workspace)),
        "known_by": _known_by(draft, sources),
        "no_source": "" if draft.source.strip() else NO_SOURCE,
        "no_currency": NO_CURRENCY if draft.lacks_currency else "",
        "no_span": NO_SPAN if draft.lacks_span else "",
        "to_be_said": to_be_said(draft),
        "not_possible": not_possible(draft),
        "mapped_count": sum(row.column.field is not None for row in rows),
        "kept_count": sum(row.column.field is None for row in rows),
        "given": {known.value: text for known, text in draft.mapping.given.items()},
        "once": [known.value for known in GIVEN_ONCE if known not in mapped],
        "has_refunds": RowKind.REFUND in draft.mapping.types.values(),
    }


def _known_by(draft: Draft, sources: Iterable[Source]) -> str:
    """What rows of a later file are known again by (rules 5.14)."""
    unique = draft.mapping.mapped.get(Field.UNIQUE_ID)
    if unique is not None:
        return f"by “{unique.name}”, their Unique ID"
    key = name_key(draft.source)
    source = next((each for each in sources if each.key == key and each.key_fields), None)
    fields = [Field(name) for name in source.key_fields] if source else draft.mapping.key_fields
    labels = ", ".join(known.label.lower() for known in fields)
    return f"by {labels} together; of equal lines each counts" if labels else ""


def _currencies(workspace: Workspace) -> list[tuple[str, str]]:
    """All currencies, the workspace's first."""
    codes = sorted(CURRENCIES, key=lambda code: (code != workspace.currency, code))
    return [(code, f"{code} {CURRENCIES[code].name}") for code in codes]


@workspace_view(Right.IMPORT)
def import_preview(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponse:
    """The first rows under the mapping as it is kept, with the figures that they would have."""
    imported = import_of(workspace, pk, member, changing=True)
    if imported.state not in OPEN:
        return go(request, import_url(imported))
    return preview_page(request, draft_of(imported), "import_map")


def preview_page(request: HttpRequest, draft: Draft, address: str) -> HttpResponse:
    """The first rows under a draft; `address` is where it is made."""
    imported, workspace = draft.imported, draft.imported.workspace
    waits = reading_waits(draft)
    back = reverse(address, args=[workspace.slug, imported.pk])
    context: dict[str, Any] = {"imported": imported, "draft": draft, "waits": waits, "back": back}
    context |= {"rows": [], "problem": ""}
    try:
        today = workspace.day_of(moment(request))
        rows = [] if waits else first_rows(imported, draft.mapping, today)
        context["rows"] = [(row, _found_by(row)) for row in rows]
    except TableError as problem:
        context["problem"] = str(problem)
    return render_page(
        request, "transactions/import_preview.html", context, part="transactions/_preview.html"
    )


def _found_by(row: PreviewRow) -> str:
    """How the revenue of a row is found, or what it waits for."""
    if row.derived is None or row.derived.status is Status.NOT_REVENUE:
        return ""
    return lack_said(row.derived.lack) if row.derived.lack else tier_said(row.derived.tier)
