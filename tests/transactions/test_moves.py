"""Rows derived with an earlier price, rate or settings: seen before and after, then decided (rules 5.12)."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from kamtrak.lib.errors import Refused, Stale
from kamtrak.tenancy import in_workspace
from tests.cast import NOW, Cast
from tests.contributions.builders import publish
from tests.fx.builders import make_own_rate, own
from tests.transactions.bringing import bring, rows, work
from tests.transactions.builders import JULY, make_item, worth
from tests.transactions.pipeline.test_imports import proves_totals
from transactions.models import CatalogItem, RowDecision, RowTotal, Split, Transaction
from transactions.pipeline import deciding, following, weighing
from transactions.queries.books import Ways, ways_of
from transactions.queries.marked import Selection, marked, seen
from transactions.rules import Comparison, Earlier, Field, Lack, Measure, Move
from transactions.services.catalog_values import set_values
from transactions.services.ways import change_ways, stamp_of
from workspaces.models import Alert, Job, JobState, Membership
from workspaces.services.jobs import claim, execute

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
URL = "/w/acme/transactions/moves/"
ALL = Selection()
SALES = """ID,Date,Client,Product,Qty,Revenue,Currency,Original
1,2026-08-07,Nordhavn,TRK-T4,3,,USD,
2,2026-08-08,Nordhavn,TRK-T4,2,,USD,
3,2026-08-10,Aurelia,,,100,EUR,
4,2026-03-02,Aurelia,TRK-T4,1,,USD,
5,2026-08-07,Aurelia,CS-9,4,,USD,
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
}


@pytest.fixture
def sold(inside: Cast) -> Cast:
    """3 and 2 trackers at 118.00 from July = 354.00 and 236.00, one of March at 112.00, 100 EUR, and four
    sensors that no entry knows."""
    publish()
    make_item(inside.ada)
    make_item(inside.ada, "DRV-9", [worth(Measure.REVENUE, "54.20")], name="Driver")
    bring(inside.ada, SALES, MAP)
    return inside


def reprice(
    by: Membership, value: str | None, measure: Measure = Measure.REVENUE, since: date = JULY
) -> None:
    item = CatalogItem.objects.select_related("workspace").get(code="TRK-T4")
    values = [worth(measure, value, since)]
    set_values(item=item, by=by, values=values, seen=None, reason="Corrected list", now=NOW)


def by_id(cast: Cast) -> dict[str, Transaction]:
    return {row.cells[0]: row for row in rows(cast.acme)}


def converted(cast: Cast, *ids: str) -> list[Decimal | None]:
    found = by_id(cast)
    return [found[each].converted for each in ids]


def waiting(cast: Cast) -> list[str]:
    return sorted(name for name, row in by_id(cast).items() if row.earlier)


def compare(cast: Cast, selection: Selection = ALL) -> Comparison:
    state = seen(cast.acme, selection, cast.acme.day_of(NOW))
    found = weighing.comparison(cast.acme, selection, state, NOW)
    assert found is not None
    return found


def decide(cast: Cast, verb: str, selection: Selection = ALL, **said: Any) -> RowDecision:
    return deciding.decide(
        workspace=cast.acme,
        selection=selection,
        accept=verb == "accept",
        reason=said.get("reason", "New list agreed"),
        stamp=said.get("stamp", seen(cast.acme, selection, cast.acme.day_of(NOW)).stamp),
        by=said.get("by", cast.ada),
        now=NOW,
    )


# ------------------------------------------------------------------ before and after


def test_a_corrected_price_marks_its_rows_moves_none_and_is_compared(sold: Cast) -> None:
    """118.00 becomes 120.00: 3 × 2.00 and 2 × 2.00 more; the row of March keeps its 112.00."""
    reprice(sold.ada, "120")
    assert converted(sold, "1", "2", "4") == [Decimal("354"), Decimal("236"), Decimal("112")]
    assert waiting(sold) == ["1", "2"]
    found = compare(sold)
    assert (found.overall.rows, found.overall.asking) == (2, 2)
    revenue = found.overall.revenue
    assert (revenue.before, revenue.after, revenue.difference) == (
        Decimal("590"),
        Decimal("600"),
        Decimal("10"),
    )
    assert [(each.row, each.difference) for each in found.largest] == [
        (by_id(sold)["1"].pk, Decimal("6")),
        (by_id(sold)["2"].pk, Decimal("4")),
    ]
    assert list(found.by_cause) == [Earlier.PRICE]
    total = RowTotal.objects.filter(workspace=sold.acme, split=Split.NONE)
    assert sum(each.earlier for each in total) == 2
    proves_totals(sold)


