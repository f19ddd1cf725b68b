"""Schedules to test with, most of them made up: those that Save accepts, and any that could be typed."""

from decimal import Decimal

from hypothesis import strategies as st

from contracts.rules import MOST_RULES, Rule, Unit

amounts = st.decimals(-(10**6), 10**9, places=2)
percentages = st.decimals(0, 1000, places=4)
revenues = st.tuples(amounts, st.just(Unit.AMOUNT)) | st.tuples(percentages, st.just(Unit.PERCENT))


def percent(first: int, last: int | None, revenue: str) -> Rule:
    return Rule(first, last, Decimal(revenue), Unit.PERCENT)


@st.composite
def schedules(draw: st.DrawFn, most: int = MOST_RULES) -> tuple[Rule, ...]:
    """Rules one after another, with gaps here and there, the last one open or not."""
    made: list[Rule] = []
    after = 0
    for _ in range(draw(st.integers(1, most))):
        first = after + 1 + draw(st.sampled_from([0, 0, 0, 1, 3]))
        after = first + draw(st.integers(0, 7))
        revenue, unit = draw(revenues)
        made.append(Rule(first, after, revenue, unit))
    if draw(st.booleans()):
        made[-1] = Rule(made[-1].first, None, made[-1].revenue, made[-1].unit)
    return tuple(made)


@st.composite
def typed_rules(draw: st.DrawFn) -> tuple[Rule, ...]:
    """Whatever stands in the dialog: months below 1, ends before beginnings, overlaps, blanks."""
    months = st.integers(-1, 12)
    rows = draw(st.lists(st.tuples(months, st.none() | months, st.booleans()), min_size=1, max_size=5))
    return tuple(Rule(first, last, None if blank else Decimal(100)) for first, last, blank in rows)
