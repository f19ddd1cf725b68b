"""Making a contract: the form with and without JavaScript, the pencil upon it, and Add (rules 4.1 to 4.9)."""

from datetime import date
from decimal import Decimal as D
from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import reverse

from contracts.models import Contract, Formula, FrozenMonth
from contracts.rules import ContractType, Rule, Unit
from contracts.services import drafts
from contracts.services.formulas import archive_formula
from kamtrak.tenancy import in_workspace
from tests.cast import NOW, Cast
from tests.contracts.builders import make_contract, make_draft, make_formula, make_terms, rules
from tests.contributions.builders import publish
from tests.test_query_counts import assert_queries_do_not_grow

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]

GOOD: dict[str, Any] = {
    "name": "Visibility platform",
    "number": "KT-2026-007",
    "client": "Nordhavn Logistics",
    "kind": "fixed",
    "start_on": "2026-03-15",
    "period": "24",
    "currency": "USD",
    "basis": "duration",
    "monthly": "10,000.00",
    "duration": "full",
    "once": "1" * 32,
}
ROWS: dict[str, Any] = {
    "basis": "formula",
    "first": ["1", "13"],
    "last": ["12", "24"],
    "revenue": ["100.00", "80.00"],
    "unit": ["amount", "amount"],
}
HTMX: Any = {"HTTP_HX_REQUEST": "true"}
DIALOG: Any = {**HTMX, "HTTP_HX_TARGET": "dialog"}


def url(name: str, *args: Any) -> str:
    return reverse(name, args=["acme", *args])


def add(cast: Cast, who: str = "alex", **changes: Any) -> HttpResponse:
    return cast.browser(who).post(url("contract_add"), GOOD | changes)  # type: ignore[return-value]


def text(response: Any) -> str:
    return response.content.decode()


def saved(cast: Cast) -> list[Contract]:
    with in_workspace(cast.acme.pk):
        return list(Contract.objects.select_related("client", "owner__user", "formula").order_by("pk"))


def from_formula(cast: Cast, **changes: Any) -> dict[str, Any]:
    formula = make_formula(cast.ada)
    return ROWS | {"formula": str(formula.pk), "copied": str(formula.pk)} | changes


# ------------------------------------------------------------------ the form


def test_a_draft_with_a_monthly_duration_is_kept_as_a_plain_form(cast: Cast) -> None:
    response = add(cast)
    (row,) = saved(cast)
    assert (response.status_code, response["Location"]) == (302, url("contract", row.pk))
    assert (row.name, row.number, str(row.client), row.owner_id) == (
        "Visibility platform",
        "KT-2026-007",
        "Nordhavn Logistics",
        cast.alex.pk,
    )
    assert row.is_draft
    assert row.terms == make_terms(
        (1, 24, "10000"), start=date(2026, 3, 15), period=24, monthly="10000", duration="full"
    )


def test_choosing_a_formula_copies_its_rules_and_shows_them_in_the_revenue_field(cast: Cast) -> None:
    formula = make_formula(cast.ada)
    sent = GOOD | {"basis": "formula", "formula": str(formula.pk), "do": "choose"}
    page = text(cast.browser("alex").post(url("contract_add"), sent))
    assert "Months 1–12" in page
    assert "March 2026 – February 2027" in page
    assert 'name="revenue" value="100.00"' in page
    assert 'name="revenue" value="80.00"' in page
    assert "24 months" in page
    assert "Not saved." not in page
    assert saved(cast) == []


def test_a_formula_chosen_without_javascript_is_saved_with_its_rules(cast: Cast) -> None:
    formula = make_formula(cast.ada)
    add(cast, basis="formula", formula=str(formula.pk), monthly="")
    (row,) = saved(cast)
    assert (row.formula_id, row.formula_name) == (formula.pk, "Step down after a year")
    assert row.terms.rules == rules((1, 12, "100"), (13, 24, "80"))
    assert row.monthly is None


def test_the_revenue_of_a_period_is_overtyped_in_place_before_add(cast: Cast) -> None:
    add(cast, **from_formula(cast, revenue=["100.00", "75,50"]))
    (row,) = saved(cast)
    assert row.terms.rules == rules((1, 12, "100"), (13, 24, "75.5"))
    assert row.formula_name == "Step down after a year"


