"""axe on a page: WCAG 2.2 A and AA, and axe's best practices."""

import json
from functools import cache
from pathlib import Path

from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Page

EVERYTHING = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# All that can differ between light and dark.
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}


@cache
def _source() -> str:
    return Path(AXE_FILE_PATH).read_text()


def violations(page: Page, rules: object = EVERYTHING, within: str = "html") -> list[str]:
    """What axe finds, a line for each element. Evaluated: the content policy refuses an added script."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_source())
    options = {"runOnly": rules, "resultTypes": ["violations"], "elementRef": False}
    asked = f"{json.dumps(within)}, {json.dumps(options)}"
    # Only what is wrong crosses over from the browser: the whole result is fifty times as long.
    found = page.evaluate(f"axe.run({asked}).then(result => result.violations)")
    return [f"{rule['id']}: {node['html'][:160]} ({_why(node)})" for rule in found for node in rule["nodes"]]


def _why(node: dict[str, list[dict[str, str]]]) -> str:
    checks = [*node["any"], *node["all"], *node["none"]]
    return checks[0]["message"] if checks else "no reason given"
