"""Adding, reading back while typing, editing, duplicating, voiding and restoring a contribution."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from contributions.forms.contributions import ContributionForm, blank, initial_of
from contributions.models import Contribution
from contributions.queries.contributions import get_contribution, probable_doubles
from contributions.queries.periods import closed_period
from contributions.rules import RevenueType, conversion_day, derive
from contributions.services import contributions as services
from fx.queries import load_book
from kamtrak.lib.errors import Refused, Stale
from kamtrak.lib.money import grouped
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
    """Log a contribution: a dialog from any page, a page without JavaScript."""
    now = moment(request)
    today = workspace.day_of(now)
    quarter = _preset_quarter(request, workspace)
    form = ContributionForm(workspace, today, request.POST or None, initial=blank(workspace, quarter))
    if request.method == "POST" and form.is_valid():
        try:
            row = services.log_contribution(
                workspace=workspace,
                owner=member,
                entry=form.entry(),
                now=now,
                once=form.cleaned_data["once"] or None,
            )
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, f"Contribution saved: {_named(row)}")
            if "again" in request.POST:
                return _again(request, workspace, row)
            return go(request, back_to(request, _list_url(workspace, row.quarter)))
    return _form_page(request, workspace, form, title="Add contribution", owner=member)


@workspace_view(Right.LOG)
def contribution_check(request: HttpRequest, workspace: Workspace, member: Membership) -> HttpResponse:
    """What has been typed so far, read back: the amount, its converted figure, probable doubles."""
    today = workspace.day_of(moment(request))
    form = ContributionForm(workspace, today, request.GET)
    form.is_valid()
    context: dict[str, Any] = {
        "hint": _hint(form["type"].value()),
        "problem": "",
        "echo": None,
        "doubles": [],
    }
    values = form.cleaned_data
    if "amount" in form.errors and form.data.get("amount"):
        context["problem"] = form.errors["amount"][0]
    elif isinstance(values.get("amount"), Decimal) and isinstance(values.get("quarter"), Quarter):
        context |= _read_back(request, workspace, member, values)
    return render_page(request, "contributions/_check.html", context)


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
    context: dict[str, Any] = {"closed": closed_period(workspace, row.quarter)}
    if request.method == "POST" and form.is_valid():
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
    return _form_page(request, workspace, form, title="Edit contribution", owner=member, row=row, **context)


@workspace_view(Right.LOG)
def contribution_duplicate(
    request: HttpRequest, workspace: Workspace, member: Membership, pk: int
) -> HttpResponse:
    """The form of a copy in the next quarter, to be looked over and saved like a new one."""
    row = _own(workspace, member, pk)
    today = workspace.day_of(moment(request))
    if row.quarter + 1 > workspace.calendar.quarter_of(today):
        label = workspace.calendar.label(row.quarter + 1)
        messages.warning(request, f"{label} has not begun, so nothing can be logged into it yet.")
        return go(request, reverse("contribution", args=[workspace.slug, pk]))
    initial = {**initial_of(services.duplicate_entry(row), workspace), "once": one_time_token()}
    form = ContributionForm(workspace, today, initial=initial, kept_currency=row.currency)
    return _form_page(
        request, workspace, form, title="Duplicate into the next quarter", owner=member, source=row
    )


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
    row = _own(workspace, member, pk)
    if request.method == "POST":
        services.restore_contribution(
            contribution=row, by=member, reason="The void was taken back", now=moment(request)
        )
        messages.success(request, f"Contribution restored: {_named(row)}")
    return go(request, reverse("contribution", args=[workspace.slug, pk]))


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
        "sub_line": f"{_verb(context)} {_quarter_label(form)} · owner {context['owner']}",
        "description_hint": _hint(form["type"].value()),
        "details_open": bool({"quarter", "earned_on", "share", "basis"} & set(form.errors))
        or row is not None,
        "label_now": workspace.calendar.label(row.quarter) if row else "",
        **context,
    }
    return render_page(
        request, PAGE, values, PART if dialog else None, status=422 if form.errors and not dialog else 200
    )


def _hint(kind: Any) -> str:
    """What makes the chosen type credible (rules 3.1)."""
    known = {each.value: each.hint for each in RevenueType}
    return known.get(kind, "What changed for the client, and your part in it.")


def _verb(context: dict[str, Any]) -> str:
    return "In" if context.get("row") else "Goes into"


def _quarter_label(form: ContributionForm) -> str:
    code = form["quarter"].value()
    return str(dict(form.fields["quarter"].choices).get(code, code))  # type: ignore[attr-defined]


def _again(request: HttpRequest, workspace: Workspace, row: Contribution) -> HttpResponse:
    """The next empty form, in the same quarter, type and currency as the one just saved."""
    initial = {**blank(workspace, row.quarter), "currency": row.currency, "type": row.type}
    form = ContributionForm(workspace, workspace.day_of(moment(request)), initial=initial)
    return _form_page(request, workspace, form, title="Add contribution", owner=row.owner, saved=_named(row))


def _read_back(
    request: HttpRequest, workspace: Workspace, member: Membership, values: dict[str, Any]
) -> dict[str, Any]:
    quarter, currency, amount = values["quarter"], values["currency"], values["amount"]
    day = conversion_day(quarter, values.get("earned_on"))
    book = load_book(workspace, [currency], first=day, last=day, today=workspace.day_of(moment(request)))
    share = values.get("share") or Decimal(100)
    figure = derive(
        amount=amount, currency=currency, share=share, day=day, target=workspace.currency, book=book
    )
    return {
        "echo": figure,
        "amount": amount,
        "currency": currency,
        "share": share,
        "day": day,
        "doubles": _doubles(request, workspace, member, values),
    }


def _doubles(
    request: HttpRequest, workspace: Workspace, member: Membership, values: dict[str, Any]
) -> list[Any]:
    """Probable doubles; of rows that the reader may not read only that there is one (rules 3.8)."""
    client = find_client(workspace, values.get("client", "")) if values.get("client") else None
    if client is None or not values.get("type"):
        return []
    scope = scope_of(member)
    found = probable_doubles(
        workspace,
        client_id=client.pk,
        type=RevenueType(values["type"]),
        quarter=values["quarter"],
        currency=values["currency"],
        amount=values["amount"],
        except_pk=read_id(request.GET, "row"),
    )
    return [double if scope.includes(double.owner_id) else None for double in found]


def _overtaken(request: HttpRequest, workspace: Workspace, row: Contribution) -> ContributionForm:
    """The same input over the version that is current now: the next save is a decision."""
    data = request.POST.copy()
    data["version"] = str(row.version)
    today = workspace.day_of(moment(request))
    return ContributionForm(workspace, today, data, kept_currency=row.currency, kept_quarter=row.quarter)


def _named(row: Contribution) -> str:
    return f"{row.client.name}, {grouped(row.amount.amount, row.currency)} {row.currency}"


def _list_url(workspace: Workspace, quarter: Quarter) -> str:
    return f"{reverse('contributions', args=[workspace.slug])}?period={workspace.calendar.code(quarter)}"
