"""Celery doors of this app: ids in, load, call."""

from celery import shared_task
from django.utils import timezone

from workspaces.services import jobs


@shared_task
def run_job(workspace_id: int, job_id: int) -> None:
    run = jobs.claim(workspace_id=workspace_id, job_id=job_id, now=timezone.now())
    if run is not None:
        jobs.execute(run=run, clock=timezone.now)


@shared_task
def sweep_jobs() -> None:
    jobs.sweep(now=timezone.now())
