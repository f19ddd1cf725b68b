"""Rows that follow a changed rate or a name in the background come to what they come to while somebody waits,
whatever interrupts the work (rules 5.12, 5.19, 6.5)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction

from fx.models import OwnRate
from fx.queries.own import own_rates_in_force
from fx.rules import Mode
from fx.services.followers import follow_change
from fx.services.own import Entry, add_own_rates, withdraw_own_rate
from tests.cast import NOW, Cast
from tests.contributions.builders import publish
from tests.fx.builders import own
from tests.transactions.bringing import bring, rows, work
from tests.transactions.builders import make_item, worth
from tests.transactions.pipeline.test_imports import proves_totals
from tests.workspaces.test_settings import change
from transactions.models import CatalogItem, SeenOwner, Transaction
from transactions.pipeline import deciding, following
from transactions.pipeline.following_rates import settle_rates
from transactions.pipeline.moved_rates import NONE, follow_rates, touched_by
from transactions.queries.books import ways_of
from transactions.queries.marked import Selection, seen
from transactions.queries.proving import proved
from transactions.rules import Field, Measure
from transactions.services.catalog_values import set_values
from transactions.services.owners import confirm_owner
from transactions.services.ways import change_ways, stamp_of
from workspaces.models import Alert, Job, JobState
from workspaces.services.jobs import claim

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
AUGUST, NOVEMBER = date(2026, 8, 1), date(2026, 11, 1)
# The refund of sale 3 stands above it; 4 and 5 wait for a rate, 6 has a provisional one.
SALES = """ID,Date,Client,Product,Qty,Revenue,Currency,Original,Owner
2,2026-08-12,Nordhavn,,,-50,EUR,3,A. Smith
3,2026-08-10,Nordhavn,,,100,EUR,,A. Smith
4,2026-08-11,Aurelia,,,1000,RUB,,A. Smith
5,2026-11-20,Aurelia,,,2000,RUB,,
6,2026-11-20,Aurelia,,,20,EUR,,
7,2026-08-10,Aurelia,TRK-T4,2,,EUR,,
8,2026-08-10,Aurelia,,,7,USD,,
"""
MAP = {
    "ID": Field.UNIQUE_ID,
    "Date": Field.DATE,
    "Client": Field.CLIENT,
    "Product": Field.PRODUCT,
    "Qty": Field.QUANTITY,
    "Revenue": Field.REVENUE,
    "Currency": Field.CURRENCY,
    "Original": Field.ORIGINAL_ID,
    "Owner": Field.OWNER,
}
Came = dict[str, tuple[object, ...]]


@pytest.fixture
def shop(inside: Cast) -> Cast:
    publish()
    make_item(inside.ada, "TRK-T4", [worth(Measure.REVENUE, "5")], name="Tracker")
    bring(inside.ada, SALES, MAP)
    return inside


def came(cast: Cast) -> Came:
    """What each row came to: its figure, its rate and what it waits for."""
    return {
        row.cells[0]: (
            row.status,
            row.lack,
            row.converted,
            row.rate and row.rate.rate,
            row.rate and row.rate.provisional,
            row.warnings,
            row.earlier,
            row.owner_id,
        )
        for row in rows(cast.acme)
    }


def converted(cast: Cast, *names: str) -> list[Decimal | None]:
    found = {row.cells[0]: row for row in rows(cast.acme)}
    return [found[name].converted for name in names]


def marked(cast: Cast) -> list[str]:
    return sorted(row.cells[0] for row in rows(cast.acme) if row.earlier)


def add_rates(cast: Cast) -> None:
    """Own rates from August: EUR at 1.25, RUB at 0.0125."""
    rates = [own("EUR", "USD", AUGUST, "1.25"), own("RUB", "USD", AUGUST, "0.0125")]
    entries = [Entry(rate) for rate in rates]
    add_own_rates(workspace=cast.acme, by=cast.ada, entries=entries, reason="House rates", now=NOW)


def add_a_late_rate(cast: Cast) -> None:
    entry = Entry(own("EUR", "USD", NOVEMBER, "1.30"))
    add_own_rates(workspace=cast.acme, by=cast.ada, entries=[entry], reason="November", now=NOW)


def withdraw_all(cast: Cast) -> None:
    for rate in list(own_rates_in_force(cast.acme)):
        withdraw_own_rate(workspace=cast.acme, by=cast.ada, rate=rate, reason="Typed wrongly", now=NOW)


def take_them_back(cast: Cast) -> None:
    add_rates(cast)
    work(cast.acme)
    withdraw_all(cast)


def take_own_rates_first(cast: Cast) -> None:
    add_rates(cast)
    work(cast.acme)
    change(cast, rate_mode=Mode.AUTOMATIC)


CHANGES = [add_rates, add_a_late_rate, take_them_back, take_own_rates_first]


def at_once(cast: Cast, act: Callable[[Cast], None]) -> Came:
    """What rows come to where all of them follow while somebody waits; then all is as it was before."""
    with transaction.atomic():
        act(cast)
        assert not Job.objects.filter(kind=following.FOLLOW).exists()
        found = came(cast)
        transaction.set_rollback(True)
    return found


@pytest.fixture
def few_at_once(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From its call on, one row is too many to follow while somebody waits, and is a batch."""
    return lambda: monkeypatch.setattr(following, "INLINE", 1)


