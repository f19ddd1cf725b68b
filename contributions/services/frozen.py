"""Copying a row as it stands, for closes and documents."""

from typing import Any

from contributions.models import Contribution

_SAME = (
    "owner_id",
    "type",
    "quarter",
    "earned_on",
    "counts_on",
    "basis",
    "share",
    "credited",
    "rate",
    "rate_day",
    "rate_source",
    "rate_legs",
    "rate_inverse",
    "provisional",
    "earlier_rate",
    "converted",
    "description",
)


def frozen_fields(row: Contribution) -> dict[str, Any]:
    """The columns of a FrozenRow for this contribution; owner and client (with survivor) must be loaded."""
    client = row.client.survivor or row.client
    return {
        **{name: getattr(row, name) for name in _SAME},
        "contribution_id": row.pk,
        "owner_name": str(row.owner),
        "client_id": client.pk,
        "client_name": client.name,
        "amount": row.amount.amount,
        "currency": row.currency,
    }
