"""The list of contracts: one scope, one filter, the rows, their totals and their pages (rules 1.4, 4.14)."""

from datetime import date
from decimal import Decimal as D
from typing import Any

import pytest
from django.http import QueryDict

from contracts.forms.filters import Selection, read_selection
from contracts.models import Contract, ContractTotal
from contracts.queries.contracts import contract_state, in_state
from contracts.queries.listing import (
    SORTS,
    Filter,
    Sort,
    filtered,
    list_page,
    list_totals,
    rows_of,
)
from contracts.queries.sales_rows import RowFilter, rows_behind
from contracts.rules import ContractType, State
from contracts.rules.sales import Kind
from contracts.services.endings import cancel_contract, void_contract
from contracts.services.handing import hand_over
from contracts.services.rates import currency_uses
from kamtrak.lib.months import Month
from kamtrak.tenancy import in_workspace
from tests.cast import NOW, Cast
from tests.contracts.builders import edit, make_contract, make_draft, make_terms
from tests.contributions.builders import publish
from workspaces.queries.people import EVERYONE, scope_of

pytestmark = pytest.mark.django_db

TODAY = NOW.date()  # 23 November 2026
RUNNING = Month(2026, 11)


def shown(cast: Cast, **wanted: Any) -> set[str]:
    with in_workspace(cast.acme.pk):
        rows = filtered(cast.acme, EVERYONE, Filter(**wanted), TODAY)
        return set(rows.values_list("number", flat=True))


def cancel(cast: Cast, contract: Contract, on: date) -> Contract:
    with in_workspace(cast.acme.pk):
        return cancel_contract(
            contract=contract, by=cast.ada, on=on, reason="Gone", revision=contract.revision, now=NOW
        )


def void(cast: Cast, contract: Contract) -> Contract:
    with in_workspace(cast.acme.pk):
        return void_contract(
            contract=contract, by=cast.ada, reason="Twice", revision=contract.revision, now=NOW
        )


@pytest.fixture
def one_of_each_state(cast: Cast) -> Cast:
    """A draft, and a contract in each state; and one whose cancellation lies ahead."""
    make_draft(cast.alex, number="draft")
    make_contract(cast.alex, number="current")
    make_contract(cast.alex, make_terms(start=date(2025, 11, 1)), number="expired")
    cancel(cast, make_contract(cast.alex, number="cancelled"), date(2026, 11, 23))
    cancel(cast, make_contract(cast.alex, number="cancelled later"), date(2026, 11, 24))
    void(cast, make_contract(cast.alex, number="void"))
    return cast


def test_expired_cancelled_and_void_ones_are_hidden_until_asked_for(one_of_each_state: Cast) -> None:
    cast = one_of_each_state
    assert shown(cast) == {"draft", "current", "cancelled later"}
    assert shown(cast, state="expired") == {"expired"}
    assert shown(cast, state="cancelled") == {"cancelled"}
    assert shown(cast, state="void") == {"void"}
    assert len(shown(cast, state="all")) == 6


def test_the_database_and_the_rule_agree_on_every_state(one_of_each_state: Cast) -> None:
    with in_workspace(one_of_each_state.acme.pk):
        for state in State:
            for row in Contract.objects.filter(in_state(state, TODAY)):
                assert contract_state(row, TODAY) is state


def test_every_filter_narrows_the_same_rows(cast: Cast) -> None:
    publish()
    pounds = make_contract(cast.alex, make_terms(currency="GBP"), number="KT-1", client="Aurelia Foods")
    casual = make_terms((1, None, "5"), kind=ContractType.CASUAL, period=1)
    make_contract(cast.amir, casual, number="KT-2")
    make_contract(cast.alex, make_terms(currency="AUD"), number="KT-3")
    assert shown(cast, currency="GBP") == {"KT-1"}
    assert shown(cast, kind="casual") == {"KT-2"}
    assert shown(cast, client_id=pounds.client_id) == {"KT-1"}
    assert shown(cast, text="aurelia") == {"KT-1"}
    assert shown(cast, text="kt-2") == {"KT-2"}
    assert shown(cast, text="VISIBILITY") == {"KT-1", "KT-2", "KT-3"}
    assert shown(cast, text="100 %") == set()
    assert shown(cast, figure="unknown") == {"KT-1", "KT-3"}  # pounds have months without a rate as well
    assert shown(cast, figure="provisional") == {"KT-1"}
    assert shown(cast, contract_id=pounds.pk, state="void") == {"KT-1"}


