"""What a contribution is and what it counts for: functions of values (rules 3)."""

from contributions.rules.figures import NEAR, Basis, Figure, RevenueType, conversion_day, derive, is_near
from contributions.rules.periods import touched
from contributions.rules.totals import CurrencySum, TypeTotal, type_totals

__all__ = [
    "NEAR",
    "Basis",
    "CurrencySum",
    "Figure",
    "RevenueType",
    "TypeTotal",
    "conversion_day",
    "derive",
    "is_near",
    "touched",
    "type_totals",
]
