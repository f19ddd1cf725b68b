"""How the history speaks of contributions, closed quarters, achievements, their links, and files."""

from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, TextField
from django.db.models.functions import Cast

from contributions.models import (
    Achievement,
    AchievementLink,
    Attachment,
    ClosedPeriod,
    ContractLink,
    Contribution,
    TransactionLink,
)
from contributions.rules import Basis, RevenueType
from kamtrak.lib.money import grouped, rate_text, share_text
from workspaces.models import Workspace
from workspaces.queries.wording import Naming, Row, Wording, describe, name_rows


def _contribution(client: str, amount: str, currency: str) -> str:
    return f"{client}, {grouped(Decimal(amount), currency)} {currency}"


def _achievement(title: str, shared: bool, linked: bool) -> str:
    """Its title as it is now; of one that is private again, because it was unlinked, only that."""
    return title if shared or linked else "A private achievement"


def _amount(value: Any, row: Row, workspace: Workspace) -> str:
    currency = str(row["amount_currency"])
    return f"{grouped(Decimal(str(value)), currency)} {currency}"


def _converted(value: Any, row: Row, workspace: Workspace) -> str:
    return f"{grouped(Decimal(str(value)), workspace.currency)} {workspace.currency}"


def _share(value: Any, row: Row, workspace: Workspace) -> str:
    return f"{share_text(Decimal(str(value)))} %"


def _rate(value: Any, row: Row, workspace: Workspace) -> str:
    """A rate; what was declined may also have been that there is none any more, which is kept as 0."""
    return rate_text(Decimal(str(value))) if value else "none"


def _type(value: Any, row: Row, workspace: Workspace) -> str:
    return RevenueType(value).label


def _basis(value: Any, row: Row, workspace: Workspace) -> str:
    return Basis(value).label


CONTRIBUTION = Wording(
    noun="Contribution",
    title="{client}, {amount}",
    labels={
        "earned_on": "Earned on",
        "counts_on": "Counts on",
        "converted": "Converted",
        "rate_day": "Day of the rate",
        "earlier_rate": "Made with an earlier rate",
        "declined_rate": "Declined rate",
        "voided_at": "Voided",
        "void_reason": "Reason of the void",
    },
    hidden=frozenset(
        {"amount_currency", "credited", "rate_source", "rate_legs", "rate_inverse", "counts_on", "created_by"}
    ),
    printers={
        "amount": _amount,
        "converted": _converted,
        "share": _share,
        "rate": _rate,
        "declined_rate": _rate,
        "type": _type,
        "basis": _basis,
    },
)
QUARTER = Wording(
    noun="Close",
    title="{quarter}",
    labels={
        "closed_at": "Closed",
        "closed_by": "Closed by",
        "open_alerts": "Open alerts",
        "unknown_rows": "Unknown figures",
        "provisional_rows": "Provisional figures",
        "unknown_months": "Unknown months of contracts",
        "provisional_months": "Provisional months of contracts",
        "unknown_transactions": "Unknown transactions",
        "provisional_transactions": "Provisional transactions",
        "reopened_at": "Reopened",
        "reopened_by": "Reopened by",
        "reopen_reason": "Reason of the reopening",
    },
    hidden=frozenset({"currency"}),
)


def install() -> None:
    amount = Cast("amount", TextField())  # as a number of JSON it would be a float
    linked = Exists(AchievementLink.objects.filter(achievement=OuterRef("pk")))
    name_rows(Contribution, Naming(("client__name", amount, "amount_currency"), _contribution))
    name_rows(Achievement, Naming(("title", "shared", linked), _achievement))
    describe(Contribution, CONTRIBUTION)
    describe(ClosedPeriod, QUARTER)
    describe(
        Achievement,
        Wording(
            noun="Achievement",
            title="{title}",
            labels={"happened_on": "Date", "archived_at": "Archived"},
            hidden=frozenset({"owner"}),
            private=True,  # until it is shared or linked (rules 8.2), and its words change meanwhile
        ),
    )
    describe(AchievementLink, Wording(noun="Link", title="{achievement} behind {contribution}"))
    # Not everybody who reads the contribution reads the contract: its page names it to those who do.
    link = Wording(noun="Contract link", title="of {contribution}", hidden=frozenset({"contract"}))
    describe(ContractLink, link)
    link = Wording(noun="Transaction link", title="of {contribution}", hidden=frozenset({"transaction"}))
    describe(TransactionLink, link)
    describe(
        Attachment,
        Wording(
            noun="File",
            title="{name}",
            labels={"removed_at": "Removed", "contribution": "Behind"},
            hidden=frozenset({"path", "content_type", "size", "sha256", "added_by", "added_at"}),
        ),
    )
