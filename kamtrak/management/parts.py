"""Running the parts of an installation (web server, worker) as one: all of them, or none.

A guard process of its own session starts the parts and waits on a pipe that only its parent holds open.
When the pipe closes, by Ctrl-C, SIGTERM or kill -9 of the parent, or when one part ends by itself, the guard
ends the others.
"""

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress

STOP_SECONDS = 10  # for an orderly end, before the rest of a part's processes is killed


class Parts:
    """The guard as its parent sees it."""

    def __init__(self, commands: Sequence[Sequence[str]]) -> None:
        """Start them. Close connections to servers first: the guard is a fork."""
        read, self._write = os.pipe()
        sys.stdout.flush()
        sys.stderr.flush()
        self._guard = os.fork()
        if self._guard == 0:
            try:
                os.close(self._write)
                os._exit(_guard(commands, read))
            finally:  # whatever happens, the fork never goes on with its parent's work
                os._exit(1)
        os.close(read)

    def running(self) -> bool:
        """Whether the guard lives, and so all of its parts."""
        if self._guard:
            ended, _ = os.waitpid(self._guard, os.WNOHANG)
            if ended:
                self._guard = 0
        return bool(self._guard)

    def stop(self) -> None:
        """End all parts; return when they are gone."""
        with suppress(OSError):
            os.close(self._write)
        while self.running():
            time.sleep(0.05)


def _guard(commands: Sequence[Sequence[str]], pipe: int) -> int:
    os.setsid()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: None)  # not "ignore": the parts would inherit that
    # Sessions of their own, out of the terminal's reach: a second Ctrl-C would stop Celery cold.
    parts = [
        subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True) for command in commands
    ]
    while all(part.poll() is None for part in parts):
        if select.select([pipe], [], [], 0.3)[0]:
            break
    ended = [part.args for part in parts if part.poll() is not None]
    _end(parts)
    return 1 if ended else 0


def _end(parts: Sequence["subprocess.Popen[bytes]"]) -> None:
    """Ask each part's first process, which knows its workers; kill whatever is left of its group."""
    for part in parts:
        if part.poll() is None:
            part.terminate()
    end = time.monotonic() + STOP_SECONDS
    while any(part.poll() is None for part in parts) and time.monotonic() < end:
        time.sleep(0.05)
    for part in parts:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(part.pid, signal.SIGKILL)
        part.wait()
