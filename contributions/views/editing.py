"""Adding, editing, duplicating, voiding and restoring a contribution."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from contracts.models import Contract
from contributions.forms.contributions import (
    ContributionForm,
    blank,
    from_contract,
    initial_of,
    quarter_line,
)
from contributions.models import Contribution
from contributions.queries.contracts import ConfirmedValue, get_confirmed_contract, newest_confirmation
from contributions.queries.contributions import get_contribution
from contributions.queries.periods import closed_period
from contributions.rules import RevenueType
from contributions.services import contributions as services
from contributions.views.checking import alike_of, hint
from kamtrak.lib.errors import Refused, Stale
from kamtrak.lib.money import grouped, round_money
from kamtrak.lib.months import Quarter
from kamtrak.reasons import ReasonForm
from kamtrak.web import (
    back_to,
    go,
    is_dialog,
    moment,
    one_time_token,
    read_id,
    read_period,
    render_page,
    show_refusal,
)
from workspaces.access import workspace_view
from workspaces.models import Membership, Workspace
from workspaces.queries.clients import find_client
from workspaces.queries.people import scope_of
from workspaces.rules import Right

PAGE, PART = "contributions/contribution_form.html", "contributions/_contribution_form.html"


@workspace_view(Right.LOG)
def contribution_add(request: HttpRequest, workspace: Workspace, member: Membership) -> HttpResponse:
    """Log a contribution: a dialog from any page, a page without JavaScript.

    Opened from a contract (`contract`), it starts with the contract's value and is linked to it.
    """
    contract = _contract(request, workspace, member)
    term = newest_confirmation(contract) if contract else None
    form = _new_form(request, workspace, contract, term)
    title = f"Add contribution from {contract.number}" if contract else "Add contribution"
    context: dict[str, Any] = {"title": title, "owner": member, "contract": contract, "term": term}
    if _may_be_saved(request, form, context):
        new = find_client(workspace, form.cleaned_data["client"]) is None
        try:
            row = _log(request, member, form, contract)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            if "again" in request.POST:
                return _again(request, workspace, row, new)
            said = f"{_named(row)}{'. This client is new' if new else ''}"
            see = reverse("contribution", args=[workspace.slug, row.pk])
            messages.success(request, f"Contribution saved: {said}", extra_tags=f"see={see}")
            return go(request, back_to(request, _list_url(workspace, row.quarter)))
    return _form_page(request, workspace, form, **context)


def _log(
    request: HttpRequest, member: Membership, form: ContributionForm, contract: Contract | None
) -> Contribution:
    return services.log_contribution(
        workspace=form.workspace,
        owner=member,
        entry=form.entry(),
        now=moment(request),
        once=form.cleaned_data["once"] or None,
        reason=form.cleaned_data["reason"],
        contract=contract,
    )


@workspace_view(Right.LOG)
def contribution_edit(
    request: HttpRequest, workspace: Workspace, member: Membership, pk: int
) -> HttpResponse:
    """Change a contribution of one's own; a form that was overtaken shows what changed and asks again."""
    row = _own(workspace, member, pk)
    now = moment(request)
    form = ContributionForm(
        workspace,
        workspace.day_of(now),
        request.POST or None,
        initial={**initial_of(services.entry_of(row), workspace), "version": row.version},
        kept_currency=row.currency,
        kept_quarter=row.quarter,
    )
    context: dict[str, Any] = {"title": "Edit contribution", "owner": member, "row": row}
    context["closed"] = closed_period(workspace, row.quarter)
    if _may_be_saved(request, form, context):
        try:
            services.edit_contribution(
                contribution=row,
                by=member,
                entry=form.entry(),
                version=form.cleaned_data["version"] or 0,
                now=now,
                reason=form.cleaned_data["reason"],
            )
        except Stale as overtaken:
            form, context["meanwhile"] = _overtaken(request, workspace, row), overtaken.message
        except Refused as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            messages.success(request, f"Contribution saved: {_named(_own(workspace, member, pk))}")
            return go(request, reverse("contribution", args=[workspace.slug, pk]))
    return _form_page(request, workspace, form, **context)