def test_an_alert_says_how_many_wait_until_it_is_decided(sold: Cast) -> None:
    reprice(sold.ada, "120")
    alert = Alert.objects.get(key="row-moves")
    assert (alert.rows, alert.state, alert.path) == (2, "open", "transactions/moves/")
    decide(sold, "accept")
    assert Alert.objects.get(key="row-moves").state == "resolved"


def test_a_price_that_is_taken_back_needs_no_decision(sold: Cast) -> None:
    reprice(sold.ada, "120")
    assert waiting(sold) == ["1", "2"]
    reprice(sold.ada, "118.00")
    assert waiting(sold) == []
    assert Alert.objects.get(key="row-moves").state == "resolved"


def test_a_rate_that_is_corrected_back_needs_no_decision(sold: Cast) -> None:
    rate = by_id(sold)["3"].rate
    assert rate is not None
    make_own_rate(sold.acme, sold.ada, own("EUR", "USD", date(2026, 8, 10), "1.25"))
    assert waiting(sold) == ["3"]
    make_own_rate(sold.acme, sold.ada, own("EUR", "USD", date(2026, 8, 10), str(rate.rate.normalize())))
    assert waiting(sold) == []


def test_by_currency_and_by_cause_what_rows_come_to(sold: Cast) -> None:
    """100 EUR at 1.1682 = 116.82 USD; an own rate of 1.25 makes it 125.00: + 8.18."""
    before = by_id(sold)["3"].converted
    make_own_rate(sold.acme, sold.ada, own("EUR", "USD", date(2026, 8, 10), "1.25"))
    reprice(sold.ada, "120")
    found = compare(sold)
    assert {cause: each.revenue.difference for cause, each in found.by_cause.items()} == {
        Earlier.PRICE: Decimal("10"),
        Earlier.RATE: Decimal("125") - (before or 0),
    }
    euros = found.by_currency["EUR"]
    assert (euros.before, euros.after) == (Decimal("100"), Decimal("100"))
    assert found.by_currency["USD"].difference == Decimal("10")
    assert Comparison.from_json(found.to_json()).to_json() == found.to_json()


def test_a_row_that_loses_its_price_becomes_unknown_and_is_told_apart(sold: Cast) -> None:
    reprice(sold.ada, None, since=JULY)
    reprice(sold.ada, None, since=date(2026, 1, 1))
    found = compare(sold)
    assert found.overall.moves[Move.LOSES] == 3
    assert (found.overall.revenue.lost, found.overall.revenue.unknown_after) == (Decimal("702"), 3)
    decide(sold, "accept")
    assert converted(sold, "1", "2", "4") == [None, None, None]
    assert by_id(sold)["1"].lack == Lack.NO_VALUE
    proves_totals(sold)


# ------------------------------------------------------------------ the decision


def test_accepting_moves_the_rows_and_is_kept_with_its_reason(sold: Cast) -> None:
    reprice(sold.ada, "120")
    done = decide(sold, "accept")
    assert (done.accepted, done.rows, done.before, done.after) == (True, 2, Decimal("590"), Decimal("600"))
    assert done.reason == "New list agreed"
    assert converted(sold, "1", "2") == [Decimal("360"), Decimal("240")]
    assert waiting(sold) == []
    proves_totals(sold)


