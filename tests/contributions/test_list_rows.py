"""One line of the list: what each cell says of a contribution in each of its states (rules 3, 6)."""

from datetime import UTC, date, datetime
from decimal import Decimal as D
from typing import Any, cast

from contributions.queries.listing import Listed
from contributions.views.present import ListRow, list_row

URL = "/w/acme/contributions/7/"


def drawn(**changes: Any) -> ListRow:
    row = {
        "pk": 7,
        "type": "direct",
        "earned_on": date(2026, 3, 4),
        "client_name": "Nordhavn",
        "description": "Won the depot",
        "basis": "one_off",
        "share": D("100.0000"),
        "amount": D("48000.0000"),
        "amount_currency": "EUR",
        "voided_at": None,
        "earlier_rate": False,
        "owner_name": "Tom Okafor",
        "evidence": 0,
        "credited": D("48000.0000"),
        "rate": D("1.168200000000"),
        "rate_day": date(2026, 3, 4),
        "rate_source": "published",
        "converted": D("56073.6000"),
        "provisional": False,
        "doubled": False,
        "repeats": False,
    }
    return list_row(cast(Listed, row | changes), "USD", URL, "Q1 2026")


def test_a_figure_leads_to_its_page_and_its_rate_shows_its_day() -> None:
    row = drawn()
    assert (row["earned"], row["void"], row["tags"]) == ("4 Mar 2026", False, "")
    assert f'<a class="k-fig" href="{URL}">56,073<span class="k-dec">.60</span></a>' in row["figure"]
    assert row["rate"] == '1.1682<div class="k-d">4 Mar 2026</div>'


def test_a_row_in_the_currency_of_the_workspace_has_no_rate_to_show() -> None:
    assert "no conversion" in drawn(amount_currency="USD", rate=D(1))["rate"]


def test_a_provisional_figure_is_underlined_with_dashes() -> None:
    assert 'class="k-fig k-prov"' in drawn(provisional=True)["figure"]


def test_a_row_without_a_rate_is_unknown_and_leads_to_why() -> None:
    row = drawn(rate=None, rate_day=None, converted=None)
    assert row["figure"] == f'<span class="k-unknown">— <a href="{URL}">no rate</a></span>'
    assert "no rate" in row["rate"]


def test_a_voided_row_says_so_and_shows_no_figure() -> None:
    row = drawn(voided_at=datetime(2026, 5, 1, tzinfo=UTC))
    assert row["void"]
    assert "voided, not counted" in row["figure"]
    assert "56,073" not in row["figure"]
    assert row["tags"] == ' <span class="k-tag k-tag-bad">voided</span>'


def test_what_is_special_stands_behind_the_description() -> None:
    row = drawn(
        basis="per_year", share=D("40.0000"), credited=D("19200.0000"), earlier_rate=True, doubled=True
    )
    tags = ("per year", "40 % of 48,000.00 EUR", "earlier rate", "possible double")
    assert [text for text in tags if f">{text}</span>" in row["tags"]] == list(tags)
    assert "19,200" in row["amount"]


def test_a_voided_row_is_no_double() -> None:
    assert "possible double" not in drawn(doubled=True, voided_at=datetime(2026, 5, 1, tzinfo=UTC))["tags"]


def test_names_and_texts_stay_text() -> None:
    row = drawn(owner_name="<b>Tom</b>")
    assert "<b>" not in row["owner"]


def test_a_long_description_is_cut() -> None:
    assert drawn(description="x" * 91)["description"] == "x" * 89 + "…"
