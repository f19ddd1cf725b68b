"""The pages of contributions: bad input keeps what was typed, and what is exported is what is shown."""

import csv
import io
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.http import HttpResponse
from django.urls import reverse

from contributions.models import Contribution
from contributions.services.contributions import void_contribution
from contributions.services.periods import close_quarter
from kamtrak.tenancy import in_workspace
from tests.cast import NOW, Cast
from tests.contributions.builders import Q3, log, publish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]

GOOD = {
    "client": "Nordhavn Logistics",
    "type": "direct",
    "amount": "48,000.00",
    "currency": "EUR",
    "quarter": "2026Q3",
    "description": "Two add-on sites",
    "once": "1" * 32,
}


def url(name: str, *args: Any, slug: str = "acme") -> str:
    return reverse(name, args=[slug, *args])


def add(cast: Cast, who: str = "alex", **changes: str) -> HttpResponse:
    return cast.browser(who).post(url("contribution_add"), GOOD | changes)  # type: ignore[return-value]


def text(response: Any) -> str:
    return response.content.decode()


def saved(cast: Cast) -> list[Contribution]:
    with in_workspace(cast.acme.pk):
        return list(Contribution.objects.select_related("client").order_by("pk"))


def test_a_contribution_is_logged_as_a_plain_form_without_javascript(cast: Cast) -> None:
    publish()
    response = add(cast)
    assert response.status_code == 302
    (row,) = saved(cast)
    assert (row.client.name, row.amount.amount, row.currency) == ("Nordhavn Logistics", Decimal(48000), "EUR")
    assert row.converted == Decimal("55200.00")


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("amount", "abc", ""),
        ("amount", "1e9", ""),
        ("amount", "-5", ""),
        ("amount", "0", ""),
        ("amount", "", "Enter an amount."),
        ("amount", "9" * 30, "15 digits"),
        ("amount", "NaN", ""),
        ("amount", "１２３", "digits 0–9"),
        ("quarter", "2026Q9", "There is no quarter"),
        ("quarter", "2027Q1", "There is no quarter"),
        ("quarter", "", "Choose a quarter."),
        ("currency", "XXX", "not a currency of this workspace"),
        ("client", "x" * 300, "at most 200"),
        ("client", "bell\x07", "control characters"),
        ("client", "evil\u202egnp", "direction of reading"),
        ("client", "", "Enter the client account."),
        ("type", "gift", ""),
        ("earned_on", "2026-02-30", "not a date of the calendar"),
        ("earned_on", "2026-10-01", "is not in Q3 2026"),
        ("share", "0", ""),
        ("share", "101", ""),
        ("description", "x" * 5001, "at most 5000"),
    ],
)
def test_bad_input_is_said_at_its_field_and_nothing_is_lost(
    cast: Cast, field: str, typed: str, says: str
) -> None:
    response = add(cast, **{field: typed})
    assert response.status_code == 422
    form = response.context["form"]  # type: ignore[attr-defined]
    assert field in form.errors
    assert says in form.errors[field][0]
    page = text(response)
    for name in ("client", "amount", "description"):
        kept = typed if name == field else GOOD[name]
        assert form[name].value() == kept
    assert "Not saved" in page
    assert saved(cast) == []


def test_yen_with_decimals_are_refused_with_what_to_enter_instead(cast: Cast) -> None:
    response = add(cast, amount="¥1,234.50", currency="JPY")
    assert "Yen has no decimals. Enter 1,234 or 1,235." in text(response)


@pytest.mark.parametrize(
    ("typed", "currency", "amount"),
    [("$500K", "USD", "500000"), ("1.234,56", "EUR", "1234.56"), ("¥7,850,000", "JPY", "7850000")],
)
def test_amounts_are_taken_as_people_write_them(cast: Cast, typed: str, currency: str, amount: str) -> None:
    assert add(cast, amount=typed, currency=currency).status_code == 302
    assert saved(cast)[0].amount.amount == Decimal(amount)


def test_an_emoji_in_a_clients_name_is_fine(cast: Cast) -> None:
    add(cast, client="Café 🍰 GmbH")
    assert saved(cast)[0].client.name == "Café 🍰 GmbH"


def test_the_same_form_sent_twice_is_one_contribution(cast: Cast) -> None:
    assert add(cast).status_code == add(cast).status_code == 302
    assert len(saved(cast)) == 1


