"""What tests of transactions can use."""

import pytest

from tests.cast import Cast
from tests.contributions.builders import publish


@pytest.fixture
def firm(inside: Cast) -> Cast:
    """The workspace, where rates are published."""
    publish()
    return inside
