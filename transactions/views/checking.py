"""The check of an import: what it would do, what repairs whole groups of rows, and the import itself."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.views.decorators.http import require_POST

from kamtrak.lib.errors import Refused
from kamtrak.lib.money import is_currency
from kamtrak.web import go, moment, read_id, render_page
from transactions.forms.imports import CommitForm
from transactions.models import Import, ImportState
from transactions.queries.imports import import_of, same_file
from transactions.queries.named import MissingProduct, UnmatchedOwner, missing_products, unmatched_owners
from transactions.queries.relied import changed_since
from transactions.rules import FileMapping, RowKind
from transactions.rules.repairs import RepairKind, repaired
from transactions.services import imports as services
from transactions.views.drafts import draft_of
from transactions.views.map_rows import KINDS
from transactions.views.mapping import keep
from transactions.views.outlook import outlook_of
from transactions.views.steps import import_url, page_below, step_of, stopped_because
from workspaces.access import workspace_view
from workspaces.models import Membership, Workspace
from workspaces.queries.people import scope_of
from workspaces.rules import Right


def check_page(
    request: HttpRequest,
    imported: Import,
    member: Membership,
    *,
    may_change: bool,
    form: CommitForm | None = None,
) -> HttpResponse:
    """Counts first, then what cannot go in and what repairs it, what is unknown, and the button."""
    outlook, differs = outlook_of(imported), changed_since(imported, moment(request))
    context = {
        "imported": imported,
        "step": step_of(imported),
        "differs": differs,
        "problem": "" if differs else stopped_because(imported),
        "sub_line": f"Each of the {outlook.rows:,} rows was checked. Nothing is written yet.",
        "may_change": may_change,
        "outlook": outlook,
        "form": form or CommitForm(initial={"stamp": services.check_stamp(imported)}),
        "twin": same_file(imported, scope_of(member)),
        "kinds": [(kind.value, label) for kind, label in KINDS],
        "missing": _missing(imported, member),
        "unmatched": _unmatched(imported, member),
    }
    status = 422 if form is not None and form.errors else 200
    return render_page(request, "transactions/import_check.html", context, status=status)


def _missing(imported: Import, member: Membership) -> list[tuple[MissingProduct, str]]:
    """Products that the catalog cannot price, each with where whoever keeps the masters repairs it."""
    found = missing_products(imported.workspace, imported.checked.get("missing_products") or [])
    return [
        (
            item,
            page_below(imported, f"catalog/missing/{item.seen}/?measure={item.measure}")
            if item.seen and member.can(Right.MASTERS)
            else "",
        )
        for item in found
    ]


def _unmatched(imported: Import, member: Membership) -> list[tuple[UnmatchedOwner, str]]:
    """Names that are no member's, each with where it is said who it is."""
    found = unmatched_owners(imported.workspace, imported.checked.get("unmatched_owners") or [])
    return [
        (
            item,
            page_below(imported, f"owners/{item.seen}/") if item.seen and member.can(Right.MASTERS) else "",
        )
        for item in found
    ]


@workspace_view(Right.IMPORT)
@require_POST
def import_commit(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponse:
    """Import exactly what was checked; rows that cannot go in are left out and can follow."""
    imported = import_of(workspace, pk, member, changing=True)
    if imported.state != ImportState.CHECKED:
        return go(request, import_url(imported))
    form = CommitForm(request.POST)
    if form.is_valid():
        try:
            services.request_commit(
                imported=imported,
                by=member,
                stamp=form.cleaned_data["stamp"],
                repeats_are_new=form.are_new,
                without_bad_rows=True,
                now=moment(request),
            )
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            return go(request, import_url(imported))
    return check_page(request, imported, member, may_change=True, form=form)


@workspace_view(Right.IMPORT)
@require_POST
def import_check(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponse:
    """Check every row again: something that it relied on has changed, or an entry was added."""
    imported = import_of(workspace, pk, member, changing=True)
    return _check_again(request, imported, member)


@workspace_view(Right.IMPORT)
@require_POST
def import_repair(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponse:
    """Take one decision for all rows that share a problem, and check again."""
    imported = import_of(workspace, pk, member, changing=True)
    if imported.state != ImportState.CHECKED:
        return go(request, import_url(imported))
    draft = draft_of(imported)
    mapping = _with_repair(request.POST, draft.mapping)
    if mapping is None:
        messages.error(request, "Choose first what is to be done with these rows.")
        return go(request, import_url(imported))
    try:
        keep(draft.with_mapping(mapping), member, request)
    except Refused as refusal:
        messages.error(request, refusal.message)
        return go(request, import_url(imported))
    return _check_again(request, imported, member)


def _with_repair(posted: QueryDict, mapping: FileMapping) -> FileMapping | None:
    """The mapping with the repair that was sent; None where it says nothing that could be done."""
    place, values = read_id(posted, "place"), [str(value) for value in posted.getlist("value")]
    if place is None or place >= len(mapping.columns) or not values:
        return None
    if posted.get("kind") == RepairKind.BLANK:
        return repaired(mapping, RepairKind.BLANK, place, values)
    code = posted.get("currency", "")
    if posted.get("kind") == RepairKind.CURRENCY and is_currency(code):
        return repaired(mapping, RepairKind.CURRENCY, place, values, currency=code)
    chosen = [str(kind) for kind in posted.getlist("as")]
    known = {kind.value for kind in RowKind}
    declared = [(text, RowKind(kind)) for text, kind in zip(values, chosen, strict=False) if kind in known]
    if posted.get("kind") != RepairKind.TYPE or not declared:
        return None
    texts, kinds = zip(*declared, strict=True)
    return repaired(mapping, RepairKind.TYPE, place, texts, kinds=kinds)


def _check_again(request: HttpRequest, imported: Import, member: Membership) -> HttpResponse:
    try:
        services.request_check(imported=imported, by=member, now=moment(request))
    except Refused as refusal:
        messages.error(request, refusal.message)
    return go(request, import_url(imported))
