"""A market for the demo: every working day of three years and a half, five currencies."""

import math
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from fx.rules import Published
from fx.services.published import load_history

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
REACHED = date(2026, 10, 30)
_USUAL = {"USD": 1.12, "GBP": 0.86, "JPY": 165.0, "CAD": 1.5, "AUD": 1.7}


def rates() -> Iterator[Published]:
    day = date(2023, 8, 1)
    while day <= REACHED:
        if day.weekday() < 5:
            swing = 1 + 0.04 * math.sin(day.toordinal() / 60)
            for currency, usual in _USUAL.items():
                yield Published(currency, day, Decimal(f"{usual * swing:.4f}"))
        day += timedelta(days=1)


def publish() -> None:
    load_history(rates=rates(), now=NOW)
