"""Imported transactions beside contributions: those behind one, those that one seems to repeat, and what is
told of both on the page of a transaction (rules 1.7, 3.8, 3.9).

A repeated one is looked for among the client's rows of the quarter alone, which an index holds together.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q, QuerySet, Subquery, Value

from contributions.models import Contribution, TransactionLink
from contributions.models.contributions import EndOfQuarter
from contributions.queries.contracts import Deal, deal_of, near, whole_converted
from kamtrak.lib.money import grouped
from transactions.models import Transaction
from transactions.rules import Citation, Status
from workspaces.models import ClientAccount, Membership, Workspace
from workspaces.queries.people import Scope, scope_of
from workspaces.rules import Right

MOST_REPEATED = 3  # rows that an entry seems to repeat: no more are told
LINKABLE = (Status.COUNTED, Status.UNKNOWN)


@dataclass(frozen=True)
class BesideRow:
    """A transaction beside a contribution; `row` is None where it may not be read."""

    row: Transaction | None = None
    linked: bool = False


# ------------------------------------------------------------------ behind a contribution


def rows_beside(workspace: Workspace, scope: Scope, row: Contribution) -> list[BesideRow]:
    """The transactions that prove a contribution, then those that it seems to repeat; one query."""
    links = TransactionLink.objects.filter(workspace=workspace, contribution=row)
    asked = links.values("transaction")
    if not row.is_void:
        asked = asked.union(_alike(workspace, deal_of(row), of_row=row.pk).values("pk"))
    behind = Exists(links.filter(transaction=OuterRef("pk")))
    found = Transaction.objects.filter(workspace=workspace, pk__in=asked).annotate(linked=behind)
    return _beside(found.order_by("-linked", "day", "pk"), scope)


def repeated_rows(
    workspace: Workspace, scope: Scope, deal: Deal, *, of_row: int | None = None
) -> list[BesideRow]:
    """Transactions that an entry seems to repeat (rules 3.8). What stands behind the row is no double."""
    alike = _alike(workspace, deal, of_row=of_row).annotate(linked=Value(False))
    return _beside(alike, scope)


def _alike(workspace: Workspace, deal: Deal, *, of_row: int | None) -> QuerySet[Transaction]:
    """Same client, a day of the quarter, revenue within 1 % of the whole deal, in its currency or else
    converted; the first of them."""
    rows = Transaction.objects.filter(
        _of_client(deal.client_id),
        workspace=workspace,
        day__gte=deal.quarter.start,
        day__lt=deal.quarter.end,
        status=Status.COUNTED,
    )
    alike = Q(currency=deal.currency) & near("revenue", deal.amount)
    if deal.converted is not None:
        alike |= ~Q(currency=deal.currency) & near("converted", deal.converted)
    if of_row is not None:
        rows = rows.exclude(Exists(_links(of_row)))
    return rows.filter(alike).order_by("day", "pk")[:MOST_REPEATED]


def repeats_row() -> Subquery:
    """For many contributions at once: a transaction that a row seems to repeat and that is not behind it. The
    same question as `repeated_rows`, asked of the database.

    A value and no Exists: that one would be joined to all transactions, here each looks into its own index.
    """
    same = Q(currency=OuterRef("amount_currency"))
    rows = Transaction.objects.filter(
        ~Exists(_links(OuterRef(OuterRef("pk")))),
        _of_client(OuterRef(OuterRef("client__survivor"))),
        workspace=OuterRef("workspace"),
        day__gte=OuterRef("quarter"),
        day__lt=EndOfQuarter(OuterRef("quarter")),
        status=Status.COUNTED,
    )
    alike = same & near("revenue", OuterRef("amount")) | ~same & near("converted", whole_converted())
    return Subquery(rows.filter(alike).order_by().values("pk")[:1])


class _AnyOf(Func):
    """Whether a column is among the values of an array: read once, and then looked up in an index."""

    template, arg_joiner = "(%(expressions)s))", " = any("
    output_field = BooleanField()


def _of_client(survivor: Any) -> _AnyOf:
    """Rows of the client, under whichever of its accounts they came in."""
    accounts = ClientAccount.objects.filter(survivor=survivor).order_by()
    return _AnyOf(F("client"), ArraySubquery(accounts.values("pk")))


def _links(contribution: Any) -> QuerySet[TransactionLink]:
    return TransactionLink.objects.filter(
        workspace=OuterRef("workspace"), transaction=OuterRef("pk"), contribution=contribution
    )


def _beside(rows: QuerySet[Any], scope: Scope) -> list[BesideRow]:
    told = rows.select_related("client__survivor", "product", "rate", "origin").defer(
        "origin__looked", "origin__mapping", "origin__checked", "origin__relied", "origin__layout"
    )
    return [BesideRow(row if _reads(scope, row) else None, row.linked) for row in told]


def _reads(scope: Scope, row: Transaction) -> bool:
    """Rows that belong to nobody are seen by who reads everyone's (rules 5.19, 8.2)."""
    return scope.owners is None or (row.owner_id is not None and scope.includes(row.owner_id))


# ------------------------------------------------------------------ what transactions ask (citations)


def cited_rows(workspace: Workspace) -> QuerySet[Any]:
    """The ids of the rows that contributions cite."""
    return TransactionLink.objects.filter(workspace=workspace).values("transaction")


def told_citations(workspace: Workspace, scope: Scope, rows: Collection[int]) -> Iterable[Citation]:
    """`Direct revenue, Q3 2026: Nordhavn Logistics, 48,000.00 EUR`, of those that the scope reads."""
    links = TransactionLink.objects.filter(workspace=workspace, transaction__in=list(rows))
    for link in links.select_related("contribution__client__survivor").order_by("contribution_id"):
        cites = link.contribution
        if scope.includes(cites.owner_id):
            yield Citation(link.transaction_id, said_of(workspace, cites), f"contributions/{cites.pk}/")
        else:
            yield Citation(link.transaction_id, "A colleague’s contribution")


def said_of(workspace: Workspace, row: Contribution) -> str:
    client = row.client.survivor or row.client
    amount = f"{grouped(row.amount.amount, row.currency)} {row.currency}"
    return f"{row.kind.label}, {workspace.calendar.label(row.quarter)}: {client.name}, {amount}"


def transaction_panel(
    workspace: Workspace, member: Membership, row: Transaction
) -> tuple[str, dict[str, Any]] | None:
    """The contributions that this row is evidence of, on its page, and how many others there are."""
    links = TransactionLink.objects.filter(workspace=workspace, transaction=row)
    linked = Contribution.objects.filter(workspace=workspace, pk__in=links.values("contribution"))
    found = list(linked.select_related("client__survivor", "owner__user").order_by("-counts_on", "-pk"))
    scope = scope_of(member)
    read = [each for each in found if scope.includes(each.owner_id)]
    context = {
        "transaction": row,
        "linked": [(each, workspace.calendar.label(each.quarter)) for each in read],
        "others": len(found) - len(read),
        "may_link": member.can(Right.LOG) and row.status in LINKABLE,
    }
    return "contributions/_transaction_panel.html", context
