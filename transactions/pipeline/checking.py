"""Checking a mapped file: every row is read, identified and derived; what it comes to is told (rules 5.17).

The finished rows are written down, so that the commit takes exactly what was checked. Nothing goes into the
workspace but what rows name (products, owners, rates), which is remembered whether or not they go in.
"""

import json
import pickle
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, TextIO

from django.conf import settings
from django.db import IntegrityError
from django.utils import timezone

from kamtrak.lib.errors import Refused
from kamtrak.lib.tables import (
    Layout,
    LimitExceeded,
    Problem,
    RejectWriter,
    Row,
    TableError,
    cells_to_array,
    own_columns,
    own_rows,
)
from kamtrak.tenancy import in_workspace
from kamtrak.uploads import deleted_on_failure
from transactions.models import Import, ImportState
from transactions.pipeline.files import Written, at_hand, import_limits, keep, scratch, tidy
from transactions.pipeline.finished import line_text, numbered
from transactions.pipeline.hands import Answer, Batch, Hand, batches_of, side_by_side, together
from transactions.pipeline.making import Maker, Sales, key_of
from transactions.pipeline.meeting import compare, counted_lines, keys_of_others
from transactions.pipeline.names import Names, write_rates
from transactions.pipeline.sales import sales_of
from transactions.pipeline.tally import Tally, problems_of
from transactions.queries.books import WorkspaceBook, terms_of, ways_of
from transactions.queries.relied import relied_on
from transactions.rules import Field, FileMapping, LineReader, Occurrences, writing_of
from workspaces.services.beating import Beat, beating
from workspaces.services.jobs import Run

STAGE, FINDING = "Checking", "Finding the sales of refunds"
_REPORT = 1.0  # seconds between two reports of progress
_TRIES = 3
Finish = Callable[[str], None]
Refuse = Callable[[Sequence[str], Sequence[Problem]], None]


def run_check(run: Run) -> dict[str, Any]:
    """The job: check the import and keep what came of it. Raises Refused.

    Two checks may meet a new product, owner or rate at the same time: who comes second begins anew.
    """
    for attempt in range(1, _TRIES + 1):
        try:
            _check(run)
            break
        except IntegrityError:
            if attempt == _TRIES:
                raise
    return {"path": f"imports/{run.params['import']}/", "action": "See the check"}


def _check(run: Run) -> None:
    """One attempt. What cannot report by itself beats: each part may take longer than a lease."""
    run.progress(STAGE, now=timezone.now())
    with beating(run, STAGE), in_workspace(run.workspace_id):
        imported = Import.objects.select_related("workspace", "source", "continues").get(
            pk=run.params["import"]
        )
        now = timezone.now()
        ways, today = ways_of(imported.workspace), imported.workspace.day_of(now)
        # Noted before anything of it is read: what changes meanwhile stops the commit.
        relied = relied_on(imported.workspace, ways, imported, today)
        book = WorkspaceBook(imported.workspace, today)
        names = Names(imported.workspace, settings.LIMIT_IMPORT_NAMES)
    mapping, layout = FileMapping.from_json(imported.mapping), Layout(**imported.layout)
    with at_hand(imported.path) as path, scratch() as one, scratch() as two, scratch() as three:
        maker = Maker(
            reader=LineReader(mapping, from_1904=layout.from_1904),
            key=key_of(mapping, imported.known_source.key_fields),
            terms=terms_of(imported.workspace, ways, mapping),
            book=book,
            names=names,
            sales=Sales(),
            owner=imported.owner_id,
        )
        work = Check(run, imported, layout, mapping, maker, Written(one, two, three))
        try:
            tally = work.whole(path)
        except (TableError, LimitExceeded) as problem:
            raise Refused(str(problem)) from problem
        work.keep(tally, relied, now)


