"""manage.py fetch_rates: ask the European Central Bank for newer days now, whatever the schedule says."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from fx.models import FetchOutcome
from fx.queries import published_reach
from fx.sources.fetching import fetch_rates


class Command(BaseCommand):
    help = "Fetch newer published rates. Exits with 1 when there was no answer, or none to be believed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--accept-jumps",
            action="store_true",
            help="also take values that are more than 50 %% off the day before, once you have looked at them",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        fetch = fetch_rates(now=timezone.now(), accept_jumps=options["accept_jumps"], force=True)
        assert fetch is not None  # noqa: S101 - it was forced
        if fetch.outcome in (FetchOutcome.UNREACHABLE, FetchOutcome.REFUSED):
            raise CommandError(f"{fetch.get_outcome_display()}: {fetch.detail}")
        self.stdout.write(
            f"{fetch.added:,} rates added, {fetch.corrected:,} corrected, {fetch.refused:,} refused; "
            f"published rates end at {published_reach()}."
        )
        if fetch.detail:
            self.stdout.write(fetch.detail)
