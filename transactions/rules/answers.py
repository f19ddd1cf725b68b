"""What a person has answered about the columns of a file, and what is still open (rules 5.1, 5.13, 5.16).

A mapping holds decisions only; it cannot tell a decimal point that somebody chose from one that nobody was
asked about. Answers can, and they outlive a change of mind: a column that is mapped elsewhere and back finds
its answers again.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, TypeVar

from kamtrak.lib.tables import Ask, DateFormat, DateOrder, NumberFormat
from kamtrak.lib.tables.numbers import Mark
from transactions.rules.fields import ASKED_FOR_TAX, MONEY_FIELDS, Field, FieldKind, RowKind
from transactions.rules.looks import ColumnLook, Looked
from transactions.rules.mappings import LONGEST_TEXT, MOST_TEXTS, Column, FileMapping, fold

WRITTEN, IN_ZONE = "written", "zone"
YES, NO = "yes", "no"
MARKS: dict[str, Mark] = {".": ".", ",": ","}
ORDERS = {order.value: order for order in (DateOrder.DAY_FIRST, DateOrder.MONTH_FIRST)}
NUMBERS = (FieldKind.NUMBER, FieldKind.MONEY, FieldKind.PERCENT)
T = TypeVar("T")


class Question(StrEnum):
    """What a column may leave open. The values name the inputs of the page."""

    ORDER = "order"
    DECIMAL = "decimal"
    ZONE = "zone"
    TAX = "tax"
    FRACTIONS = "fractions"
    TYPES = "types"
    MINUS = "minus"


@dataclass(frozen=True, slots=True)
class ColumnAnswers:
    """The answers about one column; "" is not answered. `field` None keeps the column as it is."""

    field: Field | None = None
    order: str = ""
    decimal: str = ""
    zone: str = ""
    tax: str = ""
    fractions: str = ""
    currency: str = ""
    blanks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answers:
    """All answers about a file: its columns in their order, and what holds for every row.

    `types` says what each value of the transaction type is, by its folded text; `minus` whether refunds bear
    one already; `remember` whether the next file with this header is mapped alike.
    """

    columns: tuple[ColumnAnswers, ...] = ()
    given: Mapping[Field, str] = field(default_factory=dict)
    types: Mapping[str, RowKind] = field(default_factory=dict)
    minus: str = ""
    remember: bool = True

    def to_json(self) -> dict[str, Any]:
        return {
            "columns": [
                {name: getattr(column, name) or "" for name in ColumnAnswers.__dataclass_fields__}
                for column in self.columns
            ],
            "given": {str(known): text for known, text in self.given.items()},
            "types": {text: str(kind) for text, kind in self.types.items()},
            "minus": self.minus,
            "remember": self.remember,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Answers":
        """What `to_json` wrote, which comes from the product's own table."""
        columns = tuple(
            ColumnAnswers(
                **{
                    **column,
                    "field": Field(column["field"]) if column["field"] else None,
                    "blanks": tuple(column["blanks"]),
                }
            )
            for column in data["columns"]
        )
        return cls(
            columns,
            {Field(known): text for known, text in data["given"].items()},
            {text: RowKind(kind) for text, kind in data["types"].items()},
            data["minus"],
            data["remember"],
        )

    @classmethod
    def from_mapping(cls, mapping: FileMapping, looked: Looked, *, remembered: bool) -> "Answers":
        """Where nobody has answered yet: what was suggested, or what was `remembered` for this header.

        Of a suggestion the decimal mark and the like are guesses, which is why they are left open.
        """
        by_place = {column.place: column for column in mapping.columns}
        columns = tuple(
            _answers(by_place.get(place), remembered=remembered) for place in range(len(looked.columns))
        )
        refunds = RowKind.REFUND in mapping.types.values()
        minus = _said(mapping.refunds_negative) if remembered and refunds else ""
        return cls(columns, dict(mapping.given), dict(mapping.types), minus)


def _answers(column: Column | None, *, remembered: bool) -> ColumnAnswers:
    if column is None:
        return ColumnAnswers()
    answers = ColumnAnswers(
        field=column.field,
        order=column.order.value if column.order in ORDERS.values() else "",
        tax="" if column.tax_included is None else _said(column.tax_included),
        currency=column.currency,
        blanks=column.blanks,
    )
    if not remembered:
        return answers
    return replace(
        answers,
        decimal=column.decimal,
        zone=IN_ZONE if column.zone else WRITTEN,
        fractions=_said(column.fractions),
    )


def _said(answer: bool) -> str:
    return YES if answer else NO


def mapping_of(answers: Answers, looked: Looked, zone: str, *, removes_tax: bool = False) -> FileMapping:
    """The decisions: what the columns' own values decide, else what was answered, else the default.

    `zone` names the workspace's time zone. What an open question would decide stands at its default until it
    is answered: `unanswered` tells of it, and no row is read before.
    """
    columns = tuple(
        _column(place, look, said, zone, removes_tax=removes_tax)
        for place, (look, said) in enumerate(zip(looked.columns, answers.columns, strict=True))
    )
    given = {known: text.strip() for known, text in answers.given.items() if text.strip()}
    types = dict(answers.types)
    if Field.TYPE in given and (kind := _kind_named(given[Field.TYPE])):
        types[fold(given[Field.TYPE])] = kind
    return FileMapping(columns, given, types, answers.minus != NO)


