"""What may go wrong around an import: sizes at their limits, cancelling, others who work at the same time."""

import io
import resource
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from kamtrak.history import because
from kamtrak.lib.errors import Refused, Stale
from kamtrak.lib.tables import TableError, xlsx
from kamtrak.tenancy import in_workspace
from tests.cast import NOW, Cast, make_cast
from tests.contributions.builders import publish
from tests.transactions.bringing import bring, check, commit, fresh, mapped, rows, undo, upload, work
from tests.transactions.pipeline.test_imports import MAP, SALES, proves_totals
from tests.turns import two_at_once
from transactions.models import (
    CatalogItem,
    CatalogName,
    Import,
    ImportState,
    SeenOwner,
    SeenProduct,
    Transaction,
)
from transactions.pipeline import checking, committing, opening, sales, undoing
from transactions.pipeline.editing import edit_transaction
from transactions.queries.books import ways_of
from transactions.queries.relied import changed_since, differences, relied_on
from transactions.rules import Field, Status
from transactions.services.imports import (
    Options,
    cancel_import_job,
    check_stamp,
    keep_mapping,
    request_check,
    request_commit,
    request_undo,
    start_import,
)
from workspaces.models import ClientAccount, Job, JobState, Membership
from workspaces.services.beating import Beat
from workspaces.services.clients import merge_clients, pick_or_create_client, unmerge_client
from workspaces.services.jobs import LeaseLost, Run, claim, execute


def checked(cast: Cast, content: str | bytes = SALES, fields: Any = MAP, source: str = "Shop") -> Import:
    imported = upload(cast.ada, content)
    return check(imported, cast.ada, mapped(imported, fields), source=source)


def ask(imported: Import, by: Membership) -> None:
    request_commit(
        imported=imported,
        by=by,
        stamp=check_stamp(imported),
        repeats_are_new=False,
        without_bad_rows=True,
        now=NOW,
    )


# ------------------------------------------------------------------ sizes


def test_500_columns_and_cells_of_32767_letters_go_in_and_a_line_of_2_mb_is_a_bad_row(inside: Cast) -> None:
    header = ["Date", "Amount", *(f"c{at}" for at in range(498))]
    longest, endless = "x" * 32_767, "y" * 2_000_000
    lines = [
        ["2026-08-07", "10", longest, *(["z"] * 497)],
        ["2026-08-07", "20", endless, *(["z"] * 497)],
        ["2026-08-07", "30", *(["z"] * 498)],
    ]
    text = "\n".join(",".join(line) for line in [header, *lines])
    found = checked(inside, text, {"Date": Field.DATE, "Amount": Field.REVENUE})
    assert (found.checked["good"], found.checked["bad"], found.checked["converted"]) == (2, 1, "40.00")
    commit(found, inside.ada)
    first, second = rows(inside.acme)
    assert (len(first.cells), first.cells[2], first.revenue) == (500, longest, Decimal("10.00"))
    assert (len(second.cells), second.revenue) == (500, Decimal("30.00"))


def test_a_workbook_of_50000_rows_goes_in_without_taking_the_memory_of_its_worker(inside: Cast) -> None:
    publish()
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Date", "Client", "Product", "Qty", "Price", "Currency"])
        for at in range(1, 50_001):
            sheet.write_row(at, 0, ["2026-08-07", f"Client {at % 50}", f"P-{at % 30}", at % 9, 10.25, "USD"])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    done = commit(checked(inside, out.getvalue()), inside.ada)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert done.created == Transaction.objects.count() == 50_000
    told = sum(Decimal(at % 9) * Decimal("10.25") for at in range(1, 50_001))
    assert Decimal(done.checked["converted"]) == told
    assert grown < 200, f"{grown:.0f} MB"
    proves_totals(inside)


