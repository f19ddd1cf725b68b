"""PostgreSQL and Valkey without an installation: found running or started, stopped after their last user.

Settings ask `home()` for addresses, which are only computed. The doors (manage.py, wsgi.py, the worker, the
tests) call `ensure()`. Whoever sets DATABASE_URL or REDIS_URL brings that server; it is then not started.
"""

import os
from pathlib import Path

from kamtrak.embedded.account import EmbeddedError
from kamtrak.embedded.home import Home
from kamtrak.embedded.keeper import SERVERS, Use

__all__ = ["EmbeddedError", "Home", "ensure", "home", "leave"]

_uses: list[Use] = []  # of this process; a forked child keeps them by keeping the locks' files open


def home() -> Home:
    """The data folder: KAMTRAK_DATA, else `.data` in the checkout. KAMTRAK_FSYNC=off: data one can lose."""
    folder = os.environ.get("KAMTRAK_DATA") or Path(__file__).parents[2] / ".data"
    return Home(Path(folder).resolve(), durable=os.environ.get("KAMTRAK_FSYNC") != "off")


def ensure() -> None:
    """Have the servers of this process up until it ends. Raises EmbeddedError with a plain message."""
    if _uses:
        return
    here = home()
    wanted = [kind(here) for kind in SERVERS if not os.environ.get(kind.variable)]
    try:
        if wanted:
            here.base.mkdir(parents=True, exist_ok=True)
        _uses.extend([Use(server) for server in wanted])
    except OSError as error:
        raise EmbeddedError(
            f"{error.filename} cannot be used ({error.strerror}). Run as the owner of {here.base}, "
            "or choose another data folder with KAMTRAK_DATA."
        ) from error
    for use in _uses:
        use.wait()


def leave() -> bool:
    """Let go of the servers and wait until they are down; False when somebody else goes on using them."""
    down = [use.leave() for use in _uses]
    _uses.clear()
    return all(down)