def test_declining_keeps_price_and_figure_and_asks_not_again_for_the_same(sold: Cast) -> None:
    used = by_id(sold)["1"].price_id
    reprice(sold.ada, "120")
    decide(sold, "decline")
    assert converted(sold, "1", "2") == [Decimal("354"), Decimal("236")]
    assert by_id(sold)["1"].price_id == used
    assert waiting(sold) == []
    proves_totals(sold)
    reprice(sold.ada, "4.50", Measure.TAX_PERCENT)  # the same entry, another value
    assert waiting(sold) == []
    reprice(sold.ada, "121")
    assert waiting(sold) == ["1", "2"]
    assert compare(sold).overall.revenue.difference == Decimal("15")


def test_one_product_or_currency_is_decided_apart(sold: Cast) -> None:
    make_own_rate(sold.acme, sold.ada, own("EUR", "USD", date(2026, 8, 10), "1.25"))
    reprice(sold.ada, "120")
    item = CatalogItem.objects.get(code="TRK-T4")
    assert waiting(sold) == ["1", "2", "3"]
    decide(sold, "accept", Selection(item=item.pk))
    assert waiting(sold) == ["3"]
    decide(sold, "decline", Selection(currency="EUR"))
    assert waiting(sold) == []
    assert [(d.item_id, d.currency, d.rows) for d in RowDecision.objects.order_by("pk")] == [
        (item.pk, "", 2),
        (None, "EUR", 1),
    ]


def test_what_is_accepted_is_what_was_seen(sold: Cast) -> None:
    reprice(sold.ada, "120")
    stamp = seen(sold.acme, ALL, sold.acme.day_of(NOW)).stamp
    reprice(sold.ada, "130")
    with pytest.raises(Stale):
        decide(sold, "accept", stamp=stamp)
    assert converted(sold, "1") == [Decimal("354")]
    stamp = seen(sold.acme, ALL, sold.acme.day_of(NOW)).stamp
    make_item(sold.ada, "CS-9", [worth(Measure.REVENUE, "9")], name="Sensor")
    with pytest.raises(Stale):
        decide(sold, "accept", stamp=stamp)


def test_nothing_is_decided_without_a_reason_or_the_right(sold: Cast) -> None:
    reprice(sold.ada, "120")
    with pytest.raises(Refused, match="Say why"):
        decide(sold, "accept", reason=" ")
    with pytest.raises(Refused, match="Only an owner or administrator"):
        decide(sold, "accept", by=sold.alex)
    assert waiting(sold) == ["1", "2"]


# ------------------------------------------------------------------ what marks and what does not


def test_a_rate_declined_once_is_asked_about_again_only_when_it_changes(sold: Cast) -> None:
    day = date(2026, 8, 10)
    before = by_id(sold)["3"].converted
    make_own_rate(sold.acme, sold.ada, own("EUR", "USD", day, "1.25"))
    decide(sold, "decline")
    make_own_rate(sold.acme, sold.ada, own("SEK", "USD", day, "0.10"))
    assert waiting(sold) == []
    make_own_rate(sold.acme, sold.ada, own("EUR", "USD", day, "1.30"))
    assert waiting(sold) == ["3"]
    assert converted(sold, "3") == [before]
    decide(sold, "accept")
    assert converted(sold, "3") == [Decimal("130")]


def test_changed_settings_mark_every_row_and_say_what_comes_out_alike(sold: Cast) -> None:
    """Profit is measured: trackers cost 69.80, so 3 × 48.20 = 144.60 is new; no revenue moves."""
    wanted = Ways(measures_profit=True)
    stamp = stamp_of(ways_of(sold.acme))
    change_ways(workspace=sold.acme, by=sold.ada, wanted=wanted, reason="Asked for", seen=stamp, now=NOW)
    assert waiting(sold) == ["1", "2", "3", "4"]
    found = compare(sold)
    assert found.overall.asking == 0
    assert found.overall.moves[Move.FILLS] == 4
    assert found.overall.revenue.difference == 0
    decide(sold, "decline")  # what only gains a figure gains it either way
    assert by_id(sold)["1"].profit == Decimal("144.60")


