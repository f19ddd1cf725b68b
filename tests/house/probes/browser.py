"""Run by test_machine.py in a session of its own: not collected otherwise."""

import pytest
from playwright.sync_api import Page


@pytest.mark.e2e
@pytest.mark.django_db
def test_a_page_opens(page: Page, live_server) -> None:
    page.goto(f"{live_server.url}/health/")
    assert page.locator("body").inner_text() == '{"database": "up", "broker": "up"}'
