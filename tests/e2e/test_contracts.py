"""Trailing revenue as one story: a formula, a contract with it, and what is changed before and after Add.

It is 23 November 2026. The contract runs from 15 March 2026 for 36 months, so months 1 to 8 are over:

    formula        1–12 = 100.00, 13–24 = 80.00; + → 25–36 = 60.00
    before Add     months 13–24 overtyped with 75.00, in the pencil's dialog + → 25–36 = 50 % of 120.00
    as confirmed   12 × 100 + 12 × 75 + 12 × 60                                        2,820.00
    afterwards     90.00 instead of 100.00 from month 9 on: 4 × −10                    2,780.00
    on the page    months 25–36 overtyped with 55.00: 12 × −5                          2,720.00

In November 2026, month 9, the schedule says 90.00 where 100.00 was confirmed; in the fourth quarter
100 + 90 + 90 = 280.00 where 300.00 was.
"""

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.cast import Cast
from tests.e2e.axe import violations
from tests.e2e.conftest import Visits
from tests.e2e.forms import dialog, toast
from tests.e2e.visitor import NARROW

pytestmark = pytest.mark.e2e

NAME = "Step down after a year"


def test_a_formula_a_contract_and_its_changes(cast: Cast, visitor: Visits) -> None:
    ada, alex = visitor(cast.ada.user).page, visitor(cast.alex.user).page
    configures_a_formula(ada)
    makes_a_contract_with_it(alex)
    customises_it_in_the_pencils_dialog(alex)
    adds_it(alex)
    changes_it_from_the_running_month_on(alex)
    overtypes_a_period_on_the_page(alex)
    the_report_moved_and_the_dashboard_stayed(alex)
    the_dashboard_follows_the_workspaces_switch_and_back(ada, alex)


def configures_a_formula(page: Page) -> None:
    page.goto("/w/acme/formulas/")
    page.get_by_role("link", name="Add the first formula").click()
    form = dialog(page, "Add formula")
    form.get_by_role("textbox", name="Name").fill(NAME)
    revenue(form, 1).fill("100")
    press(form, "Add rule 2 from month 13")
    expect(revenue(form, 2)).to_be_focused()
    page.keyboard.type("80")
    press(form, "Add rule 3 from month 25")
    expect(form.get_by_label("Rule 3 to month")).to_have_value("36")
    save(form)
    expect(form.get_by_role("alert")).to_contain_text("Rule 3: Enter the revenue per month")
    expect(revenue(form, 3)).to_have_attribute("aria-invalid", "true")
    revenue(form, 3).fill("60")
    expect(form.get_by_text("36 months 2,880.00")).to_be_visible()
    revenue(form, 3).press("Control+Enter")
    expect(toast(page, f"Formula saved: {NAME}")).to_be_visible()
    said = "Months 1–12: 100.00 USD; months 13–24: 80.00 USD; months 25–36: 60.00 USD"
    expect(page.get_by_role("row", name=NAME)).to_contain_text(said)


def makes_a_contract_with_it(page: Page) -> None:
    page.goto("/w/acme/contracts/add/")
    page.get_by_label("Name", exact=True).fill("Visibility platform")
    page.get_by_role("combobox", name="Client account").fill("Nordhavn Logistics")
    page.get_by_label("Start date").fill("2026-03-15")
    page.get_by_label("Period, months").fill("36")
    page.get_by_label("Formula", exact=True).select_option(NAME)
    expect(revenue(page, 1)).to_have_value("100.00")
    expect(page.get_by_text("March 2026 – February 2027")).to_be_visible()
    revenue(page, 2).fill("75")
    expect(page.get_by_text("36 months 2,820.00")).to_be_visible()  # 1,200 + 900 + 720
    assert violations(page) == []


def customises_it_in_the_pencils_dialog(page: Page) -> None:
    page.get_by_role("button", name="Modify trailing revenue formula").click()
    form = dialog(page, "Modify trailing revenue formula")
    expect(revenue(form, 2)).to_have_value("75")
    press(form, "Remove rule 3")
    expect(form.get_by_text("Months 25–36 are not covered and will earn 0.")).to_be_visible()
    press(form, "Add rule 3 from month 25")
    expect(revenue(form, 3)).to_be_focused()
    page.keyboard.type("50 %")
    form.get_by_label("Monthly revenue").fill("120")
    expect(form.get_by_text("12 × 60.00")).to_be_visible()
    assert violations(page) == []
    save(form)
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(revenue(page, 3)).to_have_value("50 %")
    expect(page.get_by_label("Name", exact=True)).to_have_value("Visibility platform")


def adds_it(page: Page) -> None:
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("heading", name="Add contract")).to_be_visible()
    expect(page.locator("#freezes")).to_contain_text("2,820.00 USD")
    expect(page.locator("#freezes")).to_contain_text("36 months, March 2026 – February 2029")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(toast(page, "Contract added: KT-2026-001 Visibility platform")).to_be_visible()


def changes_it_from_the_running_month_on(page: Page) -> None:
    page.get_by_role("link", name="Modify trailing revenue formula").click()
    form = dialog(page, "Modify trailing revenue formula")
    revenue(form, 1).fill("90")
    expect(form.get_by_text("March – October 2026: 100.00 → 90.00 a month, 8 months, −80.00")).to_be_visible()
    form.get_by_role("radio", name="from this month on").check()
    effect = form.locator(".k-effect")
    expect(effect).to_contain_text("Current, after saving2,780.00 USD")
    expect(effect).to_contain_text("As confirmed 23 Nov 20262,820.00 USD")
    assert violations(page) == []
    form.get_by_role("button", name="Save as version 2").click()
    expect(form.get_by_label("Reason")).to_have_accessible_description(
        "Say why: the reason is kept with the version."
    )
    form.get_by_label("Reason").fill("Volume discount")
    form.get_by_role("button", name="Save as version 2").click()
    expect(toast(page, "Schedule saved: KT-2026-001 Visibility platform, version 2")).to_be_visible()


