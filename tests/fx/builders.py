"""Plain builders for rates: a small market instead of the 221,702 rates of the real one."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from contributions.models import Contribution
from contributions.rules import RevenueType
from contributions.services.contributions import Entry, log_contribution
from fx.models import OwnRate
from fx.rules import OwnRate as Own
from fx.rules import Published
from fx.services.own import add_own_rate
from fx.services.published import Stored, store_published
from kamtrak.lib.months import Month, Quarter
from kamtrak.tenancy import in_workspace
from workspaces.models import Membership, Workspace

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LOADED = datetime(2026, 10, 30, 16, 0, tzinfo=UTC)
REACHED = date(2026, 10, 30)

# What 1 EUR was worth: Thursday and Friday, the end of a quarter, and the rouble's last days.
MARKET = {
    date(2026, 10, 30): {"USD": "1.1172", "GBP": "0.8338", "JPY": "175.68"},
    date(2026, 10, 29): {"USD": "1.1150", "GBP": "0.8340", "JPY": "175.00"},
    date(2026, 9, 30): {"USD": "1.1000", "GBP": "0.8500", "JPY": "170.00"},
    date(2026, 9, 29): {"USD": "1.0900", "GBP": "0.8400", "JPY": "169.00"},
    date(2022, 3, 1): {"USD": "1.1162", "RUB": "117.201"},
}


def rates_of(market: dict[date, dict[str, str]]) -> list[Published]:
    return [
        Published(code, day, Decimal(value))
        for day, values in market.items()
        for code, value in values.items()
    ]


def publish(market: dict[date, dict[str, str]] | None = None, now: datetime = LOADED) -> Stored:
    return store_published(rates=rates_of(MARKET if market is None else market), now=now)


def own(base: str, quote: str, day: date, value: str, until: date | None = None) -> Own:
    return Own(base, quote, day, Decimal(value), until)


def make_own_rate(workspace: Workspace, by: Membership, rate: Own, now: datetime = NOW) -> OwnRate:
    with in_workspace(workspace.pk):
        return add_own_rate(
            workspace=workspace, by=by, rate=rate, reason="House rate", now=now, confirmed=True
        )


def make_contribution(owner: Membership, amount: str, currency: str, **values: Any) -> Contribution:
    """A contribution of the third quarter of 2026, unless said otherwise."""
    workspace = owner.workspace
    entry: dict[str, Any] = {
        "client": "Nordhaven",
        "type": RevenueType.DIRECT,
        "amount": Decimal(amount),
        "currency": currency,
        "quarter": Quarter(Month(2026, 7)),
    }
    now = values.pop("now", NOW)
    with in_workspace(workspace.pk):
        if currency not in workspace.currencies:
            workspace.currencies = [*workspace.currencies, currency]
            workspace.save()
        return log_contribution(workspace=workspace, owner=owner, entry=Entry(**entry | values), now=now)
