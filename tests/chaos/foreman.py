"""Forks workers that a test may kill: `python -m tests.chaos.foreman`, a line on its input for each.

It answers with the worker's number. A worker claims and executes whatever waits, and begins anew when the
database has gone away. When the foreman's input is closed, all end.
"""

import os
import signal
import sys
import time
from typing import NoReturn

import django


def live(foreman: int) -> NoReturn:
    """The life of a worker: it asks the table of jobs, with no broker at all."""
    from django.db import DatabaseError, connections
    from django.utils import timezone

    from kamtrak.tenancy import in_workspace
    from workspaces.models import Job, JobState, Workspace
    from workspaces.services.jobs import claim, execute

    while os.getppid() == foreman:
        try:
            for workspace in Workspace.objects.values_list("pk", flat=True):
                with in_workspace(workspace):
                    unfinished = Job.objects.filter(state__in=(JobState.QUEUED, JobState.RUNNING))
                    waiting = list(unfinished.order_by("pk").values_list("pk", flat=True))
                for job in waiting:
                    run = claim(workspace_id=workspace, job_id=job, now=timezone.now())
                    if run is not None:
                        execute(run=run, clock=timezone.now)
        except DatabaseError:
            connections.close_all()
        time.sleep(0.02)
    os._exit(0)


def main() -> None:
    django.setup()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    own = os.getpid()
    for _ in sys.stdin:
        pid = os.fork()
        if not pid:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            live(own)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
