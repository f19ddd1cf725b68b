"""The Celery application, and what differs between those who ring (web, beat) and those who work."""

import os
import warnings
from typing import Any

from celery import Celery
from celery.platforms import SecurityWarning
from celery.signals import beat_init, celeryd_init

from kamtrak import embedded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kamtrak.settings")

app = Celery("kamtrak")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# A publisher gives up in milliseconds (settings). A worker waits for its broker and looks for it again.
WORKER_TRANSPORT = {"socket_connect_timeout": 5, "socket_timeout": 30, "socket_keepalive": True}


@celeryd_init.connect
def _worker_starts(conf: Any, **_: Any) -> None:
    embedded.ensure()
    conf.broker_transport_options = WORKER_TRANSPORT
    conf.broker_connection_retry_on_startup = True
    # As root in a container or a demo; messages are JSON, so nothing in them is ever executed.
    warnings.simplefilter("ignore", SecurityWarning)


@beat_init.connect
def _beat_starts(**_: Any) -> None:
    embedded.ensure()
