"""Servers once for all browser tests, an empty database for each module, browsers that hear every error."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connections
from django.test import override_settings
from django.utils import timezone
from playwright.sync_api import BrowserContext, expect

from tests.cast import NOW, Cast, make_cast
from tests.contributions.builders import publish
from tests.e2e.clock import set_clock, shifted_now
from tests.e2e.servers import Site, serving, working
from tests.e2e.visitor import PATIENCE, Visitor, visit
from workspaces.models import User

pytest.register_assert_rewrite("tests.e2e.first_day")
Visits = Callable[..., Visitor]


@pytest.fixture(scope="session")
def site(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """The product, from noon of 23 November 2026 on, with files of its own."""
    expect.set_options(timeout=PATIENCE)
    set_clock(NOW)
    media = tmp_path_factory.mktemp("media")
    with pytest.MonkeyPatch.context() as patch, override_settings(MEDIA_ROOT=media):
        patch.setattr(timezone, "now", shifted_now)
        with django_db_blocker.unblock(), serving() as served:
            yield served


@pytest.fixture(scope="session")
def worker(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The log of the one worker that makes what these tests wait for."""
    log = tmp_path_factory.mktemp("worker") / "worker.log"
    with working(log):
        yield log


@pytest.fixture(scope="module")
def transactional_db(site: Site) -> Iterator[None]:
    """Empty for a whole module, where pytest-django's empties for each test: these share what they need."""
    yield
    call_command("flush", verbosity=0, interactive=False)
    cache.clear()  # attempts to sign in are counted there
    connections.close_all()  # Django keeps another one inside Playwright's loop than outside of it


@pytest.fixture(scope="module")
def cast(transactional_db: None) -> Cast:
    """Everybody of tests/cast.py, and a handful of published rates."""
    publish()
    return make_cast()


@pytest.fixture
def visitor(
    site: Site, transactional_db: None, new_context: Callable[..., BrowserContext]
) -> Iterator[Visits]:
    """`visitor(user, **options)`: a new browser, signed in or not. What went wrong in it fails the test."""
    seen: list[Visitor] = []

    def come(user: User | None = None, **options: Any) -> Visitor:
        seen.append(visit(new_context, site, **options))
        if user:
            seen[-1].sign_in(user)
        return seen[-1]

    yield come
    for each in seen:
        each.page.context.close()
    problems = [problem for each in seen for problem in each.watch.problems]
    assert not problems, "\n".join(problems)