@dataclass(slots=True)
class Check:
    """One check on its way through the file."""

    run: Run
    imported: Import
    layout: Layout
    mapping: FileMapping
    maker: Maker
    files: Written
    done: int = 0

    def whole(self, path: Path) -> Tally:
        """Read every row. Raises Refused where the Unique ID repeats, and what reading raises."""
        # The file once more; while a workbook gives no row, that the check goes on is reported.
        rows = lambda: own_rows(  # noqa: E731
            path, self.layout, import_limits(), waiting=lambda: self._report(self.done)
        )
        mapped = self.mapping.mapped
        if Field.ORIGINAL_ID in mapped and Field.UNIQUE_ID in mapped:
            with self._beating(FINDING, 0) as beat:
                self.maker.sales = sales_of(self.imported, self.maker, rows, beat.reached)
        with self._beating(STAGE, 0):
            seen = Occurrences(self._counted_before())
        tally = Tally(self.imported.workspace.currency)
        self._report(0)
        with (
            self.files.prepared.open("w", encoding="utf-8", newline="") as prepared,
            self.files.rejects.open("w", encoding="utf-8-sig", newline="") as rejects,
        ):
            writing = writing_of(self.mapping, from_1904=self.layout.from_1904)
            writer = RejectWriter(rejects, own_columns(self.layout), self.layout.delimiter or ",", writing)

            def finish(text: str) -> None:
                prepared.write(numbered(text, seen))

            def refuse(cells: Sequence[str], problems: Sequence[Problem]) -> None:
                tally.refuse(problems)
                writer.write(cells, problems)

            if self._is_long():
                self._by_hands(rows, tally, finish, refuse)
            else:
                self._alone(rows(), tally, finish, refuse)
        if Field.UNIQUE_ID in mapped and (repeated := seen.repeated):
            name = mapped[Field.UNIQUE_ID].name
            raise Refused(f"“{name}” is no Unique ID: {repeated}. Map another column, or none.")
        return tally

    def _is_long(self) -> bool:
        """Whether another process pays: not for a workbook, which only one may read at a time."""
        return self.layout.kind == "csv" and self.imported.looked["rows"] > settings.IMPORT_ALONE_ROWS

    def _alone(self, rows: Iterator[Row], tally: Tally, finish: Finish, refuse: Refuse) -> None:
        done, told = 0, time.monotonic()
        for batch in batches_of(rows, 0, 1):
            self._bar(batch, self._of_others)
            self._make(batch, tally, finish, refuse)
            done += len(batch)
            if time.monotonic() - told > _REPORT:
                told = time.monotonic()
                self._report(done)
        self._report(done)

    def _bar(self, rows: list[Row], of_others: Callable[[set[bytes]], set[bytes]]) -> None:
        """Have the maker refuse the lines of a batch that are rows of others, in a person's own import."""
        if self.imported.owner_id is not None:
            self.maker.barred = of_others(self.maker.keys(row.cells for row in rows if row.problem is None))

    def _of_others(self, keys: set[bytes]) -> set[bytes]:
        return keys_of_others(self.imported, keys)

    def _make(self, rows: Iterable[Row], tally: Tally, finish: Finish, refuse: Refuse) -> None:
        """Read, identify and derive rows: a finished line or what is wrong, for each."""
        make, workbook = self.maker.make, self.layout.kind == "xlsx"
        for row in rows:
            if row.problem is not None:
                refuse(row.cells, (row.problem,))
                continue
            made = make(row.cells)
            if made.wrong:
                refuse(row.cells, problems_of(row.line, made.wrong, self.mapping))
                continue
            finish(line_text(made, row.line, cells_to_array(row.cells) if workbook else row.cells))
            tally.add(made, row.line)

    def _by_hands(
        self, rows: Callable[[], Iterator[Row]], tally: Tally, finish: Finish, refuse: Refuse
    ) -> None:
        """The same by several processes, each making every n-th batch."""
        names, book = self.maker.names, self.maker.book
        answers: dict[str, Answer] = {
            "product": names.product,
            "owner": names.owner,
            "client": names.client,
            "rate": book.rate,
            "others": self._of_others,
        }
        with ExitStack() as files:
            paths = [files.enter_context(scratch()) for _ in range(2 * settings.IMPORT_HANDS)]
            hands = [Hand(*pair) for pair in zip(paths[::2], paths[1::2], strict=True)]

            def work(number: int, hand: Hand, ask: Answer) -> Tally:
                names.ask = book.ask = ask
                part = Tally(self.imported.workspace.currency)
                with (
                    hand.finished.open("w", encoding="utf-8", newline="") as out,
                    hand.refused.open("wb") as bad,
                ):
                    for batch in batches_of(rows(), number, len(hands)):
                        self._bar(batch, partial(ask, "others"))
                        self._make_apart(batch, part, hand, out, bad)
                        ask("made", sum(each.finished + each.refused for each in hand.batches))
                return part

            side_by_side(hands, work, lambda kind, about: answers[kind](*about), self._told())
            for hand in hands:
                tally.and_also(hand.result)
            with self._beating(STAGE, self.imported.looked["rows"]):
                together(hands, finish, refuse)

    def _make_apart(self, rows: list[Row], tally: Tally, hand: Hand, out: TextIO, bad: BinaryIO) -> None:
        """One batch, written down with how much of it there is."""
        batch = Batch()

        def finish(text: str) -> None:
            out.write(text)
            batch.finished += 1

        def refuse(cells: Sequence[str], problems: Sequence[Problem]) -> None:
            pickle.dump((list(cells), tuple(problems)), bad)
            batch.refused += 1

        self._make(rows, tally, finish, refuse)
        hand.batches.append(batch)

    def _told(self) -> Callable[[int], None]:
        """Reports progress, at most once a second."""
        last = time.monotonic()

        def told(done: int) -> None:
            nonlocal last
            if time.monotonic() - last > _REPORT:
                last = time.monotonic()
                self._report(done)

        return told

    def _report(self, done: int) -> None:
        self.done = done
        total = max(self.imported.looked.get("rows", 0), done)
        self.run.progress(STAGE, done, total, now=timezone.now())

    def _beating(self, stage: str, done: int) -> AbstractContextManager[Beat]:
        return beating(self.run, stage, done, self.imported.looked.get("rows", 0))

    def _counted_before(self) -> dict[bytes, int]:
        """How many lines of each key the import has that this file continues (rules 5.14).

        With a Unique ID nothing is counted on: a line of the same ID is the same row.
        """
        if self.imported.continues is None or Field.UNIQUE_ID in self.mapping.mapped:
            return {}
        with in_workspace(self.run.workspace_id):
            return counted_lines(self.imported.continues)

    def keep(self, tally: Tally, relied: dict[str, str], now: datetime) -> None:
        """Keep what the check found, in one transaction, if it is still this worker's to keep."""
        imported = self.imported
        with self.files.promised.open("w", encoding="utf-8") as promised:
            for pk, name in self.maker.names.new_clients.items():
                promised.write(json.dumps([pk, name]) + "\n")
        written = self.files.prepared, self.files.rejects, self.files.promised
        with deleted_on_failure(), self._beating(STAGE, self.imported.looked["rows"]):
            kept = [keep(path, imported.path) for path in written]
            self._keep_found(kept, tally, relied, now)
        tidy(imported.path, *kept)

    def _keep_found(self, kept: list[str], tally: Tally, relied: dict[str, str], now: datetime) -> None:
        imported, names = self.imported, self.maker.names
        with in_workspace(self.run.workspace_id):
            names.write()
            write_rates(imported.workspace, self.maker.book.new_rates, now)
        with in_workspace(self.run.workspace_id):
            found = compare(imported, self.files.prepared)
        with in_workspace(self.run.workspace_id):
            Import.objects.filter(pk=imported.pk).update(
                state=ImportState.CHECKED,
                checked=tally.told(names, found),
                relied=relied,
                prepared=kept[0],
                rejects=kept[1],
                promised=kept[2],
            )
            self.run.seal()