def test_a_value_that_a_profit_waited_for_does_not_carry_a_changed_price_along(sold: Cast) -> None:
    """The row waits for its profit, and its price has changed: it stays at 54.20 × 1 until decided."""
    stamp = stamp_of(ways_of(sold.acme))
    change_ways(
        workspace=sold.acme, by=sold.ada, wanted=Ways(measures_profit=True), reason="x", seen=stamp, now=NOW
    )
    decide(sold, "accept")
    bring(sold.ada, "ID,Date,Product,Qty\n9,2026-08-07,DRV-9,1\n", MAP, source="Till")
    assert by_id(sold)["9"].profit_lack == Lack.NO_VALUE
    item = CatalogItem.objects.select_related("workspace").get(code="DRV-9")
    values = [worth(Measure.REVENUE, "60"), worth(Measure.COST, "20")]
    set_values(item=item, by=sold.ada, values=values, seen=None, reason="List", now=NOW)
    assert converted(sold, "9") == [Decimal("54.20")]
    assert waiting(sold) == ["9"]
    decide(sold, "accept")
    assert converted(sold, "9") == [Decimal("60")]
    assert by_id(sold)["9"].profit == Decimal("40")


def test_a_refund_is_asked_about_with_its_sale(sold: Cast) -> None:
    """Sold and returned at 118.00: at 120.00 both move, so that together they stay 0.00."""
    content = "ID,Date,Product,Qty,Currency,Original\n7,2026-09-01,TRK-T4,-3,USD,1\n"
    bring(sold.ada, content, MAP)
    assert converted(sold, "7") == [Decimal("-354")]
    reprice(sold.ada, "120")
    assert waiting(sold) == ["1", "2", "7"]
    decide(sold, "accept")
    assert converted(sold, "1", "7") == [Decimal("360"), Decimal("-360")]


# ------------------------------------------------------------------ many rows