def test_an_overtyped_percentage_becomes_a_fixed_amount(cast: Cast) -> None:
    percent = [Rule(1, 12, D(60), Unit.PERCENT), Rule(13, 24, D(50), Unit.PERCENT)]
    formula = make_formula(cast.ada, "Shares", schedule=percent)
    chosen = {"formula": str(formula.pk), "copied": str(formula.pk)}
    add(cast, **ROWS | chosen | {"revenue": ["60 %", "700"], "monthly": "1,250.00"})
    (row,) = saved(cast)
    assert row.terms.rules == (percent[0], Rule(13, 24, D(700)))
    assert row.monthly == D(1250)


def test_a_percentage_asks_for_the_monthly_revenue(cast: Cast) -> None:
    response = add(cast, **from_formula(cast, revenue=["60 %", "80"], monthly=""))
    page = text(response)
    assert response.status_code == 422
    assert "Enter the monthly revenue: percentages are counted from it." in page
    assert 'value="60 %"' in page


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("name", "", "The name is empty."),
        ("name", "x" * 201, "at most 200 are kept"),
        ("name", "evil\u202egnp", "direction of reading"),
        ("number", "", "The number is empty."),
        ("number", "9" * 41, "at most 40 are kept"),
        ("client", "", "The client name is empty."),
        ("client", "bell\x07", "control characters"),
        ("start_on", "2026-02-30", "not a date of the calendar"),
        ("start_on", "", "Choose the start date."),
        ("start_on", "1492-10-12", "Choose a start between 1970 and 2099."),
        ("start_on", "9999-12-31", "Choose a start between 1970 and 2099."),
        ("period", "", "Enter the period."),
        ("period", "0", "“0” is not a number of months."),
        ("period", "1.5", "“1.5” is not a number of months."),
        ("period", "601", "“601” is not a number of months."),
        ("period", "1" * 90, "is not a number of months."),
        ("currency", "XXX", "not a currency of this workspace"),
        ("monthly", "", "Enter the monthly revenue."),
        ("monthly", "abc", "“abc” is not an amount."),
        ("monthly", "-5", "The amount cannot be below 0."),
        ("monthly", "9" * 16, "15 digits"),
        ("duration", "", "Choose for how many months it is earned."),
        ("duration", "7", "7"),
        ("details", "x" * 5001, "at most 5000 are kept"),
        ("kind", "eternal", "eternal"),
    ],
)
def test_bad_input_is_said_at_its_field_and_nothing_is_lost(
    cast: Cast, field: str, typed: str, says: str
) -> None:
    response = add(cast, **{field: typed})
    assert response.status_code == 422
    form = response.context["form"]  # type: ignore[attr-defined]
    assert says in str(form.errors[field][0])
    for name in ("name", "number", "client", "start_on", "period", "monthly", "details"):
        assert form[name].value() == (typed if name == field else GOOD.get(name))
    assert "Not saved." in text(response)
    assert saved(cast) == []


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        ({"first": ["0", "13"]}, "Months are counted from 1."),
        ({"first": ["1", "1.5"]}, "“1.5” is not a month number"),
        ({"last": ["12", "1000000000"]}, "A schedule has at most 600 months."),
        ({"first": ["1", "10"]}, "Rules 1 and 2 both cover months 10–12."),
        ({"revenue": ["100", ""]}, "Enter the revenue per month of rule 2; 0 is allowed."),
        ({"revenue": ["100", "abc"]}, "“abc” is not an amount."),
        ({"first": [], "last": [], "revenue": [], "unit": []}, "at least one rule"),
    ],
)
def test_rows_that_do_not_hold_together_are_refused_at_their_rule(
    cast: Cast, columns: dict[str, Any], says: str
) -> None:
    response = add(cast, **from_formula(cast, **columns))
    assert response.status_code == 422
    assert says in text(response)
    assert saved(cast) == []


def test_a_casual_contract_runs_month_by_month_whatever_stands_in_the_period(cast: Cast) -> None:
    add(cast, kind="casual", period="abc", duration="full")
    (row,) = saved(cast)
    assert (row.kind, row.period, row.terms.rules) == (
        ContractType.CASUAL.value,
        1,
        rules((1, None, "10000")),
    )


def test_yen_without_decimals(cast: Cast) -> None:
    assert "Yen has no decimals. Enter 1,234 or 1,235." in text(add(cast, currency="JPY", monthly="1234.5"))


