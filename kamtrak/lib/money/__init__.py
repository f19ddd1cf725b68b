"""Money: Decimal amounts of ISO 4217 currencies, one rounding and allocation policy (rules 1)."""

from kamtrak.lib.money.currencies import (
    CURRENCIES,
    DEFAULT_CURRENCIES,
    Currency,
    UnknownCurrency,
    currencies_of,
    currency_name,
    is_currency,
    minor_units,
    shared_symbols,
)
from kamtrak.lib.money.rounding import (
    LEAST_RATE,
    MOST_RATE,
    allocate,
    as_rate,
    convert,
    percent_change,
    round_money,
)
from kamtrak.lib.money.typed import (
    AmountError,
    OtherCurrency,
    parse_amount,
    parse_percentage,
    parse_points,
    parse_rate,
    parse_share,
    parse_unit_value,
)
from kamtrak.lib.money.written import grouped, plain, rate_text, share_text

__all__ = [
    "CURRENCIES",
    "DEFAULT_CURRENCIES",
    "LEAST_RATE",
    "MOST_RATE",
    "AmountError",
    "Currency",
    "OtherCurrency",
    "UnknownCurrency",
    "allocate",
    "as_rate",
    "convert",
    "currencies_of",
    "currency_name",
    "grouped",
    "is_currency",
    "minor_units",
    "parse_amount",
    "parse_percentage",
    "parse_points",
    "parse_rate",
    "parse_share",
    "parse_unit_value",
    "percent_change",
    "plain",
    "rate_text",
    "round_money",
    "share_text",
    "shared_symbols",
]
