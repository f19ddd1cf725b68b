"""The keeper's own door: `python -m kamtrak.embedded SERVER FOLDER DURABLE`, called by the first user.

Returns when the keeper is on duty or has ended. The keeper itself is nobody's child: a user that waits for
its children never waits for it, and none is left as a zombie.
"""

import os
import sys
from pathlib import Path

from kamtrak.embedded.account import EmbeddedError
from kamtrak.embedded.home import Home
from kamtrak.embedded.keeper import SERVERS, keep


def main(name: str, folder: str, durable: str) -> None:
    home = Home(Path(folder), durable=durable == "1")
    server = next(kind(home) for kind in SERVERS if kind.name == name)
    read, write = os.pipe()
    if os.fork():
        os.close(write)
        os.read(read, 1)  # ends when the keeper closes its side, or ends
        return
    os.close(read)
    os.umask(0o022)  # private folders say so themselves; a copy of the programs must be open to its account
    try:
        keep(server, on_duty=lambda: os.close(write))
    except EmbeddedError as error:
        sys.exit(str(error))


main(*sys.argv[1:])