@pytest.mark.parametrize("alone", [1, 50_000])
@pytest.mark.parametrize(("column", "named"), [(1, "Client"), (2, "Product or service"), (3, "Owner")])
def test_a_column_of_too_many_new_names_is_asked_about_and_none_is_kept(
    inside: Cast, settings: Any, column: int, named: str, alone: int
) -> None:
    """An order number mapped as a product is no reason to keep a million products."""
    settings.LIMIT_IMPORT_NAMES, settings.IMPORT_ALONE_ROWS = 3, alone
    fields = {"Date": Field.DATE, "Client": Field.CLIENT, "Product": Field.PRODUCT, "Owner": Field.OWNER}
    lines = ["Date,Client,Product,Owner,Amount"]
    for at in range(4):
        cells = ["2026-08-07", "Nordhavn", "W-1", "Nobody", "10"]
        cells[column] = f"A-{at}"
        lines.append(",".join(cells))
    few = checked(inside, "\n".join(lines[:-1]), fields | {"Amount": Field.REVENUE})
    assert few.state == ImportState.CHECKED
    SeenProduct.objects.all().delete()
    SeenOwner.objects.all().delete()
    many = checked(inside, "\n".join(lines), fields | {"Amount": Field.REVENUE})
    assert many.job is not None
    assert (many.state, many.job.state) == (ImportState.MAPPING, JobState.FAILED)
    assert f"The column of “{named}” has more than 3 different values" in many.job.error
    assert not SeenProduct.objects.exists()
    assert not SeenOwner.objects.exists()


# ------------------------------------------------------------------ cancelling


@pytest.mark.parametrize("step", ["look", "check", "commit", "undo"])
def test_what_waits_is_cancelled_at_once_and_can_be_started_again(inside: Cast, step: str) -> None:
    if step == "look":
        imported = start_import(
            workspace=inside.acme, by=inside.ada, name="a.csv", file=ContentFile(SALES.encode(), "a"), now=NOW
        )
    elif step == "check":
        imported = fresh(checked(inside))
        request_check(imported=imported, by=inside.ada, now=NOW)
    elif step == "commit":
        imported = checked(inside)
        ask(imported, inside.ada)
    else:
        imported = bring(inside.ada, SALES, MAP)
        request_undo(imported=imported, by=inside.ada, reason="Wrong", keep_edited=True, now=NOW)
    count = Transaction.objects.count()
    cancel_import_job(imported=fresh(imported), by=inside.ada, now=NOW)
    work(inside.acme)
    stands = {"look": "failed", "check": "mapping", "commit": "checked", "undo": "committed"}
    assert fresh(imported).state == stands[step]
    assert Transaction.objects.count() == count
    if step == "commit":
        ask(fresh(imported), inside.ada)
        work(inside.acme)
        assert fresh(imported).created == 3
    if step == "undo":
        undo(fresh(imported), inside.ada)
        assert not Transaction.objects.exists()


