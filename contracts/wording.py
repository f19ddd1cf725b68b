"""How the history speaks of contracts and hand-overs; versions of a schedule are on the contract's page."""

from decimal import Decimal
from typing import Any

from contracts.models import Contract, HandOver
from contracts.rules import Rule, duration_label, months_said, rules_from_json
from kamtrak.lib.money import grouped, share_text
from workspaces.models import Workspace
from workspaces.queries.wording import Naming, Row, Wording, describe, name_rows

ALONE = frozenset({"owner_id", "revision", "updated_at"})  # what a hand-over changes on the contract itself


def _amount(value: Any, row: Row, workspace: Workspace) -> str:
    currency = str(row["currency"])
    return f"{grouped(Decimal(str(value)), currency)} {currency}"


def _duration(value: Any, row: Row, workspace: Workspace) -> str:
    return duration_label(str(value))


def _period(value: Any, row: Row, workspace: Workspace) -> str:
    return f"{value} month{'' if value == 1 else 's'}"


def _rules(value: Any, row: Row, workspace: Workspace) -> str:
    """`months 1–12: 100.00 · months 13 onwards: 60 %`."""
    return " · ".join(_rule(rule, str(row["currency"])) for rule in rules_from_json(value))


def _rule(rule: Rule, currency: str) -> str:
    revenue = rule.revenue or Decimal(0)
    earns = f"{share_text(revenue)} %" if rule.is_percent else grouped(revenue, currency)
    return f"{months_said(rule.first, rule.last)}: {earns}"


def _handed(row: Row, before: Row | None) -> bool:
    """A confirmed contract changes its owner by a hand-over, which tells of it, with its month and reason."""
    if before is None or row["added_at"] is None:
        return False
    changed = {name for name, value in row.items() if not name.startswith("pgh_") and before[name] != value}
    return changed <= ALONE


CONTRACT = Wording(
    noun="Contract",
    title="{number} {name}",
    labels={
        "kind": "Type",
        "start_on": "Start",
        "monthly": "Monthly revenue",
        "formula_name": "Formula",
        "rules": "Revenue",
        "confirmed_on": "Confirmed on",
        "added_at": "Added",
        "cancelled_on": "Cancelled on",
        "cancel_reason": "Reason of the cancellation",
        "voided_at": "Voided",
        "void_reason": "Reason of the void",
    },
    hidden=frozenset(
        {"number_key", "first_owner", "formula", "last_month", "added_by", "created_by", "revision"}
    ),
    printers={"monthly": _amount, "duration": _duration, "period": _period, "rules": _rules},
    silent=_handed,
)
HAND_OVER = Wording(
    noun="Hand-over",
    title="{contract} to {owner}",
    labels={"first": "From", "previous": "Before"},
    hidden=frozenset({"reason", "handed_at", "handed_by"}),
)


def install() -> None:
    name_rows(Contract, Naming(("number", "name"), "{} {}".format))
    describe(Contract, CONTRACT)
    describe(HandOver, HAND_OVER)
