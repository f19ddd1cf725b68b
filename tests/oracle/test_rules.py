"""What rules 5 say beside their worked figures, one sentence and one figure each."""

from datetime import date
from decimal import Decimal

import pytest

from .catalog import Entry, Product
from .derive import Sale, derive
from .rates import Own, Rates, find
from .rows import read_row
from .test_worked_figures import DAY, TODAY, ask, eur, figure, workspace
from .values import Decisions

NET = Decisions(includes_tax=frozenset({"revenue", "price_sold"}))


def w(**values: str | bool) -> Entry:
    numbers = {name: value if isinstance(value, bool) else Decimal(value) for name, value in values.items()}
    return Entry("W", date(2026, 1, 1), **numbers)  # type: ignore[arg-type]


def test_unreadable_text_in_a_needed_cell_never_falls_through() -> None:
    for cells, column in (
        ({"revenue": "TBD", "quantity": "5", "price_sold": "10"}, "revenue"),
        ({"revenue": "", "quantity": "TBD", "price_sold": "10"}, "quantity"),
        ({"quantity": "5", "price_sold": "TBD", "product": "W"}, "price_sold"),
        ({"date": "soon", "revenue": "5"}, "date"),
    ):
        answer = ask(cells)
        assert (answer.status, answer.reason, answer.column) == ("error", "unreadable", column)


def test_unreadable_text_in_a_cell_that_is_not_used_is_a_warning() -> None:
    answer = ask({"revenue": "50", "quantity": "TBD", "price_sold": "10"})
    assert figure(answer) == ("50.00", "USD", 1)
    assert answer.warnings == ("unreadable, unused: quantity",)
    nothing = ask({"quantity": "", "price_sold": "TBD"})
    assert (nothing.reason, nothing.warnings) == ("cannot derive", ("unreadable, unused: price_sold",))


def test_a_row_without_a_date_is_an_error() -> None:
    assert ask({"date": "", "revenue": "5"}).reason == "blank"


def test_texts_that_mean_blank_are_told_per_column() -> None:
    told = Decisions(blanks={"revenue": ("n/a",)})
    assert figure(ask({"revenue": "N/A", "quantity": "5", "price_sold": "10"}, None, told)) == (
        "50.00",
        "USD",
        2,
    )
    assert ask({"revenue": "N/A", "quantity": "5", "price_sold": "10"}).status == "error"


def test_evidence_for_a_currency_is_taken_in_order() -> None:
    rates = Rates(
        TODAY,
        own=tuple(Own(code, "USD", date(2026, 1, 1), Decimal(2)) for code in ("EUR", "GBP", "CAD", "CHF")),
    )
    place = workspace(rates=rates)
    given = Decisions(given={"currency": "CHF"})
    heading = Decisions(given={"currency": "CHF"}, column_currency={"revenue": "CAD"})
    for cells, decisions, currency in (
        ({"revenue": "5", "currency": "gbp"}, heading, "GBP"),
        ({"revenue": "€ 5", "currency": ""}, heading, "EUR"),
        ({"revenue": "5", "currency": ""}, heading, "CAD"),
        ({"revenue": "5", "currency": ""}, given, "CHF"),
        ({"revenue": "5"}, Decisions(), "USD"),
    ):
        answer = ask(cells, place, decisions)
        assert answer.figure is not None
        assert answer.figure.currency == currency
        assert answer.figure.assumed == (currency == "USD")


def test_a_conflict_or_an_unknown_currency_is_a_row_error() -> None:
    assert ask({"revenue": "$ 5", "currency": "EUR"}).reason == "currency conflict"
    assert ask({"revenue": "5", "currency": "EURO"}).reason == "unknown currency"
    assert ask({"revenue": "kr 5"}).reason == "unknown currency"
    assert figure(ask({"revenue": "kr 5"}, workspace(symbols={"kr": "USD"}))) == ("5.00", "USD", 1)


def test_an_entry_holds_from_its_day_until_the_next_one() -> None:
    place = workspace(entries=(w(revenue="1.00"), Entry("W", DAY, revenue=Decimal("2.00"))))
    assert figure(ask({"date": "2026-03-03", "quantity": "3", "product": "w"}, place)) == ("3.00", "USD", 3)
    assert figure(ask({"date": "2026-03-04", "quantity": "3", "product": " W "}, place)) == ("6.00", "USD", 3)
    before = ask({"date": "2025-12-31", "quantity": "3", "product": "W"}, place)
    assert (before.reason, before.lacks[0].day) == ("catalog", date(2025, 12, 31))


