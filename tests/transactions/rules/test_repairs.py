"""What repairs all rows that share a problem (rules 5.3, 5.7, 5.13)."""

from transactions.rules import Column, Field, FileMapping, RowKind
from transactions.rules.repairs import Repair, RepairKind, fit_texts, repair_of, repaired

MAPPING = FileMapping(
    (
        Column(0, "Booked", Field.DATE),
        Column(1, "Qty", Field.QUANTITY),
        Column(2, "Price", Field.PRICE_SOLD),
        Column(3, "Kind", Field.TYPE),
        Column(4, "Rep", Field.OWNER),
        Column(5, "Warehouse"),
    ),
    types={"order": RowKind.SALE},
)


def test_a_text_instead_of_a_quantity_may_mean_blank() -> None:
    assert repair_of(MAPPING, "Qty", ["TBD", "n/a", "TBD"]) == Repair(RepairKind.BLANK, 1, ("TBD", "n/a"))


def test_a_value_of_the_type_is_declared() -> None:
    assert repair_of(MAPPING, "Kind", ["Return"]) == Repair(RepairKind.TYPE, 3, ("Return",))


def test_a_sign_of_several_currencies_is_chosen_among_those_that_it_can_mean() -> None:
    found = repair_of(MAPPING, "Price", ["kr"])
    assert found is not None
    assert found.kind is RepairKind.CURRENCY
    assert {"DKK", "NOK", "SEK"} <= set(found.currencies)


def test_a_sign_that_contradicts_the_currency_column_is_mended_in_its_cell_alone() -> None:
    assert repair_of(MAPPING, "Price", ["€"]) is None


def test_a_text_instead_of_a_price_may_mean_blank() -> None:
    assert repair_of(MAPPING, "Price", ["on request"]) == Repair(RepairKind.BLANK, 2, ("on request",))


def test_nothing_repairs_a_date_a_name_or_a_column_that_is_not_mapped() -> None:
    assert repair_of(MAPPING, "Booked", ["soon"]) is None
    assert repair_of(MAPPING, "Rep", ["x" * 300]) is None
    assert repair_of(MAPPING, "Warehouse", ["?"]) is None
    assert repair_of(MAPPING, "", ["?"]) is None


def test_a_repair_changes_one_column_and_leaves_the_others() -> None:
    mended = repaired(MAPPING, RepairKind.BLANK, 1, ["TBD"])
    assert mended.columns[1].blanks == ("TBD",)
    assert repaired(mended, RepairKind.BLANK, 1, ["n/a"]).columns[1].blanks == ("TBD", "n/a")
    assert mended.columns[2] == MAPPING.columns[2]
    assert repaired(MAPPING, RepairKind.CURRENCY, 2, ["kr"], currency="SEK").columns[2].currency == "SEK"


def test_a_declared_value_joins_those_that_were_declared_before() -> None:
    mended = repaired(MAPPING, RepairKind.TYPE, 3, ["Return"], kinds=[RowKind.REFUND])
    assert mended.types == {"order": RowKind.SALE, "return": RowKind.REFUND}


def test_blank_texts_are_kept_once_trimmed_and_of_a_length_that_a_mapping_takes() -> None:
    assert fit_texts([" TBD ", "TBD", "", "x" * 300]) == ("TBD", "x" * 200)
