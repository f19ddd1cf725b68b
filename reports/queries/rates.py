"""The rates behind the copied rows of a document (rules 6.7)."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet

from fx.rules import Source
from reports.rules.rates import LegLine, RateLine

_RATE = ("currency", "rate", "rate_day", "rate_source", "rate_legs", "rate_inverse", "provisional")


def rate_key(row: Any) -> tuple[Any, ...]:
    """What makes two rows use one rate: settled and provisional rows are told apart."""
    values = row if isinstance(row, dict) else vars(row)
    return tuple(repr(values[name]) for name in _RATE)


def rate_lines(rows: QuerySet[Any]) -> dict[tuple[Any, ...], RateLine]:
    """Every rate behind the totals, by day, with the number of rows that used it (rules 6.7)."""
    converted = rows.filter(converted__isnull=False).exclude(rate_source=Source.SAME.value)
    lines = (
        converted.order_by()
        .values(*_RATE)
        .annotate(rows=Count("pk"))
        .order_by("rate_day", "currency", "rate", "provisional")
    )
    return {rate_key(line): _rate_line(line) for line in lines}


def _rate_line(line: dict[str, Any]) -> RateLine:
    legs = tuple(
        LegLine(base, quote, Decimal(value), date.fromisoformat(day))
        for base, quote, value, day in line["rate_legs"]
    )
    return RateLine(
        currency=line["currency"],
        rate=line["rate"].normalize(),
        day=line["rate_day"],
        source=Source(line["rate_source"]),
        legs=legs,
        inverse=line["rate_inverse"],
        rows=line["rows"],
        provisional_rows=line["rows"] if line["provisional"] else 0,
    )