@pytest.mark.parametrize("act", CHANGES, ids=lambda act: act.__name__)
def test_many_rows_follow_rates_in_the_background_to_the_same_figures(
    shop: Cast, few_at_once: Callable[[], None], act: Callable[[Cast], None]
) -> None:
    wanted = at_once(shop, act)
    few_at_once()
    act(shop)
    assert Job.objects.filter(kind=following.FOLLOW).exists()
    work(shop.acme)
    assert came(shop) == wanted
    assert not Job.objects.filter(kind=following.FOLLOW).exclude(state=JobState.DONE).exists()
    proves_totals(shop)


def test_until_then_rows_keep_what_they_had_and_what_waited_is_derived(
    shop: Cast, few_at_once: Callable[[], None]
) -> None:
    """100 EUR at 1.1682 = 116.82 stay until decided; 1,000 RUB at 0.0125 = 12.50; 20 EUR settle at 25.00."""
    few_at_once()
    assert converted(shop, "3", "4", "6") == [Decimal("116.82"), None, Decimal("23.45")]
    add_rates(shop)
    assert converted(shop, "3", "4", "6") == [Decimal("116.82"), None, Decimal("23.45")]
    assert marked(shop) == []
    assert Alert.objects.get(key="row-rate:RUB").state == "open"
    assert "Transactions follow a change." in shop.browser("ada").get("/w/acme/rates/").content.decode()
    work(shop.acme)
    assert converted(shop, "3", "4", "5", "6") == [
        Decimal("116.82"),
        Decimal("12.50"),
        Decimal("25.00"),
        Decimal("25.00"),
    ]
    assert marked(shop) == ["2", "3"]
    assert Alert.objects.get(key="row-rate:RUB").state == "resolved"
    assert Alert.objects.get(key="row-moves").rows == 2
    assert "Transactions follow a change." not in shop.browser("ada").get("/w/acme/rates/").content.decode()


def test_rates_taken_back_before_any_row_has_followed_leave_everything_as_it_was(
    shop: Cast, few_at_once: Callable[[], None]
) -> None:
    before = came(shop)
    few_at_once()
    add_rates(shop)
    withdraw_all(shop)
    work(shop.acme)
    assert came(shop) == before
    proves_totals(shop)


@pytest.mark.parametrize("batches", [1, 2, 4])
def test_work_that_was_interrupted_comes_to_the_same(
    shop: Cast, few_at_once: Callable[[], None], batches: int
) -> None:
    wanted = at_once(shop, add_rates)
    few_at_once()
    add_rates(shop)
    job = Job.objects.get(kind=following.FOLLOW)
    run = claim(workspace_id=shop.acme.pk, job_id=job.pk, now=NOW)
    assert run is not None
    last = 0
    for _ in range(batches):
        (last,) = following._next_batch(run, last)
    Job.objects.filter(pk=job.pk).update(state=JobState.QUEUED)  # the worker was killed
    work(shop.acme)
    assert came(shop) == wanted
    proves_totals(shop)


@pytest.mark.parametrize("failures", [1, 2, 3])
def test_work_that_fails_is_begun_again_and_nothing_is_left_without_a_mark(
    shop: Cast, few_at_once: Callable[[], None], monkeypatch: pytest.MonkeyPatch, failures: int
) -> None:
    """Three times in all: what fails then is for whoever reads the log."""
    wanted = at_once(shop, add_rates)
    before = came(shop)
    few_at_once()
    add_rates(shop)
    left = [failures]

    def fails(*said: Any) -> None:
        if left[0]:
            left[0] -= 1
            raise RuntimeError("a disk is full")
        follow_rates(*said)

    monkeypatch.setattr(following, "follow_rates", fails)
    for _ in range(4):
        work(shop.acme)
    jobs = Job.objects.filter(kind=following.FOLLOW).order_by("pk")
    states = [JobState.FAILED] * failures + [JobState.DONE] * (failures < 3)
    assert [job.state for job in jobs] == states
    assert came(shop) == (wanted if failures < 3 else before)
    proves_totals(shop)


