"""`make demo` as a person meets it: one command, a page, the sign-ins, and nothing left after Ctrl-C."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from kamtrak import embedded
from kamtrak.demo import sign_ins
from kamtrak.embedded.home import Home
from kamtrak.embedded.keeper import SERVERS, kept

CHECKOUT = Path(__file__).parents[2]


@pytest.fixture
def home() -> Iterator[Home]:
    home = Home(embedded.home().base / f"demo-{os.getpid()}", durable=False)
    yield home
    shutil.rmtree(home.base)
    home.sockets.rmdir()


def test_the_demo_answers_says_who_can_sign_in_and_leaves_nothing_running(home: Home) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = {**os.environ, "KAMTRAK_DATA": str(home.base), "DJANGO_SETTINGS_MODULE": "kamtrak.settings"}
    command = [sys.executable, "manage.py", "demo", "--port", str(port)]
    demo = subprocess.Popen(command, cwd=CHECKOUT, env=own, stdout=subprocess.PIPE, text=True)
    try:
        assert demo.stdout is not None
        said = "".join(iter(demo.stdout.readline, "Ctrl-C stops it.\n"))
        assert f"http://localhost:{port}/" in said
        assert sign_ins() in said
        with urlopen(f"http://localhost:{port}/") as page:
            assert "Sign in" in page.read().decode()
        demo.send_signal(signal.SIGINT)
        assert demo.wait(60) == 0
    finally:
        demo.kill()
    assert not any(kept(kind(home)) for kind in SERVERS)
