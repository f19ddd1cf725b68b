"""Contracts whose months or confirmation wait for a rate: one alert per currency (rules 5.11, 6.6)."""

from datetime import date
from typing import Any

import pytest

from contracts.rules import ContractType
from contracts.services import rates
from contracts.services.confirming import renew_everywhere
from contracts.services.endings import void_contract
from kamtrak.tenancy import in_workspace
from tests.cast import NOW, Cast
from tests.contracts.builders import make_contract, make_terms
from tests.fx.builders import make_own_rate, own
from workspaces.models import Alert
from workspaces.services.alerts import Cause, raise_alert

pytestmark = pytest.mark.django_db


@pytest.fixture
def raised(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The keys of the alerts that were looked after, in order."""
    keys: list[str] = []

    def raises(*, cause: Cause, **given: Any) -> Alert | None:
        keys.append(cause.key)
        return raise_alert(cause=cause, **given)

    monkeypatch.setattr(rates, "raise_alert", raises)
    return keys


def alerts(cast: Cast) -> dict[str, tuple[str, int]]:
    with in_workspace(cast.acme.pk):
        return {alert.key: (alert.state, alert.rows) for alert in Alert.objects.all()}


def test_saving_a_contract_looks_after_the_alerts_of_its_own_currency(cast: Cast, raised: list[str]) -> None:
    """Nothing is published, so that neither EUR nor GBP has a rate."""
    euros = make_contract(cast.alex, make_terms(currency="EUR"), number="KT-1")
    make_contract(cast.alex, make_terms(currency="GBP"), number="KT-2")
    assert raised == [
        "contract-rate:EUR",
        "confirmation-rate:EUR",
        "contract-rate:GBP",
        "confirmation-rate:GBP",
    ]
    make_contract(cast.alex, make_terms(), number="KT-3")
    assert len(raised) == 4
    with in_workspace(cast.acme.pk):
        void_contract(contract=euros, by=cast.ada, reason="Twice", revision=euros.revision, now=NOW)
    assert alerts(cast) == {
        "contract-rate:EUR": ("resolved", 1),
        "confirmation-rate:EUR": ("resolved", 1),
        "contract-rate:GBP": ("open", 1),
        "confirmation-rate:GBP": ("open", 1),
    }


def test_renewals_look_after_the_alerts_once(cast: Cast, raised: list[str]) -> None:
    yearly = make_terms((1, None, "100"), kind=ContractType.ROLL_OVER, currency="EUR")
    for number in range(3):
        make_contract(cast.alex, yearly, number=f"KT-{number}")
    raised.clear()
    assert renew_everywhere(now=NOW.replace(year=2027)) == (3, 0)
    assert raised == ["contract-rate:EUR", "confirmation-rate:EUR"]
    assert alerts(cast)["contract-rate:EUR"] == ("open", 3)


def test_months_that_a_rate_parts_are_told_apart(cast: Cast) -> None:
    """A contract of 2026 in pounds, with a rate for May and June alone."""
    make_own_rate(cast.acme, cast.ada, own("GBP", "USD", date(2026, 5, 1), "1.3", date(2026, 6, 30)))
    make_contract(cast.alex, make_terms(currency="GBP"), number="KT-1")
    with in_workspace(cast.acme.pk):
        first, second = Alert.objects.order_by("-key")
    assert first.key == "contract-rate:GBP"
    assert "No rate to USD for " in first.detail
    assert " – April 2026 and July 2026 – " in first.detail
    assert "was on file on 23 Nov 2026" in second.detail
