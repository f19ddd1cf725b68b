"""A row as a stack of versions, and undo as the replay of everything else (rules 5.14, 5.18)."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transactions.rules import (
    Answer,
    Committed,
    Edit,
    Replacement,
    Row,
    Version,
    VersionKind,
    replaced,
    replayed,
    top,
)

SEEN, NEW = Answer.SEEN_BEFORE, Answer.NEW_SALES
Places = dict[int, list[tuple[int, int]]]


def committed(turn: int, lines: int = 1, answer: Answer = SEEN, first: int = 1) -> Committed:
    """An import in that turn, with so many lines of the key from line 1 of its file on."""
    return Committed(turn, 100 + turn, answer, tuple(range(1, lines + 1)), first)


def places(rows: Iterable[Row]) -> Places:
    """The rows by number, each version as (turn, line)."""
    return {row.number: [version.place for version in row.stack] for row in rows}


def test_undoing_the_first_of_two_imports_leaves_what_the_second_says():
    first, second = committed(1), committed(2)
    [row] = replayed([first, second])
    assert (row.top.import_id, places([row])) == (102, {1: [(1, 1), (2, 1)]})
    assert [row.top.import_id for row in replayed([second])] == [102]
    assert [row.top.import_id for row in replayed([first])] == [101]
    assert replayed([]) == ()


def test_two_identical_lines_are_two_rows_and_the_same_file_again_adds_none():
    assert places(replayed([committed(1, 2), committed(2, 2)])) == {1: [(1, 1), (2, 1)], 2: [(1, 2), (2, 2)]}
    assert places(replayed([committed(1, 2), committed(2, 3)]))[3] == [(2, 3)]


def test_lines_that_are_new_sales_make_rows_of_their_own():
    assert places(replayed([committed(1, 2), committed(2, 1, NEW)])) == {
        1: [(1, 1)],
        2: [(1, 2)],
        3: [(2, 1)],
    }


def test_a_row_of_a_new_sale_moves_up_when_the_import_before_it_is_undone():
    first, second, third = committed(1), committed(2, 1, NEW), committed(3)
    assert places(replayed([first, second, third])) == {1: [(1, 1), (3, 1)], 2: [(2, 1)]}
    assert places(replayed([second, third])) == {1: [(2, 1), (3, 1)]}


def test_a_corrected_reject_file_meets_the_rows_behind_those_of_its_import():
    first, corrected, again = committed(1, 2), committed(2, 1, first=3), committed(3, 3)
    assert places(replayed([first, corrected, again]))[3] == [(2, 1), (3, 3)]
    assert places(replayed([corrected])) == {3: [(2, 1)]}


def test_an_edit_stays_on_the_version_that_it_was_made_on():
    first, second = committed(1), committed(2, 1, NEW)
    edit = Edit(3, on=(2, 1), number=2)
    assert places(replayed([first, second], [edit])) == {1: [(1, 1)], 2: [(2, 1), (3, 0)]}
    assert places(replayed([second], [edit])) == {1: [(2, 1), (3, 0)]}


def test_an_edit_whose_import_is_undone_stays_on_the_row_of_its_number_while_one_is_left():
    first = committed(1)
    edit = Edit(3, on=(2, 1), number=1)
    [row] = replayed([first], [edit])
    assert (places([row]), row.is_edit_alone) == ({1: [(1, 1), (3, 0)]}, False)
    [alone] = replayed([], [edit])
    assert (places([alone]), alone.is_edit_alone) == ({1: [(3, 0)]}, True)


def test_an_edit_of_the_second_of_two_lines_never_moves_to_the_first():
    edit = Edit(2, on=(1, 2), number=2)
    rows = replayed([committed(3, 1)], [edit])
    assert places(rows) == {1: [(3, 1)], 2: [(2, 0)]}
    assert [row.is_edit_alone for row in rows] == [False, True]


def test_an_edit_of_an_edit_follows_it():
    edits = [Edit(3, on=(2, 1), number=2), Edit(5, on=(3, 0), number=2)]
    rows = replayed([committed(2, 1, NEW), committed(4, 2)], edits)
    assert places(rows) == {1: [(2, 1), (3, 0), (4, 1), (5, 0)], 2: [(4, 2)]}


def test_a_protected_edit_stays_on_top_of_later_imports_and_another_does_not():
    commits = [committed(1), committed(3)]
    [open_to_imports] = replayed(commits, [Edit(2, (1, 1), 1)])
    assert open_to_imports.top.place == (3, 1)
    [protected] = replayed(commits, [Edit(2, (1, 1), 1, protected=True)])
    assert (protected.top.place, len(protected.stack)) == ((2, 0), 3)
    edits = [Edit(2, (1, 1), 1, protected=True), Edit(4, (2, 0), 1)]
    assert [row.top.place for row in replayed(commits, edits)] == [(4, 0)]
    assert [row.top.place for row in replayed([*commits, committed(5)], edits)] == [(5, 1)]


def test_a_row_without_versions_has_no_top():
    with pytest.raises(ValueError, match="is gone"):
        top(())


@dataclass
class Life:
    """Rows as they come to be: a plain list, each import meets the n-th row that there is.

    Written without `replayed`, so that it can be held against it.
    """

    rows: list[list[Version]] = field(default_factory=list)

    def commit(self, step: Committed) -> None:
        there = len(self.rows) if step.answer is NEW else 0
        for position, line in enumerate(step.lines):
            version = Version(step.turn, step.import_id, line, VersionKind.IMPORT)
            if there + position < len(self.rows):
                self.rows[there + position].append(version)
            else:
                self.rows.append([version])

    def edit(self, turn: int, position: int, protected: bool) -> Edit:
        row = self.rows[position]
        noted = Edit(turn, self.counting(row).place, position + 1, protected)
        row.append(Version(turn, None, 0, VersionKind.EDIT, protected))
        return noted

    def counting(self, row: Sequence[Version]) -> Version:
        counts = row[0]
        for version in row[1:]:
            if version.kind is VersionKind.EDIT or not (counts.kind is VersionKind.EDIT and counts.protected):
                counts = version
        return counts


COMMITS = st.tuples(st.sampled_from(Answer), st.integers(0, 3))
EDITS = st.tuples(st.integers(0, 3), st.booleans())


@dataclass
class History:
    """What happened to one key, what was noted of it, and the rows as they came to be."""

    commits: list[Committed] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)
    life: Life = field(default_factory=Life)


@st.composite
def histories(draw: st.DrawFn, answers: st.SearchStrategy[tuple[Answer, int]] = COMMITS) -> History:
    history = History()
    for turn, step in enumerate(draw(st.lists(st.one_of(answers, EDITS), max_size=8)), start=1):
        if isinstance(step[0], Answer):
            history.commits.append(committed(turn, step[1], step[0]))
            history.life.commit(history.commits[-1])
        elif history.life.rows:
            position = step[0] % len(history.life.rows)
            history.edits.append(history.life.edit(turn, position, bool(step[1])))
    return history


def naively(commits: Iterable[Committed], edits: Iterable[Edit]) -> Places:
    """The replay in other words: rows are (number, versions), searched through from end to end."""
    rows: list[tuple[int, list[tuple[int, int]]]] = []

    def push(number: int, place: tuple[int, int]) -> None:
        for known, versions in rows:
            if known == number:
                versions.append(place)
                return
        rows.append((number, [place]))

    log: dict[int, Committed | Edit] = {step.turn: step for step in commits}
    log |= {step.turn: step for step in edits}
    for turn in sorted(log):
        step = log[turn]
        if isinstance(step, Edit):
            holding = [number for number, versions in rows if step.on in versions]
            push(holding[0] if holding else step.number, (turn, 0))
            continue
        before = max([0, *(number for number, _ in rows)]) if step.answer is NEW else 0
        for position, line in enumerate(step.lines, start=1):
            push(before + position, (turn, line))
    return dict(sorted(rows))


@given(histories())
def test_a_replay_of_everything_is_what_came_to_be(history):
    rows = replayed(history.commits, history.edits)
    assert [list(row.stack) for row in rows] == history.life.rows
    assert [row.number for row in rows] == list(range(1, len(rows) + 1))
    assert [row.top for row in rows] == [history.life.counting(stack) for stack in history.life.rows]


@given(histories(), st.sets(st.integers(1, 8)))
def test_undo_after_any_history_leaves_the_replay_without_what_was_undone(history, undone):
    kept = [commit for commit in history.commits if commit.turn not in undone]
    rows = replayed(kept, history.edits)
    assert places(rows) == naively(kept, history.edits)
    versions = [version.place for row in rows for version in row.stack]
    left = [(commit.turn, line) for commit in kept for line in commit.lines]
    assert sorted(versions) == sorted([*left, *((edit.turn, 0) for edit in history.edits)])
    for row in rows:
        turns = [version.turn for version in row.stack]
        assert turns == sorted(set(turns))


@given(histories(), st.sets(st.integers(1, 8)), st.integers(0, 7))
def test_without_later_new_sales_and_moved_edits_an_undo_only_takes_versions_away(history, gone, choice):
    standing = [commit for commit in history.commits if commit.turn not in gone]
    if not standing:
        return
    undone = standing[choice % len(standing)]
    before = places(replayed(standing, history.edits))
    numbers = {place: number for number, versions in before.items() for place in versions}
    moved = [edit for edit in history.edits if edit.on[0] == undone.turn and numbers[edit.on] != edit.number]
    if moved or any(commit.turn > undone.turn and commit.answer is NEW for commit in standing):
        return
    left = {number: [v for v in versions if v[0] != undone.turn] for number, versions in before.items()}
    kept = [commit for commit in standing if commit is not undone]
    assert places(replayed(kept, history.edits)) == {number: each for number, each in left.items() if each}


def test_an_edit_of_a_row_that_an_earlier_undo_moved_up_has_the_key_replayed():
    new, edit, again = committed(2, 1, NEW), Edit(3, on=(2, 1), number=2), committed(4)
    assert places(replayed([committed(1), new, again], [edit])) == {1: [(1, 1), (4, 1)], 2: [(2, 1), (3, 0)]}
    assert places(replayed([new, again], [edit])) == {1: [(2, 1), (3, 0), (4, 1)]}
    assert places(replayed([again], [edit])) == {1: [(4, 1)], 2: [(3, 0)]}  # not 1: [(3, 0), (4, 1)]


@given(histories(st.tuples(st.just(SEEN), st.integers(0, 3))))
def test_files_seen_before_make_as_many_rows_as_the_longest_of_them_has_lines(history):
    rows = replayed(history.commits, history.edits)
    assert len(rows) == max((len(commit.lines) for commit in history.commits), default=0)


MARCH = Replacement(5, 105, dt.date(2026, 3, 1), dt.date(2026, 3, 31))


def voided_by(turns: Sequence[int], day: dt.date, *replacements: Replacement) -> int | None:
    """Which import voids a row that the imports of these turns contain."""
    [row] = replayed([committed(turn) for turn in turns])
    voiding = replaced(row.stack, day, replacements)
    return None if voiding is None else voiding.import_id


@pytest.mark.parametrize(
    ("turns", "day", "voided"),
    [
        ([1], dt.date(2026, 3, 1), 105),
        ([1], dt.date(2026, 3, 31), 105),
        ([1, 3], dt.date(2026, 3, 8), 105),
        ([1], dt.date(2026, 2, 28), None),
        ([1], dt.date(2026, 4, 1), None),
        ([1, 5], dt.date(2026, 3, 8), None),  # the import contains it
        ([1, 7], dt.date(2026, 3, 8), None),  # a later one does
        ([7], dt.date(2026, 3, 8), None),
    ],
)
def test_an_import_that_replaces_march_voids_the_rows_of_march_that_it_does_not_contain(turns, day, voided):
    assert voided_by(turns, day, MARCH) == voided
    assert voided_by(turns, day) is None  # and they come back with its undo


def test_the_newest_replacement_is_named_and_the_older_one_takes_over_when_it_is_undone():
    again = Replacement(6, 106, dt.date(2026, 3, 8), dt.date(2026, 3, 8))
    assert voided_by([1], dt.date(2026, 3, 8), MARCH, again) == 106
    assert voided_by([5], dt.date(2026, 3, 8), MARCH, again) == 106
    assert voided_by([1], dt.date(2026, 3, 8), MARCH) == 105


def test_an_edit_by_hand_does_not_bring_a_replaced_row_back():
    [row] = replayed([committed(1)], [Edit(6, (1, 1), 1, protected=True)])
    assert replaced(row.stack, dt.date(2026, 3, 8), [MARCH]) == MARCH