@workspace_view(Right.LOG)
def contribution_duplicate(
    request: HttpRequest, workspace: Workspace, member: Membership, pk: int
) -> HttpResponse:
    """The form of a copy in the next quarter, or in the running one, to be looked over and saved like a new
    one."""
    row = _own(workspace, member, pk)
    today = workspace.day_of(moment(request))
    entry = services.duplicate_entry(row, last=workspace.calendar.quarter_of(today))
    initial = {**initial_of(entry, workspace), "once": one_time_token()}
    form = ContributionForm(workspace, today, initial=initial, kept_currency=row.currency)
    title = "Duplicate into the next quarter" if entry.quarter != row.quarter else "Duplicate"
    return _form_page(request, workspace, form, title=title, owner=member, source=row)


@workspace_view(Right.LOG)
def contribution_void(
    request: HttpRequest, workspace: Workspace, member: Membership, pk: int
) -> HttpResponse:
    row = _own(workspace, member, pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.void_contribution(
                contribution=row, by=member, reason=form.cleaned_data["reason"], now=moment(request)
            )
        except Refused as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            undo = reverse("contribution_restore", args=[workspace.slug, pk])
            messages.success(request, f"Contribution voided: {_named(row)}", extra_tags=f"undo={undo}")
            return go(request, _list_url(workspace, row.quarter))
    context = {"form": form, "row": row, "back": reverse("contribution", args=[workspace.slug, pk])}
    part = "contributions/_contribution_void.html" if is_dialog(request) else None
    return render_page(request, "contributions/contribution_void.html", context, part)


@workspace_view(Right.LOG)
def contribution_restore(
    request: HttpRequest, workspace: Workspace, member: Membership, pk: int
) -> HttpResponse:
    """Take a void back; of a closed quarter after a reason was given."""
    row = _own(workspace, member, pk)
    asks = closed_period(workspace, row.quarter) is not None
    form = ReasonForm(request.POST if "reason" in request.POST else None)
    back = reverse("contribution", args=[workspace.slug, pk])
    if request.method == "POST" and (not asks or form.is_valid()):
        reason = form.cleaned_data["reason"] if asks else "The void was taken back"
        services.restore_contribution(contribution=row, by=member, reason=reason, now=moment(request))
        messages.success(request, f"Contribution restored: {_named(row)}")
        return go(request, back)
    if not asks:
        return go(request, back)
    context = {"form": form, "row": row, "back": back, "label": workspace.calendar.label(row.quarter)}
    part = "contributions/_contribution_restore.html" if is_dialog(request) else None
    return render_page(request, "contributions/contribution_restore.html", context, part)


def _may_be_saved(request: HttpRequest, form: ContributionForm, context: dict[str, Any]) -> bool:
    """Whether a whole form was sent whose probable doubles have been seen: those are asked about once, also
    where no script has shown them (rules 3.8). `context` gets them."""
    if request.method != "POST" or not form.is_valid():
        return False
    values, row, owner = form.cleaned_data, context.get("row"), context["owner"]
    today, pk = owner.workspace.day_of(moment(request)), row.pk if row else None
    alike = alike_of(owner, values, today, except_pk=pk, except_once=values["once"])
    if sum(map(len, alike.values())) <= (values["doubles"] or 0):
        return True
    context |= alike
    form.add_error(None, "This may be a double count: see below. Save again if it is a second deal.")
    return False


def _contract(request: HttpRequest, workspace: Workspace, member: Membership) -> Contract | None:
    """The contract that the form is opened from, or was."""
    pk = read_id(request.POST if request.method == "POST" else request.GET, "contract")
    return None if pk is None else get_confirmed_contract(workspace, scope_of(member), pk)


def _new_form(
    request: HttpRequest, workspace: Workspace, contract: Contract | None, term: ConfirmedValue | None
) -> ContributionForm:
    today = workspace.day_of(moment(request))
    initial, sent = blank(workspace, _preset_quarter(request, workspace)), request.POST or None
    if contract is None or term is None:
        return ContributionForm(workspace, today, sent, initial=initial)
    return ContributionForm(
        workspace,
        today,
        sent,
        initial=initial | from_contract(workspace, contract, term),
        kept_currency=contract.currency,
        kept_quarter=workspace.calendar.quarter_of(term.confirmed_on),
    )


def _own(workspace: Workspace, member: Membership, pk: int) -> Contribution:
    """A contribution that this member may write; rows of others do not exist here (rules 8.2)."""
    row = get_contribution(workspace, scope_of(member), pk)
    if row.owner_id != member.pk:
        raise Http404
    return row


def _preset_quarter(request: HttpRequest, workspace: Workspace) -> Quarter:
    """The quarter that the page shows; today's from pages without one and from longer periods (rules 2.3)."""
    today = workspace.day_of(moment(request))
    running = workspace.calendar.quarter_of(today)
    period, _ = read_period(request.GET, workspace.calendar, today)
    return min(period.quarters[0], running) if period.kind == "quarter" else running


def _form_page(
    request: HttpRequest, workspace: Workspace, form: ContributionForm, **context: Any
) -> HttpResponse:
    row, dialog = context.get("row") or context.get("source"), is_dialog(request)
    back = (
        reverse("contribution", args=[workspace.slug, row.pk])
        if row
        else reverse("contributions", args=[workspace.slug])
    )
    here = request.htmx.current_url_abs_path if dialog else ""  # type: ignore[attr-defined]
    values = {
        "form": form,
        "types": list(RevenueType),
        "back": back,
        "next": back_to(request, here or ""),
        "sub_line": quarter_line(form, context["owner"], editing="row" in context),
        "check_url": _check_url(workspace, context.get("row")),
        "description_hint": hint(form["type"].value()),
        "details_open": bool({"quarter", "earned_on", "share", "basis"} & set(form.errors))
        or row is not None
        or form["quarter"].value() != form.running,
        "label_now": workspace.calendar.label(row.quarter) if row else "",
        **context,
    }
    return render_page(
        request, PAGE, values, PART if dialog else None, status=422 if form.errors and not dialog else 200
    )


def _check_url(workspace: Workspace, row: Contribution | None) -> str:
    url = reverse("contribution_check", args=[workspace.slug])
    return f"{url}?row={row.pk}" if row else url


def _again(request: HttpRequest, workspace: Workspace, row: Contribution, new: bool) -> HttpResponse:
    """The next empty form, in the same quarter, type and currency as the one just saved."""
    initial = {**blank(workspace, row.quarter), "currency": row.currency, "type": row.type}
    form = ContributionForm(workspace, workspace.day_of(moment(request)), initial=initial)
    context = {"title": "Add contribution", "owner": row.owner, "saved": _named(row), "new": new}
    return _form_page(request, workspace, form, **context)


def _overtaken(request: HttpRequest, workspace: Workspace, row: Contribution) -> ContributionForm:
    """The same input over the version that is current now: the next save is a decision."""
    data = request.POST.copy()
    data["version"] = str(row.version)
    today = workspace.day_of(moment(request))
    return ContributionForm(workspace, today, data, kept_currency=row.currency, kept_quarter=row.quarter)


def _named(row: Contribution) -> str:
    whole = f"{grouped(row.amount.amount, row.currency)} {row.currency}"
    if not row.is_part:
        return f"{row.client.name}, {whole}"
    return f"{row.client.name}, {grouped(round_money(row.credited, row.currency), row.currency)} of {whole}"


def _list_url(workspace: Workspace, quarter: Quarter) -> str:
    return f"{reverse('contributions', args=[workspace.slug])}?period={workspace.calendar.code(quarter)}"
