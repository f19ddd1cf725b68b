"""`manage.py export contracts --workspace demo --format csv -o contracts.csv`"""

import argparse
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from contracts.exports import all_contracts
from contributions.exports import all_contributions
from kamtrak.exports import XLSX_ROWS, Export, write_csv, write_xlsx
from kamtrak.tenancy import in_workspace
from transactions.exports import all_transactions
from workspaces.models import Workspace

KINDS: dict[str, Callable[[Workspace, date], Export]] = {
    "contracts": all_contracts,
    "contributions": all_contributions,
    "transactions": all_transactions,
}


class Command(BaseCommand):
    help = "Write everybody's rows of one kind into a file, in the columns of the page's own export."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("kind", choices=sorted(KINDS), help="what is written")
        parser.add_argument("--workspace", required=True, metavar="SLUG", help="as in the address: demo")
        parser.add_argument("--format", choices=["csv", "xlsx"], default="csv", help="without, csv")
        parser.add_argument("-o", "--output", type=Path, required=True, metavar="FILE", help="where to")

    def handle(self, *args: Any, **options: Any) -> None:
        workspace = Workspace.objects.filter(slug=options["workspace"]).first()
        if workspace is None:
            raise CommandError(f"There is no workspace “{options['workspace']}”.")
        output: Path = options["output"]
        try:
            rows = self._write(workspace, options["kind"], options["format"], output)
        except OSError as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(f"{rows:,} rows written to {output}")

    def _write(self, workspace: Workspace, kind: str, wanted: str, output: Path) -> int:
        with in_workspace(workspace.pk):
            export = KINDS[kind](workspace, workspace.day_of(timezone.now()))
            if wanted == "xlsx" and (count := export.count()) > XLSX_ROWS:
                raise CommandError(f"A sheet holds {XLSX_ROWS:,} rows; these are {count:,}. Write a CSV.")
            with output.open("wb") as file:
                return write_xlsx(export, file) if wanted == "xlsx" else write_csv(export, file)
