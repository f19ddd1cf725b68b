"""Where pictures of pages are left for people to look at: pictures/<page>-<width>-<theme>.png."""

import os
from pathlib import Path

from django.conf import settings
from playwright.sync_api import Page


def take_picture(page: Page, name: str, width: int, theme: str, *, whole: bool = True) -> None:
    """The page as it is, in its whole length or as far as the window shows it."""
    folder = Path(os.environ.get("KAMTRAK_PICTURES", settings.BASE_DIR / "pictures"))
    folder.mkdir(exist_ok=True)
    page.screenshot(path=folder / f"{name}-{width}-{theme}.png", full_page=whole)
