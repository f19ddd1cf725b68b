"""`manage.py issue_document review --workspace demo --person EMAIL --period 2026Q3 -o review.pdf`"""

import argparse
import shutil
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from kamtrak.lib.errors import Refused
from kamtrak.lib.money import grouped
from kamtrak.lib.months import PeriodError
from kamtrak.tenancy import in_workspace
from reports.models import Document
from reports.pdf.job import issue_now
from reports.queries.documents import review_of
from reports.services.documents import open_document
from workspaces.models import Membership, Workspace
from workspaces.queries.people import members


class Command(BaseCommand):
    help = "Issue a document at once, without a worker, and write its PDF."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("kind", choices=["review"], help="the performance review")
        parser.add_argument("--workspace", required=True, metavar="SLUG", help="as in the address: demo")
        parser.add_argument("--person", required=True, metavar="EMAIL", help="whom the document is about")
        parser.add_argument("--period", required=True, help="a quarter like 2026Q3, or a year like FY2026")
        parser.add_argument("--by", metavar="EMAIL", help="who issues it; without, the person does")
        parser.add_argument("-o", "--output", type=Path, help="where to write it; without, <number>.pdf")

    def handle(self, *args: Any, **options: Any) -> None:
        output: Path | None = options["output"]
        if output is not None and not output.absolute().parent.is_dir():
            raise CommandError(f"There is no folder {output.absolute().parent}.")
        try:
            document = self._issue(options)
            target = output or Path(f"{document.number}.pdf")
            with (
                in_workspace(document.workspace_id),
                open_document(document) as file,
                target.open("wb") as copy,
            ):
                shutil.copyfileobj(file, copy)
        except (Refused, PeriodError, OSError) as problem:
            raise CommandError(str(problem)) from problem
        self._report(document, target)

    def _issue(self, options: dict[str, Any]) -> Document:
        workspace = Workspace.objects.filter(slug=options["workspace"]).first()
        if workspace is None:
            raise CommandError(f"There is no workspace “{options['workspace']}”.")
        with in_workspace(workspace.pk):
            person = self._member(workspace, options["person"])
            by = self._member(workspace, options["by"] or options["person"])
        if by.ended_at is not None:
            raise CommandError(f"{by.user.email} is no longer a member. Name who issues it with --by EMAIL.")
        period = workspace.calendar.period(options["period"])
        return issue_now(workspace=workspace, by=by, person=person, period=period, now=timezone.now())

    def _member(self, workspace: Workspace, email: str) -> Membership:
        found = members(workspace, ended=True).filter(user__email__iexact=email.strip()).first()
        if found is None:
            raise CommandError(f"{email} is not a member of {workspace.slug}.")
        return found

    def _report(self, document: Document, target: Path) -> None:
        review = review_of(document)
        self.stdout.write(f"{document.number}  Performance review {review.period_label}, {review.person}")
        for line in review.totals:
            figure = "unknown" if line.known is None else grouped(line.known, review.currency)
            later = f"  later changes {grouped(line.later, review.currency)}" if line.later else ""
            self.stdout.write(f"  {line.type.label:<20}{figure:>20} {review.currency}{later}")
        if review.contracts is not None:
            sums = review.contracts.sums
            for said, amount in (
                ("Contracts as confirmed", sums.confirmed),
                ("Contracts current", sums.current),
            ):
                figure = grouped(amount, review.currency)
                self.stdout.write(f"  {said:<22}{figure:>18} {review.currency}, a view of the same money")
        if review.imported is not None:
            figure = grouped(review.imported.total.converted, review.currency)
            self.stdout.write(f"  {'Imported revenue':<22}{figure:>18} {review.currency}, another view of it")
        self.stdout.write(f"  {document.rows_count:,} rows, {document.size:,} bytes, written to {target}")
        self.stdout.write(f"  data SHA-256 {document.data_sha256}")
        if document.contracts_sha256:
            self.stdout.write(f"  contracts SHA-256 {document.contracts_sha256}")
        if document.transactions_sha256:
            self.stdout.write(f"  transactions SHA-256 {document.transactions_sha256}")
        self.stdout.write(f"  file SHA-256 {document.file_sha256}")
