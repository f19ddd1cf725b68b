"""Asking the feed: when, which file, what is kept of the answer; nothing breaks without a network."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from contributions.models import Contribution
from fx import tasks
from fx.models import FetchOutcome, RateFetch
from fx.queries import published_reach
from fx.sources import ecb_feed
from fx.sources.fetching import fetch_rates
from kamtrak.tenancy import in_workspace
from tests.cast import Cast
from tests.fx.builders import NOW, REACHED, make_contribution, publish
from tests.fx.feed import Feed, envelope, running_feed, says, says_nothing
from workspaces.models import Alert

pytestmark = pytest.mark.django_db
NEWER = {"2026-11-23": {"USD": "1.1300"}, "2026-11-20": {"USD": "1.1250"}}


@pytest.fixture
def feed(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[Feed]:
    monkeypatch.setattr(ecb_feed, "TIMEOUT", 0.2)
    with running_feed() as server:
        settings.ECB_FEED_URL = server.at("/90d.xml", says(envelope(NEWER)))
        settings.ECB_HISTORY_URL = server.at("/all.xml", says(envelope(NEWER)))
        yield server


def fetched(now: datetime = NOW, **options: Any) -> RateFetch:
    fetch = fetch_rates(now=now, **options)
    assert fetch is not None
    return fetch


def test_newer_days_come_in_and_provisional_figures_settle(cast: Cast, feed: Feed) -> None:
    publish()
    row = make_contribution(cast.alex, "1000", "EUR", earned_on=date(2026, 9, 30))
    waiting = make_contribution(
        cast.alex, "500", "EUR", quarter=cast.acme.quarter_of(NOW), earned_on=date(2026, 11, 21)
    )
    assert (row.provisional, waiting.provisional, waiting.converted) == (False, True, Decimal("558.60"))
    fetch = fetched()
    assert (fetch.outcome, fetch.added) == (FetchOutcome.STORED, 2)
    with in_workspace(cast.acme.pk):
        waiting = Contribution.objects.get(pk=waiting.pk)
    assert (waiting.provisional, waiting.converted, waiting.rate_day) == (
        False,
        Decimal("562.50"),
        date(2026, 11, 20),
    )


def test_the_feed_is_left_alone_within_the_hour_and_when_nothing_newer_can_be_there(feed: Feed) -> None:
    publish()
    fetched()
    assert fetch_rates(now=NOW + timedelta(hours=2)) is None  # 15:00 in Frankfurt: Friday's is the newest
    assert feed.asked == ["/90d.xml"]
    feed.at("/90d.xml", says(envelope(NEWER)))
    evening = NOW + timedelta(hours=28)
    assert fetched(evening).outcome == FetchOutcome.UNCHANGED
    assert fetch_rates(now=evening + timedelta(minutes=20)) is None
    assert fetched(evening + timedelta(minutes=20), force=True).outcome == FetchOutcome.UNCHANGED


def test_a_gap_of_more_than_ninety_days_asks_for_the_whole_history(feed: Feed, settings: Any) -> None:
    publish({date(2026, 8, 1): {"USD": "1.1"}})
    old = {"2026-01-05": {"USD": "1.04"}, "2026-05-04": {"USD": "1.08"}}
    feed.at("/all.xml", says(envelope(NEWER | old)))
    assert fetched().added == 3  # the history before the gap is on record, or was never published
    assert feed.asked == ["/all.xml"]


def test_without_any_rate_the_whole_history_is_taken(feed: Feed) -> None:
    feed.at("/all.xml", says(envelope(NEWER | {"1999-01-04": {"USD": "1.1789"}})))
    assert fetched().added == 3


def test_no_network_breaks_nothing(feed: Feed, settings: Any, caplog: pytest.LogCaptureFixture) -> None:
    publish()
    settings.ECB_FEED_URL = "http://127.0.0.1:1/"
    fetch = fetched()
    assert fetch.outcome == FetchOutcome.UNREACHABLE
    assert "cannot be reached" in fetch.detail
    assert published_reach() == REACHED
    tasks.fetch_rates()


def test_rates_that_have_stopped_are_an_alert_where_they_are_used_until_they_go_on(
    cast: Cast, feed: Feed, settings: Any
) -> None:
    """The newest rate is of 30 October; it is the 23rd of November."""
    publish()
    make_contribution(cast.alex, "500", "EUR")
    answering, settings.ECB_FEED_URL = settings.ECB_FEED_URL, "http://127.0.0.1:1/"
    fetched()
    with in_workspace(cast.acme.pk):
        alert = Alert.objects.get(key="rates-ended")
    assert (alert.title, alert.state) == ("Published rates have stopped", "open")
    assert "They end at 30 October 2026." in alert.detail
    with in_workspace(cast.other.pk):
        assert not Alert.objects.exists()  # it converts nothing
    settings.ECB_FEED_URL = answering
    feed.at("/90d.xml", says(envelope(NEWER)))
    fetched(NOW + timedelta(hours=2), force=True)
    with in_workspace(cast.acme.pk):
        assert Alert.objects.get(key="rates-ended").state == "resolved"


def test_a_silent_feed_is_noted(feed: Feed) -> None:
    publish()
    feed.at("/90d.xml", says_nothing(2))
    assert fetched().outcome == FetchOutcome.UNREACHABLE


@pytest.mark.parametrize(
    "content", [b"<html/>", envelope({}), envelope({"2026-11-24": {"USD": "1.1"}}), b"\x00\xff"]
)
def test_nonsense_is_refused_and_noted_and_changes_nothing(feed: Feed, content: bytes) -> None:
    publish()
    feed.at("/90d.xml", says(content))
    assert fetched().outcome == FetchOutcome.REFUSED
    assert published_reach() == REACHED


def test_a_jump_is_refused_alerts_where_the_currency_is_used_and_comes_in_once_accepted(
    cast: Cast, feed: Feed, caplog: pytest.LogCaptureFixture
) -> None:
    publish({REACHED: {"USD": "1.1172", "GBP": "0.8338"}})
    feed.at("/90d.xml", says(envelope({"2026-11-02": {"USD": "1.1180", "GBP": "8.338"}})))
    fetch = fetched()
    assert (fetch.added, fetch.refused) == (1, 1)
    assert "GBP 8.338 on 2 Nov 2026 is more than 50 % off 0.8338 on 30 Oct 2026" in fetch.detail
    assert "published rate refused" in caplog.text
    alert = _alert(cast)
    assert alert.state == "open"
    assert alert.path == "rates/add/?base=GBP&quote=USD&day=2026-11-02"
    assert "8.338" in alert.detail
    fetch = fetched(NOW + timedelta(hours=1), force=True, accept_jumps=True)
    assert (fetch.added, fetch.refused) == (1, 0)
    assert _alert(cast).state == "resolved"


def test_a_correction_is_noted_with_both_values(cast: Cast, feed: Feed) -> None:
    publish()
    feed.at("/90d.xml", says(envelope({"2026-10-30": {"USD": "1.1182"}})))
    fetch = fetched()
    assert (fetch.added, fetch.corrected) == (0, 1)
    assert fetch.detail == "Corrected USD 30 Oct 2026: 1.1172 → 1.1182."


def test_the_command_says_what_came_and_fails_where_nothing_did(
    feed: Feed, capsys: Any, settings: Any
) -> None:
    publish()
    feed.at("/90d.xml", says(envelope({"2026-11-02": {"USD": "1.1180"}})))
    call_command("fetch_rates")
    assert (
        "1 rates added, 0 corrected, 0 refused; published rates end at 2026-11-02." in capsys.readouterr().out
    )
    settings.ECB_FEED_URL = "http://127.0.0.1:1/"
    settings.ECB_HISTORY_URL = "http://127.0.0.1:1/"
    with pytest.raises(CommandError, match="No answer"):
        call_command("fetch_rates")


def test_questions_of_long_ago_are_forgotten(feed: Feed) -> None:
    publish()
    RateFetch.objects.create(asked_at=NOW - timedelta(days=91), outcome=FetchOutcome.UNCHANGED)
    fetched()
    assert RateFetch.objects.count() == 1


def _alert(cast: Cast) -> Alert:
    with in_workspace(cast.acme.pk):
        return Alert.objects.get(key="rate-refused:GBP")
