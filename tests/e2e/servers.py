"""The product as a person meets it: its WSGI application on a port, and a Celery worker beside it.

Both stand on the test database and broker. Database.flush() is the only isolation between modules.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection
from django.test.testcases import LiveServerThread
from django.urls import reverse

from kamtrak import embedded

WORKER = "celery --quiet -A tests.e2e.worker worker --concurrency 1 --loglevel info --without-gossip"


@dataclass(frozen=True)
class Site:
    """Where the product is served."""

    url: str

    def address(self, name: str, *args: Any, slug: str | None = "acme", **query: Any) -> str:
        """The page of this name in a workspace; `slug=None` for pages outside of any."""
        path = reverse(name, args=[*([slug] if slug else []), *args])
        return f"{self.url}{path}" + (f"?{urlencode(query)}" if query else "")


@contextmanager
def serving() -> Iterator[Site]:
    """The product's own WSGI application, whitenoise and content policy included, in a thread."""
    from kamtrak.wsgi import application

    thread = LiveServerThread("localhost", static_handler=lambda _: application)  # type: ignore[arg-type]
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    if thread.error:
        raise thread.error
    yield Site(f"http://{thread.host}:{thread.port}")
    thread.terminate()


@contextmanager
def working(log: Path) -> Iterator[None]:
    """A worker in a process of its own; what it says goes into `log`."""
    name = connection.settings_dict["NAME"]
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "DATABASE_URL": embedded.home().database_url(database=name),
        "REDIS_URL": settings.REDIS_URL,
        "MEDIA_ROOT": str(settings.MEDIA_ROOT),
    }
    with log.open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", *WORKER.split()],
            cwd=settings.BASE_DIR,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=said,
            stderr=subprocess.STDOUT,
        )
    yield
    process.terminate()
    try:
        process.wait(timeout=15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
