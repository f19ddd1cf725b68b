"""Two walk at once, each in a thread with a browser of its own: one draws while the other is checked."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from django.db import connections
from playwright.sync_api import sync_playwright

from tests.e2e.servers import Site
from tests.e2e.walk.walking import Walk
from tests.e2e.walk.world import World

MOST = "ada"  # who makes nearly half of all stops; the others share the second lane
# What is to be done by whom: in the lane of this person, after all that was asked of it before.
Go = Callable[[str, Callable[[Walk], Any]], Future]

_here = threading.local()  # Playwright's objects and Django's connections stay in the thread that made them


@contextmanager
def two_lanes(site: Site, world: World, launch: dict[str, Any]) -> Iterator[Go]:
    """What was asked for and is not begun when this ends is dropped."""
    lanes = [
        ThreadPoolExecutor(max_workers=1, initializer=_set_out, initargs=(site, world, launch))
        for _ in range(2)
    ]
    asked: list[Future] = []

    def go(who: str, act: Callable[[Walk], Any]) -> Future:
        asked.append(lanes[who == MOST].submit(lambda: act(_here.walk)))
        return asked[-1]

    yield go
    for each in asked:
        each.cancel()
    for lane in lanes:
        lane.submit(_come_home).result()
        lane.shutdown()


def _set_out(site: Site, world: World, launch: dict[str, Any]) -> None:
    _here.playwright = sync_playwright().start()
    _here.browser = _here.playwright.chromium.launch(**launch)
    _here.walk = Walk(world, site, _here.browser.new_context)


def _come_home() -> None:
    _here.browser.close()
    _here.playwright.stop()
    connections.close_all()
