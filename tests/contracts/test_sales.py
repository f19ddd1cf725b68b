"""The sales dashboard's figures: as confirmed, what is lost of it, what is forecast, and what stands apart
(rules 4.10 to 4.16)."""

from datetime import date
from decimal import Decimal as D
from typing import Any

import pytest

from contracts.models import Contract, FrozenMonth
from contracts.queries.sales import (
    client_lines,
    month_figures,
    person_lines,
)
from contracts.queries.sales_rows import RowFilter, currency_totals, rows_behind, rows_page
from contracts.queries.turns import Turn, ending_contracts, new_contracts
from contracts.rules import ContractType
from contracts.rules.sales import NOTHING, Basis, Kind, Trailing, forecast_of, sum_of, window_of
from contracts.services.endings import cancel_contract, void_contract
from contracts.services.handing import hand_over
from contracts.services.rates import settle_rates
from kamtrak.lib.months import FiscalCalendar, Month, Quarter
from kamtrak.tenancy import in_workspace
from tests.cast import NOW, Cast
from tests.contracts.builders import edit, make_contract, make_terms, rules
from tests.contributions.builders import publish
from workspaces.queries.people import EVERYONE, Scope, scope_of
from workspaces.services.clients import merge_clients

TODAY = NOW.date()  # 23 November 2026
NOVEMBER = Month(2026, 11)
Q4 = Quarter(Month(2026, 10))

pytestmark = pytest.mark.django_db


def figures(cast: Cast, basis: Basis = Basis.CONFIRMED, scope: Scope = EVERYONE) -> Trailing:
    with in_workspace(cast.acme.pk):
        return sum(month_figures(cast.acme, scope, basis).values(), NOTHING)


def cancel(contract: Contract, cast: Cast, on: date) -> None:
    with in_workspace(cast.acme.pk):
        current = Contract.objects.get(pk=contract.pk)
        cancel_contract(
            contract=current, by=cast.ada, on=on, reason="Insolvent", revision=current.revision, now=NOW
        )


def behind(cast: Cast, kind: Kind, scope: Scope = EVERYONE, **wanted: Any) -> D:
    """What the rows behind a figure sum to, from their totals and from the pages themselves."""
    with in_workspace(cast.acme.pk):
        rows = rows_behind(cast.acme, scope, RowFilter(kind, **wanted))
        said = sum((total.converted for total in currency_totals(cast.acme, rows, kind)), D(0))
        listed, after = D(0), ""
        while True:
            page = rows_page(cast.acme, rows, kind, after=after)
            listed += sum((row.converted or D(0) for row in page.rows), D(0))
            after = page.after
            if not after:
                break
    assert said == listed
    return said


# ------------------------------------------------------------------ the headline and its parts
def test_a_later_edit_moves_the_current_schedules_and_not_what_was_confirmed(cast: Cast) -> None:
    contract = make_contract(cast.alex, make_terms((1, 12, "100")))
    edit(contract, cast.alex, make_terms((1, 12, "90")))
    assert figures(cast).total == D(1200)
    assert figures(cast, Basis.CURRENT).total == D(1080)


def test_confirmed_is_still_expected_plus_lost(cast: Cast) -> None:
    """36 × 5,000 from September 2026, cancelled in month 2: expected 10,000, lost 170,000."""
    contract = make_contract(cast.alex, make_terms((1, 36, "5000"), start=date(2026, 9, 1), period=36))
    cancel(contract, cast, date(2026, 10, 9))
    found = figures(cast)
    assert (found.total, found.still, found.lost) == (D(180_000), D(10_000), D(170_000))
    assert behind(cast, Kind.CONFIRMED) == D(180_000)
    assert behind(cast, Kind.STILL) == D(10_000)
    assert behind(cast, Kind.LOST) == D(170_000)
    assert figures(cast, Basis.CURRENT).total == D(10_000)


def test_what_is_lost_leaves_the_forecast(cast: Cast) -> None:
    make_contract(cast.alex, make_terms((1, 12, "100"), start=date(2026, 9, 1)))
    ended = make_contract(cast.alex, make_terms((1, 12, "70"), start=date(2026, 9, 1)), number="KT-2026-002")
    cancel(ended, cast, date(2026, 12, 31))
    with in_workspace(cast.acme.pk):
        months = month_figures(cast.acme, EVERYONE, Basis.CONFIRMED)
    ahead = forecast_of(months, cast.acme.calendar.all(), NOVEMBER)
    assert (ahead.total, ahead.lost, ahead.still) == (D(9 * 170), D(8 * 70), D(9 * 100 + 70))
    assert behind(cast, Kind.STILL, start=NOVEMBER.end) == ahead.still


