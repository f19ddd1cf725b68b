"""What a stop of the walk is: one page in one state, as one person sees it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from playwright.sync_api import Page

from tests.e2e.walk.world import World

Does = Callable[[Page, World], object]
WIDTHS = (1440, 390)


@dataclass(frozen=True)
class Stop:
    """A page to be looked at.

    `row` names what of the world is put into the address; `who` is nobody where it is blank. A dialog is
    opened by its link on the page `on` (route, row, query). `does` is what is done there before the look, and
    `status` what the page answers. `usual` is the page as it mostly is: its colours are checked at both
    widths, those of its other states at one width in light and at the other in dark.
    """

    picture: str
    route: str
    who: str = ""
    row: str = ""
    query: str = ""
    does: Does | None = None
    widths: tuple[int, ...] = WIDTHS
    status: int = 200
    on: tuple[str, str, str] | None = None
    usual: bool = False

    @property
    def is_dialog(self) -> bool:
        return self.on is not None


def page(route: str, who: str = "", row: str = "", **more: Any) -> Stop:
    """A page as it usually is."""
    return Stop(route.replace("_", "-"), route, who, row, usual=True, **more)


def state(picture: str, route: str, who: str = "", row: str = "", **more: Any) -> Stop:
    """Another state of a page, or what another person sees there."""
    return Stop(picture, route, who, row, **more)


def dialog(
    route: str, who: str, row: str = "", *, on: str, at: str = "", given: str = "", **more: Any
) -> Stop:
    """The dialog that the link on the page `on` (its row `at`, its query `given`) opens."""
    stop = Stop(f"{route.replace('_', '-')}-dialog", route, who, row, **more)
    return replace(stop, on=(on, at, given))


def named(picture: str, stop: Stop) -> Stop:
    """The same stop under another name of its picture."""
    return replace(stop, picture=picture)