def _kind_named(text: str) -> RowKind | None:
    """The kind that a type given for the whole file names: it is chosen, not typed."""
    return next((kind for kind in RowKind if kind.value == text), None)


def _column(place: int, look: ColumnLook, said: ColumnAnswers, zone: str, *, removes_tax: bool) -> Column:
    known = said.field
    kind = None if known is None else known.kind
    order, decimal = date_order(look, said), decimal_mark(look, said)
    in_zone = kind is FieldKind.DATE and bool(look.offsets) and said.zone == IN_ZONE
    asked_for_tax = removes_tax and known in ASKED_FOR_TAX and said.tax
    return Column(
        place,
        look.name,
        known,
        decimal=decimal or "." if kind in NUMBERS else ".",
        order=order or DateOrder.YEAR_FIRST if kind is FieldKind.DATE else DateOrder.YEAR_FIRST,
        zone=zone if in_zone else "",
        blanks=said.blanks,
        currency=said.currency if known in MONEY_FIELDS else "",
        tax_included=said.tax == YES if asked_for_tax else None,
        fractions=kind is FieldKind.PERCENT and look.fractions and said.fractions == YES,
    )


def date_order(look: ColumnLook, said: ColumnAnswers) -> DateOrder | None:
    """The order of the column's dates; None where its values leave it open and nobody has answered."""
    found = look.dates.decide() if look.dates else DateFormat(DateOrder.YEAR_FIRST)
    return ORDERS.get(said.order) if isinstance(found, Ask) else found.order


def decimal_mark(look: ColumnLook, said: ColumnAnswers) -> Mark | None:
    """The decimal mark of the column's numbers; None where its values leave it open."""
    found = look.numbers.decide() if look.numbers else NumberFormat(".")
    return MARKS.get(said.decimal) if isinstance(found, Ask) else found.decimal


def is_asked(question: Question, look: ColumnLook, known: Field | None, *, removes_tax: bool) -> bool:
    """Whether the question is put for a column that is mapped so, answered or not."""
    if known is None:
        return False
    if question is Question.ORDER:
        return known.kind is FieldKind.DATE and look.dates is not None and _leaves_open(look.dates.decide)
    if question is Question.DECIMAL:
        return known.kind in NUMBERS and look.numbers is not None and _leaves_open(look.numbers.decide)
    return {
        Question.ZONE: known.kind is FieldKind.DATE and bool(look.offsets),
        Question.TAX: removes_tax and known in ASKED_FOR_TAX,
        Question.FRACTIONS: known.kind is FieldKind.PERCENT and look.fractions,
        Question.TYPES: known is Field.TYPE,
        Question.MINUS: False,
    }[question]


def _leaves_open(decide: Callable[[], object]) -> bool:
    return isinstance(decide(), Ask)


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A question without an answer; `place` None is about every row of the file."""

    place: int | None
    question: Question


def unanswered(answers: Answers, looked: Looked, *, removes_tax: bool = False) -> list[Unanswered]:
    """Everything that is open, in the order of the columns."""
    told = [
        Unanswered(place, question)
        for place, (look, said) in enumerate(zip(looked.columns, answers.columns, strict=True))
        for question in Question
        if is_asked(question, look, said.field, removes_tax=removes_tax)
        and not _is_answered(question, look, said, answers)
    ]
    if asks_for_minus(answers) and not answers.minus:
        told.append(Unanswered(None, Question.MINUS))
    return told


def asks_for_minus(answers: Answers) -> bool:
    """Whether any value of the type is a refund, so that its sign has to be known (rules 5.13)."""
    mapped = any(column.field is Field.TYPE for column in answers.columns)
    declared = mapped and RowKind.REFUND in answers.types.values()
    return declared or answers.given.get(Field.TYPE) == RowKind.REFUND.value


def _is_answered(question: Question, look: ColumnLook, said: ColumnAnswers, answers: Answers) -> bool:
    if question is Question.ORDER:
        return date_order(look, said) is not None
    if question is Question.DECIMAL:
        return decimal_mark(look, said) is not None
    if question is Question.TYPES:
        return all(fold(value.text) in answers.types for value in type_values(look, said))
    return bool(getattr(said, question.value))


def type_values(look: ColumnLook, said: ColumnAnswers) -> Iterator[Any]:
    """The values of a type column that have to be declared: all but those that mean blank."""
    blanks = {fold(text) for text in said.blanks}
    return (value for value in look.values if fold(value.text) not in blanks)


def fit_texts(texts: list[str]) -> tuple[str, ...]:
    """Blank texts as a mapping can keep them: each once, trimmed, and not too long."""
    fit = dict.fromkeys(text.strip()[:LONGEST_TEXT] for text in texts if text.strip())
    return tuple(fit)[:MOST_TEXTS]
