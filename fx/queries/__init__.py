"""Reads of this app, one file per noun."""

from fx.queries.books import Coverage, Covered, Lookup, coverage, load_book, look_up
from fx.queries.missing import MissingRates, missing_rates
from fx.queries.own import (
    OffMarket,
    off_market_rates,
    own_on_record,
    own_rates,
    own_rates_in_force,
    own_rates_page,
    unfinished_files,
)
from fx.queries.published import (
    PublishedSpan,
    RatesEnd,
    last_fetch,
    published_days,
    published_reach,
    published_spans,
    rates_banner,
    rates_end,
)

__all__ = [
    "Coverage",
    "Covered",
    "Lookup",
    "MissingRates",
    "OffMarket",
    "PublishedSpan",
    "RatesEnd",
    "coverage",
    "last_fetch",
    "load_book",
    "look_up",
    "missing_rates",
    "off_market_rates",
    "own_on_record",
    "own_rates",
    "own_rates_in_force",
    "own_rates_page",
    "published_days",
    "published_reach",
    "published_spans",
    "rates_banner",
    "rates_end",
    "unfinished_files",
]