def test_a_form_gone_back_to_and_changed_is_not_thrown_away_but_asked_about_once(cast: Cast) -> None:
    """Back in the browser, another amount, Save: the token is used, and what was typed is new."""
    add(cast)
    asked = add(cast, amount="5,000.00")
    assert asked.status_code == 422
    assert "Save again to log this as one more." in text(asked)
    form = asked.context["form"]  # type: ignore[attr-defined]
    assert form["amount"].value() == "5,000.00"
    assert add(cast, amount="5,000.00", once=form["once"].value()).status_code == 302
    assert [row.amount.amount for row in saved(cast)] == [Decimal(48000), Decimal(5000)]


def test_save_and_add_another_offers_an_empty_form_with_a_new_token(cast: Cast) -> None:
    response = add(cast, again="1")
    form = response.context["form"]  # type: ignore[attr-defined]
    assert (form["client"].value(), form["currency"].value()) == (None, "EUR")
    assert form["once"].value() != GOOD["once"]


def test_a_new_contribution_goes_into_the_quarter_that_the_page_shows(cast: Cast) -> None:
    browser = cast.browser("alex")
    for query, quarter in (
        ("?period=2026Q2", "2026Q2"),
        ("?period=all", "2026Q4"),
        ("", "2026Q4"),
        ("?period=FY2025", "2026Q4"),
        ("?period=2029Q1", "2026Q4"),
    ):
        form = browser.get(url("contribution_add") + query).context["form"]
        assert form["quarter"].value() == quarter


def test_what_is_typed_is_read_back_with_its_converted_figure(cast: Cast) -> None:
    publish()
    query = "?amount=$48k&currency=USD&quarter=2026Q3"
    assert "48,000.00 USD" in text(cast.browser("alex").get(url("contribution_check") + query))
    query = "?amount=1.234,56&currency=EUR&quarter=2026Q4&client=X"
    page = text(cast.browser("alex").get(url("contribution_check") + query))
    assert "1,234.56 EUR" in page
    assert "1,447.40 USD" in page  # 1,234.56 × 1.1724
    assert "provisional" in page


def test_a_probable_double_is_flagged_and_a_colleagues_is_not_shown(cast: Cast) -> None:
    with in_workspace(cast.acme.pk):
        mine, theirs = log(cast, "1000"), log(cast, "5000", owner=cast.amir)
    query = "?currency=USD&quarter=2026Q3&type=direct&client=nordhavn+logistics&amount="
    page = text(cast.browser("alex").get(url("contribution_check") + query + "1005"))
    assert url("contribution", mine.pk) in page
    page = text(cast.browser("alex").get(url("contribution_check") + query + "5000"))
    assert "a colleague’s entry" in page
    assert url("contribution", theirs.pk) not in page


def test_a_stale_form_shows_what_changed_keeps_the_input_and_saves_on_the_second_press(cast: Cast) -> None:
    with in_workspace(cast.acme.pk):
        row = log(cast, "1000")
    browser, edit = cast.browser("alex"), url("contribution_edit", row.pk)
    assert browser.post(edit, GOOD | {"amount": "1100", "currency": "USD", "version": "1"}).status_code == 302
    overtaken = browser.post(edit, GOOD | {"amount": "1200", "currency": "USD", "version": "1"})
    page = text(overtaken)
    assert "was changed meanwhile" in page
    assert "1,100.00 USD" in page
    assert overtaken.context["form"]["amount"].value() == "1200"
    assert saved(cast)[0].amount.amount == Decimal(1100)
    again = browser.post(edit, GOOD | {"amount": "1200", "currency": "USD", "version": "2"})
    assert again.status_code == 302
    assert saved(cast)[0].amount.amount == Decimal(1200)


def test_a_correction_in_a_closed_quarter_asks_for_its_reason(cast: Cast) -> None:
    with in_workspace(cast.acme.pk):
        row = log(cast, "1000")
        close_quarter(workspace=cast.acme, quarter=Q3, by=cast.mia, reason="", now=NOW)
    browser, edit = cast.browser("alex"), url("contribution_edit", row.pk)
    assert "Q3 2026 is closed.</b>" in text(browser.get(edit))
    refused = browser.post(edit, GOOD | {"version": "1"})
    assert "reason" in refused.context["form"].errors
    assert browser.post(edit, GOOD | {"version": "1", "reason": "Credit note"}).status_code == 302


