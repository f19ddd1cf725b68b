"""Which field a column probably is, and why: offered to a person, never applied unseen (rules 5.1)."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kamtrak.lib.money import currencies_of, is_currency
from kamtrak.lib.notation import shown
from transactions.rules import headers
from transactions.rules.fields import ASKED_FOR_TAX, MONEY_FIELDS, Field, FieldKind
from transactions.rules.looks import ColumnLook

_WORD_BREAKS = re.compile(r"(?<=[a-zß-ÿ0-9])(?=[A-ZÀ-Þ])|(?<=[A-Z])(?=[A-Z][a-z])|[\W_]+")
_BRACKETED = re.compile(r"[(\[]\s*(?:in |en )?([^)\]]*?)\s*[)\]]")
_AT_END = re.compile(r"(?:[\s_-]|(?<=[a-z]))(?:(?:in|en) )?([A-Z]{3}|[^\w\s)\].%#?!:*]{1,2})\s*$")
_EXACT, _STRIPPED, _WITHIN, _BY_VALUES = 4_000, 3_000, 2_000, 1_000
_Words = tuple[str, ...]


def _split(phrases: str) -> list[_Words]:
    return [tuple(phrase.split()) for phrase in phrases.split(",")]


def _single(words: str) -> frozenset[str]:
    return frozenset(word for (word,) in _split(words))


_PHRASES = {field: _split(phrases) for field, phrases in headers.PHRASES.items()}
_NOT_MEANT = {phrase: why for why, phrases in headers.NOT_MEANT.items() for phrase in _split(phrases)}
_WITH_TAX, _WITHOUT_TAX, _TAXES = map(_single, (headers.WITH_TAX, headers.WITHOUT_TAX, headers.TAXES))
_STRONG, _TYPES = _single(headers.STRONG), _single(headers.TYPES)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The field of a column, or None; `reason` is a sentence either way, "" where nothing speaks for any.

    `currency` is what the header gives for the column, `tax_included` what it says of tax, None if nothing.
    """

    field: Field | None
    reason: str
    currency: str = ""
    tax_included: bool | None = None


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A field that a column may be; `weight` orders all candidates of a file."""

    weight: int
    place: int
    field: Field
    reason: str


def suggest(columns: Sequence[ColumnLook]) -> tuple[Suggestion, ...]:
    """One suggestion per column of a file, in its order; never two columns on one field."""
    candidates = [
        candidate for place, column in enumerate(columns) for candidate in _candidates(place, column)
    ]
    chosen: dict[int, _Candidate] = {}
    taken: dict[Field, str] = {}
    reasons = {place: _objection(column) for place, column in enumerate(columns)}
    for each in sorted(candidates, key=lambda candidate: (-candidate.weight, candidate.place)):
        column = columns[each.place]
        if each.place in chosen:
            continue
        if objection := _unfit(column, each.field):
            reasons[each.place] = reasons[each.place] or f"{each.reason}, but {objection}."
        elif each.field in taken:
            already = f"“{taken[each.field]}” is the {each.field.label.lower()} already"
            reasons[each.place] = reasons[each.place] or f"{each.reason}, but {already}."
        else:
            chosen[each.place] = each
            taken[each.field] = column.name
    return tuple(
        _suggestion(column, chosen[place]) if place in chosen else Suggestion(None, reasons[place])
        for place, column in enumerate(columns)
    )


def _candidates(place: int, column: ColumnLook) -> Iterator[_Candidate]:
    """All that the header and the values speak for, whether it fits or not."""
    if _objection(column):
        return
    header = f"The header says “{shown(column.name)}”"
    for field, weight in _said(column.name):
        in_percent = field is Field.TAX and any("%" in sample for sample in column.samples)
        yield _Candidate(weight, place, Field.TAX_PERCENT if in_percent else field, header)
    for field, reason in _by_values(column):
        yield _Candidate(_BY_VALUES, place, field, reason)


def _suggestion(column: ColumnLook, chosen: _Candidate) -> Suggestion:
    field = chosen.field
    return Suggestion(
        field,
        f"{chosen.reason}{_agreeing(column, field)}.",
        _currency_in(column.name)[0] if field in MONEY_FIELDS else "",
        _tax_in(_header_words(column.name)) if field in ASKED_FOR_TAX else None,
    )


def _agreeing(column: ColumnLook, field: Field) -> str:
    """What the values add to what the header says."""
    if field is Field.UNIQUE_ID:
        return ", and no value repeats"
    evidence = column.dates if field is Field.DATE else column.numbers
    if field.kind is FieldKind.TEXT or evidence is None or evidence.unreadable == 0:
        return ""
    kind = "dates" if field is Field.DATE else "numbers"
    return f", but {evidence.unreadable:,} of {column.filled:,} values are no {kind}"


def _objection(column: ColumnLook) -> str:
    """Why a header that looks like a field is none; "" for all others."""
    words = _header_words(column.name)
    for phrase, why in _NOT_MEANT.items():
        if "".join(words) == "".join(phrase) or (len(phrase) > 1 and _position(phrase, words) is not None):
            return f"The header says “{shown(column.name)}”: {why}."
    return ""


def _unfit(column: ColumnLook, field: Field) -> str:
    """Why the values cannot be this field; "" where they can."""
    if not column.filled:
        return "the column is empty"
    if field is Field.DATE:
        evidence = column.dates
        return "" if evidence and evidence.unreadable * 2 < evidence.values else "most values are no dates"
    if field.kind is not FieldKind.TEXT:
        numbers = column.numbers
        return "" if numbers and numbers.unreadable * 2 < numbers.values else "most values are no numbers"
    if field is Field.UNIQUE_ID:
        return _no_unique_id(column)
    if field is Field.TYPE and not column.values:
        return "it has too many different values"
    if field is Field.CURRENCY and not _are_currencies(column):
        return "its values are no currencies"
    return ""


def _no_unique_id(column: ColumnLook) -> str:
    if column.repeated:
        return f"{column.repeated}, so it cannot be the Unique ID"
    if column.repeats:
        return "its values repeat, so it cannot be the Unique ID"
    if column.repeats is None:
        return "there are too many values to see whether they repeat"
    return f"{column.blank:,} {'row has' if column.blank == 1 else 'rows have'} none" if column.blank else ""


def _by_values(column: ColumnLook) -> Iterator[tuple[Field, str]]:
    """What the values alone speak for."""
    dates = column.dates
    plain = all(sample.replace(".", "").isdigit() for sample in column.samples)
    if dates and dates.values and not dates.unreadable and not dates.serials and not plain:
        yield Field.DATE, "Every value is a date"
    if column.values and all(is_currency(value.text) for value in column.values):
        yield Field.CURRENCY, "Every value is a currency"
    folded = [_words(value.text) for value in column.values]
    if len(folded) > 1 and all(words and words[0] in _TYPES for words in folded):
        first, second = column.values[:2]
        yield Field.TYPE, f"Its values are like “{shown(first.text)}” and “{shown(second.text)}”"


def _are_currencies(column: ColumnLook) -> bool:
    known = sum(value.times for value in column.values if currencies_of(value.text))
    return known * 2 > column.filled


def _said(name: str) -> Iterator[tuple[Field, int]]:
    """The fields that a header names, each with its weight."""
    words = _header_words(name)
    plain = _without_tax(_words(_BRACKETED.sub(" ", _currency_in(name)[1]))) or words
    for field, phrases in _PHRASES.items():
        weights = [_weight(phrase, words, plain) - order for order, phrase in enumerate(phrases)]
        if (best := max(weights)) > 0:
            yield field, best


def _weight(phrase: _Words, words: _Words, plain: _Words) -> int:
    """How much a header says the phrase; 0 where it does not. `plain` are its words without its remarks."""
    said = "".join(phrase)  # Rechnungs-Nr, unitprice
    if said == "".join(words):
        return _EXACT
    if said == "".join(plain):
        return _STRIPPED
    position = _position(phrase, plain)
    if position is None:
        return 0
    names_it = len(phrase) > 1 or (phrase[0] in _STRONG and position == len(plain) - 1)
    return _WITHIN + 200 * len(phrase) if names_it else 0


def _header_words(name: str) -> _Words:
    """The words of a header without the currency that it gives."""
    return _words(_currency_in(name)[1])


def _words(text: str) -> _Words:
    """Plain words in small letters: `InvoiceDate` and `Invoice-Date` are alike, and Qté is qte."""
    parts = _WORD_BREAKS.split(text.replace("%", " percent ").replace("MwSt", "mwst"))
    plain = unicodedata.normalize("NFKD", " ".join(parts).casefold())
    return tuple("".join(letter for letter in plain if not unicodedata.combining(letter)).split())


def _position(phrase: _Words, words: _Words) -> int | None:
    """Where the phrase stands among the words."""
    for start in range(len(words) - len(phrase) + 1):
        if words[start : start + len(phrase)] == phrase:
            return start
    return None


def _tax_in(words: _Words) -> bool | None:
    """Whether a header says that its amounts include tax, or that they do not."""
    if any(word in _WITHOUT_TAX or word.startswith("netto") for word in words):
        return False
    return True if any(word in _WITH_TAX or word.startswith("brutto") for word in words) else None


def _without_tax(words: _Words) -> _Words:
    """`price` of `price incl vat`; a header that is about tax itself stays."""
    if not set(words) & (_WITH_TAX | _WITHOUT_TAX):
        return words
    return tuple(word for word in words if word not in _WITH_TAX | _WITHOUT_TAX | _TAXES)


def _currency_in(name: str) -> tuple[str, str]:
    """The currency that a header gives, "" if none, and the header without it: `Sum (EUR)`, `Price in €`."""
    for pattern in (_BRACKETED, _AT_END):
        if found := pattern.search(name):
            token = found[1]
            meant = currencies_of(token) if token.isupper() or not token.isalpha() else frozenset()
            if meant:
                code = next(iter(meant)) if len(meant) == 1 else ""
                return code, name[: found.start()] + name[found.end() :]
    return "", name
