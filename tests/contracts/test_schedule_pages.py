"""The pencil of a contract: the effect first, then a version; a period overtyped on the page (rules 4.10)."""

import re
from datetime import date
from decimal import Decimal as D
from typing import Any

import pytest
from django.urls import reverse

from contracts.models import Contract, ContractTotal, ScheduleVersion
from contracts.rules import ContractType, Rule, Unit
from contracts.services.endings import cancel_contract, void_contract
from kamtrak.tenancy import in_workspace
from tests.cast import NOW, Cast
from tests.contracts.builders import edit, make_contract, make_draft, make_formula, make_terms, rules
from tests.test_query_counts import assert_queries_do_not_grow

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]

# A contract of 2026 from March: in November months 1 to 8 are over.
TERMS: dict[str, Any] = {
    "kind": "fixed",
    "start_on": "2026-03-03",
    "period": "12",
    "basis": "formula",
    "formula": "own",
    "copied": "own",
    "drawn": "formula",
    "monthly": "",
    "first": ["1"],
    "last": ["12"],
    "revenue": ["100.00"],
    "unit": ["amount"],
    "applies": "every",
    "from_month": "9",
    "revision": "2",
    "reason": "Volume discount, amendment 2",
}
HTMX: Any = {"HTTP_HX_REQUEST": "true"}
DIALOG: Any = {**HTMX, "HTTP_HX_TARGET": "dialog"}


def url(name: str, *args: Any) -> str:
    return reverse(name, args=["acme", *args])


def save(cast: Cast, row: Contract, who: str = "alex", headers: Any = None, **changes: Any) -> Any:
    return cast.browser(who).post(url("contract_schedule", row.pk), TERMS | changes, **(headers or {}))


def text(response: Any) -> str:
    return response.content.decode()


def seen(page: str) -> str:
    """What the page says would change of months that are over."""
    return page.split('name="seen" value="')[1].split('"')[0]


def figures(cast: Cast, row: Contract) -> tuple[D, D, int]:
    """As confirmed, current, and the version."""
    with in_workspace(cast.acme.pk):
        total = ContractTotal.objects.get(contract=row)
        version = Contract.objects.get(pk=row.pk).version
    return D(str(total.confirmed)), D(str(total.current)), version


def test_the_dialog_shows_current_and_confirmed_with_its_day(cast: Cast) -> None:
    row = make_contract(cast.alex)
    page = text(cast.browser("alex").get(url("contract_schedule", row.pk), **DIALOG))
    assert "KT-2026-001 Nordhavn Logistics · 12 months from March 2026, fixed term · USD" in page
    assert "As confirmed 23 Nov 2026" in page
    assert "dashboard stays as it is" in page
    assert "Save as version 2" in page
    assert 'name="from_month" id="id_from_month" value="9"' in page


def test_a_change_of_months_to_come_is_saved_at_once_with_its_reason(cast: Cast) -> None:
    row = make_contract(cast.alex)
    response = save(cast, row, first=["1", "9"], last=["8", "12"], revenue=["100", "90"], unit=["amount"] * 2)
    assert response["Location"] == url("contract", row.pk)
    assert figures(cast, row) == (D(1200), D(1160), 2)
    with in_workspace(cast.acme.pk):
        assert ScheduleVersion.objects.get(number=2).reason == "Volume discount, amendment 2"


def test_a_change_of_months_that_are_over_is_shown_before_it_is_saved(cast: Cast) -> None:
    row = make_contract(cast.alex)
    asked = save(cast, row, revenue=["90"])
    page = text(asked)
    assert asked.status_code == 422
    assert "Months that are over would change. See which, then save again." in page
    assert "March – October 2026: 100.00 → 90.00 a month, 8 months" in page
    assert 'value="90"' in page
    assert figures(cast, row) == (D(1200), D(1200), 1)
    assert save(cast, row, revenue=["90"], seen=seen(page)).status_code == 302
    assert figures(cast, row) == (D(1200), D(1080), 2)


def test_what_was_seen_of_another_change_is_not_enough(cast: Cast) -> None:
    row = make_contract(cast.alex)
    shown = seen(text(save(cast, row, revenue=["90"])))
    assert save(cast, row, revenue=["80"], seen=shown).status_code == 422


