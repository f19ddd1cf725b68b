"""Trailing revenue on the dashboard: as confirmed, or of the current schedules where wanted."""

from datetime import date
from decimal import Decimal as D

import pytest

from contracts.services.endings import cancel_contract
from kamtrak.tenancy import in_workspace
from tests.cast import NOW, Cast
from tests.contracts.builders import edit, make_contract, make_terms
from tests.contracts.test_sales_pages import follow_current, get, text
from tests.contributions.builders import log
from tests.test_query_counts import assert_queries_do_not_grow

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
HOME = "/w/acme/"


def an_entry(cast: Cast) -> None:
    """Without a contribution the dashboard only welcomes."""
    with in_workspace(cast.acme.pk):
        log(cast)


def some_contracts(cast: Cast) -> None:
    """12 × 100 from March 2026 for alex, lowered to 90; 12 × 50 for amir, cancelled in October."""
    an_entry(cast)
    first = make_contract(cast.alex, make_terms((1, 12, "100")))
    edit(first, cast.alex, make_terms((1, 12, "90")))
    second = make_contract(cast.amir, make_terms((1, 12, "50")), number="KT-2026-002", client="Castellan")
    with in_workspace(cast.acme.pk):
        cancel_contract(
            contract=second,
            by=cast.ada,
            on=date(2026, 10, 9),
            reason="Closed",
            revision=second.revision,
            now=NOW,
        )


def test_it_stands_as_confirmed_whatever_was_edited_since(cast: Cast) -> None:
    """Q4: 3 × 100 and 3 × 50, of which November and December are lost; Q1 still brings 2 × 100."""
    some_contracts(cast)
    said = text(get(cast, HOME))
    assert "Trailing revenue, as confirmed" in said
    assert "Q4 2026 450.00 USD , of it 100.00 lost by cancellation" in said
    assert "Q1 2027, forecast 200.00 USD still expected" in said
    assert "Later edits do not move these figures." in said


def test_the_forecast_months_of_its_table_add_up_to_the_forecast_that_it_prints(cast: Cast) -> None:
    """January and February: 100 and amir's 50, which is lost; 2 × 100 = 200.00 is still expected."""
    some_contracts(cast)
    said = text(get(cast, HOME))
    assert "As confirmed, USD Of it lost Still expected" in said
    assert "Jan 2027 forecast 150.00 50.00 100.00 Feb 2027 forecast 150.00 50.00 100.00" in said


def test_it_follows_the_current_schedules_where_the_workspace_does_and_says_so(cast: Cast) -> None:
    some_contracts(cast)
    follow_current(cast)
    said = text(get(cast, HOME))
    assert "Trailing revenue, current schedules" in said
    assert "Q4 2026 320.00 USD" in said  # 3 × 90 and October's 50
    assert "Q1 2027, forecast 180.00 USD" in said
    assert "This workspace shows the current schedules here." in said
    assert "as confirmed" not in said.partition("Trailing revenue, current")[2].partition("Alerts")[0]


def test_its_figures_lead_to_the_sales_dashboard_and_to_their_months(cast: Cast) -> None:
    some_contracts(cast)
    page = get(cast, f"{HOME}?period=2026Q4&staff={cast.amir.pk}").content.decode()
    staff = f"staff={cast.amir.pk}"
    assert f'href="/w/acme/sales/?period=2026Q4&amp;{staff}"' in page
    rows = f"/w/acme/sales/rows/?period=2026Q4&amp;{staff}"
    assert f'href="{rows}"' in page
    assert get(cast, rows.replace("&amp;", "&")).context["converted"] == D(150)
    assert f'href="{rows}&amp;month=2026-11"' in page
    assert get(cast, f"{rows}&month=2026-11".replace("&amp;", "&")).context["converted"] == D(50)
    ahead = f"/w/acme/sales/rows/?period=2027Q1&amp;{staff}&amp;kind=still"
    assert f'href="{ahead}"' in page
    assert get(cast, ahead.replace("&amp;", "&")).context["converted"] == D(0)


def test_everybody_sees_the_trailing_revenue_of_their_own_scope(cast: Cast) -> None:
    some_contracts(cast)
    assert "Q4 2026 300.00 USD" in text(get(cast, HOME, "alex"))
    assert "Q4 2026 300.00 USD" in text(get(cast, HOME, "mia"))


def test_without_a_contract_it_offers_to_add_one(cast: Cast) -> None:
    an_entry(cast)
    said = text(get(cast, HOME, "alex"))
    assert "No contract confirmed yet. Add a contract" in said
    assert "Add a contract" not in text(get(cast, HOME, "audrey"))


def more_contracts(cast: Cast) -> None:
    for number in range(6):
        make_contract(
            cast.amir,
            make_terms((1, 60, "100"), period=60, currency="JPY"),
            number=f"more {number}",
            client=f"Client {number}",
        )


def test_the_dashboard_asks_no_more_with_more_contracts(cast: Cast) -> None:
    some_contracts(cast)
    assert_queries_do_not_grow(cast.browser("olive"), HOME, lambda: more_contracts(cast))


@pytest.mark.parametrize("period", ["1900Q1", "FY1900", "2200Q4", "FY2200", "all"])
def test_it_is_answered_for_any_period(cast: Cast, period: str) -> None:
    some_contracts(cast)
    get(cast, f"{HOME}?period={period}")
    get(cast, f"/w/acme/sales/?period={period}")
