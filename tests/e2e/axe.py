"""axe on a page: WCAG 2.2 A and AA, and axe's best practices."""

import json
from functools import cache
from pathlib import Path

from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@cache
def _source() -> str:
    return Path(AXE_FILE_PATH).read_text()


def violations(page: Page, tags: list[str] = TAGS) -> list[str]:
    """What axe finds, a line for each element. Evaluated: the content policy refuses an added script."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_source())
    found = page.evaluate(
        f"axe.run({{runOnly: {json.dumps(tags)}, resultTypes: ['violations'], elementRef: false}})"
    )
    return [
        f"{rule['id']}: {node['html'][:160]} ({_why(node)})"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


def _why(node: dict[str, list[dict[str, str]]]) -> str:
    checks = [*node["any"], *node["all"], *node["none"]]
    return checks[0]["message"] if checks else "no reason given"
