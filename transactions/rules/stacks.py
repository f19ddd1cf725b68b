"""A row as a stack of versions: what an import adds to it, and what is left when one is undone (5.14, 5.18).

Everything here is about the rows of one key within one source, numbered from 1 (the occurrence number). Undo
is the replay of all other imports and edits, by definition; `replayed` is that definition.

An import that was answered "seen before" meets with its n-th line the row number n, and makes it where there
is none. One answered "new sales" makes a row of every line, behind the last number. An edit belongs to the
row that it was made on, and is found again by the version that was on top then, wherever the replay puts that
version. Where that version's import is among those undone, the edit goes onto the row of the same number, and
stands alone with that number if no such row is left.

The order in which imports are undone therefore does not matter. Undoing one takes its versions out of their
stacks and moves nothing else, provided that no later import that stands answered "new sales" for the key, and
that every edit made on one of its versions noted the number that its row still has: undoing an earlier import
may have moved the row up since, and then the key has to be replayed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import IntEnum


class Answer(IntEnum):
    """What lines are that equal lines of earlier files. Stored."""

    SEEN_BEFORE = 1
    NEW_SALES = 2


class VersionKind(IntEnum):
    """Where a version comes from. Stored."""

    IMPORT = 1
    EDIT = 2


@dataclass(frozen=True, slots=True)
class Version:
    """What one import or one edit by hand says of a row.

    `turn` orders everything that happened to a source; `line` is that of the file, 0 for an edit.
    `protected`: the edit stays on top of later imports.
    """

    turn: int
    import_id: int | None
    line: int
    kind: VersionKind
    protected: bool = False

    @property
    def place(self) -> tuple[int, int]:
        """Turn and line, which name a version among those of its key."""
        return self.turn, self.line


Stack = tuple[Version, ...]


@dataclass(frozen=True, slots=True)
class Committed:
    """The lines that an import has of the key, in the order of its file.

    `first` is the number of the first one: 1, or what follows the count of the import whose corrected reject
    file this is.
    """

    turn: int
    import_id: int
    answer: Answer
    lines: tuple[int, ...]
    first: int = 1


@dataclass(frozen=True, slots=True)
class Edit:
    """An edit by hand: the version (turn, line) that was on top of the row, and the row's number then."""

    turn: int
    on: tuple[int, int]
    number: int
    protected: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the key: its number and its versions, the oldest first."""

    number: int
    stack: Stack

    @property
    def top(self) -> Version:
        return top(self.stack)

    @property
    def is_edit_alone(self) -> bool:
        """No import says that there is such a row: a person decides whether it stays."""
        return all(version.kind is VersionKind.EDIT for version in self.stack)


def top(stack: Stack) -> Version:
    """The version that counts: the newest, or the last edit if later imports may not overwrite it.

    Raises ValueError for a stack without versions: such a row is gone.
    """
    if not stack:
        raise ValueError("A row without versions is gone.")
    edits = [version for version in stack if version.kind is VersionKind.EDIT]
    return edits[-1] if edits and edits[-1].protected else stack[-1]


def replayed(commits: Iterable[Committed], edits: Iterable[Edit] = ()) -> tuple[Row, ...]:
    """The rows of the key after these imports and edits and no others, by number.

    To undo an import is to leave its commit out. The edits keep what they noted when they were made.
    """
    stacks: dict[int, list[Version]] = {}
    numbers: dict[tuple[int, int], int] = {}  # of the row that has the version

    def put(version: Version, number: int) -> None:
        stacks.setdefault(number, []).append(version)
        numbers[version.place] = number

    steps: list[Committed | Edit] = [*commits, *edits]
    for step in sorted(steps, key=lambda each: each.turn):
        if isinstance(step, Edit):
            edit = Version(step.turn, None, 0, VersionKind.EDIT, step.protected)
            put(edit, numbers.get(step.on, step.number))
        else:
            seen = step.answer is Answer.SEEN_BEFORE
            first = step.first if seen else max(stacks, default=0) + 1
            for number, line in enumerate(step.lines, start=first):
                put(Version(step.turn, step.import_id, line, VersionKind.IMPORT), number)
    return tuple(Row(number, tuple(stacks[number])) for number in sorted(stacks))


@dataclass(frozen=True, slots=True)
class Replacement:
    """A committed import that replaces its source's rows from one day to another, both included."""

    turn: int
    import_id: int
    first: date
    last: date


def replaced(stack: Stack, day: date, replacements: Iterable[Replacement]) -> Replacement | None:
    """The newest import that voids a row of this day by replacing it; None while the row counts.

    The row is not in that import, and no later import contains it. An edit by hand does not bring it back,
    unless it gives the row a day that no import replaces; undoing the import does, because `replacements` are
    only those that stand.
    """
    imports = {version.import_id for version in stack}
    newest = max((version.turn for version in stack if version.kind is VersionKind.IMPORT), default=0)
    voiding = [
        each
        for each in replacements
        if each.first <= day <= each.last and each.import_id not in imports and newest < each.turn
    ]
    return max(voiding, key=lambda each: each.turn, default=None)
