"""What a machine lacks is said in a sentence that names what to install."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kamtrak import machine

CHECKOUT = Path(__file__).parents[2]


def test_a_python_that_is_too_old_is_named_with_the_one_that_is_needed(monkeypatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 6, "final", 0))
    sentence = machine.check_python()
    assert sentence is not None
    assert sentence.startswith("KamTrak needs Python 3.11 or newer")
    assert "is 3.9" in sentence


def test_a_debian_without_venv_is_told_the_package_of_its_own_python(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    sentence = machine.check_python()
    assert sentence is not None
    assert f"apt-get install python3.{sys.version_info[1]}-venv" in sentence


def test_missing_pango_libraries_are_named_as_packages(monkeypatch) -> None:
    def fails_to_load(name: str) -> None:
        raise OSError("cannot load library 'libpango-1.0-0'")

    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}" if name == "apt-get" else None)
    monkeypatch.setattr("importlib.import_module", fails_to_load)
    assert machine.check_pango() == (
        "PDF documents need the Pango libraries. Install them: "
        "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
    )


def test_pango_loads_here() -> None:
    assert machine.check_pango() is None


def test_chromium_is_taken_from_the_environment_first(monkeypatch) -> None:
    monkeypatch.setenv("CHROMIUM", sys.executable)
    assert machine.chromium() == sys.executable
    monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")
    assert machine.chromium() is None
    assert "Install it" in str(machine.check_chromium())


@pytest.mark.parametrize(("required", "outcome"), [("0", "1 skipped"), ("1", "1 error")])
def test_without_a_browser_its_tests_skip_or_fail_where_it_is_required(required: str, outcome: str) -> None:
    environment = {**os.environ, "CHROMIUM": "/nowhere/chromium", "KAMTRAK_REQUIRE_BROWSER": required}
    session = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-m",
            "e2e",
            "-p",
            "no:cacheprovider",
            "tests/house/probes/browser.py",
        ],
        cwd=CHECKOUT,
        env={k: v for k, v in environment.items() if not k.startswith("PYTEST_")},
        capture_output=True,
        text=True,
    )
    assert outcome in session.stdout.splitlines()[-1]
    assert "Browser tests need Chromium. Install it" in session.stdout
