"""Period, staff, filters, sorting and pages: all of it in the address."""

import re
from datetime import date
from typing import Any

import pytest

from kamtrak.lib.months import FiscalCalendar, Month, Quarter
from tests.look.drawing import draw

CALENDAR = FiscalCalendar()
TODAY = date(2026, 9, 22)
SELECTOR = "{% period_selector calendar period today %}"


def period(code: str) -> dict[str, Any]:
    return {"calendar": CALENDAR, "period": CALENDAR.period(code), "today": TODAY}


def test_the_selector_steps_to_the_quarter_before_and_keeps_the_other_parameters():
    drawn = draw(SELECTOR, "/c?staff=2&after=abc&period=2026Q3", **period("2026Q3"))
    assert 'href="?staff=2&amp;period=2026Q2" aria-label="Previous, Q2 2026"' in drawn


def test_no_step_leads_into_a_future_quarter():
    assert 'aria-label="Next' not in draw(SELECTOR, **period("2026Q3"))
    assert 'aria-label="Next, Q3 2026"' in draw(SELECTOR, **period("2026Q2"))


def test_forecasts_may_look_ahead():
    drawn = draw("{% period_selector calendar period today ahead=2 %}", **period("2026Q4"))
    assert 'aria-label="Next, Q1 2027"' in drawn


def test_a_year_steps_by_years_and_all_periods_do_not_step():
    assert 'aria-label="Previous, FY 2025"' in draw(SELECTOR, **period("FY2026"))
    assert 'aria-label="Previous' not in draw(SELECTOR, **period("all"))


def test_the_menu_offers_four_years_or_back_to_the_first_quarter():
    assert "FY 2023" in draw(SELECTOR, **period("2026Q3"))
    assert "FY 2022" not in draw(SELECTOR, **period("2026Q3"))
    longer = "{% period_selector calendar period today first=first %}"
    assert "FY 2019" in draw(longer, first=Quarter(Month(2019, 4)), **period("2026Q3"))


def test_the_current_period_is_marked_for_everybody():
    drawn = draw(SELECTOR, **period("2026Q3"))
    assert 'href="?period=2026Q3" aria-current="true" aria-label="Q3 2026">Q3</a>' in drawn


def test_a_fiscal_year_from_april_is_labelled_as_the_workspace_calls_it():
    april = FiscalCalendar(start_month=4)
    drawn = draw(SELECTOR, calendar=april, period=april.period("2027Q2"), today=TODAY)
    assert "Q2 2027" in drawn


def test_the_staff_select_keeps_the_filters_and_knows_who_is_chosen():
    drawn = draw("{% staff_select people %}", "/c?staff=2&q=Nord&before=x", people=[(1, "Tom"), (2, "Maren")])
    assert '<input type="hidden" name="q" value="Nord">' in drawn
    assert "before" not in drawn
    assert '<option value="2" selected>Maren</option>' in drawn
    assert "<noscript><button" in drawn


def test_a_filter_is_a_menu_of_links_and_can_be_cleared():
    types = [("direct", "Direct revenue"), ("savings", "Cost savings")]
    drawn = draw("{% chip 'Type' 'type' types any_label='All 4' %}", "/c?type=direct&q=x", types=types)
    assert 'popovertarget="chip-type">Type <b>Direct revenue</b>' in drawn
    assert '<a href="?q=x" aria-label="Clear type">' in drawn
    assert 'href="?type=savings&amp;q=x">Cost savings</a>' in drawn


def test_choosing_in_a_menu_keeps_what_stands_before_and_after_in_the_address():
    choices = [("a b", "A"), ("c&d", "C")]
    drawn = draw(
        "{% chip 'Type' 'type' choices %}", "/c?q=x+y&type=a+b&after=z&staff=1&staff=2", choices=choices
    )
    assert 'href="?q=x+y&amp;type=c%26d&amp;staff=1&amp;staff=2">C</a>' in drawn
    assert 'href="?q=x+y&amp;type=a+b&amp;staff=1&amp;staff=2" aria-current="true">A' in drawn
    assert 'href="?q=x+y&amp;staff=1&amp;staff=2">Any</a>' in drawn


def test_a_filter_that_is_not_set_says_any():
    assert "Type <b>All 4</b>" in draw("{% chip 'Type' 'type' types any_label='All 4' %}", "/c", types=[])


