"""Linking contributions with the imported transactions that prove them, from both sides."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from contributions.queries.linkable_rows import linkable, linkable_to_transaction, linkable_transactions
from contributions.queries.transactions import LINKABLE
from contributions.services.transactions import link_transactions, unlink_transaction
from contributions.views.attachments import own_contribution, row_line
from contributions.views.ticking import Choice, Pick, choose, joined, shown_contribution
from kamtrak.web import back_to, go, moment
from transactions.models import Transaction
from transactions.queries.provided import descriptions, unique_ids
from transactions.queries.rows import get_row
from workspaces.access import workspace_view
from workspaces.models import Membership, Workspace
from workspaces.queries.people import scope_of
from workspaces.rules import Right

SAME_MONEY = "A contribution and its transactions are two views of the same money: linked, never added."


@workspace_view(Right.LOG)
def contribution_transactions(
    request: HttpRequest, workspace: Workspace, member: Membership, pk: int
) -> HttpResponse:
    """Choose the transactions that prove this contribution."""
    row, scope, now = own_contribution(workspace, member, pk), scope_of(member), moment(request)
    client, label = (row.client.survivor or row.client).name, workspace.calendar.label(row.quarter)
    choice = Choice(
        find=lambda text: linkable_transactions(workspace, scope, row, text),
        show=_shown,
        link=lambda rows: link_transactions(rows=rows, contributions=[row], by=member, now=now),
        back=reverse("contribution", args=[workspace.slug, pk]),
        noun="transaction",
        words={
            "title": "Link transactions",
            "sub_line": row_line(row),
            "placeholder": "Date, client, product, Unique ID or amount",
            "none_text": f"There is no transaction of {client} in {label} left to link. Search for others.",
            "foot_text": f"Without a search, those of {client} in {label}. {SAME_MONEY}",
        },
        every=lambda: linkable(workspace, scope, row),
    )
    return choose(request, choice)


@workspace_view(Right.LOG)
def transaction_link(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponse:
    """Choose the contributions of one's own that this row is evidence of."""
    row, now = get_row(workspace, scope_of(member), pk), moment(request)
    if row.status not in LINKABLE:
        raise Http404
    choice = Choice(
        find=lambda text: linkable_to_transaction(workspace, member, row, text),
        show=lambda rows: [shown_contribution(workspace, each) for each in rows],
        link=lambda rows: link_transactions(rows=[row], contributions=rows, by=member, now=now),
        back=reverse("transaction", args=[workspace.slug, pk]),
        noun="contribution",
        words={
            "title": "This is evidence of",
            "sub_line": _line(row),
            "placeholder": "Client or description",
            "none_text": "There is no contribution of yours left to link.",
            "foot_text": SAME_MONEY,
        },
    )
    return choose(request, choice)


@workspace_view(Right.LOG)
@require_POST
def transaction_unlink(
    request: HttpRequest, workspace: Workspace, member: Membership, pk: int, row_pk: int
) -> HttpResponse:
    """Undo a link, from the page of either side (`next`); also of a row that is no longer read."""
    row = own_contribution(workspace, member, pk)
    unlink_transaction(row_id=row_pk, contribution=row, by=member, now=moment(request))
    messages.success(request, "The transaction is no longer linked.")
    return go(request, back_to(request, reverse("contribution", args=[workspace.slug, pk])))


def _shown(rows: list[Transaction]) -> list[Pick]:
    ids = unique_ids(rows)
    described = descriptions(rows)
    return [_pick(row, described.get(row.pk, ""), ids.get(row.pk, "")) for row in rows]


def _pick(row: Transaction, description: str, unique_id: str) -> Pick:
    said = [str(row.product or ""), description, unique_id, f"{row.origin.name}, line {row.line:,}"]
    money: dict[str, Any] = {"amount": row.revenue, "currency": row.currency}
    return Pick(row.pk, _line(row), joined(said), **money)


def _line(row: Transaction) -> str:
    """`7 Aug 2026, Nordhavn Logistics`."""
    client = (row.client.survivor or row.client).name if row.client else "no client"
    return f"{row.day:%-d %b %Y}, {client}"
