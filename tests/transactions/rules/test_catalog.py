"""Which product a text names, and what it is worth on a day (rules 5.10)."""

from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transactions.rules import Catalog, Item, Match, Measure, Value, product_key

JULY, AUGUST = date(2026, 7, 1), date(2026, 8, 1)


def catalog(*items: Item) -> Catalog:
    return Catalog(items, [])


def test_a_product_is_found_by_code_or_alias_whatever_the_case_and_the_space_around_it() -> None:
    found = catalog(Item(1, "TRK-4", "Tracker", ("T4", "Straßenkarte")))
    for text in ("TRK-4", " trk-4 ", "t4", "STRASSENKARTE"):
        assert found.match(text).item == 1
    assert found.match("TRK 4") == Match("trk 4")  # never fuzzily
    assert found.match("TRK-4\u00a0").key == product_key("TRK-4") == "trk-4"


def test_a_name_matches_while_one_product_bears_it_and_otherwise_tells_the_candidates() -> None:
    one = catalog(Item(1, "A", "Gateway"))
    assert one.match("gateway").item == 1
    two = catalog(Item(1, "A", "Gateway"), Item(2, "B", "GATEWAY "))
    assert two.match("gateway") == Match("gateway", None, (1, 2))


def test_a_code_goes_before_a_name() -> None:
    found = catalog(Item(1, "A", "B"), Item(2, "B", "Something else"))
    assert found.match("b").item == 2


def test_an_archived_product_answers_only_to_what_no_other_does() -> None:
    old, new = Item(1, "A", "Gateway", ("GW", "GW1"), archived=True), Item(2, "A", "Gateway", ("GW",))
    found = catalog(old, new)
    assert [found.match(text).item for text in ("A", "Gateway", "GW")] == [2, 2, 2]
    assert found.match("GW1").item == 1  # its rows can still be explained
    assert catalog(old, Item(3, "C", "gw1")).match("GW1").item == 3


def test_a_blank_text_names_nothing() -> None:
    nameless = catalog(Item(1, "A"), Item(2, "B"))
    assert nameless.match("") == nameless.match("  ") == Match("")


def test_texts_are_found_again_however_many_there_were(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("transactions.rules.catalog._MOST_TEXTS", 2)
    found = catalog(Item(1, "A"))
    assert [found.match(text).item for text in ("A", "b", "c", "d", " a ", "A")] == [
        1,
        None,
        None,
        None,
        1,
        1,
    ]


def test_a_value_holds_from_its_day_until_the_next_one_and_not_before() -> None:
    values = [Value(2, 1, Measure.REVENUE, D("2.50"), AUGUST), Value(1, 1, Measure.REVENUE, D(2), JULY)]
    found = Catalog([Item(1, "A")], values)
    days = [JULY - timedelta(1), JULY, AUGUST - timedelta(1), AUGUST, date(2030, 1, 1)]
    of_days = [found.value(1, Measure.REVENUE, day) for day in days]
    assert [value and value.id for value in of_days] == [None, 1, 1, 2, 2]
    assert found.value(1, Measure.COST, AUGUST) is None
    assert found.value(2, Measure.REVENUE, AUGUST) is None


def test_zero_is_a_value() -> None:
    found = Catalog([Item(1, "A")], [Value(1, 1, Measure.COST, D(0), JULY)])
    value = found.value(1, Measure.COST, JULY)
    assert value is not None
    assert value.amount == 0


@given(st.sets(st.integers(0, 60)), st.integers(-5, 65))
def test_the_value_of_a_day_is_the_newest_that_is_not_later(offsets: set[int], asked: int) -> None:
    values = [Value(n, 1, Measure.REVENUE, D(n), JULY + timedelta(n)) for n in offsets]
    found = Catalog([Item(1, "A")], values).value(1, Measure.REVENUE, JULY + timedelta(asked))
    assert (found and found.id) == max((n for n in offsets if n <= asked), default=None)