def test_searching_keeps_the_other_filters():
    drawn = draw("{% filters placeholder='Client' %}more{% endfilters %}", "/c?type=direct&q=Nord&after=z")
    assert '<input type="hidden" name="type" value="direct">' in drawn
    assert re.search(r'<input[^>]* name="q"[^>]* value="Nord"', drawn)
    assert 'name="after"' not in drawn


@pytest.mark.parametrize(
    ("address", "sort", "state"),
    [
        ("/c", "earned", 'aria-sort="descending"'),
        ("/c?sort=earned", "-earned", 'aria-sort="ascending"'),
        ("/c?sort=-earned", "earned", 'aria-sort="descending"'),
        ("/c?sort=amount", "earned", ""),
    ],
)
def test_a_header_sorts_and_says_how(address, sort, state):
    drawn = draw("{% sort_th 'earned' 'Earned' default='-earned' %}", address)
    assert f'href="?sort={sort}"' in drawn
    assert state in drawn
    assert state or "aria-sort" not in drawn


def test_an_amount_sorts_largest_first():
    assert 'href="?sort=-amount"' in draw("{% sort_th 'amount' 'Amount' css='k-r' first='-' %}")


def test_the_foot_of_a_list_counts_and_turns_pages():
    drawn = draw("{% pager shown=50 total=1204 after='k1' noun='contributions' %}", "/c?q=x&after=k0")
    assert "50 of 1,204 contributions" in drawn
    assert 'href="?q=x&amp;after=k1" rel="next"' in drawn
    assert "Previous" not in drawn


def test_the_foot_of_a_list_is_not_read_as_its_total():
    assert "1–50 of 1,204 rows<" in draw("{% pager shown=50 total=1204 after='k1' %}", "/c?q=x")
    assert "50 transactions on this page<" in draw("{% pager shown=50 after='k1' noun='transactions' %}")
    assert "7 transactions<" in draw("{% pager shown=7 noun='transactions' %}")


def test_the_foot_of_a_list_counts_one_as_one():
    assert "1 of 1 account<" in draw("{% pager shown=1 total=1 noun='accounts' %}")
    assert "1 of 2 accounts<" in draw("{% pager shown=1 total=2 noun='accounts' %}")


def test_nothing_found_offers_to_clear_one_filter_or_all_but_never_the_period():
    drawn = draw(
        "{% nothing_found text clear='currency' clear_label='Clear the currency' %}",
        "/c?period=2026Q3&q=Nordh&currency=GBP",
        text="No contribution in Q3 2026 matches “Nordh” with currency GBP.",
    )
    assert '<a class="btn btn-sm" href="?period=2026Q3&amp;q=Nordh">Clear the currency</a>' in drawn
    assert '<a class="btn btn-sm btn-quiet" href="?period=2026Q3">Clear all filters</a>' in drawn


def test_what_somebody_typed_is_never_markup():
    drawn = draw("{% filters placeholder='Client' %}{% endfilters %}", "/c?q=%22%3E%3Cscript%3E")
    assert "<script>" not in drawn


def test_a_filter_of_hundreds_is_searched_and_keeps_the_others_and_not_the_place() -> None:
    chip = "{% search_chip 'Client' 'client' '/w/acme/contracts/clients/contracts/' chosen='Nordhavn' %}"
    drawn = draw(chip, "/c?client=7&type=fixed&after=z")
    assert 'popovertarget="chip-client">Client <b>Nordhavn</b>' in drawn
    assert '<a href="?type=fixed" aria-label="Clear client">' in drawn
    assert (
        'hx-get="/w/acme/contracts/clients/contracts/?client=7&amp;type=fixed" hx-trigger="toggle once"'
        in drawn
    )
    assert 'action="/w/acme/contracts/clients/contracts/"' in drawn
    assert '<input type="hidden" name="type" value="fixed">' in drawn
    assert "after" not in drawn


def test_a_searched_filter_that_is_not_set_says_any() -> None:
    drawn = draw("{% search_chip 'Client' 'client' '/of/' %}", "/c")
    assert "Client <b>Any</b>" in drawn
    assert 'hx-get="/of/" hx-trigger="toggle once"' in drawn
