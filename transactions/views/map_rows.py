"""The columns of a file as the page of its mapping shows them, each with its questions."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from kamtrak.lib.tables import Ask, DateOrder
from transactions.forms.mapping import IN_ZONE, NO, WRITTEN, YES
from transactions.rules import (
    ASKED_FOR_TAX,
    MONEY_FIELDS,
    Asked,
    Column,
    ColumnLook,
    Field,
    FieldKind,
    OpenQuestion,
    RowKind,
    Shared,
    Suggestion,
    questions_about,
)
from transactions.rules.mappings import fold, type_key
from transactions.rules.repairs import NUMBERS
from transactions.views.drafts import Draft
from transactions.views.words import letters

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
BLANKISH = frozenset(("-", "–", "—", "--", "n/a", "na", "n.a.", "none", "null", "nan", "#n/a", "?", "tbd"))
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
    column: Column
    suggestion: Suggestion
    known: bool  # it is mapped as it was for the same header before
    former: Column | None  # what it is in force, where that is being changed
    problems: tuple[str, ...]
    choices: tuple[Choice, ...]
    types: tuple[TypeValue, ...]

    @property
    def letter(self) -> str:
        return letters(self.place)

    @property
    def prefix(self) -> str:
        return f"c{self.place}"

    @property
    def asks(self) -> bool:
        """Whether something about it is still to be answered."""
        return any(choice.is_open for choice in self.choices) or any(not value.kind for value in self.types)

    @property
    def samples(self) -> tuple[str, ...]:
        """Three different values, as they stand in the file."""
        return self.look.samples[:3]

    @property
    def is_money(self) -> bool:
        return self.column.field in MONEY_FIELDS

    @property
    def kind(self) -> str:
        return "" if self.column.field is None else self.column.field.kind.value

    @property
    def tag(self) -> tuple[str, str, str]:
        """The state of the column: a word, its tone and its icon."""
        if self.problems:
            return "to be mended", "bad", "alert-circle"
        if self.asks:
            return "your answer", "warn", "help-circle"
        if self.former is not None and self.former != self.column:
            return "changed", "on", "pencil"
        if self.column.field is None:
            return "kept as it is", "", ""
        if self.former is not None:
            return "unchanged", "", ""
        if self.known:
            return "as before", "on", "check"
        is_suggested = self.column.field is self.suggestion.field
        return ("suggested", "", "") if is_suggested else ("your choice", "on", "check")

    @property
    def why(self) -> str:
        if self.former is not None:
            return "" if self.former.field is self.column.field else f"Now: {_label(self.former)}"
        if self.column.field is None:
            return self.suggestion.reason or "No field of this kind; kept and shown as it is"
        if self.known:
            return "As for the same header before"
        return self.suggestion.reason if self.column.field is self.suggestion.field else ""

    @cached_property
    def facts(self) -> tuple[str, ...]:
        """What is worth knowing of the values under this field."""
        return tuple(_facts(self.look, self.column))

    @cached_property
    def blanks_offered(self) -> tuple[tuple[str, int, bool], ...]:
        """Texts that may mean blank: (text, in how many cells, whether it was said to)."""
        chosen = {fold(text) for text in self.column.blanks}
        if self.kind == FieldKind.DATE:
            likely = list(self.look.odd_dates)
        elif self.kind not in ("", FieldKind.TEXT):
            likely = list(self.look.odd_numbers)
        else:
            likely = [value for value in self.look.values if fold(value.text) in BLANKISH | chosen]
        return tuple((each.text, each.times, fold(each.text) in chosen) for each in likely[:MOST_OFFERED])

    @cached_property
    def blanks_typed(self) -> str:
        """Those that are not among the offered ones, a line each."""
        offered = {fold(text) for text, _, _ in self.blanks_offered}
        return "\n".join(text for text in self.column.blanks if fold(text) not in offered)


def map_rows(draft: Draft) -> list[MapRow]:
    """One for each column, in the order of the file."""
    problems: dict[str, list[str]] = {}
    for refusal in (*draft.impossible, *draft.refused):
        if not refusal.message.startswith("Say "):  # a question: it stands beside its answers
            problems.setdefault(refusal.column, []).append(refusal.message)
    kind = draft.mapping.mapped.get(Field.TYPE)
    if kind is not None and (unfit := _no_type(draft.looked.columns[kind.place])):
        problems.setdefault(kind.name, []).append(unfit)
    unique = draft.mapping.mapped.get(Field.UNIQUE_ID)
    if unique is not None:
        shared = draft.looked.columns[unique.place].shared
        problems.setdefault(unique.name, []).extend(map(_shared_said, shared))
    before = {column.place: column for column in draft.known.columns} if draft.known else {}
    same = {place: column.field for place, column in before.items()}
    return [
        MapRow(
            place=column.place,
            look=(look := draft.looked.columns[column.place]),
            column=column,
            suggestion=draft.suggestions[column.place],
            known=column.field is not None and same.get(column.place) is column.field,
            former=before.get(column.place) if draft.changes else None,
            problems=tuple(problems.get(column.name, ())),
            choices=tuple(_choices(column, look, draft)),
            types=tuple(_types(column, look, draft)),
        )
        for column in draft.mapping.columns
    ]


def _label(column: Column) -> str:
    return "kept as it is" if column.field is None else column.field.label


def _shared_said(shared: Shared) -> str:
    """Which lines have the same value: "“B-17” stands in lines 12 and 40"."""
    *first, last = (f"{line:,}" for line in shared.lines)
    return f"“{shared.text}” stands in lines {', '.join(first)} and {last}."


def _no_type(look: ColumnLook) -> str:
    """Why the values of a column cannot be declared one by one; "" where they can."""
    if look.values:
        return ""
    if not look.distinct:
        return "It is blank in every row. Keep it as it is."
    return f"It has {look.distinct:,} different values: too many to declare each. Map another column."


def _choices(column: Column, look: ColumnLook, draft: Draft) -> Iterator[Choice]:
    """The questions of a column, with the answers as they stand: chosen, or just sent."""
    answered = column.place in draft.decisions.answered
    chosen = {
        Asked.ORDER: column.order.value,
        Asked.DECIMAL: column.decimal,
        Asked.OFFSETS: IN_ZONE if column.zone else WRITTEN,
    }
    for question in questions_about(column, look):
        name = f"c{column.place}-{'zone' if question.asked is Asked.OFFSETS else question.asked.value}"
        value = chosen[question.asked] if answered else draft.posted.get(name, "")
        yield Choice(name, question.text, _options(question, draft), value)
    if draft.ways.removes_tax and column.field in ASKED_FOR_TAX:
        included = {None: "", True: YES, False: NO}[column.tax_included]
        comes = Option(NO, "No, tax comes on top"), Option(YES, "Yes, it is taken out")
        yield Choice(f"c{column.place}-tax", "Do these amounts include tax?", comes, included)
    if column.field is not None and column.field.kind is FieldKind.PERCENT and look.fractions:
        means = Option(YES, "0.19 is 19 %"), Option(NO, "0.19 is 0.19 %")
        value = YES if column.fractions else NO
        yield Choice(f"c{column.place}-fractions", "What do the numbers mean?", means, value)


def _options(question: OpenQuestion, draft: Draft) -> tuple[Option, ...]:
    if question.ask is None:
        zone = draft.imported.workspace.zone.key
        written = tuple((each.text, each.written) for each in question.stamps)
        there = tuple((each.text, each.in_zone) for each in question.stamps)
        return Option(WRITTEN, "The day as written", written), Option(IN_ZONE, f"The day in {zone}", there)
    of_order = question.asked is Asked.ORDER
    return tuple(
        Option(
            each.format.order.value if of_order else each.format.decimal,
            each.label,
            each.readings,
            each.unreadable,
        )
        for each in question.ask.options
    )


def _types(column: Column, look: ColumnLook, draft: Draft) -> Iterator[TypeValue]:
    if column.field is not Field.TYPE:
        return
    blanks = {fold(text) for text in column.blanks}
    for number, value in enumerate(look.values):
        if fold(value.text) not in blanks:
            kind = draft.mapping.types.get(type_key(value.text))
            name = f"c{column.place}-type{number}"
            yield TypeValue(name, value.text, value.times, kind.value if kind else "")


def _facts(look: ColumnLook, column: Column) -> Iterator[str]:
    known = column.field
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


def _unreadable(look: ColumnLook, kind: FieldKind) -> int:
    if kind is FieldKind.DATE:
        return look.dates.unreadable if look.dates else look.filled
    if kind in NUMBERS:
        return look.numbers.unreadable if look.numbers else look.filled
    return 0
