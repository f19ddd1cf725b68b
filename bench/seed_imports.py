"""Files of any length as a shop exports them, and their way through the pipeline, each step timed apart."""

import csv
import os
import pickle
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import xlsxwriter
from django.core.files.base import File
from django.db import connections
from django.utils import timezone

from kamtrak.tenancy import in_workspace
from transactions.models import Import
from transactions.rules import FileMapping
from transactions.services.imports import (
    Options,
    check_stamp,
    keep_mapping,
    request_check,
    request_commit,
    start_import,
)
from workspaces.models import Job, JobState, Membership, Workspace
from workspaces.services.jobs import claim, execute

DAYS, LAST = 3 * 365, date(2026, 10, 30)
PRODUCTS = 2_000
UNPRICED = "X-NEW"
CURRENCIES = ("USD", "USD", "USD", "EUR", "GBP")
HEADER = (
    "Order ID",
    "Order date",
    "Client",
    "Owner",
    "Product",
    "Quantity",
    "Unit price",
    "Currency",
    "Note",
)
_NOTES = ("", "web", "phone", "fair", 'repeat order, as "before"', "sample")


class Spent(NamedTuple):
    """What a step took in a process of its own: seconds, and megabytes at most."""

    seconds: float
    megabytes: float


def orders(rows: int, clients: Sequence[str], owners: Sequence[str], unpriced: int) -> Iterator[list[str]]:
    """Orders over three years, nine columns; the same for the same numbers. A client has one owner.

    `unpriced` of them are of a product without a price that the catalog does not have yet.
    """
    rng = Random(7)
    prices = [f"{rng.randint(99, 99_999) / 100:.2f}" for _ in range(PRODUCTS)]
    days = [(LAST - timedelta(days=back)).isoformat() for back in range(DAYS)]
    every = rows // unpriced if unpriced else rows + 1
    for number in range(rows):
        product, client = rng.randrange(PRODUCTS), rng.randrange(len(clients))
        waits = number % every == every - 1
        yield [
            f"A-{number:08}",
            days[rng.randrange(DAYS)],
            clients[client],
            owners[client % len(owners)],
            UNPRICED if waits else f"P-{product:05}",
            str(rng.randint(1, 40)),
            "" if waits else prices[product],
            CURRENCIES[client % len(CURRENCIES)],
            rng.choice(_NOTES),
        ]


def write_csv(path: Path, lines: Iterator[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER)
        writer.writerows(lines)


def write_xlsx(path: Path, lines: Iterator[list[str]]) -> None:
    with xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_numbers": True}) as book:
        sheet = book.add_worksheet("Orders")
        sheet.write_row(0, 0, HEADER)
        for number, line in enumerate(lines, start=1):
            sheet.write_row(number, 0, line)


def apart(work: Callable[[], Any]) -> Spent:
    """Do it in a process of its own: so what it takes in memory is its own, too."""
    connections.close_all()
    read, write = os.pipe()
    child = os.fork()
    if not child:
        code = 1
        try:
            began = time.perf_counter()
            work()
            os.write(write, pickle.dumps(time.perf_counter() - began))
            code = 0
        finally:
            os._exit(code)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        said = pipe.read()
    _, status, usage = os.wait4(child, 0)
    if status:
        raise RuntimeError("the measured step failed")
    return Spent(pickle.loads(said), usage.ru_maxrss / 1024)  # noqa: S301 - our own child


def uploaded(by: Membership, path: Path) -> Import:
    """The file as it was sent, waiting to be looked at."""
    with in_workspace(by.workspace_id), path.open("rb") as stream:
        return start_import(
            workspace=by.workspace, by=by, name=path.name, file=File(stream), now=timezone.now()
        )


def mapped(by: Membership, imported: Import, source: str) -> None:
    """Mapped as suggested, waiting to be checked."""
    with in_workspace(by.workspace_id):
        imported.refresh_from_db()
        keep_mapping(
            imported=imported,
            by=by,
            mapping=FileMapping.from_json(imported.mapping),
            answered=range(len(HEADER)),
            source_name=source,
            options=Options(),
            now=timezone.now(),
        )
        request_check(imported=imported, by=by, now=timezone.now())


def confirmed(by: Membership, imported: Import) -> None:
    """Checked, waiting to be put in."""
    with in_workspace(by.workspace_id):
        imported.refresh_from_db()
        request_commit(
            imported=imported,
            by=by,
            stamp=check_stamp(imported),
            repeats_are_new=False,
            without_bad_rows=False,
            now=timezone.now(),
        )


def work_off(workspace: Workspace) -> None:
    """Do all work that waits in the workspace."""
    with in_workspace(workspace.pk):
        waiting = list(Job.objects.filter(state=JobState.QUEUED).order_by("pk").values_list("pk", flat=True))
    for pk in waiting:
        run = claim(workspace_id=workspace.pk, job_id=pk, now=timezone.now())
        if run is None:
            raise RuntimeError(f"job {pk} is held by somebody else")
        execute(run=run, clock=timezone.now)
        with in_workspace(workspace.pk):
            if error := Job.objects.get(pk=pk).error:
                raise RuntimeError(error)
