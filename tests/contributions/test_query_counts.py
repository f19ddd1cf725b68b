"""The list, and one contribution with all that can stand on its page: at most fifteen statements."""

from datetime import date

import pytest
from django.core.files.base import ContentFile

from contributions.models import Contribution
from contributions.rules import RevenueType
from contributions.services.achievements import Story, add_achievement, link_achievements
from contributions.services.attachments import attach_file
from contributions.services.contributions import edit_contribution
from contributions.services.periods import close_quarter
from kamtrak.history import because
from kamtrak.tenancy import in_workspace
from tests.cast import NOW, Cast
from tests.contributions.builders import Q2, Q4, an_entry, log, publish
from tests.contributions.files import PDF
from tests.test_query_counts import assert_queries_do_not_grow

pytestmark = pytest.mark.django_db


def more_in_the_list(cast: Cast) -> None:
    with in_workspace(cast.acme.pk):
        for number in range(4):
            log(cast, "10", client=f"Client {number}", type=list(RevenueType)[number], owner=cast.amir)


@pytest.mark.parametrize("who", ["mia", "olive"])
@pytest.mark.parametrize("query", ["", "?period=2026Q4", "?period=all&sort=client&void=shown"])
def test_the_list_asks_no_more_when_there_is_more_to_show(cast: Cast, query: str, who: str) -> None:
    publish()
    with in_workspace(cast.acme.pk):
        log(cast, "10", "EUR", quarter=Q4)  # provisional until the end of December: a banner says so
    url = f"/w/acme/contributions/{query}"
    assert_queries_do_not_grow(cast.browser(who), url, lambda: more_in_the_list(cast))


def more_behind(cast: Cast, row: Contribution, number: int) -> None:
    """A file, an achievement and an edit more, and another entry that looks like the same deal."""
    with in_workspace(cast.acme.pk), because(user=cast.alex.user_id):
        story = add_achievement(
            workspace=cast.acme, owner=cast.alex, story=Story(f"Won {number}", date(2026, 6, 1)), now=NOW
        )
        link_achievements(achievements=[story], contributions=[row], by=cast.alex)
        file = ContentFile(PDF + bytes([number]), name=f"order {number}.pdf")
        attach_file(contribution=row, by=cast.alex, file=file, now=NOW)
        row.refresh_from_db()
        entry = an_entry("1000", quarter=Q2, client=f"Client {number}", description=f"Part {number}")
        edit_contribution(
            contribution=row, by=cast.alex, entry=entry, version=row.version, now=NOW, reason="Typo"
        )
        log(cast, "1001", quarter=Q2, client=f"Client {number}", reason="Late")


@pytest.mark.parametrize("who", ["mia", "olive", "alex"])
def test_a_contribution_asks_no_more_when_there_is_more_behind_it(cast: Cast, who: str) -> None:
    """Of a closed quarter, corrected since: what the page of a contribution says at most."""
    with in_workspace(cast.acme.pk):
        row = log(cast, "900", quarter=Q2)
        close_quarter(workspace=cast.acme, quarter=Q2, by=cast.olive, reason="Reviewed", now=NOW)
    more_behind(cast, row, 0)

    def grow() -> None:
        for number in range(1, 4):
            more_behind(cast, row, number)

    url = f"/w/acme/contributions/{row.pk}/"
    assert_queries_do_not_grow(cast.browser(who), url, grow)
    page = cast.browser(who).get(url).text
    assert all(
        said in page for said in ("is closed.", "Won 3", "order 3.pdf", "Possible double count", "Part 2")
    )
