"""What one unit is worth from which day on: recorded, corrected, withdrawn; each is a new row (rules
5.10)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from kamtrak.history import because
from kamtrak.lib.errors import Refused, Stale
from kamtrak.lib.months import PeriodError, possible_day
from transactions.models import CatalogItem, CatalogValue
from transactions.queries.catalog import newest_record, values_of
from transactions.rules import Measure
from transactions.rules.entries import Dated, find_unfit, standing
from transactions.services.following import catalog_changed
from transactions.services.guards import reason_of
from workspaces.models import Membership, Workspace
from workspaces.services.locks import hold_alone

WHAT = "the catalog"
SEVERAL = 1000  # rows per statement


def set_values(
    *,
    item: CatalogItem,
    by: Membership,
    values: Sequence[Dated],
    seen: int | None,
    reason: str,
    now: datetime,
) -> int:
    """Record values of an entry; for a day that has one it is a correction. How many say something new.

    `seen` is the newest record that was on the form (queries.newest_record), None where none was shown.
    Raises Stale where another one was made meanwhile, and Refused with the field.
    """
    reason = reason_of(by, reason, WHAT)
    if not values:
        raise Refused("Enter at least one value.", "value")
    with transaction.atomic(), because(reason=reason):
        workspace = hold_alone(item.workspace)
        known = values_of(item.workspace, [item.pk]).get(item.pk, [])
        new = [value for value in values if value not in standing(known).values()]
        if not new:
            return 0
        if seen is not None and newest_record(item) != seen:
            raise Stale("The values were changed meanwhile. See what they are now, then save again.")
        rows = [(item.pk, value) for value in new]
        recorded = record_values(workspace=workspace, by=by, values=rows, reason=reason, now=now)
        catalog_changed(workspace=workspace, by=by, items=[item.pk], reason=reason, now=now)
    return recorded


def withdraw_value(*, row: CatalogValue, by: Membership, reason: str, now: datetime) -> None:
    """Take back what was recorded for a day: the value before it goes on, where there is one.

    Raises Stale where it was corrected or withdrawn meanwhile, and Refused.
    """
    reason = reason_of(by, reason, WHAT)
    with transaction.atomic(), because(reason=reason):
        workspace = hold_alone(row.item.workspace)
        same = CatalogValue.objects.filter(item=row.item_id, measure=row.measure, valid_from=row.valid_from)
        if row.value is None or same.filter(pk__gt=row.pk).exists():
            raise Stale("This value was corrected or withdrawn meanwhile. See what is on record now.")
        gone = Dated(Measure(row.measure), row.valid_from, None)
        record_values(workspace=workspace, by=by, values=[(row.item_id, gone)], reason=reason, now=now)
        catalog_changed(workspace=workspace, by=by, items=[row.item_id], reason=reason, now=now)


def record_values(
    *,
    workspace: Workspace,
    by: Membership,
    values: Sequence[tuple[int, Dated]],
    reason: str,
    now: datetime,
) -> int:
    """Write these (entry, value) down; inside a transaction that holds the workspace. Raises Refused."""
    for _, value in values:
        _refuse_unfit(value)
    CatalogValue.objects.bulk_create(
        (
            CatalogValue(
                workspace=workspace,
                item_id=item,
                measure=value.measure.value,
                value=value.value,
                includes_tax=value.includes_tax,
                valid_from=value.valid_from,
                recorded_at=now,
                recorded_by=by.user,
                reason=reason,
            )
            for item, value in values
        ),
        batch_size=SEVERAL,
    )
    return len(values)


def _refuse_unfit(value: Dated) -> None:
    try:
        possible_day(value.valid_from)
    except PeriodError as problem:
        raise Refused(str(problem), "valid_from") from problem
    unfit = None if value.value is None else find_unfit(value.measure, value.value)
    if unfit:
        raise Refused(f"{unfit.reason} {unfit.repair}", value.measure.value)
