"""Whether this installation can work: asked by containers and load balancers at /health/."""

from celery import current_app
from django.contrib.auth.decorators import login_not_required
from django.db import Error, connection, transaction
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from kombu.exceptions import OperationalError


@login_not_required
@never_cache
@transaction.non_atomic_requests  # the transaction around a view would fail before the view can say so
def health(request: HttpRequest) -> JsonResponse:
    """200 while the database answers, else 503. Without the broker pages work on and jobs wait: still 200."""
    database, broker = _database_answers(), _broker_answers()
    states = {True: "up", False: "down"}
    return JsonResponse(
        {"database": states[database], "broker": states[broker]},
        status=200 if database else 503,
    )


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
    except Error:
        return False
    return True


def _broker_answers() -> bool:
    try:
        with current_app.connection_for_write() as broker:
            broker.ensure_connection(max_retries=0)
    except OperationalError:
        return False
    return True
