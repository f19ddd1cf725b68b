"""The keeper's own door: `python -m kamtrak.embedded SERVER FOLDER DURABLE`, called by the first user."""

import sys
from pathlib import Path

from kamtrak.embedded.account import EmbeddedError
from kamtrak.embedded.home import Home
from kamtrak.embedded.keeper import SERVERS, keep


def main(name: str, folder: str, durable: str) -> None:
    home = Home(Path(folder), durable=durable == "1")
    server = next(kind(home) for kind in SERVERS if kind.name == name)
    try:
        keep(server)
    except EmbeddedError as error:
        sys.exit(str(error))


main(*sys.argv[1:])
