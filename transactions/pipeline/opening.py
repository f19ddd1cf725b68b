"""The first look at an uploaded file: its layout, every column, and how it is probably mapped (rules 5.1,
5.16).
"""

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from django.utils import timezone

from kamtrak.lib.errors import Refused
from kamtrak.lib.tables import Ask, Layout, TableError, look, own_columns
from kamtrak.tenancy import in_workspace
from transactions.models import Import, ImportState
from transactions.pipeline.files import at_hand, import_limits
from transactions.pipeline.looking import look_into
from transactions.queries.mappings import decided_before
from transactions.rules import Column, FieldKind, FileMapping, Looked, suggest
from workspaces.models import Workspace
from workspaces.services.jobs import Run

STAGE = "Looking at the file"


def run_look(run: Run) -> dict[str, Any]:
    """The job: look at every row, and map the columns as far as they speak for themselves. Raises Refused."""
    with in_workspace(run.workspace_id):
        imported = Import.objects.select_related("workspace", "continues").get(pk=run.params["import"])
    with at_hand(imported.path) as path:
        try:
            layout, looked = _look(run, imported, path)
            if not looked.rows:
                raise TableError("The file has a header and no rows below it.")
        except TableError as problem:
            _fail(run, imported, str(problem))
            raise Refused(str(problem)) from problem
    with in_workspace(run.workspace_id):
        saved = _saved(imported, layout)
        mapping = saved[0] if saved else first_mapping(looked, imported.workspace)
        Import.objects.filter(pk=imported.pk, state=ImportState.UPLOADED).update(
            state=ImportState.MAPPING,
            layout=asdict(layout),
            looked=looked.to_json(),
            mapping=mapping.to_json(),
            answered=[column.place for column in mapping.columns if column.field] if saved else [],
            source_name=saved[1] if saved else "",
            failure="",
        )
        run.seal()
    return {"path": f"imports/{imported.pk}/", "action": "Map its columns"}


def _look(run: Run, imported: Import, path: Path) -> tuple[Layout, Looked]:
    limits = import_limits()
    total = 0

    def progress(rows: int) -> None:
        run.progress(STAGE, rows, max(total, rows), now=timezone.now())

    layout = look(path, limits, waiting=lambda: progress(0), **run.params.get("layout", {}))
    total = layout.lines or 0
    progress(0)
    return layout, look_into(path, layout, limits, imported.workspace.zone, progress)


def _fail(run: Run, imported: Import, why: str) -> None:
    """Say why the file cannot be read, if it is still this worker's to say."""
    with in_workspace(run.workspace_id):
        Import.objects.filter(pk=imported.pk, state=ImportState.UPLOADED).update(
            state=ImportState.FAILED, failure=why[:1000]
        )
        run.seal()


def _saved(imported: Import, layout: Layout) -> tuple[FileMapping, str] | None:
    """The mapping that this header had before, or that of the import that the file corrects; with its
    source.
    """
    names = own_columns(layout)
    if imported.continues is not None:
        return FileMapping.from_json(imported.continues.mapping), str(imported.continues.source)
    return decided_before(imported, names)


def first_mapping(looked: Looked, workspace: Workspace) -> FileMapping:
    """What the columns are by their headers and values, read as their values say."""
    suggestions = suggest(looked.columns)
    columns = []
    for place, (column, suggestion) in enumerate(zip(looked.columns, suggestions, strict=True)):
        made = Column(
            place, column.name, suggestion.field, currency=suggestion.currency, fractions=column.fractions
        )
        kind = suggestion.field.kind if suggestion.field else None
        if kind in (FieldKind.NUMBER, FieldKind.MONEY, FieldKind.PERCENT) and column.numbers:
            decided = column.numbers.decide()
            numbers = decided.options[0].format if isinstance(decided, Ask) else decided
            made = replace(made, decimal=numbers.decimal)
        elif kind is FieldKind.DATE and column.dates:
            order = column.dates.decide()
            dates = order.options[0].format if isinstance(order, Ask) else order
            made = replace(made, order=dates.order)
        if kind is not FieldKind.PERCENT:
            made = replace(made, fractions=False)
        columns.append(replace(made, tax_included=suggestion.tax_included))
    return FileMapping(tuple(columns))
