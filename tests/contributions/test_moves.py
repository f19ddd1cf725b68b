"""Settled figures that a changed rate would move: seen before and after, then accepted or declined."""

from datetime import date
from decimal import Decimal
from typing import Any

import pghistory.models
import pytest

from contributions.models import Contribution
from kamtrak.tenancy import in_workspace
from tests.cast import Cast
from tests.fx.builders import make_contribution, make_own_rate, own, publish
from workspaces.models import Alert

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
MOVES = "/w/acme/rates/moves/"
SEPTEMBER = date(2026, 9, 30)


@pytest.fixture
def moved(cast: Cast) -> Contribution:
    """1,000 EUR settled at 1.10 = 1,100.00 USD; an own rate of 1.25 would make it 1,250.00."""
    publish()
    row = make_contribution(cast.alex, "1000", "EUR")
    make_own_rate(cast.acme, cast.ada, own("EUR", "USD", SEPTEMBER, "1.25"))
    return row


def now_of(cast: Cast, row: Contribution) -> Contribution:
    with in_workspace(cast.acme.pk):
        return Contribution.objects.get(pk=row.pk)


def page(cast: Cast, name: str = "ada") -> str:
    response = cast.browser(name).get(MOVES)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def decide(cast: Cast, verb: str, reason: str = "House rate", seen: str | None = None) -> Any:
    if seen is None:
        seen = cast.browser("ada").get(MOVES).context["form"]["seen"].value()
    return cast.browser("ada").post(MOVES, {verb: "1", "reason": reason, "seen": seen})


@pytest.mark.parametrize("verb", ["accept", "decline"])
def test_what_waits_for_a_decision_is_an_alert_until_it_is_decided(
    cast: Cast, moved: Contribution, verb: str
) -> None:
    with in_workspace(cast.acme.pk):
        alert = Alert.objects.get(key="earlier-rate")
    assert (alert.title, alert.rows, alert.state) == ("Figures made with an earlier rate", 1, "open")
    assert MOVES in cast.browser("ada").get("/w/acme/alerts/").content.decode()
    decide(cast, verb)
    with in_workspace(cast.acme.pk):
        assert Alert.objects.get(key="earlier-rate").state == "resolved"


def test_the_page_shows_before_and_after_with_totals(cast: Cast, moved: Contribution) -> None:
    text = page(cast)
    for figure in ("1,100", "1,250", "+150"):
        assert figure in text
    assert "1.25" in text
    assert "Move 1 figure" in text
    assert "1 figure was</b>" not in text
    rates = cast.browser("ada").get("/w/acme/rates/").content.decode()
    assert "1 figure was made with an earlier rate." in rates
    assert MOVES in rates


def test_accepting_moves_the_figure_and_the_history_says_why(cast: Cast, moved: Contribution) -> None:
    assert decide(cast, "accept", "Treasury decided").status_code == 302
    row = now_of(cast, moved)
    assert (row.converted, row.rate_source, row.earlier_rate) == (Decimal("1250.00"), "own", False)
    with in_workspace(cast.acme.pk):
        events = pghistory.models.Events.objects.tracks(row).order_by("pgh_created_at")
        assert "Treasury decided" in [(event.pgh_context or {}).get("reason") for event in events]
    assert "Nothing waits" in page(cast)


def test_declining_keeps_the_figure_and_is_not_asked_again(cast: Cast, moved: Contribution) -> None:
    assert decide(cast, "decline", "Agreed at 1.10").status_code == 302
    row = now_of(cast, moved)
    assert (row.converted, row.earlier_rate) == (Decimal("1100.00"), False)
    make_own_rate(cast.acme, cast.ada, own("AED", "USD", SEPTEMBER, "0.272294"))  # another currency
    assert "Nothing waits" in page(cast)


def test_a_decision_needs_a_reason(cast: Cast, moved: Contribution) -> None:
    response = decide(cast, "accept", " ")
    assert response.status_code == 422
    assert now_of(cast, moved).converted == Decimal("1100.00")


def test_what_is_accepted_is_what_was_looked_at(cast: Cast, moved: Contribution) -> None:
    seen = cast.browser("ada").get(MOVES).context["form"]["seen"].value()
    make_own_rate(cast.acme, cast.ada, own("EUR", "USD", SEPTEMBER, "1.35"))
    response = decide(cast, "accept", seen=seen)
    assert response.status_code == 422
    assert "The rates have changed meanwhile." in response.content.decode()
    assert now_of(cast, moved).converted == Decimal("1100.00")
    assert decide(cast, "accept").status_code == 302
    assert now_of(cast, moved).converted == Decimal("1350.00")


def test_a_figure_that_would_become_unknown_says_so(cast: Cast) -> None:
    rate = make_own_rate(cast.acme, cast.ada, own("RUB", "USD", SEPTEMBER, "0.0125"))
    row = make_contribution(cast.alex, "1000", "RUB")
    cast.browser("ada").post(f"/w/acme/rates/{rate.pk}/withdraw/", {"reason": "Wrong"})
    text = page(cast)
    assert "without 1 that becomes unknown" in text
    assert "no rate" in text
    decide(cast, "accept")
    assert now_of(cast, row).converted is None


def test_only_who_keeps_the_rates_decides(cast: Cast, moved: Contribution) -> None:
    for name in ("alex", "mia", "audrey"):
        assert cast.browser(name).get(MOVES).status_code == 403
        assert cast.browser(name).post(MOVES, {"accept": "1", "reason": "x"}).status_code == 403
    assert cast.browser("sam").get(MOVES).status_code == 404
    assert (
        "An administrator decides whether they move."
        in cast.browser("alex").get("/w/acme/rates/").content.decode()
    )
    assert now_of(cast, moved).converted == Decimal("1100.00")
