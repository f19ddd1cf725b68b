"""manage.py reconcile: prove that every place shows the same money; exit 1 where it does not."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from kamtrak.tenancy import in_workspace
from reports.services.reconcile import Proof, prove
from workspaces.models import Workspace


class Command(BaseCommand):
    help = (
        "Prove: list = dashboard = export, totals of contracts = their months = their schedules, "
        "closed + later changes = now, each document = its snapshot."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--workspace", required=True, help="the slug of the workspace")
        parser.add_argument("--json", action="store_true", help="print the proofs as JSON")

    def handle(self, *args: Any, workspace: str, json: bool, **options: Any) -> None:
        found = Workspace.objects.filter(slug=workspace).first()
        if found is None:
            raise CommandError(f"There is no workspace “{workspace}”.")
        with in_workspace(found.pk):
            proofs = prove(found, found.day_of(timezone.now()))
        failed = [proof for proof in proofs if not proof.ok]
        self.stdout.write(_as_json(workspace, proofs) if json else _as_text(workspace, proofs, failed))
        if failed:
            sys.exit(1)


def _as_json(workspace: str, proofs: list[Proof]) -> str:
    lines = [{"name": p.name, "subject": p.subject, "ok": p.ok, "figures": p.figures} for p in proofs]
    return json.dumps({"workspace": workspace, "ok": all(p.ok for p in proofs), "checks": lines}, indent=2)


def _as_text(workspace: str, proofs: list[Proof], failed: list[Proof]) -> str:
    lines = [f"DIFFERS  {p.name}, {p.subject}: {p.figures}" for p in failed]
    return "\n".join([*lines, f"{workspace}: {len(proofs) - len(failed)} of {len(proofs)} proofs hold."])
