"""The dashboard's figures: totals that stand, comparisons, chart, clients, what is missing."""

from datetime import date
from decimal import Decimal

from contributions.rules import RevenueType
from contributions.services.contributions import edit_contribution
from contributions.services.figures import settle_figures
from contributions.services.periods import close_quarter
from kamtrak.lib.months import FiscalCalendar, Month, Quarter
from kamtrak.tenancy import in_workspace
from reports.queries.dashboard import Dashboard, dashboard, latest_entries, missing
from reports.rules import span_of
from tests.cast import NOW, Cast
from tests.contributions.builders import Q2, Q3, Q4, an_entry, log, publish
from workspaces.queries.people import EVERYONE, account_managers, scope_of
from workspaces.services.clients import merge_clients

TODAY = date(2026, 11, 23)
CALENDAR = FiscalCalendar()


def board(cast: Cast, period: str = "2026Q3", name: str = "olive") -> Dashboard:
    scope = scope_of(getattr(cast, name))
    return dashboard(cast.acme, scope, cast.acme.calendar.period(period), TODAY)


def direct(shown: Dashboard) -> Decimal:
    return shown.totals[0].stands.converted


def said_later(shown: Dashboard) -> list[tuple[str, Decimal, list[tuple[str, Decimal]]]]:
    """Per type what changed after closes, in the period and in each closed quarter."""
    return [
        (
            line.total.type.value,
            line.total.later,
            [(CALENDAR.label(quarter), own.later) for quarter, own in line.quarters],
        )
        for line in shown.later
    ]


def test_a_quarter_is_compared_with_the_one_before_and_the_same_one_of_last_year() -> None:
    span = span_of(CALENDAR.period("2026Q3"), CALENDAR, TODAY)
    assert [c.label for c in span.comparisons] == ["Q2 2026", "Q3 2025"]
    assert span.chart == tuple(Q3 - back for back in range(7, -1, -1))
    assert (span.start, span.end) == (date(2024, 10, 1), date(2026, 10, 1))


def test_a_year_is_compared_with_the_year_before_and_its_chart_ends_with_the_running_quarter() -> None:
    span = span_of(CALENDAR.period("FY2026"), CALENDAR, TODAY)
    assert [c.label for c in span.comparisons] == ["FY 2025"]
    assert span.chart[-1] == Q4
    past = span_of(CALENDAR.period("FY2024"), CALENDAR, TODAY)
    assert past.chart[-1] == Quarter(Month(2024, 10))


def test_all_periods_have_nothing_to_be_compared_with() -> None:
    span = span_of(CALENDAR.period("all"), CALENDAR, TODAY)
    assert span.comparisons == ()
    assert (span.start, span.end) == (None, None)


def test_the_headline_is_the_sum_of_the_rows_of_the_period(inside: Cast) -> None:
    log(inside, "100")
    log(inside, "20.50")
    log(inside, "7", quarter=Q2)
    log(inside, "3", quarter=Q3 - 4)
    log(inside, "50", type=RevenueType.INFLUENCED)
    shown = board(inside)
    assert [t.stands.converted for t in shown.totals] == [
        Decimal("120.50"),
        Decimal(50),
        Decimal(0),
        Decimal(0),
    ]
    assert [c.totals[RevenueType.DIRECT].converted for c in shown.compared] == [Decimal(7), Decimal(3)]
    assert shown.touched.converted == Decimal("170.50")
    assert shown.chart[-2][1][0].stands.converted == Decimal(7)


def test_a_closed_quarter_stands_as_closed_and_says_what_changed_later(inside: Cast) -> None:
    row = log(inside, "100")
    close_quarter(workspace=inside.acme, quarter=Q3, by=inside.mia, reason="", now=NOW)
    edit_contribution(
        contribution=row, by=inside.alex, entry=an_entry("90"), version=1, now=NOW, reason="Credit note"
    )
    for period in ("2026Q3", "FY2026", "all"):
        shown = board(inside, period)
        assert direct(shown) == Decimal(100)
        assert said_later(shown) == [("direct", Decimal(-10), [("Q3 2026", Decimal(-10))])]
        assert list(shown.closed) == [Q3]


