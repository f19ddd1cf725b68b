"""Django's filters that we make cheaper say what Django says."""

from datetime import UTC, date, datetime

import pytest
from django.template import defaultfilters
from hypothesis import given
from hypothesis import strategies as st

from kamtrak.templatetags import quick
from tests.look.drawing import draw


@pytest.mark.parametrize("form", ["j M Y", "j F Y", "Y-m-d", None])
@given(st.dates())
def test_a_day_is_written_as_django_writes_it(form: str | None, day: date) -> None:
    assert quick.date(day, form) == defaultfilters.date(day, form)


def test_a_moment_is_written_in_the_time_zone_of_the_page_and_nothing_as_nothing() -> None:
    moment = datetime(2026, 3, 3, 23, 30, tzinfo=UTC)
    zoned = (
        "{% load tz %}{{ v|date:'j M Y' }} {% timezone 'Asia/Tokyo' %}{{ v|date:'j M Y' }}{% endtimezone %}"
    )
    assert draw(zoned, v=moment) == "3 Mar 2026 4 Mar 2026"
    assert draw("{{ v|date:'j M Y' }}", v=None) == ""
