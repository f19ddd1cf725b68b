"""One transaction: as it was in the file, what is calculated from it and why, its versions, its alerts."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse

from kamtrak.web import render_page
from transactions.models import Transaction
from transactions.pipeline.editing import may_edit
from transactions.pipeline.explaining import Explained, explained
from transactions.queries.imports import may_read
from transactions.queries.rows import get_row, lines_around, tied_to
from transactions.queries.versions import version_lines
from transactions.queries.waiting import alerts_about
from transactions.rules import Earlier, Field, Lack, Status, StepKind, Warning
from transactions.rules.states import LACK_LABELS, OPEN
from transactions.services.citations import citations_of
from transactions.views import told
from transactions.views.explaining import why
from transactions.views.explaining.steps import used_fields
from transactions.views.words import WARNINGS, cause_said, letters
from workspaces.access import workspace_view
from workspaces.models import Membership, Severity, Workspace
from workspaces.queries.people import Scope, scope_of
from workspaces.rules import Right, visible


@workspace_view()
def transaction(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponse:
    scope = scope_of(member)
    row = get_row(workspace, scope, pk)
    tied = tied_to(row, scope)
    behind = explained(row, tied.sale)
    context = {
        "row": row,
        "title": title_of(behind),
        "client": row.client and (row.client.survivor or row.client),
        "behind": behind,
        "of_mapping": row.earlier == Earlier.MAPPING,
        "earlier_said": cause_said(Earlier(row.earlier)) if row.earlier else "",
        "steps": why(row, behind, reads_sale=tied.reads_sale),
        "provided": provided(row, behind),
        "file": _file(row, behind, scope),
        "versions": version_lines(row),
        "may_edit": may_edit(member, row),
        "may_open_import": may_read(row.origin, scope),
        **_figures(row, behind, workspace),
        "sale": tied.sale if tied.reads_sale else None,
        "refunds": tied.refunds,
        **_waiting(workspace, member, row),
        "citations": [
            render_to_string(template, values, request)
            for template, values in citations_of(workspace, member, row)
        ],
    }
    return render_page(request, "transactions/transaction.html", context)


NAMING = {Field.UNIQUE_ID, Field.DATE, Field.PRODUCT}  # a line of a file, for the eye


def title_of(behind: Explained) -> str:
    """Its Unique ID; without one its product and day."""
    given = behind.given
    named = given.unique_id or " · ".join(
        part for part in (given.product, f"{given.day:%-d %B %Y}" if given.day else "") if part
    )
    return visible(named)


@dataclass(frozen=True)
class Provided:
    """One column of the file and this row's cell; `field` is what it is mapped to, `edited` what a person
    wrote over it; None where nobody did."""

    letter: str
    column: str
    field: str
    cell: str
    edited: str | None


def provided(row: Transaction, behind: Explained) -> list[Provided]:
    """Every provided cell as it was, in the order of the file; then fields that only an edit has."""
    values = row.edit.values if row.edit else {}
    found = [
        Provided(
            letters(column.place),
            column.name,
            column.field.label if column.field else "",
            visible(row.cells[column.place]) if column.place < len(row.cells) else "",
            values.get(column.field) if column.field else None,
        )
        for column in behind.mapping.columns
    ]
    without_column = [name for name in values if Field(name) not in behind.mapping.mapped]
    return found + [Provided("", "", Field(name).label, "", values[name]) for name in without_column]


def _figures(row: Transaction, behind: Explained, workspace: Workspace) -> dict[str, Any]:
    """What the head and the system fields say of the row."""
    known = {step.kind: step.values for step in behind.steps}
    waiting, taxed = known.get(StepKind.UNKNOWN, {}), known.get(StepKind.TAX, {})
    original = waiting.get("rounded") if row.revenue is None else row.revenue
    lack, profit_lack = (LACK_LABELS.get(Lack(each), "") for each in (row.lack, row.profit_lack))
    quarter = workspace.calendar.quarter_of(row.day)
    return {
        "counts": row.status == Status.COUNTED,
        "not_revenue": row.status == Status.NOT_REVENUE,
        "replaced": row.status not in OPEN,
        "lack": lack,
        "profit_lack": profit_lack,
        "original": original,
        "tax": taxed.get("rounded") if row.tax is None and original is not None else row.tax,
        "rule": told.RULES.get(row.tier, ""),
        "warnings": [WARNINGS[each] for each in told.warnings_of(row.warnings) if each in told.LOUD],
        "quarter": workspace.calendar.label(quarter),
        "quarter_code": workspace.calendar.code(quarter),
        "waits": bool(row.warnings & Warning.PROVISIONAL),
        "same": row.currency == workspace.currency,
    }


def _waiting(workspace: Workspace, member: Membership, row: Transaction) -> dict[str, Any]:
    """The alerts that it waits for, with where each is repaired."""
    base = reverse("alerts", args=[workspace.slug]).removesuffix("alerts/")
    may_repair = member.can(Right.MASTERS)
    return {
        "alerts": [
            (
                alert,
                "bad" if alert.severity == Severity.ERROR else "warn",
                f"{base}{alert.path}" if alert.path and may_repair else "",
            )
            for alert in alerts_about(row)
        ],
    }


def _file(row: Transaction, behind: Explained, scope: Scope) -> dict[str, Any]:
    """The line of the file between its neighbours: what names it, and the cells that were used, marked."""
    used = used_fields(behind)
    columns = [column for column in behind.mapping.columns if column.field in used | NAMING]
    lines = [
        {
            "line": each.line,
            "current": each.pk == row.pk,
            "cells": [
                (
                    f"{letters(column.place)} {column.name}",
                    visible(each.cells[column.place]) if column.place < len(each.cells) else "",
                    each.pk == row.pk and column.field in used,
                )
                for column in columns
            ],
        }
        for each in lines_around(row, scope)
    ]
    return {"columns": [(letters(column.place), column.name) for column in columns], "lines": lines}