def test_an_entry_without_the_value_is_missing_and_0_is_a_value() -> None:
    assert ask({"quantity": "3", "product": "W"}, workspace(entries=(w(cost="1"),))).reason == "catalog"
    assert figure(ask({"quantity": "3", "product": "W"}, workspace(entries=(w(revenue="0"),)))) == (
        "0.00",
        "USD",
        3,
    )


def test_a_name_matches_only_while_one_product_bears_it() -> None:
    one = (Product("W", "Widget", ("Wid",)),)
    assert figure(ask({"quantity": "1", "product": "WIDGET"}, workspace(products=one)))[0] == "19.99"
    assert figure(ask({"quantity": "1", "product": "wid"}, workspace(products=one)))[0] == "19.99"
    two = (*one, Product("V", "widget"))
    answer = ask({"quantity": "1", "product": "Widget"}, workspace(products=two))
    assert (answer.reason, answer.lacks[0].candidates) == ("product", ("W", "V"))
    assert figure(ask({"quantity": "1", "product": "W"}, workspace(products=two)))[0] == "19.99"


@pytest.mark.parametrize(
    ("cells", "tax", "revenue"),
    [
        ({"taxes": "20", "unit_tax": "1", "taxes_percent": "10"}, "20.00", "99.00"),
        ({"taxes": "", "unit_tax": "3", "taxes_percent": "10"}, "6.00", "113.00"),
        ({"taxes_percent": "19"}, "19.00", "100.00"),
        ({"product": "W"}, "7.79", "111.21"),
    ],
)
def test_a_tax_is_the_first_that_is_there(cells: dict[str, str], tax: str, revenue: str) -> None:
    place = workspace(removes_taxes=True, entries=(w(tax_percent="7"),))
    answer = ask({"revenue": "119", "quantity": "2", **cells}, place, NET)
    assert answer.figure is not None
    assert (str(answer.figure.tax), str(answer.converted)) == (tax, revenue)


def test_a_tax_that_is_needed_and_absent_makes_the_revenue_unknown() -> None:
    place = workspace(removes_taxes=True)
    answer = ask({"revenue": "119", "product": "W"}, place, NET)
    assert (answer.status, answer.reason, answer.converted) == ("unknown", "tax", None)
    assert (answer.lacks[0].name, answer.lacks[0].value) == ("W", "tax_percent")
    assert figure(ask({"revenue": "119", "taxes": "19"}, place))[0] == "119.00"  # the column holds no taxes
    assert figure(ask({"revenue": "119", "taxes": "19"}, workspace(), NET))[0] == "119.00"  # taxes stay in


def test_a_catalog_value_says_itself_whether_it_includes_tax() -> None:
    place = workspace(removes_taxes=True, entries=(w(revenue="11.90", tax_percent="19", includes_tax=True),))
    assert figure(ask({"quantity": "10", "product": "W"}, place)) == ("100.00", "USD", 3)
    assert figure(ask({"quantity": "-10", "product": "W"}, place)) == ("-100.00", "USD", 3)


@pytest.mark.parametrize(
    ("cells", "entry", "profit"),
    [
        ({"profit": "7", "unit_profit": "1"}, w(), "7.70"),
        ({"profit": "", "unit_profit": "1.5", "unit_cost": "1"}, w(), "3.30"),
        ({"unit_cost": "30"}, w(profit="1"), "44.00"),
        ({}, w(profit="4", cost="1"), "8.00"),
        ({}, w(cost="4", profit_percent="1"), "102.00"),
        ({}, w(profit_percent="12.5"), "13.75"),
    ],
)
def test_profit_is_the_first_that_the_row_or_the_catalog_has(
    cells: dict[str, str], entry: Entry, profit: str
) -> None:
    place = workspace(measures_profit=True, entries=(entry,))
    row = {"revenue": "100", "quantity": "2", "product": "W", "currency": "EUR", **cells}
    assert str(ask(row, place).profit) == profit


def test_profit_that_nothing_gives_is_unknown_and_revenue_stays_known() -> None:
    answer = ask({"revenue": "100", "product": "W"}, workspace(measures_profit=True))
    assert (answer.status, str(answer.converted), answer.profit, answer.profit_reason) == (
        "derived",
        "100.00",
        None,
        "catalog",
    )
    assert ask({"revenue": "100"}, workspace(measures_profit=True)).profit_reason == "absent"


def test_profit_takes_revenue_after_taxes() -> None:
    place = workspace(measures_profit=True, removes_taxes=True)
    answer = ask({"revenue": "119", "quantity": "1", "unit_cost": "60", "taxes_percent": "19"}, place, NET)
    assert str(answer.profit) == "40.00"


