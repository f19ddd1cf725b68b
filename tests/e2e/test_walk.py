"""Every page of the product, in light and dark, wide and narrow: accessible, quiet, within its window.

What stands on the walk is in walk/; tests/test_every_page.py knows that nothing is missing there.
"""

from collections.abc import Iterator
from concurrent.futures import Future
from functools import partial
from typing import Any

import pytest

from tests.e2e.servers import Site
from tests.e2e.walk import STOPS
from tests.e2e.walk.doing import adds_a_passkey
from tests.e2e.walk.lanes import two_lanes
from tests.e2e.walk.making import make_world
from tests.e2e.walk.stops import Stop
from tests.e2e.walk.walking import Walk

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def found(
    site: Site, transactional_db: None, browser_type_launch_args: dict[str, Any], request: Any
) -> Iterator[dict[Stop, Future[list[str]]]]:
    """What is wrong at each stop that was chosen, as soon as somebody has been there."""
    chosen = [item.callspec.params["stop"] for item in request.session.items if item.path == request.path]
    with two_lanes(site, make_world(), browser_type_launch_args) as go:
        go("callum", lambda walk: adds_a_passkey(walk.visitor("callum"), walk.world)).result()
        yield {stop: go(stop.who, partial(Walk.stop, stop=stop)) for stop in chosen}


@pytest.mark.parametrize("stop", STOPS, ids=[stop.picture for stop in STOPS])
def test_a_page_is_accessible_quiet_and_fits_its_window(
    found: dict[Stop, Future[list[str]]], stop: Stop
) -> None:
    wrong = found[stop].result()
    if wrong:
        pytest.fail("\n".join(wrong), pytrace=False)
