"""How pages and the history speak of contracts and formulas."""

from collections.abc import Sequence
from typing import Any

from contracts.models import Formula
from contracts.rules import Rule, Terms, months_said, rules_from_json
from kamtrak.lib.money import grouped, share_text
from workspaces.models import Workspace
from workspaces.queries.wording import Row, Wording, describe


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


FORMULA = Wording(
    noun="Formula",
    title="{name}",
    labels={"archived_at": "Archived"},
    hidden=frozenset({"key"}),
    printers={"rules": _rules},
)


def install() -> None:
    describe(Formula, FORMULA)
