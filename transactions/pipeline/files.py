"""Files of an import in the storage, at hand as a path while they are read or written."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.files.base import File
from django.core.files.storage import default_storage

from kamtrak.uploads import store

FOLDER = "imports"
_COPIED = 1 << 20


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


def keep(path: Path) -> str:
    """Copy a written file into the storage; gives its name there."""
    with path.open("rb") as stream:
        return store(File(stream), FOLDER)


def forget(name: str) -> None:
    """Delete a file of the storage; one that is gone already is no matter."""
    if name:
        default_storage.delete(name)
