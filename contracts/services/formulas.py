"""Configuring trailing revenue formulas: templates that no contract changes (rules 4.3, 4.4)."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from contracts.models import Formula
from contracts.rules import (
    Rule,
    check_schedule,
    errors_in,
    in_order,
    questions_in,
    rules_to_json,
    template_months,
)
from contracts.rules.schedules import ZERO
from kamtrak.history import because
from kamtrak.lib.errors import Refused, Stale
from workspaces.models import Membership, Workspace
from workspaces.rules import Right, UnfitName, clean_name, name_key


@dataclass(frozen=True)
class Template:
    """What a person says about a formula. `currency` is that of its amounts; `accepted`: negative revenue was
    asked about and answered with yes."""

    name: str
    currency: str
    rules: Sequence[Rule]
    accepted: bool = False


def create_formula(
    *, workspace: Workspace, by: Membership, template: Template, now: datetime, once: str | None = None
) -> Formula:
    """Keep a formula. The same opened form (`once`) is saved once.

    Raises Refused with the field that has to change, and Stale where the form was saved already and says
    something else by now.
    """
    _may_keep(by)
    fields = _checked(workspace, template)
    if saved := _saved(workspace, once):
        return _unchanged(saved, fields)
    try:
        with _unique_name(template.name):
            return Formula.objects.create(
                workspace=workspace, created_at=now, updated_at=now, once=once, **fields
            )
    except (Refused, IntegrityError):  # sent twice at once: the other one has saved it
        saved = _saved(workspace, once)
        if saved is None:
            raise
        return _unchanged(saved, fields)


def edit_formula(
    *, formula: Formula, by: Membership, template: Template, version: int, reason: str, now: datetime
) -> Formula:
    """Save a changed formula over exactly the version that was on the form. No contract changes with it.

    Raises Stale where it was saved meanwhile, and Refused.
    """
    _may_keep(by)
    _said(reason)
    with _unique_name(template.name), because(reason=reason.strip()):
        current = _locked(formula)
        if current.version != version:
            raise Stale("This formula was changed meanwhile. See what changed, then save again.")
        if current.is_archived:
            raise Refused("This formula was archived meanwhile. Restore it first.")
        _save(current, now, **_checked(current.workspace, template, kept=current.currency))
    return current


def archive_formula(*, formula: Formula, by: Membership, reason: str, now: datetime) -> None:
    """Offer it no longer. It stays on record, and contracts keep the rules that they copied (rules 4.4)."""
    _may_keep(by)
    _said(reason)
    with transaction.atomic(), because(reason=reason.strip()):
        current = _locked(formula)
        if not current.is_archived:
            _save(current, now, archived_at=now)


def restore_formula(*, formula: Formula, by: Membership, reason: str, now: datetime) -> None:
    """Offer it again, if nobody was given its name meanwhile."""
    _may_keep(by)
    with _unique_name(formula.name), because(reason=reason):
        current = _locked(formula)
        if current.is_archived:
            _save(current, now, archived_at=None)


# ------------------------------------------------------------------ what they share


def _may_keep(by: Membership) -> None:
    if not by.can(Right.MASTERS):
        raise Refused("Administrators keep the formulas.")


def _said(reason: str) -> None:
    if not reason.strip():
        raise Refused("Say why: the reason is kept in the history.", "reason")


def _locked(formula: Formula) -> Formula:
    return Formula.objects.select_for_update(of=("self",)).select_related("workspace").get(pk=formula.pk)


def _save(current: Formula, now: datetime, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(current, name, value)
    current.version, current.updated_at = current.version + 1, now
    current.save()


def _checked(workspace: Workspace, template: Template, kept: str = "") -> dict[str, Any]:
    """The columns, once they hold together; a formula of percentages alone has no currency."""
    try:
        name = clean_name(template.name, "The name")
    except UnfitName as problem:
        raise Refused(str(problem), "name") from problem
    rules = in_order(template.rules)
    currency = "" if all(rule.is_percent for rule in rules) else template.currency
    if currency not in ("", kept, *workspace.currencies):
        raise Refused(f"{currency} is not enabled in this workspace.", "currency")
    found = check_schedule(rules, months=template_months(rules), monthly=ZERO, currency=currency)
    if errors := errors_in(found):
        raise Refused(errors[0].message, "rules")
    if (asked := questions_in(found)) and not template.accepted:
        raise Refused(asked[0].message, "accepted")
    return {"name": name, "key": name_key(name), "currency": currency, "rules": rules_to_json(rules)}


def _saved(workspace: Workspace, once: str | None) -> Formula | None:
    """What this opened form has saved already."""
    return Formula.objects.filter(workspace=workspace, once=once).first() if once else None


def _unchanged(saved: Formula, fields: dict[str, Any]) -> Formula:
    """What this form has saved. Raises Stale where the form now says something else."""
    if any(getattr(saved, name) != value for name, value in fields.items()):
        raise Stale("This form was saved already, with other rules. Save again to keep this as one more.")
    return saved


@contextmanager
def _unique_name(name: str) -> Iterator[None]:
    """Turns the database's refusal of a name that is in use into one for the person."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as problem:
        if "formula_names_are_unique" not in str(problem):
            raise
        raise Refused(
            f"There is a formula “{name.strip()}” already. Choose another name.", "name"
        ) from problem
