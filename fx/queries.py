"""Rates as the rules need them, and what is covered."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db import connection
from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from fx.models import OwnRate, PublishedRate, RateFetch, RatesFile
from fx.rules import PIVOT, Conversion, Mode, RateBook, Series, effective_series, off_market
from fx.rules import OwnRate as Own
from kamtrak.lib.money import as_rate, rate_text
from workspaces.models import Workspace


def published_reach() -> date | None:
    """The newest day of any published rate: up to there conversions are settled (rules 6.5)."""
    return PublishedRate.objects.aggregate(newest=Max("day"))["newest"]


def load_book(
    workspace: Workspace, currencies: Iterable[str], *, first: date, last: date, today: date
) -> RateBook:
    """The rates to convert `currencies` into the workspace currency on any day from `first` to `last`.

    Three queries, whatever the number of rows to be converted. Published rates are loaded from the limit
    before the first day that is judged, since that is as far back as one can hold.
    """
    reached = published_reach()
    codes = {*currencies, workspace.currency}
    return RateBook(
        mode=Mode(workspace.rate_mode),
        limit=workspace.rate_limit_days,
        today=today,
        reached=reached,
        published=_published(codes, workspace.rate_limit_days, first, last, reached),
        own=_own(workspace, codes),
    )


def _published(
    codes: set[str], limit: int, first: date, last: date, reached: date | None
) -> dict[str, Series]:
    if reached is None:
        return {}
    start = min(first, reached) - timedelta(days=limit)
    days = published_days(codes - {PIVOT}, first=start, last=last)
    return {code: Series(list(series), list(series.values())) for code, series in days.items()}


def published_days(currencies: Iterable[str], *, first: date, last: date) -> dict[str, dict[date, Decimal]]:
    """Per currency what 1 EUR was worth on each day, ascending; of a day recorded twice the later counts."""
    rows = (
        PublishedRate.objects.filter(currency__in=list(currencies), day__gte=first, day__lte=last)
        .order_by("currency", "day", "recorded_at", "pk")
        .values_list("currency", "day", "value")
    )
    newest: dict[str, dict[date, Decimal]] = defaultdict(dict)
    for currency, day, value in rows:
        newest[currency][day] = as_rate(value)
    return newest


def _own(workspace: Workspace, codes: set[str]) -> dict[frozenset[str], Sequence[Own]]:
    """Own rates among these currencies and the pivot, in force, per pair."""
    wanted = codes | {PIVOT}
    pairs: dict[frozenset[str], list[Own]] = defaultdict(list)
    rows = OwnRate.objects.filter(workspace=workspace, base__in=wanted, quote__in=wanted)
    for rate in rows.order_by("recorded_at", "pk"):
        pairs[frozenset((rate.base, rate.quote))].append(
            Own(rate.base, rate.quote, rate.day, as_rate(rate.value), rate.until, rate.withdrawn)
        )
    return {pair: effective_series(rates) for pair, rates in pairs.items()}


@dataclass(frozen=True)
class OffMarket:
    """An own rate more than 5 % off the published one of its day, both in the same direction (rules 6.8)."""

    own: Own
    published: Conversion
    distance: Decimal

    @property
    def message(self) -> str:
        percent = f"{self.distance * 100:.1f}".rstrip("0").rstrip(".")
        beside = f"1 {self.own.base} = {rate_text(self.published.rate)} {self.own.quote}"
        return (
            f"{self.own.caption} is {percent} % off the published rate of "
            f"{self.published.day:%-d %b %Y}: {beside}."
        )


def off_market_rates(workspace: Workspace, rates: Sequence[Own], today: date) -> list[OffMarket]:
    """Those of the rates that lie off the market, in their order; one query for the published ones."""
    if not rates:
        return []
    codes = {code for rate in rates for code in (rate.base, rate.quote)}
    days = [rate.day for rate in rates]
    book = load_book(workspace, codes, first=min(days), last=max(days), today=today)
    found = []
    for rate in rates:
        published = book.published_conversion(rate.base, rate.quote, rate.day)
        distance = off_market(rate.value, published.rate) if published else None
        if published and distance is not None:
            found.append(OffMarket(rate, published, distance))
    return found


@dataclass(frozen=True)
class PublishedSpan:
    """From when to when a currency was published."""

    currency: str
    first: date
    last: date


def published_spans(currencies: Iterable[str]) -> dict[str, PublishedSpan]:
    """The spans of those of the currencies that were ever published; from the index, not from the rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select code, (select min(day) from fx_publishedrate where currency = code),"
            " (select max(day) from fx_publishedrate where currency = code) from unnest(%s::text[]) code",
            [sorted(set(currencies))],
        )
        return {code: PublishedSpan(code, first, last) for code, first, last in cursor.fetchall() if first}


@dataclass(frozen=True)
class RatesEnd:
    """The newest day of the published rates, for the one banner that says so (rules 6.5)."""

    day: date | None

    def text(self, waiting: int) -> str:
        """`Published rates end at 30 Oct 2026; 12 figures wait.`"""
        says = (
            f"Published rates end at {self.day:%-d %b %Y}" if self.day else "No published rates are on file"
        )
        if not waiting:
            return f"{says}."
        return f"{says}; {waiting:,} {'figure waits' if waiting == 1 else 'figures wait'}."


def rates_end(workspace: Workspace, today: date) -> RatesEnd | None:
    """Where the published rates end; None where they end with yesterday or later, or none are used."""
    if workspace.rate_mode == Mode.MANUAL:
        return None
    reached = published_reach()
    return None if reached is not None and reached >= today else RatesEnd(reached)


def own_rates(workspace: Workspace) -> QuerySet[OwnRate]:
    """All own rates on record, newest day first, corrections and withdrawals included.

    Annotates `replaced`: a later record of the same pair and day counts instead (rules 6.1, 6.4).
    """
    pair = Q(base=OuterRef("base"), quote=OuterRef("quote")) | Q(
        base=OuterRef("quote"), quote=OuterRef("base")
    )
    after = Q(recorded_at__gt=OuterRef("recorded_at")) | Q(
        recorded_at=OuterRef("recorded_at"), pk__gt=OuterRef("pk")
    )
    later = OwnRate.objects.filter(pair, after, workspace=OuterRef("workspace"), day=OuterRef("day"))
    found = OwnRate.objects.filter(workspace=workspace).annotate(replaced=Exists(later))
    return found.select_related("recorded_by").order_by("-day", "-recorded_at", "-pk")


def own_rates_in_force(workspace: Workspace) -> QuerySet[OwnRate]:
    """Per pair and day the own rate that counts: the last recorded, unless that is a withdrawal."""
    return own_rates(workspace).filter(Q(replaced=False), withdrawn=False)


def last_fetch() -> RateFetch | None:
    """The newest question to the feed."""
    return RateFetch.objects.order_by("-asked_at").first()


def unfinished_files(workspace: Workspace) -> QuerySet[RatesFile]:
    """Uploaded files of own rates that were neither added nor discarded, without their content."""
    waiting = RatesFile.objects.filter(workspace=workspace, added_at=None)
    return waiting.defer("content").select_related("uploaded_by").order_by("-uploaded_at")