def test_terms_not_confirmed_yet_stand_beside_the_total_and_never_in_it(cast: Cast) -> None:
    """From 1 March 2026, 12 months at 100: one term is frozen, 24 more months are expected."""
    make_contract(
        cast.alex, make_terms((1, None, "100"), kind=ContractType.ROLL_OVER, start=date(2026, 3, 1))
    )
    found, current = figures(cast), figures(cast, Basis.CURRENT)
    assert (found.total, found.expected, found.expected_rows) == (D(1200), D(2400), 24)
    assert (current.total, current.rows, current.expected) == (D(1200), 12, D(2400))
    assert behind(cast, Kind.EXPECTED) == D(2400)
    assert behind(cast, Kind.CURRENT) == D(1200)


def test_three_months_make_a_quarter(cast: Cast) -> None:
    make_contract(cast.alex, make_terms((1, 12, "100"), start=date(2026, 11, 9)))
    with in_workspace(cast.acme.pk):
        months = month_figures(cast.acme, EVERYONE, Basis.CONFIRMED)
    assert sum_of(months, Q4).total == D(200)
    assert sum_of(months, Q4 + 1).total == D(300)


def test_a_void_contract_is_in_no_figure_and_in_no_list(cast: Cast) -> None:
    contract = make_contract(cast.alex)
    with in_workspace(cast.acme.pk):
        void_contract(contract=contract, by=cast.ada, reason="Twice", revision=contract.revision, now=NOW)
        assert new_contracts(cast.acme, EVERYONE, cast.acme.calendar.all()).count == 0
    assert figures(cast) == NOTHING
    assert behind(cast, Kind.CONFIRMED) == D(0)


# ------------------------------------------------------------------ currencies and rates
def test_each_month_stands_at_the_rate_frozen_at_confirmation(cast: Cast) -> None:
    """GBP 100 on 30 October 2026: 1.1724 ÷ 0.8659 = 1.35396697078 → 135.40 USD a month."""
    publish()
    make_contract(cast.alex, make_terms((1, 12, "100"), currency="GBP"))
    assert figures(cast).total == 12 * D("135.40")
    with in_workspace(cast.acme.pk):
        rows = rows_behind(cast.acme, EVERYONE, RowFilter(Kind.CONFIRMED))
        row = rows_page(cast.acme, rows, Kind.CONFIRMED).rows[0]
    assert row.rate is not None
    assert (row.rate.rate, row.rate.rate_day) == (D("1.35396697078"), date(2026, 10, 30))
    assert (row.amount, row.converted) == (D(100), D("135.40"))


def test_months_without_a_rate_are_counted_and_never_taken_as_zero(cast: Cast) -> None:
    make_contract(cast.alex, make_terms((1, 12, "100"), currency="GBP"))
    make_contract(cast.alex, make_terms((1, 12, "100")), number="KT-2026-002")
    found = figures(cast)
    assert (found.total, found.rows, found.unknown) == (D(1200), 24, 12)
    with in_workspace(cast.acme.pk):
        rows = rows_behind(cast.acme, EVERYONE, RowFilter(Kind.CONFIRMED, state="unknown"))
        page = rows_page(cast.acme, rows, Kind.CONFIRMED)
    assert [row.converted for row in page.rows] == [None] * 12
    publish()
    with in_workspace(cast.acme.pk):
        settle_rates(workspace=cast.acme, now=NOW)
    assert figures(cast).unknown == 0


def test_what_waits_of_the_current_schedules_is_told_apart_from_what_waits_of_expected_terms(
    cast: Cast,
) -> None:
    """From September 2026, 3 months at GBP 100, renewing; rates are published up to 30 October.

    September is settled at 1.32183908046; October and November wait at the newest rate, 1.35396697078.
    """
    publish()
    terms = make_terms(
        (1, None, "100"), kind=ContractType.ROLL_OVER, start=date(2026, 9, 1), period=3, currency="GBP"
    )
    make_contract(cast.alex, terms)
    found = figures(cast, Basis.CURRENT)
    assert (found.rows, found.total) == (3, D("132.18") + 2 * D("135.40"))
    assert found.provisional == 2 * D("135.40")
    assert found.expected_provisional == found.expected == 24 * D("135.40")
    assert behind(cast, Kind.CURRENT, state="provisional") == found.provisional


