"""The record of published rates, shared by all workspaces."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection
from django.db.models import Max

from fx.models import PublishedRate, RateFetch
from fx.rules import Mode
from kamtrak.lib.money import as_rate
from workspaces.models import Workspace


def published_reach() -> date | None:
    """The newest day of any published rate: up to there conversions are settled (rules 6.5)."""
    return PublishedRate.objects.aggregate(newest=Max("day"))["newest"]


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


@dataclass(frozen=True)
class PublishedSpan:
    """From when to when a currency was published."""

    currency: str
    first: date
    last: date


def published_spans(currencies: Iterable[str]) -> tuple[dict[str, PublishedSpan], date | None]:
    """The spans of those of the currencies that were ever published, and the newest day of any rate.

    From the indexes, not from the rows. At least one currency is asked about.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select code, (select min(day) from fx_publishedrate where currency = code),"
            " (select max(day) from fx_publishedrate where currency = code),"
            " (select max(day) from fx_publishedrate) from unnest(%s::text[]) code",
            [sorted(set(currencies))],
        )
        lines = cursor.fetchall()
    spans = {code: PublishedSpan(code, first, last) for code, first, last, _ in lines if first}
    return spans, lines[0][3]


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
    """Where the published rates end; None where they reach today, or none are used (rules 6.5)."""
    return None if workspace.rate_mode == Mode.MANUAL else end_of(workspace, published_reach(), today)


def end_of(workspace: Workspace, reached: date | None, today: date) -> RatesEnd | None:
    """The same for whoever knows the newest day already."""
    if workspace.rate_mode == Mode.MANUAL or (reached is not None and reached >= today):
        return None
    return RatesEnd(reached)


def rates_banner(workspace: Workspace, today: date, waiting: int) -> str:
    """What a page says of its figures that wait for rates (rules 6.5); "" where none does."""
    end = rates_end(workspace, today) if waiting else None
    return end.text(waiting) if end else ""


def last_fetch() -> RateFetch | None:
    """The newest question to the feed."""
    return RateFetch.objects.order_by("-asked_at").first()
