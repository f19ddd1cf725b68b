"""When published rates are expected, and which of an answer are believed (rules 6.3).

The feed is somebody else's: what it says is compared with what is on record before a figure may move by it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

FRANKFURT = ZoneInfo("Europe/Berlin")
PUBLISHED_BY = time(16, 0)  # reference rates appear around 16:00 on every working day of the bank
ASK_AGAIN = timedelta(minutes=50)  # an hourly schedule may come a little early

JUMP = Decimal("0.5")
NEIGHBOUR = timedelta(days=10)
# Single values are corrected now and then. An answer that contradicts more than this part of what is on
# record is about something else (another base currency, another bank), however plausible each value looks.
CONTRADICTED = Decimal("0.05")
FEW = 5


class Published(NamedTuple):
    """What 1 EUR was worth on a day."""

    currency: str
    day: date
    value: Decimal


@dataclass(frozen=True, slots=True)
class Correction:
    """A value that replaces the one on record for its day."""

    rate: Published
    before: Decimal


@dataclass(frozen=True, slots=True)
class Refusal:
    """A value that is not believed: it is too far from `against`, the value on record for `day`."""

    rate: Published
    against: Decimal
    day: date

    def __str__(self) -> str:
        rate = self.rate
        return (
            f"{rate.currency} {rate.value.normalize():f} on {rate.day:%-d %b %Y} is more than 50 % off "
            f"{self.against.normalize():f} on {self.day:%-d %b %Y}"
        )


@dataclass(frozen=True)
class Verdict:
    """What of an answer is new, corrects the record, or is refused.

    `contradicted`: so many values on record are otherwise in the answer that nothing of it is believed.
    """

    added: list[Published] = field(default_factory=list)
    corrected: list[Correction] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    contradicted: int = 0


def newest_expected(now: datetime) -> date:
    """The newest working day whose rates should have been published by now; holidays are not known."""
    there = now.astimezone(FRANKFURT)
    day = there.date() if there.time() >= PUBLISHED_BY else there.date() - timedelta(days=1)
    while day.weekday() >= 5:
        day -= timedelta(days=1)
    return day


def worth_asking(*, now: datetime, reached: date | None, asked: datetime | None) -> bool:
    """Whether the feed may know more than the record, and was not asked within the hour."""
    if asked is not None and now - asked < ASK_AGAIN:
        return False
    return reached is None or reached < newest_expected(now)


def judge(
    rates: Iterable[Published],
    record: Mapping[str, Mapping[date, Decimal]],
    *,
    accept_jumps: bool = False,
) -> Verdict:
    """Compare an answer with the record (per currency, day → value).

    A value is refused when it is more than 50 % off the one it follows (the newest within ten days before)
    or the one it corrects, unless somebody has looked at it (`accept_jumps`). Currencies have fallen like
    that (TRL on 22 February 2001), so a person can let it in; but no figure moves by it unseen.
    """
    verdict = Verdict()
    overlapping = 0
    known: dict[str, dict[date, Decimal]] = {}
    for rate in sorted(rates, key=lambda rate: (rate.currency, rate.day)):
        days = known.setdefault(rate.currency, dict(record.get(rate.currency, {})))
        stored = days.get(rate.day)
        overlapping += stored is not None
        if stored == rate.value:
            continue
        refusal = None if accept_jumps else _jump(rate, days)
        if refusal is not None:
            verdict.refused.append(refusal)
            continue
        if stored is None:
            verdict.added.append(rate)
        else:
            verdict.corrected.append(Correction(rate, stored))
        days[rate.day] = rate.value
    other = len(verdict.corrected) + sum(refusal.rate.day == refusal.day for refusal in verdict.refused)
    few = max(Decimal(FEW), overlapping * CONTRADICTED)
    return Verdict(contradicted=other) if other > few else verdict


def _jump(rate: Published, days: Mapping[date, Decimal]) -> Refusal | None:
    """The value on record that this one is too far from, if there is one: of its day, or the one before."""
    earlier = (rate.day - timedelta(days=n) for n in range(1, NEIGHBOUR.days + 1))
    before = next((day for day in earlier if day in days), None)
    for day in (rate.day, before):
        if day is not None and day in days and abs(rate.value - days[day]) > days[day] * JUMP:
            return Refusal(rate, days[day], day)
    return None
