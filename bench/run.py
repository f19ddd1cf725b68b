"""`make bench`: every bench/bench_*.py, one table. Timings inform and never fail: the exit code is 0.

A module offers `run() -> list[Row]`. It measures in a database made from nothing and removed afterwards, so
that neither the demo's data nor a former run tilt the figures. `python -m bench.run pages` runs one module.
"""

import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

from bench.table import Row, table

FOLDER = Path(__file__).parent


def names(chosen: list[str]) -> list[str]:
    found = sorted(path.stem.removeprefix("bench_") for path in FOLDER.glob("bench_*.py"))
    return [name for name in found if not chosen or name in chosen]


@contextmanager
def database() -> Iterator[None]:
    """Servers with their safety on, as in production, and an empty migrated database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kamtrak.settings")
    os.environ.setdefault("KAMTRAK_DATA", str(FOLDER.parent / ".data" / "bench"))
    from kamtrak import embedded

    embedded.ensure()
    import django
    from django.test.utils import (
        setup_databases,
        setup_test_environment,
        teardown_databases,
        teardown_test_environment,
    )

    django.setup()
    setup_test_environment(debug=False)
    made = setup_databases(verbosity=0, interactive=False)
    try:
        yield
    finally:
        teardown_databases(made, verbosity=0)
        teardown_test_environment()


def main(chosen: list[str]) -> None:
    rows: list[Row] = []
    with database():
        for name in names(chosen):
            print(f"… {name}", file=sys.stderr, flush=True)
            try:
                rows += import_module(f"bench.bench_{name}").run()
            except Exception:  # noqa: BLE001  one broken measurement must not hide the others
                traceback.print_exc()
    print(table(rows))


if __name__ == "__main__":
    main(sys.argv[1:])
