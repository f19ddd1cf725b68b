"""A long file is checked by several processes: they find what one finds, to the last digit (rules 5.17)."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.core.files.storage import default_storage

from kamtrak.lib.tables import Row
from tests.cast import Cast
from tests.contributions.builders import publish
from tests.transactions.bringing import check, commit, mapped, rows, upload
from transactions.pipeline.hands import BATCH, Hand, Lost, batches_of, side_by_side
from transactions.rules import Field

COLUMNS = {
    "Date": Field.DATE,
    "Client": Field.CLIENT,
    "Owner": Field.OWNER,
    "Product": Field.PRODUCT,
    "Qty": Field.QUANTITY,
    "Price": Field.PRICE_SOLD,
    "Currency": Field.CURRENCY,
}


def sales(count: int) -> str:
    """Equal lines, rows that cannot go in, products without a price, three currencies."""
    rng = Random(3)
    lines = [",".join(COLUMNS)]
    for number in range(count):
        price = rng.choice(("10", "12.50", "", "TBD" if number % 97 == 5 else "3"))
        day = "2026-08-07" if number % 211 else "no day"
        who = rng.choice(("Alex", "Amir", "Nobody"))
        lines.append(
            f"{day},Client {rng.randrange(40)},{who},P-{rng.randrange(30)},"
            f"{rng.randrange(1, 4)},{price},{rng.choice(('USD', 'EUR', 'GBP'))}"
        )
    return "\n".join(lines) + "\n"


def found(cast: Cast, settings: Any, content: str, *, alone: int) -> tuple[dict[str, Any], list[str]]:
    """What a check says, and its finished lines."""
    settings.IMPORT_ALONE_ROWS = alone
    imported = upload(cast.ada, content)
    imported = check(imported, cast.ada, mapped(imported, COLUMNS))
    lines = Path(default_storage.path(imported.prepared)).read_text(encoding="utf-8").splitlines()
    rejects = Path(default_storage.path(imported.rejects)).read_text(encoding="utf-8-sig").splitlines()
    return imported.checked, lines + rejects


def test_several_processes_find_what_one_finds(inside: Cast, settings: Any) -> None:
    publish()
    content = sales(3 * BATCH + 700)
    several, of_several = found(inside, settings, content, alone=10)
    alone, of_one = found(inside, settings, content, alone=1_000_000)
    assert several["bad"] > 40
    assert several["missing_products"]
    # The first has promised its clients only: the second promises others.
    assert several | {"new_clients": None} == alone | {"new_clients": None}
    assert several["new_clients"]["count"] == alone["new_clients"]["count"] == 40
    without_client = [[c for place, c in enumerate(line.split("\t")) if place != 6] for line in of_several]
    assert without_client == [
        [c for place, c in enumerate(line.split("\t")) if place != 6] for line in of_one
    ]


def test_what_several_processes_checked_goes_in(inside: Cast, settings: Any) -> None:
    publish()
    settings.IMPORT_ALONE_ROWS = 10
    imported = upload(inside.ada, sales(BATCH + 300))
    imported = commit(check(imported, inside.ada, mapped(imported, COLUMNS)), inside.ada)
    assert imported.created == imported.checked["good"] == len(rows(inside.acme))


def test_batches_are_dealt_out_in_turn() -> None:
    lines = [Row(number, [str(number)]) for number in range(2 * BATCH + 1)]
    dealt = [[len(batch) for batch in batches_of(lines, hand, 2)] for hand in range(2)]
    assert dealt == [[BATCH, 1], [BATCH]]


def test_what_goes_wrong_in_a_process_is_raised_where_somebody_waits(tmp_path: Path) -> None:
    hands = [Hand(tmp_path / f"{n}", tmp_path / f"{n}.bad") for n in range(2)]

    def fails(number: int, hand: Hand, ask: Any) -> None:
        raise ValueError(ask("product", "W-1"))

    with pytest.raises(ValueError, match="asked for W-1"):
        side_by_side(hands, fails, lambda kind, about: f"asked for {about[0]}", lambda done: None)


def test_a_process_that_dies_is_noticed(tmp_path: Path) -> None:
    hands = [Hand(tmp_path / "a", tmp_path / "b")]
    with pytest.raises(Lost):
        side_by_side(hands, lambda *_: os._exit(9), lambda kind, about: None, lambda done: None)


@contextmanager
def within(seconds: int) -> Iterator[None]:
    """Fails what would else wait for ever."""

    def over(*_: Any) -> None:
        raise AssertionError(f"not over after {seconds} s")

    before = signal.signal(signal.SIGALRM, over)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


class Cancelled(Exception):
    pass


@pytest.mark.parametrize("raised_by", ["told", "answer"])
def test_who_waits_may_stop_and_all_processes_end(tmp_path: Path, raised_by: str) -> None:
    """A cancelled check must not leave its worker waiting for processes that wait for each other."""
    hands = [Hand(tmp_path / f"{n}", tmp_path / f"{n}.bad") for n in range(3)]

    def works(number: int, hand: Hand, ask: Any) -> None:
        while True:
            ask("made", 1)
            ask("product", "W-1")

    def stops(*_: Any) -> None:
        raise Cancelled

    calls: dict[str, Any] = {"told": lambda done: None, "answer": lambda kind, about: 1, raised_by: stops}
    with within(20), pytest.raises(Cancelled):
        side_by_side(hands, works, calls["answer"], calls["told"])


def test_a_process_that_dies_before_it_is_answered_is_noticed_and_the_others_end(tmp_path: Path) -> None:
    hands = [Hand(tmp_path / f"{n}", tmp_path / f"{n}.bad") for n in range(2)]

    def works(number: int, hand: Hand, ask: Any) -> None:
        while True:
            ask("product", str(os.getpid()))

    def dies(kind: str, about: tuple[str]) -> int:
        os.kill(int(about[0]), signal.SIGKILL)
        os.waitid(os.P_PID, int(about[0]), os.WEXITED | os.WNOWAIT)
        return 1

    with within(20), pytest.raises(Lost):
        side_by_side(hands, works, dies, lambda done: None)