def test_refunds_are_turned_once_and_only_if_they_carry_no_minus() -> None:
    types = {"Sale": "sale", "Return": "refund", "Memo": "not revenue"}
    signed, turned = Decisions(types=types), Decisions(types=types, refunds_carry_minus=False)
    place = workspace(measures_profit=True)
    row = {"revenue": "50", "quantity": "5", "unit_cost": "6", "type": "Return"}
    assert ask(row, place, turned).converted == Decimal("-50.00")
    assert ask(row, place, turned).profit == Decimal("-20.00")
    assert ask({**row, "revenue": "-50"}, place, turned).converted == Decimal("-50.00")
    assert ask({**row, "revenue": "-50"}, place, signed).converted == Decimal("-50.00")
    assert ask({**row, "type": "Sale"}, place, turned).converted == Decimal("50.00")
    assert ask({**row, "type": ""}, place, turned).converted == Decimal("50.00")
    assert ask({**row, "type": "Memo"}, place, turned).status == "not revenue"
    assert ask({**row, "type": "Gift"}, place, turned).reason == "undeclared type"


def test_a_refund_has_the_sales_catalog_price() -> None:
    place = workspace(entries=(w(revenue="2.00"), Entry("W", date(2026, 4, 1), revenue=Decimal("3.00"))))
    row = {"date": "2026-04-02", "quantity": "-4", "product": "W"}
    assert ask({**row, "original_id": "S1"}, place, None, S1=Sale(DAY)).converted == Decimal("-8.00")
    lost = ask({**row, "original_id": "S2"}, place, None, S1=Sale(DAY))
    assert (lost.converted, lost.warnings) == (Decimal("-12.00"), ("original not found",))


def test_negative_times_negative_is_warned_about() -> None:
    answer = ask({"quantity": "-2", "price_sold": "-10"})
    assert (str(answer.converted), answer.warnings) == ("20.00", ("negative × negative",))


def test_each_mode_asks_its_sources_in_its_order() -> None:
    published = {("USD", DAY): Decimal("1.20")}
    own = (Own("EUR", "USD", date(2026, 1, 1), Decimal("1.10")),)
    for mode, used in (("manual", "1.10"), ("automatic", "1.20"), ("semi-automatic", "1.10")):
        found = find(Rates(TODAY, published, DAY, own, mode), "EUR", "USD", DAY)
        assert found is not None
        assert str(found.multiplier) == used
    assert find(Rates(TODAY, published, DAY, mode="manual"), "EUR", "USD", DAY) is None
    fallback = find(Rates(TODAY, {}, None, own, "automatic"), "EUR", "USD", DAY)
    assert fallback is not None
    assert fallback.source == "own"


def test_an_own_rate_holds_until_the_next_or_its_end_and_never_backwards() -> None:
    own = (
        Own("EUR", "USD", date(2024, 1, 1), Decimal("1.05")),
        Own("USD", "EUR", date(2026, 1, 1), Decimal("0.8"), end=date(2026, 3, 31)),
    )
    rates = Rates(TODAY, own=own)
    values = {
        day: find(rates, "EUR", "USD", day)
        for day in (date(2023, 12, 31), date(2025, 12, 31), DAY, date(2026, 4, 1))
    }
    multipliers = [rate.multiplier if rate else None for rate in values.values()]
    assert multipliers == [None, Decimal("1.05"), Decimal("1.25"), None]


def test_an_own_rate_is_provisional_until_its_day_has_ended() -> None:
    rates = eur("1.10")
    for day, provisional in ((date(2026, 5, 31), False), (TODAY, True)):
        found = find(rates, "EUR", "USD", day)
        assert found is not None
        assert found.provisional == provisional


def test_own_and_published_legs_are_never_crossed() -> None:
    rates = Rates(TODAY, {("GBP", DAY): Decimal("0.8")}, DAY, (Own("EUR", "USD", DAY, Decimal("1.2")),))
    assert find(rates, "GBP", "USD", DAY) is None


def test_imported_digits_stay_exact_until_the_figure_is_rounded() -> None:
    place = workspace(rates=eur("1.123456"))
    answer = ask({"quantity": "3", "price_sold": "0.33333333", "currency": "EUR"}, place)
    assert answer.figure is not None
    assert (str(answer.figure.amount), str(answer.converted)) == ("1.00", "1.12")
    big = ask({"quantity": "1", "price_sold": "999999999999999.99", "currency": "EUR"}, workspace())
    assert str(big.converted) == "1099999999999999.99"


def test_a_row_keeps_every_field_that_was_mapped() -> None:
    place = workspace()
    row = read_row(
        {"date": "2026-03-04", "revenue": "", "client": "Acme"}, Decisions(given={"owner": "Ada"}), place
    )
    assert row == {"date": DAY, "revenue": None, "client": "Acme", "owner": "Ada"}
    assert derive(row, place, Decisions()).reason == "cannot derive"
