"""Numbers, the line of all others, and that a review is kept without loss."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import pytest

from contributions.rules import RevenueType
from reports.rules.kept import from_json, to_json
from reports.rules.numbers import document_number, first_free, prefix_of, serial_of
from reports.rules.rates import LegLine, RateLine
from reports.rules.review import ClientLine, largest_clients


@pytest.mark.parametrize(
    ("slug", "prefix"),
    [("demo", "DEMO"), ("halden-brook", "HB"), ("larkfield", "LARKFIELD"), ("x-2", "X2")],
)
def test_a_number_begins_with_the_word_or_the_initials_of_the_workspace(slug: str, prefix: str) -> None:
    assert prefix_of(slug) == prefix


def test_numbers_have_four_digits_and_more_when_needed() -> None:
    assert document_number("DEMO", 2026, 1) == "DEMO-2026-0001"
    assert serial_of("DEMO-2026-10000") == 10_000


@pytest.mark.parametrize(("taken", "free"), [((), 1), ((1, 2, 3), 4), ((1, 3), 2), ((2,), 1)])
def test_a_number_that_was_given_up_is_taken_again(taken: tuple[int, ...], free: int) -> None:
    assert first_free(taken) == free


@dataclass(frozen=True)
class Sample:
    kind: RevenueType
    money: Decimal
    day: date
    moment: datetime
    maybe: date | None
    parts: tuple[Decimal, ...]
    lines: tuple[LegLine, ...]
    name: str
    count: int
    yes: bool


def test_what_is_kept_comes_back_without_loss() -> None:
    leg = LegLine("EUR", "USD", Decimal("1.1682"), date(2026, 9, 30))
    moment = datetime.fromisoformat("2026-11-23T12:00:00+05:30")
    given = Sample(
        RevenueType.SAVINGS,
        Decimal("0.10"),
        date(2026, 9, 30),
        moment,
        None,
        (Decimal("1E+2"), Decimal("0.00000007")),
        (leg,),
        "Ünïcode",
        3,
        True,
    )
    assert from_json(Sample, to_json(given)) == given


def test_a_cross_shows_both_legs_and_an_inverse_says_so() -> None:
    leg = LegLine("EUR", "USD", Decimal("1.1"), date(2026, 9, 30))
    other = LegLine("EUR", "GBP", Decimal("0.880"), date(2026, 9, 30))
    made = RateLine("GBP", Decimal("1.25"), leg.day, "published", (other, leg), False, 1, 0)  # type: ignore[arg-type]
    assert made.note == "crossed through the euro, rounded once to 12 digits"
    turned = RateLine("USD", Decimal("0.909090909091"), leg.day, "published", (leg,), True, 1, 0)  # type: ignore[arg-type]
    assert turned.note == "turned round, rounded once to 12 digits"


def test_beyond_the_limit_one_line_takes_the_rest_so_that_columns_add_up() -> None:
    lines = [ClientLine(f"C{n}", (Decimal(n), Decimal(0), Decimal(0), Decimal(1))) for n in range(1, 6)]
    shown = largest_clients(lines, 3)
    assert [line.name for line in shown] == ["C5", "C4", "C3", "2 more clients"]
    assert shown[-1].figures == (Decimal(3), Decimal(0), Decimal(0), Decimal(2))
    assert len(largest_clients(lines, 4)) == 5, "a line for one other client would save nothing"
