"""What a person decides about the columns of a file: one form for all of them, read as it stands.

It is no Django form: a file has up to 500 columns, and a column's questions come and go with its field. What
is not in the form was not asked and stays as it was.
"""

from dataclasses import dataclass, replace

from django.http import QueryDict

from kamtrak.lib.money import is_currency
from kamtrak.lib.tables import DateOrder
from kamtrak.lib.tables.numbers import Mark
from transactions.rules import (
    ASKED_FOR_TAX,
    GIVEN_ONCE,
    MONEY_FIELDS,
    Asked,
    Column,
    ColumnLook,
    Field,
    FieldKind,
    FileMapping,
    Looked,
    RowKind,
    questions_about,
    settled,
)
from transactions.rules.mappings import LONGEST_TEXT, type_key
from transactions.rules.repairs import fit_texts

WRITTEN, IN_ZONE = "written", "zone"
YES, NO = "yes", "no"
MARKS: dict[str, Mark] = {".": ".", ",": ","}
ORDERS = {order.value: order for order in (DateOrder.DAY_FIRST, DateOrder.MONTH_FIRST)}
_FIELDS = {known.value: known for known in Field}
_KINDS = {kind.value: kind for kind in RowKind}


@dataclass(frozen=True)
class Decisions:
    """A mapping, and the places of the columns whose open questions a person has answered."""

    mapping: FileMapping
    answered: frozenset[int]


def read_decisions(posted: QueryDict, looked: Looked, before: Decisions, zone: str) -> Decisions:
    """The decisions as they were before, with what was sent. `zone` names the workspace's time zone."""
    read = [
        _Column(posted, column, looked.columns[column.place], column.place in before.answered, zone)
        for column in before.mapping.columns
    ]
    columns = tuple(each.column for each in read)
    given = _given(posted, before.mapping)
    minus = posted.get("minus")
    return Decisions(
        FileMapping(
            columns,
            given,
            _types(posted, looked, columns, before.mapping, given),
            minus == YES if minus in (YES, NO) else before.mapping.refunds_negative,
        ),
        frozenset(each.column.place for each in read if each.is_answered),
    )


def said_text(sent: str) -> str:
    """A text that is kept with the import, without the NUL that no database takes."""
    return sent.replace("\0", "").strip()[:LONGEST_TEXT]


class _Column:
    """One column, read: what was sent of it on top of what it was."""

    def __init__(
        self, posted: QueryDict, before: Column, look: ColumnLook, answered: bool, zone: str
    ) -> None:
        self._posted, self._look, self._start = posted, look, f"c{before.place}-"
        self.column = before
        if self._has("field") and _FIELDS.get(self._said("field")) is not before.field:
            answered = False
            known = _FIELDS.get(self._said("field"))
            kept = before.currency if known in MONEY_FIELDS else ""
            self.column = Column(before.place, before.name, known, blanks=before.blanks, currency=kept)
        self.column = settled(self.column, look)
        self.is_answered = self._answer(answered, zone)
        self._decide()

    def _has(self, name: str) -> bool:
        return self._start + name in self._posted

    def _said(self, name: str) -> str:
        return self._posted.get(self._start + name, "")

    def _answer(self, answered: bool, zone: str) -> bool:
        """Take the answers to what the values leave open; whether nothing of it is open any more."""
        asked = [question.asked for question in questions_about(self.column, self._look)]
        done = []
        for question in asked:
            if question is Asked.ORDER and self._said("order") in ORDERS:
                self.column = replace(self.column, order=ORDERS[self._said("order")])
            elif question is Asked.DECIMAL and self._said("decimal") in MARKS:
                self.column = replace(self.column, decimal=MARKS[self._said("decimal")])
            elif question is Asked.OFFSETS and self._said("zone") in (WRITTEN, IN_ZONE):
                self.column = replace(self.column, zone=zone if self._said("zone") == IN_ZONE else "")
            else:
                done.append(answered)
                continue
            done.append(True)
        return bool(asked) and all(done)

    def _decide(self) -> None:
        """The decisions that nothing in the values asks for."""
        column = self.column
        if column.field in ASKED_FOR_TAX and self._said("tax") in (YES, NO):
            column = replace(column, tax_included=self._said("tax") == YES)
        if column.field is not None and column.field.kind is FieldKind.PERCENT and self._has("fractions"):
            column = replace(column, fractions=self._said("fractions") == YES)
        if column.field in MONEY_FIELDS and self._has("currency"):
            code = self._said("currency").strip().upper()
            column = replace(column, currency=code if is_currency(code) else "")
        if self._has("blanks"):
            ticked = [str(text) for text in self._posted.getlist(self._start + "blank")]
            column = replace(column, blanks=fit_texts([*ticked, *self._said("blanks").splitlines()]))
        self.column = column


def _given(posted: QueryDict, before: FileMapping) -> dict[Field, str]:
    """What is said once for the whole file; a type is one of the kinds, by its value."""
    given = dict(before.given)
    for known in GIVEN_ONCE:
        if f"given-{known.value}" in posted:
            given[known] = said_text(posted.get(f"given-{known.value}", ""))
    return {known: text for known, text in given.items() if text}


def _types(
    posted: QueryDict,
    looked: Looked,
    columns: tuple[Column, ...],
    before: FileMapping,
    given: dict[Field, str],
) -> dict[str, RowKind]:
    """What the values of the type column were declared to be, by their place among its values."""
    types = dict(before.types)
    if kind := _KINDS.get(given.get(Field.TYPE, "")):
        types[type_key(given[Field.TYPE])] = kind
    for column in columns:
        if column.field is not Field.TYPE:
            continue
        for number, value in enumerate(looked.columns[column.place].values):
            name = f"c{column.place}-type{number}"
            if name in posted:
                types.pop(type_key(value.text), None)
                if (kind := _KINDS.get(posted.get(name, ""))) is not None:
                    types[type_key(value.text)] = kind
    return types
