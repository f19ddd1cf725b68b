"""Every page of the product, in light and dark, wide and narrow: accessible, quiet, within its window.

What stands on the walk is in walk/; tests/test_every_page.py knows that nothing is missing there.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.e2e.servers import Site
from tests.e2e.walk import STOPS
from tests.e2e.walk.doing import adds_a_passkey
from tests.e2e.walk.making import make_world
from tests.e2e.walk.stops import Stop
from tests.e2e.walk.walking import Walk

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def walk(site: Site, transactional_db: None, browser: Browser) -> Iterator[Walk]:
    walk = Walk(make_world(), site, browser.new_context)
    callum = walk.visitor("callum")
    callum.open("mfa_add_webauthn", slug=None)
    adds_a_passkey(callum.page, walk.world)
    yield walk
    for visitor in walk.visitors.values():
        visitor.page.context.close()


@pytest.mark.parametrize("stop", STOPS, ids=[stop.picture for stop in STOPS])
def test_a_page_is_accessible_quiet_and_fits_its_window(walk: Walk, stop: Stop) -> None:
    wrong = walk.stop(stop)
    assert not wrong, "\n".join(wrong)