def test_from_the_running_month_on_leaves_the_months_before(cast: Cast) -> None:
    row = make_contract(cast.alex)
    shown = seen(text(save(cast, row, revenue=["90"])))
    save(cast, row, revenue=["90"], seen=shown, applies="from", from_month="4")
    assert figures(cast, row) == (D(1200), D(1110), 2)  # 3 × 100 + 9 × 90


@pytest.mark.parametrize("typed", ["0", "1.5", "1000000000", "abc", ""])
def test_the_month_from_which_on_it_holds_is_a_month(cast: Cast, typed: str) -> None:
    row = make_contract(cast.alex)
    page = text(save(cast, row, revenue=["90"], applies="from", from_month=typed))
    assert f"“{typed}” is not a month number." in page
    assert f'value="{typed}"' in page
    assert figures(cast, row)[2] == 1


def test_type_start_and_period_change_every_month(cast: Cast) -> None:
    row = make_contract(cast.alex)
    page = text(save(cast, row, period="24", last=["24"], applies="from", from_month="9"))
    assert "Type, start and period change every month. Save them for every month." in page
    assert save(cast, row, period="24", last=["24"]).status_code == 302
    assert figures(cast, row) == (D(1200), D(2400), 2)


def test_the_reason_is_asked_for_after_add_and_not_before(cast: Cast) -> None:
    row = make_contract(cast.alex)
    later: Any = {"first": ["1", "9"], "last": ["8", "12"], "revenue": ["100", "90"], "unit": ["amount"] * 2}
    page = text(save(cast, row, reason=" ", **later))
    assert "Say why: the reason is kept with the version." in page
    assert figures(cast, row)[2] == 1
    draft = make_draft(cast.alex, number="KT-2026-002")
    assert "Reason" not in text(cast.browser("alex").get(url("contract_schedule", draft.pk)))
    assert save(cast, draft, revision="1", reason="", currency="USD", revenue=["90"]).status_code == 302
    with in_workspace(cast.acme.pk):
        assert Contract.objects.get(pk=draft.pk).terms.rules == rules((1, 12, "90"))


def test_a_form_that_was_overtaken_is_told_by_whom_and_why(cast: Cast) -> None:
    row = make_contract(cast.alex)
    edit(row, cast.olive, make_terms((1, 8, "100"), (9, 12, "70")), reason="Two sites fewer")
    later: Any = {"first": ["1", "10"], "last": ["9", "12"], "revenue": ["100", "95"], "unit": ["amount"] * 2}
    asked = save(cast, row, **later)
    page = text(asked)
    assert "This contract was changed meanwhile." in page
    assert "Version 2 of 23 Nov 2026, 12:00 by Olive: “Two sites fewer”" in page
    assert "Months 1–8: 100.00 USD; months 9–12: 70.00 USD" in page
    assert 'value="95"' in page
    assert 'name="revision" value="3"' in page
    assert save(cast, row, revision="3", **later).status_code == 302
    assert figures(cast, row)[2] == 3


def test_saving_what_it_is_already_makes_no_version(cast: Cast) -> None:
    row = make_contract(cast.alex)
    said = cast.browser("alex").post(url("contract_schedule", row.pk), TERMS, follow=True)
    assert "Nothing has changed" in text(said)
    assert figures(cast, row)[2] == 1


def test_a_formula_may_be_chosen_and_a_duration_instead(cast: Cast) -> None:
    row = make_contract(cast.alex)
    formula = make_formula(cast.ada, "Flat", (1, 12, "100"))
    chosen = {"formula": str(formula.pk), "copied": str(formula.pk)}
    assert save(cast, row, **chosen).status_code == 302
    duration = {"basis": "duration", "duration": "full", "monthly": "100", "revision": "3"}
    assert save(cast, row, **duration).status_code == 302
    with in_workspace(cast.acme.pk):
        kept = Contract.objects.get(pk=row.pk)
    assert (kept.formula_id, kept.duration, kept.monthly) == (None, "full", D(100))
    assert figures(cast, row) == (D(1200), D(1200), 3)