def test_what_ends_within_ninety_days_ends_by_its_term_or_by_a_cancellation(cast: Cast) -> None:
    """From 23 November 2026 ninety days reach 21 February 2027: January ends within them."""
    for number, start in (("January", date(2026, 2, 1)), ("February", date(2026, 3, 1))):
        make_contract(cast.alex, make_terms(start=start), number=number)
    cancel(cast, make_contract(cast.alex, number="cancelled"), date(2027, 2, 21))
    cancel(cast, make_contract(cast.alex, number="later"), date(2027, 2, 22))
    make_contract(cast.alex, make_terms(start=date(2025, 1, 1)), number="over")
    make_draft(cast.alex, make_terms(start=date(2026, 2, 1)), number="draft")
    assert shown(cast, ending=True) == {"January", "cancelled"}


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("olive", {"alex's", "amir's"}),
        ("ada", {"alex's", "amir's"}),
        ("audrey", {"alex's", "amir's"}),
        ("mia", {"alex's"}),
        ("alex", {"alex's"}),
        ("amir", {"amir's"}),
    ],
)
def test_each_role_reads_the_contracts_that_are_theirs_to_read(cast: Cast, who: str, sees: set[str]) -> None:
    make_contract(cast.alex, number="alex's")
    make_contract(cast.amir, number="amir's")
    with in_workspace(cast.acme.pk):
        rows = filtered(cast.acme, scope_of(getattr(cast, who)), Filter(), TODAY)
        assert set(rows.values_list("number", flat=True)) == sees


def test_whoever_had_a_month_of_a_contract_goes_on_reading_it(cast: Cast) -> None:
    row = make_contract(cast.alex)
    with in_workspace(cast.acme.pk):
        hand_over(
            workspace=cast.acme,
            contracts=[row],
            to=cast.amir,
            first=Month(2026, 12),
            by=cast.ada,
            reason="Territory",
            now=NOW,
        )
        for member in (cast.alex, cast.amir):
            assert filtered(cast.acme, scope_of(member), Filter(), TODAY).count() == 1


# ------------------------------------------------------------------ totals


def test_currencies_are_subtotalled_apart_and_added_only_after_conversion(cast: Cast) -> None:
    """GBP 100 × 12 as confirmed at the rate of 30 October, 1.35396697078: 12 × 135.40 = 1,624.80."""
    publish()
    make_contract(cast.alex, make_terms((1, 12, "100")), number="A")
    edit(make_contract(cast.alex, number="B"), cast.alex, make_terms((1, 12, "90")))
    make_contract(cast.alex, make_terms(currency="GBP", start=date(2026, 10, 1)), number="C")
    make_draft(cast.alex, number="draft")
    void(cast, make_contract(cast.alex, number="void"))
    with in_workspace(cast.acme.pk):
        rows = filtered(cast.acme, EVERYONE, Filter(state="all"), TODAY)
        found = list_totals(rows, EVERYONE)
        pounds, dollars = found.currencies
    assert (dollars.contracts, dollars.confirmed, dollars.current, dollars.difference) == (
        *(2, D(2400), D(2280)),
        D(-120),
    )
    assert (pounds.confirmed, pounds.confirmed_converted) == (D(1200), D("1624.80"))
    assert (pounds.current_converted, pounds.provisional) == (D("1624.80"), 12)
    assert (found.shown, found.drafts, found.void, found.handed) == (5, 1, 1, 0)


def test_a_month_that_earns_nothing_waits_for_no_rate(cast: Cast) -> None:
    """Pounds have provisional rates from October 2026 on, Australian dollars none at all."""
    publish()
    free = make_terms((1, 11, "100"), (12, 12, "0"), currency="GBP", start=date(2026, 10, 1))
    make_contract(cast.alex, free, number="A")
    make_contract(cast.alex, make_terms((1, 12, "0"), currency="AUD"), number="B")
    with in_workspace(cast.acme.pk):
        found = filtered(cast.acme, EVERYONE, Filter(currency="GBP"), TODAY)
        (pounds,) = list_totals(found, EVERYONE).currencies
        uses = {use.currency: use for use in currency_uses(cast.acme)}
        waiting = rows_behind(cast.acme, EVERYONE, RowFilter(Kind.CURRENT, state="provisional")).count()
    assert (pounds.provisional, waiting) == (11, 11)
    assert (uses["AUD"].rows, uses["AUD"].unknown, uses["AUD"].first) == (1, 0, None)


