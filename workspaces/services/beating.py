"""Long steps of background work: their lease is prolonged, and how far they are is told, from beside them."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError, connections
from django.utils import timezone

from workspaces.services.jobs import JobCancelled, LeaseLost, Run

log = logging.getLogger(__name__)
REPORT = 1.0  # seconds between two reports


@dataclass
class Beat:
    """How far a long step is; a second thread reports it."""

    done: int = 0
    cancelled: bool = False

    def reached(self, done: int) -> None:
        """So much is done by now. Raises JobCancelled."""
        self.done = done
        if self.cancelled:
            raise JobCancelled


@contextmanager
def beating(run: Run, stage: str, done: int = 0, total: int = 0) -> Iterator[Beat]:
    """Report and prolong the lease from a second thread while one long step cannot do so by itself.

    What a transaction has done so far is seen by nobody else, and without a lease another worker would take
    the job over in the middle of it, again and again. Outside of the transaction that is sealed, which else
    would wait for the thread, and the thread for it. A job that was taken over is noticed by the seal.
    """
    over, beat = threading.Event(), Beat(done)

    def report() -> None:
        while not over.wait(min(REPORT, settings.JOB_LEASE_SECONDS / 3)):
            try:
                run.progress(stage, beat.done, total, now=timezone.now())
            except JobCancelled:
                beat.cancelled = True
                break
            except LeaseLost:
                break
            except DatabaseError as problem:
                log.warning("job %s could not prolong its lease: %s", run.job_id, problem)
        connections.close_all()  # this thread's own

    thread = threading.Thread(target=report, name=f"job-{run.job_id}", daemon=True)
    thread.start()
    try:
        yield beat
    finally:
        over.set()
        thread.join()
