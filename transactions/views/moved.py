"""What the page of moves shows of the rows that would move, and of what they are marked for."""

from collections.abc import Iterator
from dataclasses import dataclass

from kamtrak.lib.money import rate_text
from transactions.models import CatalogValue, Transaction
from transactions.queries.marked import Shown
from transactions.rules import Comparison, Earlier, Figures, Measure, Moved, Preview, Shift
from transactions.views.words import cause_said, tier_said
from transactions.wording import value_said
from workspaces.models import Workspace

# What another mapping can change beside the figures, as so many rows are told to have another one.
PLACES = (("day", "day"), ("client", "client"), ("product", "product"), ("owner", "owner"))


@dataclass(frozen=True)
class MovedLine:
    """One row as the table shows it; `why` says what it was derived with and what it would be."""

    row: Transaction
    moved: Moved
    why: list[str]

    @property
    def profit_moves(self) -> bool:
        return self.moved.before.profit != self.moved.after.profit


def lines_of(shown: list[Shown], workspace: Workspace) -> list[MovedLine]:
    """The rows of the table, in their order."""
    return [MovedLine(each.row, each.moved, list(_why(each, workspace))) for each in shown]


def _why(shown: Shown, workspace: Workspace) -> Iterator[str]:
    before, after, cause = shown.moved.before, shown.moved.after, shown.moved.cause
    if cause & Earlier.MAPPING and before.tier != after.tier:  # what else differs follows from it
        yield f"Found by {tier_said(before.tier)} → {tier_said(after.tier)}"
        return
    for was, now in shown.prices:
        yield f"{_code(was, now)}: {_prices(was, now, workspace)}"
    if (before.rate, before.rate_day) != (after.rate, after.rate_day):
        yield f"Rate {_rate(before)} → {_rate(after)}"
    if before.profit_rate != after.profit_rate and before.profit_rate != before.rate:
        yield "Rate of the profit’s own amount"
    if before.currency != after.currency:
        yield f"Currency {before.currency or 'unknown'} → {after.currency or 'unknown'}"
    if cause & Earlier.MAPPING:
        yield "Read otherwise"
    if cause & Earlier.WAYS:
        yield "Transaction settings"


def _code(was: CatalogValue | None, now: CatalogValue | None) -> str:
    known = now or was
    return "Catalog" if known is None else known.item.code


def _prices(was: CatalogValue | None, now: CatalogValue | None, workspace: Workspace) -> str:
    """`118.00 USD → 121.50 USD from 1 Jan 2026`; the first day of both where they are not the same."""
    same_day = was is not None and now is not None and was.valid_from == now.valid_from
    return f"{_price(was, workspace, dated=not same_day)} → {_price(now, workspace, dated=True)}"


def _price(value: CatalogValue | None, workspace: Workspace, *, dated: bool) -> str:
    if value is None:
        return "not from the catalog"
    said = value_said(value.value, Measure(value.measure), workspace.currency)
    return f"{said} from {value.valid_from:%-d %b %Y}" if dated else said


def _rate(figures: Figures) -> str:
    if figures.rate is None or figures.rate_day is None:
        return "none"
    return f"{rate_text(figures.rate)} of {figures.rate_day:%-d %b %Y}"


def causes_of(found: Comparison) -> list[tuple[str, Preview]]:
    """What rows are marked for, in words, with what they come to; those of most rows first."""
    lines = sorted(found.by_cause.items(), key=lambda line: (-line[1].rows, line[0]))
    return [(cause_said(cause), preview) for cause, preview in lines]


def currencies_of(found: Comparison, currency: str) -> list[tuple[str, int, Shift]]:
    """Per currency of the figures how many rows, and their sums; nothing where all are in `currency`."""
    if set(found.by_currency) <= {currency}:
        return []
    return [(code, found.rows_of_currency[code], shift) for code, shift in sorted(found.by_currency.items())]
