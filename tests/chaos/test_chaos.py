"""However often workers are killed, in whatever step: the same rows, versions, totals, clients and alerts as
without a kill, nothing twice, nothing lost, and no file left over (`make chaos` kills 50 times, and the
database twice).
"""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection

from kamtrak import embedded
from kamtrak.embedded.servers import PostgreSQL
from kamtrak.history import because
from kamtrak.tenancy import in_workspace
from tests.cast import make_user, make_workspace
from tests.chaos.story import Story
from tests.contributions.builders import publish
from tests.transactions.bringing import work
from transactions.models import Import, ImportedClient, RowTotal, RowVersion, SeenProduct, Split, Transaction
from transactions.services.totals import rebuild_row_totals
from workspaces.models import Alert, ClientAccount, JobState, Membership, Workspace
from workspaces.services import jobs

KILLS = int(os.environ.get("KAMTRAK_CHAOS_KILLS", "5"))
DATABASE_KILLS = int(os.environ.get("KAMTRAK_CHAOS_DATABASE_KILLS", "0"))
SEED = int(os.environ.get("KAMTRAK_CHAOS_SEED", "1"))
PATIENCE = 120  # seconds for one step


class Foreman:
    """The process that forks workers, and the one that works now."""

    def __init__(self) -> None:
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "DATABASE_URL": embedded.home().database_url(database=connection.settings_dict["NAME"]),
            "REDIS_URL": "redis://127.0.0.1:9/0",  # nobody answers there
            "MEDIA_ROOT": str(settings.MEDIA_ROOT),
            "JOB_LEASE_SECONDS": "1",
            "IMPORT_ALONE_ROWS": "200",  # the longer files by several hands
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.foreman"],
            cwd=settings.BASE_DIR,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.worker = 0
        self.hire()

    def hire(self) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        self.worker = int(self.process.stdout.readline())

    def kill(self) -> None:
        os.kill(self.worker, signal.SIGKILL)
        self.hire()

    def end(self) -> None:
        os.kill(self.worker, signal.SIGKILL)
        self.process.communicate(timeout=20)


@pytest.fixture
def kept(transactional_db: None) -> Iterator[None]:
    """Servers of tests may lose their last commits with their process; what is killed here must not."""
    name = connection.ops.quote_name(connection.settings_dict["NAME"])
    with connection.cursor() as cursor:
        cursor.execute(f"alter database {name} set synchronous_commit = on")
    connection.close()  # it holds from the next connection on
    with connection.cursor() as cursor:
        cursor.execute("show synchronous_commit")
        assert cursor.fetchone() == ("on",)
    yield
    with connection.cursor() as cursor:
        cursor.execute(f"alter database {name} reset synchronous_commit")


@pytest.fixture
def foreman(kept: None) -> Iterator[Foreman]:
    found = Foreman()
    yield found
    found.end()


def kill_database() -> None:
    """The server dies at once, as by a loss of power; its keeper starts it again."""
    pid = Path(PostgreSQL(embedded.home()).data / "postmaster.pid").read_text().splitlines()[0]
    os.kill(int(pid), signal.SIGKILL)


def patiently(do: Any) -> Any:
    """Do it in the face of a database that is just being started again."""
    for _ in range(600):
        try:
            return do()
        except DatabaseError:
            connection.close()
            time.sleep(0.1)
    raise AssertionError("The database did not come back.")


def place(name: str) -> Membership:
    workspace = make_workspace(name, make_user(name), slug=name.lower(), currency="USD")
    return Membership.objects.get(workspace=workspace)


def inside(by: Membership, do: Any) -> Any:
    with in_workspace(by.workspace_id), because(user=by.user_id):
        return do()


