"""What one unit is worth from which day on: recorded, corrected, ended; each is a new row (rules 5.10)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from kamtrak.history import because
from kamtrak.lib.errors import Refused, Stale
from kamtrak.lib.months import Month, PeriodError
from transactions.models import CatalogItem, CatalogValue
from transactions.queries.catalog import newest_record, values_of
from transactions.rules.entries import (
    LABELS,
    MONEY_MEASURES,
    Dated,
    find_unfit,
    in_force,
    newest_of_each_day,
)
from transactions.services.following import catalog_changed
from transactions.services.guards import reason_of
from workspaces.models import Membership, Workspace
from workspaces.services.locks import hold_alone
from workspaces.services.settings import Held

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
        new = [value for value in values if value not in newest_of_each_day(known).values()]
        if not new:
            return 0
        if seen is not None and newest_record(item) != seen:
            raise Stale("The values were changed meanwhile. See what they are now, then save again.")
        _refuse_nothing_to_end(known, new)
        rows = [(item.pk, value) for value in new]
        recorded = record_values(workspace=workspace, by=by, values=rows, reason=reason, now=now)
        catalog_changed(workspace=workspace, items=[item.pk], now=now)
    return recorded


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


def held_by_values(workspace: Workspace, what: Held) -> list[str]:
    """The currency is held by every value per unit that is money: it would be worth something else."""
    if what is not Held.CURRENCY:
        return []
    money = CatalogValue.objects.filter(workspace=workspace, value__gt=0)
    number = money.filter(measure__in=[measure.value for measure in MONEY_MEASURES]).count()
    return [f"{number:,} catalog value{'' if number == 1 else 's'}"] if number else []


def _refuse_nothing_to_end(known: Sequence[Dated], new: Sequence[Dated]) -> None:
    for value in new:
        if value.value is None and value.measure not in in_force(known, value.valid_from):
            said = f"{value.valid_from:%-d %b %Y}"
            raise Refused(f"{LABELS[value.measure]} has no value on {said} that could end.", "valid_from")


def _refuse_unfit(value: Dated) -> None:
    try:
        Month.of(value.valid_from)  # refuses years that nobody means
    except PeriodError as problem:
        raise Refused(str(problem), "valid_from") from problem
    unfit = None if value.value is None else find_unfit(value.measure, value.value)
    if unfit:
        raise Refused(f"{unfit.reason} {unfit.repair}", value.measure.value)
