"""Files of an import in the storage, at hand as a path while they are read or written."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage

from kamtrak.lib.tables import Limits
from kamtrak.uploads import store

_COPIED = 1 << 20


@dataclass(frozen=True, slots=True)
class Written:
    """The files that a check leaves: finished rows, refused rows, promised client accounts."""

    prepared: Path
    rejects: Path
    promised: Path


def import_limits() -> Limits:
    """How much of an import is read at all (rules 10)."""
    return Limits(bytes=settings.LIMIT_IMPORT_BYTES, rows=settings.LIMIT_IMPORT_ROWS)


@contextmanager
def at_hand(name: str) -> Iterator[Path]:
    """A stored file as a path that can be read: itself where the storage is local, otherwise a copy."""
    try:
        local = Path(default_storage.path(name))
    except NotImplementedError:  # so a storage says that its files are elsewhere
        local = None
    if local is not None:
        yield local
        return
    with tempfile.NamedTemporaryFile(prefix="kamtrak-import-") as copy, default_storage.open(name) as stored:
        while block := stored.read(_COPIED):
            copy.write(block)
        copy.flush()
        yield Path(copy.name)


@contextmanager
def scratch() -> Iterator[Path]:
    """A file to write into, gone afterwards: what shall stay is kept with `keep`."""
    with tempfile.NamedTemporaryFile(prefix="kamtrak-import-") as file:
        yield Path(file.name)


def keep(path: Path, uploaded: str) -> str:
    """Copy a written file into the storage, beside the uploaded file that it was made of; gives its name."""
    with path.open("rb") as stream:
        return store(File(stream), _beside(uploaded))


def tidy(uploaded: str, *kept: str) -> None:
    """Delete what was kept beside an uploaded file but for these: also what a killed worker has left."""
    folder = _beside(uploaded)
    try:
        _, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in names:
        if f"{folder}/{name}" not in kept:
            forget(f"{folder}/{name}")


def _beside(uploaded: str) -> str:
    return f"{uploaded}-check"


def forget(name: str) -> None:
    """Delete a file of the storage; one that is gone already is no matter."""
    if name:
        default_storage.delete(name)
