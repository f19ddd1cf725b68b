"""What belongs together stands on one line, and buttons have room, wide and narrow, light and dark."""

from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from kamtrak.tenancy import in_workspace
from tests.cast import Cast
from tests.e2e.conftest import Visits
from tests.e2e.pictures import take_picture
from tests.e2e.visitor import NARROW, WIDE
from workspaces.services.settings import Settings, change_settings

pytestmark = pytest.mark.e2e

LINES = """list => [...list.querySelectorAll("dt")].map(
    dt => [dt.getBoundingClientRect(), dt.nextElementSibling.getClientRects()[0]]
).map(([dt, dd]) => ({top: dt.top, bottom: dt.bottom, dd: dd.top, gap: dd.left - dt.right}))"""
MIDDLE = {"width": 800, "height": 900}
THEMES = [("light", WIDE), ("dark", WIDE), ("light", NARROW), ("dark", NARROW)]


def rename(cast: Cast) -> None:
    """One change of three fields."""
    with in_workspace(cast.acme.pk):
        before = Settings.of(cast.acme)
        wanted = {
            **before.__dict__,
            "fiscal_year_start": 4,
            "rate_limit_days": 5,
            "sales_follow_current": True,
        }
        change_settings(
            workspace=cast.acme,
            by=cast.olive,
            wanted=Settings(**wanted),
            reason="Group year",
            seen=before.stamp,
            now=timezone.now(),
        )


def test_the_history_has_each_field_with_its_values_on_a_line(cast: Cast, visitor: Visits) -> None:
    rename(cast)
    for theme, size in THEMES:
        page = visitor(cast.olive.user, viewport=size, color_scheme=theme).page
        page.goto("/w/acme/history/")
        row = page.get_by_role("row").filter(has_text="Group year")
        take_picture(page, "history", size["width"], theme, whole=False)
        lines: list[dict[str, float]] = row.locator(".k-changes").evaluate(LINES)
        assert len(lines) == 3
        for line, below in zip(lines, [*lines[1:], None], strict=True):
            assert abs(line["dd"] - line["top"]) < 4, f"a value stands apart from its label, {theme} {size}"
            assert 0 <= line["gap"] < 20
            assert below is None or below["top"] >= line["bottom"] - 1


def padding(page: Page, name: str) -> dict[str, Any]:
    found: dict[str, Any] = page.get_by_role("button", name=name).evaluate(
        """button => {
            const text = document.createRange(); text.selectNodeContents(button)
            const [outer, inner] = [button.getBoundingClientRect(), text.getBoundingClientRect()]
            return {left: inner.left - outer.left, right: outer.right - inner.right}
        }"""
    )
    return found


def test_both_ways_to_close_a_gap_have_room_in_their_buttons(cast: Cast, visitor: Visits) -> None:
    for size in (WIDE, MIDDLE, NARROW):
        page = visitor(cast.ada.user, viewport=size).page
        page.goto("/w/acme/formulas/add/")
        page.get_by_label("Rule 1 revenue per month").fill("100")
        page.get_by_label("Rule 1 to month").fill("3")
        page.get_by_role("button", name="Add rule 2 from month 4").click()
        page.get_by_label("Rule 2 revenue per month").fill("90")
        page.get_by_label("Rule 2 from month").fill("5")
        expect(page.get_by_role("button", name="Lengthen the rule before it")).to_be_visible()
        take_picture(page, "gap", size["width"], "light", whole=False)
        for name in ("Lengthen the rule before it", "Begin the rule after it earlier"):
            room = padding(page, name)
            assert min(room["left"], room["right"]) >= 6, (name, size, room)
