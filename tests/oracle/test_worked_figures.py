"""Every worked figure of rules 5, and those of rules 1 and 6 that rows meet."""

from datetime import date
from decimal import Decimal

from .catalog import Entry, Product
from .derive import Sale, derive
from .rates import Own, Rates, far_off, find
from .rows import read_row
from .values import Answer, Decisions, Workspace

DAY = date(2026, 3, 4)
FRIDAY, SUNDAY, MONDAY = date(2026, 3, 6), date(2026, 3, 8), date(2026, 3, 9)
W = (Product("W", "Widget"),)
PRICED = (Entry("W", date(2026, 1, 1), revenue=Decimal("19.99")),)
TODAY = date(2026, 6, 1)


def eur(value: str) -> Rates:
    return Rates(TODAY, own=(Own("EUR", "USD", date(2026, 1, 1), Decimal(value)),))


def workspace(**more: object) -> Workspace:
    return Workspace(**{"rates": eur("1.10"), "products": W, "entries": PRICED, **more})  # type: ignore[arg-type]


def ask(
    cells: dict[str, str], place: Workspace | None = None, decisions: Decisions | None = None, **sales: Sale
) -> Answer:
    place, decisions = place or workspace(), decisions or Decisions()
    return derive(read_row({"date": "2026-03-04", **cells}, decisions, place), place, decisions, sales)


def figure(answer: Answer) -> tuple[str, str, int]:
    assert answer.status == "derived"
    assert answer.figure is not None
    return str(answer.converted), answer.figure.currency, answer.figure.tier


def test_revenue_0_stands_beside_5_at_10() -> None:
    answer = ask({"revenue": "0", "quantity": "5", "price_sold": "10"})
    assert figure(answer) == ("0.00", "USD", 1)
    assert answer.warnings == ("tier 1 disagrees",)


def test_a_blank_revenue_falls_to_5_at_10_and_says_so() -> None:
    answer = ask({"revenue": "", "quantity": "5", "price_sold": "10"})
    assert figure(answer) == ("50.00", "USD", 2)
    assert answer.fell_past == ("revenue",)


def test_a_cost_of_10_never_feeds_tier_2() -> None:
    answer = ask({"revenue": "", "quantity": "5", "unit_cost": "10", "product": "W"})
    assert figure(answer) == ("99.95", "USD", 3)


def test_a_catalog_value_is_not_converted() -> None:
    answer = ask({"quantity": "3", "product": "W", "currency": "EUR"})
    assert figure(answer) == ("59.97", "USD", 3)


def test_a_negative_quantity_of_euros_is_negative_dollars() -> None:
    answer = ask({"quantity": "-2", "price_sold": "10", "currency": "EUR"})
    assert figure(answer) == ("-22.00", "EUR", 2)
    assert answer.figure is not None
    assert str(answer.figure.amount) == "-20.00"


def test_product_x_is_unknown_until_it_is_in_the_catalog() -> None:
    before = ask({"quantity": "4", "product": "X"})
    assert (before.status, before.reason, before.converted) == ("unknown", "catalog", None)
    assert [(lack.name, lack.value, lack.day) for lack in before.lacks] == [("X", "revenue", DAY)]
    added = workspace(products=(*W, Product("X")), entries=(Entry("X", DAY, revenue=Decimal("2.50")),))
    after = ask({"quantity": "4", "product": "X"}, added)
    assert figure(after) == ("10.00", "USD", 3)
    assert after.lacks == ()


def test_a_quantity_alone_cannot_be_derived() -> None:
    answer = ask({"quantity": "7"})
    assert (answer.status, answer.reason, answer.lacks) == ("unknown", "cannot derive", ())


def test_a_sunday_has_fridays_rate_shown_as_fridays() -> None:
    published = {("USD", FRIDAY): Decimal("1.10"), ("USD", MONDAY): Decimal("1.12")}
    place = workspace(rates=Rates(TODAY, published, reached=MONDAY))
    answer = ask({"date": "2026-03-08", "revenue": "100", "currency": "EUR"}, place)
    assert figure(answer) == ("110.00", "EUR", 1)
    assert answer.figure is not None
    assert (answer.figure.rate, answer.figure.rate_day, answer.figure.provisional) == (
        Decimal("1.10"),
        FRIDAY,
        False,
    )


def test_12_34_dollars_at_150_125_are_1853_yen() -> None:
    yen = Rates(TODAY, own=(Own("USD", "JPY", date(2026, 1, 1), Decimal("150.125")),))
    answer = ask({"revenue": "12.34", "currency": "USD"}, workspace(currency="JPY", rates=yen))
    assert figure(answer) == ("1853", "USD", 1)


def test_profit_converts_each_term_exactly_then_subtracts() -> None:
    place = workspace(measures_profit=True, entries=(Entry("W", date(2026, 1, 1), cost=Decimal("60")),))
    answer = ask({"quantity": "2", "price_sold": "100", "currency": "EUR", "product": "W"}, place)
    assert str(answer.profit) == "100.00"


