"""Days that no rate reaches, told in gaps, and the own rate that fills a gap (rules 5.11, 6.4, 6.6)."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from fx.rules.conversions import Conversion, Mode, RateBook, Source
from kamtrak.lib.months import Month, days_between

TOLD = 3  # spans that are told one by one
DAY = timedelta(days=1)
FRIDAY = 4
OnOrAfter = Callable[[date], date]  # the first day from this one on that figures can be of


@dataclass(frozen=True)
class Gap:
    """Days without a rate and with none on file between them: `days` are those that figures wait on."""

    days: tuple[date, ...]

    @property
    def first(self) -> date:
        return self.days[0]

    @property
    def last(self) -> date:
        return self.days[-1]


@dataclass(frozen=True)
class Needed:
    """The own rate that fills a gap: from its first day, until its last where rates go on by themselves."""

    base: str
    quote: str
    day: date
    until: date | None = None

    @property
    def path(self) -> str:
        """The page that asks for it, below the workspace's address."""
        until = f"&until={self.until.isoformat()}" if self.until else ""
        return f"rates/add/?base={self.base}&quote={self.quote}&day={self.day.isoformat()}{until}"


def any_day(day: date) -> date:
    return day


def months_end(day: date) -> date:
    return Month.of(day).last


def gaps(
    book: RateBook, base: str, quote: str, days: Collection[date], on_or_after: OnOrAfter = any_day
) -> list[Gap]:
    """These days, none of which has a rate, parted where one between them has."""
    found: list[list[date]] = []
    for day in sorted(set(days)):
        if found and not _first_rate(book, base, quote, found[-1][-1] + DAY, day - DAY, on_or_after):
            found[-1].append(day)
        else:
            found.append([day])
    return [Gap(tuple(each)) for each in found]


def _first_rate(
    book: RateBook, base: str, quote: str, first: date, last: date, on_or_after: OnOrAfter = any_day
) -> tuple[date, Conversion] | None:
    """The first of these days that has a rate, and that rate. Only days on which one may begin are asked."""
    days = map(on_or_after, [first, *book.beginnings(base, quote, first, last)])
    for day in sorted({day for day in days if first <= day <= last}):
        if found := book.conversion(base, quote, day):
            return day, found
    return None


def needed(book: RateBook, base: str, quote: str, gap: Gap) -> Needed:
    """A gap that begins on a weekend is filled from the Friday before, whose rate people find, unless there
    is one on file already."""
    friday = gap.first - DAY * max(gap.first.weekday() - FRIDAY, 0)
    before = _first_rate(book, base, quote, friday, gap.first - DAY)
    return Needed(base, quote, gap.first if before else friday, _until(book, base, quote, gap))


def _until(book: RateBook, base: str, quote: str, gap: Gap) -> date | None:
    """Where own rates go first, one without an end would take the place of the published ones that follow."""
    if book.mode is not Mode.SEMI_AUTOMATIC:
        return None
    after = _first_rate(book, base, quote, gap.last + DAY, book.today)
    return after[0] - DAY if after and after[1].source is Source.PUBLISHED else None


def said_days(found: Sequence[Gap]) -> str:
    """`1–3 Jan and 20–24 Mar 2026`; of many gaps the first, and how many days more."""
    one_year = len({day.year for gap in found for day in (gap.first, gap.last)}) == 1
    last = len(found[:TOLD]) - 1
    told = [
        days_between(gap.first, gap.last, with_year=not one_year or place == last)
        for place, gap in enumerate(found[:TOLD])
    ]
    return _joined(told, found, "day")


def said_months(found: Sequence[Gap]) -> str:
    """`January – March 2026 and June 2026`: the same of gaps whose days are the last ones of months."""
    return _joined([_months(Month.of(gap.first), Month.of(gap.last)) for gap in found[:TOLD]], found, "month")


def _months(first: Month, last: Month) -> str:
    ends = f"{last.first:%B %Y}"
    begins = f"{first.first:%B}" if first.year == last.year else f"{first.first:%B %Y}"
    return ends if first == last else f"{begins} – {ends}"


def _joined(told: list[str], found: Sequence[Gap], noun: str) -> str:
    if more := sum(len(gap.days) for gap in found[TOLD:]):
        told = [*told, f"{more:,} more {noun}{'' if more == 1 else 's'}"]
    return " and ".join([", ".join(told[:-1]), told[-1]] if len(told) > 1 else told)