def test_the_currency_stays_after_add(cast: Cast) -> None:
    row = make_contract(cast.alex)
    page = text(cast.browser("alex").get(url("contract_schedule", row.pk)))
    assert 'name="currency"' not in page
    save(cast, row, currency="GBP", first=["1"], last=["12"])
    with in_workspace(cast.acme.pk):
        assert Contract.objects.get(pk=row.pk).currency == "USD"


def test_a_rebate_is_asked_about(cast: Cast) -> None:
    row = make_contract(cast.alex)
    later: Any = {"first": ["1", "9"], "last": ["8", "12"], "revenue": ["100", "-5"], "unit": ["amount"] * 2}
    page = text(save(cast, row, **later))
    assert "Rule 2 earns −5.00 USD a month. Is that a rebate?" in page
    assert save(cast, row, accepted="2:-5", **later).status_code == 302


def test_a_void_contract_has_no_pencil(cast: Cast) -> None:
    row = make_contract(cast.alex)
    with in_workspace(cast.acme.pk):
        void_contract(contract=row, by=cast.alex, reason="Twice", revision=2, now=NOW)
    for answer in (cast.browser("alex").get(url("contract_schedule", row.pk)), save(cast, row)):
        assert answer["Location"] == url("contract", row.pk)


def test_the_plus_of_the_pencil_works_without_javascript(cast: Cast) -> None:
    row = make_contract(cast.alex)
    page = text(save(cast, row, do="add"))
    assert 'id="first-2" name="first" value="13"' in page
    assert 'id="last-2" name="last" value="24"' in page
    assert figures(cast, row)[2] == 1


def check(cast: Cast, row: Contract, who: str = "alex", **changes: Any) -> Any:
    sent = TERMS | {"place": "schedule", "contract": str(row.pk)} | changes
    return cast.browser(who).post(url("schedule_check"), sent, **HTMX)


def test_while_typing_the_effect_is_drawn(cast: Cast) -> None:
    row = make_contract(cast.alex)
    drawn = text(check(cast, row, revenue=["90"]))
    assert '1,080<span class="k-dec">.00</span>' in drawn
    assert '−120<span class="k-dec">.00</span>' in drawn
    assert "March – October 2026: 100.00 → 90.00 a month" in drawn
    assert "k-changes-past" in drawn
    drawn = text(check(cast, row, revenue=["90"], applies="from"))
    assert '1,160<span class="k-dec">.00</span>' in drawn
    unread = text(check(cast, row, revenue=["abc"]))
    assert "once the schedule can be read" in unread


def test_the_effect_of_a_colleagues_contract_is_nobodys_business(cast: Cast) -> None:
    row = make_contract(cast.alex)
    assert check(cast, row, "amir").status_code == 404
    assert check(cast, row, contract="").status_code == 404
    assert check(cast, row, place="nowhere").status_code == 404


COMING = date(2026, 12, 1)  # a contract of which no month is over


def test_a_rebate_of_months_before_those_that_are_saved_is_not_asked_about(cast: Cast) -> None:
    """1–6 earn −100 and stay; from month 9 on 50: −600 + 2 × 100 + 4 × 50 = −200."""
    row = make_contract(cast.alex, make_terms((1, 6, "-100"), (7, 12, "100"), start=COMING))
    late: dict[str, Any] = {"start_on": str(COMING), "applies": "from", "from_month": "9"}
    saved = save(cast, row, **late, first=["1"], last=["12"], revenue=["50"])
    assert saved.status_code == 302
    assert figures(cast, row) == (D(0), D(-200), 2)


def test_typed_rebates_are_asked_about_where_they_reach_the_months_that_are_saved(cast: Cast) -> None:
    row = make_contract(cast.alex, make_terms((1, 12, "100"), start=COMING))
    late: dict[str, Any] = {"start_on": str(COMING), "applies": "from", "from_month": "9"}
    typed: dict[str, Any] = {
        "first": ["1", "5", "11"],
        "last": ["4", "10", "12"],
        "revenue": ["-1", "-2", "80"],
    }
    typed["unit"] = ["amount"] * 3
    asked = save(cast, row, **late, **typed)
    assert asked.status_code == 422
    assert "Rule 2 earns −2.00 USD a month. Is that a rebate?" in text(asked)
    assert "Rule 1 earns" not in text(asked)
    assert save(cast, row, **late, **typed, accepted="2:-2").status_code == 302
    assert figures(cast, row) == (D(1200), D(956), 2)  # 8 × 100, 2 × −2, 2 × 80


