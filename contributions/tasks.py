"""Celery doors of this app."""

from celery import shared_task
from django.utils import timezone

from fx.services.followers import settle_everywhere


@shared_task
def settle_rates() -> None:
    """Own rates settle when their day has ended, in each workspace's own time zone (rules 6.5)."""
    settle_everywhere(now=timezone.now())
