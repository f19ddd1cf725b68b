"""The first day of a key account manager, from signing up to signing out, as one story.

It is 23 November 2026. What is logged and how its figures are reckoned stands in first_day/places.py.
"""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.contributions.builders import publish
from tests.e2e.conftest import Visits
from tests.e2e.first_day import changing, logging, proving, together
from tests.e2e.first_day.places import RATES, goes_to

pytestmark = pytest.mark.e2e


def test_the_first_day_of_a_key_account_manager(
    visitor: Visits, transactional_db: None, worker: Path, tmp_path: Path
) -> None:
    publish(RATES)
    page = visitor().page
    page.goto("/")
    signs_up(page)
    glances_at_the_settings(page)
    logging.logs_two_in_a_row(page)
    logging.is_told_what_yen_are(page)
    logging.logs_three_more(page)
    logging.finds_the_key_inert_where_it_should_be(page)
    changing.corrects_an_amount_that_a_second_tab_overtook(page)
    changing.duplicates_into_the_next_quarter(page)
    changing.voids_and_takes_it_back(page)
    proving.exports_what_is_shown(page, tmp_path)
    proving.tells_the_how(page)
    proving.attaches_the_proof(page, tmp_path)
    proving.finds_the_same_figures_on_the_dashboard(page)
    proving.has_the_review_made(page, tmp_path, worker)
    colleague = visitor()
    together.invites(page, colleague.page)
    colleague.watch.deliberate.add(404)
    together.keeps_to_herself_what_is_hers(page, colleague.page)
    together.closes_the_quarter_and_corrects_it_later(page)
    signs_out(page)


def signs_up(page: Page) -> None:
    page.get_by_role("link", name="Create one").click()
    page.get_by_label("Name").fill("Nora Falk")
    page.get_by_label("E-mail").fill("nora@falk.example")
    page.get_by_label("Password").fill("seven small ferries")
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_role("heading", name="Dashboard")).to_be_visible()


def glances_at_the_settings(page: Page) -> None:
    goes_to(page, "Settings")
    expect(page.get_by_label("Workspace currency")).to_have_value("USD")
    expect(page.get_by_label("Fiscal year starts in")).to_have_value("1")


def signs_out(page: Page) -> None:
    page.get_by_role("button", name="Nora Falk").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in to KamTrak")).to_be_visible()
