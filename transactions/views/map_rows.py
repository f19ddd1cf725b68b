"""The columns of a file as the page of its mapping shows them, each with its questions."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from kamtrak.lib.tables import Ask, DateOrder
from transactions.rules import MONEY_FIELDS, Column, ColumnLook, Field, FieldKind, RowKind
from transactions.rules.answers import (
    IN_ZONE,
    NO,
    NUMBERS,
    WRITTEN,
    YES,
    ColumnAnswers,
    Question,
    is_asked,
    type_values,
)
from transactions.rules.mappings import fold
from transactions.rules.suggestions import Suggestion
from transactions.views.drafts import Draft, letter

GROUPS = (
    ("When, who, what", (Field.DATE, Field.CLIENT, Field.OWNER, Field.PRODUCT, Field.DESCRIPTION)),
    (
        "Amounts",
        (Field.REVENUE, Field.QUANTITY, Field.PRICE_SOLD, Field.UNIT_COST, Field.UNIT_PROFIT, Field.UNIT_TAX),
    ),
    ("More amounts", (Field.PROFIT, Field.TAX, Field.TAX_PERCENT, Field.SCORE)),
    ("Identity and kind", (Field.UNIQUE_ID, Field.ORIGINAL_ID, Field.TYPE, Field.CURRENCY)),
)
KINDS = ((RowKind.SALE, "Sale"), (RowKind.REFUND, "Refund"), (RowKind.NOT_REVENUE, "Not revenue"))
BLANKISH = frozenset(
    {"-", "–", "—", "--", "n/a", "na", "n.a.", "none", "null", "nan", "#n/a", "?", "tbd", "(blank)"}
)
MOST_OFFERED = 8
_READ_AS = {
    DateOrder.YEAR_FIRST: "Year first",
    DateOrder.DAY_FIRST: "Day first",
    DateOrder.MONTH_FIRST: "Month first",
}


@dataclass(frozen=True)
class Option:
    """A possible answer, with how it reads samples."""

    value: str
    label: str
    readings: tuple[tuple[str, str], ...] = ()
    unreadable: int = 0


@dataclass(frozen=True)
class Choice:
    """One question of a column and its possible answers."""

    name: str
    legend: str
    options: tuple[Option, ...]
    value: str

    @property
    def is_open(self) -> bool:
        return not self.value


@dataclass(frozen=True)
class TypeValue:
    """A value of the transaction type, and what it was declared to be."""

    name: str
    text: str
    count: int
    kind: str


@dataclass(frozen=True)
class MapRow:
    """One column of the file."""

    place: int
    look: ColumnLook
    said: ColumnAnswers
    column: Column
    suggestion: Suggestion
    known: bool  # it is mapped as it was for the same header before
    problems: tuple[str, ...]
    choices: tuple[Choice, ...]
    types: tuple[TypeValue, ...]
    asks: bool

    @property
    def letter(self) -> str:
        return letter(self.place)

    @property
    def prefix(self) -> str:
        return f"c{self.place}"

    @property
    def samples(self) -> tuple[str, ...]:
        """Three different values, as they stand in the file."""
        return self.look.samples[:3]

    @property
    def is_money(self) -> bool:
        return self.said.field in MONEY_FIELDS

    @property
    def kind(self) -> str:
        return "" if self.said.field is None else self.said.field.kind.value

    @property
    def tag(self) -> tuple[str, str, str]:
        """The state of the column: a word, its tone and its icon."""
        if self.problems:
            return "to be mended", "bad", "alert-circle"
        if self.asks:
            return "your answer", "warn", "help-circle"
        if self.said.field is None:
            return "kept as it is", "", ""
        if self.known:
            return "as before", "on", "check"
        is_suggested = self.said.field is self.suggestion.field
        return ("suggested", "", "") if is_suggested else ("your choice", "on", "check")

    @property
    def why(self) -> str:
        if self.said.field is None:
            return self.suggestion.reason or "No field of this kind; kept and shown as it is"
        if self.known:
            return "As for the same header before"
        return self.suggestion.reason if self.said.field is self.suggestion.field else ""

    @cached_property
    def facts(self) -> tuple[str, ...]:
        """What is worth knowing of the values under this field."""
        return tuple(_facts(self.look, self.said, self.column))

    @cached_property
    def blanks_offered(self) -> tuple[tuple[str, int, bool], ...]:
        """Texts that may mean blank: (text, in how many cells, whether it was said to)."""
        chosen = {fold(text) for text in self.said.blanks}
        if self.kind == FieldKind.DATE:
            likely = list(self.look.odd_dates)
        elif self.kind not in ("", FieldKind.TEXT):
            likely = list(self.look.odd_numbers)
        else:
            likely = [value for value in self.look.values if fold(value.text) in BLANKISH | chosen]
        return tuple((each.text, each.count, fold(each.text) in chosen) for each in likely[:MOST_OFFERED])

    @cached_property
    def blanks_typed(self) -> str:
        """Those that are not among the offered ones, a line each."""
        offered = {fold(text) for text, _, _ in self.blanks_offered}
        return "\n".join(text for text in self.said.blanks if fold(text) not in offered)


def map_rows(draft: Draft) -> list[MapRow]:
    """One for each column, in the order of the file."""
    problems: dict[str, list[str]] = {}
    for refusal in draft.refused:
        problems.setdefault(refusal.column, []).append(refusal.message)
    asking = {each.place for each in draft.open}
    before = {}
    if draft.known is not None:
        before = {column["place"]: column["field"] for column in draft.known.mapping["columns"]}
    return [
        MapRow(
            place=place,
            look=look,
            said=said,
            column=draft.mapping.columns[place],
            suggestion=draft.suggestions[place],
            known=place in before and before[place] == (said.field and said.field.value),
            problems=tuple(problems.get(look.name, ())),
            choices=tuple(_choices(place, look, said, draft)),
            types=tuple(_types(place, look, said, draft)),
            asks=place in asking,
        )
        for place, (look, said) in enumerate(zip(draft.looked.columns, draft.answers.columns, strict=True))
    ]


def _choices(place: int, look: ColumnLook, said: ColumnAnswers, draft: Draft) -> Iterator[Choice]:
    for question in (Question.ORDER, Question.DECIMAL, Question.ZONE, Question.TAX, Question.FRACTIONS):
        if is_asked(question, look, said.field, removes_tax=draft.ways.removes_tax):
            legend, options = _asked(question, look, draft.imported.workspace.zone.key)
            yield Choice(f"c{place}-{question.value}", legend, options, getattr(said, question.value))


def _asked(question: Question, look: ColumnLook, zone: str) -> tuple[str, tuple[Option, ...]]:
    """The legend of a question and its possible answers."""
    if question is Question.ORDER:
        ask = look.dates.decide() if look.dates else None
        return _options(ask, lambda form: form.order.value)
    if question is Question.DECIMAL:
        ask = look.numbers.decide() if look.numbers else None
        return _options(ask, lambda form: form.decimal)
    if question is Question.ZONE:
        written = tuple((each.text, each.written) for each in look.offsets)
        there = tuple((each.text, each.in_zone) for each in look.offsets)
        options = (
            Option(WRITTEN, "On the day that is written", written),
            Option(IN_ZONE, f"On the day in {zone}", there),
        )
        return "The times carry an offset. On which day do they count?", options
    if question is Question.TAX:
        return "Do these amounts include tax?", (
            Option(NO, "No, tax comes on top"),
            Option(YES, "Yes, it is taken out"),
        )
    return "What do the numbers mean?", (Option(YES, "0.19 is 19 %"), Option(NO, "0.19 is 0.19 %"))


def _options(ask, value) -> tuple[str, tuple[Option, ...]]:  # type: ignore[no-untyped-def]
    if not isinstance(ask, Ask):
        return "", ()
    return ask.question, tuple(
        Option(value(each.format), each.label, each.readings, each.unreadable) for each in ask.options
    )


def _types(place: int, look: ColumnLook, said: ColumnAnswers, draft: Draft) -> Iterator[TypeValue]:
    if said.field is not Field.TYPE:
        return
    asked = {value.text for value in type_values(look, said)}
    for number, value in enumerate(look.values):
        if value.text in asked:
            kind = draft.answers.types.get(fold(value.text))
            yield TypeValue(f"c{place}-type{number}", value.text, value.count, kind.value if kind else "")


def _facts(look: ColumnLook, said: ColumnAnswers, column: Column) -> Iterator[str]:
    known = said.field
    if known is None:
        return
    if known.kind is FieldKind.DATE and look.dates and not isinstance(look.dates.decide(), Ask):
        yield _READ_AS[column.order]
    if known.kind in NUMBERS and look.numbers and not isinstance(look.numbers.decide(), Ask):
        yield "Decimal point" if column.decimal == "." else "Decimal comma"
    odd = _unreadable(look, known.kind)
    if odd:
        yield f"{odd:,} cannot be read"
    if look.blank:
        yield f"{look.blank:,} blank"
    if known is Field.TYPE and not look.values:
        yield f"{look.distinct:,} different values: too many to declare each"


def _unreadable(look: ColumnLook, kind: FieldKind) -> int:
    if kind is FieldKind.DATE:
        return look.dates.unreadable if look.dates else look.filled
    if kind in NUMBERS:
        return look.numbers.unreadable if look.numbers else look.filled
    return 0
