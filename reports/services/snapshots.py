"""The snapshot of a performance review: rows copied first, then every printed figure (rules 7.2)."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

from django.db import transaction

from contributions.models import ClosedPeriod, FrozenRow
from contributions.queries.contributions import counted, visible_contributions
from contributions.queries.evidence import told_evidence
from contributions.queries.periods import Change, closed_periods, closed_rows, later_changes
from contributions.queries.reasons import LONGEST
from contributions.services.frozen import frozen_fields
from kamtrak.lib.months import Quarter
from reports.models import Document, DocumentKind, DocumentRow
from reports.queries.review import Order, review_figures
from reports.rules.kept import to_json
from reports.rules.numbers import document_number, first_free, prefix_of, serial_of
from reports.services.months import copy_months
from reports.services.transactions import copy_transactions
from workspaces.models import JobState
from workspaces.services.locks import hold_alone

BATCH = 1000
COPIED = tuple(f.attname for f in FrozenRow._meta.fields if f.name != "workspace")


def snapshot_review(order: Order) -> Document:
    """Copy the rows, work out what is printed from the copies, number the document; one transaction.

    Of a closed quarter the rows as closed count, as on the dashboard; what changed since stands beside.
    Nobody moves a figure meanwhile, so that the document is of one instant.
    """
    with transaction.atomic():
        order = replace(order, workspace=hold_alone(order.workspace))
        document = Document.objects.create(
            workspace=order.workspace,
            kind=DocumentKind.REVIEW,
            person=order.person,
            issued_by=order.issuer,
            issued_at=order.now,
            period_code=order.period.code,
            period_label=order.period.label,
            first_month=order.period.quarters[0].first,
            last_month=order.period.quarters[-1].first + 2,
            currency=order.workspace.currency,
            job=order.job,
        )
        closed = closed_periods(order.workspace)
        document.rows_count = _copy_rows(document, order, closed)
        document.months_count = copy_months(document, order, closed)
        document.transactions_count = copy_transactions(document, order, closed)
        document.content = to_json(review_figures(document, order, closed))
        document.number = next_number(document)
        counts = ("rows_count", "months_count", "transactions_count")
        document.save(update_fields=[*counts, "content", "number"])
    return document


# ------------------------------------------------------------------ rows


def _copy_rows(document: Document, order: Order, closed: dict[Quarter, ClosedPeriod]) -> int:
    rows = _rows(order, closed)
    copied = 0
    while batch := list(islice(rows, BATCH)):
        told = told_evidence(order.workspace, order.scope, [row["contribution_id"] for row in batch])
        DocumentRow.objects.bulk_create(
            DocumentRow(
                workspace_id=document.workspace_id,
                document=document,
                **{column: titles.get(row["contribution_id"], []) for column, titles in told.items()},
                **row,
            )
            for row in batch
        )
        copied += len(batch)
    return copied


def _rows(order: Order, closed: dict[Quarter, ClosedPeriod]) -> Iterator[dict[str, Any]]:
    """The columns of every row: live ones of open quarters, copies of closed ones, and what came later."""
    quarters = order.period.quarters
    live = counted(visible_contributions(order.workspace, order.scope))
    still_open = live.filter(quarter__in=[quarter for quarter in quarters if quarter not in closed])
    for row in still_open.select_related("owner__user", "client__survivor").order_by("pk").iterator(BATCH):
        yield frozen_fields(row)
    shut = {quarter: closed[quarter] for quarter in quarters if quarter in closed}
    changes = later_changes(order.workspace, order.scope, shut)
    changed = {change.copy.pk: change for change in changes if change.copy}
    copies = closed_rows(order.workspace, order.scope, [closed[q] for q in quarters if q in closed])
    for copy in copies.order_by("pk").iterator(BATCH):
        beside = changed.get(copy.pk)
        later = {"later": beside.difference, "why": _why(beside)} if beside else {}
        yield {name: getattr(copy, name) for name in COPIED} | later
    for change in changes:
        if change.copy is None and change.live is not None:
            beside_it = {"counts": False, "later": change.difference, "why": _why(change)}
            yield frozen_fields(change.live) | beside_it


def _why(change: Change) -> str:
    """The reason on paper, where no column tells that the live row has no rate."""
    return f"unknown now, {change.why}"[:LONGEST] if change.live and change.now is None else change.why


# ------------------------------------------------------------------ number


def next_number(document: Document) -> str:
    """The workspace's next number of the year of issue, without gaps or doubles.

    Holds the workspace until the transaction ends, so one document is numbered after the other. A document
    whose job is over without a file was given up: its number is free again.
    """
    workspace = hold_alone(document.workspace)
    over = (JobState.DONE, JobState.FAILED, JobState.CANCELLED)
    documents = Document.objects.filter(workspace=workspace)
    documents.filter(file_sha256="", job__state__in=over).exclude(number="").update(number="")
    prefix, year = prefix_of(workspace.slug), workspace.day_of(document.issued_at).year
    held = documents.filter(number__startswith=f"{prefix}-{year}-").values_list("number", flat=True)
    return document_number(prefix, year, first_free(map(serial_of, held)))
