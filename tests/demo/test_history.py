"""The plan of a firm's three years: a function of the firm and the day."""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import date
from functools import lru_cache

import pytest

from contributions.rules import Basis, RevenueType
from kamtrak.demo.history import make_plan
from kamtrak.demo.houses import DEMO, HOUSES, LARKFIELD, House, first_day
from kamtrak.demo.plan import Closed, Edited, Event, Logged, Plan, RateGiven, Reopened, Voided
from kamtrak.lib.money import minor_units
from workspaces.rules import Role

TODAY = date(2026, 11, 23)
# Days on which calendars go wrong: starts and ends of years, fiscal years and quarters, a leap day.
DAYS = [
    TODAY,
    date(2026, 1, 1),
    date(2026, 3, 31),
    date(2027, 4, 1),
    date(2026, 7, 2),
    date(2026, 12, 31),
    date(2028, 2, 29),
]


@lru_cache
def plan_of(house: House, today: date = TODAY) -> Plan:
    return make_plan(house, today)


def logged(events: Iterable[Event]) -> list[Logged]:
    return [event for event in events if isinstance(event, Logged)]


every_plan = pytest.mark.parametrize(
    ("house", "today"),
    [pytest.param(house, day, id=f"{house.slug} {day}") for house in HOUSES for day in DAYS],
)


def test_the_same_day_gives_the_same_plan():
    assert make_plan(DEMO, TODAY) == plan_of(DEMO)


def test_the_data_reach_back_three_years_from_the_first_day():
    for house in HOUSES:
        days = [event.entry.earned_on for event in logged(plan_of(house).events) if event.entry.earned_on]
        assert (min(days), max(days) > date(2026, 11, 9)) == (date(2023, 11, 23), True)


def test_from_a_leap_day_they_reach_back_to_the_28th_of_february():
    assert first_day(date(2028, 2, 29)) == date(2025, 2, 28)


@every_plan
def test_everything_happened_between_the_first_day_and_yesterday_in_the_order_of_time(house, today):
    plan = plan_of(house, today)
    moments = [event.at for event in plan.events]
    assert moments == sorted(moments)
    assert moments[-1].astimezone(house.zone).date() < today
    assert min(event.at.date() for event in logged(plan.events)) >= first_day(today)
    assert all(told.story.happened_on <= told.at.date() < today for told in plan.stories)
    assert all(file.at.date() < today for file in plan.evidence)


@every_plan
def test_every_entry_could_have_been_logged_at_its_moment(house, today):
    for event in plan_of(house, today).events:
        if isinstance(event, Logged | Edited):
            entry = event.entry
            assert house.calendar.aligned(entry.quarter.first)
            assert entry.quarter <= house.calendar.quarter_of(event.at.date())
            assert entry.earned_on is None or entry.earned_on in entry.quarter
            assert entry.earned_on is None or entry.earned_on <= event.at.date()
            assert entry.amount > 0
            assert entry.amount == round(entry.amount, minor_units(entry.currency))
            assert 0 < entry.share <= 100


@every_plan
def test_nothing_is_changed_before_it_was_logged_or_after_it_was_voided(house, today):
    plan, known = plan_of(house, today), set[int]()
    for event in plan.events:
        if isinstance(event, Logged):
            assert event.key not in known
            known.add(event.key)
        elif isinstance(event, Edited | Voided):
            assert event.key in known
            assert event.reason
            known -= {event.key} if isinstance(event, Voided) else set()
    assert all(key in known for told in plan.stories for key in told.keys)
    assert all(file.key in known for file in plan.evidence)


@every_plan
def test_all_ended_quarters_but_the_last_two_are_closed_once(house, today):
    closed: Counter[object] = Counter()
    for event in plan_of(house, today).events:
        if isinstance(event, Closed | Reopened):
            closed[event.quarter] += 1 if isinstance(event, Closed) else -1
            assert event.at.date() >= event.quarter.end
    assert closed == dict.fromkeys(house.quarters(today)[:-3], 1)


def test_closed_quarters_were_corrected_later():
    events = plan_of(DEMO).events
    close = {event.quarter: event.at for event in events if isinstance(event, Closed)}
    quarters = {event.key: event.entry.quarter for event in logged(events)}
    later = [
        event
        for event in events
        if isinstance(event, Edited | Voided) and quarters[event.key] in close
        if event.at > close[quarters[event.key]]
    ]
    late = [e for e in logged(events) if e.entry.quarter in close and e.at > close[e.entry.quarter]]
    assert (len(later), len(late)) == (6, 2)


def test_a_quarter_was_reopened_and_closed_again():
    told = [type(event) for event in plan_of(DEMO).events if isinstance(event, Closed | Reopened)]
    assert told == [Closed] * 5 + [Reopened] + [Closed] * 6


