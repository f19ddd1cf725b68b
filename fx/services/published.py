"""Published rates on their way into the record, which only grows (rules 6.1, 6.3)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from django.db import connection, transaction

from fx.models import FetchOutcome, RateFetch
from fx.queries import published_days, published_reach
from fx.rules import Correction, Published, Refusal, judge
from fx.rules.publication import NEIGHBOUR
from kamtrak.lib.errors import Refused

LOCK = 0x6B74_6678  # one writer of published rates at a time, whoever it is
KEEP_FETCHES = timedelta(days=90)
PIECE = 10_000  # rates to a piece of COPY

_STAGE = """
    create temporary table fx_incoming (
        currency text not null, day date not null, value numeric not null
    ) on commit drop
"""
_ADD = """
    insert into fx_publishedrate (currency, day, value, recorded_at)
    select currency, day, value, %s from fx_incoming order by currency, day
"""
# One pass over the record: what it lacks is added, what it has otherwise is counted.
_LOAD = """
    with latest as (
        select distinct on (currency, day) currency, day, value
        from fx_publishedrate order by currency, day, recorded_at desc, id desc
    ), compared as (
        select n.currency, n.day, n.value, p.value as known
        from fx_incoming n left join latest p using (currency, day)
    ), added as (
        insert into fx_publishedrate (currency, day, value, recorded_at)
        select currency, day, value, %s from compared where known is null order by currency, day
        returning 1
    )
    select (select count(*) from added), (select count(*) from compared where known <> value)
"""


@dataclass(frozen=True)
class Stored:
    """What an answer of the feed did to the record. `changed`: days that had been reached are otherwise."""

    added: int
    corrected: tuple[Correction, ...]
    refused: tuple[Refusal, ...]
    changed: bool

    @property
    def is_new(self) -> bool:
        return bool(self.added or self.corrected)


@dataclass(frozen=True)
class Loaded:
    """What the shipped history did to the record. `differing`: values that the record has otherwise."""

    added: int
    differing: int


def store_published(*, rates: Iterable[Published], now: datetime, accept_jumps: bool = False) -> Stored:
    """Put what is new and plausible of the feed's answer on record; a correction is a row of its own.

    Raises Refused when the answer contradicts so much of the record that it is about something else.
    """
    rates = list(rates)
    if not rates:
        return Stored(0, (), (), False)
    with transaction.atomic():
        _lock()
        reached = published_reach()
        first, last = min(rate.day for rate in rates), max(rate.day for rate in rates)
        codes = {rate.currency for rate in rates}
        record = published_days(codes, first=first - NEIGHBOUR, last=last)
        verdict = judge(rates, record, accept_jumps=accept_jumps)
        if verdict.contradicted:
            raise Refused(
                f"The answer contradicts {verdict.contradicted:,} rates on record. None of it was stored."
            )
        new = [*verdict.added, *(correction.rate for correction in verdict.corrected)]
        if new:
            _stage(new)
            with connection.cursor() as cursor:
                cursor.execute(_ADD, [now])
    changed = reached is not None and any(rate.day <= reached for rate in new)
    return Stored(len(verdict.added), tuple(verdict.corrected), tuple(verdict.refused), changed)


def load_history(*, rates: Iterable[Published], now: datetime) -> Loaded:
    """Add the days of the shipped history that the record lacks. What is on record stays as it is, also where
    the history says otherwise: a correction that has come since must not be taken back by an older file."""
    with transaction.atomic():
        _lock()
        _stage(rates)
        with connection.cursor() as cursor:
            cursor.execute(_LOAD, [now])
            added, differing = cursor.fetchone()
    return Loaded(added, differing)


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [LOCK])


def _stage(rates: Iterable[Published]) -> None:
    """COPY the rates beside the record."""
    lines = (f"{rate.currency}\t{rate.day}\t{rate.value:f}\n" for rate in rates)
    with connection.cursor() as cursor:
        cursor.execute("drop table if exists fx_incoming")
        cursor.execute(_STAGE)
        with cursor.copy("copy fx_incoming (currency, day, value) from stdin") as copy:
            while piece := "".join(islice(lines, PIECE)):
                copy.write(piece)
        cursor.execute("analyze fx_incoming")


def record_fetch(
    *, outcome: FetchOutcome, detail: str, now: datetime, stored: Stored | None = None
) -> RateFetch:
    """Note how a question to the feed ended, and forget those of long ago."""
    RateFetch.objects.filter(asked_at__lt=now - KEEP_FETCHES).delete()
    return RateFetch.objects.create(
        asked_at=now,
        outcome=outcome,
        detail=detail[:1000],
        added=stored.added if stored else 0,
        corrected=len(stored.corrected) if stored else 0,
        refused=len(stored.refused) if stored else 0,
    )
