from importlib import import_module

from django.apps import AppConfig


class KamtrakConfig(AppConfig):
    name = "kamtrak"

    def ready(self) -> None:
        import_module("kamtrak.celery")  # or a task's `delay` would ring at Celery's default broker
