"""Celery doors of transactions."""

import logging

from celery import shared_task
from django.utils import timezone

from kamtrak.tenancy import in_workspace
from transactions.pipeline.following_people import match_owners
from workspaces.models import Workspace

log = logging.getLogger(__name__)


@shared_task
def match_owners_everywhere() -> None:
    """Hourly: whoever has joined gets the rows that bear their address (rules 5.19)."""
    for workspace in Workspace.objects.order_by("pk"):
        try:
            with in_workspace(workspace.pk):
                match_owners(workspace=workspace, now=timezone.now())
        except Exception:  # one workspace that fails is tried again by the next schedule; the others go on
            log.exception("owners of workspace %s were not matched", workspace.pk)
