"""Logging: two in a row, one after a refusal, three more; and the key that opens the form."""

from playwright.sync_api import Page, expect

from tests.e2e.first_day.places import LIST, Q3, goes_to, shows
from tests.e2e.forms import add_contribution, dialog, field, fill_contribution, row_of, toast


def logs_two_in_a_row(page: Page) -> None:
    goes_to(page, "Contributions")
    page.keyboard.press("c")
    form = dialog(page, "Add contribution")
    expect(field(form, "client")).to_be_focused()
    fill_contribution(
        form, client="Nordhavn Logistics", type="Direct revenue", amount="$500K", quarter="Q3 2026"
    )
    expect(form.get_by_text("Read as 500,000.00 USD")).to_be_visible()
    form.get_by_role("button", name="Save and add another").click()
    expect(
        form.get_by_text("Saved: Nordhavn Logistics, 500,000.00 USD. Ready for the next one.")
    ).to_be_visible()
    expect(field(form, "client")).to_be_focused()
    fill_contribution(form, client="Castellan Bank", type="Influenced revenue", amount="1.234,56")
    fill_contribution(form, currency="EUR", quarter="Q3 2026", description="Introduced the treasury team")
    expect(form.get_by_text("Read as 1,234.56 EUR = 1,419.74 USD")).to_be_visible()
    field(form, "amount").press("Control+Enter")
    expect(toast(page, "Contribution saved: Castellan Bank, 1,234.56 EUR")).to_be_visible()


def is_told_what_yen_are(page: Page) -> None:
    page.keyboard.press("c")
    form = dialog(page, "Add contribution")
    fill_contribution(form, client="Aomori Ferry", type="Cost savings", currency="JPY", amount="¥1,234.50")
    fill_contribution(form, description="One dock less", quarter="Q3 2026")
    form.get_by_role("button", name="Save", exact=True).click()
    amount = field(form, "amount")
    expect(amount).to_have_accessible_description("Yen has no decimals. Enter 1,234 or 1,235.")
    expect(amount).to_have_attribute("aria-invalid", "true")
    expect(amount).to_have_value("¥1,234.50")
    expect(field(form, "client")).to_have_value("Aomori Ferry")
    expect(field(form, "description")).to_have_value("One dock less")
    amount.fill("¥7,850,000")
    expect(form.get_by_text("Read as 7,850,000 JPY = 52,730.72 USD")).to_be_visible()
    form.get_by_role("button", name="Save", exact=True).click()
    expect(toast(page, "Contribution saved: Aomori Ferry, 7,850,000 JPY")).to_be_visible()


def logs_three_more(page: Page) -> None:
    pounds = {"amount": "48k", "currency": "GBP", "quarter": "Q2 2026"}
    add_contribution(page, client="Brightwater Foods", type="Retention value", **pounds)
    dollars = {"amount": "125,000.50", "currency": "CAD", "quarter": "Q2 2026"}
    add_contribution(page, client="Maple & Sons", type="Direct revenue", share="40", **dollars)
    running = {"amount": "2.5m", "currency": "AUD", "basis": "Per year"}
    add_contribution(page, client="Wattle Energy", type="Influenced revenue", **running)
    shows(page, "?period=2026Q2", {"Brightwater Foods": "65,505.88", "Maple & Sons": "36,250.15"})
    expect(row_of(page, "Maple & Sons")).to_contain_text("40 % of 125,000.50 CAD")
    shows(page, "?period=2026Q4", {"Wattle Energy": "1,637,430.17"})
    expect(row_of(page, "Wattle Energy")).to_contain_text("per year")
    expect(page.get_by_text("of it 1,637,430.17 provisional")).to_be_visible()


def finds_the_key_inert_where_it_should_be(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_role("searchbox").press_sequentially("c")
    expect(page.get_by_role("searchbox")).to_have_value("c")
    page.get_by_role("heading", name="Contributions", exact=True).click()
    page.keyboard.press("Control+c")
    page.keyboard.press("Alt+c")
    switch_key(page, on=False)
    page.keyboard.press("c")
    switch_key(page, on=True)
    assert not [url for url in asked if "/contributions/add" in url]


def switch_key(page: Page, *, on: bool) -> None:
    page.goto("/profile/")
    page.get_by_label("Press C anywhere").set_checked(on)
    page.get_by_role("button", name="Save").click()
    expect(toast(page, "Profile saved.")).to_be_visible()
    page.goto(f"{LIST}{Q3}")
