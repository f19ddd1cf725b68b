"""Rates as the rules need them, and what is covered."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Max, Min, Q

from fx.models import OwnRate, PublishedRate
from fx.rules import PIVOT, Mode, RateBook, Series, effective_series
from fx.rules import OwnRate as Own
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
    rows = (
        PublishedRate.objects.filter(currency__in=codes - {PIVOT}, day__gte=start, day__lte=last)
        .order_by("currency", "day", "recorded_at", "pk")
        .values_list("currency", "day", "value")
    )
    newest: dict[str, dict[date, object]] = defaultdict(dict)
    for currency, day, value in rows:
        newest[currency][day] = value.normalize()  # of a day recorded twice the later counts
    return {code: Series(list(series), list(series.values())) for code, series in newest.items()}  # type: ignore[arg-type]


def _own(workspace: Workspace, codes: set[str]) -> dict[frozenset[str], Sequence[Own]]:
    """Own rates among these currencies and the pivot, in force, per pair."""
    wanted = codes | {PIVOT}
    pairs: dict[frozenset[str], list[Own]] = defaultdict(list)
    rows = OwnRate.objects.filter(workspace=workspace, base__in=wanted, quote__in=wanted)
    for rate in rows.order_by("recorded_at", "pk"):
        pairs[frozenset((rate.base, rate.quote))].append(
            Own(rate.base, rate.quote, rate.day, rate.value.normalize(), rate.until, rate.withdrawn)
        )
    return {pair: effective_series(rates) for pair, rates in pairs.items()}


@dataclass(frozen=True)
class PublishedSpan:
    """From when to when a currency was published."""

    currency: str
    first: date
    last: date


def published_spans(currencies: Iterable[str] | None = None) -> list[PublishedSpan]:
    found = PublishedRate.objects.all()
    if currencies is not None:
        found = found.filter(currency__in=list(currencies))
    spans = found.values("currency").annotate(first=Min("day"), last=Max("day")).order_by("currency")
    return [PublishedSpan(span["currency"], span["first"], span["last"]) for span in spans]


def own_rates(workspace: Workspace, currency: str | None = None) -> Sequence[OwnRate]:
    """All own rates on record, newest day first, corrections and withdrawals included."""
    found = OwnRate.objects.filter(workspace=workspace).select_related("recorded_by")
    if currency:
        found = found.filter(Q(base=currency) | Q(quote=currency))
    return found.order_by("-day", "-recorded_at", "-pk")
