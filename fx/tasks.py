"""Celery doors of this app."""

from celery import shared_task
from django.utils import timezone

from fx.sources import fetching


@shared_task(soft_time_limit=600)  # three tries with their deadlines, and the figures that follow
def fetch_rates() -> None:
    fetching.fetch_rates(now=timezone.now())
