"""Who uses a server, and the keeper that stops it when the last user has gone.

Every process that uses a server holds a *shared* lock on `<data>/<server>.users` for as long as it, or a
child that it forked, lives. One detached keeper per server starts it, starts it again should it die, and
stops it when the *exclusive* lock can be had. The kernel drops the locks of whoever dies, however it dies:
nothing is counted, and no list of users can be left wrong.
"""

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from kamtrak.embedded.account import EmbeddedError
from kamtrak.embedded.servers import PostgreSQL, Server, Valkey

SERVERS: tuple[type[Server], ...] = (PostgreSQL, Valkey)
GRACE_SECONDS = 1.0  # a server outlives its last user by this, so that one command after another finds it
POLL_SECONDS = 0.25
STARTS = 5  # in a row, before the keeper gives up
WAIT_SECONDS = 320
READY = "ready"  # after its own number, in the file that the keeper locks


class Lock:
    """A file that is locked; its content belongs to the holder."""

    def __init__(self, path: Path) -> None:
        # Reading suffices to lock, so a file that root made still serves the owner of the folder.
        self.file = os.open(path, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)

    def share(self) -> None:
        fcntl.flock(self.file, fcntl.LOCK_SH)

    def take(self) -> bool:
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def shared(self) -> bool:
        """Whether others share it. Not asked by one who holds it."""
        if not self.take():
            try:
                fcntl.flock(self.file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:  # a keeper has it for itself
                return False
            self.give_back()
            return True
        self.give_back()
        return False

    def give_back(self) -> None:
        fcntl.flock(self.file, fcntl.LOCK_UN)

    def close(self) -> None:
        os.close(self.file)


class Use:
    """One process's use of a server, from `Use(server)` to `leave()` or its death."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.keeper: subprocess.Popen[bytes] | None = None
        base = server.home.base
        self.users = Lock(base / f"{server.name}.users")
        self.log = base / f"{server.name}.keeper.log"
        self.users.share()  # waits while a keeper is just stopping the server
        if not kept(self.server):
            self._call_keeper()

    def wait(self) -> None:
        """Return when the server takes requests. A keeper that was called and is not there has failed."""
        end = time.monotonic() + WAIT_SECONDS
        while not (kept(self.server) and self._ready() and self.server.answers()):
            if not kept(self.server) and (self.keeper is None or self.keeper.poll() is not None):
                if self.keeper is not None:
                    raise EmbeddedError(f"{self.server.name} did not start:\n{self._last_words()}")
                self._call_keeper()
            if time.monotonic() > end:
                raise EmbeddedError(f"{self.server.name} did not answer: see {self.log}")
            time.sleep(0.02)
        if self.keeper is not None:
            self.keeper.wait()  # the process that called it has ended; it would stay as a zombie
        self.server.account.own_sockets()

    def leave(self) -> bool:
        """Let go; True when the server is down, False when somebody else still uses it."""
        self.users.give_back()
        others = False
        while kept(self.server) and not others:
            time.sleep(0.05)
            others = self.users.shared()
        self.users.close()
        return not others

    def _ready(self) -> bool:
        return (self.server.home.base / f"{self.server.name}.keeper").read_text().endswith(READY)

    def _call_keeper(self) -> None:
        home = self.server.home
        with self.log.open("wb") as log:
            self.keeper = subprocess.Popen(
                [sys.executable, "-m", __package__, self.server.name, str(home.base), str(int(home.durable))],
                cwd=Path(__file__).parents[2],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for the user, not for the servers of everybody
            )

    def _last_words(self) -> str:
        server_log = self.server.data / "server.log"
        texts = [path.read_text(errors="replace") for path in (self.log, server_log) if path.exists()]
        return "\n".join(text[-1500:] for text in texts)


def kept(server: Server) -> bool:
    """Whether a keeper lives."""
    lock = Lock(server.home.base / f"{server.name}.keeper")
    try:
        return not lock.take()
    finally:
        lock.close()


def keep(server: Server, on_duty: Callable[[], None]) -> None:
    """The keeper's life; `on_duty` is called when it has begun. Returns at once when there is one already."""
    lock = Lock(server.home.base / f"{server.name}.keeper")
    users = Lock(server.home.base / f"{server.name}.users")
    end = time.monotonic() + 0.5
    while not lock.take():  # somebody who only looks (`kept`) may hold it for an instant
        if time.monotonic() > end:
            return
        time.sleep(0.02)
    notice = server.home.base / f"{server.name}.keeper"
    notice.write_text(f"{os.getpid()} ")
    told_to_stop = _listen_for_the_end()
    on_duty()
    server.account.own_sockets()
    ready, free_since = False, None
    while not told_to_stop:
        if server.gone():
            _start(server)
        if not ready:
            notice.write_text(f"{os.getpid()} {READY}")
            ready = True
        if users.take():
            free_since = free_since or time.monotonic()
            if time.monotonic() - free_since >= GRACE_SECONDS:
                break  # nobody is left, and nobody can join while this lock is held
            users.give_back()
        else:
            free_since = None
        time.sleep(POLL_SECONDS)
    server.stop()


def _start(server: Server) -> None:
    """Start; again after a moment if that fails, since what a crash left behind may take a while to go."""
    for attempt in range(1, STARTS + 1):
        try:
            server.start()
        except subprocess.CalledProcessError as error:
            if attempt == STARTS:
                raise EmbeddedError(f"{Path(error.cmd[0]).name} failed {STARTS} times.") from None
            time.sleep(0.5 * attempt)
        else:
            return


def _listen_for_the_end() -> list[int]:
    """Signals received so far that ask for the end. The terminal's own (Ctrl-C, hang-up) are none of ours."""
    received: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        received.append(number)

    signal.signal(signal.SIGTERM, note)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    return received
