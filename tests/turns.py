"""Two writers at once: the one stops at a place of one's choice, and the other tries to overtake it there."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections

PATIENCE = 0.5  # seconds for the other to overtake, if it can


def two_at_once(
    monkeypatch: pytest.MonkeyPatch,
    first: Callable[[], Any],
    then: Callable[[], Any],
    halt: tuple[Any, str],
) -> None:
    """Begin `first`, and when it has come past the function `halt`, let `then` try to overtake it.

    Each on a connection of its own; what either raises is told in the thread of the test.
    """
    arrived, overtaken = threading.Event(), threading.Event()
    module, name = halt
    real, problems = getattr(module, name), []

    def halting(*args: Any, **given: Any) -> Any:
        result = real(*args, **given)
        if threading.current_thread().name == "first":
            arrived.set()
            overtaken.wait(PATIENCE)
        return result

    def run(step: Callable[[], Any], done: threading.Event) -> None:
        try:
            step()
        except Exception as problem:  # noqa: BLE001 - told below, in the thread of the test
            problems.append(problem)
        finally:
            done.set()
            connections.close_all()

    monkeypatch.setattr(module, name, halting)
    threads = [threading.Thread(target=run, args=(first, arrived), name="first")]
    threads[0].start()
    arrived.wait(10)
    threads.append(threading.Thread(target=run, args=(then, overtaken)))
    threads[1].start()
    for thread in threads:
        thread.join()
    assert problems == []
