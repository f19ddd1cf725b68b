"""manage.py renew_contracts: confirm the terms that have begun now, whatever the schedule says."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from contracts.services.confirming import renew_everywhere


class Command(BaseCommand):
    help = "Confirm each term of a renewing contract that has begun. Running it again changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        renewed, failed = renew_everywhere(now=timezone.now())
        self.stdout.write(f"{renewed:,} {'term' if renewed == 1 else 'terms'} confirmed.")
        if failed:
            raise CommandError(f"{failed} contract{'' if failed == 1 else 's'} failed; the log says why.")
