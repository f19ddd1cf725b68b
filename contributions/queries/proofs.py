"""Imported transactions behind many contributions at once, as documents tell them (rules 3.9, 7.2)."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db.models import BooleanField, Case, Count, Max, Min, Q, QuerySet, Sum, Value, When

from contributions.models import TransactionLink
from contributions.rules.proofs import FEW, Proof, ProofSum, colleagues_said, proof_said, sums_said
from transactions.models import Transaction
from transactions.queries.imports import LARGE
from transactions.queries.provided import unique_ids
from transactions.rules import Lack, Status
from transactions.rules.states import LACK_LABELS
from workspaces.models import Workspace
from workspaces.queries.people import Scope

COUNTED = Q(transaction__status=Status.COUNTED)
ZERO = Decimal(0)
BY = ("contribution_id", "read", "transaction__origin", "transaction__origin__name", "transaction__currency")


def told_transactions(
    links: QuerySet[TransactionLink], workspace: Workspace, scope: Scope
) -> Iterator[tuple[int, str]]:
    """Few are told one by one, many by their import; of those that this scope does not read only how many
    there are. Two queries, whatever the number of transactions.
    """
    sums, others = _sums(links, scope)
    few = {pk for pk, parts in sums.items() if sum(part.rows for part in parts) <= FEW}
    alone = _one_by_one(links.filter(contribution__in=few), workspace, scope) if few else {}
    for contribution in {**sums, **others}:
        lines = alone.get(contribution) or sums_said(sums.get(contribution, []), workspace.currency)
        yield from ((contribution, line) for line in lines)
        if others.get(contribution):
            yield contribution, colleagues_said(others[contribution])


def _reads(scope: Scope) -> Q:
    """Rows that belong to nobody are read by who reads everyone's (rules 5.19, 8.2)."""
    return Q() if scope.owners is None else Q(transaction__owner__in=sorted(scope.owners))


def _sums(links: QuerySet[TransactionLink], scope: Scope) -> tuple[dict[int, list[ProofSum]], dict[int, int]]:
    """Per contribution what its transactions come to, and how many are not for this scope to read."""
    always = Value(True, BooleanField())
    read = always if scope.owners is None else Case(When(_reads(scope), then=always), default=Value(False))
    marked = links.annotate(read=read)
    found: dict[int, list[ProofSum]] = defaultdict(list)
    others: dict[int, int] = defaultdict(int)
    for line in _grouped(marked.order_by()):
        if line["read"]:
            found[line["contribution_id"]].append(_sum_of(line))
        else:
            others[line["contribution_id"]] += line["n"]
    return found, others


def _grouped(links: QuerySet[Any]) -> QuerySet[Any, Any]:
    return links.values(*BY).annotate(
        n=Count("pk"),
        counted=Count("pk", filter=COUNTED),
        other=Count("pk", filter=Q(transaction__status=Status.NOT_REVENUE)),
        revenue=Sum("transaction__revenue", filter=COUNTED, default=ZERO),
        converted=Sum("transaction__converted", filter=COUNTED, default=ZERO),
        first=Min("transaction__day"),
        last=Max("transaction__day"),
    )


def _sum_of(line: dict[str, Any]) -> ProofSum:
    return ProofSum(
        origin=line["transaction__origin"],
        name=line["transaction__origin__name"],
        currency=line["transaction__currency"],
        rows=line["n"],
        counted=line["counted"],
        not_revenue=line["other"],
        revenue=line["revenue"],
        converted=line["converted"],
        first=line["first"],
        last=line["last"],
    )


def _one_by_one(links: QuerySet[TransactionLink], workspace: Workspace, scope: Scope) -> dict[int, list[str]]:
    """Per contribution its transactions, by day."""
    joined = ("transaction__client__survivor", "transaction__product", "transaction__rate")
    rows = links.filter(_reads(scope)).select_related(*joined, "transaction__origin")
    plain = rows.defer(*(f"transaction__origin__{name}" for name in LARGE))
    told = list(plain.order_by("transaction__day", "transaction_id"))
    ids = unique_ids(link.transaction for link in told)
    found: dict[int, list[str]] = defaultdict(list)
    for link in told:
        proof = _proof(link.transaction, ids.get(link.transaction_id, ""))
        found[link.contribution_id].append(proof_said(proof, workspace.currency))
    return found


def _proof(row: Transaction, unique_id: str) -> Proof:
    client = row.client and (row.client.survivor or row.client)
    return Proof(
        day=row.day,
        client=client.name if client else "",
        product=str(row.product or ""),
        currency=row.currency,
        revenue=row.revenue if row.status == Status.COUNTED else None,
        converted=row.converted,
        rate=row.rate.rate if row.rate else None,
        rate_day=row.rate.rate_day if row.rate else None,
        file=row.origin.name,
        line=row.line,
        unique_id=unique_id,
        without=_without(row),
    )


def _without(row: Transaction) -> str:
    if row.status == Status.NOT_REVENUE:
        return "not revenue"
    return "" if row.status == Status.COUNTED else f"no revenue yet ({LACK_LABELS[Lack(row.lack)]})"
