"""Issued documents as a member may see them, and the rows behind one."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Abs
from django.shortcuts import get_object_or_404

from contracts.queries.sales import anything_trailing
from contracts.queries.sums import month_totals
from contributions.models import TYPE_ORDER, Contribution
from contributions.queries.closed_contracts import contract_cube
from contributions.queries.closed_revenue import revenue_cube
from contributions.queries.contributions import counted, visible_contributions
from contributions.queries.periods import closed_periods, closed_rows, figure_cube
from contributions.rules import RevenueType
from contributions.rules.periods import Sum as Figures
from contributions.rules.periods import period_totals
from kamtrak.lib.months import Period, Quarter
from reports.models import Document, DocumentRow
from reports.rules.kept import from_json
from reports.rules.review import Review, TypeLine
from transactions.models import RowTotal, Split
from transactions.queries.revenue import anything_imported
from workspaces.models import Job, JobState, Membership, TeamMember, Workspace
from workspaces.queries.people import Scope, members, scope_of
from workspaces.rules import Role

REVIEW_JOB = "review"
PAGE = 50
BATCH = 2000


def issued_documents(workspace: Workspace) -> QuerySet[Document]:
    """Whole documents only: what is being made or was given up is no document."""
    found = Document.objects.filter(workspace=workspace).exclude(file_sha256="")
    return found.select_related("workspace", "person__user", "issued_by")


def readable_documents(workspace: Workspace, member: Membership) -> QuerySet[Document]:
    """One's own and shared ones, always about people whose contributions the member reads (rules 8.2)."""
    found = issued_documents(workspace).filter(Q(issued_by=member.user_id) | Q(shared=True))
    scope = scope_of(member)
    return found if scope.owners is None else found.filter(person_id__in=scope.owners)


def readers_of(document: Document) -> list[Membership]:
    """Who reads the person's contributions, and so the document once it is shared; by name."""
    team = TeamMember.objects.filter(workspace=document.workspace, member=document.person_id)
    found = members(document.workspace)
    leading = set(team.values_list("manager", flat=True))
    return [
        member
        for member in found
        if member.pk == document.person_id or member.reads_everyone or member.pk in leading
    ]


def get_document(workspace: Workspace, member: Membership, pk: int) -> Document:
    """404 for what does not exist, is somebody else's, or is about a person no longer read."""
    return get_object_or_404(readable_documents(workspace, member), pk=pk)


@dataclass(frozen=True)
class DocumentPage:
    """Documents of one page, newest first, and the keys of its neighbours."""

    documents: list[Document]
    after: str
    before: str


def document_page(
    workspace: Workspace, member: Membership, *, after: str = "", before: str = "", size: int = PAGE
) -> DocumentPage:
    """One page of the list; keyset paging, so that a new document shifts nothing under the reader."""
    found = readable_documents(workspace, member)
    key = before or after
    if key.isascii() and key.isdigit() and len(key) < 16:
        found = found.filter(pk__gt=int(key)) if before else found.filter(pk__lt=int(key))
    listed = list(found.order_by("pk" if before else "-pk")[: size + 1])
    more, listed = len(listed) > size, listed[:size]
    if before:
        listed.reverse()
    return DocumentPage(
        listed,
        after=str(listed[-1].pk) if listed and (more or before) else "",
        before=str(listed[0].pk) if listed and (more if before else bool(after)) else "",
    )


def reviewable_people(workspace: Workspace, scope: Scope) -> list[Membership]:
    """Whose contributions this scope reads: account managers, and whoever has contributions, months of
    contracts or imported rows on record."""
    logged = Contribution.objects.filter(workspace=workspace, owner=OuterRef("pk"))
    earned = month_totals(workspace).filter(owner=OuterRef("pk"))
    sold = RowTotal.objects.filter(workspace=workspace, split=Split.NONE, owner=OuterRef("pk"))
    found = members(workspace, ended=True)
    living = Q(ended_at=None, roles__contains=[Role.ACCOUNT_MANAGER.value])
    found = found.filter(living | Q(Exists(logged)) | Q(Exists(earned)) | Q(Exists(sold)))
    return list(found if scope.owners is None else found.filter(pk__in=scope.owners))


def anything_to_review(workspace: Workspace, person: Membership, period: Period) -> bool:
    """Whether a review of this person and period would have a row, a month or an imported row, as closed or
    as it stands."""
    scope, closed = Scope(frozenset({person.pk})), closed_periods(workspace)
    live = counted(visible_contributions(workspace, scope))
    copies = closed_rows(workspace, scope, closed.values())
    if any(rows.filter(quarter__in=period.quarters).exists() for rows in (live, copies)):
        return True
    span = {"start": period.quarters[0].start, "end": period.quarters[-1].end}
    return bool(
        contract_cube(workspace, scope, closed, **span) or revenue_cube(workspace, scope, closed, **span)
    )


