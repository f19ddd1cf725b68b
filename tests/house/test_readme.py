"""The README tells the truth about settings and commands."""

import re
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
README = (CHECKOUT / "README.md").read_text()


def test_every_setting_that_is_read_stands_in_the_table() -> None:
    settings = (CHECKOUT / "kamtrak" / "settings.py").read_text()
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z][A-Z0-9_]+)"', settings)) | {"KAMTRAK_DATA"}
    table = README.split("## Settings")[1].split("## ")[0]
    named = [row.split("|")[1:4:2] for row in table.splitlines() if row.startswith("| `")]
    assert {
        name for cells in named for cell in cells for name in re.findall(r"`([A-Z0-9_]{4,})`", cell)
    } == read


def test_every_make_command_that_is_named_exists() -> None:
    makefile = (CHECKOUT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z0-9]+):", makefile, re.MULTILINE))
    named = set(re.findall(r"(?:`|^)make ([a-z0-9]+)", README, re.MULTILINE))
    assert {"demo", "test", "check", "e2e", "bench", "vendor"} <= named <= targets


def test_the_browsers_package_is_the_one_that_the_machine_names() -> None:
    from kamtrak.machine import CHROMIUM

    assert f"apt-get install {CHROMIUM['apt-get install']}" in README
    assert f"brew install {CHROMIUM['brew install']}" in README
