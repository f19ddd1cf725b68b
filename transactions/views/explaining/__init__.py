"""Why this number? The steps of a derivation in plain words, each with the cell, price or rate it used."""

from collections.abc import Callable
from typing import Any

from transactions.models import Transaction
from transactions.pipeline.explaining import Explained
from transactions.rules import StepKind
from transactions.views.explaining import choosing, figures
from transactions.views.explaining.steps import Teller, WhyStep

TOLD: dict[StepKind, Callable[[Teller, dict[str, Any]], WhyStep | None]] = {
    StepKind.WRONG: choosing.wrong,
    StepKind.NOT_REVENUE: choosing.not_revenue,
    StepKind.SALE: choosing.sale,
    StepKind.TURNED: choosing.turned,
    StepKind.PASSED: choosing.passed,
    StepKind.TIER: choosing.tier,
    StepKind.NOT_NEEDED: choosing.not_needed,
    StepKind.CURRENCY: choosing.currency,
    StepKind.TAX: figures.tax,
    StepKind.RATE: figures.rate,
    StepKind.REVENUE: figures.revenue,
    StepKind.UNKNOWN: choosing.unknown,
    StepKind.PROFIT: figures.profit,
    StepKind.PROFIT_UNKNOWN: choosing.profit_unknown,
}


def why(row: Transaction, explained: Explained, *, reads_sale: bool) -> list[WhyStep]:
    """The steps of this row, in the order of the rules. `reads_sale`: whether its sale may be told of."""
    teller = Teller(row, explained, reads_sale)
    told = (TOLD[step.kind](teller, step.values) for step in explained.steps)
    return [step for step in told if step is not None]