# ------------------------------------------------------------------ on the contract's page


def overtype(cast: Cast, row: Contract, headers: Any = None, **sent: Any) -> Any:
    """Sent from a page that was opened before anybody else saved; `row` as it was then."""
    months = [(str(rule.first), str(rule.last or "")) for rule in row.terms.rules]
    firsts, lasts = zip(*months, strict=True)
    given = {"revision": "2", "reason": "Agreed by mail", "first": firsts, "last": lasts, **sent}
    return cast.browser("alex").post(url("contract_revenue", row.pk), given, **(headers or {}))


def test_a_period_is_overtyped_on_the_page(cast: Cast) -> None:
    row = make_contract(cast.alex, make_terms((1, 8, "100"), (9, 12, "80")))
    response = overtype(cast, row, revenue=["100.00", "75"])
    assert response["Location"] == url("contract", row.pk)
    assert figures(cast, row) == (D(1120), D(1100), 2)


def test_the_page_sends_the_months_of_every_period_along(cast: Cast) -> None:
    row = make_contract(cast.alex, make_terms((1, 8, "100"), (9, None, "80"), kind=ContractType.ROLL_OVER))
    page = text(cast.browser("alex").get(url("contract", row.pk)))
    assert re.findall(r'name="(first|last)" value="(\d*)"', page) == [
        ("first", "1"),
        ("last", "8"),
        ("first", "9"),
        ("last", ""),
    ]


def test_what_is_overtyped_on_a_page_that_was_overtaken_stays_in_its_months(cast: Cast) -> None:
    """10–12 at 80 is overtyped with 90; a colleague meanwhile made 10–11 60 and 12 50."""
    row = make_contract(cast.alex, make_terms((1, 9, "100"), (10, 12, "80")))
    edit(row, cast.ada, make_terms((1, 9, "100"), (10, 11, "60"), (12, 12, "50")), reason="Price list 2027")
    shown = overtype(cast, row, headers=DIALOG, revenue=["100.00", "90"])
    assert "was changed meanwhile" in text(shown)
    assert (
        "“Price list 2027”. It now reads: Months 1–9: 100.00 USD; months 10–11: 60.00 USD; "
        "month 12: 50.00 USD." in text(shown)
    )
    typed = [(each.first, each.last, each.revenue) for each in shown.context["form"].rows]
    assert typed == [("1", "9", "100.00"), ("10", "12", "90")]
    assert "Agreed by mail</textarea>" in text(shown)
    assert figures(cast, row) == (D(1140), D(1070), 2)  # nothing was saved


def test_a_period_that_is_gone_meanwhile_keeps_what_was_typed_into_it(cast: Cast) -> None:
    row = make_contract(cast.alex, make_terms((1, 9, "100"), (10, 12, "80")))
    edit(row, cast.ada, make_terms((1, 12, "70")))
    shown = overtype(cast, row, revenue=["100.00", "90"])
    assert "was changed meanwhile" in text(shown)
    assert [each.revenue for each in shown.context["form"].rows] == ["100.00", "90"]
    assert figures(cast, row)[2] == 2


def test_periods_that_became_a_monthly_duration_meanwhile_keep_what_was_typed(cast: Cast) -> None:
    row = make_contract(cast.alex, make_terms((1, 9, "100"), (10, 12, "80")))
    edit(row, cast.ada, make_terms((1, 12, "70"), monthly="70", duration="full"))
    shown = overtype(cast, row, revenue=["100.00", "90"])
    assert "was changed meanwhile" in text(shown)
    assert not shown.context["form"].is_duration
    assert [each.revenue for each in shown.context["form"].rows] == ["100.00", "90"]
    assert figures(cast, row)[2] == 2


