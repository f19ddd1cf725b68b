"""A long file in several hands: processes that make the rows of one check side by side (rules 5.17).

Each reads the whole file, makes every n-th batch of its rows and writes them down; the batches are then put
together in their order, where equal lines are counted. What a row is the first to name is asked of the one
process that keeps names and rates, so that all hands mean the same by it.
"""

import os
import pickle
import selectors
import struct
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

from kamtrak.lib.tables import Problem, Row

BATCH = 2_000
_HEAD = struct.Struct("<I")
Answer = Callable[..., Any]


@dataclass
class Batch:
    """What became of one batch: how many finished lines, and how many refused rows, were written."""

    finished: int = 0
    refused: int = 0


@dataclass
class Hand:
    """What one process has left: its batches in order, and what its work returned."""

    finished: Path
    refused: Path
    batches: list[Batch] = field(default_factory=list)
    result: Any = None


class Lost(Exception):
    """A process ended without a word."""


def batches_of(rows: Iterable[Row], hand: int, hands: int) -> Iterator[list[Row]]:
    """The batches of one hand."""
    stream, number = iter(rows), 0
    while batch := list(islice(stream, BATCH)):
        if number % hands == hand:
            yield batch
        number += 1


def side_by_side(
    hands: Sequence[Hand],
    work: Callable[[int, Hand, Answer], Any],
    answer: Callable[[str, tuple[Any, ...]], Any],
    told: Callable[[int], None],
) -> None:
    """Do the work in a process for each hand; `hand.batches` and `hand.result` are there afterwards.

    `work(number, hand, ask)` runs in the process; `ask("product", text)` there is `answer("product",
    (text,))` here. `told` hears how many rows are made, all together. Raises what the work raises.
    """
    started: list[_Started] = []
    try:
        for number, hand in enumerate(hands):
            started.append(_start(number, hand, work, started))
        _serve(started, answer, told)
    finally:
        _stop(started)
    for hand, one in zip(hands, started, strict=True):
        hand.batches, hand.result = one.outcome


@dataclass
class _Started:
    """One process, and the pipes to it."""

    pid: int
    says: BinaryIO
    hears: BinaryIO
    done: int = 0
    outcome: Any = None
    over: bool = False

    def close(self) -> None:
        """Close the pipes; what a process that has died was still to hear is lost."""
        self.says.close()
        with suppress(BrokenPipeError):
            self.hears.close()


def _stop(started: Sequence[_Started]) -> None:
    """Close all pipes, by which processes that still work end; and only then see them gone."""
    for one in started:
        one.close()
    for one in started:
        os.waitpid(one.pid, 0)


def _start(
    number: int, hand: Hand, work: Callable[[int, Hand, Answer], Any], earlier: Sequence[_Started]
) -> _Started:
    from_child, to_parent = os.pipe()
    from_parent, to_child = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(from_child)
        os.close(to_child)
        for one in earlier:  # a pipe whose other end a second process holds, too, never ends
            one.close()
        _live(number, hand, work, os.fdopen(to_parent, "wb"), os.fdopen(from_parent, "rb"))
    os.close(to_parent)
    os.close(from_parent)
    return _Started(pid, os.fdopen(from_child, "rb"), os.fdopen(to_child, "wb"))


def _live(number: int, hand: Hand, work: Any, says: BinaryIO, hears: BinaryIO) -> NoReturn:
    """The life of a process. It uses no connection of the database, and leaves nothing to be cleaned up."""

    def ask(*question: Any) -> Any:
        _send(says, question)
        return _receive(hears)

    code = 1
    try:
        try:
            result = work(number, hand, ask)
            _send(says, ("end", hand.batches, result))
        except (BrokenPipeError, EOFError):
            pass  # nobody waits any more
        except Exception as problem:  # noqa: BLE001 - it is raised where somebody waits
            _send(says, ("failed", problem))
        code = 0
    finally:
        sys.stdout.flush()
        os._exit(code)


def _serve(started: Sequence[_Started], answer: Any, told: Callable[[int], None]) -> None:
    """Answer what the processes ask, until all are done."""
    with selectors.DefaultSelector() as selector:
        for one in started:
            selector.register(one.says, selectors.EVENT_READ, one)
        while not all(one.over for one in started):
            for key, _ in selector.select():
                _hear(key.data, answer)
                if key.data.over:
                    selector.unregister(key.fileobj)
            told(sum(one.done for one in started))


def _hear(one: _Started, answer: Any) -> None:
    try:
        _answer(one, answer)
    except (EOFError, BrokenPipeError):
        raise Lost("A process of the check ended without a word.") from None


def _answer(one: _Started, answer: Any) -> None:
    kind, *said = _receive(one.says)
    if kind == "failed":
        raise said[0]
    if kind == "end":
        one.outcome, one.over = said, True
    elif kind == "made":
        one.done = said[0]
        _send(one.hears, None)
    else:
        _send(one.hears, answer(kind, tuple(said)))


def _send(pipe: BinaryIO, message: Any) -> None:
    data = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    pipe.write(_HEAD.pack(len(data)) + data)
    pipe.flush()


def _receive(pipe: BinaryIO) -> Any:
    head = pipe.read(_HEAD.size)
    if len(head) < _HEAD.size:
        raise EOFError
    return pickle.loads(pipe.read(_HEAD.unpack(head)[0]))  # noqa: S301 - our own process


# ------------------------------------------------------------------ putting together


def together(
    hands: Sequence[Hand],
    finish: Callable[[str], None],
    refuse: Callable[[list[str], Sequence[Problem]], None],
) -> None:
    """All batches in the order of the file: finished lines to `finish`, refused rows to `refuse`."""
    finished = [hand.finished.open(encoding="utf-8", newline="\n") for hand in hands]
    refused = [hand.refused.open("rb") for hand in hands]
    try:
        for number in range(sum(len(hand.batches) for hand in hands)):
            hand = number % len(hands)
            batch = hands[hand].batches[number // len(hands)]
            for line in islice(finished[hand], batch.finished):
                finish(line)
            for _ in range(batch.refused):
                refuse(*pickle.load(refused[hand]))  # noqa: S301 - our own file
    finally:
        for stream in (*finished, *refused):
            stream.close()
