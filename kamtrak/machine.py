"""What the machine itself must bring: Python, its venv module, Pango for PDFs, Chromium for browser tests.

`python3 -m kamtrak.machine python|pango|chromium` says in a sentence what is missing and what to install;
Pango and Chromium are installed where that is possible (root on Debian or Ubuntu). Runs before there is an
environment and on Pythons that are too old for the product, so: plain syntax, standard library only.
"""

import contextlib
import importlib
import os
import shutil
import subprocess
import sys
from typing import Optional

MINIMUM = (3, 11)
PANGO = {
    "apt-get install": "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0",
    "dnf install": "pango harfbuzz",
    "apk add": "pango harfbuzz",
    "pacman -S": "pango",
    "brew install": "pango",
}
CHROMIUM = {
    "apt-get install": "chromium",
    "dnf install": "chromium",
    "apk add": "chromium",
    "pacman -S": "chromium",
    "brew install": "--cask chromium",
}
BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)


def check_python() -> Optional[str]:
    """What keeps `python3 -m venv` from making an environment, or None."""
    if sys.version_info < MINIMUM:
        return (
            "KamTrak needs Python {0}.{1} or newer, and {2} is {3}.{4}. "
            "Install a newer one, then name it: make PYTHON=python{0}.{1} …"
        ).format(*MINIMUM, sys.executable, *sys.version_info[:2])
    try:
        importlib.import_module("ensurepip")
        importlib.import_module("venv")
    except ImportError:
        package = "python{}.{}-venv".format(*sys.version_info[:2])
        return f"Python's venv module is not complete here. Install it: apt-get install {package}"
    return None


def check_pango() -> Optional[str]:
    """What PDFs cannot be made without, or None. Loads the libraries: being installed is not enough."""
    with contextlib.redirect_stdout(sys.stderr):
        try:
            libraries = importlib.import_module("weasyprint.text.ffi")
        except OSError:
            libraries = None
    if libraries is None or libraries.harfbuzz_subset is None:
        return "PDF documents need the Pango libraries. Install them: " + how_to_install(PANGO, "Pango")
    return None


def check_chromium() -> Optional[str]:
    """What browser tests cannot run without, or None."""
    if chromium() is None:
        return "Browser tests need Chromium. Install it: {} (or set CHROMIUM to its path)".format(
            how_to_install(CHROMIUM, "Chromium")
        )
    return None


def chromium() -> Optional[str]:
    """The browser that the tests drive: $CHROMIUM, else the first of the usual names."""
    given = os.environ.get("CHROMIUM")
    found = [shutil.which(name) for name in ([given] if given else BROWSERS)]
    return next((path for path in found if path), None)


def how_to_install(packages: "dict[str, str]", name: str) -> str:
    for command, names in packages.items():
        if shutil.which(command.split()[0]):
            return f"{command} {names}"
    return name


def install(packages: "dict[str, str]") -> None:
    """On Debian or Ubuntu, as root; elsewhere the sentence of the check has to do."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    names = packages["apt-get install"].split()
    for command in (["update"], ["install", "-y", "--no-install-recommends", *names]):
        subprocess.run(
            ["apt-get", "-qq", *command],
            env=dict(os.environ, DEBIAN_FRONTEND="noninteractive"),
            stdout=subprocess.DEVNULL,
            check=False,
        )


def main(part: str) -> int:
    """0 when nothing is missing (any more), else 1 and the sentence on standard error."""
    if part == "python":
        sentence = check_python()
    elif part == "chromium":
        if check_chromium():
            install(CHROMIUM)
        sentence = check_chromium()
    else:
        if _pango_afresh():
            install(PANGO)
        sentence = _pango_afresh()
    if sentence:
        sys.stderr.write(f"\n{sentence}\n\n")
    return 1 if sentence else 0


def _pango_afresh() -> str:
    """In a process of its own: a library that failed to load is not tried again in the same one."""
    code = "from kamtrak import machine; print(machine.check_pango() or '')"
    done = subprocess.run(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False
    )
    return done.stdout.decode().strip()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
