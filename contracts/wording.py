"""How pages and the history speak of contracts, formulas and hand-overs; versions of a schedule are told
on the contract's page."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from contracts.models import Contract, Formula, HandOver
from contracts.rules import Rule, Terms, duration_label, months_said, rules_from_json
from kamtrak.lib.money import grouped, share_text
from workspaces.models import Workspace
from workspaces.queries.wording import Naming, Row, Wording, describe, name_rows

ALONE = frozenset({"owner_id", "revision", "updated_at"})  # what a hand-over changes on the contract itself


def revenue_said(rule: Rule, currency: str) -> str:
    """`10,000.00 USD`, `60 %`; a dash while it is not filled."""
    if rule.revenue is None:
        return "–"
    return (
        f"{share_text(rule.revenue)} %"
        if rule.is_percent
        else f"{grouped(rule.revenue, currency)} {currency}"
    )


def rules_said(rules: Sequence[Rule], currency: str) -> str:
    """`Months 1–12: 100.00 USD; months 13 onwards: 60 %`."""
    said = "; ".join(f"{months_said(r.first, r.last)}: {revenue_said(r, currency)}" for r in rules)
    return said[:1].upper() + said[1:]


def terms_said(terms: Terms) -> str:
    """`24 months from March 2026 · USD · monthly revenue 10,000.00`."""
    months = f"{terms.period} {'month' if terms.period == 1 else 'months'}"
    said = f"{months} from {terms.first_month.first:%B %Y}, {terms.kind.label.lower()} · {terms.currency}"
    monthly = terms.monthly
    return said if monthly is None else f"{said} · monthly revenue {grouped(monthly, terms.currency)}"


# ------------------------------------------------------------------ the history


def _rules(value: Any, row: Row, workspace: Workspace) -> str:
    return rules_said(rules_from_json(value), str(row["currency"]))


def _amount(value: Any, row: Row, workspace: Workspace) -> str:
    currency = str(row["currency"])
    return f"{grouped(Decimal(str(value)), currency)} {currency}"


def _duration(value: Any, row: Row, workspace: Workspace) -> str:
    return duration_label(str(value))


def _period(value: Any, row: Row, workspace: Workspace) -> str:
    return f"{value} month{'' if value == 1 else 's'}"


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
FORMULA = Wording(
    noun="Formula",
    title="{name}",
    labels={"archived_at": "Archived"},
    hidden=frozenset({"key"}),
    printers={"rules": _rules},
)


def install() -> None:
    name_rows(Contract, Naming(("number", "name"), "{} {}".format))
    describe(Contract, CONTRACT)
    describe(HandOver, HAND_OVER)
    describe(Formula, FORMULA)