# ------------------------------------------------------------------ numbers, owners, formulas


def test_a_number_that_is_in_use_is_refused_with_one_that_is_free(cast: Cast) -> None:
    make_draft(cast.amir, number="KT-2026-007")
    response = add(cast)
    page = text(response)
    assert response.status_code == 422
    assert "The number KT-2026-007 is in use." in page
    assert "KT-2026-008 is free." in page


def test_the_suggested_number_follows_the_last_one_of_the_year(cast: Cast) -> None:
    make_draft(cast.amir, number="KT-2026-009")
    make_draft(cast.amir, number="KT-2025-120")
    assert 'value="KT-2026-010"' in text(cast.browser("alex").get(url("contract_add")))


def test_an_administrator_chooses_the_owner_and_others_are_it_themselves(cast: Cast) -> None:
    assert 'name="owner"' not in text(cast.browser("alex").get(url("contract_add")))
    add(cast, owner=str(cast.amir.pk))
    assert saved(cast)[0].owner_id == cast.alex.pk
    refused = add(cast, "ada", number="KT-2", once="2" * 32)
    assert "Choose the owner." in text(refused)
    for nobody in (cast.mia.pk, cast.sam.pk, 10**9):
        assert add(cast, "ada", owner=str(nobody), number="KT-2", once="2" * 32).status_code == 422
    add(cast, "ada", owner=str(cast.amir.pk), number="KT-2", once="2" * 32)
    assert saved(cast)[1].owner_id == cast.amir.pk


def test_formulas_in_another_currency_are_not_offered(cast: Cast) -> None:
    make_formula(cast.ada, "In dollars")
    make_formula(cast.ada, "In pounds", currency="GBP")
    make_formula(cast.ada, "Shares", schedule=[Rule(1, None, D(60), Unit.PERCENT)])
    page = text(cast.browser("alex").get(url("contract_add")))
    assert "In dollars" in page
    assert "Shares" in page
    assert ">In pounds</option>" not in page
    assert "Not for a contract in USD: In pounds (in GBP)." in page
    drawn = check(cast, "contract", basis="formula", currency="GBP", do="redraw")
    assert ">In pounds</option>" in drawn
    assert ">In dollars</option>" not in drawn
    assert "Not for a contract in GBP: In dollars (in USD)." in drawn


def test_of_many_formulas_in_another_currency_three_are_named(cast: Cast) -> None:
    for name in "ABCDE":
        make_formula(cast.ada, f"Pounds {name}", currency="GBP")
    page = text(cast.browser("alex").get(url("contract_add")))
    said = "Pounds A (in GBP), Pounds B (in GBP), Pounds C (in GBP) and 2 more."
    assert f"Not for a contract in USD: {said}" in page


def test_a_formula_that_does_not_fit_the_currency_is_refused_at_its_field(cast: Cast) -> None:
    response = add(cast, **from_formula(cast, currency="GBP"))
    assert response.status_code == 422
    assert "The amounts of “Step down after a year” are in USD." in text(response)
    assert "Step down after a year (in USD)" in text(response)


def test_a_formula_that_was_archived_while_somebody_chose_it(cast: Cast) -> None:
    sent = from_formula(cast)
    with in_workspace(cast.acme.pk):
        formula = saved_formula(sent)
        archive_formula(formula=formula, by=cast.ada, reason="Replaced", now=NOW)
    response = add(cast, **sent)
    page = text(response)
    assert response.status_code == 422
    assert "“Step down after a year” was archived meanwhile. Choose another formula." in page
    assert "Step down after a year (archived)" in page
    assert 'value="80.00"' in page


def saved_formula(sent: dict[str, Any]) -> Formula:
    return Formula.objects.get(pk=sent["formula"])


def test_a_formula_of_another_workspace_does_not_exist(cast: Cast) -> None:
    theirs = make_formula(cast.sam, currency="EUR")
    response = add(cast, **ROWS | {"formula": str(theirs.pk), "copied": str(theirs.pk)})
    assert "Choose a formula." in text(response)
    assert theirs.name not in text(response)


# ------------------------------------------------------------------ sent twice, overtaken


def test_the_same_form_sent_twice_is_one_draft(cast: Cast) -> None:
    assert add(cast).status_code == add(cast).status_code == 302
    assert len(saved(cast)) == 1