def test_a_void_and_its_undo(cast: Cast) -> None:
    with in_workspace(cast.acme.pk):
        row = log(cast)
    browser = cast.browser("alex")
    refused = browser.post(url("contribution_void", row.pk), {"reason": " "})
    assert "Say why" in text(refused)
    response = browser.post(url("contribution_void", row.pk), {"reason": "Logged twice"}, follow=True)
    assert url("contribution_restore", row.pk) in text(response)
    browser.post(url("contribution_restore", row.pk))
    assert not saved(cast)[0].is_void


def test_a_void_in_a_closed_quarter_is_taken_back_with_a_reason(cast: Cast) -> None:
    with in_workspace(cast.acme.pk):
        row = log(cast)
        void_contribution(contribution=row, by=cast.alex, reason="Logged twice", now=NOW)
        close_quarter(workspace=cast.acme, quarter=Q3, by=cast.mia, reason="", now=NOW)
    browser, restore = cast.browser("alex"), url("contribution_restore", row.pk)
    assert "Q3 2026 is closed" in text(browser.post(restore))  # the Undo of a toast
    assert "Say why" in text(browser.post(restore, {"reason": ""}))
    assert saved(cast)[0].is_void
    assert browser.post(restore, {"reason": "It was a second deal"}).status_code == 302
    assert not saved(cast)[0].is_void


def test_logging_into_a_closed_quarter_asks_why(cast: Cast) -> None:
    with in_workspace(cast.acme.pk):
        close_quarter(workspace=cast.acme, quarter=Q3, by=cast.mia, reason="", now=NOW)
    page = text(cast.browser("alex").get(url("contribution_add") + "?period=2026Q3"))
    assert '<option value="2026Q3" selected data-closed>Q3 2026, closed</option>' in page
    refused = add(cast)
    assert refused.status_code == 422
    assert "Q3 2026 is closed. Say why it changes now: the reason is kept." in text(refused)
    assert add(cast, reason="The invoice came late").status_code == 302


def test_everything_that_is_wrong_is_said_at_once(cast: Cast) -> None:
    with in_workspace(cast.acme.pk):
        close_quarter(workspace=cast.acme, quarter=Q3, by=cast.mia, reason="", now=NOW)
    form = add(cast, share="150", earned_on="2026-12-24").context["form"]  # type: ignore[attr-defined]
    assert set(form.errors) == {"share", "earned_on", "reason"}


def test_a_row_is_no_double_of_itself(cast: Cast) -> None:
    with in_workspace(cast.acme.pk):
        row = log(cast, "1000")
    browser = cast.browser("alex")
    check = f"{url('contribution_check')}?row={row.pk}"
    assert f'hx-get="{check}"' in text(browser.get(url("contribution_edit", row.pk)))
    typed = "&currency=USD&quarter=2026Q3&type=direct&client=nordhavn+logistics&amount=1000"
    assert "nearly the same amount" not in text(browser.get(check + typed))


def test_a_probable_double_is_asked_about_once_also_without_javascript(cast: Cast) -> None:
    with in_workspace(cast.acme.pk):
        log(cast, "48000", "EUR")
    asked = add(cast)
    assert asked.status_code == 422
    assert "This may be a double count" in text(asked)
    assert '<input type="hidden" name="doubles" value="1">' in text(asked)
    assert len(saved(cast)) == 1
    assert add(cast, doubles="1").status_code == 302
    assert len(saved(cast)) == 2
    assert add(cast, doubles="1", once="2" * 32).status_code == 422  # there are two by now


def test_the_line_of_the_form_follows_the_chosen_quarter(cast: Cast) -> None:
    page = text(cast.browser("alex").get(url("contribution_check") + "?quarter=2025Q2&amount=5&currency=USD"))
    assert "Goes into Q2 2025 · owner Alex" in page


