"""Where an installation keeps its data, and its embedded servers' addresses. Computes, never touches."""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROLE = DATABASE = "kamtrak"
POSTGRESQL_SOCKET = ".s.PGSQL.5432"
VALKEY_SOCKET = "valkey.sock"


@dataclass(frozen=True)
class Home:
    """One data folder. `durable=False` trades safety against power cuts for speed (tests)."""

    base: Path
    durable: bool = True

    @cached_property
    def sockets(self) -> Path:
        """The folder of the sockets: short and without spaces, because a socket's path has 104 bytes at most.

        Always below /tmp: TMPDIR may differ from shell to shell, and all of them must meet here.
        """
        return Path("/tmp") / f"kamtrak-{hashlib.sha256(str(self.base).encode()).hexdigest()[:12]}"

    def database_url(self, role: str = ROLE, database: str = DATABASE) -> str:
        return f"postgresql://{role}@/{database}?host={self.sockets}"

    def redis_url(self) -> str:
        """The broker's address as Celery writes it."""
        return f"redis+socket://{self.sockets / VALKEY_SOCKET}"
