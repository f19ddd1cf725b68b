"""Celery doors of contracts."""

from celery import shared_task
from django.utils import timezone

from contracts.services.confirming import renew_everywhere


@shared_task
def renew_contracts() -> None:
    """Hourly, since a day begins in each workspace at another hour; a term is confirmed once."""
    renew_everywhere(now=timezone.now())