def test_what_cannot_be_read_on_a_page_that_was_overtaken_says_both(cast: Cast) -> None:
    row = make_contract(cast.alex)
    edit(row, cast.ada, make_terms((1, 12, "70")))
    shown = text(overtype(cast, row, revenue=["abc"]))
    assert "was changed meanwhile" in shown
    assert "“abc” is not an amount." in shown


def test_a_percentage_stays_one_until_it_is_overtyped(cast: Cast) -> None:
    percent = [Rule(1, 8, D(60), Unit.PERCENT), Rule(9, 12, D(50), Unit.PERCENT)]
    row = make_contract(cast.alex, make_terms(schedule=percent, monthly="1250"))
    overtype(cast, row, revenue=["60 %", "700"])
    with in_workspace(cast.acme.pk):
        assert Contract.objects.get(pk=row.pk).terms.rules == (percent[0], Rule(9, 12, D(700)))


def test_the_one_period_of_a_duration_earns_the_monthly_revenue(cast: Cast) -> None:
    terms = make_terms((1, 12, "100"), monthly="100", duration="full", start=date(2026, 12, 1))
    row = make_contract(cast.alex, terms)
    overtype(cast, row, revenue=["120"])
    with in_workspace(cast.acme.pk):
        kept = Contract.objects.get(pk=row.pk)
    assert (kept.duration, kept.monthly, kept.terms.rules) == ("full", D(120), rules((1, 12, "120")))


def test_what_is_in_the_way_opens_the_pencil_with_all_that_was_typed(cast: Cast) -> None:
    row = make_contract(cast.alex)
    page = text(overtype(cast, row, headers=DIALOG, revenue=["90"]))
    assert "Modify trailing revenue formula" in page
    assert "March – October 2026: 100.00 → 90.00 a month" in page
    assert 'value="90"' in page
    assert "Agreed by mail</textarea>" in page
    refused = overtype(cast, row, revenue=["abc"])
    assert refused.status_code == 422
    assert "“abc” is not an amount." in text(refused)
    assert figures(cast, row)[2] == 1


def test_a_hostile_number_of_revenues_changes_no_month(cast: Cast) -> None:
    row = make_contract(cast.alex)
    overtype(cast, row, revenue=["100.00", "5", "6"])
    overtype(cast, row)
    assert figures(cast, row) == (D(1200), D(1200), 1)


def test_the_pencil_asks_no_more_of_a_contract_with_many_rules(cast: Cast) -> None:
    row = make_contract(cast.alex)
    many = [(n, n, str(n)) for n in range(1, 13)]
    assert_queries_do_not_grow(
        cast.browser("alex"),
        url("contract_schedule", row.pk),
        lambda: edit(row, cast.alex, make_terms(*many)),
    )


def test_a_renewing_contract_counts_the_terms_that_are_confirmed(cast: Cast) -> None:
    terms = make_terms((1, None, "100"), kind=ContractType.ROLL_OVER, start=date(2025, 3, 1))
    row = make_contract(cast.alex, terms)
    page = text(cast.browser("alex").get(url("contract_schedule", row.pk)))
    assert "24 × 100.00" in page


def test_a_cancelled_contract_counts_up_to_its_last_month_everywhere(cast: Cast) -> None:
    row = make_contract(cast.alex)
    with in_workspace(cast.acme.pk):
        cancel_contract(
            contract=row, by=cast.alex, on=date(2026, 12, 31), reason="Moved away", revision=2, now=NOW
        )
    for page in ("contract_schedule", "contract"):
        said = text(cast.browser("alex").get(url(page, row.pk)))
        assert "10 × 100.00" in said
        assert "12 × 100.00" not in said


def test_the_contracts_page_lets_those_overtype_who_may_write(cast: Cast) -> None:
    row = make_contract(cast.alex)
    for who in ("alex", "ada", "olive"):
        assert url("contract_revenue", row.pk) in text(cast.browser(who).get(url("contract", row.pk)))
        assert 'id="amount-1"' in text(cast.browser(who).get(url("contract", row.pk)))
    for who in ("mia", "audrey"):
        assert 'id="amount-1"' not in text(cast.browser(who).get(url("contract", row.pk)))