def test_a_rebate_counts_with_its_minus(cast: Cast) -> None:
    make_contract(cast.alex, make_terms(schedule=rules((1, 11, "100"), (12, 12, "-50"))))
    assert figures(cast).total == D(1050)
    assert behind(cast, Kind.CONFIRMED) == D(1050)


# ------------------------------------------------------------------ who sees what
def test_a_manager_sees_the_team_and_an_account_manager_their_own(cast: Cast) -> None:
    make_contract(cast.alex, make_terms((1, 12, "100")))
    make_contract(cast.amir, make_terms((1, 12, "7")), number="KT-2026-002")
    seen = {}
    with in_workspace(cast.acme.pk):
        scopes = {
            name: scope_of(getattr(cast, name)) for name in ("olive", "ada", "audrey", "mia", "alex", "amir")
        }
    for name, scope in scopes.items():
        seen[name] = figures(cast, scope=scope).total
        assert behind(cast, Kind.CONFIRMED, scope) == seen[name]
    assert seen == {
        "olive": D(1284),
        "ada": D(1284),
        "audrey": D(1284),
        "mia": D(1200),
        "alex": D(1200),
        "amir": D(84),
    }


def test_a_former_owner_keeps_the_months_confirmed_while_they_held_the_contract(cast: Cast) -> None:
    """Handed to amir from September on: confirmed stays with alex, the current months are divided."""
    contract = make_contract(cast.alex, make_terms((1, 12, "100"), start=date(2026, 3, 1)))
    with in_workspace(cast.acme.pk):
        hand_over(
            workspace=cast.acme,
            contracts=[contract],
            to=cast.amir,
            first=Month(2026, 9),
            by=cast.ada,
            reason="New territory",
            now=NOW,
        )
        alex, amir = scope_of(cast.alex), scope_of(cast.amir)
    assert (figures(cast, scope=alex).total, figures(cast, scope=amir).total) == (D(1200), D(0))
    current = [figures(cast, Basis.CURRENT, scope).total for scope in (alex, amir)]
    assert current == [D(600), D(600)]
    assert behind(cast, Kind.CONFIRMED, alex) == D(1200)
    assert behind(cast, Kind.CURRENT, amir) == D(600)


def test_people_and_clients_add_up_to_the_headline(cast: Cast) -> None:
    make_contract(cast.alex, make_terms((1, 12, "100")))
    make_contract(cast.amir, make_terms((1, 12, "7")), number="KT-2026-002", client="Castellan Bank")
    other = make_contract(
        cast.amir, make_terms((1, 12, "30")), number="KT-2026-003", client="Castellan Bank Ltd"
    )
    period = cast.acme.calendar.of_quarter(Q4)
    with in_workspace(cast.acme.pk):
        survivor = Contract.objects.get(number="KT-2026-002").client
        merge_clients(account=other.client, into=survivor, reason="One bank")
        for basis in Basis:
            people = person_lines(cast.acme, EVERYONE, basis, period)
            clients = client_lines(cast.acme, EVERYONE, basis, period)
            assert [(line.name, line.figures.total) for line in people] == [
                ("Alex", D(300)),
                ("Amir", D(111)),
            ]
            assert [(line.name, line.figures.total) for line in clients] == [
                ("Nordhavn Logistics", D(300)),
                ("Castellan Bank", D(111)),
            ]
    assert behind(cast, Kind.CONFIRMED, client_id=survivor.pk, start=Q4.start, end=Q4.end) == D(111)


# ------------------------------------------------------------------ the window, and the lists of turns
def test_the_chart_reaches_a_year_back_and_two_ahead_in_whole_quarters() -> None:
    calendar = FiscalCalendar()
    quarters = window_of(calendar.period("2026Q4"), calendar, TODAY)
    assert (calendar.label(quarters[0]), calendar.label(quarters[-1])) == ("Q4 2025", "Q4 2028")
    assert window_of(calendar.all(), calendar, TODAY) == quarters
    assert window_of(calendar.period("FY2028"), calendar, TODAY) == quarters


def test_a_period_outside_the_window_takes_the_chart_with_it() -> None:
    calendar = FiscalCalendar()
    quarters = window_of(calendar.period("2024Q1"), calendar, TODAY)
    assert (calendar.label(quarters[0]), calendar.label(quarters[-1])) == ("Q1 2023", "Q1 2026")


