"""What every test can use."""

import os

import hypothesis
import pytest

from kamtrak import embedded, machine

pytest_plugins = ["tests.cast"]
hypothesis.settings.register_profile("kamtrak", deadline=None)  # a shared machine may be slow
hypothesis.settings.load_profile("kamtrak")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Have the servers up before the test database is made: only where a test needs one."""
    embedded.ensure()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests last: Playwright's event loop stays in the thread for the rest of the session."""
    items.sort(key=lambda item: "e2e" in item.keywords)


def pytest_runtest_setup(item: pytest.Item) -> None:
    if "e2e" in item.keywords:  # that loop makes Django refuse the ORM; nowhere else is this allowed
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, object]) -> dict[str, object]:
    """The machine's own Chromium. Without one a browser test is skipped, or fails where it is required."""
    missing = machine.check_chromium()
    if missing and os.environ.get("KAMTRAK_REQUIRE_BROWSER") == "1":
        pytest.fail(missing, pytrace=False)
    if missing:
        pytest.skip(missing)
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium refuses to sandbox root
    return {**browser_type_launch_args, "executable_path": machine.chromium(), "args": sandbox}
