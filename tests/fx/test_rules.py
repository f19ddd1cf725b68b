"""Which rate a conversion takes: the worked figures of rules 6, then everything against a plain oracle."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fx.rules import (
    Conversion,
    Leg,
    Mode,
    OwnRate,
    RateBook,
    Series,
    Source,
    effective_series,
    off_market,
)
from kamtrak.lib.money import convert, rate_text

FRIDAY, SATURDAY, SUNDAY, MONDAY = (date(2026, 10, day) for day in (23, 24, 25, 26))
TODAY = date(2026, 11, 23)
REACHED = date(2026, 10, 30)
D = Decimal


def published(**days: dict[date, str]) -> dict[str, Series]:
    return {
        code: Series(sorted(values), [D(values[day]) for day in sorted(values)])
        for code, values in days.items()
    }


def own(*rates: OwnRate) -> dict[frozenset[str], tuple[OwnRate, ...]]:
    pairs = {frozenset((rate.base, rate.quote)) for rate in rates}
    return {pair: effective_series(r for r in rates if {r.base, r.quote} == pair) for pair in pairs}


def book(
    rates: dict[str, Series] | None = None,
    own_rates: dict[frozenset[str], tuple[OwnRate, ...]] | None = None,
    *,
    mode: Mode = Mode.SEMI_AUTOMATIC,
    limit: int = 7,
    reached: date | None = REACHED,
    today: date = TODAY,
) -> RateBook:
    return RateBook(mode, limit, today, reached, rates or {}, own_rates or {})


def found(book: RateBook, base: str, quote: str, day: date) -> Conversion:
    conversion = book.conversion(base, quote, day)
    assert conversion is not None
    return conversion


WEEKEND = published(USD={FRIDAY: "1.10", MONDAY: "1.12", REACHED: "1.1172"})


# ------------------------------------------------------------------ published rates
def test_a_sunday_takes_fridays_rate_and_shows_its_day() -> None:
    sunday = found(book(WEEKEND), "EUR", "USD", SUNDAY)
    assert (sunday.rate, sunday.day, sunday.source) == (D("1.1"), FRIDAY, Source.PUBLISHED)
    assert not sunday.provisional
    assert found(book(WEEKEND), "EUR", "USD", MONDAY).rate == D("1.12")


def test_a_rate_of_its_own_day_needs_no_limit() -> None:
    assert found(book(WEEKEND, limit=0), "EUR", "USD", FRIDAY).day == FRIDAY
    assert book(WEEKEND, limit=0).conversion("EUR", "USD", SATURDAY) is None


def test_a_holiday_within_the_limit_is_bridged_and_one_day_more_is_unknown() -> None:
    rates = published(USD={date(2026, 4, 2): "1.15", REACHED: "1.1172"})
    assert found(book(rates, limit=4), "EUR", "USD", date(2026, 4, 6)).day == date(2026, 4, 2)
    assert book(rates, limit=4).conversion("EUR", "USD", date(2026, 4, 7)) is None


def test_the_rouble_is_unknown_after_its_last_rate_and_the_limit() -> None:
    rates = published(RUB={date(2022, 3, 1): "117.201"}, USD={date(2022, 3, 1): "1.1162"})
    assert found(book(rates), "RUB", "EUR", date(2022, 3, 8)).day == date(2022, 3, 1)
    assert book(rates).conversion("RUB", "EUR", date(2022, 3, 9)) is None


def test_a_discontinued_currency_is_unknown_not_provisional_on_days_to_come() -> None:
    rates = published(RUB={date(2022, 3, 1): "117.201"})
    assert book(rates).conversion("RUB", "EUR", date(2026, 12, 31)) is None


def test_a_day_that_is_not_reached_takes_the_newest_rate_provisionally() -> None:
    year_end = found(book(WEEKEND), "EUR", "USD", date(2026, 12, 31))
    assert (year_end.rate, year_end.day, year_end.provisional) == (D("1.1172"), REACHED, True)
    assert not found(book(WEEKEND), "EUR", "USD", REACHED).provisional


def test_the_limit_does_not_judge_days_to_come_but_settles_them_strictly() -> None:
    saturday = REACHED + timedelta(days=1)
    assert found(book(WEEKEND, limit=0), "EUR", "USD", saturday).provisional
    later = book(WEEKEND, limit=0, reached=REACHED + timedelta(days=3))
    assert later.conversion("EUR", "USD", saturday) is None


def test_any_rate_of_a_later_day_settles_the_day_for_every_currency() -> None:
    rates = published(USD={FRIDAY: "1.10"}, SEK={FRIDAY: "11", MONDAY: "11.1"})
    weekend = book(rates, reached=FRIDAY)
    assert found(weekend, "EUR", "USD", SUNDAY).provisional
    assert not found(book(rates, reached=MONDAY), "EUR", "USD", SUNDAY).provisional


def test_nothing_is_extrapolated_backwards() -> None:
    rates = published(USD={date(1999, 1, 4): "1.1789"})
    assert found(book(rates), "EUR", "USD", date(1999, 1, 4)).rate == D("1.1789")
    assert book(rates).conversion("EUR", "USD", date(1999, 1, 3)) is None


def test_an_inverse_is_marked_and_rounded_once_to_twelve_digits() -> None:
    usd = found(book(WEEKEND), "USD", "EUR", REACHED)
    assert usd.inverse
    assert not usd.is_cross
    assert rate_text(usd.rate) == "0.895094880057"  # 1 / 1.1172
    assert [leg.caption for leg in usd.legs] == ["1 EUR = 1.1172 USD"]


def test_a_cross_goes_through_the_euro_and_shows_both_legs() -> None:
    rates = published(GBP={REACHED: "0.8338"}, USD={REACHED: "1.1172"})
    pounds = found(book(rates), "GBP", "USD", REACHED)
    assert rate_text(pounds.rate) == "1.33988966179"  # 1.1172 / 0.8338
    assert pounds.legs == (Leg("EUR", "GBP", D("0.8338"), REACHED), Leg("EUR", "USD", D("1.1172"), REACHED))
    assert pounds.is_cross
    assert not pounds.inverse


def test_a_cross_takes_both_legs_of_the_same_day() -> None:
    rates = published(ISK={FRIDAY: "140"}, USD={FRIDAY: "1.10", MONDAY: "1.12"})
    crossed = found(book(rates), "ISK", "USD", MONDAY)
    assert crossed.day == FRIDAY
    assert crossed.rate == D("0.00785714285714")  # 1.10 / 140, not 1.12 / 140


def test_a_cross_whose_legs_share_no_day_within_the_limit_is_unknown() -> None:
    rates = published(ISK={FRIDAY: "140"}, USD={MONDAY: "1.12", REACHED: "1.1172"})
    assert book(rates).conversion("ISK", "USD", REACHED) is None
    days = {FRIDAY: "1.10", MONDAY: "1.12", REACHED: "1.1172"}
    assert found(book(published(ISK={FRIDAY: "140"}, USD=days)), "ISK", "USD", REACHED).day == FRIDAY


def test_without_any_published_rate_nothing_is_known_but_a_currency_and_itself() -> None:
    empty = book(reached=None)
    assert empty.conversion("EUR", "USD", TODAY) is None
    same = found(empty, "CHF", "CHF", date(2030, 1, 1))
    assert (same.rate, same.source, same.provisional) == (D(1), Source.SAME, False)


def test_a_round_rate_is_written_in_full() -> None:
    rates = published(KRW={REACHED: "1500"}, HUF={REACHED: "370"})
    assert str(found(book(rates), "EUR", "KRW", REACHED).rate) == "1500"
    assert str(found(book(rates), "EUR", "HUF", REACHED).rate) == "370"


# ------------------------------------------------------------------ own rates
def test_an_own_rate_holds_until_the_next_one_and_does_not_go_stale() -> None:
    rates = own(
        OwnRate("EUR", "USD", date(2020, 1, 1), D("1.05")), OwnRate("EUR", "USD", date(2026, 6, 1), D("1.2"))
    )
    old = found(book(own_rates=rates), "EUR", "USD", date(2026, 5, 31))
    assert (old.rate, old.day, old.source) == (D("1.05"), date(2020, 1, 1), Source.OWN)
    assert found(book(own_rates=rates), "EUR", "USD", date(2026, 6, 1)).rate == D("1.2")
    assert book(own_rates=rates).conversion("EUR", "USD", date(2019, 12, 31)) is None


def test_an_own_rate_ends_with_its_end_date_and_the_one_before_does_not_come_back() -> None:
    rates = own(
        OwnRate("EUR", "USD", date(2026, 1, 1), D("1.05")),
        OwnRate("EUR", "USD", date(2026, 2, 1), D("1.2"), until=date(2026, 2, 28)),
    )
    assert found(book(own_rates=rates), "EUR", "USD", date(2026, 2, 28)).rate == D("1.2")
    assert book(own_rates=rates).conversion("EUR", "USD", date(2026, 3, 1)) is None


def test_a_pair_and_its_inverse_are_one_series() -> None:
    rates = own(
        OwnRate("EUR", "USD", date(2026, 1, 1), D("1.25")), OwnRate("USD", "EUR", date(2026, 2, 1), D("0.5"))
    )
    assert found(book(own_rates=rates), "EUR", "USD", date(2026, 1, 31)).rate == D("1.25")
    turned = found(book(own_rates=rates), "EUR", "USD", date(2026, 2, 1))
    assert (turned.rate, turned.inverse) == (D(2), True)
    assert found(book(own_rates=rates), "USD", "EUR", date(2026, 1, 31)).rate == D("0.8")


def test_a_correction_counts_and_a_withdrawal_lets_the_rate_before_go_on() -> None:
    first = OwnRate("EUR", "USD", date(2026, 1, 1), D("1.25"))
    wrong = OwnRate("EUR", "USD", date(2026, 2, 1), D("12.5"))
    right = OwnRate("USD", "EUR", date(2026, 2, 1), D("0.8"))
    taken_back = OwnRate("USD", "EUR", date(2026, 2, 1), D("0.8"), withdrawn=True)
    day = date(2026, 2, 14)
    assert found(book(own_rates=own(first, wrong)), "EUR", "USD", day).rate == D("12.5")
    assert found(book(own_rates=own(first, wrong, right)), "EUR", "USD", day).rate == D("1.25")
    assert found(book(own_rates=own(first, wrong, right, taken_back)), "EUR", "USD", day).day == first.day
    again = own(first, wrong, right, taken_back, right)
    assert found(book(own_rates=again), "EUR", "USD", day).day == right.day


def test_an_own_rate_settles_when_its_day_has_ended() -> None:
    rates = own(OwnRate("EUR", "USD", date(2026, 1, 1), D("1.25")))
    assert found(book(own_rates=rates), "EUR", "USD", TODAY).provisional
    assert not found(book(own_rates=rates), "EUR", "USD", TODAY - timedelta(days=1)).provisional


def test_an_own_rate_for_days_to_come_holds_from_its_day() -> None:
    december = own(OwnRate("EUR", "USD", date(2026, 12, 1), D("1.3")))
    ahead = book(WEEKEND, december)
    assert found(ahead, "EUR", "USD", date(2026, 11, 30)).source is Source.PUBLISHED
    year_end = found(ahead, "EUR", "USD", date(2026, 12, 31))
    assert (year_end.rate, year_end.day, year_end.provisional) == (D("1.3"), date(2026, 12, 1), True)


def test_manual_mode_crosses_two_own_legs_whichever_way_they_were_given() -> None:
    day = date(2026, 1, 1)
    eur_gbp, gbp_eur = OwnRate("EUR", "GBP", day, D("0.8")), OwnRate("GBP", "EUR", day, D("1.25"))
    eur_usd, usd_eur = OwnRate("EUR", "USD", day, D("1.2")), OwnRate("USD", "EUR", day, D("0.833333333333"))
    for pound in (eur_gbp, gbp_eur):
        exact = found(book(own_rates=own(pound, eur_usd), mode=Mode.MANUAL), "GBP", "USD", TODAY)
        assert exact.rate == D("1.5")  # 1.2 / 0.8 = 1.25 × 1.2
        close = found(book(own_rates=own(pound, usd_eur), mode=Mode.MANUAL), "GBP", "USD", TODAY)
        assert rate_text(close.rate) == "1.5"  # 1.5000000000006 to twelve digits
    assert exact.is_cross


def test_own_and_published_legs_are_never_crossed() -> None:
    rates = own(OwnRate("EUR", "GBP", date(2026, 1, 1), D("0.8")))
    semi = book(WEEKEND, rates)
    assert semi.conversion("GBP", "USD", REACHED) is None
    both = book(published(USD={REACHED: "1.1172"}, GBP={REACHED: "0.8338"}), rates)
    assert found(both, "GBP", "USD", REACHED).source is Source.PUBLISHED


def test_the_three_modes_differ_in_who_comes_first() -> None:
    rates = own(OwnRate("EUR", "USD", date(2026, 10, 1), D("1.25"), until=REACHED))
    for mode, expected in {
        Mode.MANUAL: D("1.25"),
        Mode.AUTOMATIC: D("1.1172"),
        Mode.SEMI_AUTOMATIC: D("1.25"),
    }.items():
        assert found(book(WEEKEND, rates, mode=mode), "EUR", "USD", REACHED).rate == expected
    after = REACHED + timedelta(days=1)
    assert book(WEEKEND, rates, mode=Mode.MANUAL).conversion("EUR", "USD", after) is None
    assert found(book(WEEKEND, rates), "EUR", "USD", after).source is Source.PUBLISHED
    before = date(2026, 10, 5)
    assert found(book(WEEKEND, rates, mode=Mode.AUTOMATIC), "EUR", "USD", before).source is Source.OWN


# ------------------------------------------------------------------ the printed rate is the rate
def test_small_and_large_rates_keep_twelve_significant_digits() -> None:
    rates = published(IDR={REACHED: "20275.17"}, JPY={REACHED: "175.68"}, TRL={REACHED: "1823000"})
    assert rate_text(found(book(rates), "IDR", "EUR", REACHED).rate) == "0.0000493214113618"
    assert rate_text(found(book(rates), "TRL", "JPY", REACHED).rate) == "0.0000963686231487"


def test_the_worked_figures_of_the_rules() -> None:
    day = date(2026, 3, 3)
    frozen = book(own_rates=own(OwnRate("GBP", "USD", day, D("1.3314"))))
    current = book(own_rates=own(OwnRate("GBP", "USD", day, D("1.3399"))))
    assert convert(D(1200), found(frozen, "GBP", "USD", day).rate, "USD") == D("1597.68")
    assert convert(D(1200), found(current, "GBP", "USD", day).rate, "USD") == D("1607.88")
    yen = book(own_rates=own(OwnRate("USD", "JPY", day, D("150.125"))))
    assert convert(D("12.34"), found(yen, "USD", "JPY", day).rate, "JPY") == 1853  # 1852.5425
    assert convert(D("-20"), found(book(WEEKEND), "EUR", "USD", SUNDAY).rate, "USD") == D("-22.00")


def test_a_product_of_two_own_legs_is_rounded_once() -> None:
    day = date(2026, 1, 1)
    first = OwnRate("GBP", "EUR", day, D("1.11111111111"))
    second = OwnRate("EUR", "USD", day, D("1.23456789012"))
    rate = found(book(own_rates=own(first, second)), "GBP", "USD", TODAY).rate
    assert rate_text(rate) == "1.37174210013"  # exactly 1.3717421001319…


def test_more_than_five_percent_off_the_published_rate_is_warned_about() -> None:
    assert off_market(D("1.05"), D("1")) is None
    assert off_market(D("0.95"), D("1")) is None
    assert off_market(D("1.0501"), D("1")) == D("0.0501")
    assert off_market(D("0.94"), D("1")) == D("0.06")


# ------------------------------------------------------------------ against a plain oracle
START = date(2026, 1, 1)
days = st.integers(0, 40).map(lambda n: START + timedelta(days=n))
codes = st.sampled_from(["EUR", "USD", "GBP", "JPY"])
values = st.decimals("0.0001", "20000", places=4).filter(bool)
pairs = st.tuples(codes, codes).filter(lambda pair: pair[0] != pair[1])


@st.composite
def own_records(draw: st.DrawFn) -> OwnRate:
    base, quote = draw(pairs)
    day = draw(days)
    until = draw(st.none() | st.integers(0, 15).map(lambda n: day + timedelta(days=n)))
    return OwnRate(base, quote, day, draw(values), until, draw(st.booleans()))


records = st.lists(own_records(), max_size=8)
markets = st.dictionaries(
    st.sampled_from(["USD", "GBP", "JPY"]), st.dictionaries(days, values, max_size=12), max_size=3
)


def twelve(value: Fraction) -> Decimal:
    """Half-up to 12 significant digits, by whole numbers only."""
    exponent = 0
    while value >= 10**12:
        value, exponent = value / 10, exponent + 1
    while value < 10**11:
        value, exponent = value * 10, exponent - 1
    return D(int(value + Fraction(1, 2))).scaleb(exponent)


def plain_own(rates: Iterable[OwnRate], base: str, quote: str, day: date) -> tuple[Fraction, date] | None:
    kept: dict[date, OwnRate] = {}
    for rate in rates:
        if {rate.base, rate.quote} == {base, quote}:
            kept[rate.day] = rate
    for when in sorted(kept, reverse=True):
        rate = kept[when]
        if when <= day and not rate.withdrawn:
            if rate.until and day > rate.until:
                return None
            value = Fraction(rate.value)
            return (value if rate.base == base else 1 / value), when
    return None


def plain_published(
    market: dict[str, dict[date, Decimal]], base: str, quote: str, day: date, limit: int
) -> tuple[Fraction, date] | None:
    for back in range(limit + 1):
        when = day - timedelta(days=back)
        worth = {
            code: Fraction(1) if code == "EUR" else Fraction(market.get(code, {}).get(when, 0))
            for code in (base, quote)
        }
        if all(worth.values()):
            return worth[quote] / worth[base], when
    return None


def oracle(
    book: RateBook,
    market: dict[str, dict[date, Decimal]],
    rates: list[OwnRate],
    pair: tuple[str, str],
    day: date,
) -> tuple[Decimal, date, Source, bool] | None:
    base, quote = pair

    def by_own() -> tuple[Decimal, date, Source, bool] | None:
        answer = plain_own(rates, base, quote, day)
        if answer is None and "EUR" not in pair:
            one, two = plain_own(rates, base, "EUR", day), plain_own(rates, "EUR", quote, day)
            answer = (one[0] * two[0], min(one[1], two[1])) if one and two else None
        return (twelve(answer[0]), answer[1], Source.OWN, day >= book.today) if answer else None

    def by_market() -> tuple[Decimal, date, Source, bool] | None:
        if book.reached is None:
            return None
        answer = plain_published(market, base, quote, min(day, book.reached), book.limit)
        return (twelve(answer[0]), answer[1], Source.PUBLISHED, day > book.reached) if answer else None

    if book.mode is Mode.MANUAL:
        return by_own()
    if book.mode is Mode.AUTOMATIC:
        return by_market() or by_own()
    return by_own() or by_market()


@given(markets, records, pairs, days, st.sampled_from(Mode), st.integers(0, 10), days)
@example({}, [], ("USD", "EUR"), START, Mode.MANUAL, 0, START)
def test_every_conversion_is_what_a_plain_reading_of_the_rules_gives(
    market: dict[str, dict[date, Decimal]],
    rates: list[OwnRate],
    pair: tuple[str, str],
    day: date,
    mode: Mode,
    limit: int,
    today: date,
) -> None:
    reached = max((when for series in market.values() for when in series), default=None)
    series = {
        code: Series(sorted(values), [values[when] for when in sorted(values)])
        for code, values in market.items()
    }
    subject = RateBook(mode, limit, today, reached, series, own(*rates))
    answer = subject.conversion(*pair, day)
    expected = oracle(subject, market, rates, pair, day)
    if answer is None or expected is None:
        assert answer is None
        assert expected is None
        return
    assert (answer.rate, answer.day, answer.source, answer.provisional) == expected


@given(markets, records, pairs, days, st.decimals("0.01", "999999999", places=2))
def test_the_amount_times_the_printed_rate_is_the_printed_figure(
    market: dict[str, dict[date, Decimal]],
    rates: list[OwnRate],
    pair: tuple[str, str],
    day: date,
    amount: Decimal,
) -> None:
    reached = max((when for series in market.values() for when in series), default=None)
    series = {
        code: Series(sorted(values), [values[when] for when in sorted(values)])
        for code, values in market.items()
    }
    answer = RateBook(Mode.SEMI_AUTOMATIC, 7, day, reached, series, own(*rates)).conversion(*pair, day)
    if answer is None:
        return
    printed = rate_text(answer.rate)
    assert D(printed) == answer.rate
    assert len(D(printed).normalize().as_tuple().digits) <= 12
    exact = Fraction(amount) * Fraction(printed)
    step = 1 if pair[1] == "JPY" else Fraction(1, 100)
    whole = (exact / step + Fraction(1, 2)).__floor__()
    assert Fraction(convert(amount, answer.rate, pair[1])) == whole * step


@given(records)
def test_the_order_of_days_does_not_matter_only_the_order_of_recording(rates: list[OwnRate]) -> None:
    same_pair = [rate for rate in rates if {rate.base, rate.quote} == {"EUR", "USD"}]
    series = effective_series(same_pair)
    assert [rate.day for rate in series] == sorted({rate.day for rate in series})
    assert all(not rate.withdrawn for rate in series)
    by_day = sorted(same_pair, key=lambda rate: rate.day)  # stable: per day as recorded
    assert effective_series(by_day) == series


@pytest.mark.parametrize(
    ("text", "rounded"), [("0.1234567890125", "0.123456789013"), ("123456789012.5", "123456789013")]
)
def test_half_a_unit_of_the_twelfth_digit_is_rounded_up(text: str, rounded: str) -> None:
    rates = published(XAU={REACHED: "1"}, USD={REACHED: text})
    assert found(book(rates), "XAU", "USD", REACHED).rate == D(rounded)
    assert D(text).quantize(D(rounded), ROUND_HALF_UP) == D(rounded)
