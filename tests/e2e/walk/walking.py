"""Going from stop to stop, and looking: axe, sideways scrolling, a picture of each width and theme.

A page is loaded once; then the window and what the system asks for change around it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.urls import resolve, reverse
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.e2e.axe import COLOURS, EVERYTHING, violations
from tests.e2e.pictures import take_picture
from tests.e2e.servers import Site
from tests.e2e.visitor import NARROW, WIDE, Visitor, visit
from tests.e2e.walk.stops import Stop
from tests.e2e.walk.world import World
from tests.e2e.watch import REFUSED
from tests.routes import PAGES

NARROWEST = 320
HEIGHTS = {size["width"]: size["height"] for size in (WIDE, NARROW)}
# At each width axe asks everything in the first theme; in the other nothing but the colours is different.
THEMES = {1440: ("light", "dark"), 390: ("dark", "light")}
# How much wider the page, or the dialog on it, is than the window that it must fit.
OVERHANG = """() => Math.max(...[document.documentElement, ...document.querySelectorAll('dialog[open]')]
    .map(e => e.scrollWidth - e.clientWidth))"""
# An id stands once: a label, a description or a link to what must change would lead to the first of two.
TWICE = """() => Object.entries(Object.groupBy(document.querySelectorAll('[id]'), e => e.id))
    .filter(([id, found]) => found.length > 1).map(([id]) => id)"""
AT_REST = "() => !document.querySelector('.htmx-request') && document.fonts.status === 'loaded'"


@dataclass
class Walk:
    """Everybody's browser, kept for all their stops. Nobody in particular comes anew each time."""

    world: World
    site: Site
    new_context: Callable[..., BrowserContext]
    visitors: dict[str, Visitor] = field(default_factory=dict)

    def visitor(self, who: str) -> Visitor:
        if not who:
            return visit(self.new_context, self.site)
        if who not in self.visitors:
            self.visitors[who] = visit(self.new_context, self.site)
            self.visitors[who].sign_in(self.world.users[who])
        return self.visitors[who]

    def stop(self, stop: Stop) -> list[str]:
        """Go there and look; everything that is wrong with it."""
        visitor = self.visitor(stop.who)
        visitor.watch.deliberate = {REFUSED, stop.status}
        visitor.watch.problems.clear()  # of a stop that broke off
        try:
            self._arrive(visitor.page, stop)
            return [*_look_around(visitor.page, stop), *visitor.watch.problems]
        finally:
            if not stop.who:
                visitor.page.context.close()

    def _arrive(self, page: Page, stop: Stop) -> None:
        _show(page, stop.widths[0], "light")
        opened_on, row, query = stop.on or (stop.route, stop.row, stop.query)
        answer = page.goto(f"{self.site.url}{self._path(opened_on, row, stop.who)}?{query}")
        assert answer is not None
        if stop.is_dialog:
            _open(page.locator(f"a[data-dialog][href^='{self._path(stop.route, stop.row, stop.who)}']").first)
            expect(page.locator("dialog[open]")).to_be_visible()
        elif not stop.does:
            assert answer.status == stop.status
        page.wait_for_function(AT_REST)
        if stop.does:
            stop.does(page, self.world)
            page.wait_for_function(AT_REST)
        assert stop.is_dialog or resolve(urlsplit(page.url).path).url_name == stop.route, page.url

    def _path(self, route: str, row: str, who: str) -> str:
        named: dict[str, Any] = dict(self.world.rows[row])
        if route in PAGES:
            named["slug"] = self.world.slugs[who]
        return reverse(route, kwargs=named)


def _open(link: Locator) -> None:
    """Some links stand in a menu."""
    link.evaluate("e => e.closest('[popover]')?.showPopover()")
    link.click()


def _look_around(page: Page, stop: Stop) -> list[str]:
    """A dialog is looked at alone: the page behind it has a stop of its own."""
    in_dialog = page.locator("dialog[open]").count() > 0
    wrong = [f"twice on the page: id {name}" for name in page.evaluate(TWICE)]
    for width in stop.widths:
        for theme, rules in zip(THEMES[width], (EVERYTHING, COLOURS if stop.usual else None), strict=True):
            _show(page, width, theme)
            if rules:
                found = violations(page, rules, "dialog[open]" if in_dialog else "html")
                wrong += [f"{width} {theme}: {each}" for each in found]
            take_picture(page, stop.picture, width, theme, whole=not in_dialog)
        wrong += _overhang(page, width)
    return wrong + _overhang(page, NARROWEST)


def _show(page: Page, width: int, theme: str) -> None:
    page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]


def _overhang(page: Page, width: int) -> list[str]:
    """The page must not scroll sideways; a table may, inside its own frame."""
    page.set_viewport_size({"width": width, "height": HEIGHTS.get(width, 800)})
    over = page.evaluate(OVERHANG)
    return [f"{width}: {over} px wider than the window"] if over > 0 else []
