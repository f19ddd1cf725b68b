"""What somebody types to find a transaction: a day, an amount, or a name or number."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

_WHOLE = r"(?:[0-9]{1,3}(?:[,' ][0-9]{3}){1,4}|[0-9]{1,15})"
_AMOUNT = re.compile(rf"[+-]?{_WHOLE}(?:\.[0-9]{{1,4}})?")
_DAYS = ("%Y-%m-%d", "%d %b %Y", "%d %B %Y")


@dataclass(frozen=True)
class Sought:
    """The text as typed, and what else it can be read as. An amount may also be a number that names a row."""

    text: str
    day: date | None = None
    amount: Decimal | None = None


def read_sought(text: str) -> Sought:
    """`2026-08-07` and `7 Aug 2026` are days; `48,000.00` and `48000` amounts, with a full stop before the
    decimals, as the pages write them."""
    tidy = " ".join(text.split())
    for form in _DAYS:
        try:
            return Sought(tidy, day=datetime.strptime(tidy, form).date())  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    if tidy and _AMOUNT.fullmatch(tidy):
        return Sought(tidy, amount=Decimal(re.sub(r"[,' ]", "", tidy)))
    return Sought(tidy)
