"""The revenue report: the current schedules of a month beside what was confirmed (rules 4.10, 4.16, 4.18)."""

from datetime import date
from decimal import Decimal as D
from typing import Any

import pytest

from contracts.models import Contract, CurrentMonth, FrozenMonth
from contracts.queries.months import month_lines
from contracts.queries.report import SORTS, ReportFilter, report_page, report_rows, rows_of
from contracts.queries.report_sums import report_sums
from contracts.queries.sales import month_figures
from contracts.rules import ContractType
from contracts.rules.report import ReportSums, over_currencies
from contracts.rules.sales import Basis
from contracts.services.endings import cancel_contract
from contracts.services.handing import hand_over
from kamtrak.lib.months import Month
from kamtrak.tenancy import in_workspace
from tests.cast import NOW, Cast
from tests.contracts.builders import edit, make_contract, make_terms
from tests.contributions.builders import publish
from workspaces.queries.people import EVERYONE, Scope, scope_of

pytestmark = pytest.mark.django_db
SEPTEMBER, OCTOBER, NOVEMBER = Month(2026, 9), Month(2026, 10), Month(2026, 11)


def sums(cast: Cast, month: Month, scope: Scope = EVERYONE, **wanted: Any) -> ReportSums:
    with in_workspace(cast.acme.pk):
        return over_currencies(
            report_sums(cast.acme, report_rows(cast.acme, scope, ReportFilter(month, **wanted)))
        )


def reload(contract: Contract) -> Contract:
    return Contract.objects.select_related("workspace").get(pk=contract.pk)


def test_an_edit_stands_beside_what_was_confirmed_and_is_told_by_its_cause(cast: Cast) -> None:
    contract = make_contract(cast.alex, make_terms((1, 12, "100")))
    edit(contract, cast.alex, make_terms((1, 12, "90")))
    found = sums(cast, NOVEMBER)
    assert (found.current_converted, found.confirmed_converted) == (D(90), D(100))
    assert (found.by_edit, found.by_rate, found.changed) == (D(-10), D(0), 1)


def test_a_rate_that_moved_is_told_apart_from_an_edit(cast: Cast) -> None:
    """GBP 100 frozen at 1.35396697078 (30 October), September at 1.32183908046: 135.40 → 132.18."""
    publish()
    contract = make_contract(cast.alex, make_terms((1, 12, "100"), currency="GBP"))
    found = sums(cast, SEPTEMBER)
    assert (found.by_edit, found.by_rate) == (D(0), D("-3.22"))
    edit(contract, cast.alex, make_terms((1, 12, "90"), currency="GBP"))
    found = sums(cast, SEPTEMBER)
    assert (found.current_converted, found.confirmed_converted) == (D("118.97"), D("135.40"))
    assert (found.by_edit, found.by_rate) == (D("-13.54"), D("-2.89"))
    assert found.difference_converted == found.current_converted - found.confirmed_converted


def test_a_month_to_come_is_provisional_at_the_newest_rate_and_its_day(cast: Cast) -> None:
    publish()
    make_contract(cast.alex, make_terms((1, 12, "100"), currency="GBP"))
    with in_workspace(cast.acme.pk):
        rows = report_rows(cast.acme, EVERYONE, ReportFilter(Month(2027, 1)))
        (row,) = report_page(cast.acme, rows, Month(2027, 1), SORTS["number"]).rows
    assert (row.provisional, row.current_day, row.current_converted) == (
        True,
        date(2026, 10, 30),
        D("135.40"),
    )
    assert sums(cast, Month(2027, 1)).provisional == D("135.40")
    assert sums(cast, SEPTEMBER).provisional == D(0)


def test_terms_not_confirmed_yet_stand_apart_and_are_in_no_difference(cast: Cast) -> None:
    make_contract(
        cast.alex, make_terms((1, None, "100"), kind=ContractType.ROLL_OVER, start=date(2026, 3, 1))
    )
    found = sums(cast, Month(2027, 4))
    assert (found.contracts, found.expected_converted) == (1, D(100))
    assert (found.current_converted, found.confirmed_converted, found.by_edit) == (D(0), D(0), D(0))


def test_a_month_after_a_cancellation_stays_in_the_report_as_a_difference(cast: Cast) -> None:
    contract = make_contract(cast.alex, make_terms((1, 12, "100")))
    with in_workspace(cast.acme.pk):
        cancel_contract(
            contract=contract,
            by=cast.alex,
            on=date(2026, 10, 9),
            reason="Insolvent",
            revision=contract.revision,
            now=NOW,
        )
        rows = report_rows(cast.acme, EVERYONE, ReportFilter(NOVEMBER))
        (row,) = report_page(cast.acme, rows, NOVEMBER, SORTS["number"]).rows
    assert (row.pair.current, row.pair.confirmed, row.lost) == (None, D(100), True)
    found = sums(cast, NOVEMBER)
    assert (found.current_converted, found.by_edit) == (D(0), D(-100))
    assert not sums(cast, OCTOBER).changed


