"""What counts as evidence of a contribution (rules 3.9), said once: the filter and the count of the list, the
history of the page, documents and their data follow from EVIDENCE."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import reduce
from operator import add, or_
from typing import Any

from django.db.models import Case, Count, Exists, F, IntegerField, Model, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, Concat

from contracts.queries.contracts import visible_contracts
from contributions.models import AchievementLink, Attachment, ContractLink, Contribution, TransactionLink
from contributions.queries.proofs import told_transactions
from transactions.rules import Status
from workspaces.models import Workspace
from workspaces.queries.people import Scope

Titles = Callable[[QuerySet[Any], Workspace, Scope], Iterable[tuple[int, str]]]
COLLEAGUES = "A colleague’s contract"  # what is said of one that the reader may not read


@dataclass(frozen=True)
class Evidence:
    """A kind of evidence: `model` has a `contribution`, and those of its rows that are `living` count.

    `column` is where a document keeps what stands behind a row, and how its data name it; `titles` gives
    (contribution, title) of living rows, as readers of this scope may see them.
    """

    model: type[Model]
    living: Q
    column: str = ""
    titles: Titles | None = None

    @property
    def rows(self) -> QuerySet[Any]:
        return self.model._default_manager.filter(self.living).order_by()


def _achievements(
    links: QuerySet[Any], workspace: Workspace, scope: Scope
) -> "QuerySet[Any, tuple[int, str]]":
    """Oldest first. Whoever reads a contribution reads the achievements behind it (rules 8.2)."""
    told = links.filter(achievement__archived_at=None)
    ordered = told.order_by("achievement__happened_on", "achievement_id")
    return ordered.values_list("contribution_id", "achievement__title")


def _contracts(links: QuerySet[Any], workspace: Workspace, scope: Scope) -> "QuerySet[Any, tuple[int, str]]":
    """`KT-2026-007 Visibility platform`, by number."""
    read = visible_contracts(workspace, scope).filter(pk=OuterRef("contract")).order_by()
    named = Concat(F("contract__number"), Value(" "), F("contract__name"))
    title = Case(When(Exists(read), then=named), default=Value(COLLEAGUES))
    return links.order_by("contract__number_key", "pk").values_list("contribution_id", title)


EVIDENCE = (
    Evidence(AchievementLink, Q(), "achievements", _achievements),
    Evidence(ContractLink, Q(contract__voided_at=None), "contracts", _contracts),
    # One that an import has replaced is evidence no more.
    Evidence(TransactionLink, Q(transaction__status__lt=Status.VOIDED), "transactions", told_transactions),
    Evidence(Attachment, Q(removed_at=None)),
)


def has_evidence() -> Q:
    """Whether anything stands behind the row."""
    return reduce(or_, (Q(Exists(kind.rows.filter(contribution=OuterRef("pk")))) for kind in EVIDENCE))


def with_evidence(rows: QuerySet[Contribution]) -> QuerySet[Contribution]:
    """Annotate `evidence`, how many pieces of it stand behind each row."""
    return rows.annotate(evidence=reduce(add, (_number_of(kind) for kind in EVIDENCE)))


def _number_of(kind: Evidence) -> Coalesce:
    behind = kind.rows.filter(contribution=OuterRef("pk")).values("contribution")
    counts = behind.annotate(n=Count("pk")).values("n")
    return Coalesce(counts, Value(0), output_field=IntegerField())


def events_of_evidence(row: Contribution) -> list[tuple[type[Model], str, int]]:
    """What also belongs to the history of a contribution: evidence that came and went."""
    return [(kind.model, "contribution", row.pk) for kind in EVIDENCE]


def told_evidence(
    workspace: Workspace, scope: Scope, contributions: Iterable[int]
) -> dict[str, dict[int, list[str]]]:
    """Per column of a document what stands behind each of these contributions, as this scope may read it."""
    pks = list(contributions)
    found: dict[str, dict[int, list[str]]] = {}
    for kind in EVIDENCE:
        if kind.titles is not None:
            titles = found[kind.column] = defaultdict(list)
            for contribution, title in kind.titles(kind.rows.filter(contribution__in=pks), workspace, scope):
                titles[contribution].append(title)
    return found
