"""A refund has its sale's rate and prices, whatever happens to the sale (rules 5.13)."""

from datetime import date
from decimal import Decimal

import pytest

from tests.cast import NOW, Cast
from tests.contributions.builders import publish
from tests.transactions.bringing import bring, rows
from transactions.models import Transaction
from transactions.pipeline.editing import edit_transaction
from transactions.rules import Field, Status

MAP = {
    "ID": Field.UNIQUE_ID,
    "Date": Field.DATE,
    "Amount": Field.REVENUE,
    "Currency": Field.CURRENCY,
    "Original": Field.ORIGINAL_ID,
}
HEADER = "ID,Date,Amount,Currency,Original\n"
SALE, RETURN = "1,2026-08-07,100,EUR,\n", "2,2026-09-30,-100,EUR,1\n"
AUGUST = (date(2026, 8, 1), date(2026, 8, 31))


@pytest.fixture
def shop(inside: Cast) -> Cast:
    """1 EUR is 1.1682 USD on 7 August, and 1.15 on 30 September."""
    publish()
    return inside


def by_id(cast: Cast) -> dict[str, Transaction]:
    return {row.cells[0]: row for row in rows(cast.acme)}


def converted(cast: Cast) -> list[Decimal | None]:
    return [row.converted for _, row in sorted(by_id(cast).items())]


def move(cast: Cast, number: str, day: str) -> None:
    row = by_id(cast)[number]
    edit_transaction(
        row=row,
        values={Field.DATE: day},
        protected=True,
        reason="Booked late",
        stamp=str(row.turn),
        by=cast.ada,
        now=NOW,
    )


def test_a_refund_follows_the_day_that_a_person_gives_its_sale(shop: Cast) -> None:
    bring(shop.ada, HEADER + SALE, MAP)
    bring(shop.ada, HEADER + RETURN, MAP)
    assert converted(shop) == [Decimal("116.82"), Decimal("-116.82")]
    move(shop, "1", "2026-09-30")
    assert converted(shop) == [Decimal("115"), Decimal("-115")]


def test_a_refund_beside_a_line_that_a_protected_edit_covers_has_the_day_of_the_edit(shop: Cast) -> None:
    bring(shop.ada, HEADER + SALE, MAP)
    move(shop, "1", "2026-09-30")
    bring(shop.ada, HEADER + SALE + RETURN, MAP)
    assert converted(shop) == [Decimal("115"), Decimal("-115")]


def test_a_row_that_a_person_dates_into_a_replaced_span_is_replaced_at_once(shop: Cast) -> None:
    """And counts again once its day is another: no later undo of something else decides that."""
    bring(shop.ada, HEADER + "1,2026-09-30,100,USD,\n", MAP)
    replacing = bring(shop.ada, HEADER + "3,2026-08-09,30,USD,\n", MAP, replaces=AUGUST)
    move(shop, "1", "2026-08-07")
    assert by_id(shop)["1"].replaced_by_id == replacing.pk
    assert by_id(shop)["1"].status == Status.VOIDED
    move(shop, "1", "2026-09-30")
    assert by_id(shop)["1"].replaced_by_id is None
    assert by_id(shop)["1"].status == Status.COUNTED