def test_a_client_that_is_new_is_said_with_the_one_that_was_perhaps_meant(cast: Cast) -> None:
    with in_workspace(cast.acme.pk):
        log(cast, client="Kestrel Aerospace")
    check = url("contribution_check") + "?client="
    page = text(cast.browser("alex").get(check + "Kestrel+Aerospce"))
    assert "New client: “Kestrel Aerospce” is created when you save. Did you mean Kestrel Aerospace?" in page
    assert "Did you mean" not in text(cast.browser("alex").get(check + "Kopenhagen+Havn"))
    assert "New client" not in text(cast.browser("alex").get(check + "kestrel+aerospace"))
    said = cast.browser("alex").post(url("contribution_add"), GOOD, follow=True)
    assert "This client is new" in text(said)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"amount": "CHF 500", "currency": "USD"}, "“CHF” is not enabled in this workspace"),
        ({"amount": "€500K", "currency": "USD"}, "“€” does not fit USD. Remove it, or choose EUR."),
        ({"amount": "-5"}, "To take something back, void or correct its entry."),
    ],
)
def test_an_amount_that_does_not_fit_says_what_to_do_here(
    cast: Cast, changes: dict[str, str], says: str
) -> None:
    form = add(cast, **changes).context["form"]  # type: ignore[attr-defined]
    assert says in form.errors["amount"][0]


def test_a_probable_double_is_marked_in_the_list_and_a_voided_one_is_none(cast: Cast) -> None:
    with in_workspace(cast.acme.pk):
        log(cast, "1000")
        log(cast, "1100")
        double = log(cast, "1009", owner=cast.amir)
    listed = url("contributions") + "?period=2026Q3"
    assert text(cast.browser("alex").get(listed)).count("possible double") == 1
    assert text(cast.browser("olive").get(listed)).count("possible double") == 2
    with in_workspace(cast.acme.pk):
        void_contribution(contribution=double, by=cast.amir, reason="twice", now=NOW)
    assert "possible double" not in text(cast.browser("olive").get(listed + "&void=shown"))


def test_a_row_without_a_date_names_its_quarter_in_a_longer_period(cast: Cast) -> None:
    with in_workspace(cast.acme.pk):
        log(cast, "1000")
    browser = cast.browser("alex")
    assert "Q3 2026, no date" in text(browser.get(url("contributions") + "?period=all"))
    assert "Q3 2026, no date" not in text(browser.get(url("contributions") + "?period=2026Q3"))


def test_what_is_said_of_a_shared_deal_is_what_counts(cast: Cast) -> None:
    said = cast.browser("alex").post(url("contribution_add"), GOOD | {"share": "60"}, follow=True)
    assert "28,800.00 of 48,000.00 EUR" in text(said)
    assert f'href="{url("contribution", saved(cast)[0].pk)}">Open</a>' in text(said)


def test_after_save_and_add_another_the_chosen_quarter_is_in_sight_and_no_message_waits(cast: Cast) -> None:
    page = text(add(cast, again="1", quarter="2022Q1"))
    assert "<details open>" in page
    assert "Goes into Q1 2022" in page
    assert "data-stale" in page
    assert 'k-toast"' not in text(cast.browser("alex").get(url("contributions")))
    assert "<details open>" not in text(cast.browser("alex").get(url("contribution_add")))


def test_a_duplicate_is_a_new_contribution_of_the_next_quarter(cast: Cast) -> None:
    with in_workspace(cast.acme.pk):
        row = log(cast, quarter=Q3 - 1)
    form = cast.browser("alex").get(url("contribution_duplicate", row.pk)).context["form"]
    assert (form["quarter"].value(), form["client"].value()) == ("2026Q3", "Nordhavn Logistics")


@pytest.mark.parametrize("who", ["amir", "sam"])
def test_a_row_that_is_not_theirs_does_not_exist_for_them(cast: Cast, who: str) -> None:
    with in_workspace(cast.acme.pk):
        row = log(cast)
    for name in ("contribution", "contribution_edit", "contribution_void", "contribution_duplicate"):
        assert cast.browser(who).get(url(name, row.pk)).status_code == 404
    assert cast.browser(who).post(url("contribution_restore", row.pk)).status_code == 404


@pytest.mark.parametrize("who", ["ada", "mia", "audrey"])
def test_those_who_only_read_see_the_row_and_may_not_write_it(cast: Cast, who: str) -> None:
    with in_workspace(cast.acme.pk):
        row = log(cast)
    page = cast.browser(who).get(url("contribution", row.pk))
    assert page.status_code == 200
    assert url("contribution_edit", row.pk) not in text(page)
    assert cast.browser(who).post(url("contribution_edit", row.pk), GOOD).status_code == 403
    assert cast.browser(who).get(url("contribution_add")).status_code == 403


