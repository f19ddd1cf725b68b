#!/usr/bin/env python3
"""The door for commands: brings up the embedded servers, then hands over to Django."""

import os
import sys
from importlib.util import find_spec
from pathlib import Path

# Commands that read and write files only, and the demo, which looks at its port first. Every other one finds
# the servers running or starts them.
WITHOUT_SERVERS = {"help", "version", "check", "collectstatic", "findstatic", "diffsettings", "demo"}


def main() -> None:
    if find_spec("django") is None:
        _use_own_environment()
    from django.core.management import execute_from_command_line

    from kamtrak import embedded

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kamtrak.settings")
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    asks = {"--help", "-h", "--version"} & set(sys.argv[1:])
    if command not in WITHOUT_SERVERS and not asks:
        try:
            embedded.ensure()
        except embedded.EmbeddedError as error:
            sys.exit(str(error))
    execute_from_command_line(sys.argv)


def _use_own_environment() -> None:
    """Start again with the Python of the environment that `make` made."""
    python = Path(__file__).resolve().parent / ".venv" / "bin" / "python"
    if not python.exists() or sys.prefix == str(python.parents[1]):
        sys.exit("Django is not installed here. Run `make` first: it makes the environment in .venv.")
    os.execv(python, [str(python), *sys.argv])


if __name__ == "__main__":
    main()
