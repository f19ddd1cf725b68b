"""What a re-derivation would change, and whether it has to ask (rules 5.12)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal as D
from typing import Any

import pytest
from hypothesis import given as any_of
from hypothesis import strategies as st

from tests.transactions.rules.builders import DAY, PlainBook, book, derived, row, value
from transactions.rules import Figures, Lack, Measure, Move, Preview, Shift, Status, figures_of, move_between
from transactions.rules.fields import RowKind
from transactions.rules.given import Given

SOLD = row("W", "EUR", revenue="100", quantity="2")


def figures(given: Given, of: PlainBook, **said: Any) -> Figures:
    return figures_of(derived(given, of=of, **said))


def at(rate: str, *, provisional: bool = False) -> PlainBook:
    return book(rates={"EUR": rate}, provisional=provisional)


def priced(amount: str) -> PlainBook:
    return book(value(1, Measure.REVENUE, amount))


def test_a_changed_price_moves_a_figure_and_asks() -> None:
    sold = row("W", quantity="2")
    move = move_between(figures(sold, priced("10")), figures(sold, priced("12")))
    assert move is Move.MOVES
    assert move.asks
    assert move_between(figures(sold, priced("10")), figures(sold, priced("10.00"))) is Move.NONE


def test_a_corrected_rate_asks_but_a_provisional_one_settles_by_itself() -> None:
    assert move_between(figures(SOLD, at("1.10")), figures(SOLD, at("1.12"))) is Move.MOVES
    settled = move_between(figures(SOLD, at("1.10", provisional=True)), figures(SOLD, at("1.12")))
    assert settled is Move.SETTLES
    assert not settled.asks
    newer = move_between(
        figures(SOLD, at("1.10", provisional=True)), figures(SOLD, at("1.12", provisional=True))
    )
    assert newer is Move.SETTLES


def test_a_settled_rate_does_not_carry_a_changed_price_along() -> None:
    cost, dearer = value(1, Measure.COST, "10"), replace(value(1, Measure.COST, "30"), id=999)
    waiting = figures(SOLD, book(cost, provisional=True), profit=True)
    assert move_between(waiting, figures(SOLD, book(cost), profit=True)) is Move.SETTLES
    assert move_between(waiting, figures(SOLD, book(dearer), profit=True)) is Move.MOVES


def test_a_supplied_entry_fills_an_unknown_figure_without_asking() -> None:
    sold = row("X", quantity="4")
    added = derived(row("W", quantity="4"), of=priced("2.50"))
    move = move_between(figures(sold, book()), figures_of(added))
    assert (move, move.asks) == (Move.FILLS, False)


def test_an_entry_that_fills_a_profit_may_not_move_the_known_revenue() -> None:
    before = figures(SOLD, at("1.10"), profit=True)
    assert before.profit_lack is Lack.NO_VALUE
    cost = value(1, Measure.COST, "10")
    assert move_between(before, figures(SOLD, book(cost), profit=True)) is Move.FILLS
    assert move_between(before, figures(SOLD, book(cost, rates={"EUR": "1.2"}), profit=True)) is Move.MOVES


def test_a_profit_that_is_measured_from_now_on_fills_and_moves_nothing() -> None:
    before = figures(SOLD, at("1.10"))
    cost = value(1, Measure.COST, "10")
    assert move_between(before, figures(SOLD, book(cost), profit=True)) is Move.FILLS
    assert move_between(before, figures(SOLD, book(cost, rates={"EUR": "1.2"}), profit=True)) is Move.MOVES


def test_what_is_filled_may_settle_a_provisional_rate_at_once() -> None:
    before = figures(SOLD, at("1.10", provisional=True), profit=True)
    cost = value(1, Measure.COST, "10")
    assert move_between(before, figures(SOLD, book(cost, rates={"EUR": "1.2"}), profit=True)) is Move.FILLS


def test_a_provisional_cost_does_not_let_a_settled_revenue_move_silently() -> None:
    before = figures(row(revenue="EUR 100", quantity="1", unit_cost="10"), at("1.10"), profit=True)
    waiting = replace(before, profit_provisional=True)
    assert move_between(waiting, replace(before, profit=D("99.00"))) is Move.SETTLES
    assert move_between(waiting, replace(before, converted=D("99.00"), rate=D("0.99"))) is Move.MOVES


def test_a_figure_that_would_become_unknown_asks() -> None:
    lost = move_between(figures(SOLD, at("1.10")), figures(SOLD, book(rates={})))
    assert (lost, lost.asks) == (Move.LOSES, True)


def test_another_declaration_of_a_type_asks() -> None:
    fee = replace(SOLD, kind=RowKind.NOT_REVENUE)
    assert move_between(figures(SOLD, at("1.10")), figures(fee, at("1.10"))) is Move.MOVES
    assert move_between(figures(fee, at("1.10")), figures(SOLD, at("1.10"))) is Move.MOVES


def test_a_rate_that_was_recorded_again_alike_changes_nothing() -> None:
    before = figures(SOLD, at("1.10"))
    assert move_between(before, replace(before, rate=D("1.1"), price=5)) is Move.NONE
    assert move_between(before, replace(before, rate_day=date(2026, 8, 11))) is Move.MOVES


def test_a_preview_adds_up_before_and_after_and_counts_what_is_unknown() -> None:
    preview = Preview()
    with_price, without = priced("12"), priced("10")
    sold = row("W", quantity="2")
    preview.add(figures(sold, without), figures(sold, with_price))  # 20 → 24
    preview.add(figures(sold, without), figures(sold, without))  # 20
    preview.add(figures(row("X", quantity="2"), without), figures(sold, with_price))  # unknown → 24
    preview.add(figures(SOLD, at("1.10")), figures(SOLD, book(rates={})))  # 110 → unknown
    assert preview.revenue == Shift(D(150), D(68), D(4), D(24), D(110), 1, 1)
    assert preview.moves == {Move.NONE: 1, Move.FILLS: 1, Move.SETTLES: 0, Move.MOVES: 1, Move.LOSES: 1}
    assert (preview.rows, preview.asking) == (4, 2)


@any_of(st.lists(st.tuples(*[st.none() | st.decimals(-1000, 1000, places=2)] * 2)))
def test_before_and_what_moved_came_and_went_is_after(rows: list[tuple[D | None, D | None]]) -> None:
    shift = Shift()
    for was, now in rows:
        shift.add(was, now)
    assert shift.before + shift.moved + shift.gained - shift.lost == shift.after
    assert shift.after == sum((now for _, now in rows if now is not None), D(0))


@pytest.mark.parametrize("status", list(Status))
def test_equal_figures_never_move(status: Status) -> None:
    same = Figures(status, converted=D(5), rate_day=DAY)
    assert move_between(same, same) is Move.NONE
