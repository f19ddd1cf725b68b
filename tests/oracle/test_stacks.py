"""Identity, what an import did, and undo (rules 5.14, 5.15, 5.18)."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from random import Random

import pytest

from .cells import Number
from .derive import derive
from .identity import Source, identify, key_of, shared_ids
from .rates import Rates
from .rows import read_row
from .stacks import (
    Counts,
    Edit,
    Event,
    Import,
    Stacks,
    apply,
    commit,
    counting,
    numbered,
    only_edits,
    peel,
    replay,
)
from .stacks import replay_anew as anew
from .values import Decisions, Row, Workspace

PLACE = Workspace(Rates(date(2026, 6, 1)))
SHOP = Source("shop", (), has_ids=True)
TILL = Source("till", ("date", "client", "revenue"))


def sale(day: int = 4, **cells: str) -> Row:
    return read_row({"date": f"2026-03-{day:02}", **cells}, Decisions(), PLACE)


def line(revenue: str, client: str = "Acme", day: int = 4) -> Row:
    return sale(day, client=client, revenue=revenue)


def figures(stacks: Stacks) -> list[str]:
    return sorted(str(derive(row, PLACE, Decisions()).converted) for row in counting(stacks))


def committed(log: Sequence[Event]) -> tuple[Stacks, Counts]:
    """The stacks after a log, and what its last event did."""
    stacks: Stacks = {}
    counts = Counts()
    for event, identities in numbered(log):
        counts = commit(stacks, event, identities)
    return stacks, counts


def test_undo_of_the_first_import_leaves_80_and_of_both_nothing() -> None:
    first = Import(1, SHOP, (sale(unique_id="7", quantity="5", price_sold="10"),))
    second = Import(2, SHOP, (sale(unique_id="7", quantity="8", price_sold="10"),))
    log: list[Event] = [first, second]
    assert figures(replay(log, set())) == ["80.00"]
    assert figures(replay(log, {1})) == ["80.00"]
    assert figures(replay(log, {2})) == ["50.00"]
    assert figures(replay(log, {1, 2})) == []


def test_an_import_says_what_it_created_updated_left_and_skipped() -> None:
    rows = {number: sale(unique_id=number, revenue="10") for number in "1234"}
    changed = [rows["1"], sale(unique_id="2", revenue="12"), sale(unique_id="3", revenue="13"), rows["4"]]
    log: list[Event] = [
        Import(1, SHOP, (rows["1"], rows["2"], rows["3"])),
        Edit(("shop", "3"), sale(unique_id="3", revenue="99"), protected=True),
        Import(2, SHOP, tuple(changed)),
    ]
    stacks, counts = committed(log)
    assert counts == Counts(created=1, updated=1, unchanged=1, skipped=1)
    assert figures(stacks) == ["10.00", "10.00", "12.00", "99.00"]


def test_an_unprotected_edit_is_overwritten_and_comes_back_with_the_undo() -> None:
    log: list[Event] = [
        Import(1, SHOP, (sale(unique_id="7", revenue="10"),)),
        Edit(("shop", "7"), sale(unique_id="7", revenue="11")),
        Import(2, SHOP, (sale(unique_id="7", revenue="12"),)),
    ]
    assert figures(replay(log, set())) == ["12.00"]
    assert figures(replay(log, {2})) == ["11.00"]
    alone = replay(log, {1, 2})
    assert only_edits(alone) == [("shop", "7")]


def test_a_column_whose_values_repeat_is_no_unique_id() -> None:
    assert shared_ids(["A1", "A1", "A2", ""]) == (3, 2)
    assert shared_ids(["A1", "A2"]) == (2, 2)


def test_two_identical_lines_of_one_file_are_both_kept() -> None:
    stacks, counts = committed([Import(1, TILL, (line("10"), line("10"), line("10.00")))])
    assert counts.created == 3
    assert figures(stacks) == ["10.00"] * 3


def test_the_same_file_again_adds_nothing_unless_it_is_new_sales() -> None:
    rows = (line("10"), line("10"), line("12"))
    again, counts = committed([Import(1, TILL, rows), Import(2, TILL, rows)])
    assert counts == Counts(unchanged=3)
    assert figures(again) == ["10.00", "10.00", "12.00"]
    new, counts = committed([Import(1, TILL, rows), Import(2, TILL, rows, new_sales=True)])
    assert counts == Counts(created=3)
    assert len(figures(new)) == 6


def test_a_third_identical_line_in_a_later_file_is_one_new_row() -> None:
    _, counts = committed([Import(1, TILL, (line("10"),) * 2), Import(2, TILL, (line("10"),) * 3)])
    assert counts == Counts(created=1, unchanged=2)


def test_a_corrected_reject_file_continues_the_count_of_its_import() -> None:
    first = Import(1, TILL, (line("10"), line("10")))
    stacks, counts = committed([first, Import(2, TILL, (line("10"),), corrects=1)])
    assert counts == Counts(created=1)
    assert len(figures(stacks)) == 3


def test_a_later_mapping_never_changes_an_identity() -> None:
    more = sale(client="Acme", revenue="10", description="mapped later")
    assert key_of(more, TILL) == key_of(line("10.00"), TILL)
    assert identify([more], TILL) == identify([line("10")], TILL)


def test_a_replacing_import_voids_what_it_lacks_between_its_days() -> None:
    log: list[Event] = [
        Import(1, TILL, (line("10", day=3), line("11", day=4), line("12", day=9))),
        Import(2, TILL, (line("10", day=3),), replaces=(date(2026, 3, 1), date(2026, 3, 4))),
    ]
    stacks, counts = committed(log)
    assert counts == Counts(unchanged=1, voided=1)
    assert figures(stacks) == ["10.00", "12.00"]
    assert figures(replay(log, {2})) == ["10.00", "11.00", "12.00"]
    assert figures(replay(log, {1})) == ["10.00"]


def test_a_row_that_two_replacements_voided_stays_void_when_one_is_undone() -> None:
    days = (date(2026, 3, 1), date(2026, 3, 4))
    log: list[Event] = [Import(1, TILL, (line("10"),)), *(Import(n, TILL, (), replaces=days) for n in (2, 3))]
    stacks = replay(log, set())
    assert committed(log)[1].voided == 0
    for number in (2, 3):
        assert figures(peel(stacks, number)) == figures(replay(log, {number})) == []
    assert figures(peel(peel(stacks, 2), 3)) == figures(replay(log, {2, 3})) == ["10.00"]


def history(random: Random) -> list[Event]:
    """A year of somebody's imports and edits; the day of a row follows from its ID and never moves."""
    log: list[Event] = []
    for number in range(1, random.randint(3, 8)):
        ids = random.sample(range(1, 9), random.randint(1, 6))
        rows = tuple(sale(day, unique_id=str(day), revenue=str(random.randint(1, 5))) for day in sorted(ids))
        days = (date(2026, 3, 2), date(2026, 3, 5)) if random.random() < 0.3 else None
        log.append(Import(number, SHOP, rows, replaces=days))
        if random.random() < 0.5:
            day = random.choice(ids)
            edited = sale(day, unique_id=str(day), revenue=str(random.randint(90, 99)))
            log.append(Edit(("shop", str(day)), edited, random.random() < 0.5))
    return log


