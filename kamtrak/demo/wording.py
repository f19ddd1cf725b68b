"""Filling the sentences of kamtrak.demo.phrases with the words of one client on one day."""

import calendar
from datetime import date
from random import Random

from kamtrak.demo.accounts import Account
from kamtrak.demo.phrases.family import Family

_WORDS = (
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
_MONTHS = calendar.month_name[1:]
_SEASONS = ("winter", "spring", "summer", "autumn")
_CLOSERS = (
    "Petra Holm of new business",
    "Samir Haddad of channel sales",
    "Joanna Pike of enterprise sales",
    "Viktor Lund of the tender desk",
    "Amara Diallo of partner sales",
)
_FINANCE = ("Bo Lindgren in finance", "Nadia Rossi in finance", "Paul Weir in service control")
_CONTROLLERS = ("controller", "financial controller", "head of purchasing", "cost accountant")


def month_name(day: date) -> str:
    return _MONTHS[day.month - 1]


def number(value: int) -> str:
    """Small numbers as words, as people write them."""
    return _WORDS[value] if value < len(_WORDS) else str(value)


def words_for(account: Account, day: date, rng: Random) -> dict[str, str]:
    """The words that stand for the braces: the client's trade and places, people, numbers, months."""
    sector = account.sector
    place, other = rng.sample(account.places, 2)
    product, module = rng.choice(sector.products), rng.choice(sector.modules)
    cost = rng.choice(sector.costs)
    count = rng.randint(3, 14)
    return {
        "site": sector.site,
        "sites": sector.sites,
        "product": _lowered(product),
        "Product": product,
        "module": module,
        "Module": _raised(module),
        "sponsor": rng.choice(sector.sponsors),
        "pain": rng.choice(sector.pains),
        "Cost": cost,
        "place": place,
        "Place": place,
        "other": other,
        "n": number(count),
        "m": number(rng.randint(2, count - 1)),
        "k": number(rng.randint(2, 4)),
        "years": number(rng.randint(2, 5)),
        "age": number(rng.randint(6, 12)),
        "weeks": number(rng.randint(3, 9)),
        "months": number(rng.randint(7, 16)),
        "pct": str(rng.randint(8, 34)),
        "wave": rng.choice(("first", "second", "third", "last")),
        "season": _SEASONS[(day.month % 12 // 3 + 1) % 4],
        "month": month_name(day),
        "nextmonth": _MONTHS[(day.month + rng.randint(0, 2)) % 12],
        "year": str(day.year),
        "nextyear": str(day.year + 1),
        "closer": rng.choice(_CLOSERS),
        "finance": rng.choice(_FINANCE),
        "controller": rng.choice(_CONTROLLERS),
    }


def write(family: Family, words: dict[str, str], rng: Random) -> str:
    """One headline and one sentence of each group, as a person would have typed them."""
    head = rng.choice(family.heads).format(**words)
    sentences = [rng.choice(group).format(**words) for group in family.groups]
    return " ".join([f"{_raised(head)}.", *(_raised(sentence) for sentence in sentences)])


def headline(description: str) -> str:
    """The first sentence of a description, without its full stop."""
    return description.split(". ")[0].rstrip(".")


def _lowered(text: str) -> str:
    return text[0].lower() + text[1:]


def _raised(text: str) -> str:
    return text[0].upper() + text[1:]
