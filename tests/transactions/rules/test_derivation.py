"""One definition for every row: what holds whatever a row provides (rules 1.2, 5.4)."""

from datetime import date
from decimal import Decimal as D
from fractions import Fraction
from typing import Any

from hypothesis import given as any_of
from hypothesis import settings
from hypothesis import strategies as st

from kamtrak.lib.money import minor_units
from tests.transactions.rules.builders import BOTH, DAY, PlainBook, book, terms, value
from transactions.rules import (
    Derived,
    Lack,
    Measure,
    Move,
    Sale,
    Status,
    derive,
    explain,
    figures_of,
    move_between,
)
from transactions.rules import StepKind as Kind
from transactions.rules.fields import KINDS, Field, FieldKind, RowKind
from transactions.rules.given import Given, Unread

NUMBERS = [field for field, kind in KINDS.items() if kind is not FieldKind.DATE]
UNREAD = Unread("TBD", "This is not a number.", "Write a number.")
SIGNS = ["EUR", "$", "kr", "€", "KWD", "JPY", "%", "?"]

numbers = st.one_of(
    st.sampled_from([D(0), D("-0"), D(1), D(-1), D("0.005"), D(10), D("1E+20"), D("1E-20")]),
    st.decimals(allow_nan=False, allow_infinity=False, min_value=D(-10) ** 29, max_value=D(10) ** 30),
    st.decimals(min_value=-1000, max_value=1000, places=3),
)
texts = st.sampled_from(["", " ", "W", "x", "Twin", "support", "EUR", "usd", "kr", "nonsense"])


@st.composite
def givens(draw: st.DrawFn) -> Given:
    """Whatever the reading of a file can hand over."""
    standing = st.sampled_from(["none", "number", "unread", "blank"])
    cells = {field: draw(standing) for field in NUMBERS}
    read = [field for field, cell in cells.items() if cell == "number"]
    return Given(
        day=draw(st.none() | st.dates(date(1900, 1, 1), date(2100, 1, 1)) | st.just(DAY) | st.just(DAY)),
        original_id=draw(texts),
        product=draw(texts),
        currency=draw(st.just("") | st.sampled_from(["EUR", "USD", "KWD"]) | texts),
        kind=draw(st.sampled_from([*RowKind, RowKind.SALE, RowKind.REFUND, None])),
        numbers={field: draw(numbers) for field in read},
        units={field: draw(st.sampled_from(SIGNS)) for field in read if draw(st.integers(0, 4)) == 0},
        unread={field: UNREAD for field, cell in cells.items() if cell == "unread" and draw(st.booleans())},
        blank=tuple(field for field, cell in cells.items() if cell == "blank"),
    )


def a_book() -> PlainBook:
    values = [
        value(1, Measure.REVENUE, "19.99", includes_tax=True),
        value(1, Measure.COST, "7.005"),
        value(1, Measure.TAX_PERCENT, "19"),
        value(2, Measure.REVENUE, "-3.333"),
        value(2, Measure.PROFIT_PERCENT, "12.5"),
    ]
    return book(*values, rates={"EUR": "1.16824711321", "JPY": "0.00667777777778"})


said = st.fixed_dictionaries(
    {
        "net": st.booleans(),
        "profit": st.booleans(),
        "refunds_negative": st.booleans(),
        "tax_included": st.sampled_from([frozenset(), BOTH, frozenset({Field.REVENUE})]),
        "file_currency": st.sampled_from(["", "EUR", "SEK"]),
        "column_currencies": st.sampled_from([{}, {Field.UNIT_COST: "JPY"}, {Field.TAX: "EUR"}]),
    }
)
sales = st.none() | st.just(Sale(DAY, "EUR")) | st.just(Sale(date(2020, 1, 1)))


def half_up(exact: Fraction, currency: str) -> D:
    """An independent rounding: away from zero on ties, to the currency's decimals."""
    units = abs(exact) * 10 ** minor_units(currency)
    whole = (2 * units.numerator + units.denominator) // (2 * units.denominator)
    # By its digits: a signed zero and the precision of the context cannot matter.
    return D((int(exact < 0 and whole > 0), tuple(map(int, str(whole))), -minor_units(currency)))


def counted(found: Derived) -> bool:
    return found.status is Status.COUNTED and not found.wrong


@settings(max_examples=600)
@any_of(givens(), said, sales)
def test_a_row_never_raises_and_an_unknown_figure_is_never_a_number(
    given: Given, said: dict[str, Any], sale: Sale | None
) -> None:
    found = derive(given, terms(**said), a_book(), sale)
    if not counted(found):
        assert (found.revenue, found.converted, found.tax, found.rate, found.price) == (None,) * 5
    if counted(found):
        assert found.revenue is not None
        assert found.converted is not None
        assert (found.lack, found.tier in (1, 2, 3)) == (Lack.NONE, True)
    if found.wrong or found.status is Status.NOT_REVENUE or not said["profit"]:
        assert (found.profit, found.profit_lack) == (None, Lack.NONE)
    else:
        assert (found.profit is None) == (found.profit_lack is not Lack.NONE)
    if found.status is Status.UNKNOWN:
        assert found.lack is not Lack.NONE


@settings(max_examples=400)
@any_of(givens(), said, sales)
def test_what_is_converted_is_the_exact_figure_times_the_rate_rounded_once(
    given: Given, said: dict[str, Any], sale: Sale | None
) -> None:
    """Without taxes the exact figure is on the row: the stated revenue, or quantity × price."""
    found = derive(given, terms(**{**said, "net": False}), a_book(), sale)
    if not counted(found):
        return
    read = {field: Fraction(number) for field, number in given.numbers.items()}
    turns = given.kind is RowKind.REFUND and not said["refunds_negative"]
    if found.tier == 1:
        exact = read[Field.REVENUE]
        exact = -exact if turns and exact > 0 else exact
    else:
        quantity = read[Field.QUANTITY]
        quantity = -quantity if turns and quantity > 0 else quantity
        exact = quantity * (read[Field.PRICE_SOLD] if found.tier == 2 else Fraction(found.price.amount))  # type: ignore[union-attr]
    rate = Fraction(found.rate.rate) if found.rate else Fraction(1)
    assert found.rate is not None or found.currency == "USD" or exact == 0
    assert found.revenue == half_up(exact, found.currency)
    assert found.converted == half_up(exact * rate, "USD")
    assert not str(found.converted).startswith("-0.00")


@settings(max_examples=400)
@any_of(givens(), said, sales)
def test_an_explanation_ends_at_the_figures_that_were_derived(
    given: Given, said: dict[str, Any], sale: Sale | None
) -> None:
    found = derive(given, terms(**said), a_book(), sale)
    steps = {step.kind: step.values for step in explain(given, terms(**said), a_book(), sale)}
    assert (Kind.WRONG in steps) == bool(found.wrong)
    assert (Kind.REVENUE in steps) == counted(found)
    if counted(found):
        stands = steps[Kind.REVENUE]
        assert (stands["rounded"], stands["converted"]) == (found.revenue, found.converted)
        assert steps.get(Kind.TAX, {}).get("rounded") == found.tax
    if found.profit is not None:
        assert steps[Kind.PROFIT]["rounded"] == found.profit


@any_of(givens(), said)
def test_deriving_twice_changes_nothing(given: Given, said: dict[str, Any]) -> None:
    one, two = (derive(given, terms(**said), a_book()) for _ in range(2))
    assert one == two
    assert move_between(figures_of(one), figures_of(two)) is Move.NONE