def overtypes_a_period_on_the_page(page: Page) -> None:
    page.get_by_label("Revenue per month, months 25–36").fill("55")
    page.get_by_role("textbox", name="Reason").fill("Two sites fewer")
    page.get_by_role("button", name="Save as version 3").click()
    expect(toast(page, "Schedule saved: KT-2026-001 Visibility platform, version 3")).to_be_visible()
    region = page.get_by_role("region", name="As confirmed and current", exact=True)
    expect(region).to_contain_text("2,820.00")
    expect(region).to_contain_text("2,720.00")


def the_report_moved_and_the_dashboard_stayed(page: Page) -> None:
    page.goto("/w/acme/revenue-report/")
    row = page.get_by_role("row", name="Visibility platform")
    for figure in ("90.00", "100.00", "−10.00"):
        expect(row).to_contain_text(figure)
    assert violations(page) == []
    expect(trailing(page)).to_contain_text("300.00")
    assert violations(page) == []


def the_dashboard_follows_the_workspaces_switch_and_back(admin: Page, page: Page) -> None:
    for shows_current, figure in ((True, "280.00"), (False, "300.00")):
        admin.goto("/w/acme/settings/")
        switch = admin.get_by_label("The sales dashboard shows the current schedules")
        switch.set_checked(shows_current)
        admin.get_by_label("Reason for the change").fill("As the board reads it")
        admin.get_by_role("button", name="Save").click()
        expect(admin.get_by_text("Settings saved")).to_be_visible()
        expect(trailing(page)).to_contain_text(figure)


def trailing(page: Page) -> Locator:
    """The sales dashboard of the running quarter: its months."""
    page.goto("/w/acme/sales/")
    return page.get_by_role("region", name="Trailing revenue by month").first


def test_rows_of_a_spreadsheet_are_pasted_and_what_cannot_be_read_changes_nothing(
    cast: Cast, visitor: Visits
) -> None:
    page = visitor(cast.ada.user, permissions=["clipboard-read", "clipboard-write"]).page
    page.goto("/w/acme/formulas/")
    page.get_by_role("link", name="Add formula").first.click()
    form = dialog(page, "Add formula")
    paste(page, revenue(form, 1), "From\tTo\tRevenue\n1\t6\t1.200,50\n7\t\t50%\n")
    expect(revenue(form, 2)).to_have_value("50")
    expect(form.get_by_label("Rule 2 to month")).to_have_value("")
    paste(page, revenue(form, 1), "1\t6\t100\n7\t12\tabc")
    expect(form.get_by_text("Nothing was pasted. Line 2: “abc” is not an amount.")).to_be_visible()
    expect(revenue(form, 1)).to_have_value("1.200,50")
    form.get_by_role("button", name="Put them back").click()
    expect(form.get_by_label("Rule 2 to month")).to_have_count(0)
    paste(page, revenue(form, 1), "1,234.50")  # one figure is just typed
    expect(revenue(form, 1)).to_have_value("1,234.50")


def test_what_is_typed_while_the_server_answers_is_not_lost(cast: Cast, visitor: Visits) -> None:
    page = visitor(cast.ada.user).page
    page.goto("/w/acme/formulas/add/")
    held: list[Route] = []
    page.route("**/schedule/check/", lambda route: held.append(route) if adds(route) else route.continue_())
    revenue(page, 1).fill("100")
    with page.expect_request(lambda request: "do=add" in (request.post_data or "")):
        page.get_by_role("button", name="Add rule 2").click()
    revenue(page, 1).fill("12345")
    held.pop().continue_()
    expect(revenue(page, 2)).to_be_visible()
    expect(revenue(page, 1)).to_have_value("12345")
    expect(page.get_by_text("12 × 12,345.00")).to_be_visible()
    page.unroute_all(behavior="wait")


def adds(route: Route) -> bool:
    return "do=add" in (route.request.post_data or "")


def test_the_story_works_without_javascript_on_a_phone(cast: Cast, visitor: Visits) -> None:
    page = visitor(cast.ada.user, java_script_enabled=False, viewport=NARROW).page
    page.goto("/w/acme/formulas/add/")
    page.get_by_label("Name", exact=True).fill("Plain")
    revenue(page, 1).fill("100")
    page.get_by_role("button", name="Add rule 2").click()
    page.get_by_label("Rule 2 from month").fill("15")
    revenue(page, 2).fill("80")
    page.get_by_role("button", name="Add rule 3").click()
    page.get_by_role("button", name="Remove rule 3").click()
    expect(page.get_by_text("Months 13–14 are not covered and will earn 0.")).to_be_visible()
    page.get_by_role("button", name="Lengthen the rule before it").click()
    expect(page.get_by_label("Rule 1 to month")).to_have_value("14")
    revenue(page, 2).press("Enter")
    expect(page.get_by_text("Formula saved: Plain")).to_be_visible()


def revenue(form: Locator | Page, rule: int) -> Locator:
    return form.get_by_label(f"Rule {rule} revenue per month")


def press(form: Locator, name: str) -> None:
    form.get_by_role("button", name=name).click()


def save(form: Locator) -> None:
    form.get_by_role("button", name="Save", exact=True).last.click()


def paste(page: Page, field: Locator, text: str) -> None:
    """What a spreadsheet puts on the clipboard, pasted by the keyboard over what stands in the field."""
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    field.focus()
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+v")
