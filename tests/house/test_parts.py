"""The parts of an installation run together or not at all."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kamtrak.management.parts import Parts

CHECKOUT = Path(__file__).parents[2]
# Writes its number into a file, then sleeps; ignores a polite end when told to.
PART = "import os, signal, sys, time; {}; open(sys.argv[1], 'w').write(str(os.getpid())); time.sleep({})"


def part(note: Path, seconds: float = 60, before: str = "pass") -> list[str]:
    return [sys.executable, "-c", PART.format(before, seconds), str(note)]


def number(note: Path) -> int:
    assert until(lambda: note.exists() and note.read_text() != "")
    return int(note.read_text())


def alive(process: int) -> bool:
    """Zombies are dead: only their parent's list still knows them."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def until(met: Callable[[], bool], seconds: float = 10) -> bool:
    end = time.monotonic() + seconds
    while not met():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


@pytest.fixture
def notes(tmp_path: Path) -> list[Path]:
    return [tmp_path / "web", tmp_path / "worker"]


def test_stopping_ends_every_part(notes: list[Path]) -> None:
    parts = Parts([part(note) for note in notes])
    started = [number(note) for note in notes]
    assert parts.running()
    parts.stop()
    assert not parts.running()
    assert not any(alive(process) for process in started)


def test_one_part_that_ends_takes_the_others_with_it(notes: list[Path]) -> None:
    parts = Parts([part(notes[0]), part(notes[1], seconds=0.2)])
    started = [number(note) for note in notes]
    assert until(lambda: not parts.running())
    assert not any(alive(process) for process in started)
    parts.stop()


def test_a_part_that_will_not_listen_is_killed(notes: list[Path], monkeypatch) -> None:
    monkeypatch.setattr("kamtrak.management.parts.STOP_SECONDS", 0.5)
    deaf = "signal.signal(signal.SIGTERM, signal.SIG_IGN)"
    parts = Parts([part(notes[0], before=deaf)])
    process = number(notes[0])
    parts.stop()
    assert not alive(process)


def test_a_parent_killed_outright_leaves_nothing_behind(notes: list[Path]) -> None:
    commands = [part(note) for note in notes]
    code = f"import time; from kamtrak.management.parts import Parts; Parts({commands!r}); time.sleep(60)"
    parent = subprocess.Popen([sys.executable, "-c", code], cwd=CHECKOUT)
    started = [number(note) for note in notes]
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    assert until(lambda: not any(alive(process) for process in started))


def test_the_terminals_interrupt_does_not_reach_the_parts(notes: list[Path]) -> None:
    parts = Parts([part(note) for note in notes])
    sessions = {os.getsid(number(note)) for note in notes}
    assert os.getsid(0) not in sessions
    assert len(sessions) == 2
    parts.stop()