def test_119_with_19_percent_included_is_100_and_its_refund_minus_100() -> None:
    place, decisions = workspace(removes_taxes=True), Decisions(includes_tax=frozenset({"revenue"}))
    sale = ask({"revenue": "119.00", "taxes_percent": "19"}, place, decisions)
    assert figure(sale) == ("100.00", "USD", 1)
    assert sale.figure is not None
    assert str(sale.figure.tax) == "19.00"
    refund = ask({"revenue": "-119.00", "taxes_percent": "19 %"}, place, decisions)
    assert figure(refund) == ("-100.00", "USD", 1)
    assert refund.figure is not None
    assert str(refund.figure.tax) == "-19.00"


def test_a_return_at_the_sales_rate_leaves_0_in_all() -> None:
    rates = Rates(
        TODAY,
        own=(
            Own("EUR", "USD", date(2026, 3, 1), Decimal("1.10")),
            Own("EUR", "USD", date(2026, 4, 1), Decimal("1.20")),
        ),
    )
    place, decisions = (
        workspace(rates=rates),
        Decisions(types={"Return": "refund"}, refunds_carry_minus=False),
    )
    sale = ask({"revenue": "100", "currency": "EUR"}, place, decisions)
    cells = {"date": "2026-04-02", "revenue": "100", "currency": "EUR", "type": "Return", "original_id": "S1"}
    back = ask(cells, place, decisions, S1=Sale(DAY))
    assert figure(back) == ("-110.00", "EUR", 1)
    assert sale.converted is not None
    assert back.converted is not None
    assert sale.converted + back.converted == 0
    alone = ask({**cells, "original_id": "", "date": "2026-04-02"}, place, decisions)
    assert figure(alone) == ("-120.00", "EUR", 1)


def test_a_refund_stands_on_what_its_sale_stands_on_although_rate_and_price_were_corrected() -> None:
    corrected = workspace(rates=eur("1.30"), entries=(Entry("W", date(2026, 1, 1), revenue=Decimal("25")),))
    before = Sale(DAY, eur("1.10"), PRICED)
    cells = {"date": "2026-06-10", "original_id": "S1"}
    euros, widgets = {"revenue": "-100", "currency": "EUR"}, {"quantity": "-2", "product": "W"}
    assert figure(ask({**cells, **euros}, corrected, S1=before)) == ("-110.00", "EUR", 1)
    assert figure(ask({**cells, **widgets}, corrected, S1=before)) == ("-39.98", "USD", 3)
    assert figure(ask({**cells, **euros}, corrected, S1=Sale(DAY))) == ("-130.00", "EUR", 1)


def test_gbp_100_a_month_at_the_frozen_and_the_current_rate() -> None:
    for rate, month in (("1.3314", "133.14"), ("1.3399", "133.99")):
        place = workspace(rates=Rates(TODAY, own=(Own("GBP", "USD", date(2026, 1, 1), Decimal(rate)),)))
        assert figure(ask({"revenue": "100", "currency": "GBP"}, place)) == (month, "GBP", 1)


def test_a_rate_is_never_assumed_to_be_1() -> None:
    answer = ask({"revenue": "100", "currency": "CHF"})
    assert (answer.status, answer.reason, answer.converted) == ("unknown", "rate", None)
    assert [(lack.kind, lack.name, lack.day) for lack in answer.lacks] == [("rate", "CHF", DAY)]


def test_a_discontinued_currency_is_unknown_not_provisional() -> None:
    last, reached = date(2022, 3, 1), date(2026, 5, 29)
    published = {
        ("RUB", last): Decimal("117.2010"),
        ("USD", last): Decimal("1.1162"),
        ("USD", reached): Decimal("1.1"),
    }
    rates = Rates(TODAY, published, reached)
    held = find(rates, "RUB", "EUR", date(2022, 3, 8))
    assert held is not None
    assert (held.day, held.provisional, held.kind) == (last, False, "inverse")
    assert find(rates, "RUB", "EUR", date(2022, 3, 9)) is None
    assert find(rates, "RUB", "EUR", date(2026, 6, 1)) is None
    ahead = find(rates, "EUR", "USD", date(2026, 6, 1))
    assert ahead is not None
    assert (ahead.multiplier, ahead.day, ahead.provisional) == (Decimal("1.1"), reached, True)


def test_a_cross_goes_through_euro_rounded_once_to_12_digits() -> None:
    published = {("USD", FRIDAY): Decimal("1.1682"), ("GBP", FRIDAY): Decimal("0.87205")}
    rates = Rates(TODAY, published, FRIDAY)
    cross, inverse = find(rates, "GBP", "USD", FRIDAY), find(rates, "USD", "EUR", FRIDAY)
    assert cross is not None
    assert inverse is not None
    assert (str(cross.multiplier), cross.kind) == ("1.33960208704", "cross")
    assert (str(inverse.multiplier), inverse.kind) == ("0.856017805170", "inverse")


def test_a_supplied_rate_more_than_5_percent_off_is_far_off() -> None:
    assert not far_off(Decimal("1.155"), Decimal("1.10"))
    assert far_off(Decimal("1.1551"), Decimal("1.10"))