def test_new_contracts_are_those_whose_day_of_confirmation_lies_in_the_period(cast: Cast) -> None:
    make_contract(cast.alex, make_terms((1, 12, "100")), by=cast.ada, confirmed_on=date(2026, 9, 30))
    late = make_contract(
        cast.alex, make_terms((1, 12, "7")), number="KT-2026-002", by=cast.ada, confirmed_on=date(2026, 10, 1)
    )
    period = cast.acme.calendar.of_quarter(Q4)
    with in_workspace(cast.acme.pk):
        found = new_contracts(cast.acme, EVERYONE, period)
        assert (found.contracts, found.count, found.confirmed) == ([late], 1, D(84))
        assert new_contracts(cast.acme, scope_of(cast.amir), period).count == 0
        every = new_contracts(cast.acme, EVERYONE, cast.acme.calendar.all(), most=1)
        assert (every.contracts, every.count, every.confirmed) == ([late], 2, D(1284))


def test_a_renewal_is_a_confirmation_of_its_own_and_not_of_the_quarter_of_the_first(cast: Cast) -> None:
    """3 months at 100, confirmed 3 March 2026, renewed in June and September: of 900 frozen, Add froze 300.

    Beside it GBP 100 × 3 without a rate, renewed as often: 3 unknown months, not 9.
    """
    terms: dict[str, Any] = {"kind": ContractType.ROLL_OVER, "start": date(2026, 3, 3), "period": 3}
    dollars = make_contract(
        cast.alex, make_terms((1, None, "100"), **terms), by=cast.ada, confirmed_on=date(2026, 3, 3)
    )
    pounds = make_contract(
        cast.alex,
        make_terms((1, None, "100"), currency="GBP", **terms),
        number="KT-2026-002",
        by=cast.ada,
        confirmed_on=date(2026, 3, 4),
    )
    with in_workspace(cast.acme.pk):
        assert [FrozenMonth.objects.filter(contract=each).count() for each in (dollars, pounds)] == [9, 9]
        found = new_contracts(cast.acme, EVERYONE, cast.acme.calendar.period("2026Q1"))
        listed: list[Any] = found.contracts
        assert (found.count, found.confirmed, found.unknown) == (2, D(300), 3)
        assert [
            (each.pk, each.first_confirmed, each.first_converted, each.first_unknown) for each in listed
        ] == [
            (pounds.pk, D(300), D(0), 3),
            (dollars.pk, D(300), D(300), 0),
        ]
        assert new_contracts(cast.acme, EVERYONE, cast.acme.calendar.period("2026Q3")).count == 0


def test_what_ends_or_renews_within_ninety_days_is_listed_soonest_first(cast: Cast) -> None:
    """Today is 23 November 2026: the 90 days reach to 21 February 2027."""
    ROLL_OVER, CASUAL = ContractType.ROLL_OVER, ContractType.CASUAL
    make_contract(cast.alex, make_terms((1, 12, "100"), start=date(2026, 2, 1)), number="ends in January")
    make_contract(cast.alex, make_terms((1, 12, "100"), start=date(2026, 3, 1)), number="ends in February")
    make_contract(
        cast.alex,
        make_terms((1, None, "40"), kind=ROLL_OVER, start=date(2026, 1, 1)),
        number="renews on 1 January",
    )
    make_contract(
        cast.alex, make_terms((1, None, "5"), kind=CASUAL, period=1, start=date(2026, 9, 1)), number="casual"
    )
    stopped = make_contract(
        cast.amir, make_terms((1, 36, "9"), start=date(2026, 3, 1), period=36), number="cancelled"
    )
    cancel(stopped, cast, date(2026, 12, 9))
    with in_workspace(cast.acme.pk):
        listed, count = ending_contracts(cast.acme, EVERYONE, TODAY)
        mine, _ = ending_contracts(cast.acme, scope_of(cast.amir), TODAY)
    assert [(e.contract.number, e.turn, e.day, e.amount) for e in listed] == [
        ("casual", Turn.RENEWS, date(2026, 12, 1), D(5)),
        ("cancelled", Turn.CANCELLED, date(2026, 12, 9), D(9)),
        ("renews on 1 January", Turn.RENEWS, date(2027, 1, 1), D(40)),
        ("ends in January", Turn.ENDS, date(2027, 1, 31), D(100)),
    ]
    assert (count, [e.contract.number for e in mine]) == (4, ["cancelled"])
