"""23 November 2026 for every process of a browser test: the clock runs on from noon of that day."""

import os
from datetime import datetime, timedelta

from django.utils import timezone

SHIFT = "KAMTRAK_TESTS_CLOCK"  # seconds between the machine's clock and the tests'; inherited by the worker


def set_clock(noon: datetime) -> None:
    """Decide the shift once, before any process asks for it."""
    os.environ[SHIFT] = str((noon - timezone.now()).total_seconds())


def shifted_now() -> datetime:
    """What `timezone.now` is replaced by."""
    return _machines_now() + timedelta(seconds=float(os.environ[SHIFT]))


_machines_now = timezone.now
