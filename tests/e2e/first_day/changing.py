"""Changing what was logged: an overtaken edit, a copy, a void and its undo."""

import re

from playwright.sync_api import Page, expect

from tests.e2e.first_day.places import LIST, Q3, opens, shows
from tests.e2e.forms import dialog, field, row_of, toast


def corrects_an_amount_that_a_second_tab_overtook(page: Page) -> None:
    opens(page, "Castellan Bank")
    second = page.context.new_page()
    second.goto(page.url)
    second.get_by_role("link", name="Edit").click()
    stale = dialog(second, "Edit contribution")
    page.get_by_role("link", name="Edit").click()
    form = dialog(page, "Edit contribution")
    expect(field(form, "amount")).to_have_value("1234.56")
    field(form, "amount").fill("1.334,56")
    form.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".k-hero")).to_contain_text("1,534.74")
    field(stale, "amount").fill("1.434,56")
    stale.get_by_role("button", name="Save", exact=True).click()
    expect(stale.get_by_role("alert")).to_contain_text("1,334.56 EUR")
    expect(field(stale, "amount")).to_have_value("1.434,56")
    stale.get_by_role("button", name="Save", exact=True).click()
    expect(second.locator(".k-hero")).to_contain_text("1,649.74")
    second.close()


def duplicates_into_the_next_quarter(page: Page) -> None:
    page.goto(f"{LIST}?period=2026Q2")
    opens(page, "Brightwater Foods")
    page.get_by_role("link", name="Duplicate into next quarter").click()
    form = dialog(page, "Duplicate into the next quarter")
    expect(field(form, "quarter")).to_have_value("2026Q3")
    form.get_by_role("button", name="Save", exact=True).click()
    expect(toast(page, "Contribution saved: Brightwater Foods, 48,000.00 GBP")).to_be_visible()
    shows(page, Q3, {"Nordhavn Logistics": "500,000.00", "Brightwater Foods": "63,448.28"})


def voids_and_takes_it_back(page: Page) -> None:
    opens(page, "Brightwater Foods")
    page.get_by_role("link", name="Void").click()
    form = dialog(page, "Void contribution")
    form.get_by_role("button", name="Void it").click()
    expect(form.get_by_label("Reason")).to_have_accessible_description(re.compile("Say why"))
    form.get_by_label("Reason").fill("Logged twice")
    form.get_by_role("button", name="Void it").click()
    said = toast(page, "Contribution voided: Brightwater Foods")
    expect(row_of(page, "Brightwater Foods")).to_have_count(0)
    said.get_by_role("button", name="Undo").click()
    expect(toast(page, "Contribution restored: Brightwater Foods")).to_be_visible()
