"""The pages of formulas: with and without JavaScript, and nothing that was typed is lost."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import reverse

from contracts.models import Formula
from contracts.services.drafts import Details, create_draft
from kamtrak.tenancy import in_workspace
from tests.cast import NOW, Cast
from tests.contracts.builders import make_formula, make_terms, rules
from tests.test_query_counts import assert_queries_do_not_grow

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]

GOOD: dict[str, Any] = {
    "name": "Step down after a year",
    "currency": "USD",
    "once": "1" * 32,
    "first": ["1", "13"],
    "last": ["12", "24"],
    "revenue": ["100", "80"],
    "unit": ["amount", "amount"],
}
HTMX: Any = {"HTTP_HX_REQUEST": "true"}
DIALOG: Any = {**HTMX, "HTTP_HX_TARGET": "dialog"}


def url(name: str, *args: Any) -> str:
    return reverse(name, args=["acme", *args])


def add(cast: Cast, who: str = "ada", headers: Any = None, **changes: Any) -> HttpResponse:
    return cast.browser(who).post(url("formula_add"), GOOD | changes, **(headers or {}))  # type: ignore[return-value]


def text(response: Any) -> str:
    return response.content.decode()


def saved(cast: Cast) -> list[Formula]:
    with in_workspace(cast.acme.pk):
        return list(Formula.objects.order_by("pk"))


def test_a_formula_is_added_as_a_plain_form(cast: Cast) -> None:
    response = add(cast)
    assert (response.status_code, response["Location"]) == (302, url("formulas"))
    (row,) = saved(cast)
    assert row.schedule == rules((1, 12, "100"), (13, 24, "80"))


@pytest.mark.parametrize(
    ("changes", "says", "kept"),
    [
        ({"first": ["1", "1.5"]}, "“1.5” is not a month number", 'value="1.5"'),
        ({"first": ["0", "13"]}, "Months are counted from 1.", 'value="0"'),
        ({"last": ["1000000000", "24"]}, "A schedule has at most 600 months.", 'value="1000000000"'),
        ({"first": ["1", "10"]}, "Rules 1 and 2 both cover months 10–12.", 'value="10"'),
        ({"revenue": ["100", ""]}, "Enter the revenue per month of rule 2; 0 is allowed.", 'value="100"'),
        ({"revenue": ["100", "abc"]}, "“abc” is not an amount.", 'value="abc"'),
        ({"revenue": ["100", "-50"]}, "Answer with yes, or change the revenue.", 'value="-50"'),
        ({"name": ""}, "The name is empty.", 'value="100"'),
        ({"name": "evil\u202egnp"}, "direction of reading", 'value="100"'),
        ({"currency": "XXX"}, "not a currency of this workspace", 'value="100"'),
    ],
)
def test_what_cannot_be_kept_is_said_at_its_field_and_nothing_is_lost(
    cast: Cast, changes: dict[str, Any], says: str, kept: str
) -> None:
    response = add(cast, **changes)
    page = text(response)
    assert response.status_code == 422
    assert says in page
    assert kept in page
    assert "Not saved." in page
    assert saved(cast) == []


def test_a_refused_dialog_stays_open_with_what_was_typed(cast: Cast) -> None:
    response = add(cast, headers=DIALOG, revenue=["100", ""])
    page = text(response)
    assert response.status_code == 200
    assert "<html" not in page
    assert 'href="#revenue-2"' in page
    assert 'aria-invalid="true"' in page


def test_a_rebate_is_asked_about_once_and_another_one_is_asked_about_again(cast: Cast) -> None:
    asked = add(cast, revenue=["100", "-50"])
    assert "Rule 2 earns −50.00 USD a month. Is that a rebate?" in text(asked)
    assert add(cast, revenue=["100", "-60"], accepted="2:-50").status_code == 422
    assert add(cast, revenue=["100", "-50"], accepted="2:-50").status_code == 302


@pytest.mark.parametrize(
    ("step", "rows"),
    [("add", 3), ("drop", 1), ("close:13-14", 2), ("nonsense", 2)],
)
def test_the_buttons_work_without_javascript_and_judge_nothing_yet(cast: Cast, step: str, rows: int) -> None:
    response = add(cast, do=step, name="", first=["1", "15"], revenue=["1.234,50", ""])
    page = text(response)
    assert response.status_code == 200
    assert page.count("<fieldset") == rows
    assert "Not saved." not in page
    assert 'value="1.234,50"' in page
    assert saved(cast) == []


def test_plus_continues_after_the_last_month_and_takes_the_focus(cast: Cast) -> None:
    page = text(add(cast, do="add"))
    assert 'id="first-3" name="first" value="25"' in page
    assert 'id="last-3" name="last" value="36"' in page
    (field,) = [part for part in page.split("<input") if 'id="revenue-3"' in part]
    assert "autofocus" in field.split(">")[0]


def check(cast: Cast, **changes: Any) -> str:
    sent = GOOD | {"place": "formula"} | changes
    return text(cast.browser("ada").post(url("schedule_check"), sent, **HTMX))


def test_while_typing_only_what_stands_around_the_fields_is_redrawn(cast: Cast) -> None:
    drawn = check(cast, first=["1", "15"], revenue=["100", ""])
    assert (
        "Months 13–14 are not covered" not in drawn
    )  # the empty revenue is in the way, and is not nagged about
    assert "Enter the revenue" not in drawn
    drawn = check(cast, first=["1", "15"])
    assert "Months 13–14 are not covered and will earn 0." in drawn
    assert "<input" not in drawn
    assert 'hx-swap-oob="innerHTML"' in drawn
    assert "12 × 100.00" in drawn


def test_an_example_shows_percentages_as_money(cast: Cast) -> None:
    drawn = check(cast, unit=["amount", "percent"], revenue=["100", "60"], monthly="1,250")
    assert "12 × 750.00" in drawn
    assert '9,000<span class="k-dec">.00</span>' in drawn


def test_pasted_rows_replace_those_from_there_on_and_can_be_put_back(cast: Cast) -> None:
    page = check(cast, do="paste", at="first-1", pasted="From\tTo\tRevenue\n1\t6\t10,5\n7\t\t20%")
    assert 'value="10,5"' in page
    assert page.count("<fieldset") == 2
    earlier = page.split('name="earlier" value="')[1].split('"')[0]
    back = check(cast, do="back", earlier=earlier.replace("&quot;", '"'))
    assert 'value="80"' in back
    assert "Put them back" not in back


def test_a_paste_that_cannot_be_read_leaves_everything_as_it_was(cast: Cast) -> None:
    page = check(cast, do="paste", at="first-1", pasted="1\t12\t100\n13\t24\tabc")
    assert "Nothing was pasted. Line 2: “abc” is not an amount." in page
    assert 'value="80"' in page


@pytest.mark.parametrize("earlier", ["", "[", "[[1]]", '{"a": 1}', '[["1","2","3","no"]]', "null"])
def test_nothing_to_put_back_puts_nothing_back(cast: Cast, earlier: str) -> None:
    assert 'value="80"' in check(cast, do="back", earlier=earlier)


def test_an_edit_that_was_overtaken_shows_what_it_reads_now_and_saves_the_second_time(cast: Cast) -> None:
    row = make_formula(cast.ada)
    mine = GOOD | {"reason": "Mine", "version": "1", "revenue": ["100", "70"]}
    theirs = GOOD | {"reason": "Theirs", "version": "1", "revenue": ["90", "80"]}
    cast.browser("olive").post(url("formula_edit", row.pk), theirs)
    asked = cast.browser("ada").post(url("formula_edit", row.pk), mine)
    page = text(asked)
    assert "This formula was changed meanwhile." in page
    assert "Months 1–12: 90.00 USD; months 13–24: 80.00 USD" in page
    assert 'value="70"' in page
    assert cast.browser("ada").post(url("formula_edit", row.pk), mine | {"version": "2"}).status_code == 302
    assert saved(cast)[0].schedule == rules((1, 12, "100"), (13, 24, "70"))


def test_a_copy_is_looked_over_before_it_is_saved(cast: Cast) -> None:
    row = make_formula(cast.ada)
    page = text(cast.browser("ada").get(url("formula_copy", row.pk)))
    assert 'value="Step down after a year, copy"' in page
    assert f'action="{url("formula_add")}"' in page
    assert len(saved(cast)) == 1


def test_archiving_offers_its_undo_and_an_archived_one_is_found_when_asked_for(cast: Cast) -> None:
    row = make_formula(cast.ada)
    assert cast.browser("ada").post(url("formula_archive", row.pk), {}).status_code == 422
    said = cast.browser("ada").post(url("formula_archive", row.pk), {"reason": "Replaced"}, follow=True)
    assert url("formula_restore", row.pk) in text(said)
    assert "Step down after a year" in text(cast.browser("ada").get(url("formulas") + "?archived=only"))
    cast.browser("ada").post(url("formula_restore", row.pk))
    assert not saved(cast)[0].is_archived


def test_the_list_of_formulas_asks_no_more_when_there_are_more(cast: Cast) -> None:
    make_formula(cast.ada)

    def grow() -> None:
        for number in range(6):
            make_formula(cast.ada, f"Another {number}")

    assert_queries_do_not_grow(cast.browser("ada"), url("formulas"), grow)


def test_the_number_of_contracts_leads_to_just_those(cast: Cast) -> None:
    used, unused = make_formula(cast.ada, "Used"), make_formula(cast.ada, "Unused")
    for number, formula in (("KT-1", used), ("KT-2", used), ("KT-3", None)):
        draft_with(cast, formula, number)
    page = text(cast.browser("ada").get(url("formulas")))
    assert f'href="{url("contracts")}?formula={used.pk}&amp;state=all">2 contracts</a>' in page
    assert f"?formula={unused.pk}" not in page
    listed = text(cast.browser("ada").get(url("contracts") + f"?formula={used.pk}&state=all"))
    assert "KT-1" in listed
    assert "KT-2" in listed
    assert "KT-3" not in listed


def draft_with(cast: Cast, formula: Formula | None, number: str) -> None:
    with in_workspace(cast.acme.pk):
        create_draft(
            workspace=cast.acme,
            by=cast.alex,
            details=Details("Platform", number, "Nordhavn Logistics", cast.alex),
            terms=make_terms((1, 12, "100"), (13, 24, "80"), period=24),
            formula=formula,
            now=NOW,
        )