def test_a_change_of_type_after_a_close_is_told_of_both_types_and_never_cancels_itself_out(
    inside: Cast,
) -> None:
    row = log(inside, "100")
    close_quarter(workspace=inside.acme, quarter=Q3, by=inside.mia, reason="", now=NOW)
    influenced = an_entry("100", type=RevenueType.INFLUENCED)
    edit_contribution(contribution=row, by=inside.alex, entry=influenced, version=1, now=NOW, reason="Audit")
    assert said_later(board(inside)) == [
        ("direct", Decimal(-100), [("Q3 2026", Decimal(-100))]),
        ("influenced", Decimal(100), [("Q3 2026", Decimal(100))]),
    ]
    page = inside.browser("alex").get("/w/acme/?period=2026Q3").text
    assert "−100<" in page.partition("Later changes")[2]
    assert 'href="/w/acme/quarters/2026Q3/"' in page.partition("Later changes")[2]
    quarters = inside.browser("alex").get("/w/acme/quarters/").text
    assert "−100<" in quarters
    assert "+100<" in quarters


def test_a_move_between_two_closed_quarters_of_a_year_is_told_of_both(inside: Cast) -> None:
    row = log(inside, "100")
    for quarter in (Q2, Q3):
        close_quarter(workspace=inside.acme, quarter=quarter, by=inside.mia, reason="", now=NOW)
    moved = an_entry("100", quarter=Q2)
    edit_contribution(contribution=row, by=inside.alex, entry=moved, version=1, now=NOW, reason="Audit")
    assert said_later(board(inside, "FY2026")) == [
        ("direct", Decimal(0), [("Q2 2026", Decimal(100)), ("Q3 2026", Decimal(-100))])
    ]
    page = inside.browser("alex").get("/w/acme/?period=FY2026").text.partition("Later changes")[2]
    assert "Q2 2026" in page
    assert "+100<" in page


def test_unknown_is_never_printed_as_nothing_or_as_0(inside: Cast) -> None:
    log(inside, "18400", "AUD", type=RevenueType.RETENTION, client="Al Noor")
    log(inside, "5", client="Al Noor")
    close_quarter(workspace=inside.acme, quarter=Q3, by=inside.mia, reason="end", now=NOW)
    log(inside, "100.50", "AUD", client="Late", type=RevenueType.SAVINGS, reason="Late")
    (client,) = board(inside).clients
    assert [sum.known for sum in client.sums] == [Decimal(5), 0, 0, None]
    assert [sum.unknown_rows for sum in client.sums] == [0, 0, 0, 1]
    page = inside.browser("alex").get("/w/acme/?period=2026Q3").text
    by_client = page.partition('id="h-c"')[2].partition("</section>")[0]
    assert by_client.count("— unknown") == 4, "of the client and in all, on wide and narrow screens"
    table = page.partition("Show as table")[2].partition("</section>")[0]
    assert "— unknown" in table
    assert "cost savings <b" in page.partition("Later changes")[2]
    assert "— unknown" in page.partition("Later changes")[2].partition("</section>")[0]


def test_what_earlier_periods_and_value_touched_lack_is_said_beside_them(inside: Cast) -> None:
    log(inside, "100", quarter=Q2)
    log(inside, "10", "AUD", quarter=Q2)
    log(inside, "7")
    shown = board(inside)
    assert shown.compared[0].totals[RevenueType.DIRECT].unknown_rows == 1
    page = inside.browser("alex").get("/w/acme/?period=2026Q3").text
    assert '<dd class="k-said">without 1 unknown</dd>' in page
    page = inside.browser("alex").get("/w/acme/?period=FY2026").text
    assert '<span class="k-warn">without 1 unknown</span>' in page
    by_client = page.partition('id="h-c"')[2].partition("</section>")[0]
    assert by_client.count("without 1 unknown") == 4, "of the client and in all, on wide and narrow screens"
    assert '<li class="k-warn">Q2 2026: without 1 unknown</li>' in page


