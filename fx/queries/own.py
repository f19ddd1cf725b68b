"""Own rates on record, how far they are from the market, and files of them on their way in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from fx.models import OwnRate, RatesFile
from fx.queries.books import load_book
from fx.rules import Conversion, off_market
from fx.rules import OwnRate as Own
from kamtrak.lib.money import as_rate, is_currency, rate_text
from workspaces.models import Workspace

# A pair and its inverse are one series (rules 6.4).
SAME_PAIR = Q(base=OuterRef("base"), quote=OuterRef("quote")) | Q(
    base=OuterRef("quote"), quote=OuterRef("base")
)
Place = tuple[frozenset[str], date]  # a pair, whichever way round, and a day


def place_of(rate: Own) -> Place:
    return frozenset((rate.base, rate.quote)), rate.day


def as_value(row: OwnRate) -> Own:
    """What a row says, for the rules."""
    return Own(row.base, row.quote, row.day, as_rate(row.value), row.until, row.withdrawn)


def own_on_record(workspace: Workspace) -> dict[Place, Own]:
    """Per pair and day what was recorded last, withdrawals included."""
    rows = OwnRate.objects.filter(workspace=workspace).order_by("recorded_at", "pk")
    return {place_of(rate): rate for rate in map(as_value, rows)}


def own_rates(workspace: Workspace) -> QuerySet[OwnRate]:
    """All own rates on record, newest day first, corrections and withdrawals included.

    Annotates `replaced`: a later record of the same pair and day counts instead (rules 6.1, 6.4).
    """
    after = Q(recorded_at__gt=OuterRef("recorded_at")) | Q(
        recorded_at=OuterRef("recorded_at"), pk__gt=OuterRef("pk")
    )
    later = OwnRate.objects.filter(SAME_PAIR, after, workspace=OuterRef("workspace"), day=OuterRef("day"))
    found = OwnRate.objects.filter(workspace=workspace).annotate(replaced=Exists(later))  # type: ignore[no-redef]
    return found.select_related("recorded_by").order_by("-day", "-recorded_at", "-pk")


@dataclass(frozen=True)
class Page:
    """A page of own rates, with the cursors of its neighbours; "" where there is none."""

    rows: list[OwnRate]
    after: str
    before: str


def _with_the_next(workspace: Workspace) -> QuerySet[OwnRate]:
    """Own rates that also know, as `next_day`, from when on another one of their pair holds."""
    later = own_rates_in_force(workspace).filter(SAME_PAIR, day__gt=OuterRef("day"))
    first = Subquery(later.order_by("day").values("day")[:1])
    return own_rates(workspace).annotate(next_day=first)  # type: ignore[no-redef]


def own_rates_page(workspace: Workspace, query: Mapping[str, str], size: int) -> Page:
    """Own rates, newest day first, of a currency (`currency`) and those in force only (`show=current`)."""
    rows = _with_the_next(workspace).order_by("-day", "-pk")
    if is_currency(code := query.get("currency", "")):
        rows = rows.filter(Q(base=code) | Q(quote=code))
    if query.get("show") == "current":
        rows = rows.filter(Q(replaced=False), withdrawn=False)
    after, before = _cursor(query.get("after", "")), _cursor(query.get("before", ""))
    if after:
        rows = rows.filter(Q(day__lt=after[0]) | Q(day=after[0], pk__lt=after[1]))
    elif before:
        rows = rows.filter(Q(day__gt=before[0]) | Q(day=before[0], pk__gt=before[1])).order_by("day", "pk")
    found = list(rows[: size + 1])
    more, found = len(found) > size, found[:size]
    if before:
        found.reverse()
    return Page(
        found,
        after=_key(found[-1]) if found and (more or before) else "",
        before=_key(found[0]) if found and (more if before else bool(after)) else "",
    )


def _key(row: OwnRate) -> str:
    return f"{row.day}~{row.pk}"


def _cursor(text: str) -> tuple[date, int] | None:
    """The place that a cursor names; None for none, or one that somebody has made up."""
    day, _, pk = text.partition("~")
    try:
        return date.fromisoformat(day), int(pk)
    except ValueError:
        return None


def own_rates_in_force(workspace: Workspace) -> QuerySet[OwnRate]:
    """Per pair and day the own rate that counts: the last recorded, unless that is a withdrawal."""
    return own_rates(workspace).filter(Q(replaced=False), withdrawn=False)


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


def unfinished_files(workspace: Workspace) -> QuerySet[RatesFile]:
    """Uploaded files of own rates that were neither added nor discarded, without their content."""
    waiting = RatesFile.objects.filter(workspace=workspace, added_at=None)
    return waiting.defer("content").select_related("uploaded_by").order_by("-uploaded_at")
