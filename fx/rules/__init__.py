"""Exchange rates as values: which one a conversion takes, and which published ones are believed (rules 6)."""

from fx.rules.conversions import (
    OFF_MARKET,
    PIVOT,
    Conversion,
    Leg,
    Mode,
    OwnRate,
    RateBook,
    Series,
    Source,
    effective_series,
    off_market,
    rate_of,
)
from fx.rules.missing import Gap, Needed, gaps, needed, said_days, said_months
from fx.rules.own import Unfit, find_unfit
from fx.rules.publication import (
    Correction,
    Published,
    Refusal,
    Verdict,
    judge,
    newest_expected,
    worth_asking,
)
from fx.rules.stored import rate_columns, stored_legs
from fx.rules.uses import CurrencyUse

__all__ = [
    "OFF_MARKET",
    "PIVOT",
    "Conversion",
    "Correction",
    "CurrencyUse",
    "Gap",
    "Leg",
    "Mode",
    "Needed",
    "OwnRate",
    "Published",
    "RateBook",
    "Refusal",
    "Series",
    "Source",
    "Unfit",
    "Verdict",
    "effective_series",
    "find_unfit",
    "gaps",
    "judge",
    "needed",
    "newest_expected",
    "off_market",
    "rate_columns",
    "rate_of",
    "said_days",
    "said_months",
    "stored_legs",
    "worth_asking",
]
