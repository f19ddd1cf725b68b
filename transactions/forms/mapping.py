"""What a person answers about the columns of a file: one form for all of them, read as it stands.

It is no Django form: a file has up to 500 columns, and a column's questions come and go with its field. What
is not in the form was not asked and keeps its answer.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol

from kamtrak.lib.money import is_currency
from transactions.rules import GIVEN_ONCE, Field, Looked, RowKind
from transactions.rules.answers import (
    IN_ZONE,
    MARKS,
    NO,
    ORDERS,
    WRITTEN,
    YES,
    Answers,
    ColumnAnswers,
    fit_texts,
)
from transactions.rules.mappings import LONGEST_TEXT, fold

KEEP = "keep"  # a column without a field
# The questions of a column that are answered by one of a few values.
CHOICES: dict[str, frozenset[str]] = {
    "order": frozenset(ORDERS),
    "decimal": frozenset(MARKS),
    "zone": frozenset({WRITTEN, IN_ZONE}),
    "tax": frozenset({YES, NO}),
    "fractions": frozenset({YES, NO}),
}
_FIELDS = {known.value: known for known in Field}
_KINDS = {kind.value: kind for kind in RowKind}


class Posted(Protocol):
    """What was sent: a QueryDict."""

    def get(self, name: str, default: str = "", /) -> str: ...
    def getlist(self, name: str, /) -> list[str]: ...
    def __contains__(self, name: object, /) -> bool: ...


def read_answers(posted: Posted, looked: Looked, before: Answers) -> Answers:
    """The answers as they were before, with those that were sent; what is no answer to a question is none."""
    columns = tuple(_column(posted, place, said) for place, said in enumerate(before.columns))
    return Answers(
        columns,
        _given(posted, before.given),
        _types(posted, looked, columns, before.types),
        _one_of(posted, "minus", frozenset({YES, NO}), before.minus),
        "remember" in posted if "asked" in posted else before.remember,
    )


def _column(posted: Posted, place: int, before: ColumnAnswers) -> ColumnAnswers:
    start = f"c{place}-"
    said = {
        name: _one_of(posted, start + name, among, getattr(before, name)) for name, among in CHOICES.items()
    }
    known = before.field
    if start + "field" in posted:
        known = _FIELDS.get(posted.get(start + "field"))
    currency = before.currency
    if start + "currency" in posted:
        code = posted.get(start + "currency").strip().upper()
        currency = code if is_currency(code) else ""
    blanks = before.blanks
    if start + "blanks" in posted:
        blanks = fit_texts([*posted.getlist(start + "blank"), *posted.get(start + "blanks").splitlines()])
    return replace(before, field=known, currency=currency, blanks=blanks, **said)


def _one_of(posted: Posted, name: str, among: frozenset[str], before: str) -> str:
    if name not in posted:
        return before
    return posted.get(name) if posted.get(name) in among else ""


def _given(posted: Posted, before: Mapping[Field, str]) -> dict[Field, str]:
    given = dict(before)
    for known in GIVEN_ONCE:
        name = f"given-{known.value}"
        if name in posted:
            given[known] = posted.get(name).strip()[:LONGEST_TEXT]
    return {known: text for known, text in given.items() if text}


def _types(
    posted: Posted, looked: Looked, columns: tuple[ColumnAnswers, ...], before: Mapping[str, RowKind]
) -> dict[str, RowKind]:
    """What the values of the type column were declared to be, by their place among its values."""
    types = dict(before)
    place = next((place for place, said in enumerate(columns) if said.field is Field.TYPE), None)
    if place is None:
        return types
    for number, value in enumerate(looked.columns[place].values):
        name = f"c{place}-type{number}"
        if name in posted:
            kind = _KINDS.get(posted.get(name))
            types.pop(fold(value.text), None)
            if kind is not None:
                types[fold(value.text)] = kind
    return types
