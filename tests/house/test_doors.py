"""The doors: manage.py starts what a command needs and nothing else; /health/ tells the truth."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import OperationalError, connection
from django.test import Client

from kamtrak import embedded
from kamtrak.celery import WORKER_TRANSPORT, app
from kamtrak.embedded.home import Home
from kamtrak.embedded.keeper import SERVERS, kept
from kamtrak.management.commands import demo

CHECKOUT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def fresh() -> Iterator[Home]:
    """A data folder in which nothing has been started yet."""
    home = Home(embedded.home().base / f"doors-{os.getpid()}", durable=False)
    yield home
    end = time.monotonic() + 20
    while any(kept(kind(home)) for kind in SERVERS):
        assert time.monotonic() < end
        time.sleep(0.1)
    home.sockets.rmdir()
    shutil.rmtree(home.base)


def manage(home: Home, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    own = {**os.environ, "KAMTRAK_DATA": str(home.base), "DJANGO_SETTINGS_MODULE": "kamtrak.settings"}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=CHECKOUT,
        env={**own, **environment},
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("arguments", [("migrate", "--help"), ("check",), ("help",)])
def test_a_command_that_needs_no_server_starts_none(fresh: Home, arguments: tuple[str, ...]) -> None:
    done = manage(fresh, *arguments)
    assert done.returncode == 0, done.stderr
    assert not (fresh.base / "postgresql").exists()


def test_any_other_command_finds_the_servers_or_starts_them(fresh: Home) -> None:
    done = manage(fresh, "showmigrations", "sessions")
    assert done.returncode == 0, done.stderr
    assert "[ ] 0001_initial" in done.stdout


def test_a_data_folder_that_cannot_be_used_is_a_sentence_and_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "postgresql.users").mkdir()
    done = manage(Home(tmp_path), "showmigrations", SECRET_KEY="x" * 50)
    assert done.returncode == 1
    assert done.stderr.startswith(f"{tmp_path}/postgresql.users cannot be used (Is a directory).")


def test_a_taken_port_is_named_with_the_way_out(fresh: Home) -> None:
    import socket

    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = manage(fresh, "demo", "--port", str(port))
    assert done.returncode == 1
    assert done.stderr.strip() == (
        f"CommandError: Port {port} is taken. Choose another one: make demo PORT={port + 1}"
    )


def test_static_files_are_collected_once_and_again_when_one_has_changed(tmp_path: Path, settings) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "look.css").write_text("body{}")
    settings.STATICFILES_DIRS, settings.STATIC_ROOT = [source], tmp_path / "root"
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    collected = tmp_path / "root" / "look.css"
    demo._collect_static()
    first = collected.stat().st_mtime_ns
    demo._collect_static()
    assert collected.stat().st_mtime_ns == first
    (source / "look.css").write_text("body{color:red}")
    demo._collect_static()
    assert collected.read_text() == "body{color:red}"


@pytest.mark.django_db
def test_health_says_what_is_up(client: Client) -> None:
    page = client.get("/health/")
    assert page.status_code == 200
    assert page.json() == {"database": "up", "broker": "up"}


@pytest.mark.django_db
def test_health_fails_while_the_database_is_down(client: Client, monkeypatch) -> None:
    def refuses() -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(connection, "cursor", refuses)
    page = client.get("/health/")
    assert page.status_code == 503
    assert page.json()["database"] == "down"


@pytest.mark.django_db
def test_without_the_broker_health_still_lets_pages_be_served(client: Client, monkeypatch) -> None:
    monkeypatch.setattr(app.conf, "broker_write_url", "redis://127.0.0.1:1/0")
    began = time.monotonic()
    page = client.get("/health/")
    assert time.monotonic() - began < 1
    assert page.status_code == 200
    assert page.json() == {"database": "up", "broker": "down"}


def test_a_worker_waits_for_its_broker_where_a_publisher_gives_up() -> None:
    assert "retry" in app.conf.broker_transport_options
    assert "retry" not in WORKER_TRANSPORT
    assert app.conf.broker_transport_options["socket_timeout"] < WORKER_TRANSPORT["socket_timeout"]
