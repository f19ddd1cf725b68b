"""A page asks the database as often with a thousand rows as with one, and at most fifteen times."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.cast import Cast, make_alert, make_client, make_member
from tests.routes import PAGES as PAGES_OF_A_WORKSPACE
from tests.routes import Rows
from workspaces.rules import Role

MOST = 15

pytestmark = pytest.mark.django_db


def assert_queries_do_not_grow(
    browser: Client, url: str, grow: Callable[[], object], most: int = MOST
) -> None:
    """Load the page, let there be more of what it shows (`grow`), load it again: no question more."""
    browser.get(url)  # what is asked once per session or process
    before = _asked(browser, url)
    grow()
    after = _asked(browser, url)
    assert len(after) <= len(before), "\n".join(after)
    assert len(after) <= most, "\n".join(after)


def _asked(browser: Client, url: str) -> list[str]:
    """The statements of one request, the marks of its transaction aside, which in a test is a savepoint."""
    with CaptureQueriesContext(connection) as captured:
        response = browser.get(url)
        assert response.status_code == 200, response.status_code
    said = [query["sql"] for query in captured.captured_queries]
    return [sql for sql in said if not sql.startswith(("SAVEPOINT", "RELEASE SAVEPOINT"))]


def more_members(cast: Cast) -> None:
    for number in range(6):
        make_member(cast.acme, f"Newcomer {number}", Role.ACCOUNT_MANAGER, manager=cast.mia)


def more_clients(cast: Cast) -> None:
    for number in range(6):
        make_client(cast.acme, f"Client {number}")


def more_alerts(cast: Cast) -> None:
    for number in range(6):
        make_alert(cast.acme, key=f"more:{number}", about=cast.alex)


PAGES: list[tuple[str, Callable[[Cast], None]]] = [
    ("/w/acme/members/", more_members),
    ("/w/acme/clients/", more_clients),
    ("/w/acme/clients/options/?q=c", more_clients),
    ("/w/acme/alerts/", more_alerts),
    ("/w/acme/history/", more_clients),
    ("/w/acme/settings/", more_members),
]


@pytest.mark.parametrize(("url", "grow"), PAGES, ids=[url for url, _ in PAGES])
def test_a_page_asks_no_more_when_there_is_more_to_show(
    cast: Cast, url: str, grow: Callable[[Cast], None]
) -> None:
    make_client(cast.acme, "First")
    make_alert(cast.acme, about=cast.alex)
    assert_queries_do_not_grow(cast.browser("olive"), url, lambda: grow(cast))


@pytest.mark.parametrize("who", ["olive", "mia", "alex"])
def test_no_page_of_a_workspace_asks_more_than_fifteen_times(cast: Cast, who: str) -> None:
    rows, browser = Rows(cast), cast.browser(who)
    make_alert(cast.acme, about=cast.alex)
    assert all([rows.linked_achievement, rows.attachment, rows.closed_quarter])  # made before they are read
    asked = {}
    for name, page in PAGES_OF_A_WORKSPACE.items():
        url = reverse(name, kwargs={"slug": "acme", **page.rows(rows)})
        if "GET" in page.methods and browser.get(url).status_code == 200:
            asked[name] = len(_asked(browser, url))
    assert {name: number for name, number in asked.items() if number > MOST} == {}
    assert len(asked) > 15


def test_the_navigation_asks_once_for_the_alerts_and_a_page_of_the_site_not_at_all(cast: Cast) -> None:
    def about_alerts(url: str) -> list[str]:
        return [sql for sql in _asked(cast.browser("olive"), url) if "workspaces_alert" in sql]

    assert len(about_alerts("/w/acme/clients/")) == 1
    assert about_alerts("/profile/") == []
