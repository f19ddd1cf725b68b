"""Rounding, splitting and the currencies of ISO 4217 (rules 1.1 to 1.3)."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from math import floor


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


NO_DECIMALS = words("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF")
THREE_DECIMALS = words("BHD IQD JOD KWD LYD OMR TND")
CODES = words(
    """
    COD AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN
    BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP
    GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD
    KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK
    NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD
    SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD
    XOF XPF YER ZAR ZMW
    """
)


def minor_digits(currency: str) -> int:
    return 0 if currency in NO_DECIMALS else 3 if currency in THREE_DECIMALS else 2


def plain(whole: int, digits: int) -> Decimal:
    """`whole` units of the last of so many decimals, exactly: no context can round it."""
    return Decimal((int(whole < 0), tuple(int(digit) for digit in str(abs(whole))), -digits))


def half_up(exact: Fraction) -> int:
    """To a whole number; ties go away from zero."""
    whole = floor(abs(exact) + Fraction(1, 2))
    return -whole if exact < 0 else whole


def rounded(exact: Fraction, currency: str) -> Decimal:
    """Once, half-up, to the minor unit of the currency (rules 1.2)."""
    digits = minor_digits(currency)
    return plain(half_up(exact * 10**digits), digits)


def significant(exact: Fraction, count: int = 12) -> Decimal:
    """To so many significant digits, half-up (rules 6.7)."""
    digits = 0
    while abs(exact) * 10 ** (digits + 1) < 10**count:
        digits += 1
    return plain(half_up(exact * 10**digits), digits)


def split(total: Decimal, weights: Sequence[Fraction], currency: str) -> list[Decimal]:
    """By largest remainder, ties to the first named: the parts equal the whole (rules 1.3, 3.5)."""
    digits = minor_digits(currency)
    units = abs(Fraction(total)) * 10**digits
    shares = [units * weight / sum(weights) for weight in weights]
    parts = [floor(share) for share in shares]
    by_remainder = sorted(range(len(shares)), key=lambda at: parts[at] - shares[at])
    for at in by_remainder[: int(units) - sum(parts)]:
        parts[at] += 1
    return [plain(-part if total < 0 else part, digits) for part in parts]