@pytest.fixture
def many(sold: Cast, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """Two rows are too many to be decided at once, and one is a batch."""
    monkeypatch.setattr(weighing, "COMPARED_AT_ONCE", 1)
    monkeypatch.setattr(deciding, "INLINE", 1)
    monkeypatch.setattr(deciding, "BATCH", 1)
    reprice(sold.ada, "120")
    return sold


def compared(cast: Cast) -> None:
    weighing.request_comparison(workspace=cast.acme, selection=ALL, by=cast.ada, now=NOW)
    work(cast.acme)


def started(cast: Cast) -> Job:
    """The work that carries out that all of them move."""
    job = decide(cast, "accept").job
    assert job is not None
    return job


def test_many_rows_are_compared_and_decided_in_the_background(many: Cast) -> None:
    state = seen(many.acme, ALL, many.acme.day_of(NOW))
    assert weighing.comparison(many.acme, ALL, state, NOW) is None
    with pytest.raises(Refused, match="worked out first"):
        decide(many, "accept")
    compared(many)
    assert compare(many).overall.revenue.difference == Decimal("10")
    job = started(many)
    assert waiting(many) == ["1", "2"]
    with pytest.raises(Refused, match="being carried out"):
        decide(many, "accept")
    work(many.acme)
    job.refresh_from_db()
    assert (job.state, job.done, job.total) == (JobState.DONE, 2, 2)
    assert converted(many, "1", "2") == [Decimal("360"), Decimal("240")]
    assert Alert.objects.get(key="row-moves").state == "resolved"
    proves_totals(many)


def test_work_that_was_interrupted_goes_on_with_what_is_left(many: Cast) -> None:
    compared(many)
    job = started(many)
    run = claim(workspace_id=many.acme.pk, job_id=job.pk, now=NOW)
    assert run is not None
    assert deciding._next_batch(run, ALL) == 1
    assert len(waiting(many)) == 1
    Job.objects.filter(pk=job.pk).update(state=JobState.QUEUED)
    work(many.acme)
    job.refresh_from_db()
    assert job.state == JobState.DONE
    assert converted(many, "1", "2") == [Decimal("360"), Decimal("240")]
    proves_totals(many)


def test_work_stops_where_a_price_has_changed_meanwhile(many: Cast) -> None:
    compared(many)
    job = started(many)
    run = claim(workspace_id=many.acme.pk, job_id=job.pk, now=NOW)
    assert run is not None
    deciding._next_batch(run, ALL)
    reprice(many.ada, "130")
    execute(run=run, clock=lambda: NOW)
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert "have changed meanwhile" in job.error
    assert "stopped before the end" in page(many)
    assert waiting(many) == ["1", "2"]  # moved to 120.00 or not: 130.00 is another change
    proves_totals(many)


@pytest.fixture
def few_at_once(sold: Cast, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """Two rows are too many to follow a change while somebody waits."""
    monkeypatch.setattr(following, "INLINE", 1)
    return sold


def measure_profit(cast: Cast) -> None:
    stamp = stamp_of(ways_of(cast.acme))
    wanted = Ways(measures_profit=True)
    change_ways(workspace=cast.acme, by=cast.ada, wanted=wanted, reason="Asked for", seen=stamp, now=NOW)


def test_many_rows_follow_changed_settings_in_the_background(few_at_once: Cast) -> None:
    measure_profit(few_at_once)
    assert waiting(few_at_once) == []
    assert "Transactions follow a change." in page(few_at_once)
    with pytest.raises(Refused, match="still follow a change"):
        decide(few_at_once, "accept")
    work(few_at_once.acme)
    assert waiting(few_at_once) == ["1", "2", "3", "4"]
    assert (Job.objects.get(kind=following.FOLLOW).done, Alert.objects.get(key="row-moves").rows) == (5, 4)
    assert "Transactions follow a change." not in page(few_at_once)
    proves_totals(few_at_once)


def test_many_rows_follow_a_price_in_the_background_whatever_interrupts(few_at_once: Cast) -> None:
    """118.00 becomes 120.00: rows 1 and 2 wait for a decision; row 4 of March keeps its 112.00."""
    reprice(few_at_once.ada, "120")
    assert waiting(few_at_once) == []
    run = claim(workspace_id=few_at_once.acme.pk, job_id=Job.objects.get(kind=following.FOLLOW).pk, now=NOW)
    assert run is not None
    assert len(following._next_batch(run, 0)) == 1
    Job.objects.filter(kind=following.FOLLOW).update(state=JobState.QUEUED)  # the worker was killed
    work(few_at_once.acme)
    assert waiting(few_at_once) == ["1", "2"]
    assert converted(few_at_once, "1", "2", "4") == [Decimal("354"), Decimal("236"), Decimal("112")]
    proves_totals(few_at_once)


def test_many_rows_get_the_price_that_they_waited_for_in_the_background(
    few_at_once: Cast,
) -> None:
    bring(few_at_once.ada, "ID,Date,Product,Qty\n6,2026-08-07,CS-9,1\n", MAP)
    make_item(few_at_once.ada, "CS-9", [worth(Measure.REVENUE, "9")], name="Sensor")
    assert converted(few_at_once, "5", "6") == [None, None]
    work(few_at_once.acme)
    assert converted(few_at_once, "5", "6") == [Decimal("36"), Decimal("9")]
    assert not Alert.objects.filter(key__startswith="catalog:", state="open").exists()
    proves_totals(few_at_once)


def test_nobody_stops_rows_that_follow_a_change(few_at_once: Cast) -> None:
    measure_profit(few_at_once)
    job = Job.objects.get(kind=following.FOLLOW)
    address = f"/w/acme/jobs/{job.pk}/"
    assert b">Cancel<" not in few_at_once.browser("ada").get(address).content
    few_at_once.browser("ada").post(f"{address}cancel/")
    job.refresh_from_db()
    assert (job.state, job.cancel_requested) == (JobState.QUEUED, False)


def test_marked_rows_are_found_by_their_index(sold: Cast) -> None:
    reprice(sold.ada, "120")
    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")
    plan = marked(sold.acme, ALL).explain()
    assert "rows_of_earlier" in plan or "rows_to_rederive" in plan  # both of marked rows alone


# ------------------------------------------------------------------ the page


def page(cast: Cast, query: str = "") -> str:
    """The page, with before and after where they arrive on their own."""
    response = cast.browser("ada").get(URL + query)
    assert response.status_code == 200
    arrives = "hx-get=" in response.content.decode()
    part = cast.browser("ada").get(URL + query, HTTP_HX_REQUEST="true").content.decode() if arrives else ""
    return " ".join((response.content.decode() + part).split())


def test_the_page_shows_before_and_after_and_why_and_decides(sold: Cast) -> None:
    assert "Nothing waits" in page(sold)
    reprice(sold.ada, "120")
    text = page(sold)
    for said in (
        "590",
        "600",
        "+10",
        "TRK-T4: 118.00 USD → 120.00 USD from 1 Jul 2026",
        "<b>2</b> rows move",
        "Derive 2 rows again",
    ):
        assert said in text
    item = CatalogItem.objects.get(code="DRV-9")
    assert "None of these rows waits" in page(sold, f"?product={item.pk}")
    stamp = sold.browser("ada").get(URL).context["form"]["seen"].value()
    refused = sold.browser("ada").post(URL, {"accept": "1", "reason": "", "seen": stamp})
    assert refused.status_code == 422
    reprice(sold.ada, "121")
    late = sold.browser("ada").post(URL, {"accept": "1", "reason": "List", "seen": stamp})
    assert late.status_code == 422
    assert "have changed meanwhile" in late.content.decode()
    stamp = late.context["form"]["seen"].value()
    done = sold.browser("ada").post(URL, {"accept": "1", "reason": "Agreed list", "seen": stamp})
    assert done.status_code == 302
    with in_workspace(sold.acme.pk):
        assert converted(sold, "1") == [Decimal("363")]
    assert "Agreed list" in page(sold)
    assert "Rows move" in sold.browser("ada").get("/w/acme/history/").content.decode()


def test_the_page_tells_rates_profit_and_what_becomes_unknown(sold: Cast) -> None:
    """100 EUR at an own rate of 1.25 = 125.00; trackers lose their price and become unknown."""
    stamp = stamp_of(ways_of(sold.acme))
    change_ways(
        workspace=sold.acme, by=sold.ada, wanted=Ways(measures_profit=True), reason="x", seen=stamp, now=NOW
    )
    decide(sold, "accept")
    make_own_rate(sold.acme, sold.ada, own("EUR", "USD", date(2026, 8, 10), "1.25"))
    reprice(sold.ada, None)
    reprice(sold.ada, None, since=date(2026, 1, 1))
    text = page(sold)
    for said in (
        "In the rows’ own currencies",
        "Profit",
        "<b>3</b> rows lose their figure and become unknown",
        "without 3 unknown",
        "TRK-T4: 118.00 USD from 1 Jul 2026 → not from the catalog",
        "→ 1.25 of 10 Aug 2026",
        "derived again",
    ):
        assert said in text


def test_before_and_after_arrive_on_their_own_and_without_javascript_on_demand(
    sold: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    reprice(sold.ada, "120")
    alone = sold.browser("ada").get(URL).content.decode()
    assert 'hx-get="?shown=1"' in alone
    assert "rows move" not in alone
    assert "Derive 2 rows again" in alone
    assert "<b>2</b> rows move" in sold.browser("ada").get(f"{URL}?shown=1").content.decode()
    part = sold.browser("ada").get(f"{URL}?currency=USD", HTTP_HX_REQUEST="true").content.decode()
    assert part.lstrip().startswith('<div id="compared" class="k-mb">')
    assert "<b>2</b> rows move" in part
    assert "<h1" not in part
    monkeypatch.setattr(weighing, "COMPARED_AT_ONCE", 1)  # as if many had joined them meanwhile
    grown = sold.browser("ada").get(URL, HTTP_HX_REQUEST="true")
    assert grown["HX-Redirect"] == URL


def test_too_many_to_show_at_once_are_worked_out_first(many: Cast) -> None:
    assert "Work out what would move" in page(many)
    started = many.browser("ada").post(URL, {"compare": "1"})
    assert "/jobs/" in started["Location"]
    assert "being worked out" in page(many)
    work(many.acme)
    assert "+10" in page(many)


def test_only_who_keeps_the_masters_decides(sold: Cast) -> None:
    for name in ("alex", "mia", "audrey"):
        assert sold.browser(name).get(URL).status_code == 403
    assert sold.browser("sam").get(URL).status_code == 404