def test_a_contract_without_a_rate_is_counted_and_in_no_figure(cast: Cast) -> None:
    make_contract(cast.alex, make_terms((1, 12, "100"), currency="GBP"))
    make_contract(cast.alex, make_terms((1, 12, "7")), number="KT-2026-002")
    found = sums(cast, NOVEMBER)
    assert (found.contracts, found.current_converted, found.confirmed_converted) == (2, D(7), D(7))
    assert (found.current_unknown, found.confirmed_unknown, found.difference_unknown) == (1, 1, 1)
    assert sums(cast, NOVEMBER, state="unknown").contracts == 1


def test_filters_narrow_rows_and_totals_alike(cast: Cast) -> None:
    publish()
    euro = make_contract(cast.alex, make_terms((1, 12, "100"), currency="EUR"), client="Aurelia Foods")
    make_contract(cast.amir, make_terms((1, 12, "7")), number="KT-2026-002")
    edit(euro, cast.alex, make_terms((1, 12, "90"), currency="EUR"))
    assert sums(cast, NOVEMBER).contracts == 2
    assert sums(cast, NOVEMBER, currency="EUR").contracts == 1
    assert sums(cast, NOVEMBER, client_id=euro.client_id).contracts == 1
    assert sums(cast, NOVEMBER, state="changed").contracts == 1
    assert sums(cast, NOVEMBER, state="provisional").contracts == 1
    assert sums(cast, Month(2030, 1)).contracts == 0
    with in_workspace(cast.acme.pk):
        assert sums(cast, NOVEMBER, scope_of(cast.amir)).current_converted == D(7)
        assert sums(cast, NOVEMBER, scope_of(cast.mia)).contracts == 1


def handed_to_amir(cast: Cast, contract: Contract) -> None:
    """From October 2026 on."""
    with in_workspace(cast.acme.pk):
        hand_over(
            workspace=cast.acme,
            contracts=[contract],
            to=cast.amir,
            first=OCTOBER,
            by=cast.ada,
            reason="New territory",
            now=NOW,
        )


def test_confirmed_months_stay_with_who_held_the_contract_and_current_ones_go_with_it(cast: Cast) -> None:
    """12 × 100 of alex, handed to amir from October on: September is alex's on both sides; of November the
    confirmed 100 is alex's and the current 100 amir's, and neither difference is by edit or by rate."""
    handed_to_amir(cast, make_contract(cast.alex, make_terms((1, 12, "100"))))
    with in_workspace(cast.acme.pk):
        alex, amir = scope_of(cast.alex), scope_of(cast.amir)
    found = sums(cast, SEPTEMBER, alex)
    assert (found.current_converted, found.confirmed_converted, found.handed) == (D(100), D(100), 0)
    assert sums(cast, SEPTEMBER, amir).contracts == 0
    for whose, current, confirmed, moved in ((alex, 0, 100, -100), (amir, 100, 0, 100)):
        found = sums(cast, NOVEMBER, whose)
        assert (found.current_converted, found.confirmed_converted) == (D(current), D(confirmed))
        assert (found.handed_over, found.by_edit, found.by_rate) == (D(moved), D(0), D(0))
        assert (found.handed, found.changed, found.difference_converted) == (1, 0, D(moved))
        assert sums(cast, NOVEMBER, whose, state="handed").contracts == 1
    everyone = sums(cast, NOVEMBER)
    assert (everyone.current_converted, everyone.confirmed_converted) == (D(100), D(100))
    assert (everyone.handed, everyone.handed_over) == (0, D(0))
    assert sums(cast, NOVEMBER, Scope(frozenset())).contracts == 0