def test_work_that_is_begun_anew_is_still_of_whoever_made_the_change(
    shop: Cast, few_at_once: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    few_at_once()
    add_rates(shop)
    monkeypatch.setattr(following, "follow_rates", lambda *said: 1 / 0)
    work(shop.acme)
    who = Job.objects.filter(kind=following.FOLLOW).order_by("pk").values_list("created_by", flat=True)
    assert list(who) == [shop.ada.user_id] * 2


def test_what_follows_needs_nobody_who_has_left(shop: Cast, few_at_once: Callable[[], None]) -> None:
    wanted = at_once(shop, add_rates)
    few_at_once()
    add_rates(shop)
    Job.objects.filter(kind=following.FOLLOW).update(created_by=shop.sam.user)  # of another workspace
    for _ in range(2):
        work(shop.acme)
    assert came(shop) == wanted


def test_rates_that_nobody_waits_for_need_no_work_of_their_own(
    shop: Cast, few_at_once: Callable[[], None]
) -> None:
    """A schedule settles and marks by itself."""
    few_at_once()
    OwnRate.objects.create(
        workspace=shop.acme, base="RUB", quote="USD", day=AUGUST, value=Decimal("0.0125"), recorded_at=NOW,
        recorded_by=shop.ada.user, reason="x", origin="x",
    )  # fmt: skip
    follow_change(workspace=shop.acme, now=NOW)
    assert converted(shop, "4", "5") == [Decimal("12.50"), Decimal("25.00")]
    assert not Job.objects.filter(kind=following.FOLLOW).exists()
    proves_totals(shop)


# ------------------------------------------------------------------ names


FRIDAY = date(2026, 11, 20)  # whose published rate is still to come


def say_friday(cast: Cast, rate: str) -> None:
    """An own rate of the pound for that day alone."""
    entry = Entry(own("EUR", "USD", FRIDAY, rate, FRIDAY))
    add_own_rates(workspace=cast.acme, by=cast.ada, entries=[entry], reason="Of our bank", now=NOW)


def test_rows_on_a_settled_rate_are_marked_when_a_provisional_one_of_that_number_settles_at_another(
    shop: Cast,
) -> None:
    """The own rate bore the number of the provisional one: taken back, nothing moves until the day's own."""
    *_, rate, provisional = came(shop)["6"][:5]
    assert provisional
    say_friday(shop, f"{rate:f}")
    withdraw_all(shop)
    assert marked(shop) == []
    publish({FRIDAY: {"USD": "1.25"}})
    follow_change(workspace=shop.acme, now=NOW)
    assert marked(shop) == ["6"]


def test_rows_are_no_longer_marked_once_the_rate_that_they_have_is_typed_again(shop: Cast) -> None:
    say_friday(shop, "1.10")
    withdraw_all(shop)
    assert marked(shop) == ["6"]
    say_friday(shop, "1.10")
    assert marked(shop) == []


def measure_profit(cast: Cast, *, measures: bool = True) -> None:
    was = ways_of(cast.acme)
    change_ways(
        workspace=cast.acme,
        by=cast.ada,
        wanted=replace(was, measures_profit=measures),
        reason="Measured from now on",
        seen=stamp_of(was),
        now=NOW,
    )


def reprice_cost(cast: Cast) -> None:
    item = CatalogItem.objects.select_related("workspace").get()
    values = [worth(Measure.COST, "70")]
    set_values(item=item, by=cast.ada, values=values, seen=None, reason="Corrected", now=NOW)


@pytest.mark.parametrize("decided", ["before", "after"])
@pytest.mark.parametrize("kept_at", [reprice_cost, lambda cast: measure_profit(cast, measures=False)])
def test_a_provisional_rate_settles_by_itself_whatever_else_the_row_is_kept_at(
    inside: Cast, kept_at: Callable[[Cast], None], decided: str
) -> None:
    """100.00 EUR at 1.15 of 30 September, then at 1.20 of their day, less a cost of 60.00 USD or with a
    profit of 40.00 EUR in the file; the refund of half of it goes along."""
    publish({date(2026, 9, 30): {"USD": "1.15"}})
    measure_profit(inside)
    fields = {**MAP, "Profit": Field.PROFIT}
    stated, gained = ("", ["5", "-2.5"]) if kept_at is reprice_cost else ("40", ["2", "-1"])
    make_item(inside.ada, "TRK-T4", [worth(Measure.COST, "60")])
    content = f"""ID,Date,Product,Qty,Revenue,Currency,Original,Profit
R,2026-10-20,TRK-T4,-0.5,-50,EUR,1,{stated and "-20"}
1,2026-10-20,TRK-T4,1,100,EUR,,{stated}
"""
    bring(inside.ada, content, fields)
    assert converted(inside, "1", "R") == [Decimal(115), Decimal("-57.5")]
    before = profits(inside)
    kept_at(inside)
    if decided == "before":
        decline_all(inside)
    publish({date(2026, 10, 20): {"USD": "1.20"}})
    settle_rates(workspace=inside.acme, now=NOW)
    if decided == "after":
        assert marked(inside) == ["1", "R"]
        decline_all(inside)
    assert converted(inside, "1", "R") == [Decimal(120), Decimal(-60)]
    assert not any(row.earlier or (row.rate and row.rate.provisional) for row in rows(inside.acme))
    assert [now - was for now, was in zip(profits(inside), before, strict=True)] == list(map(Decimal, gained))
    assert all(each.stored == each.derived for each in proved(inside.acme))
    proves_totals(inside)


def profits(cast: Cast) -> list[Decimal]:
    found = {row.cells[0]: row.profit or Decimal(0) for row in rows(cast.acme)}
    return [found[name] for name in ("1", "R")]


def decline_all(cast: Cast) -> None:
    state = seen(cast.acme, Selection(), cast.acme.day_of(NOW))
    deciding.decide(
        workspace=cast.acme,
        selection=Selection(),
        accept=False,
        reason="Agreed so",
        stamp=state.stamp,
        by=cast.ada,
        now=NOW,
    )


def test_a_mark_stays_while_one_of_two_rates_is_another(inside: Cast) -> None:
    """Profit at 1.10 and 1.30: 22.00 − 8 × 1.30 = 11.60; with pounds at 1.50 it would be 10.00."""
    publish()
    measure_profit(inside)

    def say(code: str, value: str) -> None:
        entry = Entry(own(code, "USD", AUGUST, value))
        add_own_rates(workspace=inside.acme, by=inside.ada, entries=[entry], reason="Ours", now=NOW)

    say("EUR", "1.10")
    say("GBP", "1.30")
    fields = {**MAP, "Sold": Field.PRICE_SOLD, "Cost": Field.UNIT_COST}
    bring(inside.ada, "ID,Date,Qty,Sold,Cost\n1,2026-08-13,2,10 EUR,4 GBP\n", fields)
    say("GBP", "1.50")
    assert marked(inside) == ["1"]
    say("EUR", "1.20")
    say("EUR", "1.10")
    assert marked(inside) == ["1"]
    say("GBP", "1.30")
    assert marked(inside) == []


def test_rows_that_lack_a_rate_are_found_by_their_indexes(shop: Cast) -> None:
    """Else every typed rate would read all rows of the workspace."""
    told = {"occurrence": "n", "lack": "0", "profit_lack": "0"}
    names = [str(field.column) for field in Transaction._meta.concrete_fields if field.name != "id"]
    with connection.cursor() as cursor:
        cursor.execute(
            f"insert into transactions_transaction ({', '.join(names)}) "
            f"select {', '.join(told.get(name, name) for name in names)} from generate_series(2, 5001) n, "
            "(select * from transactions_transaction limit 1) one"
        )
        cursor.execute("analyze transactions_transaction")
    plan = touched_by(shop.acme, NONE).explain()
    assert "rows_by_lack" in plan
    assert "rows_without_profit_rate" in plan


def confirm(cast: Cast) -> None:
    seen = SeenOwner.objects.select_related("workspace").get(text="A. Smith")
    confirm_owner(owner=seen, member=cast.alex, was=None, by=cast.ada, reason="His name", now=NOW)


def test_many_rows_become_whose_name_it_is_in_the_background_whatever_interrupts(
    shop: Cast, few_at_once: Callable[[], None]
) -> None:
    wanted = at_once(shop, confirm)
    assert [wanted[name][-1] for name in ("2", "3", "4", "5")] == [shop.alex.pk] * 3 + [None]
    few_at_once()
    confirm(shop)
    assert {row.owner_id for row in rows(shop.acme)} == {None}
    assert "Transactions follow a change." in shop.browser("ada").get("/w/acme/owners/").content.decode()
    job = Job.objects.get(kind=following.FOLLOW)
    run = claim(workspace_id=shop.acme.pk, job_id=job.pk, now=NOW)
    assert run is not None
    assert len(following._next_batch(run, 0)) == 1
    Job.objects.filter(pk=job.pk).update(state=JobState.QUEUED)
    work(shop.acme)
    assert came(shop) == wanted
    job.refresh_from_db()
    assert (job.state, job.result["path"]) == (JobState.DONE, "owners/")
    assert not Alert.objects.filter(key__startswith="owner:", state="open").exists()
    proves_totals(shop)
