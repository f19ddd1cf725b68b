"""Versions of the rates that rows were derived with (rules 6.5)."""

from django.db.models import QuerySet

from transactions.models import RowRate
from workspaces.models import Workspace


def newest_versions(workspace: Workspace, used: QuerySet[RowRate]) -> list[tuple[RowRate, RowRate]]:
    """Each of these versions with the newest one of its currency and day; two queries."""
    versions = list(used)
    held = RowRate.objects.filter(workspace=workspace, day__in={rate.day for rate in versions})
    newest = {(rate.currency, rate.day): rate for rate in held.order_by("version")}
    return [(rate, newest[rate.currency, rate.day]) for rate in versions]