def test_a_check_that_is_cancelled_while_it_runs_leaves_nothing_but_what_rows_name(
    inside: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    imported = upload(inside.ada, SALES)
    real = checking.Check._report

    def cancelled(self: Any, done: int) -> None:
        Job.objects.filter(pk=self.run.job_id).update(cancel_requested=True)
        real(self, done)

    monkeypatch.setattr(checking.Check, "_report", cancelled)
    found = check(imported, inside.ada, mapped(imported, MAP))
    assert found.job is not None
    assert (found.job.state, found.state, found.prepared) == (JobState.CANCELLED, "mapping", "")
    monkeypatch.undo()
    assert commit(check(found, inside.ada, mapped(found, MAP)), inside.ada).created == 3


@pytest.mark.parametrize("step", ["look", "check"])
def test_cancelling_reaches_the_reader_of_a_workbook_that_says_nothing(
    inside: Cast, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, step: str
) -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Date", "Amount"])
        sheet.write_row(1, 0, ["2026-08-07", 10])
    imported = upload(inside.ada, out.getvalue()) if step == "check" else None
    sleeper = tmp_path / "sleeper.py"
    sleeper.write_text("import time\ntime.sleep(60)\n")
    monkeypatch.setattr(xlsx, "_CHILD", sleeper)
    monkeypatch.setattr(xlsx, "_SILENCE", 0.05)
    real = Run.progress

    def cancelled_then(self: Run, *told: Any, **at: Any) -> None:
        real(self, *told, **at)
        Job.objects.filter(pk=self.job_id).update(cancel_requested=True)

    monkeypatch.setattr(Run, "progress", cancelled_then)
    began = time.perf_counter()
    if imported is None:
        imported = upload(inside.ada, out.getvalue())
    else:
        fields = {"Date": Field.DATE, "Amount": Field.REVENUE}
        imported = check(imported, inside.ada, mapped(imported, fields))
    assert imported.job is not None
    assert imported.job.state == JobState.CANCELLED
    assert time.perf_counter() - began < 20


# ------------------------------------------------------------------ others at the same time


def undo_while_another_waits(cast: Cast, waits: Import, undone: Import) -> None:
    """Both are asked for; the undo of `undone` is done before that of `waits`, which is then cancelled."""
    for each in (waits, undone):
        request_undo(imported=each, by=cast.ada, reason="Wrong", keep_edited=True, now=NOW)
    job = fresh(undone).job
    assert job is not None
    run = claim(workspace_id=cast.acme.pk, job_id=job.pk, now=NOW)
    assert run is not None
    execute(run=run, clock=lambda: NOW)
    assert (fresh(undone).state, fresh(waits).state) == (ImportState.UNDONE, ImportState.UNDOING)
    cancel_import_job(imported=fresh(waits), by=cast.ada, now=NOW)
    assert fresh(waits).state == ImportState.COMMITTED


def test_an_import_whose_undo_waits_keeps_its_rows_when_another_is_undone(inside: Cast) -> None:
    first, second = bring(inside.ada, SALES, MAP), bring(inside.ada, SALES, MAP, new=True)
    bring(inside.ada, SALES, MAP, new=True)
    assert Transaction.objects.count() == 9
    undo_while_another_waits(inside, first, second)
    assert Transaction.objects.count() == 6
    assert set(Transaction.objects.values_list("origin", flat=True)) >= {first.pk}
    proves_totals(inside)


def test_an_import_whose_undo_waits_still_replaces_what_it_replaced(inside: Cast) -> None:
    bring(inside.ada, SALES, MAP)
    second = bring(inside.ada, SALES, MAP)
    span = date(2026, 8, 1), date(2026, 9, 30)
    third = bring(inside.ada, SALES.replace("Nordhavn", "Aurelia"), MAP, replaces=span)
    voided = Transaction.objects.filter(status=Status.VOIDED)
    assert voided.count() == 2
    undo_while_another_waits(inside, third, second)
    assert voided.count() == 2
    proves_totals(inside)


def test_of_two_imports_of_one_source_committed_at_once_the_second_is_checked_again(inside: Cast) -> None:
    first, second = checked(inside), checked(inside)
    ask(first, inside.ada)
    ask(second, inside.ada)
    work(inside.acme)
    assert (fresh(first).state, fresh(first).created) == (ImportState.COMMITTED, 3)
    late = fresh(second)
    assert late.job is not None
    assert "the rows of this source" in late.job.error
    assert Transaction.objects.count() == 3
    again = check(late, inside.ada, mapped(late, MAP))
    assert again.checked["unchanged"] == 3
    assert commit(again, inside.ada).unchanged == 3


@pytest.mark.django_db(transaction=True)
def test_two_workers_that_commit_one_source_in_the_same_moment_bring_it_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cast = make_cast()
    with in_workspace(cast.acme.pk), because(user=cast.olive.user_id):
        both = [checked(cast), checked(cast)]
        for imported in both:
            ask(imported, cast.ada)
        jobs = list(Job.objects.filter(state=JobState.QUEUED).order_by("pk").values_list("pk", flat=True))

    def worker(job: int) -> Any:
        def run() -> None:
            taken = claim(workspace_id=cast.acme.pk, job_id=job, now=timezone.now())
            assert taken is not None
            execute(run=taken, clock=timezone.now)

        return run

    two_at_once(monkeypatch, worker(jobs[0]), worker(jobs[1]), (committing, "load_finished"))
    with in_workspace(cast.acme.pk):
        assert Transaction.objects.count() == 3
        assert sorted(Job.objects.filter(pk__in=jobs).values_list("state", flat=True)) == ["done", "failed"]


def in_the_middle(monkeypatch: pytest.MonkeyPatch, step: str, then: Callable[[Cast, Import], None]) -> Job:
    """A commit or an undo is stopped in the middle of its transaction, and `then` is done there: the job."""
    cast = make_cast()
    with in_workspace(cast.acme.pk), because(user=cast.olive.user_id):
        imported = checked(cast)
        if step == "undo":
            imported = commit(imported, cast.ada)
            request_undo(imported=imported, by=cast.ada, reason="Wrong", keep_edited=True, now=NOW)
        else:
            ask(imported, cast.ada)
        imported = fresh(imported)
    assert imported.job_id is not None
    taken = claim(workspace_id=cast.acme.pk, job_id=imported.job_id, now=timezone.now())
    assert taken is not None

    def other() -> None:
        with in_workspace(cast.acme.pk), because(user=cast.ada.user_id):
            then(cast, imported)

    place = {"commit": (committing, "load_finished"), "undo": (undoing, "_pop")}[step]
    two_at_once(monkeypatch, lambda: execute(run=taken, clock=timezone.now), other, place)
    with in_workspace(cast.acme.pk):
        return Job.objects.get(pk=imported.job_id)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("step", ["commit", "undo"])
def test_who_cancels_in_the_middle_is_heard_and_nothing_is_half_done(
    monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def cancel(cast: Cast, imported: Import) -> None:
        cancel_import_job(imported=imported, by=cast.ada, now=timezone.now())

    job = in_the_middle(monkeypatch, step, cancel)
    with in_workspace(job.workspace_id):
        imported = Import.objects.get()
        stands, count = {"commit": ("checked", 0), "undo": ("committed", 3)}[step]
        assert (job.state, imported.state, Transaction.objects.count()) == ("cancelled", stands, count)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("step", ["commit", "undo"])
def test_a_long_transaction_keeps_its_lease_and_is_seen_to_work(
    monkeypatch: pytest.MonkeyPatch, settings: Any, step: str
) -> None:
    settings.JOB_LEASE_SECONDS = 0.3
    leases: list[Any] = []

    def look_twice(cast: Cast, imported: Import) -> None:
        for _ in range(2):
            leases.append(Import.objects.values_list("job__lease_until", flat=True).get(pk=imported.pk))
            time.sleep(0.2)

    monkeypatch.setattr("tests.turns.PATIENCE", 5)
    assert in_the_middle(monkeypatch, step, look_twice).state == JobState.DONE
    assert leases[1] > leases[0]


@pytest.mark.django_db(transaction=True)
def test_a_commit_whose_job_was_taken_over_brings_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def take_over(cast: Cast, imported: Import) -> None:
        Job.objects.filter(pk__in=[imported.job_id]).update(attempts=2)

    job = in_the_middle(monkeypatch, "commit", take_over)
    with in_workspace(job.workspace_id):
        assert job.state == JobState.RUNNING
        assert not Transaction.objects.exists()


def test_a_commit_tells_how_many_rows_are_in_so_far(inside: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[int] = []
    real = Beat.reached

    def reached(self: Beat, done: int) -> None:
        told.append(done)
        real(self, done)

    monkeypatch.setattr(Beat, "reached", reached)
    monkeypatch.setattr(committing, "SLICE", 100)
    line = "2026-08-07,Nordhavn,W-1,5,10.00,USD\n"
    bring(inside.ada, SALES.splitlines(keepends=True)[0] + line * 500, MAP)
    done = bring(inside.ada, SALES.splitlines(keepends=True)[0] + line * 1_000, MAP)
    assert (done.unchanged, done.created) == (500, 500)
    assert told[-1] == 1_000
    assert told == sorted(told)
    assert len({count for count in told if 500 < count < 1_000}) >= 3


@pytest.mark.django_db(transaction=True)
def test_no_part_of_a_check_outlasts_its_lease(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.JOB_LEASE_SECONDS, settings.IMPORT_ALONE_ROWS = 0.4, 1
    cast = make_cast()
    fields = {
        "ID": Field.UNIQUE_ID,
        "Of": Field.ORIGINAL_ID,
        "Date": Field.DATE,
        "Amount": Field.REVENUE,
    }
    with in_workspace(cast.acme.pk), because(user=cast.olive.user_id):
        imported = upload(cast.ada, "ID,Of,Date,Amount\n7,,2026-08-07,50\n8,7,2026-08-08,-50\n")
        mapping = mapped(imported, fields)
        keep_mapping(
            imported=imported,
            by=cast.ada,
            mapping=mapping,
            answered=[column.place for column in mapping.columns],
            source_name="Shop",
            options=Options(),
            now=NOW,
        )
        job = request_check(imported=fresh(imported), by=cast.ada, now=NOW)
    held: list[str] = []

    def slow(module: Any, name: str) -> None:
        real = getattr(module, name)

        def waits(*given: Any, **named: Any) -> Any:
            time.sleep(0.8)
            if claim(workspace_id=cast.acme.pk, job_id=job.pk, now=timezone.now()) is None:
                held.append(name)
            return real(*given, **named)

        monkeypatch.setattr(module, name, waits)

    parts = [(checking, "relied_on"), (sales, "_in_file"), (sales, "stored_sales"), (checking, "together")]
    parts += [(checking, "write_rates"), (checking, "compare")]
    for part in parts:
        slow(*part)
    taken = claim(workspace_id=cast.acme.pk, job_id=job.pk, now=timezone.now())
    assert taken is not None
    execute(run=taken, clock=timezone.now)
    assert list(dict.fromkeys(held)) == [name for _, name in parts]
    with in_workspace(cast.acme.pk):
        assert fresh(imported).state == ImportState.CHECKED


def change_catalog(cast: Cast) -> None:
    item = CatalogItem.objects.create(workspace=cast.acme, code="X-9", created_at=NOW)
    CatalogName.objects.create(workspace=cast.acme, item=item, text="X-9", key="x-9", is_code=True)


def swap_archived(cast: Cast) -> None:
    """One entry is archived and another brought back: as many as before."""
    old, new = CatalogItem.objects.order_by("pk")
    CatalogItem.objects.filter(pk=old.pk).update(archived_at=NOW)
    CatalogItem.objects.filter(pk=new.pk).update(archived_at=None)


def two_entries(cast: Cast) -> None:
    CatalogItem.objects.create(workspace=cast.acme, code="A", created_at=NOW)
    CatalogItem.objects.create(workspace=cast.acme, code="B", created_at=NOW, archived_at=NOW)


def promised_client(cast: Cast) -> None:
    pick_or_create_client(workspace=cast.acme, name="NORDHAVN ")


def merged(cast: Cast) -> None:
    one, _, three = (pick_or_create_client(workspace=cast.acme, name=f"C{at}") for at in range(3))
    merge_clients(account=one, into=three, reason="Same house")


def merge_another(cast: Cast) -> None:
    """One merge is taken back and another made: as many as before."""
    one, two, three = ClientAccount.objects.filter(name__in=["C0", "C1", "C2"]).order_by("name")
    unmerge_client(account=one, reason="Not the same")
    merge_clients(account=two, into=three, reason="Same house")


def nothing(cast: Cast) -> None:
    pass


def test_an_edit_of_another_source_leaves_a_check_as_it_is_and_one_of_its_own_does_not(inside: Cast) -> None:
    bring(inside.ada, SALES, MAP, source="Shop")
    bring(inside.ada, SALES.replace("Nordhavn", "Else"), MAP, source="Other")
    found = checked(inside, SALES.replace("Aurelia", "Lumen"))
    for source, said in (("Other", []), ("Shop", ["the rows of this source"])):
        row = Transaction.objects.filter(source__name=source).order_by("pk")[0]
        edit_transaction(
            row=row,
            values={Field.QUANTITY: "7"},
            protected=True,
            reason="Recounted",
            stamp=str(row.turn),
            by=inside.ada,
            now=NOW,
        )
        ways, today = ways_of(inside.acme), inside.acme.day_of(NOW)
        assert differences(found.relied, relied_on(inside.acme, ways, found, today)) == said


@pytest.mark.parametrize(
    ("before", "change", "said"),
    [
        (nothing, change_catalog, "the product catalog"),
        (two_entries, swap_archived, "the product catalog"),
        (nothing, promised_client, "the client accounts"),
        (merged, merge_another, "the client accounts"),
    ],
)
def test_what_changes_between_check_and_commit_stops_the_commit_and_is_named(
    inside: Cast, before: Any, change: Any, said: str
) -> None:
    before(inside)
    found = checked(inside)
    change(inside)
    ask(found, inside.ada)
    work(inside.acme)
    stopped = fresh(found)
    assert stopped.job is not None
    assert said in stopped.job.error
    assert not Transaction.objects.exists()
    again = check(stopped, inside.ada, mapped(stopped, MAP))
    assert commit(again, inside.ada).created == 3
    assert ClientAccount.objects.filter(name__iexact="nordhavn").count() == 1


def test_a_name_that_is_taken_in_the_very_moment_of_the_commit_stops_it_in_plain_words(
    inside: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = checked(inside)
    real = changed_since
    seen: list[int] = []

    def late(imported: Import, now: datetime) -> list[str]:
        seen.append(1)
        if len(seen) == 2:  # the last look, inside the one transaction
            told = real(imported, now)
            pick_or_create_client(workspace=inside.acme, name="Nordhavn")
            return told
        return real(imported, now)

    monkeypatch.setattr(committing, "changed_since", late)
    ask(found, inside.ada)
    work(inside.acme)
    stopped = fresh(found)
    assert stopped.job is not None
    assert stopped.job.state == JobState.FAILED
    assert not Transaction.objects.exists()


def test_two_checks_that_meet_a_new_product_at_once_both_succeed(
    inside: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    imported = upload(inside.ada, SALES)
    real = checking.Check.keep
    seen: list[int] = []

    def late(self: Any, *given: Any) -> None:
        if not seen:
            seen.append(1)
            SeenProduct.objects.create(workspace=inside.acme, key="w-1", text="W-1")
        real(self, *given)

    monkeypatch.setattr(checking.Check, "keep", late)
    found = check(imported, inside.ada, mapped(imported, MAP))
    assert (found.state, found.checked["good"]) == (ImportState.CHECKED, 3)
    assert commit(found, inside.ada).created == 3
    assert SeenProduct.objects.filter(key="w-1").count() == 1


def test_who_has_left_imports_nothing_any_more(inside: Cast) -> None:
    found = checked(inside)
    ask(found, inside.ada)
    Membership.objects.filter(pk=inside.ada.pk).update(ended_at=datetime(2026, 11, 23, tzinfo=UTC))
    work(inside.acme)
    stopped = fresh(found)
    assert stopped.job is not None
    assert "no longer have the right" in stopped.job.error
    assert not Transaction.objects.exists()
    assert stopped.state == ImportState.CHECKED


def test_a_check_that_was_repeated_meanwhile_is_looked_at_before_it_is_committed(inside: Cast) -> None:
    found = checked(inside)
    request_check(imported=found, by=inside.ada, now=NOW)
    work(inside.acme)
    with pytest.raises(Stale):
        ask(found, inside.ada)
    ask(fresh(found), inside.ada)


def test_lines_with_a_unique_id_cannot_be_new_sales(inside: Cast) -> None:
    """Import 2 has id 7 again: the row is updated, and never stands there twice."""
    fields = {"ID": Field.UNIQUE_ID, "Date": Field.DATE, "Amount": Field.REVENUE}
    text = "ID,Date,Amount\n7,2026-08-07,50\n"
    bring(inside.ada, text, fields)
    found = checked(inside, text, fields)
    with pytest.raises(Refused, match="cannot be new sales"):
        request_commit(
            imported=found,
            by=inside.ada,
            stamp=check_stamp(found),
            repeats_are_new=True,
            without_bad_rows=True,
            now=NOW,
        )


def lost(run: Run) -> None:
    raise LeaseLost


def test_a_worker_that_lost_its_look_does_not_call_the_file_unreadable(
    inside: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def taken_over(run: Run, *_: Any) -> None:
        Job.objects.filter(pk=run.job_id).update(attempts=2)
        raise TableError("It has no header.")

    monkeypatch.setattr(opening, "_look", taken_over)
    found = upload(inside.ada, SALES)
    assert (found.state, found.failure) == (ImportState.UPLOADED, "")


def test_a_worker_that_lost_its_check_leaves_no_file(inside: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    imported = upload(inside.ada, SALES)
    monkeypatch.setattr(Run, "seal", lost)
    found = check(imported, inside.ada, mapped(imported, MAP))
    assert found.state == ImportState.CHECKING
    assert default_storage.listdir(f"{found.path}-check")[1] == []
