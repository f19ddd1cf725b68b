"""Which lines are the same row: the Unique ID, or the parsed values and the occurrence (rules 5.14)."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given as any_of
from hypothesis import strategies as st

from kamtrak.lib.tables import NumberCell
from kamtrak.lib.tables.numbers import Mark
from transactions.rules import (
    Column,
    Field,
    FileMapping,
    Given,
    LineReader,
    Occurrences,
    Repeated,
    Unread,
    key_of_id,
    key_of_values,
)

KEY_FIELDS = (Field.DATE, Field.CLIENT, Field.PRODUCT, Field.QUANTITY, Field.REVENUE)
SALE: dict[str, Any] = {
    "day": dt.date(2026, 3, 8),
    "client": "Aldin",
    "product": "W-1",
    "numbers": {Field.QUANTITY: Decimal(5), Field.REVENUE: Decimal("10.00")},
}


def key(**changes: Any) -> bytes:
    return key_of_values(Given(**(SALE | changes)), KEY_FIELDS)


def test_a_key_has_16_bytes_and_never_changes():
    # Keys are stored: another way to make them would make every known row a new one.
    assert key_of_id("536365").hex() == "359874275ba2661d6d8e8c4593f840a3"
    assert key().hex() == "088e5d724ca4347e40cb67e5eb107ec8"


def test_a_unique_id_is_a_text():
    assert key_of_id(" 536365 ") == key_of_id("536365") == key_of_id(NumberCell("536365"))
    assert len({key_of_id(text) for text in ("7", "007", "7.0", "a", "A", "12345678901234567890")}) == 6


@pytest.mark.parametrize("number", ["10", "10.0", "10.00", "1E+1", "10.000000000000000000000000000000"])
def test_equal_numbers_are_alike_however_they_are_written(number):
    assert key(numbers={Field.QUANTITY: Decimal(5), Field.REVENUE: Decimal(number)}) == key()


def test_a_sale_in_another_writing_is_the_same_sale():
    def read(cells: Sequence[str], decimal: Mark) -> bytes:
        columns = (
            Column(0, "Day", Field.DATE),
            Column(1, "Client", Field.CLIENT),
            Column(2, "Amount", Field.REVENUE, decimal=decimal),
        )
        mapping = FileMapping(columns)
        return key_of_values(LineReader(mapping).read(cells), mapping.key_fields)

    english = read(["2026-03-08", "Aldin", "1,234.50"], ".")
    assert read(["8 Mar 2026 10:15", " Aldin ", "1.234,5"], ",") == english
    assert read(["20260308", "Aldin", NumberCell("1234.5")], ",") == english


def test_key_columns_stand_in_one_order_wherever_the_file_has_them():
    columns = (Column(0, "Client", Field.CLIENT), Column(1, "Day", Field.DATE), Column(2, "x"))
    assert FileMapping(columns).key_fields == (Field.DATE, Field.CLIENT)


def test_every_value_counts_and_absent_is_not_zero():
    quantity = (Field.QUANTITY, Decimal(5))
    keys = [
        key(),
        key(day=dt.date(2026, 3, 9)),
        key(client="Aldin Ltd"),
        key(client="aldin"),
        key(product=""),
        key(numbers=dict([quantity])),
        key(numbers=dict([quantity, (Field.REVENUE, Decimal(0))])),
        key(numbers=dict([quantity, (Field.REVENUE, Decimal(-10))])),
        key(numbers={Field.QUANTITY: Decimal(10), Field.REVENUE: Decimal(5)}),
        key(units={Field.REVENUE: "€"}),
        key(numbers=dict([quantity]), unread={Field.REVENUE: Unread("TBD", "", "")}),
        key(numbers=dict([quantity]), unread={Field.REVENUE: Unread("10", "", "")}),
    ]
    assert len(set(keys)) == len(keys)
    assert key(numbers=dict([quantity, (Field.REVENUE, Decimal("-0.00"))])) == keys[6]
    assert key(description="Further columns do not count", owner="Ann") == key()


TEXTS = st.text(alphabet="ab:1? ", max_size=4)


@any_of(TEXTS, TEXTS, TEXTS, TEXTS)
def test_a_text_never_runs_over_into_the_next_field(client, product, other_client, other_product):
    same = (client.strip(), product.strip()) == (other_client.strip(), other_product.strip())
    assert (key(client=client, product=product) == key(client=other_client, product=other_product)) == same


# 2,000,000 different keys take 205 MB and 4.4 s, the making of the keys included.
def test_two_identical_lines_of_one_file_are_two_sales():
    occurrences = Occurrences()
    assert [occurrences.number(each) for each in (b"a", b"b", b"a", b"a", b"b")] == [1, 1, 2, 3, 2]


def test_a_corrected_reject_file_goes_on_with_the_count_of_its_import():
    first = Occurrences()
    assert [first.number(b"a"), first.number(b"a")] == [1, 2]
    corrected = Occurrences(dict(first.counts))
    assert (corrected.number(b"a"), corrected.number(b"b"), corrected.lines) == (3, 1, 4)


def test_a_column_whose_values_repeat_is_told_with_the_counts():
    once, twice = Occurrences(), Occurrences()
    for number in range(10_000):
        once.number(key_of_id(str(number)))
        twice.number(key_of_id(str(number % 512)))
    assert once.repeated is None
    assert twice.repeated == Repeated(10_000, 512)
    assert str(twice.repeated) == "10,000 lines share 512 values"