def test_months_without_a_rate_are_counted_and_in_no_converted_total(cast: Cast) -> None:
    make_contract(cast.alex, make_terms(currency="AUD"))
    with in_workspace(cast.acme.pk):
        (total,) = list_totals(filtered(cast.acme, EVERYONE, Filter(), TODAY), EVERYONE).currencies
    assert (total.confirmed, total.confirmed_converted, total.confirmed_unknown) == (D(1200), D(0), 12)
    assert (total.current_converted, total.current_unknown) == (D(0), 12)


def test_the_totals_are_read_from_what_is_maintained_and_never_from_the_months(cast: Cast) -> None:
    make_contract(cast.alex)
    with in_workspace(cast.acme.pk):
        ContractTotal.objects.update(confirmed=D(7))
        (total,) = list_totals(filtered(cast.acme, EVERYONE, Filter(), TODAY), EVERYONE).currencies
    assert total.confirmed == D(7)


# ------------------------------------------------------------------ pages


@pytest.mark.parametrize("key", SORTS)
@pytest.mark.parametrize("descending", [True, False])
def test_paging_forth_and_back_shows_every_contract_once(cast: Cast, key: str, descending: bool) -> None:
    publish()
    for n in range(7):
        terms = make_terms((1, 12, str(10 + n % 3)), start=date(2026, 1 + n % 4, 1))
        make_contract(cast.alex, terms, number=f"KT-{n}", client=f"Client {n % 2}")
    with in_workspace(cast.acme.pk):
        rows, sort = filtered(cast.acme, EVERYONE, Filter(), TODAY), Sort(key, descending)
        whole = [row.pk for row in list_page(rows, sort, RUNNING).rows]
        first = list_page(rows, sort, RUNNING, size=3)
        second = list_page(rows, sort, RUNNING, after=first.after, size=3)
        third = list_page(rows, sort, RUNNING, after=second.after, size=3)
        back = list_page(rows, sort, RUNNING, before=third.before, size=3)
    assert [row.pk for page in (first, second, third) for row in page.rows] == whole
    assert (len(whole), third.after, first.before) == (7, "", "")
    assert [row.pk for row in back.rows] == [row.pk for row in second.rows]


def test_a_row_says_what_this_month_earns_and_when_it_was_edited(cast: Cast) -> None:
    make_contract(cast.alex, make_terms(start=date(2027, 1, 1)), number="A")
    edit(make_contract(cast.alex, number="B"), cast.alex, make_terms((1, 12, "90")))
    with in_workspace(cast.acme.pk):
        rows = filtered(cast.acme, EVERYONE, Filter(), TODAY)
        edited, later = list_page(rows, Sort(), RUNNING).rows
    assert (edited.month_amount, edited.edited_at) == (D(90), NOW)  # type: ignore[attr-defined]
    assert (later.month_amount, later.edited_at) == (None, None)  # type: ignore[attr-defined]


def test_an_export_has_the_contracts_of_the_list(one_of_each_state: Cast) -> None:
    with in_workspace(one_of_each_state.acme.pk):
        rows = filtered(one_of_each_state.acme, EVERYONE, Filter(), TODAY)
        assert {row.number for row in rows_of(rows)} == {"draft", "current", "cancelled later"}


def test_an_address_that_nobody_could_have_meant_is_read_as_far_as_it_makes_sense() -> None:
    odd = QueryDict("state=gone&type=gift&client=x1&currency=XXQ&sort=password&staff=-1&ends=7&q=%00a")
    assert read_selection(odd) == Selection(Filter(text="a"), Sort(), None)
    meant = QueryDict("state=all&type=casual&client=3&currency=EUR&staff=7&ends=90&figure=unknown&sort=start")
    assert read_selection(meant) == Selection(
        Filter("all", "casual", 3, "EUR", True, "unknown"), Sort("start", descending=False), 7
    )
