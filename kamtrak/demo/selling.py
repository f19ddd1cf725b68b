"""The transactions of the demo: a catalog, and the shop's files brought through the real import pipeline."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from django.core.files.base import ContentFile
from django.utils import timezone

from kamtrak.demo.houses import House, first_day
from kamtrak.demo.orders import RETURN, ROWS, SALE, SAMPLE, WARES, latest_csv, orders_csv
from kamtrak.history import because
from kamtrak.tenancy import in_workspace
from transactions.models import Import
from transactions.queries.books import Ways, ways_of
from transactions.rules import Field, FileMapping, Measure, RowKind
from transactions.rules.entries import Dated, Entry
from transactions.services.catalog import create_item
from transactions.services.imports import (
    Options,
    check_stamp,
    keep_mapping,
    request_check,
    request_commit,
    start_import,
)
from transactions.services.ways import change_ways, stamp_of
from workspaces.models import Job, Membership, Workspace
from workspaces.services.jobs import claim, execute

PATIENCE = 600  # seconds for one job that a worker has taken before us
SOURCE = "Web shop"
COLUMNS = {
    "Order no": Field.UNIQUE_ID,
    "Order date": Field.DATE,
    "Customer": Field.CLIENT,
    "Account manager": Field.OWNER,
    "Item": Field.PRODUCT,
    "Qty": Field.QUANTITY,
    "Unit price": Field.PRICE_SOLD,
    "Currency": Field.CURRENCY,
    "Kind": Field.TYPE,
    "Returns order": Field.ORIGINAL_ID,
    "Remark": Field.DESCRIPTION,
}
TYPES = {SALE: RowKind.SALE, RETURN: RowKind.REFUND, SAMPLE: RowKind.NOT_REVENUE}


def load_sales(house: House, now: datetime, rows: int = ROWS) -> bool:
    """Fill the catalog and import the shop's orders; False if there are any already.

    Each step is one that a person takes, its work done here or by a worker, whoever is first. One that was
    interrupted is taken up again.
    """
    workspace = Workspace.objects.get(slug=house.slug)
    with in_workspace(workspace.pk):
        by = Membership.objects.select_related("user", "workspace").get(
            workspace=workspace, user__email=house.keeper.email
        )
        if Import.objects.filter(workspace=workspace).exists():
            return False
        with because(user=by.user_id):
            _fill_catalog(house, by, now)
    today = now.astimezone(house.zone).date()
    orders = _bring(by, "orders-2023-to-2026.csv", orders_csv(house, today, rows), now)
    _import(by, orders, now)
    _bring(by, "umsatz-laufender-monat.csv", latest_csv(house, today), now)
    return True


def _fill_catalog(house: House, by: Membership, now: datetime) -> None:
    since = first_day(now.date()).replace(month=1, day=1)
    change_ways(
        workspace=by.workspace,
        by=by,
        wanted=replace(ways_of(by.workspace), measures_profit=True),
        reason="The price list has costs",
        seen=stamp_of(Ways()),
        now=now,
    )
    for ware in WARES:
        if ware.listed:
            create_item(
                workspace=by.workspace,
                by=by,
                entry=Entry(ware.code, ware.name),
                values=[
                    Dated(Measure.REVENUE, since, ware.price),
                    Dated(Measure.COST, since, ware.cost),
                ],
                reason="Price list",
                now=now,
            )


def _bring(by: Membership, name: str, content: str, now: datetime) -> int:
    """Upload a file and have it looked at."""
    return _done(
        by,
        now,
        lambda: start_import(
            workspace=by.workspace, by=by, name=name, file=ContentFile(content.encode(), name), now=now
        ),
    )


def _import(by: Membership, pk: int, now: datetime) -> None:
    """Map, check and commit, as the keeper would."""

    def check() -> Import:
        imported = Import.objects.get(pk=pk)
        mapping = FileMapping.from_json(imported.mapping)
        columns = tuple(replace(column, field=COLUMNS[column.name]) for column in mapping.columns)
        keep_mapping(
            imported=imported,
            by=by,
            mapping=replace(mapping, columns=columns, types=TYPES, refunds_negative=True),
            answered=[column.place for column in columns],
            source_name=SOURCE,
            options=Options(),
            now=now,
        )
        request_check(imported=imported, by=by, now=now)
        return imported

    def commit() -> Import:
        imported = Import.objects.get(pk=pk)
        request_commit(
            imported=imported,
            by=by,
            stamp=check_stamp(imported),
            repeats_are_new=False,
            without_bad_rows=True,
            now=now,
        )
        return imported

    _done(by, now, check)
    _done(by, now, commit)


def _done(by: Membership, now: datetime, step: Callable[[], Import]) -> int:
    """Take a step that starts work, and see the work done; the import's id."""
    with in_workspace(by.workspace_id), because(user=by.user_id):
        pk = step().pk
    with in_workspace(by.workspace_id):
        job = Import.objects.select_related("job").get(pk=pk).job
        assert job is not None  # noqa: S101 - the step has started it
    run = claim(workspace_id=by.workspace_id, job_id=job.pk, now=timezone.now())
    if run is not None:
        execute(run=run, clock=timezone.now)
    _wait(by.workspace_id, job.pk)
    return pk


def _wait(workspace_id: int, job_id: int) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        with in_workspace(workspace_id):
            job = Job.objects.get(pk=job_id)
        if job.is_over:
            break
        if time.monotonic() > end:
            raise TimeoutError(f"Job {job_id} did not end within {PATIENCE} s.")
        time.sleep(0.2)
    if job.error:
        raise RuntimeError(f"{job}: {job.error}")
