"""Days that no rate reaches: the gaps that they are told in, and the rate that fills one (rules 5.11, 6.6).

Dollars were published daily from Monday 5 January to Friday 20 March 2026, and again on Wednesday 25 March:
none is on file for 1–4 January and, where a rate holds for one day more, for 22–24 March.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fx.queries import missing_rates
from fx.rules import (
    Conversion,
    Gap,
    Mode,
    OwnRate,
    RateBook,
    Series,
    effective_series,
    gaps,
    needed,
    said_days,
    said_months,
)
from fx.rules.missing import any_day, months_end
from tests.cast import NOW, Cast
from tests.fx.builders import make_own_rate, own, publish

TODAY = date(2026, 4, 1)
PUBLISHED = [date(2026, 1, 5) + timedelta(days) for days in range(75)] + [date(2026, 3, 25)]


def a_book(mode: Mode = Mode.SEMI_AUTOMATIC, own_rates: Sequence[OwnRate] = ()) -> RateBook:
    series = {"USD": Series(PUBLISHED, [Decimal("1.1")] * len(PUBLISHED))}
    return RateBook(mode, 1, TODAY, date(2026, 3, 25), series, {frozenset(("EUR", "USD")): own_rates})


def day(month: int, number: int) -> date:
    return date(2026, month, number)


def found(*days: date, book: RateBook | None = None) -> list[Gap]:
    return gaps(book or a_book(), "EUR", "USD", days)


def test_days_with_rates_between_them_are_told_apart() -> None:
    parted = found(day(3, 24), day(1, 1), day(1, 3), day(3, 22), day(1, 3))
    assert [(gap.first, gap.last, len(gap.days)) for gap in parted] == [
        (day(1, 1), day(1, 3), 2),
        (day(3, 22), day(3, 24), 2),
    ]
    assert said_days(parted) == "1–3 Jan and 22–24 Mar 2026"


def test_days_without_a_rate_between_them_are_one_gap_however_far_apart() -> None:
    nothing = RateBook(Mode.SEMI_AUTOMATIC, 7, TODAY, None, {})
    assert said_days(found(day(1, 1), day(3, 24), book=nothing)) == "1 Jan – 24 Mar 2026"


def test_of_many_gaps_the_first_are_told_and_how_many_days_more() -> None:
    every = [Gap((day(month, 30), day(month, 31))) for month in (1, 3, 5, 7, 8)]
    assert said_days(every[:3]) == "30–31 Jan, 30–31 Mar and 30–31 May 2026"
    assert said_days(every) == "30–31 Jan, 30–31 Mar, 30–31 May 2026 and 4 more days"
    assert said_days([*every[:3], Gap((day(7, 30),))]).endswith("and 1 more day")
    assert said_days([Gap((date(2025, 12, 30), day(1, 2)))]) == "30 Dec 2025 – 2 Jan 2026"
    assert said_days([Gap((date(2025, 12, 30),)), Gap((day(1, 2),))]) == "30 Dec 2025 and 2 Jan 2026"


def test_months_are_told_as_months() -> None:
    book = RateBook(Mode.SEMI_AUTOMATIC, 7, TODAY, None, {})
    ends = [day(1, 31), day(2, 28), date(2025, 10, 31)]
    assert said_months(gaps(book, "EUR", "USD", ends, months_end)) == "October 2025 – February 2026"
    rate = OwnRate("EUR", "USD", day(2, 1), Decimal("1.1"), day(2, 28))
    with_one = RateBook(Mode.MANUAL, 7, TODAY, None, {}, {frozenset(("EUR", "USD")): (rate,)})
    parted = gaps(with_one, "EUR", "USD", [day(1, 31), day(3, 31)], months_end)
    assert said_months(parted) == "January 2026 and March 2026"


def test_one_rate_fills_the_gap_and_ends_where_published_ones_go_on() -> None:
    """Own rates go first here: without an end it would be taken for every day after it as well."""
    book = a_book()
    (gap,) = found(day(1, 1), day(1, 3))
    asked = needed(book, "EUR", "USD", gap)
    assert (asked.day, asked.until) == (day(1, 1), day(1, 4))
    filled = a_book(own_rates=[OwnRate("EUR", "USD", asked.day, Decimal(2), asked.until)])
    assert all(filled.conversion("EUR", "USD", each) for each in gap.days)
    after = filled.conversion("EUR", "USD", day(1, 5))
    assert after
    assert after.rate == Decimal("1.1")


def test_where_no_rate_follows_or_own_ones_go_last_it_holds_without_an_end() -> None:
    (gap,) = found(day(1, 1))
    assert needed(a_book(Mode.AUTOMATIC), "EUR", "USD", gap).until is None
    ended = RateBook(Mode.SEMI_AUTOMATIC, 7, TODAY, None, {})
    assert needed(ended, "EUR", "USD", gap).until is None


def test_a_gap_that_begins_on_a_weekend_is_filled_from_the_friday_before() -> None:
    """4 January 2026 is a Sunday; 22 March is one too, but the Friday before it has a rate."""
    (gap,) = found(day(1, 4))
    assert needed(a_book(), "EUR", "USD", gap).day == day(1, 2)
    (later,) = found(day(3, 22))
    assert needed(a_book(), "EUR", "USD", later).day == day(3, 22)
    assert needed(a_book(), "EUR", "USD", later).path == (
        "rates/add/?base=EUR&quote=USD&day=2026-03-22&until=2026-03-24"
    )


days_of_a_year = st.integers(0, 364).map(lambda number: date(2026, 1, 1) + timedelta(number))


@given(
    mode=st.sampled_from(Mode),
    limit=st.integers(0, 9),
    published=st.dictionaries(
        st.sampled_from(["USD", "GBP"]), st.sets(days_of_a_year, min_size=1, max_size=12), max_size=2
    ),
    owns=st.lists(
        st.tuples(
            st.sampled_from([("USD", "GBP"), ("EUR", "USD"), ("GBP", "EUR")]),
            days_of_a_year,
            st.none() | st.integers(0, 40),
        ),
        max_size=5,
    ),
    asked=st.sets(days_of_a_year, min_size=2, max_size=12),
    ends=st.booleans(),
)
def test_the_days_on_which_a_rate_may_begin_say_what_a_walk_through_all_days_says(
    mode: Mode,
    limit: int,
    published: dict[str, set[date]],
    owns: list[tuple[tuple[str, str], date, int | None]],
    asked: set[date],
    ends: bool,
) -> None:
    one = Decimal("1.1")
    series = {code: Series(sorted(days), [one] * len(days)) for code, days in published.items()}
    own_rates: dict[frozenset[str], list[OwnRate]] = {}
    for (base, quote), first, lasts in owns:
        until = None if lasts is None else first + timedelta(lasts)
        own_rates.setdefault(frozenset((base, quote)), []).append(OwnRate(base, quote, first, one, until))
    book = RateBook(
        mode,
        limit,
        date(2026, 12, 1),
        max((max(days) for days in published.values()), default=None),
        series,
        {pair: effective_series(rates) for pair, rates in own_rates.items()},
    )
    days = {months_end(day) for day in asked} if ends else asked
    waiting = sorted(day for day in days if not book.conversion("USD", "GBP", day))
    walked: list[list[date]] = []
    for day in waiting:
        before = walked[-1][-1] if walked else day
        between = [before + timedelta(number) for number in range(1, (day - before).days)]
        counted = [each for each in between if not ends or each == months_end(each)]
        if walked and not any(book.conversion("USD", "GBP", each) for each in counted):
            walked[-1].append(day)
        else:
            walked.append([day])
    found = gaps(book, "USD", "GBP", waiting, months_end if ends else any_day)
    assert [list(gap.days) for gap in found] == walked


def test_centuries_without_a_rate_are_not_walked_through() -> None:
    asked: list[date] = []

    class Asked(RateBook):
        def conversion(self, base: str, quote: str, day: date) -> Conversion | None:
            asked.append(day)
            return super().conversion(base, quote, day)

    book = a_book()
    counted = Asked(book.mode, book.limit, book.today, book.reached, book.published, book.own)
    (gap,) = gaps(counted, "KZT", "USD", [date(1904, 8, 13), date(2196, 8, 13)])
    needed(counted, "KZT", "USD", gap)
    assert len(asked) < 20


@pytest.mark.django_db
def test_what_is_on_file_parts_the_days_of_each_currency(inside: Cast) -> None:
    """30 October is the newest published day: from there the pound has a rate, francs never had one."""
    publish()
    days = {"GBP": [date(2026, 9, 1), date(2026, 10, 20)], "CHF": [date(2026, 9, 1), date(2026, 10, 20)]}
    missing = missing_rates(inside.acme, days, NOW.date())
    assert said_days(missing["GBP"].gaps) == "1 Sep and 20 Oct 2026"
    assert missing["GBP"].path.endswith("day=2026-09-01&until=2026-09-28")
    assert said_days(missing["CHF"].gaps) == "1 Sep – 20 Oct 2026"
    assert missing["CHF"].path.endswith("day=2026-09-01")
    make_own_rate(inside.acme, inside.ada, own("CHF", "USD", date(2026, 9, 15), "1.2", date(2026, 9, 30)))
    assert said_days(missing_rates(inside.acme, days, NOW.date())["CHF"].gaps) == "1 Sep and 20 Oct 2026"
    assert missing_rates(inside.acme, {}, NOW.date()) == {}


@pytest.mark.django_db
@pytest.mark.parametrize("limit", [0, 7])
def test_a_friday_that_has_a_published_rate_is_not_asked_for_however_short_the_limit(
    inside: Cast, limit: int
) -> None:
    """Friday 16 October is published, and nothing for so long before it that only that Friday says so; the
    days after it wait."""
    publish({date(2026, 10, 16): {"USD": "1.16"}, date(2026, 11, 13): {"USD": "1.15"}})
    inside.acme.rate_limit_days = limit
    waiting = date(2026, 10, 17) + timedelta(days=limit)
    missing = missing_rates(inside.acme, {"EUR": [waiting]}, NOW.date())
    assert f"day={waiting}" in missing["EUR"].path
