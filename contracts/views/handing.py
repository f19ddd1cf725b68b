"""Handing a contract over, or all contracts of a client in one step, previewed (rules 4.16)."""

import hashlib
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from contracts.forms.endings import HandOverForm
from contracts.models import Contract
from contracts.queries.contracts import get_contract, living_contracts
from contracts.queries.previews import Moving, holds_every_month, moving_months
from contracts.services.handing import hand_over
from contracts.views.asking import dialog_page, page_of
from kamtrak.lib.errors import Refused
from kamtrak.lib.months import Month
from kamtrak.web import go, moment, put_into, show_refusal
from workspaces.access import workspace_view
from workspaces.models import Membership, Workspace
from workspaces.queries.clients import get_client
from workspaces.queries.people import EVERYONE, account_managers
from workspaces.rules import Right

ZERO = Decimal(0)
Read = tuple[list[Contract], dict[str, Any]]  # the contracts as they are now, and what their dialog says


@workspace_view(Right.MASTERS)
def contract_hand_over(
    request: HttpRequest, workspace: Workspace, member: Membership, pk: int
) -> HttpResponse:
    """One contract, from a month on."""
    row = get_contract(workspace, EVERYONE, pk)
    if row.is_void:
        messages.warning(request, f"{row} is void. Take the void back first.")
        return go(request, page_of(workspace, row))

    def read() -> Read:
        row = get_contract(workspace, EVERYONE, pk)
        context = {"row": row, "back": page_of(workspace, row), "sub": str(row), "holder": row.owner}
        return [row], context

    return _hand_over(request, workspace, member, "contract_hand_over", read)


@workspace_view(Right.MASTERS)
def client_hand_over(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponse:
    """Every draft and current contract of a client in one step."""
    account = get_client(workspace, pk)
    account = account.survivor or account
    today = workspace.day_of(moment(request))
    back = reverse("client", args=[workspace.slug, account.pk])

    def read() -> Read:
        rows = list(living_contracts(workspace, account, today))
        return rows, {"account": account, "back": back, "sub": account.name}

    return _hand_over(request, workspace, member, "client_hand_over", read)


def _hand_over(
    request: HttpRequest, workspace: Workspace, member: Membership, name: str, read: Callable[[], Read]
) -> HttpResponse:
    """Show what changes hands, then hand it over: only what was shown, exactly as it was shown."""
    rows, context = read()
    following = Month.of(workspace.day_of(moment(request))) + 1
    sent = request.POST if request.method == "POST" else None
    form = HandOverForm(_people(workspace, context), sent, first=following)
    if form.is_bound and form.is_valid() and form.person:
        to, first = form.person, form.cleaned_data["first"]
        shown = moving_months(workspace, rows, to, first)
        as_shown = bool(shown) and form.cleaned_data["seen"] == _stamp(shown, to, first)
        if as_shown and _handed(request, workspace, member, form, [each.contract for each in shown]):
            return go(request, context["back"])
        if as_shown:  # refused, maybe since it was changed in this very instant
            rows, context = read()
            shown = moving_months(workspace, rows, to, first)
        put_into(form, seen=_stamp(shown, to, first))
        context = {**context, **_effect(workspace, shown), "to": to, "first": first}
    return dialog_page(request, name, form, {**context, "rows": rows})


def _people(workspace: Workspace, context: dict[str, Any]) -> list[Membership]:
    """Whom it can be given to: also who holds it, where an earlier month is somebody else's."""
    people, row = account_managers(workspace, EVERYONE), context.get("row")
    if row is None or not holds_every_month(row):
        return people
    return [person for person in people if person != row.owner]


def _handed(
    request: HttpRequest,
    workspace: Workspace,
    member: Membership,
    form: HandOverForm,
    rows: Sequence[Contract],
) -> bool:
    to, values = form.person, form.cleaned_data
    assert to is not None  # noqa: S101 - a valid form has chosen one
    try:
        number = hand_over(
            workspace=workspace,
            contracts=rows,
            to=to,
            first=values["first"],
            by=member,
            reason=values["reason"],
            now=moment(request),
        )
    except Refused as refusal:
        show_refusal(form, refusal)
        return False
    many = "1 contract" if number == 1 else f"{number:,} contracts"
    messages.success(request, f"{many} handed over to {to}, from {values['first'].first:%B %Y} on.")
    return True


def _effect(workspace: Workspace, shown: Sequence[Moving]) -> dict[str, Any]:
    """What changes hands: the contracts, and their money per currency and converted."""
    codes = sorted({each.contract.currency for each in shown if each.months})
    sums = [
        (code, sum((each.amount for each in shown if each.contract.currency == code), ZERO)) for code in codes
    ]
    return {
        "shown": shown,
        "months": sum(each.months for each in shown),
        "sums": sums,
        "converted": sum((each.converted for each in shown), ZERO),
        "unknown": sum(each.unknown for each in shown),
        "expected": sum(each.expected for each in shown),
        "mixed": codes != [workspace.currency],
    }


def _stamp(shown: Sequence[Moving], to: Membership, first: Month) -> str:
    """Names exactly what was shown."""
    named = [(each.contract.pk, each.contract.revision, each.months, f"{each.amount:f}") for each in shown]
    return hashlib.sha256(repr((to.pk, str(first), named)).encode()).hexdigest()[:32]
