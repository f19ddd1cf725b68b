"""What stands around the figures of a document: unknowns, accounts, what moved, how it was converted."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from contributions.models import ClosedPeriod, Contribution
from contributions.services.contributions import edit_contribution, entry_of, void_contribution
from contributions.services.figures import settle_figures
from contributions.services.periods import reopen_quarter
from fx.models import OwnRate
from kamtrak.tenancy import in_workspace
from reports.pdf.chart import quarter_tables
from reports.pdf.present import notes, period_state
from reports.queries.documents import live_drift, review_of
from reports.rules.kept import to_json
from reports.rules.review import ClosedLine, Review
from reports.services import snapshots
from reports.services.proving import verify_document
from tests.cast import NOW, Cast
from tests.reports.builders import (
    DIRECT,
    INFLUENCED,
    Q2,
    Q3,
    RETENTION,
    close,
    embedded,
    issue,
    issued,
    make_contribution,
    make_rate,
    pdf_of,
    snapshot,
    total,
)
from tests.reports.test_documents_pdf import text_of
from workspaces.services.clients import merge_clients, rename_client

FIRST_HEADER = (
    "client,owner,type,quarter,basis,amount,currency,share,rate,rate_date,rate_source,provisional,converted,"
    "counted,description,earned_on,achievements,standing,later_change,later_reason"
)
NEW_FIELDS = ("rate_mode", "rate_limit_days", "renamed", "data_form")
NEW_LINE_FIELDS = ("now_unknown_rows", "closed_provisional", "closed_provisional_rows", "sums")


def edit(cast: Cast, row: Contribution, **changes: Any) -> None:
    row.refresh_from_db()
    entry = replace(entry_of(row), **changes)
    edit_contribution(
        contribution=row, by=cast.alex, entry=entry, version=row.version, now=NOW, reason="audit"
    )


def lines(review: Review) -> list[tuple[str, list[str]]]:
    """The table by client: name and the four types."""
    return [(line.name, [f"{figure:.2f}" for figure in line.figures]) for line in review.clients]


# ------------------------------------------------------------------ unknown is never 0


def test_a_client_whose_retention_has_no_rate_is_not_printed_with_0(inside: Cast) -> None:
    make_contribution(inside, "34303.46", client="Al Noor")
    make_contribution(inside, "18400", currency="AUD", type=RETENTION, client="Al Noor")
    said = text_of(pdf_of(snapshot(inside)))
    by_client = said.partition("By client")[2].partition("Value touched by quarter")[0]
    assert "34,303.46 0.00 0.00 unknown 34,303.46u" in " ".join(by_client.split())
    assert "Retention value 1, 1 unknown unknown" in said
    cover = said.partition("Issued")[0]
    assert "Retention value unknown\n" in cover
    assert "u: 1 row has no rate: unknown, and in no total (retention value 1)." in said


def test_an_unknown_row_added_after_a_close_has_no_difference_and_is_named_beside_the_live_total(
    inside: Cast,
) -> None:
    make_contribution(inside, "100.00")
    close(inside, Q3)
    make_contribution(inside, "100.50", currency="AUD", client="Dinar Only", reason="late")
    document = issue(inside)
    pdf = pdf_of(document)
    late = next(row for row in embedded(pdf) if row["client"] == "Dinar Only")
    assert (late["converted"], late["counted"], late["later_change"]) == ("", "", "")
    assert late["later_reason"].startswith("unknown now, ")
    said = " ".join(text_of(pdf).split())
    assert "100.00 — unknown 100.00, without 1 unknown" in said
    assert "unknown unknown" in said.partition("Changed after a close")[2]
    assert review_of(document).changes == 1
    assert verify_document(document).problems == ()


def test_a_row_that_lost_its_rate_leaves_the_total_and_says_so(inside: Cast) -> None:
    make_rate("USD", "1.1")
    row = make_contribution(inside, "100.00", currency="EUR")
    close(inside, Q3)
    edit(inside, row, currency="AUD")
    document = issue(inside)
    (only,) = embedded(pdf_of(document))
    assert (only["counted"], only["later_change"]) == ("110.00", "-110.00")
    assert only["later_reason"] == "unknown now, edited: audit"
    assert verify_document(document).ok


def test_notes_name_the_types_and_never_one_sum_over_them(inside: Cast) -> None:
    make_rate("USD", "1.1", date(2026, 9, 25))
    make_contribution(inside, "100.00", currency="EUR")
    make_contribution(inside, "10.00", currency="EUR", type=INFLUENCED)
    said = list(notes(review_of(snapshot(inside))))
    assert said == [
        "p: 2 rows are provisional (direct revenue 110.00 USD, influenced revenue 11.00 USD): each settles "
        "by itself when the rate of its day is known. Published rates reach 25 September 2026."
    ]


def test_provisional_rows_of_a_closed_quarter_are_not_said_to_settle(inside: Cast) -> None:
    make_rate("USD", "1.1", date(2026, 9, 25))
    make_contribution(inside, "100.00", currency="EUR")
    close(inside, Q3)
    make_rate("USD", "1.2", date(2026, 9, 30))
    settle_figures(workspace=inside.acme, now=NOW)
    said = list(notes(review_of(snapshot(inside))))
    assert said == [
        "p: 1 row was provisional when closed (direct revenue 110.00 USD), as the closed figure stays."
    ]


# ------------------------------------------------------------------ by client, as on the dashboard


def test_a_client_that_was_renamed_after_a_close_is_one_line_with_its_name_at_issue(inside: Cast) -> None:
    row = make_contribution(inside, "153315.00", client="Ardmore Clinic Group", quarter=Q2)
    close(inside, Q2)
    rename_client(account=row.client, name="Ardmore Clinics")
    make_contribution(inside, "104315.84", client="Ardmore Clinics")
    document = issue(inside, "FY2026")
    assert lines(review_of(document)) == [("Ardmore Clinics", ["257630.84", "0.00", "0.00", "0.00"])]
    rows = embedded(pdf_of(document))
    assert [row["client"] for row in rows] == ["Ardmore Clinic Group", "Ardmore Clinics"]
    assert total(rows, client_at_issue="Ardmore Clinics") == Decimal("257630.84")
    said = " ".join(text_of(pdf_of(document)).split())
    assert "Renamed or merged since a close: Ardmore Clinic Group is Ardmore Clinics now." in said


def test_a_merged_client_counts_with_its_survivor_as_on_the_dashboard(inside: Cast) -> None:
    old = make_contribution(inside, "100.00", client="Sakura KK").client
    survivor = make_contribution(inside, "20.00", client="Sakura Retail").client
    close(inside, Q3)
    merge_clients(account=old, into=survivor, reason="One company")
    assert lines(review_of(snapshot(inside))) == [("Sakura Retail", ["120.00", "0.00", "0.00", "0.00"])]


# ------------------------------------------------------------------ have the live figures moved


def test_reopening_or_closing_without_an_edit_moves_nothing(inside: Cast) -> None:
    row = make_contribution(inside, "148688.19")
    close(inside, Q3)
    edit(inside, row, amount=Decimal("146187.39"))
    document = issued(inside)
    line = live_drift(document)[0]
    assert (f"{line.line.later:.2f}", f"{line.line.now:.2f}") == ("-2500.80", "146187.39")
    assert not any(found.moved for found in live_drift(document))
    reopen_quarter(period=ClosedPeriod.objects.get(), by=inside.olive, reason="look again", now=NOW)
    assert not any(found.moved for found in live_drift(document))
    close(inside, Q3)
    assert not any(found.moved for found in live_drift(document))


def test_what_was_logged_before_a_later_close_is_the_difference_of_the_live_rows(inside: Cast) -> None:
    make_contribution(inside, "138600.00")
    document = issued(inside)
    make_contribution(inside, "7587.39")
    close(inside, Q3)
    assert [f"{line.difference:.2f}" for line in live_drift(document)] == ["7587.39", "0.00", "0.00", "0.00"]


def test_one_more_unknown_row_has_moved_the_live_figures(inside: Cast) -> None:
    make_contribution(inside, "10.00")
    document = issued(inside)
    make_contribution(inside, "5.00", currency="AUD")
    moved = [line for line in live_drift(document) if line.moved]
    assert [(line.type, line.difference, line.more_unknown) for line in moved] == [(DIRECT, Decimal(0), 1)]


# ------------------------------------------------------------------ how it was converted


def test_the_method_is_that_of_the_workspace_and_each_row_bears_the_day_of_its_rate(inside: Cast) -> None:
    make_rate("USD", "1.1")
    make_contribution(inside, "100.00", currency="EUR")
    make_contribution(inside, "100.00", currency="GBP", type=INFLUENCED, earned_on=date(2026, 8, 20))
    OwnRate.objects.create(
        workspace=inside.acme,
        base="GBP",
        quote="USD",
        day=date(2026, 1, 1),
        value=Decimal("1.3"),
        origin="Treasury",
        reason="Budget rate",
        recorded_by=inside.olive.user,
        recorded_at=NOW,
    )
    settle_figures(workspace=inside.acme, now=NOW)
    said = " ".join(text_of(pdf_of(snapshot(inside))).split())
    assert "1.1 30 Sep 2026" in said
    assert "1.3 1 Jan 2026, own" in said
    assert "Rates: the workspace’s own first, those of the European Central Bank for the rest." in said
    assert "where none was published, for 7 days after it" in said
    assert "An own rate holds from its day until the next one of its pair, or until its end." in said


def test_settled_and_provisional_rows_of_one_rate_are_two_lines_of_rates_used(inside: Cast) -> None:
    make_rate("USD", "1.1", date(2026, 9, 25))
    make_contribution(inside, "100.00", currency="EUR", earned_on=date(2026, 9, 25))
    make_contribution(inside, "200.00", currency="EUR")
    rates = review_of(snapshot(inside)).rates
    assert [(f"{rate.rate:f}", rate.rows, rate.provisional_rows) for rate in rates] == [
        ("1.1", 1, 0),
        ("1.1", 1, 1),
    ]


def test_a_year_is_closed_when_its_last_close_was_made(inside: Cast) -> None:
    review = review_of(snapshot(inside))
    line = {"label": "", "closed_by": "", "reason": "", "open_alerts": 0, "unknown_rows": 0}
    closed = tuple(
        ClosedLine(quarter=date(2025, 1 + 3 * n, 1), closed_on=day, provisional_rows=0, **line)  # type: ignore[arg-type]
        for n, day in enumerate([date(2026, 11, 26), date(2025, 7, 9), date(2025, 10, 9), date(2026, 1, 13)])
    )
    whole = replace(review, closed=closed, open_quarters=(), runs_until=None, period_code="FY2025")
    assert period_state(whole) == "closed 26 November 2026"


def test_wide_figures_take_two_tables_of_four_quarters(inside: Cast) -> None:
    make_contribution(inside, "100.00")
    assert [len(table["quarters"]) for table in quarter_tables(review_of(snapshot(inside)))] == [8]
    make_contribution(inside, "123456789012.00")
    assert [len(table["quarters"]) for table in quarter_tables(review_of(snapshot(inside)))] == [4, 4]


def test_the_cover_says_in_which_time_zone_it_was_issued(inside: Cast) -> None:
    assert "23 Nov 2026, 12:00 UTC+00:00" in text_of(pdf_of(snapshot(inside)))


# ------------------------------------------------------------------ the data, and documents of before


def test_the_embedded_rows_bear_the_days_that_the_sum_needs(inside: Cast) -> None:
    make_rate("USD", "1.1")
    make_contribution(inside, "100.00", currency="EUR")
    Contribution.objects.update(earlier_rate=True)
    (row,) = embedded(pdf_of(snapshot(inside)))
    assert (row["quarter_start"], row["counts_on"], row["earlier_rate"]) == (
        "2026-07-01",
        "2026-09-30",
        "yes",
    )


def test_a_document_that_was_issued_before_these_fields_still_reads_and_verifies(
    inside: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = to_json

    def as_before(review: Review) -> Any:
        content = kept(review)
        for name in NEW_FIELDS:
            del content[name]
        for group in ("totals", "comparisons", "clients", "quarters"):
            for line in content[group]:
                for name in NEW_LINE_FIELDS:
                    line.pop(name, None)
        return content

    monkeypatch.setattr(snapshots, "to_json", as_before)
    gone = make_contribution(inside, "40.00")
    make_contribution(inside, "60.00")
    close(inside, Q3)
    void_contribution(contribution=gone, by=inside.alex, reason="twice", now=NOW)
    document = issue(inside)
    assert verify_document(document).problems == ()
    rows = embedded(pdf_of(document))
    assert ",".join(rows[0]) == FIRST_HEADER
    assert review_of(document).totals[0].now == Decimal("60.00")
    assert not any(line.moved for line in live_drift(document))
    make_contribution(inside, "5.00", reason="late")
    assert [line.moved for line in live_drift(document)] == [True, False, False, False]


def test_the_page_of_a_document_shows_the_live_rows_of_then_and_of_now(cast: Cast) -> None:
    with in_workspace(cast.acme.pk):
        row = make_contribution(cast, "148688.19")
        close(cast, Q3)
        edit(cast, row, amount=Decimal("146187.39"))
        document = issued(cast)
    page = cast.browser("alex").get(f"/w/acme/documents/{document.pk}/").text
    assert "The live figures have not moved since this was issued." in page
    assert "Live at issue" in page
    assert "Dashboard now" not in page
