"""An import while it is being mapped: what was found, what was answered, and what is still to be said."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.http import QueryDict

from transactions.forms.mapping import read_answers
from transactions.models import Import, SavedMapping
from transactions.queries.books import Ways, ways_of
from transactions.queries.imports import mapping_of_header
from transactions.rules import FileMapping, Looked, Refusal, RowKind, refusals
from transactions.rules.answers import (
    Answers,
    ColumnAnswers,
    Question,
    Unanswered,
    mapping_of,
    unanswered,
)
from transactions.rules.suggestions import Suggestion, suggest

NO_SOURCE = "Say which system the file comes from: a row is recognised by it when it comes again."


@dataclass(frozen=True)
class Draft:
    """What the page of an import's mapping stands on. `known` is what was decided for this header before."""

    imported: Import
    looked: Looked
    answers: Answers
    source: str
    ways: Ways
    known: SavedMapping | None

    @cached_property
    def suggestions(self) -> tuple[Suggestion, ...]:
        return suggest(self.looked.columns)

    @cached_property
    def mapping(self) -> FileMapping:
        zone = self.imported.workspace.zone.key
        return mapping_of(self.answers, self.looked, zone, removes_tax=self.ways.removes_tax)

    @cached_property
    def open(self) -> list[Unanswered]:
        return unanswered(self.answers, self.looked, removes_tax=self.ways.removes_tax)

    @cached_property
    def refused(self) -> list[Refusal]:
        """What does not fit. What is merely not answered yet is told as a question, not as a mistake."""
        mapping = self.mapping
        asked = {each.question for each in self.open}
        if Question.TYPES in asked:
            mapping = replace(mapping, types={**mapping.types, "": RowKind.SALE})
        names = [look.name for look in self.looked.columns]
        removes = self.ways.removes_tax and Question.TAX not in asked
        return refusals(mapping, names, removes_taxes=removes, repeated=self.looked.repeated)

    @property
    def is_complete(self) -> bool:
        return bool(self.source.strip()) and not self.open and not self.refused

    def answered(self, posted: QueryDict) -> "Draft":
        """The draft with what was sent."""
        source = self.source
        if "source" in posted and self.imported.continues_id is None:
            source = posted.get("source", "").strip()
        return replace(self, answers=read_answers(posted, self.looked, self.answers), source=source)


def draft_of(imported: Import) -> Draft:
    """The draft as it was left; at first what was decided for the same header, else what is suggested."""
    looked = Looked.from_json(imported.looked)
    known = mapping_of_header(imported, [look.name for look in looked.columns])
    answers, source = _answers(imported, looked, known), ""
    if imported.source is not None:
        source = imported.source.name
    elif known is not None and not imported.options:
        source = known.source.name
    return Draft(imported, looked, answers, source, ways_of(imported.workspace), known)


def _answers(imported: Import, looked: Looked, known: SavedMapping | None) -> Answers:
    kept: dict[str, Any] = imported.options
    if kept.get("columns") and len(kept["columns"]) == len(looked.columns):
        return Answers.from_json(kept)
    if known is not None:
        return Answers.from_mapping(FileMapping.from_json(known.mapping), looked, remembered=True)
    return Answers(tuple(_suggested(each) for each in suggest(looked.columns)))


def _suggested(suggestion: Suggestion) -> ColumnAnswers:
    tax = {True: "yes", False: "no", None: ""}[suggestion.tax_included]
    return ColumnAnswers(field=suggestion.field, currency=suggestion.currency, tax=tax)


def letter(place: int) -> str:
    """How a spreadsheet calls the column: A, B, … Z, AA."""
    text, number = "", place + 1
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(65 + rest) + text
    return text


def columns_said(draft: Draft, open_questions: Sequence[Unanswered]) -> list[tuple[str, str]]:
    """Each open question as (where it is answered, a sentence that names its column)."""
    said = []
    for each in open_questions:
        if each.place is None:
            said.append(("minus", "Do refunds bear a minus already? Say it below the columns."))
            continue
        look = draft.looked.columns[each.place]
        said.append((f"c{each.place}", f"Column {letter(each.place)} “{look.name}”: {_ask(draft, each)}"))
    return said


def _ask(draft: Draft, each: Unanswered) -> str:
    look = draft.looked.columns[each.place or 0]
    if each.question in (Question.ORDER, Question.DECIMAL):
        evidence = look.dates if each.question is Question.ORDER else look.numbers
        found = evidence.decide() if evidence else None
        return str(getattr(found, "question", ""))
    return {
        Question.ZONE: "Its times carry an offset. On which day do they count?",
        Question.TAX: "Do its amounts include tax?",
        Question.FRACTIONS: "Is 0.19 meant as 19 %?",
        Question.TYPES: "Say of each value whether it is a sale, a refund or not revenue.",
    }[each.question]