def test_a_provisional_figure_of_a_closed_quarter_waits_for_nothing(inside: Cast) -> None:
    publish({date(2026, 9, 25): {"USD": "1.10"}})
    log(inside, "100", "EUR")
    close_quarter(workspace=inside.acme, quarter=Q3, by=inside.mia, reason="end", now=NOW)
    publish({date(2026, 9, 30): {"USD": "1.15"}})
    settle_figures(workspace=inside.acme, now=NOW)
    total = board(inside).totals[0]
    assert (total.stands.converted, total.waiting_rows, total.now.converted) == (
        Decimal("110.00"),
        0,
        Decimal("115.00"),
    )
    page = inside.browser("alex").get("/w/acme/?period=2026Q3").text
    assert "110.00 provisional when closed" in page
    assert "settle by themselves" not in page
    assert "state=provisional" not in page


def test_clients_add_up_to_the_headline_whether_closed_or_live(inside: Cast) -> None:
    publish()
    log(inside, "100", client="Aurelia")
    log(inside, "40", client="Aurelia", type=RevenueType.SAVINGS)
    log(inside, "9", "AUD", client="Unknown rate")
    close_quarter(workspace=inside.acme, quarter=Q3, by=inside.mia, reason="end", now=NOW)
    log(inside, "1", client="Late", reason="Came in late")
    log(inside, "500", client="Brook", quarter=Q4)
    shown = board(inside, "FY2026")
    assert [(c.name, c.touched) for c in shown.clients] == [
        ("Brook", Decimal(500)),
        ("Aurelia", Decimal(140)),
        ("Unknown rate", Decimal(0)),
    ]
    assert sum(c.touched for c in shown.clients) == shown.touched.converted


def test_a_merged_client_counts_with_its_survivor_also_in_a_closed_quarter(inside: Cast) -> None:
    old = log(inside, "100", client="Sakura KK").client
    survivor = log(inside, "20", client="Sakura Retail").client
    close_quarter(workspace=inside.acme, quarter=Q3, by=inside.mia, reason="", now=NOW)
    merge_clients(account=old, into=survivor, reason="One company")
    assert [(c.name, c.touched) for c in board(inside).clients] == [("Sakura Retail", Decimal(120))]


def test_each_person_sees_the_figures_of_their_scope(inside: Cast) -> None:
    log(inside, "100")
    log(inside, "50", owner=inside.amir)
    figures = {name: direct(board(inside, name=name)) for name in ("olive", "ada", "mia", "alex", "amir")}
    assert figures == {"olive": 150, "ada": 150, "mia": 100, "alex": 100, "amir": 50}


def test_an_unknown_row_is_in_no_total_and_every_total_says_so(inside: Cast) -> None:
    log(inside, "100")
    log(inside, "10", "AUD")
    total = board(inside).totals[0]
    assert (total.stands.rows, total.stands.unknown_rows, total.stands.converted) == (2, 1, Decimal(100))


def test_a_workspace_without_a_row_is_offered_the_first_step_instead_of_zeros(cast: Cast) -> None:
    page = cast.browser("alex").get("/w/acme/").text
    assert "Nothing logged yet" in page
    assert "Add the first contribution" in page
    assert "Totals by type" not in page
    with in_workspace(cast.acme.pk):
        log(cast, "100", quarter=Q2)
    page = cast.browser("alex").get("/w/acme/?period=2026Q3").text
    assert "Nothing logged yet" not in page
    assert "Totals by type" in page
    assert "Every contribution has evidence" not in page


def test_missing_names_each_hole_per_person_and_type(inside: Cast) -> None:
    publish()
    log(inside, "100", "EUR")
    period = inside.acme.calendar.period("2026Q3")
    people = account_managers(inside.acme, EVERYONE)
    found = missing(inside.acme, EVERYONE, people, period)
    alex = next(line for line in found.coverage if line.person == inside.alex)
    assert [n for _, n in alex.counts] == [1, 0, 0, 0]
    assert (found.no_evidence_rows, found.no_date_rows) == (1, 1)


def test_latest_entries_are_those_logged_last(inside: Cast) -> None:
    rows = [log(inside, str(n)) for n in range(1, 9)]
    latest = latest_entries(inside.acme, EVERYONE, inside.acme.calendar.period("2026Q3"))
    assert [row.pk for row in latest] == [row.pk for row in reversed(rows)][:6]
