"""Looking through every row of a file once, in bounded memory, before anything is decided (5.14, 5.16).

A column's texts are counted, so that each is judged once, however often it stands there. What has too many
different texts for that is judged as it streams by. Memory is bounded for any file: so many texts for all
columns together, then 16 bytes a row for those columns of which no value has been met twice, then nothing.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

from kamtrak.lib.notation import shown
from kamtrak.lib.tables import Layout, Limits, Row, own_columns, own_rows
from transactions.pipeline.columns import ColumnLooker, Room
from transactions.rules import Counted, Looked, Shared, key_of_id
from transactions.rules.mappings import SHOWN

BATCH_ROWS, BATCH_CHARS = 1_000, 2_000_000
MOST_PROBLEMS, MOST_LINES = 20, 5
REPORT_ROWS = 5_000
_ALL_TEXTS, _FEWEST_TEXTS, _MOST_TEXTS = 400_000, 1_000, 20_000


def look_into(
    path: Path,
    layout: Layout,
    limits: Limits,
    zone: ZoneInfo,
    progress: Callable[[int], None] = lambda rows: None,
) -> Looked:
    """What the file holds. `zone` is the workspace's; `progress` hears how many rows have been read so far,
    again and again also while a workbook gives none.

    Raises LimitExceeded and TableError as reading does, and what `progress` raises.
    """
    names = own_columns(layout)
    most = max(_FEWEST_TEXTS, min(_MOST_TEXTS, _ALL_TEXTS // len(names)))
    room = Room()
    workbook = layout.kind == "xlsx"
    columns = [ColumnLooker(name, zone, most, room, from_1904=layout.from_1904) for name in names]
    rows = reported = 0
    problems: Counter[str] = Counter()

    def waiting() -> None:
        progress(rows)

    for batch in _batches(own_rows(path, layout, limits, waiting=waiting)):
        sound = [row.cells for row in batch if row.problem is None]
        for column, cells in zip(columns, zip(*sound, strict=True), strict=False):
            column.add(cells, workbook=workbook)
        problems.update(row.problem.reason for row in batch if row.problem is not None)
        rows += len(batch)
        if rows - reported >= REPORT_ROWS:
            reported = rows
            progress(rows)
    looks = [column.look() for column in columns]  # by which a column knows what is shared in it
    shared = {place: column.shared for place, column in enumerate(columns) if column.shared}
    lines = _lines_with(shared, own_rows(path, layout, limits, waiting=waiting), waiting) if shared else {}
    return Looked(
        rows,
        problems.total(),
        tuple(replace(each, shared=lines.get(at, ())) for at, each in enumerate(looks)),
        tuple(Counted(reason, count) for reason, count in problems.most_common(MOST_PROBLEMS)),
    )


def _lines_with(
    wanted: dict[int, frozenset[bytes]], rows: Iterator[Row], waiting: Callable[[], None]
) -> dict[int, tuple[Shared, ...]]:
    """The first lines with these values, by the place of their column: the file is read once more, and
    `waiting` called now and then."""
    found: dict[int, dict[bytes, tuple[str, list[int]]]] = {place: {} for place in wanted}
    for number, row in enumerate(rows):
        if number % REPORT_ROWS == 0:
            waiting()
        if row.problem is not None:
            continue
        for place, keys in wanted.items():
            key = key_of_id(row.cells[place])
            if key in keys:
                _, lines = found[place].setdefault(key, (row.cells[place].strip(), []))
                if len(lines) < MOST_LINES:
                    lines.append(row.line)
    return {
        place: tuple(Shared(shown(text, SHOWN), tuple(lines)) for text, lines in each.values())
        for place, each in found.items()
    }


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    """Rows by the thousand, or fewer where they are long."""
    batch: list[Row] = []
    size = 0
    for row in rows:
        batch.append(row)
        size += sum(map(len, row.cells))
        if len(batch) >= BATCH_ROWS or size > BATCH_CHARS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
