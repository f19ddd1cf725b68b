"""Where a rule turns: the last day of a rate, the sign of a tax, a name that is also a code."""

from datetime import date
from decimal import Decimal

from .catalog import Entry, Product
from .identity import shared_ids
from .rates import Own, Rates, find
from .test_rules import NET
from .test_worked_figures import DAY, FRIDAY, MONDAY, TODAY, ask, eur, figure, workspace
from .values import Decisions


def test_the_day_that_the_rates_reach_is_settled_and_the_next_is_not() -> None:
    rates = Rates(TODAY, {("USD", FRIDAY): Decimal("1.10")}, reached=FRIDAY)
    for day, provisional in ((FRIDAY, False), (date(2026, 3, 7), True)):
        found = find(rates, "EUR", "USD", day)
        assert found is not None
        assert (found.day, found.provisional) == (FRIDAY, provisional)


def test_a_day_that_was_passed_over_settles_when_a_later_one_is_stored() -> None:
    published = {("USD", FRIDAY): Decimal("1.10"), ("USD", MONDAY): Decimal("1.12")}
    found = find(Rates(TODAY, published, reached=MONDAY), "EUR", "USD", date(2026, 3, 7))
    assert found is not None
    assert (found.multiplier, found.day, found.provisional) == (Decimal("1.10"), FRIDAY, False)


def test_a_rate_holds_seven_days_and_not_eight() -> None:
    rates = Rates(TODAY, {("USD", FRIDAY): Decimal("1.10"), ("GBP", MONDAY): Decimal(1)}, date(2026, 5, 1))
    assert find(rates, "EUR", "USD", date(2026, 3, 13)) is not None
    assert find(rates, "EUR", "USD", date(2026, 3, 14)) is None


def test_an_own_rate_holds_on_its_last_day_and_a_correction_replaces_it() -> None:
    ended = Rates(TODAY, own=(Own("EUR", "USD", DAY, Decimal("1.2"), end=DAY),))
    assert find(ended, "EUR", "USD", DAY) is not None
    assert find(ended, "EUR", "USD", date(2026, 3, 5)) is None
    corrected = Rates(
        TODAY, own=(Own("EUR", "USD", DAY, Decimal("1.2")), Own("EUR", "USD", DAY, Decimal("1.3")))
    )
    found = find(corrected, "EUR", "USD", DAY)
    assert found is not None
    assert found.multiplier == Decimal("1.3")


def test_own_legs_cross_through_euro() -> None:
    own = (Own("EUR", "USD", DAY, Decimal("1.2")), Own("GBP", "EUR", date(2026, 3, 1), Decimal("1.25")))
    found = find(Rates(TODAY, own=own), "GBP", "USD", DAY)
    assert found is not None
    assert (found.multiplier, found.kind, found.day) == (Decimal("1.5"), "cross", date(2026, 3, 1))


def test_a_cross_is_of_a_day_on_which_both_were_published() -> None:
    """GBP 0.88 of Monday is not crossed with USD 1.10 of Friday: there never was such a rate."""
    published = {("USD", FRIDAY): Decimal("1.10"), ("GBP", MONDAY): Decimal("0.88")}
    assert find(Rates(TODAY, published, reached=MONDAY), "GBP", "USD", MONDAY) is None
    rates = Rates(TODAY, {**published, ("GBP", FRIDAY): Decimal("0.80")}, reached=MONDAY)
    found = find(rates, "GBP", "USD", MONDAY)
    assert found is not None
    assert (found.multiplier, found.day) == (Decimal("1.375"), FRIDAY)


def test_a_tax_has_the_sign_of_the_revenue_whatever_sign_it_was_given() -> None:
    place = workspace(removes_taxes=True)
    for revenue, tax, net in (
        ("-119", "19", "-100.00"),
        ("-119", "-19", "-100.00"),
        ("119", "-19", "100.00"),
    ):
        assert figure(ask({"revenue": revenue, "taxes": tax}, place, NET))[0] == net
    per_unit = ask({"revenue": "-119", "quantity": "-1", "unit_tax": "19"}, place, NET)
    assert figure(per_unit)[0] == "-100.00"


def test_a_sale_voided_by_zeroing_holds_no_tax() -> None:
    place = workspace(removes_taxes=True)
    assert figure(ask({"revenue": "0", "quantity": "5", "price_sold": "10"}, place, NET)) == (
        "0.00",
        "USD",
        1,
    )
    assert figure(ask({"revenue": "0", "taxes": "5"}, place, NET)) == ("0.00", "USD", 1)


def test_a_positive_refund_is_turned_before_its_tax_is_taken() -> None:
    decisions = Decisions(includes_tax=NET.includes_tax, types={"R": "refund"}, refunds_carry_minus=False)
    answer = ask({"revenue": "119", "taxes": "19", "type": "R"}, workspace(removes_taxes=True), decisions)
    assert figure(answer)[0] == "-100.00"
    assert answer.figure is not None
    assert str(answer.figure.tax) == "-19.00"


def test_a_code_comes_before_a_name() -> None:
    products = (Product("W"), Product("V", name="w"))
    entries = (Entry("W", DAY, revenue=Decimal(1)), Entry("V", DAY, revenue=Decimal(2)))
    place = workspace(products=products, entries=entries)
    assert figure(ask({"quantity": "3", "product": "W"}, place))[0] == "3.00"


def test_one_minus_is_no_cause_for_a_warning() -> None:
    assert ask({"quantity": "-2", "price_sold": "10"}).warnings == ()
    assert ask({"quantity": "2", "price_sold": "-10"}).warnings == ()


def test_no_term_of_a_profit_is_rounded_on_its_own() -> None:
    place = workspace(measures_profit=True, rates=eur("1.0005"))
    answer = ask({"quantity": "1", "price_sold": "1.005", "unit_cost": "0.004"}, place)
    assert str(answer.profit) == "1.00"
    euros = ask({"quantity": "1", "price_sold": "10.00", "unit_cost": "0.003", "currency": "EUR"}, place)
    assert str(euros.profit) == "10.00"  # 10.005 − 0.0030015


def test_a_profit_without_a_rate_is_unknown_and_says_which_rate() -> None:
    place = workspace(measures_profit=True)
    answer = ask({"quantity": "1", "product": "W", "profit": "5", "currency": "CHF"}, place)
    assert (str(answer.converted), answer.profit, answer.profit_reason) == ("19.99", None, "rate")
    assert [(lack.kind, lack.name) for lack in answer.lacks] == [("rate", "CHF")]


def test_an_unreadable_cost_is_an_error_only_where_profit_is_measured() -> None:
    cells = {"revenue": "5", "quantity": "1", "unit_cost": "TBD"}
    assert ask(cells).warnings == ("unreadable, unused: unit_cost",)
    measured = ask(cells, workspace(measures_profit=True))
    assert (measured.status, measured.column) == ("error", "unit_cost")


def test_ten_thousand_lines_that_share_512_values_have_no_unique_id() -> None:
    assert shared_ids([str(536_365 + line % 512) for line in range(10_000)]) == (10_000, 512)