def test_the_same_form_sent_twice_at_once_is_one_draft(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second looks before the first is there, and is stopped by the database."""
    add(cast)
    looks = iter([lambda *_: None, drafts._saved])
    monkeypatch.setattr(drafts, "_saved", lambda *asked: next(looks)(*asked))
    assert add(cast).status_code == 302
    assert len(saved(cast)) == 1


def test_a_form_gone_back_to_and_changed_is_asked_about_and_then_kept_as_one_more(cast: Cast) -> None:
    add(cast)
    asked = add(cast, number="KT-2026-008")
    assert asked.status_code == 422
    assert "Save again to keep this as one more." in text(asked)
    once = asked.context["form"]["once"].value()  # type: ignore[attr-defined]
    assert add(cast, number="KT-2026-008", once=once).status_code == 302
    assert [row.number for row in saved(cast)] == ["KT-2026-007", "KT-2026-008"]


def edit(cast: Cast, row: Contract, who: str = "alex", **changes: Any) -> Any:
    return cast.browser(who).post(url("contract_draft", row.pk), GOOD | changes)


def test_a_draft_is_edited_over_the_revision_that_was_on_the_form(cast: Cast) -> None:
    row = make_draft(cast.alex)
    edit(cast, row, "olive", name="Hers", revision="1", owner=str(cast.alex.pk))
    asked = edit(cast, row, name="His", revision="1")
    page = text(asked)
    assert asked.status_code == 200
    assert "This contract was changed meanwhile." in page
    assert "It now reads: KT-2026-007 Hers, Nordhavn Logistics" in page
    assert 'value="His"' in page
    assert edit(cast, row, name="His", revision="2").status_code == 302
    assert saved(cast)[0].name == "His"


def test_the_currency_of_a_draft_may_change_and_a_formula_may_give_way_to_a_duration(cast: Cast) -> None:
    row = make_draft(cast.alex)
    edit(cast, row, revision="1", currency="GBP")
    (kept,) = saved(cast)
    assert (kept.currency, kept.duration, kept.terms.rules) == ("GBP", "full", rules((1, 24, "10000")))


def test_a_confirmed_contract_is_not_a_draft_any_more(cast: Cast) -> None:
    row = make_contract(cast.alex)
    assert cast.browser("alex").get(url("contract_draft", row.pk))["Location"] == url("contract", row.pk)
    assert edit(cast, row)["Location"] == url("contract", row.pk)
    assert cast.browser("alex").get(url("contract_confirm", row.pk))["Location"] == url("contract", row.pk)


def test_nobody_edits_a_colleagues_draft(cast: Cast) -> None:
    row = make_draft(cast.alex)
    for who in ("amir", "mia", "audrey"):
        assert edit(cast, row, who).status_code in (403, 404)
        assert cast.browser(who).post(url("contract_confirm", row.pk)).status_code in (403, 404)


# ------------------------------------------------------------------ while typing, and the pencil


def check(cast: Cast, place: str, **changes: Any) -> str:
    sent = GOOD | {"place": place} | changes
    sent.setdefault("drawn", sent["basis"])
    return text(cast.browser("alex").post(url("schedule_check"), sent, **HTMX))


def test_while_typing_the_months_of_a_duration_are_drawn(cast: Cast) -> None:
    drawn = check(cast, "contract", duration="6", period="12")
    assert "Months 7–12 are not covered and will earn 0." in drawn
    assert "(September 2026 – February 2027)" in drawn
    assert "Mar 2026, month 1, rule 1: 10,000.00 USD" in drawn
    assert '60,000<span class="k-dec">.00</span>' in drawn
    assert "<input" not in drawn


def test_rows_overtyped_by_hand_are_kept_when_another_formula_is_chosen(cast: Cast) -> None:
    sent = from_formula(cast, revenue=["100.00", "75.00"])
    other = make_formula(cast.ada, "Flat", (1, 24, "90"))
    page = check(cast, "contract", **sent | {"formula": str(other.pk), "do": "choose"})
    assert 'value="90.00"' in page
    earlier = page.split('name="earlier" value="')[1].split('"')[0].replace("&quot;", '"')
    back = check(cast, "contract", **sent | {"formula": str(other.pk), "do": "back", "earlier": earlier})
    assert 'value="75.00"' in back
    assert f'<option value="{sent["formula"]}" selected>' in back


ADD_ANOTHER = "2 of 16 rules. Give the last rule a To month to add another."


def test_after_an_open_end_the_editor_says_what_plus_waits_for(cast: Cast) -> None:
    sent = from_formula(cast, last=["12", ""])
    opened = text(customise(cast, **sent | {"do": "open", "look": "compact"}))
    assert ADD_ANOTHER in opened
    assert 'value="add"' not in opened
    typed = {"place": "customise", "ids": "d-"}
    assert ADD_ANOTHER in check(cast, **sent | typed)
    closed = check(cast, **sent | typed | {"last": ["12", "24"]})
    assert ADD_ANOTHER not in closed
    assert 'value="add"' in closed
    assert ADD_ANOTHER not in check(cast, "contract", **sent | {"look": "compact"})


def test_an_untouched_formula_gives_way_without_a_word(cast: Cast) -> None:
    sent = from_formula(cast)
    other = make_formula(cast.ada, "Flat", (1, 24, "90"))
    page = check(cast, "contract", **sent | {"formula": str(other.pk), "do": "choose"})
    assert "Put them back" not in page


def customise(cast: Cast, **changes: Any) -> Any:
    return cast.browser("alex").post(url("schedule_customise"), GOOD | changes, **DIALOG)


def test_the_pencil_opens_all_rows_and_hands_them_back_to_the_form(cast: Cast) -> None:
    sent = from_formula(cast)
    opened = text(customise(cast, **sent | {"do": "open"}))
    assert "Modify trailing revenue formula" in opened
    assert 'id="d-revenue-1" name="revenue" value="100.00"' in opened
    three = sent | {
        "first": ["1", "13", "25"],
        "last": ["12", "24", "36"],
        "revenue": ["100", "80", "60%"],
        "unit": ["amount"] * 3,
        "ids": "d-",
    }
    taken = customise(cast, **three)
    assert (taken["HX-Retarget"], taken["HX-Trigger"]) == ("#editor", "schedule-taken")
    assert 'id="revenue-3" name="revenue" value="60 %"' in text(taken)
    assert saved(cast) == []


def test_the_pencil_stays_open_while_a_rule_is_not_filled(cast: Cast) -> None:
    response = customise(cast, **from_formula(cast, revenue=["100", ""], ids="d-"))
    assert "HX-Retarget" not in response
    assert 'href="#d-revenue-2"' in text(response)
    assert "Enter the revenue per month of rule 2" in text(response)


def test_the_pencil_asks_for_the_monthly_revenue_that_a_percentage_needs(cast: Cast) -> None:
    response = customise(cast, **from_formula(cast, revenue=["100", "60%"], monthly="", ids="d-"))
    assert "percentages are counted from it" in text(response)


def test_without_javascript_the_pencil_opens_the_rows_in_the_form(cast: Cast) -> None:
    sent = from_formula(cast)
    page = text(add(cast, **sent | {"do": "open"}))
    assert 'aria-label="Rule 1 from month' in page
    page = text(add(cast, **sent | {"do": "add", "look": "full"}))
    assert 'id="first-3" name="first" value="25"' in page


# ------------------------------------------------------------------ Add


def test_add_says_what_it_will_freeze_and_freezes_it(cast: Cast) -> None:
    publish()
    response = add(cast, currency="EUR", add="1")
    (row,) = saved(cast)
    assert response["Location"] == url("contract_confirm", row.pk)
    page = text(cast.browser("alex").get(response["Location"]))
    assert "24 months, March 2026 – February 2028" in page
    assert "1.1724" in page
    assert '281,376<span class="k-dec">.00</span>' in page  # 24 × round(10,000.00 × 1.1724)
    assert row.is_draft
    done = cast.browser("alex").post(response["Location"], {"revision": "1"})
    assert done["Location"] == url("contract", row.pk)
    (added,) = saved(cast)
    assert not added.is_draft
    assert added.confirmed_on == date(2026, 11, 23)
    with in_workspace(cast.acme.pk):
        assert FrozenMonth.objects.filter(contract=added).count() == 24


def test_add_pressed_twice_adds_once(cast: Cast) -> None:
    row = make_draft(cast.alex)
    for _ in range(2):
        assert (
            cast.browser("alex").post(url("contract_confirm", row.pk), {"revision": "1"}).status_code == 302
        )
    with in_workspace(cast.acme.pk):
        assert FrozenMonth.objects.count() == 12


def test_add_over_a_draft_that_was_changed_meanwhile_shows_it_first(cast: Cast) -> None:
    row = make_draft(cast.alex)
    edit(cast, row, "olive", revision="1", owner=str(cast.alex.pk))
    asked = cast.browser("alex").post(url("contract_confirm", row.pk), {"revision": "1"})
    page = text(asked)
    assert "This contract was changed meanwhile." in page
    assert '240,000<span class="k-dec">.00</span>' in page
    assert 'name="revision" value="2"' in page
    assert saved(cast)[0].is_draft


def test_negative_revenue_is_asked_about_by_add(cast: Cast) -> None:
    row = make_draft(cast.alex, make_terms((1, 12, "-50")))
    asked = cast.browser("alex").post(url("contract_confirm", row.pk), {"revision": "1"})
    assert asked.status_code == 422
    assert "Rule 1 earns −50.00 USD a month. Is that a rebate?" in text(asked)
    sent = {"revision": "1", "accepted": "on"}
    assert cast.browser("alex").post(url("contract_confirm", row.pk), sent).status_code == 302


def test_an_administrator_states_the_day_of_an_older_confirmation(cast: Cast) -> None:
    publish()
    row = make_draft(cast.alex, make_terms(currency="EUR"))
    where = url("contract_confirm", row.pk)
    page = text(cast.browser("ada").get(where + "?confirmed_on=2026-08-07"))
    assert "1.1682" in page
    assert "Rate of 7 Aug 2026" in page
    assert cast.browser("ada").post(where, {"revision": "1", "confirmed_on": "2026-02-30"}).status_code == 422
    for year in ("0001", "1903"):
        ancient = {"revision": "1", "confirmed_on": f"{year}-12-31"}
        assert "cannot be confirmed before 1904" in text(cast.browser("ada").post(where, ancient))
        assert cast.browser("ada").get(where, ancient).status_code == 200
    late = cast.browser("ada").post(where, {"revision": "1", "confirmed_on": "2026-12-24"})
    assert "cannot be confirmed on a day that has not come" in text(late)
    cast.browser("ada").post(where, {"revision": "1", "confirmed_on": "2026-08-07"})
    assert saved(cast)[0].confirmed_on == date(2026, 8, 7)


def test_others_add_today_whatever_day_they_send(cast: Cast) -> None:
    row = make_draft(cast.alex)
    where = url("contract_confirm", row.pk)
    assert "confirmed_on" not in text(cast.browser("alex").get(where))
    cast.browser("alex").post(where, {"revision": "1", "confirmed_on": "2026-01-01"})
    assert saved(cast)[0].confirmed_on == date(2026, 11, 23)


def test_without_a_rate_on_file_add_says_that_it_follows(cast: Cast) -> None:
    row = make_draft(cast.alex, make_terms(currency="GBP"))
    page = text(cast.browser("alex").get(url("contract_confirm", row.pk)))
    assert "no rate on file" in page
    assert "It is frozen as soon as one for that day arrives." in page
    assert "not known yet" in page


def test_terms_that_have_begun_since_are_said_each_with_its_day(cast: Cast) -> None:
    terms = make_terms((1, None, "100"), kind=ContractType.ROLL_OVER, start=date(2025, 3, 1), currency="EUR")
    row = make_draft(cast.alex, terms)
    publish()
    page = text(cast.browser("ada").get(url("contract_confirm", row.pk) + "?confirmed_on=2025-03-01"))
    assert "Mar 2025 – Feb 2026" in page
    assert "Mar 2026 – Feb 2027" in page
    assert '2,400<span class="k-dec">.00</span>' in page


def test_the_form_asks_no_more_when_there_are_more_formulas(cast: Cast) -> None:
    make_formula(cast.ada)

    def grow() -> None:
        for number in range(6):
            make_formula(cast.ada, f"Another {number}")

    assert_queries_do_not_grow(cast.browser("ada"), url("contract_add"), grow)


def test_what_add_freezes_is_asked_for_once_however_many_months_there_are(cast: Cast) -> None:
    row = make_draft(cast.alex, make_terms(currency="EUR"))
    many = {"currency": "EUR", "period": "120", "revision": "1"}
    where = url("contract_confirm", row.pk)
    assert_queries_do_not_grow(cast.browser("alex"), where, lambda: edit(cast, row, **many))