def test_the_report_of_a_person_equals_their_sales_dashboard(cast: Cast) -> None:
    """GBP 100 at 1.35396697078, handed to amir from October on and lowered to 90: of November, alex has
    135.40 as confirmed and amir 121.86 current; of the whole workspace −13.54 is by edit."""
    publish()
    contract = make_contract(cast.alex, make_terms((1, 12, "100"), currency="GBP"))
    make_contract(cast.amir, make_terms((1, 12, "7")), number="KT-2026-002")
    handed_to_amir(cast, contract)
    edit(contract, cast.ada, make_terms((1, 12, "90"), currency="GBP"))
    with in_workspace(cast.acme.pk):
        scopes = [scope_of(cast.alex), scope_of(cast.amir), EVERYONE]
        for scope in scopes:
            confirmed = month_figures(cast.acme, scope, Basis.CONFIRMED)
            current = month_figures(cast.acme, scope, Basis.CURRENT)
            for month in (SEPTEMBER, OCTOBER, NOVEMBER):
                found = sums(cast, month, scope)
                assert found.confirmed_converted == confirmed[month].total
                assert found.current_converted == current[month].total
    of_alex, of_amir, whole = (sums(cast, NOVEMBER, scope) for scope in scopes)
    assert (of_alex.confirmed_converted, of_alex.handed_over) == (D("135.40"), D("-135.40"))
    assert (of_amir.current_converted, of_amir.confirmed_converted) == (D("128.86"), D(7))
    assert (of_amir.handed_over, of_amir.difference_converted) == (D("121.86"), D("121.86"))
    assert (whole.by_edit, whole.by_rate, whole.handed_over) == (D("-13.54"), D(0), D(0))


def test_the_database_says_what_the_rules_say_of_every_month(cast: Cast) -> None:
    """Extended, shortened, moved, renewed, cancelled, in four currencies, one of them without a rate at Add:
    the report's rows and totals are those of the contracts' own month tables."""
    publish()
    contracts = []
    for number, currency in enumerate(("USD", "GBP", "JPY", "AUD")):
        made = make_contract(
            cast.alex,
            make_terms((1, 12, "101.37" if currency != "JPY" else "12345"), currency=currency),
            number=f"fixed {currency}",
            by=cast.ada,
            confirmed_on=date(2026, 9, 30),
        )
        longer = make_terms((1, 12, "90"), (13, 18, "50"), period=18, currency=currency)
        contracts.append(edit(made, cast.ada, longer))
        renewing = make_terms(
            (1, None, "33"), kind=ContractType.ROLL_OVER, start=date(2026, 7, 1), period=3, currency=currency
        )
        made = make_contract(
            cast.amir, renewing, number=f"renews {currency}", by=cast.ada, confirmed_on=date(2026, 8, 7)
        )
        earlier = make_terms(
            (1, None, "35"), kind=ContractType.ROLL_OVER, start=date(2026, 5, 1), period=3, currency=currency
        )
        contracts.append(edit(made, cast.ada, earlier) if number % 2 else made)
    with in_workspace(cast.acme.pk):
        cancelled = reload(contracts[0])
        cancel_contract(
            contract=cancelled,
            by=cast.ada,
            on=date(2026, 12, 24),
            reason="x",
            revision=cancelled.revision,
            now=NOW,
        )
        first = min(
            CurrentMonth.objects.order_by("month")[0].month, FrozenMonth.objects.order_by("month")[0].month
        )
        lines = {c.pk: {line.month: line for line in month_lines(reload(c))} for c in contracts}
        for n in range(40):
            month = first + n
            rows = report_rows(cast.acme, EVERYONE, ReportFilter(month))
            found = {row.pk: row for row in rows_of(cast.acme, rows, month)}
            expected = {pk: line[month] for pk, line in lines.items() if month in line}
            assert set(found) == set(expected)
            for pk, line in expected.items():
                row = found[pk]
                assert (row.pair.current, row.pair.confirmed) == (line.current, line.confirmed)
                assert (row.current_converted, row.confirmed_converted) == (
                    line.current_converted,
                    line.confirmed_converted,
                )
                assert row.difference == line.difference
                assert (row.lost, row.provisional) == (line.lost, line.provisional)
            assert over_currencies(report_sums(cast.acme, rows)) == said(list(found.values()))


def said(rows: list[Any]) -> ReportSums:
    """The totals, added up from the rows one by one."""
    nothing = D(0)
    counted = [row for row in rows if not row.pair.expected]
    expected = [row for row in rows if row.pair.expected]
    known = [row.difference for row in rows if row.difference.converted is not None]
    return ReportSums(
        contracts=len(rows),
        changed=sum(bool(row.difference.amount) for row in rows),
        current_converted=sum((row.current_converted or nothing for row in counted), nothing),
        confirmed_converted=sum((row.confirmed_converted or nothing for row in rows), nothing),
        expected_converted=sum((row.current_converted or nothing for row in expected), nothing),
        provisional=sum((row.current_converted or nothing for row in counted if row.provisional), nothing),
        by_edit=sum((d.by_edit or nothing for d in known), nothing),
        by_rate=sum((d.by_rate or nothing for d in known), nothing),
        current_unknown=sum(r.pair.current is not None and r.current_converted is None for r in counted),
        confirmed_unknown=sum(r.pair.confirmed is not None and r.confirmed_converted is None for r in rows),
        expected_unknown=sum(r.current_converted is None for r in expected),
        difference_unknown=len(rows) - len(known),
    )
