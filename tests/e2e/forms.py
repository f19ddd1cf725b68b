"""What people do on the pages of contributions, in the words that stand on them."""

from pathlib import Path

from playwright.sync_api import Download, Locator, Page, expect

DETAILS = "Quarter, earned date, share, basis"
LABELS = {
    "client": "Client account",
    "amount": "Amount",
    "description": "Description",
    "currency": "Currency",
    "quarter": "Quarter",
    "earned_on": "Earned on",
    "share": "Your share, %",
    "basis": "Basis",
    "reason": "Reason for the correction",
}
IN_DETAILS = {"quarter", "earned_on", "share", "basis"}
CHOSEN = {"currency", "quarter", "basis"}  # by what is read ("Q3 2026") or by value ("JPY")


def dialog(page: Page, title: str) -> Locator:
    """The open dialog with this title."""
    found = page.get_by_role("dialog", name=title)
    expect(found).to_be_visible()
    return found


def fill_contribution(form: Locator | Page, **said: str) -> None:
    """Fill the fields that are named, as in LABELS, or `type`."""
    if said.keys() & IN_DETAILS and not field(form, "basis").is_visible():
        form.get_by_text(DETAILS).click()
    for name, value in said.items():
        if name == "type":
            form.get_by_role("radio", name=value).check()
        elif name in CHOSEN:
            field(form, name).select_option(value)
        else:
            field(form, name).fill(value)


def field(form: Locator | Page, name: str) -> Locator:
    """The control that bears this label; a combobox shares its label with its list of options."""
    return form.get_by_label(LABELS[name], exact=True).and_(form.locator("input, select, textarea"))


def add_contribution(page: Page, **said: str) -> None:
    """Log one in the dialog that the key C opens."""
    page.keyboard.press("c")
    form = dialog(page, "Add contribution")
    fill_contribution(form, **said)
    form.get_by_role("button", name="Save", exact=True).click()
    expect(toast(page, f"Contribution saved: {said['client']}")).to_be_visible()


def toast(page: Page, text: str) -> Locator:
    """What was just done. Older ones may stand above it."""
    return page.locator("#toasts").get_by_role("status").filter(has_text=text).last


def row_of(page: Page, client: str) -> Locator:
    """The row of this client in the list of contributions."""
    rows = page.get_by_role("region", name="Contributions by type").get_by_role("row")
    return rows.filter(has=page.get_by_role("link", name=client, exact=True))


def downloaded(page: Page, link: Locator, into: Path) -> Path:
    """Press the link and keep what comes."""
    with page.expect_download() as coming:
        link.click()
    file: Download = coming.value
    path = into / file.suggested_filename
    file.save_as(path)
    return path
