"""What a contract's page draws of its months: the chart, and what it says of its frozen rates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from contracts.models import ConfirmationRate, Contract, ScheduleVersion
from contracts.queries.months import MonthLine
from contracts.queries.tables import ConfirmedTerm
from contracts.rules import ScheduledMonth, State, converted_month
from fx.rules import Conversion, Source, stored_legs
from kamtrak.lib.charts import MonthBar, MonthChart, month_columns
from kamtrak.lib.months import Month

ZERO = Decimal(0)
TONES = {State.CURRENT: "on", State.VOID: "bad", State.CANCELLED: "warn"}  # of the words for states
LETTERED = 36  # of more months only the years are named
YEARS_ON_A_PHONE = 9  # so many labels of years stand side by side below the columns


def confirmed_label(terms: Sequence[ConfirmedTerm]) -> str:
    """Which confirmation a figure follows: never a bare "as confirmed" (experience 5)."""
    return f"As confirmed {confirmed_said(len(terms), terms[-1].confirmation.confirmed_on)}"


def confirmed_said(terms: int, last: date) -> str:
    """Of so many terms, the last confirmed on this day: "3 Mar 2026", "in 2 terms, the last 1 Mar 2026"."""
    day = f"{last:%-d %b %Y}"
    return day if terms == 1 else f"in {terms} terms, the last {day}"


def current_label(contract: Contract, edited: ScheduleVersion | None) -> str:
    """What made the current figure what it is: "Current, edited 9 Jun 2026 by Maren Lindqvist".

    "" for a void contract, which has no current months.
    """
    if contract.is_void:
        return ""
    day = None if edited is None else contract.workspace.day_of(edited.entered_at)
    return f"Current, {current_said(day, str(edited.entered_by) if edited else '', contract.cancelled_on)}"


def current_said(edited: date | None, by: str, cancelled: date | None) -> str:
    """How a current figure came to be: "edited 9 Jun 2026 by Maren Lindqvist and cancelled on 3 Jul 2026"."""
    said = [] if edited is None else [f"edited {edited:%-d %b %Y} by {by}"]
    if cancelled is not None:
        said.append(f"cancelled on {cancelled:%-d %b %Y}")
    return " and ".join(said) or "as confirmed"


def revenue_chart(lines: Sequence[MonthLine], running: Month) -> MonthChart:
    """Columns as confirmed beside the line of the current schedule; expected months are hatched."""
    passed = sum(line.month <= running for line in lines)
    bars = [_bar(lines, place, running) for place in range(len(lines))]
    return month_columns(bars, now_after=passed if 0 < passed < len(lines) else None)


def _bar(lines: Sequence[MonthLine], place: int, running: Month) -> MonthBar:
    line = lines[place]
    until_january = 13 - line.month.month
    named = line.month.month == 1 or (place == 0 and until_january >= max(3, len(lines) / YEARS_ON_A_PHONE))
    return MonthBar(
        name=f"{line.month.first:%b %Y}",
        label=f"{line.month.first:%b}"[0] if len(lines) <= LETTERED else "",
        value=(line.current if line.expected else line.confirmed) or ZERO,
        below=str(line.month.year) if named else "",
        kind="forecast" if line.expected else "frozen",
        current=None if line.expected else line.current,
        strong=line.month == running,
    )


@dataclass(frozen=True)
class RateNote:
    """A stored rate as pages print it: the multiplier, where it comes from, and what it stands on."""

    rate: Decimal
    day: date | None
    source: str
    captions: tuple[str, ...]


def rate_note(contract: Contract, found: ConfirmationRate | None, target: str) -> RateNote | None:
    """None where nothing is converted, and while no rate is on file."""
    if found is None or found.rate is None or contract.currency == target:
        return None
    legs = tuple(f"{leg.caption}, {leg.day:%-d %b %Y}" for leg in stored_legs(found.rate_legs))
    return RateNote(found.rate, found.rate_day, Source(found.rate_source).label, legs)


@dataclass(frozen=True)
class FrozenPreview:
    """What Add would freeze: months with their converted amounts, None while there is no rate."""

    months: list[tuple[ScheduledMonth, Decimal | None]]
    total: Decimal
    converted: Decimal | None
    rate: Conversion | None


def frozen_preview(months: Sequence[ScheduledMonth], rate: Conversion | None, target: str) -> FrozenPreview:
    """These months at the rate of the day (rules 4.9)."""
    lines = [(each, converted_month(each.amount, rate.rate if rate else None, target)) for each in months]
    known = [value for _, value in lines if value is not None]
    total = sum((each.amount for each in months), ZERO)
    return FrozenPreview(lines, total, sum(known, ZERO) if len(known) == len(lines) else None, rate)