@pytest.mark.parametrize("seed", range(100))
def test_undo_in_any_order_equals_what_there_would_be_without(seed: int) -> None:
    random = Random(seed)
    log = history(random)
    imports = [event.number for event in log if isinstance(event, Import)]
    random.shuffle(imports)
    stacks = replay(log, set())
    done: set[int] = set()
    for number in imports:
        stacks, done = peel(stacks, number), {*done, number}
        assert Counter(map(repr, counting(stacks))) == Counter(map(repr, counting(replay(log, done))))
        assert set(only_edits(stacks)) == set(only_edits(replay(log, done)))


def test_undo_of_a_moved_date_brings_back_what_a_replacement_would_not_have_reached() -> None:
    """Where taking versions off is not enough: the replacement voided row 7 only because import 2 had moved
    it.
    """
    log: list[Event] = [
        Import(1, SHOP, (sale(9, unique_id="7", revenue="10"),)),
        Import(2, SHOP, (sale(3, unique_id="7", revenue="10"),)),
        Import(3, SHOP, (), replaces=(date(2026, 3, 1), date(2026, 3, 4))),
    ]
    assert figures(replay(log, {2})) == ["10.00"]
    assert figures(peel(replay(log, set()), 2)) == []


def test_undo_beneath_new_sales_depends_on_whether_identities_are_decided_anew() -> None:
    """Import 2 said "new sales", import 3 "seen before". Had import 1 never been, 3 would have seen 2's
    row.
    """
    log: list[Event] = [
        Import(1, TILL, (line("10"),)),
        Import(2, TILL, (line("10"),), new_sales=True),
        Import(3, TILL, (line("10"),)),
    ]
    assert figures(replay(log, set())) == ["10.00", "10.00"]
    assert figures(replay(log, {1})) == ["10.00", "10.00"]
    assert figures(anew(log, {1})) == ["10.00"]


def test_numbers_are_equal_however_they_were_written() -> None:
    assert key_of({"revenue": Number(Decimal("10.00"))}, TILL) == key_of(
        {"revenue": Number(Decimal(10))}, TILL
    )
    assert key_of({"revenue": Number(Decimal(10), "€")}, TILL) != key_of(
        {"revenue": Number(Decimal(10))}, TILL
    )
    assert apply([]) == {}