def anything_on_record(workspace: Workspace, scope: Scope) -> bool:
    """Whether this scope reads a contribution, an imported row or a month of a contract: else there is
    nothing to review."""
    logged, rows = visible_contributions(workspace, scope), anything_imported(workspace, scope)
    either = Exists(logged.order_by()) | Exists(rows)
    any_row = Workspace.objects.filter(either, pk=workspace.pk).exists()
    return any_row or anything_trailing(workspace, scope)


def reviews_being_made(workspace: Workspace, member: Membership) -> QuerySet[Job]:
    """What this member asked for and a worker has not finished."""
    mine = Job.objects.filter(workspace=workspace, kind=REVIEW_JOB, created_by=member.user_id)
    return mine.filter(state__in=(JobState.QUEUED, JobState.RUNNING)).order_by("pk")


def file_place(document: Document) -> str:
    """Where the file of a document stands in the storage, from the first attempt to keep it."""
    return f"documents/{document.workspace_id}/{document.pk}.pdf"


def stored_names(workspace: Workspace) -> list[str]:
    """The places of a workspace's files in the storage: they go with the workspace."""
    kept = Document.objects.filter(workspace=workspace).defer("content")
    return [document.path or file_place(document) for document in kept]


def issued_number(workspace: Workspace) -> int:
    """How many documents bear a number: issued ones, and those being made."""
    return Document.objects.filter(workspace=workspace).exclude(number="").count()


def review_of(document: Document) -> Review:
    """What the document prints beside its rows."""
    return from_json(Review, document.content)


# ------------------------------------------------------------------ rows


def data_rows(document: Document) -> Iterator[DocumentRow]:
    """Every row in the order of the embedded file, in bounded memory."""
    rows = document.rows.annotate(place=TYPE_ORDER)
    return rows.order_by("place", "counts_on", "contribution_id", "pk").iterator(BATCH)


def largest_rows(document: Document, limit: int) -> list[DocumentRow]:
    """The largest known rows of the totals, grouped by type, by day within a type (rules 7.3)."""
    known = document.rows.filter(counts=True, converted__isnull=False)
    largest = list(known.order_by("-converted", "contribution_id", "pk")[:limit])
    return sorted(largest, key=lambda row: (row.kind.number, row.counts_on, row.contribution_id))


def unknown_rows(document: Document, limit: int) -> list[DocumentRow]:
    """Rows of the period without a rate, which are in no total (rules 6.6)."""
    found = document.rows.filter(counts=True, converted=None).annotate(place=TYPE_ORDER)
    return list(found.order_by("place", "counts_on", "contribution_id")[:limit])


def changed_rows(document: Document, limit: int) -> list[DocumentRow]:
    """Rows that differ from their closed quarter's copy, largest difference first (rules 2.4)."""
    largest = Abs("later").desc(nulls_last=True)
    return list(document.rows.exclude(why="").order_by(largest, "contribution_id", "pk")[:limit])


# ------------------------------------------------------------------ against the live figures


@dataclass(frozen=True)
class Drift:
    """One type's live rows at issue and now. Closing or reopening a quarter moves none of them.

    `line` has what was printed: its total and its later changes are what the live rows came to.
    """

    line: TypeLine
    now: Figures

    @property
    def type(self) -> RevenueType:
        return self.line.type

    @property
    def difference(self) -> Decimal:
        return self.now.converted - self.line.now

    @property
    def more_unknown(self) -> int:
        """How many more rows have no rate now than at issue, as far as the document kept it."""
        before = self.line.now_unknown_rows
        return 0 if before is None else self.now.unknown_rows - before

    @property
    def moved(self) -> bool:
        return bool(self.difference or self.more_unknown)


def live_drift(document: Document) -> list[Drift]:
    """The four types as their live rows were at issue and as they are now (rules 7.2)."""
    start, end = document.first_month.first, document.last_month.end
    person = Scope(frozenset({document.person_id}))
    cube = figure_cube(document.workspace, person, {}, start=start, end=end)
    quarters: set[Quarter] = {quarter for quarter, _ in cube}
    live = period_totals(cube, quarters)
    return [Drift(line, total.now) for line, total in zip(review_of(document).totals, live, strict=True)]