def test_a_period_that_does_not_exist_is_said_and_the_running_one_shown(cast: Cast) -> None:
    page = text(cast.browser("alex").get(url("contributions") + "?period=2026Q7"))
    assert "There is no quarter 7. Write a quarter like 2026Q3." in page
    assert "Q4 2026 is shown instead" in page


def test_an_empty_quarter_says_what_belongs_there_and_a_filter_without_a_hit_what_to_clear(
    cast: Cast,
) -> None:
    page = text(cast.browser("alex").get(url("contributions") + "?period=2026Q3"))
    assert "Nothing logged for Q3 2026 yet" in page
    page = text(cast.browser("alex").get(url("contributions") + "?period=2026Q3&q=Nordh&currency=GBP"))
    assert "“Nordh”" in page
    assert "Clear the search" in page


def exported(cast: Cast, query: str, who: str = "olive") -> list[dict[str, str]]:
    response = cast.browser(who).get(url("contributions_export") + query)
    data = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.DictReader(io.StringIO(data)))


def test_the_export_holds_exactly_what_the_list_shows(cast: Cast) -> None:
    with in_workspace(cast.acme.pk):
        publish()
        log(cast, "450000", "EUR", share=Decimal(40), description='=HYPERLINK("http://x")')
        log(cast, "12345", "JPY", owner=cast.amir)
        log(cast, "10", "AUD")
        log(cast, "1", quarter=Q3 - 1)
    rows = exported(cast, "?period=2026Q3")
    assert len(rows) == 3
    euro = next(row for row in rows if row["currency"] == "EUR")
    assert (euro["amount"], euro["share"], euro["credited"]) == ("450000.00", "40", "180000.00")
    assert (euro["rate"], euro["rate_date"], euro["rate_source"]) == ("1.15", "2026-09-30", "published")
    assert euro["converted"] == euro["counted"] == "207000.00"
    assert euro["description"] == '\'=HYPERLINK("http://x")'
    unknown = next(row for row in rows if row["currency"] == "AUD")
    assert unknown["converted"] == unknown["counted"] == unknown["rate"] == ""
    assert len(exported(cast, "?period=2026Q3&currency=JPY")) == 1
    assert [row["owner"] for row in exported(cast, "?period=2026Q3", "amir")] == ["Amir"]


def test_a_spreadsheet_carries_numbers_as_numbers_and_no_formula(cast: Cast) -> None:
    with in_workspace(cast.acme.pk):
        publish()
        log(cast, "100", "EUR", description="=1+1")
    response = cast.browser("olive").get(url("contributions_export") + "?period=2026Q3&format=xlsx")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))  # type: ignore[attr-defined]
    head, line = list(book.active.iter_rows(values_only=True))
    values = dict(zip(head, line, strict=True))
    assert values["converted"] == 115
    assert book.active["M2"].number_format == "#,##0.00"
    assert book.active.column_dimensions["O"].width > 50
    assert values["description"] == "=1+1"
    assert book.active["O2"].data_type == "s"


def test_closing_a_quarter_lists_what_is_open_and_asks_for_a_reason(cast: Cast) -> None:
    with in_workspace(cast.acme.pk):
        log(cast, "100", "AUD")
        log(cast, "50", "AUD", owner=cast.amir)
    browser = cast.browser("mia")
    page = text(browser.get(url("quarter_close", "2026Q3")))
    assert "100.00 AUD" in page
    assert "50.00 AUD" not in page  # amir is not in her team
    assert "and 1 of other teams" in page
    assert "reason" in browser.post(url("quarter_close", "2026Q3"), {"reason": ""}).context["form"].errors
    assert browser.post(url("quarter_close", "2026Q3"), {"reason": "Late rate"}).status_code == 302
    assert "As closed, and now" in text(browser.get(url("quarter", "2026Q3")))
    assert cast.browser("alex").get(url("quarter_reopen", "2026Q3")).status_code == 403
    assert browser.post(url("quarter_reopen", "2026Q3"), {"reason": "Late invoice"}).status_code == 302


@pytest.mark.parametrize("code", ["2026Q9", "FY2026", "all", "nonsense"])
def test_only_quarters_have_a_page_of_their_own(cast: Cast, code: str) -> None:
    assert cast.browser("olive").get(url("quarter", code)).status_code == 404
