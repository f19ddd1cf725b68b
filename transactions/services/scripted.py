"""A file of transactions that a script brings: all steps of an import at once, without a worker (rules 5).

Nothing is guessed that a person would be asked: what the file leaves open stops it with the questions.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import PurePath
from typing import Any

from django.core.files.base import File
from django.core.files.storage import default_storage

from kamtrak.lib.errors import Refused
from kamtrak.lib.notation import shown
from kamtrak.tenancy import in_workspace
from transactions.models import Import
from transactions.queries.books import ways_of
from transactions.rules import Asked, FileMapping, Looked, MappingError, OpenQuestion, open_questions
from transactions.rules.saying import Said, answered_by, said_of, undecided_taxes, undeclared_types
from transactions.services.imports import (
    Options,
    check_stamp,
    discard_import,
    keep_mapping,
    request_check,
    request_commit,
    start_import,
)
from workspaces.models import Job, Membership
from workspaces.services.jobs import carry_out

MOST_SHOWN = 10  # values of the transaction type that a question names


class Unsaid(Exception):
    """The file leaves something open that nobody has said; `questions` are sentences with their answers."""

    def __init__(self, questions: list[str]) -> None:
        super().__init__("\n".join(questions))
        self.questions = questions


@dataclass(frozen=True)
class Wanted:
    """What a script wants of a file. `layout` as of services.imports.relook; `source` "": the remembered one,
    else one named after the file; `repeats_are_new` and `replaces` are the answers of rules 5.14."""

    said: Said = field(default_factory=Said)
    layout: dict[str, Any] = field(default_factory=dict)
    source: str = ""
    replaces: tuple[date, date] | None = None
    repeats_are_new: bool = False


@dataclass(frozen=True)
class Bringing:
    """One file on its way, by a member; `clock` tells the time of each step."""

    by: Membership
    clock: Callable[[], datetime]

    def checked(self, name: str, file: File, wanted: Wanted) -> Import:
        """Upload, look, map and check. Raises Refused, and Unsaid with what is open: then nothing stays."""
        kept: list[Import] = []

        def upload() -> Job:
            imported = start_import(
                workspace=self.by.workspace,
                by=self.by,
                name=name,
                file=file,
                now=self.clock(),
                layout=wanted.layout,
            )
            kept.append(imported)
            return _job_of(imported)

        try:
            self._do(upload)
            imported = self._again(kept[0])
            self._map(imported, name, wanted)
            self._do(lambda: request_check(imported=imported, by=self.by, now=self.clock()))
        except (Refused, Unsaid):
            for begun in kept:
                self.forget(begun)
            raise
        return self._again(imported)

    def forget(self, imported: Import) -> None:
        """Nothing of a file stays of which nothing is in."""
        with in_workspace(self.by.workspace_id):
            names = discard_import(imported=imported, by=self.by)
        for name in names:
            default_storage.delete(name)

    def committed(self, imported: Import, wanted: Wanted) -> Import:
        """Put the good rows of a checked file in. Raises Refused."""
        self._do(
            lambda: request_commit(
                imported=imported,
                by=self.by,
                stamp=check_stamp(imported),
                repeats_are_new=wanted.repeats_are_new,
                without_bad_rows=True,
                now=self.clock(),
            )
        )
        return self._again(imported)

    def _map(self, imported: Import, name: str, wanted: Wanted) -> None:
        """Keep the mapping with what was said. Raises Refused, and Unsaid with what is open."""
        looked, workspace = Looked.from_json(imported.looked), self.by.workspace
        found = FileMapping.from_json(imported.mapping)
        try:
            mapping = said_of(found, looked, wanted.said, workspace.zone.key)
        except MappingError as problem:
            raise Refused(str(problem)) from problem
        untouched = {each.place for each in mapping.columns if each in found.columns} & set(imported.answered)
        answered = sorted(untouched | set(answered_by(mapping, looked, wanted.said)))
        with in_workspace(workspace.pk):
            keep_mapping(
                imported=imported,
                by=self.by,
                mapping=mapping,
                answered=answered,
                source_name=wanted.source or imported.source_name or PurePath(name).stem,
                options=Options(wanted.replaces),
                now=self.clock(),
            )
            removes_tax = ways_of(workspace).removes_tax
        if asked := questions(mapping, looked, answered, removes_tax=removes_tax):
            raise Unsaid(asked)

    def _do(self, ask: Callable[[], Job]) -> None:
        carry_out(workspace=self.by.workspace, by=self.by, ask=ask, clock=self.clock)

    def _again(self, imported: Import) -> Import:
        with in_workspace(self.by.workspace_id):
            return Import.objects.select_related("workspace", "source").get(pk=imported.pk)


def _job_of(imported: Import) -> Job:
    assert imported.job is not None  # noqa: S101 - start_import starts it
    return imported.job


def questions(
    mapping: FileMapping, looked: Looked, answered: list[int], *, removes_tax: bool = False
) -> list[str]:
    """What is still open, each with the words that answer it."""
    asked = [_asked(each) for each in open_questions(mapping, looked, answered)]
    if undeclared := undeclared_types(mapping, looked):
        named = ", ".join(f"“{shown(text)}”" for text in undeclared[:MOST_SHOWN])
        more = " and others" if len(undeclared) > MOST_SHOWN else ""
        asked.append(
            f"Is {named}{more} a sale, a refund or no revenue? Say --type “VALUE=sale|refund|not_revenue”."
        )
    if removes_tax:
        asked += [
            f"Do the amounts of “{column.name}” include tax? Say --prices-include-tax or "
            "--prices-without-tax."
            for column in undecided_taxes(mapping)
        ]
    return asked


_ANSWERS = {
    Asked.ORDER: "--date-order dmy|mdy|ymd",
    Asked.DECIMAL: "--decimal ,|.",
    Asked.OFFSETS: "--offsets written|workspace",
}


def _asked(question: OpenQuestion) -> str:
    """The question, how samples read under each answer, and the words that answer it."""
    if question.ask is None:
        readings = [f"“{s.text}” is {s.written} as written, {s.in_zone} here" for s in question.stamps]
    else:
        readings = [
            f"{option.label}: " + ", ".join(f"“{sample}” is {read}" for sample, read in option.readings)
            for option in question.ask.options
        ]
    said = f"{question.text} {'; '.join(readings)}"
    return f"Column “{question.column}”: {said}. Say {_ANSWERS[question.asked]}."
