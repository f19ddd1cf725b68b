"""A million rows into the product: each step against the floor, which is the database's own work for the same
rows; then what a catalog entry costs, and the pages with a million rows behind them."""

import shutil
import tempfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.test import override_settings
from django.utils import timezone

from bench.browsing import PLAIN, Browser, compare
from bench.seed import make_workspace
from bench.seed_imports import (
    UNPRICED,
    Spent,
    apart,
    confirmed,
    mapped,
    orders,
    uploaded,
    work_off,
    write_csv,
    write_xlsx,
)
from bench.table import Row
from kamtrak.tenancy import in_workspace
from transactions.models import Import, RowTotal, RowVersion, Source, Transaction
from transactions.pipeline.finished import NAMES
from transactions.pipeline.meeting import load_finished
from transactions.rules import Measure
from transactions.rules.entries import Dated, Entry
from transactions.services.catalog import create_item
from transactions.services.totals import add_totals
from transactions.services.turns import next_turn
from workspaces.models import ClientAccount, Membership, Workspace

MANY, SOME, FEW, WORKBOOK = 1_000_000, 100_000, 12, 50_000
WAITING = 10_000
MOST_SECONDS, MOST_MEGABYTES = 60, 400
PAGES = {
    "transactions": "transactions/",
    "transactions of a client": "transactions/?period=all&client={client}",
    "transactions of all other clients": "transactions/?period=all&not_client={client},none",
    "a transaction": "transactions/{transaction}/",
    "dashboard with imported revenue": "",
    "catalog": "catalog/",
    "imports": "imports/",
}
TABLES = ", ".join(model._meta.db_table for model in (RowVersion, Transaction, RowTotal))


class Steps(NamedTuple):
    """What each step of one import took."""

    look: Spent
    check: Spent
    commit: Spent
    floors: tuple[Spent, ...] = ()


def run() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        some_by, many_by, few_by = (_keeper(slug, people) for slug, people in _HOUSES)
        # The small table first: measuring the floor empties it.
        some = _bring(some_by, Path(folder) / "some.csv", SOME)
        workbook = _bring(some_by, Path(folder) / "workbook.xlsx", WORKBOOK, unpriced=0)
        some_entry = _entry(some_by)
        many = _bring(many_by, Path(folder) / "many.csv", MANY, floor=True)
        many_entry = _entry(many_by)
        _bring(few_by, Path(folder) / "few.csv", FEW)
    rows = [*_of_steps(some, many), *_of_workbook(workbook), *_of_entry(some_entry, many_entry)]
    with override_settings(STORAGES=PLAIN):
        few_rows, many_rows = _browser(few_by.workspace), _browser(many_by.workspace)
        rows += compare(PAGES, many_rows, few_rows, many=f"{MANY:,} rows", few=f"{FEW} rows")
    return rows


_HOUSES = (("some-rows", 20), ("many-rows", 20), ("few-rows", 2))


def _keeper(slug: str, people: int) -> Membership:
    """The owner of a workspace with clients and account managers, and no transactions yet."""
    workspace = make_workspace(slug, 12, people=people, clients=400 if people > 2 else 5)
    return Membership.objects.select_related("workspace", "user").get(
        workspace=workspace, roles__contains=["owner"]
    )


