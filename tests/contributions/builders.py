"""Builders for contributions, and the handful of published rates that their figures are reckoned with."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from contributions.models import Contribution
from contributions.rules import RevenueType
from contributions.services.contributions import Entry, log_contribution
from fx.models import PublishedRate
from kamtrak.lib.months import Month, Quarter
from tests.cast import NOW, Cast
from workspaces.models import Membership, Workspace

Q1, Q2, Q3, Q4 = (Quarter(Month(2026, first)) for first in (1, 4, 7, 10))
REACHED = date(2026, 10, 30)
# What 1 EUR was worth. 30 Sep ends Q3 2026; 30 Oct is the newest day that was published.
RATES = {
    date(2026, 6, 30): {"USD": "1.1600", "GBP": "0.8500", "JPY": "170.00"},
    date(2026, 8, 7): {"USD": "1.1682", "GBP": "0.8640", "JPY": "172.40"},
    date(2026, 9, 30): {"USD": "1.1500", "GBP": "0.8700", "JPY": "171.20"},
    REACHED: {"USD": "1.1724", "GBP": "0.8659", "JPY": "172.85"},
}


def publish(rates: dict[date, dict[str, str]] | None = None) -> None:
    """Put rates on file as if they had been published."""
    PublishedRate.objects.bulk_create(
        PublishedRate(
            currency=code, day=day, value=Decimal(value), recorded_at=datetime(2026, 11, 1, tzinfo=UTC)
        )
        for day, values in (RATES if rates is None else rates).items()
        for code, value in values.items()
    )


def an_entry(amount: str = "1000", currency: str = "USD", **changes: Any) -> Entry:
    entry = Entry(
        client="Nordhavn Logistics",
        type=RevenueType.DIRECT,
        amount=Decimal(amount),
        currency=currency,
        quarter=Q3,
    )
    return replace(entry, **changes)


def log(
    cast: Cast,
    amount: str = "1000",
    currency: str = "USD",
    *,
    owner: Membership | None = None,
    workspace: Workspace | None = None,
    now: datetime = NOW,
    once: str | None = None,
    reason: str = "",
    **changes: Any,
) -> Contribution:
    """A contribution of alex, or of `owner`, logged by the service."""
    row = log_contribution(
        workspace=workspace or cast.acme,
        owner=owner or cast.alex,
        entry=an_entry(amount, currency, **changes),
        now=now,
        once=once,
        reason=reason,
    )
    row.refresh_from_db()
    return row
