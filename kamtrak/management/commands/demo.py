"""`make demo`: the whole product with its demo data on one port, until Ctrl-C."""

import hashlib
import io
import os
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import BaseCommand, CommandError, call_command
from django.db import connections

from kamtrak import embedded
from kamtrak.management.parts import Parts

FIRST_PAGE_SECONDS = 60


class Command(BaseCommand):
    help = "Bring up the product with its demo data: database, broker, web server and worker, until Ctrl-C."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, port: int, **options: Any) -> None:
        # By hand, since a shell's background job starts with Ctrl-C ignored and Python would leave it so.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, _stop)
        parts = None
        try:
            if not _is_free(port):
                raise CommandError(f"Port {port} is taken. Choose another one: make demo PORT={port + 1}")
            embedded.ensure()
            self._say("Preparing the database, the rates and the demo data …")
            _prepare()
            parts = Parts(_commands(port))  # they start while the data are loaded
            signins = _load()
            _wait_for_first_page(port, parts)
            self._say(f"\nKamTrak is at http://localhost:{port}/\n\n{signins}\n\nCtrl-C stops it.\n")
            _wait_for_the_end(parts)
        except embedded.EmbeddedError as error:
            raise CommandError(str(error)) from error
        finally:
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)
            if parts:
                parts.stop()
            connections.close_all()
            embedded.leave()

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def _prepare() -> None:
    """What web server and worker need in order to start. Leaves no connection open for the fork to share."""
    call_command("migrate", verbosity=0, interactive=False)
    _collect_static()
    connections.close_all()


def _load() -> str:
    """Rates and demo data; what is there already stays as it is, unread. Returns the sign-ins."""
    return str(call_command("load_demo", verbosity=0, stdout=io.StringIO())).strip()


def _stop(number: int, frame: object) -> None:
    sys.exit(0)


def _is_free(port: int) -> bool:
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _commands(port: int) -> list[list[str]]:
    # Loaded once for both workers: a second of two cores less at each start.
    web = ["gunicorn", "kamtrak.wsgi", "--preload", "--bind", f"127.0.0.1:{port}"]
    web += ["--workers", "2", "--threads", "4"]
    worker = ["celery", "--quiet", "-A", "kamtrak", "worker", "--concurrency", "2", "--loglevel", "warning"]
    beat = ["--beat", "--schedule", str(settings.HOME.base / "beat")]
    return [
        [sys.executable, "-m", *web, "--log-level", "warning", "--no-control-socket"],
        [sys.executable, "-m", *worker, *beat, "--without-gossip", "--without-mingle"],
    ]


def _wait_for_first_page(port: int, parts: Parts) -> None:
    end = time.monotonic() + FIRST_PAGE_SECONDS
    while not _answers(f"http://127.0.0.1:{port}/"):
        if not parts.running():
            raise CommandError("The web server or the worker did not start; its message stands above.")
        if time.monotonic() > end:
            raise CommandError(f"The first page did not come within {FIRST_PAGE_SECONDS} s.")
        time.sleep(0.1)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=30) as page:  # noqa: S310
            return bool(page.status == 200)
    except urllib.error.HTTPError as error:
        raise CommandError(f"The first page answers with {error.code}; the reason stands above.") from error
    except OSError:
        return False


def _wait_for_the_end(parts: Parts) -> None:
    """Until a signal comes, a part ends, or the `make` that started this was killed."""
    maker = os.getppid() if "MAKELEVEL" in os.environ else None
    while maker is None or os.getppid() == maker:
        if not parts.running():
            raise CommandError("The web server or the worker has ended, and so has the rest.")
        time.sleep(0.3)


def _collect_static() -> None:
    """Collect and compress, unless no file has changed since (2 s saved at each start)."""
    seen = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list(None):
            status = os.stat(storage.path(name))
            seen.update(f"{storage.path(name)} {status.st_mtime_ns} {status.st_size}\n".encode())
    note = Path(settings.STATIC_ROOT) / "collected"
    if not note.exists() or note.read_text() != seen.hexdigest():
        call_command("collectstatic", verbosity=0, interactive=False, clear=True)
        note.write_text(seen.hexdigest())
