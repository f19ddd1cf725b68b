"""Where the first day happens, and what stands there.

Figures are reckoned by hand from RATES; those of Q3 2026, of 30 September:

    Nordhavn Logistics   direct       $500K                                 500,000.00
    Castellan Bank       influenced   1.434,56 EUR × 1.15                     1,649.74
    Aomori Ferry         savings      ¥7,850,000 × 0.00671728971963          52,730.72
    Brightwater Foods    retention    £48k × 1.32183908046                   63,448.28
                                                                  together  617,828.74
"""

from datetime import date

from playwright.sync_api import Page, expect

from tests.e2e.forms import row_of

RATES = {
    date(2026, 6, 30): {"USD": "1.1600", "GBP": "0.8500", "JPY": "170.00", "CAD": "1.6000", "AUD": "1.7600"},
    date(2026, 9, 30): {"USD": "1.1500", "GBP": "0.8700", "JPY": "171.20", "CAD": "1.6100", "AUD": "1.7400"},
    date(2026, 11, 20): {"USD": "1.1724", "GBP": "0.8659", "JPY": "172.85", "CAD": "1.6250", "AUD": "1.7900"},
}
HOME = "/w/noras-workspace/"
LIST = f"{HOME}contributions/"
Q3 = "?period=2026Q3"
TOTALS = ("500,000.00", "1,649.74", "52,730.72", "63,448.28")  # of Q3, type by type
TOGETHER = "617,828.74"


def opens(page: Page, client: str) -> None:
    """The page of this client's contribution, from the list."""
    row_of(page, client).get_by_role("link", name=client, exact=True).click()
    expect(page.get_by_role("heading", level=1, name=client)).to_be_visible()


def goes_to(page: Page, entry: str) -> None:
    """By the navigation."""
    page.get_by_role("navigation", name="Main").get_by_role("link", name=entry, exact=True).click()
    expect(page.get_by_role("heading", level=1, name=entry)).to_be_visible()


def shows(page: Page, query: str, converted: dict[str, str]) -> None:
    """The list of a period shows these clients with these figures in the workspace's currency."""
    page.goto(f"{LIST}{query}")
    for client, figure in converted.items():
        expect(row_of(page, client)).to_contain_text(figure)
