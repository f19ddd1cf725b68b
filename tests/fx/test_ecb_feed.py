"""The feed is slow, wrong, empty, down, huge, redirecting or hostile: it says so, and nothing waits."""

import socket
import time
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

from fx.rules import Published
from fx.sources import ecb_feed
from fx.sources.ecb_feed import FeedRefused, FeedUnreachable, ask, read_answer
from tests.fx.feed import Feed, drips, envelope, redirects, running_feed, says, says_nothing

TODAY = date(2026, 11, 2)
GOOD = envelope({"2026-11-02": {"USD": "1.1172", "JPY": "175.68"}, "2026-10-30": {"USD": "1.1150"}})


@pytest.fixture
def feed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Feed]:
    monkeypatch.setattr(ecb_feed, "TIMEOUT", 0.2)
    monkeypatch.setattr(ecb_feed, "DEADLINE", 0.4)
    with running_feed() as server:
        yield server


def test_a_good_answer_gives_exact_rates(feed: Feed) -> None:
    assert ask(feed.at("/rates.xml", says(GOOD)), today=TODAY) == [
        Published("USD", date(2026, 11, 2), Decimal("1.1172")),
        Published("JPY", date(2026, 11, 2), Decimal("175.68")),
        Published("USD", date(2026, 10, 30), Decimal("1.1150")),
    ]
    assert feed.asked == ["/rates.xml"]


def test_a_silent_server_is_asked_three_times_and_then_left_alone(feed: Feed) -> None:
    started = time.monotonic()
    with pytest.raises(FeedUnreachable, match="No answer within"):
        ask(feed.at("/slow", says_nothing(5)), today=TODAY)
    assert len(feed.asked) == 3
    assert time.monotonic() - started < 2


def test_a_dripping_answer_is_given_up_at_the_deadline(feed: Feed) -> None:
    with pytest.raises(FeedUnreachable, match="was not complete"):
        ask(feed.at("/drip", drips(b"<", 0.05)), today=TODAY)


def test_nobody_listening_is_unreachable() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(FeedUnreachable, match="cannot be reached"):
        ask(f"http://127.0.0.1:{port}/", today=TODAY)


def test_an_answer_that_comes_at_the_third_try_is_taken(feed: Feed) -> None:
    failing, good = says(b"", 503), says(GOOD)
    url = feed.at("/flaky", lambda request: (good if len(feed.asked) == 3 else failing)(request))
    assert len(ask(url, today=TODAY)) == 3


@pytest.mark.parametrize("status", [400, 403, 404, 410])
def test_an_answer_that_will_not_change_is_not_asked_for_again(feed: Feed, status: int) -> None:
    with pytest.raises(FeedRefused, match=f"HTTP {status}"):
        ask(feed.at("/gone", says(b"no", status)), today=TODAY)
    assert len(feed.asked) == 1


def test_a_huge_answer_is_cut_off(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ecb_feed, "LARGEST", 100_000)
    with pytest.raises(FeedRefused, match="more than"):
        ask(feed.at("/huge", drips(b" " * 60_000, 0)), today=TODAY)


def test_an_answer_that_breaks_off_is_not_taken_for_whole(feed: Feed) -> None:
    url = feed.at("/short", says(GOOD, length=len(GOOD) + 10))
    with pytest.raises(FeedUnreachable, match="broke off"):
        ask(url, today=TODAY)


def test_a_redirect_on_the_web_is_followed(feed: Feed) -> None:
    feed.at("/new", says(GOOD))
    assert ask(feed.at("/old", redirects("/new")), today=TODAY)


@pytest.mark.parametrize("to", ["file:///etc/passwd", "ftp://127.0.0.1/rates", "data:text/xml,<a/>"])
def test_a_redirect_to_another_scheme_is_refused(feed: Feed, to: str) -> None:
    with pytest.raises(FeedRefused):
        ask(feed.at("/away", redirects(to)), today=TODAY)


def test_redirects_in_a_circle_end(feed: Feed) -> None:
    with pytest.raises(FeedRefused):
        ask(feed.at("/circle", redirects("/circle")), today=TODAY)
    assert len(feed.asked) <= 5


def test_only_addresses_of_the_web_are_asked() -> None:
    with pytest.raises(FeedRefused, match="not an address"):
        ask("file:///etc/passwd", today=TODAY)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not XML"),
        (b"<html><body>Maintenance</body></html>", "not with the bank's envelope"),
        (b'{"rates": {}}', "not XML"),
        (GOOD[:-20], "not XML"),
        (envelope({}), "no rates"),
        (envelope({"2026-11-02": {}}), "no rates"),
        (envelope({"2026-11-03": {"USD": "1.1"}}), "has not come"),
        (envelope({"1998-12-31": {"USD": "1.1"}}), "before the euro"),
        (envelope({"30 October": {"USD": "1.1"}}), "not a day"),
        (envelope({"2026-11-02": {"USD": "0"}}), "not a rate"),
        (envelope({"2026-11-02": {"USD": "-1.1"}}), "not a rate"),
        (envelope({"2026-11-02": {"USD": "NaN"}}), "not a rate"),
        (envelope({"2026-11-02": {"USD": "Infinity"}}), "not a rate"),
        (envelope({"2026-11-02": {"USD": "1e9"}}), "not a rate"),
        (envelope({"2026-11-02": {"USD": "１.１"}}), "not a rate"),
        (envelope({"2026-11-02": {"USD": "1.2345678901234"}}), "not a rate"),
        (envelope({"2026-11-02": {"USD": ""}}), "not a rate"),
    ],
)
def test_nonsense_is_refused_as_a_whole(content: bytes, message: str) -> None:
    with pytest.raises(FeedRefused, match=message):
        read_answer(content, today=TODAY)


def test_two_values_of_one_day_are_refused_and_a_repeated_one_is_taken_once() -> None:
    twice = envelope({"2026-11-02": {"USD": "1.1"}}) + b""
    day = b'<Cube time="2026-11-02"><Cube currency="USD" rate="%s"/></Cube></Cube></gesmes:Envelope>'
    same, other = (twice.replace(b"</Cube></gesmes:Envelope>", day % value) for value in (b"1.1", b"1.2"))
    assert len(read_answer(same, today=TODAY)) == 1
    with pytest.raises(FeedRefused, match="two rates of USD"):
        read_answer(other, today=TODAY)


def test_a_currency_unknown_here_does_not_stop_the_others() -> None:
    content = envelope({"2026-11-02": {"QQQ": "5", "EUR": "1", "USD": "1.1"}})
    assert [rate.currency for rate in read_answer(content, today=TODAY)] == ["USD"]


def test_an_entity_bomb_is_refused_before_it_grows() -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY b "' + b"c" * 100 + b'"><!ENTITY d "&b;&b;&b;&b;">]>'
    started = time.monotonic()
    with pytest.raises(FeedRefused, match="declarations"):
        read_answer(b'<?xml version="1.0"?>' + bomb + b"<a>&d;</a>", today=TODAY)
    outside = b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'
    with pytest.raises(FeedRefused, match="declarations"):
        read_answer(outside, today=TODAY)
    assert time.monotonic() - started < 1