def _bring(by: Membership, path: Path, rows: int, *, unpriced: int = WAITING, floor: bool = False) -> Steps:
    """A file of so many rows through all steps; with `floor` the database's part alone before and after."""
    workspace = by.workspace
    with in_workspace(workspace.pk):
        clients = list(ClientAccount.objects.filter(workspace=workspace).values_list("name", flat=True))
        staff = Membership.objects.filter(workspace=workspace).exclude(pk=by.pk)
        owners = list(staff.values_list("user__email", flat=True))
    lines = orders(rows, clients, owners, min(unpriced, rows // 2))
    (write_xlsx if path.suffix == ".xlsx" else write_csv)(path, lines)
    imported = uploaded(by, path)
    look = apart(lambda: work_off(workspace))
    mapped(by, imported, path.stem)
    check = apart(lambda: work_off(workspace))
    confirmed(by, imported)
    prepared = path.with_suffix(".prepared")
    with in_workspace(workspace.pk):
        imported.refresh_from_db()
    shutil.copy(default_storage.path(imported.prepared), prepared)
    floors = [_alone(imported, prepared)] if floor else []
    commit = apart(lambda: work_off(workspace))
    if floor:
        with in_workspace(workspace.pk):
            imported.refresh_from_db()
        floors.append(_alone(imported, prepared))
    return Steps(look, check, commit, tuple(floors))


def _alone(imported: Import, prepared: Path) -> Spent:
    """The floor: the same finished rows through a temporary table into the same tables, and nothing else.

    It is given up at its end, so that the tables are as before.
    """
    _empty_disk()
    spent = apart(lambda: _write_alone(imported, prepared))
    if not imported.turn:  # nothing is in yet: the commit shall not find room that is already made
        with connection.cursor() as cursor:
            cursor.execute(f"truncate {TABLES}")
    _empty_disk()
    return spent


def _write_alone(imported: Import, prepared: Path) -> None:
    names, workspace = ", ".join(NAMES), imported.workspace
    with in_workspace(workspace.pk):
        source = Source.objects.create(
            workspace=workspace, name="floor", key="floor", created_at=timezone.now()
        )
        load_finished(prepared)
        with connection.cursor() as cursor:
            cursor.execute(
                f"insert into {Transaction._meta.db_table} "
                f"(workspace_id, source_id, turn, origin_id, protected, earlier, {names}) "
                f"select %s, %s, %s, %s, false, 0, {names} from finished",
                [workspace.pk, source.pk, next_turn(), imported.pk],
            )
        add_totals(workspace, "(select f.*, 0 as earlier from finished f) f")
        transaction.set_rollback(True)


def _empty_disk() -> None:
    """What was written before is on disk, so that nobody pays for it later."""
    with connection.cursor() as cursor:
        cursor.execute(f"vacuum (analyze) {TABLES}")


def _entry(by: Membership) -> float:
    """Seconds to add the catalog entry that 10,000 rows wait for, up to their revenue."""

    def add() -> None:
        with in_workspace(by.workspace_id):
            create_item(
                workspace=by.workspace,
                by=by,
                entry=Entry(UNPRICED),
                values=[Dated(Measure.REVENUE, date(2020, 1, 1), Decimal("2.50"))],
                reason="Price list",
                now=timezone.now(),
            )

    return apart(add).seconds


def _of_steps(some: Steps, many: Steps) -> list[Row]:
    floor = sum(each.seconds for each in many.floors) / len(many.floors)
    said = f"floor {floor:.1f} s: {', '.join(f'{each.seconds:.1f}' for each in many.floors)}"
    speed = f"{MANY / many.commit.seconds:,.0f} rows a second; {said}"
    return [
        Row("look at 1,000,000 rows", many.look.seconds, MOST_SECONDS, "s", f"{many.look.megabytes:.0f} MB"),
        Row("check of 1,000,000 rows: against the floor", many.check.seconds / floor, 0.5, "×",
            f"{many.check.seconds:.1f} s, {many.check.megabytes:.0f} MB; {said}"),
        Row("commit of 1,000,000 rows: against the floor", many.commit.seconds / floor, 1.2, "×", speed),
        Row("commit of 1,000,000 rows", many.commit.seconds, MOST_SECONDS, "s"),
        Row("commit of 1,000,000 rows: memory", many.commit.megabytes, MOST_MEGABYTES, "MB"),
        Row("commit: a row of 1,000,000 against one of 100,000", _growth(some.commit, many.commit), 1.25, "×",
            f"{some.commit.seconds:.1f} s for 100,000"),
        Row("check: a row of 1,000,000 against one of 100,000", _growth(some.check, many.check), 1.25, "×",
            f"{some.check.seconds:.1f} s for 100,000"),
    ]  # fmt: skip


def _growth(some: Spent, many: Spent) -> float:
    """What a row of the large file takes, against one of the small file."""
    return many.seconds / some.seconds / (MANY / SOME)


def _of_workbook(workbook: Steps) -> list[Row]:
    steps = (workbook.look, workbook.check, workbook.commit)
    note = ", ".join(
        f"{name} {spent.seconds:.1f} s" for name, spent in zip(Steps._fields, steps, strict=False)
    )
    return [
        Row("a workbook of 50,000 rows", sum(spent.seconds for spent in steps), MOST_SECONDS, "s", note),
        Row("a workbook: memory", max(spent.megabytes for spent in steps), MOST_MEGABYTES, "MB"),
    ]


def _of_entry(some: float, many: float) -> list[Row]:
    note = f"{some:.1f} s in a table of {SOME:,}, {many:.1f} s in one of {MANY:,}"
    return [Row(f"{WAITING:,} rows get their revenue: a large table", many / some, 1.5, "×", note)]


def _browser(workspace: Workspace) -> Browser:
    with in_workspace(workspace.pk):
        rows = Transaction.objects.filter(workspace=workspace, client__isnull=False)
        pk, client = rows.order_by("-day", "-pk").values_list("pk", "client")[0]
        return Browser(workspace.slug, transaction=pk, client=client)
