"""What `celery -A tests.e2e.worker worker` runs: the product's own application, with the tests' clock.

Imported by that process alone (tests/e2e/servers.py starts it).
"""

import os
import signal
import threading

from django.utils import timezone

from kamtrak.celery import app as app
from tests.e2e.clock import shifted_now

timezone.now = shifted_now


def _end_with_the_tests() -> None:
    """Its standard input is a pipe that the tests hold: closed, also by kill -9, it ends this worker."""
    os.read(0, 1)  # not sys.stdin: the pool is forked meanwhile, and would inherit its lock
    os.kill(os.getpid(), signal.SIGTERM)


threading.Thread(target=_end_with_the_tests, daemon=True).start()
