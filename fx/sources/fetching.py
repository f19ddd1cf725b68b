"""Asking the feed and following what it says: the one way newer days come in (rules 6.3)."""

import logging
from datetime import datetime, timedelta

from django.conf import settings

from fx.models import FetchOutcome, RateFetch
from fx.queries import last_fetch, published_reach
from fx.rules import Published, worth_asking
from fx.rules.publication import FRANKFURT
from fx.services.ends import note_end
from fx.services.followers import settle_everywhere
from fx.services.published import Stored, record_fetch, store_published
from fx.services.refusals import note_refusals
from fx.sources.ecb_feed import FeedError, FeedRefused, ask
from kamtrak.lib.errors import Refused

log = logging.getLogger(__name__)


def fetch_rates(*, now: datetime, accept_jumps: bool = False, force: bool = False) -> RateFetch | None:
    """Ask the feed, store what is new, and have the figures follow. Never raises for what the feed does.

    None: it was not asked, because it cannot know more or was asked within the hour; `force` asks anyway.
    `accept_jumps` also takes values that are more than 50 % off, once somebody has looked at them.
    """
    last = last_fetch()
    if not force and not worth_asking(
        now=now, reached=published_reach(), asked=last.asked_at if last else None
    ):
        return None
    try:
        stored = store_published(rates=_answer(now), now=now, accept_jumps=accept_jumps)
    except (FeedError, Refused) as problem:
        refused = isinstance(problem, FeedRefused | Refused)
        outcome = FetchOutcome.REFUSED if refused else FetchOutcome.UNREACHABLE
        log.log(
            logging.ERROR if refused else logging.WARNING, "published rates: %s %s", outcome.label, problem
        )
        note_end(now=now)
        return record_fetch(outcome=outcome, detail=str(problem), now=now)
    outcome = FetchOutcome.STORED if stored.is_new else FetchOutcome.UNCHANGED
    fetch = record_fetch(outcome=outcome, detail=_detail(stored), now=now, stored=stored)
    for refusal in stored.refused:
        log.error("published rate refused: %s", refusal)
    note_refusals(refusals=stored.refused, now=now)
    note_end(now=now)
    if stored.is_new:
        settle_everywhere(now=now, changed=stored.changed)
    return fetch


def _answer(now: datetime) -> list[Published]:
    """The feed's answer: the short file, or, over a larger gap, what the whole history has since."""
    reached = published_reach()
    today = now.astimezone(FRANKFURT).date()
    window = timedelta(days=settings.ECB_FEED_DAYS)
    if reached is not None and today - reached <= window:
        return ask(settings.ECB_FEED_URL, today=today)
    rates = ask(settings.ECB_HISTORY_URL, today=today)
    return rates if reached is None else [rate for rate in rates if rate.day >= reached - window]


def _detail(stored: Stored) -> str:
    corrections = [
        f"{c.rate.currency} {c.rate.day:%-d %b %Y}: {c.before.normalize():f} → {c.rate.value.normalize():f}"
        for c in stored.corrected
    ]
    said = [f"Corrected {', '.join(corrections)}."] if corrections else []
    return " ".join(said + [f"Refused: {refusal}." for refusal in stored.refused])
