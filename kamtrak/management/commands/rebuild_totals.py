"""manage.py rebuild_totals: make the maintained totals anew from their rows, after `reconcile` failed."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from contracts.services.totals import rebuild_totals
from kamtrak.tenancy import in_workspace
from transactions.services.totals import rebuild_row_totals
from workspaces.models import Workspace


class Command(BaseCommand):
    help = (
        "Make the totals of contracts anew from their months, and those of transactions from their rows. "
        "Whoever saves a contract or imports a file waits meanwhile."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--workspace", required=True, help="the slug of the workspace")

    def handle(self, *args: Any, workspace: str, **options: Any) -> None:
        found = Workspace.objects.filter(slug=workspace).first()
        if found is None:
            raise CommandError(f"There is no workspace “{workspace}”.")
        with in_workspace(found.pk):
            months, contracts = rebuild_totals(found)
            rows = rebuild_row_totals(found)
        self.stdout.write(
            f"{workspace}: totals of {months:,} month{'' if months == 1 else 's'} of a person "
            f"and {contracts:,} contract{'' if contracts == 1 else 's'} made anew, "
            f"and {rows:,} total{'' if rows == 1 else 's'} of transactions."
        )
