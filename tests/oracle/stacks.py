"""Imports, edits by hand, and what undo must leave (rules 5.14, 5.15, 5.18).

`replay` is the definition: everything once more except that import. `peel` takes its versions off the
stacks, as the rule describes the means. They must agree, and do, except where a *replacing* import looked
at dates that the undone one had moved: there only the definition is right (see test_stacks).

Identities were decided at commit and are kept by both. Numbering anew (`replay_anew`) answers one question
differently: see test_stacks, "new sales".
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from .identity import Identity, Source, highest, identify
from .values import Row


@dataclass(frozen=True)
class Import:
    """`replaces`: the source's rows between these two days that are not in the file are voided."""

    number: int
    source: Source
    rows: tuple[Row, ...]
    new_sales: bool = False
    corrects: int | None = None
    replaces: tuple[date, date] | None = None


@dataclass(frozen=True)
class Edit:
    """A row as somebody saved it; `protected`: later imports may not overwrite it. None: voided by hand."""

    identity: Identity
    row: Row | None
    protected: bool = False


@dataclass(frozen=True)
class Version:
    by: int | None  # the import, or None for an edit by hand
    row: Row | None  # None is void
    protected: bool = False


@dataclass
class Counts:
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0
    voided: int = 0


Event = Import | Edit
Stacks = dict[Identity, list[Version]]
Numbered = list[tuple[Event, list[Identity]]]


def numbered(log: Sequence[Event]) -> Numbered:
    """Each import with the identities of its lines, decided in order."""
    done: Numbered = []
    for event in log:
        if isinstance(event, Edit):
            done.append((event, [event.identity]))
            continue
        mine = [(i, ids) for i, ids in done if isinstance(i, Import) and i.source.name == event.source.name]
        if event.corrects is not None:
            mine = [
                (i, ids)
                for i, ids in mine
                if isinstance(i, Import) and event.corrects in (i.number, i.corrects)
            ]
        counts = event.corrects is not None or event.new_sales
        before = highest([identity for _, ids in mine for identity in ids]) if counts else Counter()
        done.append((event, identify(event.rows, event.source, before)))
    return done


def commit(stacks: Stacks, event: Event, identities: Sequence[Identity]) -> Counts:
    """Put one event on the stacks, and say what an import did."""
    counts = Counts()
    if isinstance(event, Edit):
        stacks.setdefault(event.identity, []).append(Version(None, event.row, event.protected))
        return counts
    for identity, row in zip(identities, event.rows, strict=True):
        stack = stacks.setdefault(identity, [])
        name = "created" if not stack else "skipped" if stack[-1].protected else ""
        name = name or ("unchanged" if stack[-1].row == row and stack[-1].by is not None else "updated")
        setattr(counts, name, getattr(counts, name) + 1)
        put(stack, Version(event.number, row))
    counts.voided = replace_between(stacks, event, set(identities))
    return counts


def put(stack: list[Version], version: Version) -> None:
    """On top, or beneath an edit that may not be overwritten."""
    stack.insert(len(stack) - 1 if stack and stack[-1].protected else len(stack), version)


def replace_between(stacks: Stacks, event: Import, contained: set[Identity]) -> int:
    """Void versions, also on what is void already: whoever voided it may be undone, and this one still
    stands.
    """
    if event.replaces is None:
        return 0
    voided = 0
    for identity, stack in stacks.items():
        day = next((version.row.get("date") for version in reversed(stack) if version.row is not None), None)
        within = isinstance(day, date) and event.replaces[0] <= day <= event.replaces[1]
        if within and identity[0] == event.source.name and identity not in contained:
            voided += stack[-1].row is not None and not stack[-1].protected
            put(stack, Version(event.number, None))
    return voided


def standing(stacks: Stacks) -> Stacks:
    """A row without a version that holds cells goes."""
    return {at: stack for at, stack in stacks.items() if any(version.row is not None for version in stack)}


def apply(events: Numbered) -> Stacks:
    stacks: Stacks = {}
    for event, identities in events:
        commit(stacks, event, identities)
    return standing(stacks)


def undone(event: Event, without: set[int]) -> bool:
    return isinstance(event, Import) and event.number in without


def replay(log: Sequence[Event], without: set[int]) -> Stacks:
    """What there would be had these imports never been committed, and all else had: what undo must equal."""
    return apply([(event, ids) for event, ids in numbered(log) if not undone(event, without)])


def replay_anew(log: Sequence[Event], without: set[int]) -> Stacks:
    """The same, identities decided anew: only for logs without edits, which name a row by its identity."""
    return apply(numbered([event for event in log if not undone(event, without)]))


def peel(stacks: Stacks, number: int) -> Stacks:
    """Undo by the stack: the import's versions go, the topmost left counts."""
    return standing({at: [v for v in stack if v.by != number] for at, stack in stacks.items()})


def only_edits(stacks: Stacks) -> list[Identity]:
    """Rows that count and hold an edit alone: they are named, and a person chooses whether they stay."""
    alone = {at for at, stack in stacks.items() if all(v.by is None for v in stack if v.row is not None)}
    return [at for at in stacks if at in alone and stacks[at][-1].row is not None]


def counting(stacks: Stacks) -> list[Row]:
    """The rows that count: the topmost version of each stack, unless it is void."""
    return [stack[-1].row for stack in stacks.values() if stack[-1].row is not None]
