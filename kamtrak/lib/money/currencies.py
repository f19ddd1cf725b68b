"""Which currencies exist: code, English name, decimals, and the symbols that people write (rules 1.1)."""

from dataclasses import dataclass

import moneyed
from babel.core import get_global

DEFAULT_CURRENCIES = ("USD", "EUR", "GBP", "JPY", "CAD", "AUD")

# Withdrawn, but still in the files and the published rates of earlier years.
_WITHDRAWN = """
    ANG ATS AZM BEF BYR CSD CUC CYP DEM EEK ESP FIM FRF GHC GRD HRK IEP ITL LTL LUF LVL MRO MTL MZM NLG PTE
    ROL SDD SIT SKK SLL STD SVC TMM TRL VEF ZMK ZWL
"""

# Introduced after the data of py-moneyed was made; registered there too, so that Money knows them.
for _code, _numeric, _name in (("XCG", "532", "Caribbean guilder"), ("ZWG", "924", "Zimbabwean Gold")):
    if _code not in moneyed.CURRENCIES:
        moneyed.add_currency(_code, _numeric, sub_unit=100, name=_name)


class UnknownCurrency(ValueError):
    """A code that is no ISO 4217 currency."""


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency of ISO 4217; `minor_units` is its number of decimals (JPY 0, USD 2, KWD 3)."""

    code: str
    name: str
    minor_units: int
    current: bool


def _load() -> dict[str, Currency]:
    tender = {
        code
        for used in get_global("territory_currencies").values()
        for code, _since, until, legal in used
        if until is None and legal
    }
    currencies = {}
    for code in sorted({*tender, *_WITHDRAWN.split()} & set(moneyed.CURRENCIES)):
        known = moneyed.CURRENCIES[code]
        decimals = len(str(known.sub_unit)) - 1
        currencies[code] = Currency(code, known.get_name("en"), decimals, code in tender)
    return currencies


CURRENCIES: dict[str, Currency] = _load()


def is_currency(code: str) -> bool:
    return code in CURRENCIES


def currency_name(code: str) -> str:
    """`Japanese Yen`. Raises UnknownCurrency."""
    return _currency(code).name


def minor_units(code: str) -> int:
    """How many decimals the currency has. Raises UnknownCurrency."""
    return _currency(code).minor_units


def _currency(code: str) -> Currency:
    try:
        return CURRENCIES[code]
    except KeyError:
        raise UnknownCurrency(f"{code!r} is not a currency code.") from None


def _named(*words: str) -> frozenset[str]:
    """The currencies whose name has one of the words."""
    return frozenset(code for code, c in CURRENCIES.items() if set(words) & set(c.name.split()))


_SYMBOLS: dict[str, frozenset[str]] = {
    # The peso sign is the dollar sign everywhere but in the Philippines.
    "$": _named("Dollar", "Peso") - {"PHP"},
    "£": _named("Pound"),
    "kr": _named("Krona", "Krone", "Króna", "Kroon"),
    "₩": _named("Won"),
    "rs": _named("Rupee"),
    "fr": _named("Franc"),
} | {
    symbol: frozenset(codes.split())
    for symbol, codes in {
        "¥": "JPY CNY",
        "€": "EUR",
        "us$": "USD",
        "c$": "CAD NIO",
        "ca$": "CAD",
        "can$": "CAD",
        "a$": "AUD",
        "au$": "AUD",
        "nz$": "NZD",
        "hk$": "HKD",
        "s$": "SGD",
        "sg$": "SGD",
        "nt$": "TWD",
        "mx$": "MXN",
        "r$": "BRL",
        "ec$": "XCD",
        "jp¥": "JPY",
        "cn¥": "CNY",
        "rmb": "CNY",
        "円": "JPY",
        "元": "CNY",
        "sfr": "CHF",
        "fcfa": "XAF XOF",
        "cfa": "XAF XOF",
        "₹": "INR",
        "₽": "RUB",
        "₺": "TRY",
        "₴": "UAH",
        "₪": "ILS",
        "₫": "VND",
        "₱": "PHP",
        "zł": "PLN",
        "kč": "CZK",
        "ft": "HUF",
        "lei": "RON MDL",
        "лв": "BGN",
        "r": "ZAR",
        "₦": "NGN",
        "฿": "THB",
        "rp": "IDR",
        "rm": "MYR",
        "₸": "KZT",
        "₾": "GEL",
        "₼": "AZN",
        "₡": "CRC",
        "₵": "GHS",
    }.items()
}


def currencies_of(unit: str) -> frozenset[str]:
    """The currencies that a symbol or code can stand for; empty when it is neither.

    `€` → EUR; `$` → every dollar and peso; `kr` → every krona and krone; `eur` → EUR.
    """
    unit = unit.strip()
    if unit.upper() in CURRENCIES:
        return frozenset({unit.upper()})
    return _SYMBOLS.get(unit.casefold().removesuffix("."), frozenset())


def shared_symbols() -> dict[str, frozenset[str]]:
    """The symbols that several currencies share, with those currencies: a workspace says which it means."""
    return {symbol: codes for symbol, codes in _SYMBOLS.items() if len(codes) > 1}
