"""Editing one row by hand: a version on top of what was imported, which is kept (rules 5.15)."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from django.db import transaction

from kamtrak.lib.errors import Refused, Stale
from kamtrak.lib.months import PeriodError, possible_day
from kamtrak.reasons import kept_reason
from transactions.models import Edit, RowVersion, Transaction
from transactions.pipeline.meeting import ROWS
from transactions.pipeline.rederiving import Rederivation
from transactions.pipeline.refunds import follow_sales
from transactions.pipeline.voiding import refresh_voided
from transactions.rules import FIXED, Field, FieldKind
from transactions.services.alerts import refresh_alerts
from transactions.services.citations import look_again
from transactions.services.totals import hold_rows, totals_follow
from transactions.services.turns import next_turn
from workspaces.models import Membership
from workspaces.rules import Right


def may_edit(by: Membership, row: Transaction) -> bool:
    """Account managers edit rows of their own, administrators keep all imports (rules 8.2)."""
    return by.can(Right.MASTERS) or (by.can(Right.LOG) and row.owner_id == by.pk)


def edit_transaction(
    *,
    row: Transaction,
    values: Mapping[Field, str],
    protected: bool,
    reason: str,
    stamp: str,
    by: Membership,
    now: datetime,
) -> Transaction:
    """Lay these values over what the row provides. They are as `rules.lay_over` takes them; "" is blank.

    `stamp` is the turn of the version that was seen. `protected`: later imports do not overwrite it. Raises
    Refused for what cannot be derived from, and Stale where the row has changed meanwhile.
    """
    given = {known.value: text for known, text in values.items() if _fits(known, text)}
    with transaction.atomic():
        workspace = hold_rows(row.workspace)
        found = Transaction.objects.filter(workspace=workspace, pk=row.pk).select_related("edit", "origin")
        held = found.first()
        if held is None or str(held.turn) != stamp:
            raise Stale("This row was changed meanwhile. See what changed, then save again.")
        if not may_edit(by, held):
            raise Refused("This row is not yours to edit.")
        with totals_follow(workspace, [held.pk]):
            _lay(held, given, protected, reason, by, now)
            work = Rederivation(workspace, now)
            ((_, made),) = work.made([held.pk])
            if made.wrong:
                wrong = made.wrong[0]
                raise Refused(f"{wrong.reason} {wrong.repair}", wrong.field.value if wrong.field else None)
            work.rewrite([held.pk])
            work.rewrite(refresh_voided(workspace, [held.pk]))
        itself = f"select key from {ROWS} where id = {int(held.pk)}"  # noqa: S608 - our own name
        refunds = follow_sales(workspace, held.source_id, itself, now)
        refresh_alerts(workspace=workspace, now=now)
        moved = Transaction.objects.filter(workspace=workspace, pk__in=[held.pk, *refunds])
        clients = {held.client_id, *moved.values_list("client", flat=True)}
        look_again(workspace, now, {each for each in clients if each is not None})
    return Transaction.objects.get(pk=held.pk)


def _lay(
    row: Transaction, given: Mapping[str, str], protected: bool, reason: str, by: Membership, now: datetime
) -> None:
    """Move the version on top beneath, and put the edit on top; an edit of an edit holds both."""
    RowVersion.objects.create(
        workspace=row.workspace,
        row=row,
        turn=row.turn,
        origin=row.origin,
        line=row.line,
        cells=row.cells,
        edit=row.edit,
    )
    former = row.edit.values if row.edit else {}
    edit = Edit.objects.create(
        workspace=row.workspace,
        turn=next_turn(),
        on_turn=row.turn,
        on_line=0 if row.edit else row.line,
        number=row.occurrence,
        values={**former, **given},
        protected=protected,
        reason=kept_reason(reason),
        by=by.user,
        at=now,
    )
    Transaction.objects.filter(pk=row.pk).update(turn=edit.turn, edit=edit, protected=protected)


def _fits(known: Field, text: str) -> bool:
    """Whether the value can be laid over. Raises Refused."""
    if known in FIXED:
        raise Refused(f"“{known.label}” is what the row is known by: it cannot be edited.", known.value)
    try:
        if known is Field.DATE:
            possible_day(date.fromisoformat(text))
        elif known.kind is not FieldKind.TEXT and text and not Decimal(text).is_finite():
            raise ValueError
    except PeriodError as problem:
        raise Refused(str(problem), known.value) from problem
    except (ValueError, InvalidOperation) as problem:
        raise Refused(f"“{known.label}” cannot be read.", known.value) from problem
    return True
