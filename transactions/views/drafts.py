"""An import while it is being mapped: what was found, what was decided, and what is still to be said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from django.http import QueryDict

from kamtrak.web import read_day
from transactions.forms.mapping import Decisions, read_decisions, said_text
from transactions.models import Import
from transactions.queries.books import Ways, ways_of
from transactions.queries.mappings import decided_before
from transactions.rules import (
    Field,
    FileMapping,
    Looked,
    OpenQuestion,
    Refusal,
    Suggestion,
    identity_refusals,
    leaves_currency_open,
    open_questions,
    refusals,
    suggest,
)
from transactions.rules.mappings import type_key
from transactions.rules.saying import undeclared_types
from transactions.services.proposals import proposed_mapping
from transactions.views.words import letters

NO_SOURCE = "Say which system the file comes from: its rows are known again by it."
NO_CURRENCY = "Which currency are these amounts in? Nothing in the file says it."
NO_SPAN = "Say both days, the earlier one first: rows of the source between them are voided."


@dataclass(frozen=True)
class Draft:
    """What the page of a mapping stands on.

    `known` is what was decided for the same header before; of an import that is in, what is in force
    (`changes`): nothing but the columns can be another then. `replaces` is the span whose rows the import
    replaces, `span_wanted` whether somebody asked for one. `posted` holds what was just sent, so that half
    an answer stands on the page again.
    """

    imported: Import
    looked: Looked
    decisions: Decisions
    source: str
    ways: Ways
    known: FileMapping | None
    replaces: tuple[date, date] | None = None
    span_wanted: bool = False
    posted: Mapping[str, str] = field(default_factory=dict)
    changes: bool = False

    @property
    def mapping(self) -> FileMapping:
        return self.decisions.mapping

    @cached_property
    def suggestions(self) -> tuple[Suggestion, ...]:
        return suggest(self.looked.columns)

    @cached_property
    def open(self) -> list[OpenQuestion]:
        return open_questions(self.mapping, self.looked, self.decisions.answered)

    @cached_property
    def impossible(self) -> list[Refusal]:
        """What no answer makes fit: rows that are in stay known by what they are known by."""
        if not (self.changes and self.known):
            return []
        return identity_refusals(self.mapping, self.known, self._key_fields)

    @cached_property
    def fixed(self) -> list[str]:
        """What the rows that are in are known by without a Unique ID: columns, else what no column is."""
        if not (self.changes and self.known) or Field.UNIQUE_ID in self.known.mapped:
            return []
        mapped, given = self.known.mapped, self.known.given
        return [
            f"“{mapped[each].name}”"
            if each in mapped
            else f"{each.label} ({'given for all rows' if given.get(each) else 'no column'})"
            for each in self._key_fields
        ]

    @property
    def _key_fields(self) -> list[Field]:
        return [Field(name) for name in self.imported.known_source.key_fields]

    @cached_property
    def refused(self) -> list[Refusal]:
        """What does not fit yet, with its column."""
        names = [look.name for look in self.looked.columns]
        return refusals(
            self.mapping, names, removes_taxes=self.ways.removes_tax, repeated=self.looked.repeated
        )

    @cached_property
    def undeclared(self) -> int:
        """How many values of the transaction type nobody has declared."""
        return len({type_key(text) for text in undeclared_types(self.mapping, self.looked)})

    @cached_property
    def asks_currency(self) -> bool:
        """Whether only a person can say which currency the amounts are in."""
        return leaves_currency_open(self.mapping, self.looked)

    @property
    def lacks_currency(self) -> bool:
        return self.asks_currency and not self.mapping.given.get(Field.CURRENCY)

    @property
    def first_said(self) -> str:
        """The first day of the span as it was said, whole or not."""
        return self.replaces[0].isoformat() if self.replaces else self.posted.get("first", "")

    @property
    def last_said(self) -> str:
        return self.replaces[1].isoformat() if self.replaces else self.posted.get("last", "")

    @property
    def lacks_span(self) -> bool:
        return self.span_wanted and self.replaces is None

    @property
    def is_complete(self) -> bool:
        lacks = self.open or self.undeclared or self.lacks_currency or self.lacks_span
        return bool(self.source.strip()) and not (lacks or self.refused or self.impossible)

    def with_mapping(self, mapping: FileMapping) -> "Draft":
        """The draft with another mapping, its questions answered as they are."""
        return replace(self, decisions=Decisions(mapping, self.decisions.answered))

    def answered(self, posted: QueryDict) -> "Draft":
        """The draft with what was sent."""
        zone = self.imported.workspace.zone.key
        source = self.source
        if "source" in posted and self.imported.continues_id is None and not self.changes:
            source = said_text(posted.get("source", ""))
        wanted, replaces = self.span_wanted, self.replaces
        if "span" in posted and not self.changes:
            wanted = posted.get("span") == "yes"
            first, last = read_day(posted, "first"), read_day(posted, "last")
            replaces = (first, last) if wanted and first and last and first <= last else None
        return replace(
            self,
            decisions=read_decisions(posted, self.looked, self.decisions, zone),
            source=source,
            replaces=replaces,
            span_wanted=wanted,
            posted={name: str(value) for name, value in posted.items()},
        )


def draft_of(imported: Import) -> Draft:
    """The draft as it was left."""
    looked = Looked.from_json(imported.looked)
    before = decided_before(imported, [look.name for look in looked.columns])
    decisions = Decisions(FileMapping.from_json(imported.mapping), frozenset(imported.answered))
    span = None
    if imported.replaces_from is not None and imported.replaces_until is not None:
        span = imported.replaces_from, imported.replaces_until
    return Draft(
        imported,
        looked,
        decisions,
        imported.source_name or (imported.source.name if imported.source else ""),
        ways_of(imported.workspace),
        before[0] if before else None,
        span,
        span is not None,
    )


def proposal_of(imported: Import) -> Draft:
    """Another mapping of an import that is in, as it was left; it begins as the one in force."""
    in_force = FileMapping.from_json(imported.mapping)
    kept = imported.proposed or {"answered": imported.answered}
    return Draft(
        imported,
        Looked.from_json(imported.looked),
        Decisions(proposed_mapping(imported), frozenset(kept["answered"])),
        imported.known_source.name,
        ways_of(imported.workspace),
        in_force,
        changes=True,
    )


def to_be_said(draft: Draft) -> list[tuple[str, str]]:
    """Everything that keeps the rows from being checked: (where it is mended, a sentence)."""
    said = [*reading_waits(draft), *_placed(draft, draft.refused)]
    if draft.undeclared and draft.mapping.types:
        noun = "value is" if draft.undeclared == 1 else "values are"
        column = draft.mapping.mapped[Field.TYPE]
        said.append((f"c{column.place}", f"{draft.undeclared} {noun} not declared yet in “{column.name}”."))
    if not draft.source.strip():
        said.append(("source", NO_SOURCE))
    if draft.lacks_span:
        said.append(("first", NO_SPAN))
    return said


def not_possible(draft: Draft) -> list[tuple[str, str]]:
    """What cannot be changed of an import that is in: (where it is taken back, a sentence)."""
    return _placed(draft, draft.impossible)


def _placed(draft: Draft, refused: Sequence[Refusal]) -> list[tuple[str, str]]:
    places = {look.name: place for place, look in enumerate(draft.looked.columns)}
    found = [(places.get(each.column), each.message) for each in refused]
    return [(f"c{place}" if place is not None else "whole", message) for place, message in found]


def reading_waits(draft: Draft) -> list[tuple[str, str]]:
    """The questions whose answers decide how cells are read: (where they are answered, a sentence)."""
    said = [
        (f"c{each.place}", f"Column {letters(each.place)} “{each.column}”: {each.text}")
        for each in draft.open
    ]
    if draft.lacks_currency:
        said.append(("given-currency", NO_CURRENCY))
    return said
