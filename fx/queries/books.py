"""Rates as the rules need them: the book of a workspace, what it covers, one rate looked up."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from fx.models import OwnRate
from fx.queries.published import PublishedSpan, published_days, published_reach, published_spans
from fx.rules import PIVOT, Conversion, CurrencyUse, Mode, RateBook, Series, Source, effective_series
from fx.rules import OwnRate as Own
from kamtrak.lib.money import as_rate, currency_name, is_currency
from workspaces.models import Workspace


def load_book(
    workspace: Workspace, currencies: Iterable[str], *, first: date, last: date, today: date
) -> RateBook:
    """The rates to convert `currencies` into the workspace currency on any day from `first` to `last`.

    Three queries, whatever the number of rows to be converted. Published rates are loaded from the limit
    before the first day that is judged, since that is as far back as one can hold.
    """
    return _book(workspace, currencies, first, last, today, published_reach())


def _book(
    workspace: Workspace,
    currencies: Iterable[str],
    first: date,
    last: date,
    today: date,
    reached: date | None,
) -> RateBook:
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
    held = timedelta(days=limit)
    start = max(min(first, reached), date.min + held) - held
    days = published_days(codes - {PIVOT}, first=start, last=last)
    return {code: Series(list(series), list(series.values())) for code, series in days.items()}


def _own(workspace: Workspace, codes: set[str]) -> dict[frozenset[str], Sequence[Own]]:
    """Own rates among these currencies and the pivot, in force, per pair."""
    wanted = codes | {PIVOT}
    pairs: dict[frozenset[str], list[Own]] = defaultdict(list)
    rows = OwnRate.objects.filter(workspace=workspace, base__in=wanted, quote__in=wanted)
    for row in rows.order_by("recorded_at", "pk"):
        pairs[frozenset((row.base, row.quote))].append(
            Own(row.base, row.quote, row.day, as_rate(row.value), row.until, row.withdrawn)
        )
    return {pair: effective_series(rates) for pair, rates in pairs.items()}


@dataclass(frozen=True)
class Covered:
    """One currency beside the workspace's: what it is worth today, and how far rates reach."""

    currency: str
    conversion: Conversion | None
    span: PublishedSpan | None
    ended: bool  # it was published, and is no longer
    own: int  # own rates in force
    use: CurrencyUse

    @property
    def name(self) -> str:
        return currency_name(self.currency) if is_currency(self.currency) else ""


@dataclass(frozen=True)
class Coverage:
    """What is covered: of the enabled and the used currencies, in alphabetical order."""

    rows: list[Covered]
    reached: date | None

    @property
    def missing(self) -> list[Covered]:
        return [row for row in self.rows if row.use.unknown]

    @property
    def unknown(self) -> int:
        return sum(row.use.unknown for row in self.rows)

    @property
    def waiting(self) -> int:
        return sum(row.use.provisional for row in self.rows)

    @property
    def earlier(self) -> int:
        return sum(row.use.earlier for row in self.rows)


def coverage(workspace: Workspace, uses: Mapping[str, CurrencyUse], today: date) -> Coverage:
    """What is covered, in three queries."""
    codes = sorted({*workspace.currencies, *uses} - {workspace.currency})
    spans, reached = published_spans([*codes, workspace.currency])
    book = _book(workspace, codes, today, today, today, reached)
    limit = timedelta(days=workspace.rate_limit_days)
    rows = []
    for code in codes:
        span = spans.get(workspace.currency if code == PIVOT else code)
        rows.append(
            Covered(
                currency=code,
                conversion=book.conversion(code, workspace.currency, today),
                span=span,
                ended=bool(span and book.reached and book.reached - span.last > limit),
                own=sum(len(series) for pair, series in book.own.items() if code in pair),
                use=uses.get(code) or CurrencyUse(code, 0),
            )
        )
    return Coverage(rows, book.reached)


@dataclass(frozen=True)
class Lookup:
    """The rate of a pair on a day, and how each way to it ended, in the order of the workspace's mode."""

    base: str
    quote: str
    day: date
    chosen: Conversion | None
    ways: list[tuple[Source, Conversion | None]]
    reached: date | None


def look_up(workspace: Workspace, base: str, quote: str, day: date, today: date) -> Lookup:
    """What a conversion from `base` to `quote` on `day` takes, with what it passed over."""
    book = load_book(workspace, [base, quote], first=day, last=day, today=today)
    ways = [] if base == quote else book.ways(base, quote, day)
    return Lookup(base, quote, day, book.conversion(base, quote, day), ways, book.reached)
