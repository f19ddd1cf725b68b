"""manage.py load_demo: the two workspaces of the demo. Again, it changes nothing."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils import timezone

from fx.queries import published_reach
from kamtrak.demo import sign_ins
from kamtrak.demo.houses import DEMO, HOUSES
from kamtrak.demo.loader import load_house
from kamtrak.demo.selling import load_sales


class Command(BaseCommand):
    help = "Load the demo workspaces and say who can sign in. A workspace that exists stays as it is."

    def handle(self, *args: Any, **options: Any) -> str:
        if published_reach() is None:
            call_command("load_rates", verbosity=0, stdout=self.stderr)
        now = timezone.now()
        for house in HOUSES:
            load_house(house, now)
        load_sales(DEMO, now)
        return sign_ins()
