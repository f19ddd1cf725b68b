"""No page is left out of the walk through a browser (tests/e2e/walk): each route has a stop there.

What needs none is seen by its answer and listed nowhere: a download, a part of a page, an action.
"""

from typing import Any

import pytest
from django.urls import reverse

from tests.cast import Cast
from tests.e2e.walk import STOPS
from tests.routes import LEADS_ON, PAGES, Route, Rows, routes

WALKED = {stop.route for stop in STOPS if stop.usual}
OPENED = {stop.route for stop in STOPS if stop.is_dialog}
DIALOG = {"HX-Request": "true", "HX-Target": "dialog"}

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon", "files_apart")]


def answers(cast: Cast, rows: Rows, route: Route, **headers: Any) -> list[Any]:
    """What the owner and an account manager get in acme; elsewhere somebody signed in and somebody not."""
    if route.name not in PAGES:
        return [cast.browser(who).get(f"/{route.path}", **headers) for who in ("alex", "anonymous")]
    url = reverse(route.name, kwargs={"slug": "acme", **PAGES[route.name].rows(rows)})
    found = [cast.browser(who).get(url, **headers) for who in ("olive", "alex")]
    return [answer for answer in found if answer.status_code not in (403, 404)]


def is_page(answer: Any) -> bool:
    whole = not answer.streaming and answer.content.lstrip().lower().startswith(b"<!doctype html")
    return whole and answer.status_code == 200


def is_dialog(answer: Any) -> bool:
    return not answer.streaming and not is_page(answer) and b'id="dialog-title"' in answer.content


def test_what_is_not_on_the_walk_is_no_page(cast: Cast) -> None:
    rows, missing = Rows(cast), []
    for route in [route for route in routes() if route.name not in WALKED]:
        told = route.name in PAGES or "<" not in route.path
        found = answers(cast, rows, route) if told else []
        only_leads_on = all(answer.status_code == 302 for answer in found)
        if any(is_page(answer) for answer in found) or (only_leads_on and route.name not in LEADS_ON):
            missing.append(route.name)
    assert not missing, f"give these a stop in tests/e2e/walk: {missing}"


def test_what_opens_as_a_dialog_is_on_the_walk_as_a_dialog(cast: Cast) -> None:
    rows = Rows(cast)
    opening = {
        route.name
        for route in routes()
        if route.name in PAGES and "GET" in PAGES[route.name].methods.split()
        if any(is_dialog(answer) for answer in answers(cast, rows, route, headers=DIALOG))
    }
    assert opening == OPENED


def test_no_two_pictures_bear_one_name() -> None:
    names = [stop.picture for stop in STOPS]
    assert sorted(names) == sorted(set(names))
