"""Addresses and forms that nobody could have meant: every page still answers, none falls over."""

from urllib.parse import urlencode

import pytest

from tests.cast import Cast, make_alert, make_client
from tests.contributions.builders import publish

pytestmark = pytest.mark.django_db

HUGE, NUL = "9" * 5000, "a\x00b"
LOOKUP = {"base": "EUR", "quote": "USD"}
CHECK = {"client": "x", "type": "direct", "amount": "5", "currency": "USD", "quarter": "2026Q3"}


@pytest.mark.parametrize(
    ("page", "query"),
    [
        ("", {"period": "2200Q4"}),
        ("", {"period": "1900Q1"}),
        ("contributions/", {"period": "FY2200"}),
        ("contributions/", {"period": "FY1900"}),
        ("contributions/", {"sort": "amount", "after": "1~1~1e999999"}),
        ("contributions/", {"sort": "-converted", "before": "1~1~1e999999"}),
        ("contracts/", {"sort": "current", "after": "1~1e-20000"}),
        ("contributions/check/", {**CHECK, "earned_on": "0001-01-01"}),
        ("clients/", {"after": NUL}),
        ("alerts/", {"assigned": HUGE}),
        ("alerts/", {"assigned": "٣"}),
        ("history/", {"person": HUGE}),
        ("history/", {"day": "9999-12-31"}),
        ("history/", {"day": "0001-01-01"}),
        ("rates/", {**LOOKUP, "day": "0001-01-01"}),
        ("rates/", {**LOOKUP, "day": "9999-12-31"}),
        ("rates/", {"currency": NUL}),
    ],
)
def test_a_page_answers_an_address_that_nobody_could_have_meant(
    cast: Cast, page: str, query: dict[str, str]
) -> None:
    publish()
    response = cast.browser("olive").get(f"/w/acme/{page}?{urlencode(query)}")
    assert response.status_code == 200


@pytest.mark.parametrize(
    "earlier",
    [
        "[" * 200_000,
        '["own", [["\\ud800", "2", "3", "amount"]]]',
        '["\\ud800", [["1", "2", "3", "amount"]]]',
        '["own", [[{}, [], null, "amount"]]]',
        '["own", [["1", "2", "3", {}]]]',
        '[null, {"abcd": 1}]',
        "5",
    ],
)
def test_earlier_rows_that_no_form_wrote_are_none(cast: Cast, earlier: str) -> None:
    sent = {"do": "back", "earlier": earlier, "basis": "formula", "revenue": "77"}
    answer = cast.browser("alex").post("/w/acme/contracts/add/", sent)
    assert answer.status_code == 200
    assert 'value="77"' in answer.content.decode()


@pytest.mark.parametrize("code", ["1900Q1", "2200Q4", "9999Q4"])
def test_a_quarter_that_nobody_could_mean_does_not_exist(cast: Cast, code: str) -> None:
    assert cast.browser("olive").get(f"/w/acme/quarters/{code}/").status_code == 404


def test_a_number_that_no_row_bears_is_no_choice(cast: Cast) -> None:
    alert, client = make_alert(cast.acme), make_client(cast.acme, "Nordhavn")
    browser = cast.browser("olive")
    assigned = browser.post(f"/w/acme/alerts/{alert.pk}/", {"action": "assign", "to": HUGE}, follow=True)
    assert "Choose a member of this workspace." in assigned.content.decode()
    named = browser.post(f"/w/acme/clients/{client.pk}/aliases/", {"remove": HUGE})
    assert named.status_code == 422


def test_a_way_back_with_a_line_break_loses_no_contribution(cast: Cast) -> None:
    sent = {**CHECK, "next": "/w/acme/\r\nSet-Cookie: x=1"}
    response = cast.browser("alex").post(
        "/w/acme/contributions/add/", sent, HTTP_HX_REQUEST="true", HTTP_HX_TARGET="dialog"
    )
    assert response.status_code == 204
    assert response["HX-Redirect"] == "/w/acme/%0D%0ASet-Cookie:%20x=1"
