"""What every test can use."""

import pytest

from kamtrak import embedded

pytest_plugins = ["tests.cast"]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Have the servers up before the test database is made: only where a test needs one."""
    embedded.ensure()