@pytest.mark.django_db(transaction=True)
def test_killed_workers_leave_the_same_tables_as_none(
    foreman: Foreman, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish()
    monkeypatch.setattr(jobs, "_publish", lambda workspace, job: None)  # no broker, no doorbell
    calm, wild = place("Calm"), place("Wild")
    took = {}
    story = Story(calm)
    for name, start, done in story.steps():
        inside(calm, start)
        began = time.monotonic()
        assert work_off(calm, done), name
        took[name] = time.monotonic() - began
    killed = live_through(Story(wild), wild, foreman, took)
    assert killed == KILLS
    assert facts(wild) == facts(calm)
    for by in (wild, calm):
        inside(by, lambda by=by: proves(by.workspace))


def work_off(by: Membership, done: Any) -> bool:
    from django.utils import timezone

    for _ in range(50):
        work(by.workspace, timezone.now())
        if inside(by, done):
            return True
        time.sleep(0.1)
    return False


def live_through(story: Story, by: Membership, foreman: Foreman, took: dict[str, float]) -> int:
    """Every step, its worker killed at random moments of it; how many kills there were."""
    dice, killed, dead = Random(SEED), 0, 0
    steps = len(took)
    for number, (name, start, done) in enumerate(story.steps(), start=1):
        quota = KILLS * number // steps
        patiently(lambda start=start: inside(by, start))
        end = time.monotonic() + PATIENCE
        while not patiently(lambda done=done: inside(by, done)):
            assert time.monotonic() < end, name
            if killed < quota:
                time.sleep(dice.uniform(0, took[name] * 1.2))
                foreman.kill()
                killed += 1
                if dead < DATABASE_KILLS and killed * (DATABASE_KILLS + 1) > KILLS * (dead + 1):
                    kill_database()
                    dead += 1
            else:
                time.sleep(0.05)
            patiently(lambda start=start: again(by, start))
        killed += finish_quota(foreman, quota - killed)
    return killed


def finish_quota(foreman: Foreman, left: int) -> int:
    """A step that was over before its kills were: they come between two steps."""
    for _ in range(left):
        foreman.kill()
    return max(left, 0)


def again(by: Membership, start: Any) -> None:
    """A person starts once more what was given up after too many interruptions."""

    def look() -> None:
        started = [each.job for each in Import.objects.select_related("job") if each.job]
        if any(job.state == JobState.FAILED for job in started):
            assert all("given up" in job.error for job in started if job.state == JobState.FAILED)
            start()

    inside(by, look)


# ------------------------------------------------------------------ what is in


def facts(by: Membership) -> dict[str, Any]:
    """All that is in a workspace, identities aside."""
    return inside(by, lambda: _facts(by.workspace))


def _facts(workspace: Workspace) -> dict[str, Any]:
    order = {pk: at for at, pk in enumerate(Import.objects.order_by("pk").values_list("pk", flat=True))}
    rows = Transaction.objects.select_related("client", "product", "rate")
    beneath = Counter(
        (v.row.key, v.row.occurrence, order[v.origin_id], v.line, tuple(v.cells))
        for v in RowVersion.objects.select_related("row")
    )
    clients = dict(ClientAccount.objects.values_list("pk", "name"))
    products = dict(SeenProduct.objects.values_list("pk", "text"))
    names: dict[int, dict[int, str]] = {Split.NONE: {}, Split.CLIENT: clients, Split.PRODUCT: products}
    return {
        "rows": Counter(
            (
                row.key,
                row.occurrence,
                order[row.origin_id],
                row.line,
                tuple(row.cells),
                row.client and row.client.name,
                row.product and row.product.text,
                (row.status, row.lack, row.tier, row.warnings, row.currency),
                (row.quantity, row.revenue, row.converted),
                row.rate and row.rate.rate,
            )
            for row in rows
        ),
        "versions": beneath,
        "totals": Counter(
            (
                *(
                    t.split,
                    str(t.month),
                    names[t.split].get(t.about, ""),
                    t.status,
                    t.lack,
                    t.tier,
                    t.currency,
                ),
                *(t.rows, t.quantity, t.revenue, t.converted),
            )
            for t in RowTotal.objects.all()
        ),
        "clients": Counter(clients.values()),
        "made": Counter(ImportedClient.objects.values_list("client__name", flat=True)),
        "alerts": Counter(Alert.objects.filter(state="open").values_list("title", "rows", "quantity")),
        "imports": list(
            Import.objects.order_by("pk").values_list("state", "created", "updated", "unchanged", "skipped")
        ),
    }


def proves(workspace: Workspace) -> None:
    """The totals are the sums of the rows, and every stored file belongs to an import."""
    kept = _facts(workspace)["totals"]
    rebuild_row_totals(workspace)
    assert _facts(workspace)["totals"] == kept
    for imported in Import.objects.all():
        assert default_storage.exists(imported.path)
        _, left = default_storage.listdir(f"{imported.path}-check")
        assert [f"{imported.path}-check/{name}" for name in left] == [imported.rejects]
