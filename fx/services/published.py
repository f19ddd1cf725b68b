"""Published rates on their way into the record, which only grows (rules 6.1, 6.3)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction

from fx.models import FetchOutcome, RateFetch
from fx.queries import published_days, published_reach
from fx.rules import Correction, Published, Refusal, judge
from fx.rules.publication import NEIGHBOUR
from kamtrak.lib.errors import Refused

LOCK = 0x6B74_6678  # one writer of published rates at a time, whoever it is
KEEP_FETCHES = timedelta(days=90)

_STAGE = """
    create temporary table fx_incoming (
        currency text not null, day date not null, value numeric not null
    ) on commit drop
"""
_ADD = """
    insert into fx_publishedrate (currency, day, value, recorded_at)
    select currency, day, value, %s from fx_incoming order by currency, day
"""
_ADD_MISSING = """
    insert into fx_publishedrate (currency, day, value, recorded_at)
    select n.currency, n.day, n.value, %s from fx_incoming n
    where not exists (select from fx_publishedrate p where p.currency = n.currency and p.day = n.day)
    order by n.currency, n.day
"""
_DIFFERING = """
    select count(*) from fx_incoming n join (
        select distinct on (currency, day) currency, day, value
        from fx_publishedrate order by currency, day, recorded_at desc, id desc
    ) p using (currency, day) where p.value <> n.value
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
            _insert(new, _ADD, now)
    changed = reached is not None and any(rate.day <= reached for rate in new)
    return Stored(len(verdict.added), tuple(verdict.corrected), tuple(verdict.refused), changed)


def load_history(*, rates: Iterable[Published], now: datetime) -> Loaded:
    """Add the days of the shipped history that the record lacks. What is on record stays as it is, also where
    the history says otherwise: a correction that has come since must not be taken back by an older file."""
    with transaction.atomic():
        _lock()
        added = _insert(rates, _ADD_MISSING, now)
        with connection.cursor() as cursor:
            cursor.execute(_DIFFERING)
            (differing,) = cursor.fetchone()
    return Loaded(added, differing)


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [LOCK])


def _insert(rates: Iterable[Published], statement: str, now: datetime) -> int:
    """COPY the rates beside the record, then insert; how many rows were new."""
    with connection.cursor() as cursor:
        cursor.execute("drop table if exists fx_incoming")
        cursor.execute(_STAGE)
        with cursor.copy("copy fx_incoming (currency, day, value) from stdin") as copy:
            for rate in rates:
                copy.write(f"{rate.currency}\t{rate.day}\t{rate.value:f}\n")
        cursor.execute("analyze fx_incoming")
        cursor.execute(statement, [now])
        return int(cursor.rowcount)


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
