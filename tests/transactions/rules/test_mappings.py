"""What a person decides about the columns of a file: kept, brought back, refused (rules 5.1, 5.9, 5.13)."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamtrak.lib.tables import DateOrder
from transactions.rules import Column, Field, FileMapping, MappingError, Repeated, RowKind, refusals

FOUND = ("Day", "Amount", "Price", "Client", "Kind")
DAY = Column(0, "Day", Field.DATE, order=DateOrder.DAY_FIRST)
AMOUNT = Column(1, "Amount", Field.REVENUE, ",", currency="EUR", tax_included=True, blanks=("-", "n/a"))


def told(
    *columns: Column,
    found: Sequence[str] = FOUND,
    removes_taxes: bool = False,
    repeated: Mapping[int, Repeated] | None = None,
    **more: Any,
) -> list[tuple[str, str]]:
    """What is refused, as (column, message)."""
    refused = refusals(FileMapping(columns, **more), found, removes_taxes=removes_taxes, repeated=repeated)
    return [(each.column, each.message) for each in refused]


def test_a_mapping_comes_back_from_json_as_it_was_kept():
    mapping = FileMapping(
        (DAY, AMOUNT, Column(2, "Price"), Column(3, "Tax", Field.TAX_PERCENT, fractions=True)),
        {Field.CLIENT: "Aldin", Field.CURRENCY: "EUR"},
        {"sale": RowKind.SALE, "gutschrift": RowKind.REFUND, "": RowKind.NOT_REVENUE},
        refunds_negative=False,
    )
    assert FileMapping.from_json(json.loads(json.dumps(mapping.to_json()))) == mapping


def forged(**changes: Any) -> dict[str, Any]:
    """A sound mapping of one column as JSON, with some of it changed."""
    data = FileMapping((DAY,), {Field.OWNER: "Ann"}, {"sale": RowKind.SALE}).to_json()
    column = {name[7:]: value for name, value in changes.items() if name.startswith("column_")}
    data["columns"][0] |= column
    return data | {name: value for name, value in changes.items() if not name.startswith("column_")}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (None, "This is no mapping: expected are exactly columns, given"),
        ([], "no mapping"),
        ({}, "no mapping"),
        (forged(more=1), "no mapping"),
        (forged(version=2), "not of version 1"),
        (forged(version=True), "not of version 1"),
        (forged(columns={}), "no list of up to 500"),
        (forged(columns=[{}] * 501), "no list of up to 500"),
        (forged(columns=["Day"]), "This is no column"),
        (forged(refunds_negative="yes"), "neither true nor false"),
        (forged(given=[]), "“given” of the mapping are no texts"),
        (forged(given={"shoe_size": "44"}), "“shoe_size” in the mapping is not known"),
        (forged(given={"owner": 7}), "no text"),
        (forged(types={"sale": "gift"}), "“gift” in the mapping is not known"),
        (forged(types={str(n): "sale" for n in range(201)}), "more than 200"),
        (forged(column_place=-1), "no number of a column"),
        (forged(column_place=True), "no number of a column"),
        (forged(column_place=10**9), "no number of a column"),
        (forged(column_name="x" * 201), "longer than 200 characters"),
        (forged(column_name="a\0b"), "A text of the mapping is none"),
        (forged(column_field="__class__"), "“__class__” in the mapping is not known"),
        (forged(column_decimal=".,"), "“.,” in the mapping is not known"),
        (forged(column_decimal=["."]), "no text"),
        (forged(column_order="y/d/m"), "“y/d/m” in the mapping is not known"),
        (forged(column_zone="../../etc/passwd"), "in the mapping is not known"),
        (forged(column_zone="Atlantis/Capital"), "“Atlantis/Capital” in the mapping is not known"),
        (forged(column_blanks="-"), "no list of up to 200"),
        (forged(column_blanks=[None]), "A text of the mapping is none"),
        (forged(column_tax_included="no"), "“tax_included” of column 1 is no answer"),
        (forged(column_fractions=None), "“fractions” of column 1 is no answer"),
    ],
)
def test_what_is_no_mapping_is_refused_with_what_is_wrong(data, message):
    with pytest.raises(MappingError, match=message.replace(".", r"\.").replace("(", r"\(")):
        FileMapping.from_json(data)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)


@given(st.sampled_from(sorted(forged())), st.sampled_from(sorted(forged()["columns"][0])), JSON)
def test_a_forged_mapping_never_crashes(part, decision, value):
    for data in (value, forged(**{part: value}), forged(**{f"column_{decision}": value})):
        try:
            mapping = FileMapping.from_json(data)
        except MappingError:
            continue
        assert FileMapping.from_json(mapping.to_json()) == mapping
        refusals(mapping, FOUND)


def test_only_a_date_is_required():
    assert told(DAY) == []
    assert told(DAY, AMOUNT, Column(2, "Price"), Column(3, "Client", Field.CLIENT)) == []
    assert told(AMOUNT) == [("", "No column is the transaction date. Map the column that holds it.")]


def test_two_columns_on_one_field_are_named():
    price = Column(2, "Price", Field.REVENUE)
    assert told(DAY, AMOUNT, price) == [
        ("Price", "“Amount” and “Price” are both “Transaction revenue”. Keep one.")
    ]


def test_a_column_that_the_file_does_not_have_is_told():
    assert told(DAY, found=("When",)) == [("Day", "The file has no column “Day” in that place.")]
    assert told(DAY, AMOUNT, found=("Day",)) == [("Amount", "The file has no column “Amount” in that place.")]
    assert told(DAY, found=("DAY",)) == []
    assert told(DAY, Column(0, "Day")) == [("Day", "“Day” is mapped twice.")]


def test_a_field_is_given_by_a_column_or_once_but_not_both():
    client = Column(3, "Client", Field.CLIENT)
    assert told(DAY, client, given={Field.CLIENT: "Aldin"}) == [
        ("Client", "“Client” is given once for the whole file and by “Client”. Keep one.")
    ]
    assert told(DAY, given={Field.REVENUE: "10"}) == [
        ("", "“Transaction revenue” cannot be given once for the whole file.")
    ]
    assert told(DAY, given={Field.OWNER: "  "}) == [
        ("", "“Owner” is given for the whole file, but is blank.")
    ]
    assert told(DAY, given={Field.CLIENT: ' =HYPERLINK("x")'}) == [
        ("", '“=HYPERLINK("x")” is a formula, no client.')
    ]


def test_a_currency_is_a_code_and_stands_on_amounts():
    assert told(DAY, given={Field.CURRENCY: "Euro"}) == [
        ("", "“Euro” is no currency. Write a code like EUR.")
    ]
    assert told(DAY, Column(1, "Amount", Field.REVENUE, currency="EUX")) == [
        ("Amount", "“EUX” of “Amount” is no currency. Write a code like EUR.")
    ]
    assert told(DAY, Column(2, "Price", Field.QUANTITY, currency="EUR")) == [
        ("Price", "“Price” holds no amounts, so no currency can be given for it.")
    ]


def test_amounts_are_asked_for_tax_only_where_the_workspace_takes_it_out():
    plain = Column(1, "Amount", Field.REVENUE)
    assert told(DAY, plain) == []
    assert told(DAY, plain, removes_taxes=True) == [
        ("Amount", "Say whether the amounts of “Amount” include tax.")
    ]
    assert told(DAY, AMOUNT, removes_taxes=True) == []
    cost = Column(2, "Price", Field.UNIT_COST, tax_included=True)
    assert told(DAY, cost) == [("Price", "Of “Price” is not asked whether it includes tax.")]
    assert told(DAY, Column(2, "Price", Field.PRICE_SOLD, fractions=True)) == [
        ("Price", "“Price” holds no percentages, so they cannot be fractions.")
    ]


def test_the_values_of_a_transaction_type_are_declared():
    kind = Column(4, "Kind", Field.TYPE)
    assert told(DAY, kind) == [
        ("Kind", "Say of each value of “Kind” whether it is a sale, a refund or no revenue.")
    ]
    assert told(DAY, kind, types={"sale": RowKind.SALE}) == []
    assert told(DAY, given={Field.TYPE: "Credit"}) == [
        ("", "Say whether “Credit” is a sale, a refund or no revenue.")
    ]
    assert told(DAY, given={Field.TYPE: "Credit"}, types={"credit": RowKind.REFUND}) == []


def test_a_column_whose_values_repeat_is_no_unique_id():
    number = Column(1, "InvoiceNo", Field.UNIQUE_ID)
    found = ("Day", "InvoiceNo")
    assert told(DAY, number, found=found, repeated={1: Repeated(10_000, 512)}) == [
        ("InvoiceNo", "“InvoiceNo” is no Unique ID: 10,000 lines share 512 values. Map another.")
    ]
    assert told(DAY, number, found=found, repeated={0: Repeated(10_000, 30)}) == []
