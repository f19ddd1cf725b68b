"""A snapshot: rows are copied first, and every figure comes from them (rules 7.2)."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, connections, transaction

from contributions.models import Contribution
from contributions.rules import Basis
from contributions.services.contributions import edit_contribution, entry_of, void_contribution
from fx.rules import Source
from kamtrak.lib.months import Period
from kamtrak.tenancy import in_workspace
from reports.models import Document, DocumentRow
from reports.queries.dashboard import dashboard
from reports.queries.documents import live_drift, review_of
from reports.rules.review import Review
from tests.cast import NOW, Cast, make_job
from tests.reports.builders import (
    DIRECT,
    INFLUENCED,
    Q2,
    Q3,
    Q4,
    RETENTION,
    SAVINGS,
    close,
    issue,
    issued,
    make_achievement,
    make_contribution,
    make_rate,
    snapshot,
)
from workspaces.models import Job, JobState
from workspaces.queries.people import Scope
from workspaces.services.deletion import delete_workspace
from workspaces.services.settings import Held, held_by


def printed(review: Review) -> list[str]:
    return [f"{line.converted:f}" for line in review.totals]


def shown_by_dashboard(cast: Cast, code: str = "2026Q3") -> list[str]:
    period: Period = cast.acme.calendar.period(code)
    board = dashboard(cast.acme, Scope(frozenset({cast.alex.pk})), period, date(2026, 11, 23))
    return [f"{total.stands.converted:f}" for total in board.totals]


def test_totals_are_the_dashboards_with_shares_crosses_yen_and_per_year_rows(inside: Cast) -> None:
    make_rate("USD", "1.1")
    make_rate("GBP", "0.88")
    make_rate("JPY", "160.5")
    make_contribution(inside, "100.00")
    make_contribution(inside, "100.00", currency="EUR")
    make_contribution(inside, "1500.50", currency="GBP", type=INFLUENCED, share=Decimal("33.33"))
    make_contribution(inside, "7850000", currency="JPY", type=SAVINGS, basis=Basis.PER_YEAR)
    make_contribution(inside, "40.00", owner=inside.amir)
    review = review_of(snapshot(inside))
    # 100 + 110; 1500.50 × 33.33 % × 1.25; 7,850,000 × 0.00685358255452 (1.1 / 160.5)
    assert printed(review) == ["210.0000", "625.1500", "53800.6200", "0"]
    assert printed(review) == shown_by_dashboard(inside)
    assert [line.rows for line in review.totals] == [2, 1, 1, 0]


def test_voided_rows_and_other_peoples_are_not_copied(inside: Cast) -> None:
    void = make_contribution(inside, "5.00")
    void_contribution(contribution=void, by=inside.alex, reason="twice", now=NOW)
    make_contribution(inside, "6.00", owner=inside.olive)
    make_contribution(inside, "7.00", quarter=Q2)
    kept = make_contribution(inside, "8.00")
    assert list(snapshot(inside).rows.values_list("contribution_id", flat=True)) == [kept.pk]


def test_unknown_rows_are_copied_and_in_no_total(inside: Cast) -> None:
    make_contribution(inside, "100.00")
    make_contribution(inside, "900.00", currency="JPY")
    review = review_of(snapshot(inside))
    assert printed(review) == ["100.0000", "0", "0", "0"]
    assert (review.rows, review.sum_of("unknown_rows")) == (2, 1)


def test_provisional_rows_count_and_are_told(inside: Cast) -> None:
    make_rate("USD", "1.1", date(2026, 9, 25))
    make_contribution(inside, "100.00", currency="EUR")
    review = review_of(snapshot(inside))
    assert printed(review)[0] == "110.0000"
    assert (review.totals[0].provisional_rows, f"{review.totals[0].provisional:f}") == (1, "110.0000")
    assert review.rates_reach == date(2026, 9, 25)


def test_a_closed_quarter_stands_as_closed_and_what_changed_stands_beside(inside: Cast) -> None:
    row, gone = make_contribution(inside, "100.00"), make_contribution(inside, "40.00", type=RETENTION)
    make_contribution(inside, "3.00")
    close(inside, Q3)
    edited = replace(entry_of(row), amount=Decimal("120.00"))
    edit_contribution(
        contribution=row, by=inside.alex, entry=edited, version=row.version, now=NOW, reason="invoice"
    )
    void_contribution(contribution=gone, by=inside.alex, reason="twice", now=NOW)
    later = datetime(2026, 11, 23, 13, tzinfo=UTC)
    make_contribution(inside, "7.00", now=later, reason="late invoice")
    review = review_of(snapshot(inside))
    assert printed(review) == ["103.0000", "0", "0", "40.0000"] == shown_by_dashboard(inside)
    assert [f"{line.later:f}" for line in review.totals] == ["27.0000", "0", "0", "-40.0000"]
    assert [f"{line.now:f}" for line in review.totals] == ["130.0000", "0", "0", "0.0000"]
    assert (review.rows, review.changes) == (3, 3)
    assert {row.why for row in DocumentRow.objects.exclude(why="")} == {
        "edited: invoice",
        "voided: twice",
        "added after the close: late invoice",
    }


def test_a_closed_quarter_names_who_closed_it_and_what_was_open(inside: Cast) -> None:
    make_contribution(inside, "900.00", currency="JPY")
    close(inside, Q3, reason="the yen rate never came")
    (line,) = review_of(snapshot(inside)).closed
    assert (line.label, line.closed_by, line.closed_on) == ("Q3 2026", "Olive", date(2026, 11, 23))
    assert (line.unknown_rows, line.reason) == (1, "the yen rate never came")


def test_a_year_takes_closed_quarters_as_closed_and_open_ones_live(inside: Cast) -> None:
    row = make_contribution(inside, "100.00", quarter=Q2)
    make_contribution(inside, "10.00")
    make_contribution(inside, "1.00", quarter=Q4)
    close(inside, Q2)
    void_contribution(contribution=row, by=inside.alex, reason="twice", now=NOW)
    review = review_of(snapshot(inside, "FY2026"))
    assert printed(review)[0] == "111.0000" == shown_by_dashboard(inside, "FY2026")[0]
    assert f"{review.totals[0].later:f}" == "-100.0000"
    assert [line.label for line in review.closed] == ["Q2 2026"]
    assert review.open_quarters == ("Q1 2026", "Q3 2026", "Q4 2026")
    assert review.runs_until == date(2026, 12, 31)
    assert [line.label for line in review.comparisons] == ["FY 2025"]


def test_comparisons_and_chart_are_the_dashboards(inside: Cast) -> None:
    make_contribution(inside, "100.00", quarter=Q2)
    make_contribution(inside, "80.00", quarter=Q3 - 4)
    make_contribution(inside, "150.00")
    review = review_of(snapshot(inside))
    assert [(line.label, f"{line.figures[0]:f}") for line in review.comparisons] == [
        ("Q2 2026", "100.0000"),
        ("Q3 2025", "80.0000"),
    ]
    assert [line.label for line in review.quarters][::7] == ["Q4 2024", "Q3 2026"]
    assert [f"{line.figures[0]:f}" for line in review.quarters if line.figures[0]] == [
        "80.0000",
        "100.0000",
        "150.0000",
    ]


def test_rates_used_bear_their_day_their_source_and_both_legs(inside: Cast) -> None:
    make_rate("USD", "1.1")
    make_rate("GBP", "0.88")
    make_contribution(inside, "1.00", currency="GBP")
    make_contribution(inside, "2.00", currency="GBP")
    make_contribution(inside, "3.00")
    (rate,) = review_of(snapshot(inside)).rates
    assert (rate.currency, f"{rate.rate:f}", rate.day, rate.rows) == ("GBP", "1.25", date(2026, 9, 30), 2)
    assert rate.source is Source.PUBLISHED
    assert rate.captions == ["1 EUR = 0.88 GBP", "1 EUR = 1.1 USD"]


def test_achievements_are_copied_by_their_titles(inside: Cast) -> None:
    row = make_contribution(inside, "1.00")
    make_achievement(inside, "Won the tender", row)
    archived = make_achievement(inside, "Never mind", row)
    archived.archived_at = NOW
    archived.save()
    assert snapshot(inside).rows.get().achievements == ["Won the tender"]


def test_what_happens_later_moves_nothing_in_the_document_and_is_seen_beside_it(inside: Cast) -> None:
    row = make_contribution(inside, "100.00")
    document = issue(inside)
    assert not any(line.moved for line in live_drift(document))
    void_contribution(contribution=row, by=inside.alex, reason="twice", now=NOW)
    document.refresh_from_db()
    assert printed(review_of(document))[0] == "100.0000"
    (moved,) = [line for line in live_drift(document) if line.moved]
    assert (moved.type, f"{moved.difference:f}") == (DIRECT, "-100.0000")


def test_rows_and_figures_of_a_document_cannot_be_changed_by_anybody(inside: Cast) -> None:
    make_contribution(inside, "100.00")
    document = issue(inside)
    for change in (
        lambda: DocumentRow.objects.update(converted=1),
        lambda: DocumentRow.objects.all().delete(),
        lambda: Document.objects.update(content={"totals": []}),
        lambda: Document.objects.update(file_sha256="0" * 64),
        lambda: Document.objects.update(number="ACME-2026-9999"),
        lambda: Document.objects.filter(pk=document.pk).delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    Document.objects.update(shared=True)


def test_what_was_issued_holds_the_currency_and_not_the_labels_of_the_year(inside: Cast) -> None:
    assert held_by(inside.acme, Held.CURRENCY) == []
    issued(inside)
    assert held_by(inside.acme, Held.CURRENCY) == ["1 issued document"]
    assert held_by(inside.acme, Held.FISCAL_YEAR_START) == []


def test_the_files_of_documents_go_with_their_workspace(
    cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    with in_workspace(cast.acme.pk):
        path = issued(cast).path
    assert default_storage.exists(path)
    with django_capture_on_commit_callbacks(execute=True):
        delete_workspace(workspace=cast.acme, by=cast.olive, typed_name="Acme")
    assert not default_storage.exists(path)


# ------------------------------------------------------------------ numbers


def test_numbers_count_up_within_the_year_of_issue(inside: Cast) -> None:
    assert [snapshot(inside).number for _ in range(2)] == ["ACME-2026-0001", "ACME-2026-0002"]
    assert snapshot(inside, now=datetime(2027, 1, 2, tzinfo=UTC)).number == "ACME-2027-0001"


def test_the_number_of_a_cancelled_document_goes_to_the_next_one(inside: Cast) -> None:
    given_up = snapshot(inside)
    given_up.job = make_job(inside.acme, inside.alex.user, kind="review")
    given_up.save()
    second = snapshot(inside)
    Job.objects.update(state=JobState.CANCELLED)
    third = snapshot(inside)
    given_up.refresh_from_db()
    assert (second.number, third.number, given_up.number) == ("ACME-2026-0002", "ACME-2026-0001", "")


@pytest.mark.django_db(transaction=True)
def test_documents_issued_at_the_same_moment_have_different_numbers_without_a_gap(cast: Cast) -> None:
    from concurrent.futures import ThreadPoolExecutor

    def one(_: int) -> str:
        try:
            with in_workspace(cast.acme.pk):
                return snapshot(cast).number
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        numbers = sorted(pool.map(one, range(8)))
    assert numbers == [f"ACME-2026-{n:04d}" for n in range(1, 9)]


def test_a_document_names_the_contribution_behind_each_row(inside: Cast) -> None:
    row = make_contribution(inside, "1.00")
    assert Contribution.objects.get(pk=snapshot(inside).rows.get().contribution_id) == row
