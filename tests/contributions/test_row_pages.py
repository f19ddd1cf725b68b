"""The page of one contribution and the form that changes it: what they warn of, and what they must not."""

from typing import Any

import pytest
from django.urls import reverse

from contributions.services.contributions import void_contribution
from contributions.services.periods import close_quarter
from kamtrak.tenancy import in_workspace
from tests.cast import NOW, Cast
from tests.contributions.builders import Q3, log

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


def opened(cast: Cast, name: str, *args: Any, query: str = "") -> str:
    """What alex sees there."""
    url = reverse(name, args=["acme", *args])
    return cast.browser("alex").get(f"{url}?{query}").content.decode()


def test_a_refused_amount_is_told_once_where_it_is_read_back(cast: Cast) -> None:
    url = reverse("contribution_add", args=["acme"])
    sent = {"client": "Aomori", "type": "savings", "amount": "¥1,234.50", "currency": "JPY"}
    page = cast.browser("alex").post(url, {**sent, "quarter": "2026Q3"}).content.decode()
    assert page.count("<span>Yen has no decimals. Enter 1,234 or 1,235.</span>") == 1


def test_what_was_voided_before_the_close_has_not_changed_since(cast: Cast) -> None:
    with in_workspace(cast.acme.pk):
        before, after = log(cast, "1000"), log(cast, "2000")
        void_contribution(contribution=before, by=cast.alex, reason="Logged twice", now=NOW)
        close_quarter(workspace=cast.acme, quarter=Q3, by=cast.mia, reason="", now=NOW)
        void_contribution(contribution=after, by=cast.alex, reason="Withdrawn", now=NOW)
    assert "What changed" not in opened(cast, "contribution", before.pk)
    assert "What changed" in opened(cast, "contribution", after.pk)
