"""What may go wrong around an import: sizes at their limits, cancelling, others who work at the same time."""

import io
import resource
import time
from datetime import UTC, datetime
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
from kamtrak.lib.tables import xlsx
from kamtrak.tenancy import in_workspace
from tests.cast import NOW, Cast, make_cast
from tests.contributions.builders import publish
from tests.transactions.bringing import bring, check, commit, fresh, mapped, rows, undo, upload, work
from tests.transactions.pipeline.test_imports import MAP, SALES, proves_totals
from tests.turns import two_at_once
from transactions.models import CatalogItem, CatalogName, Import, ImportState, SeenProduct, Transaction
from transactions.pipeline import checking, committing
from transactions.pipeline.editing import edit_transaction
from transactions.queries.books import ways_of
from transactions.queries.relied import differences, relied_on
from transactions.rules import Field
from transactions.services.imports import (
    cancel_import_job,
    check_stamp,
    request_check,
    request_commit,
    request_undo,
    settle_state,
    start_import,
)
from workspaces.models import ClientAccount, Job, JobState, Membership
from workspaces.services.clients import merge_clients, pick_or_create_client, unmerge_client
from workspaces.services.jobs import Run, claim, execute


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
    assert settle_state(fresh(imported)) == stands[step]
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
    assert (found.job.state, settle_state(found), found.prepared) == (JobState.CANCELLED, "mapping", "")
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
        assert differences(found.relied, relied_on(inside.acme, ways, found.known_source, today)) == said


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
    real = differences
    seen: list[int] = []

    def late(before: Any, now: Any) -> list[str]:
        seen.append(1)
        if len(seen) == 2:  # the last look, inside the one transaction
            told = real(before, now)
            pick_or_create_client(workspace=inside.acme, name="Nordhavn")
            return told
        return real(before, now)

    monkeypatch.setattr(committing, "differences", late)
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
    assert settle_state(stopped) == ImportState.CHECKED


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


def test_a_worker_that_lost_its_check_leaves_no_file(inside: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    imported = upload(inside.ada, SALES)
    monkeypatch.setattr(Run, "still_mine", lambda self: False)
    found = check(imported, inside.ada, mapped(imported, MAP))
    assert found.state == ImportState.CHECKING
    assert default_storage.listdir(f"{found.path}-check")[1] == []
