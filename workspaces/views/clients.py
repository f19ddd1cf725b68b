"""Client accounts: list, one account, names, merging and taking it back."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from kamtrak.lib.errors import Refused
from kamtrak.reasons import ReasonForm
from kamtrak.web import BESIDE, go, read_id, render_page, show_refusal
from workspaces.access import workspace_view
from workspaces.context import address
from workspaces.forms.clients import ClientNameForm, MergeForm
from workspaces.models import ClientAccount, ClientName, Membership, Workspace
from workspaces.queries import clients as queries
from workspaces.queries.history import history_of
from workspaces.rules import Right, UnfitName, clean_name
from workspaces.services import clients as services

JUST_MERGED = "Taken back at once"


@workspace_view()
def clients(request: HttpRequest, workspace: Workspace, member: Membership) -> HttpResponse:
    """Every client account, found by any of its names."""
    text, merged = request.GET.get("q", "").strip(), request.GET.get("merged") == "shown"
    after = request.GET.get("after", "").replace("\0", "")
    page = queries.client_page(workspace, text, merged=merged, after=after)
    context = {
        "page": page,
        "text": text,
        "merged_choices": [("shown", "shown")],
        "rows_url": address("contributions", workspace.slug),
        "contracts_url": address("contracts", workspace.slug),
    }
    return render_page(request, "workspaces/clients.html", context)


@workspace_view()
def client_options(request: HttpRequest, workspace: Workspace, member: Membership) -> HttpResponse:
    """What completes a client's name while it is typed: at most eight, and whether it would be a new one."""
    typed = request.GET.get("q", "")
    try:
        name = clean_name(typed)
    except UnfitName:
        return HttpResponse()  # the field itself says what is wrong with it
    found = queries.clients_like(workspace, name)
    known = queries.find_client(workspace, name)
    if known and known not in found:
        found = [known, *found][:8]
    new = "" if known or "known" in request.GET else name  # a merge chooses among those there are
    context = {"options": [(account.name, "") for account in found], "new": new}
    return render(request, "components/options.html", context)


@workspace_view()
def client(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponse:
    """One account: its names, what was merged into it, its history."""
    account = queries.get_client(workspace, pk)
    return _client_page(request, workspace, member, account, ClientNameForm(auto_id=BESIDE))


def _client_page(
    request: HttpRequest,
    workspace: Workspace,
    member: Membership,
    account: ClientAccount,
    alias_form: ClientNameForm,
) -> HttpResponse:
    merged = queries.merged_into(account)
    ids = [account.pk, *(other.pk for other in merged)]
    related = [(ClientName, "account", account.pk)]
    told = member.can(Right.HISTORY)
    context = {
        "account": account,
        "merged": merged,
        "alias_form": alias_form,
        "uses": queries.uses_of(workspace, ids) if member.reads_everyone else [],
        "told": told,
        "history": history_of(account, *merged, also=related, workspace=workspace)[:20] if told else [],
        "rows_url": address("contributions", workspace.slug),
        "contracts_url": address("contracts", workspace.slug),
        "may_change": member.can(Right.MASTERS) and not account.merged_into_id,
    }
    status = 422 if alias_form.errors else 200
    return render_page(request, "workspaces/client.html", context, status=status)


@workspace_view(Right.MASTERS)
def client_rename(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponse:
    """Another name; the former one stays as an alias."""
    account = queries.get_client(workspace, pk)
    form = ClientNameForm(request.POST or None, initial={"name": account.name})
    if request.method == "POST" and form.is_valid():
        try:
            services.rename_client(account=account, name=form.cleaned_data["name"])
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, f"{account.name} is called {form.cleaned_data['name']} now.")
            return go(request, _page_of(workspace, pk))
    return _form(request, "client_rename", {"form": form, "account": account}, form.errors)


@workspace_view(Right.MASTERS)
@require_POST
def client_alias(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponse:
    """Add an alias, or remove the one whose button was pressed."""
    account = queries.get_client(workspace, pk)
    if alias_id := read_id(request.POST, "remove"):
        try:
            services.remove_alias(account=account, alias_id=alias_id)
        except Refused as refusal:
            messages.error(request, refusal.message)
        return go(request, _page_of(workspace, pk))
    form = ClientNameForm(request.POST, auto_id=BESIDE)
    if form.is_valid():
        try:
            services.add_alias(account=account, name=form.cleaned_data["name"])
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, f"{form.cleaned_data['name']} finds {account.name} now.")
            return go(request, _page_of(workspace, pk))
    return _client_page(request, workspace, member, account, form)


@workspace_view(Right.MASTERS)
def client_merge(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponse:
    """Choose the account that survives, see what happens, say why."""
    account = queries.get_client(workspace, pk)
    form = MergeForm(request.POST or None, initial={"into": request.GET.get("into", "")})
    wanted = form.data.get("into") if form.is_bound else request.GET.get("into")
    into = queries.find_client(workspace, wanted or "")
    if request.method == "POST" and form.is_valid():
        if into is None:
            form.add_error("into", "No client account has this name. Choose one from the list.")
        elif form.cleaned_data["seen"] == into.pk and _merged(request, form, account, into):
            return go(request, _page_of(workspace, into.pk))
    context = {"form": form, "account": account, "into": into, **_preview(workspace, account, into)}
    return _form(request, "client_merge", context, form.errors)


def _merged(request: HttpRequest, form: MergeForm, account: ClientAccount, into: ClientAccount) -> bool:
    """Merge, or show at the form why not."""
    try:
        services.merge_clients(account=account, into=into, reason=form.cleaned_data["reason"])
    except Refused as refusal:
        show_refusal(form, refusal)
        return False
    undo = reverse("client_unmerge", args=[account.workspace.slug, account.pk])
    messages.success(request, f"{account.name} is merged into {into.name}.", extra_tags=f"undo={undo}")
    return True


def _preview(workspace: Workspace, account: ClientAccount, into: ClientAccount | None) -> dict[str, Any]:
    """What a merge would do: which names find the survivor, and what is counted there."""
    if into is None or into.pk == account.pk:
        return {}
    merged = queries.merged_into(account)
    names = [account.name, *(alias.name for alias in account.names.all()), *(m.name for m in merged)]
    return {
        "preview": True,
        "names": names,
        "uses": queries.uses_of(workspace, [account.pk, *(m.pk for m in merged)]),
    }


@workspace_view(Right.MASTERS)
def client_unmerge(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponse:
    """Take a merge back. Undo, pressed right after it, is its own reason."""
    account = queries.get_client(workspace, pk)
    at_once = request.method == "POST" and "reason" not in request.POST
    form = ReasonForm({"reason": JUST_MERGED} if at_once else request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.unmerge_client(account=account, reason=form.cleaned_data["reason"])
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, f"{account.name} stands on its own again.")
            return go(request, _page_of(workspace, pk))
    return _form(request, "client_unmerge", {"form": form, "account": account}, form.errors)


def _page_of(workspace: Workspace, pk: int) -> str:
    return reverse("client", args=[workspace.slug, pk])


def _form(request: HttpRequest, name: str, context: dict[str, Any], errors: Any) -> HttpResponse:
    page, part = f"workspaces/{name}.html", f"workspaces/_{name}.html"
    return render_page(request, page, context, part=part, status=422 if errors else 200)
