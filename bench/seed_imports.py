"""Files of any length as a shop exports them, and their way through the pipeline, each step timed apart."""

import os
import pickle
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from django.core.files.base import File
from django.db import connection, connections
from django.utils import timezone

from kamtrak.tenancy import in_workspace
from transactions.models import Import
from transactions.services.imports import LOOK
from workspaces.models import Job, JobState, Membership, Workspace
from workspaces.services.jobs import claim, execute

DAYS, LAST = 3 * 365, date(2026, 10, 30)
PRODUCTS, CLIENTS = 2_000, 400
HEADER = "Order ID,Order date,Client,Owner,Product,Quantity,Unit price,Currency,Note\n"
CURRENCIES = ("USD", "USD", "USD", "EUR", "GBP")
_NOTES = ("", "web", "phone", "fair", '"repeat order, as ""before"""', "sample")


class Spent(NamedTuple):
    """What a step took in a process of its own: seconds, and megabytes at most."""

    seconds: float
    megabytes: float


def write_sales(path: Path, rows: int, *, clients: list[str], owners: list[str], first: int = 0) -> None:
    """Orders over three years, nine columns; the same for the same numbers. A client has one owner."""
    rng = Random(7)
    prices = [f"{rng.randint(99, 99_999) / 100:.2f}" for _ in range(PRODUCTS)]
    days = [(LAST - timedelta(days=back)).isoformat() for back in range(DAYS)]
    with path.open("w", encoding="utf-8") as file:
        file.write(HEADER)
        for number in range(first, first + rows):
            product, client = rng.randrange(PRODUCTS), rng.randrange(len(clients))
            file.write(
                f"A-{number:08},{days[rng.randrange(DAYS)]},{clients[client]},{owners[client % len(owners)]},"
                f"P-{product:05},{rng.randint(1, 40)},{prices[product]},"
                f"{CURRENCIES[client % len(CURRENCIES)]},{rng.choice(_NOTES)}\n"
            )


def work_off(workspace: Workspace) -> None:
    """Do all work that waits in the workspace."""
    with in_workspace(workspace.pk):
        waiting = list(Job.objects.filter(state=JobState.QUEUED).order_by("pk").values_list("pk", flat=True))
    for pk in waiting:
        run = claim(workspace_id=workspace.pk, job_id=pk, now=timezone.now())
        if run is not None:
            execute(run=run, clock=timezone.now)


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


def sent(by: Membership, path: Path) -> Import:
    """The file as it was uploaded, looked at."""
    from transactions.services.imports import start_import

    with in_workspace(by.workspace_id), path.open("rb") as stream:
        return start_import(
            workspace=by.workspace, by=by, name=path.name, file=File(stream), now=timezone.now()
        )


@contextmanager
def nothing_else() -> Iterator[None]:
    """What was written before is on disk, so that it is not paid for inside."""
    with connection.cursor() as cursor:
        cursor.execute("vacuum (analyze) transactions_transaction")
    yield


__all__ = ["LOOK", "Spent", "apart", "nothing_else", "sent", "work_off", "write_sales"]
