"""Celery doors of this app."""

import logging

from celery import shared_task
from django.utils import timezone

from contributions.services.doubles import refresh_doubles
from fx.services.followers import settle_everywhere
from kamtrak.tenancy import in_workspace
from workspaces.models import Workspace

log = logging.getLogger(__name__)


@shared_task
def settle_rates() -> None:
    """Own rates settle when their day has ended, in each workspace's own time zone (rules 6.5)."""
    settle_everywhere(now=timezone.now())


@shared_task
def look_for_doubles() -> None:
    """Hourly: what contracts, merged clients, prices and rates have made alike since, or no longer alike."""
    for workspace in Workspace.objects.order_by("pk"):
        try:
            with in_workspace(workspace.pk):
                refresh_doubles(workspace=workspace, now=timezone.now())
        except Exception:  # one that fails is looked at again by the next schedule; the others go on
            log.exception("double counting in workspace %s was not looked for", workspace.pk)
