"""What may be recorded as an own rate; said once for the form and for files."""

from dataclasses import dataclass
from datetime import date

from fx.rules.conversions import OwnRate
from kamtrak.lib.money import as_rate, is_currency

OLDEST = date(1900, 1, 1)
YEARS_AHEAD = 10


@dataclass(frozen=True)
class Unfit:
    """Why a rate cannot be recorded, which of its parts has to change, and how."""

    field: str
    message: str


def find_unfit(rate: OwnRate, today: date) -> Unfit | None:
    """The first thing that keeps this from being an own rate (rules 6.1); None when it is one."""
    for field in ("base", "quote"):
        code = getattr(rate, field)
        if not is_currency(code):
            return Unfit(field, f"“{code}” is not a currency code. Use ISO codes like USD or CHF.")
    if rate.base == rate.quote:
        return Unfit("quote", f"A rate has two currencies. {rate.base} to {rate.base} is always 1.")
    if rate.value <= 0:
        return Unfit("value", "A rate is above 0.")
    if rate.value != as_rate(rate.value):
        return Unfit("value", "A rate has at most 12 significant digits.")
    if rate.day < OLDEST or rate.day.year > today.year + YEARS_AHEAD:
        return Unfit("day", f"Choose a day between 1900 and {today.year + YEARS_AHEAD}.")
    if rate.until is not None and rate.until < rate.day:
        return Unfit("until", "The last day lies before the first.")
    return None