def test_the_first_workspace_has_forty_accounts_and_one_that_was_entered_twice():
    names = {event.entry.client for event in logged(plan_of(DEMO).events)}
    assert len(DEMO.accounts) == 40
    assert {DEMO.account(name).name for name in names} == {account.name for account in DEMO.accounts}
    assert DEMO.twin.name in names
    assert any(account.aliases for account in DEMO.accounts)


def test_people_stand_in_all_five_roles_and_in_combinations_of_them():
    for house in HOUSES:
        assert {role for post in house.posts for role in post.roles} == set(Role)
        assert any(len(post.roles) > 1 for post in house.posts)
        assert any(post.manager for post in house.posts)
    both = {post.person for post in DEMO.posts} & {post.person for post in LARKFIELD.posts}
    assert [person.email for person in both] == ["tom.okafor@kamtrak.example"]


def test_contributions_come_in_six_currencies_four_types_and_both_bases():
    entries = [event.entry for event in logged(plan_of(DEMO).events)]
    assert {entry.currency for entry in entries} == {"USD", "EUR", "GBP", "JPY", "CAD", "AUD"}
    assert {entry.type for entry in entries} == set(RevenueType)
    assert {entry.basis for entry in entries} == set(Basis)
    assert len({entry.share for entry in entries}) > 5


def test_most_entries_say_when_they_were_earned_and_some_do_not():
    for house in HOUSES:
        entries = [event.entry for event in logged(plan_of(house).events)]
        dated = sum(1 for entry in entries if entry.earned_on) / len(entries)
        assert 0.8 < dated < 0.95


def test_no_two_descriptions_read_alike_unless_an_entry_was_made_twice():
    for house in HOUSES:
        events = plan_of(house).events
        again = {e.key for e in events if isinstance(e, Voided) and e.reason.startswith("Logged twice")}
        texts = [event.entry.description for event in logged(events) if event.key not in again]
        assert len(set(texts)) == len(texts) > 200
        assert again


@every_plan
def test_every_text_is_filled_and_begins_and_ends_as_a_sentence(house, today):
    plan = plan_of(house, today)
    texts = [event.entry.description for event in logged(plan.events)]
    for told in plan.stories:
        texts += [told.story.situation, told.story.action, told.story.result]
        assert len(told.story.title) <= 200
    for text in texts:
        assert text[0].isupper() or text[0].isdigit()
        assert text.endswith(".")
        assert not re.search(r"[{}]|  |\.\.| ,|\b(\w+) \1\b", text), text
    assert max(map(len, texts)) < 400


def test_retention_says_why_the_account_was_at_risk_and_savings_who_confirmed_them():
    entries = [event.entry for house in HOUSES for event in logged(plan_of(house).events)]
    kept = [entry.description for entry in entries if entry.type is RevenueType.RETENTION]
    assert all("At risk" in text for text in kept)
    saved = [entry.description for entry in entries if entry.type is RevenueType.SAVINGS]
    proof = re.compile(r"[Cc]onfirmed|[Cc]hecked|controller|head of purchasing|cost accountant|signed")
    assert all(proof.search(text) for text in saved)


def test_own_rates_lie_on_the_market_and_beside_it():
    rates = [event for event in plan_of(DEMO).events if isinstance(event, RateGiven)]
    assert [(rate.base, rate.quote, str(rate.times)) for rate in rates] == [
        ("USD", "JPY", "1.07"),
        ("CAD", "USD", "1.004"),
        ("AUD", "USD", "1.018"),
    ]
    assert (rates[0].day, rates[0].until) == (date(2025, 1, 1), date(2025, 12, 31))
    assert rates[-1].at.date() == date(2026, 11, 22)


def test_an_amount_without_a_rate_stands_in_the_quarter_that_ended_last():
    (entry,) = [e.entry for e in logged(plan_of(LARKFIELD).events) if e.entry.currency == "KWD"]
    assert LARKFIELD.calendar.label(entry.quarter) == "Q2 2027"
    assert str(entry.amount) == "18400.000"


def test_reviews_are_asked_for_the_last_year_and_the_quarter_closed_last():
    asked = [(review.by.name, review.person.name, review.period) for review in plan_of(DEMO).reviews]
    assert asked == [
        ("Maren Lindqvist", "Maren Lindqvist", "FY2025"),
        ("Helena Voss", "Maren Lindqvist", "2026Q1"),
    ]


def test_every_account_manager_tells_achievements_of_every_year():
    told = Counter(story.owner for story in plan_of(DEMO).stories)
    assert set(told) == {post.person for post in DEMO.posts if post.logs}
    assert min(told.values()) >= 8
    assert len({(s.owner, s.story.title) for s in plan_of(DEMO).stories}) == len(plan_of(DEMO).stories)
