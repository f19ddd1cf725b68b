"""Working with others: a colleague by link, a closed quarter."""

from playwright.sync_api import Page, expect

from tests.e2e.first_day.places import HOME, LIST, Q3, goes_to, opens
from tests.e2e.forms import dialog, fill_contribution, toast


def invites(page: Page, theirs: Page) -> None:
    goes_to(page, "Members")
    page.get_by_role("link", name="Invite").click()
    dialog(page, "Invite a person").get_by_label("E-mail").fill("piet@kade.example")
    page.get_by_role("button", name="Invite").click()
    link = dialog(page, "Invitation ready").locator("#invitation-link").inner_text()
    theirs.goto(link)
    theirs.get_by_role("link", name="Create an account and join").click()
    theirs.get_by_label("Name").fill("Piet Kade")
    theirs.get_by_label("Password").fill("eleven slow barges")
    theirs.get_by_role("button", name="Create account").click()
    expect(theirs.get_by_role("heading", name="Dashboard")).to_be_visible()


def keeps_to_herself_what_is_hers(page: Page, theirs: Page) -> None:
    theirs.goto(f"{LIST}{Q3}")
    expect(theirs.get_by_text("Nothing logged for Q3 2026 yet")).to_be_visible()
    page.goto(f"{LIST}{Q3}")
    opens(page, "Nordhavn Logistics")
    answer = theirs.goto(page.url)
    assert answer is not None
    assert answer.status == 404


def closes_the_quarter_and_corrects_it_later(page: Page) -> None:
    goes_to(page, "Quarters")
    page.get_by_role("link", name="Q3 2026", exact=True).click()
    page.get_by_role("link", name="Close Q3 2026").click()
    dialog(page, "Close the quarter").get_by_role("button", name="Close Q3 2026").click()
    expect(toast(page, "Q3 2026 is closed.")).to_be_visible()
    page.goto(f"{LIST}{Q3}")
    opens(page, "Nordhavn Logistics")
    page.get_by_role("link", name="Edit").click()
    form = dialog(page, "Edit contribution")
    fill_contribution(form, amount="510,000", reason="The signed order says 510")
    form.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("As closed 23 Nov 2026: 500,000.00 USD. Now: 510,000.00 USD.")).to_be_visible()
    page.goto(f"{HOME}{Q3}")
    expect(page.get_by_text("as closed · now 510,000.00")).to_be_visible()
    expect(page.get_by_text("Later changes: direct revenue +10,000.00")).to_be_visible()
