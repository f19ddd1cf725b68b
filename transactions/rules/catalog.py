"""The product catalog as values (rules 5.10)."""

from enum import StrEnum


class Measure(StrEnum):
    """What a catalog value says of one unit, in the workspace currency or in percent."""

    REVENUE = "revenue"
    COST = "cost"
    PROFIT = "profit"
    PROFIT_PERCENT = "profit_percent"
    TAX_PERCENT = "tax_percent"
    POINTS = "points"
