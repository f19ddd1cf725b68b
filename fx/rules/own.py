"""What may be recorded as an own rate; said once for the form and for files."""

from dataclasses import dataclass
from datetime import date

from fx.rules.conversions import OwnRate
from kamtrak.lib.money import LEAST_RATE, MOST_RATE, as_rate, is_currency

OLDEST = date(1900, 1, 1)
YEARS_AHEAD = 10


@dataclass(frozen=True)
class Unfit:
    """Why a rate cannot be recorded: the part that has to change, the reason, and what to do."""

    field: str
    reason: str
    repair: str

    @property
    def message(self) -> str:
        return f"{self.reason} {self.repair}"


def find_unfit(rate: OwnRate, today: date) -> Unfit | None:
    """The first thing that keeps this from being an own rate (rules 6.1); None when it is one."""
    last_year = today.year + YEARS_AHEAD
    for field in ("base", "quote"):
        if not is_currency(getattr(rate, field)):
            return Unfit(field, "This is not a currency code.", "Use ISO codes like USD or CHF.")
    if rate.base == rate.quote:
        return Unfit("quote", "A rate has two currencies.", "Between a currency and itself it is always 1.")
    if rate.value <= 0:
        return Unfit("value", "A rate is above 0.", "Write a number like 1.1682.")
    if rate.value != as_rate(rate.value):
        return Unfit("value", "A rate has at most 12 significant digits.", "Round it.")
    if not LEAST_RATE <= rate.value <= MOST_RATE:
        reason = f"A rate lies between {LEAST_RATE:f} and {MOST_RATE:,f}."
        return Unfit("value", reason, "Check it.")
    if rate.day < OLDEST or rate.day.year > last_year:
        return Unfit("day", f"The day is not between 1900 and {last_year}.", "Check the year.")
    if rate.until is not None and rate.until < rate.day:
        return Unfit("until", "The last day lies before the first.", "Choose a later one, or none.")
    return None
