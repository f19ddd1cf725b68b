from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.apps import AppConfig


class ContributionsConfig(AppConfig):
    name = "contributions"
    verbose_name = "Contributions"

    def ready(self) -> None:
        from contracts.services.panels import register_beside, register_panel
        from contributions import wording
        from contributions.queries import transactions as rows
        from contributions.queries.attachments import stored_names
        from contributions.queries.closes_beside import closes_beside
        from contributions.queries.contracts import contract_panel
        from contributions.queries.rates import currency_uses
        from contributions.queries.uses import client_uses
        from contributions.services.doubles import refresh_doubles
        from contributions.services.figures import EARLIER, MISSING, mark_moves, settle_figures
        from contributions.services.files import FILE_JOB, may_bring
        from contributions.services.holds import follow_currency, held_by_contributions
        from contributions.services.transactions import follow_rows
        from fx.services.followers import Follower, in_turn, register_follower
        from transactions.services.citations import Citing, register_citing
        from workspaces.models import Membership, Workspace
        from workspaces.queries.causes import Causes, Kind, register_causes
        from workspaces.queries.clients import register_client_uses
        from workspaces.services.deletion import register_files
        from workspaces.services.jobs import JobKind, Run, register_job
        from workspaces.services.settings import register_currency_follower, register_holder

        def add(run: Run) -> dict[str, Any]:
            from contributions.sources.adding import run_adding  # only workers read files

            return run_adding(run)

        def allowed(member: Membership, params: dict[str, Any]) -> bool:
            return may_bring(member)

        def look_again(workspace: Workspace, clients: Collection[int] | None, now: datetime) -> None:
            refresh_doubles(workspace=workspace, clients=clients, now=now)

        citing = Citing(rows.cited_rows, rows.told_citations, follow_rows, rows.transaction_panel, look_again)
        register_citing(citing)
        register_job(FILE_JOB, JobKind(add, allowed, title="Contributions from rows", unit="rows"))
        register_causes(Causes(Kind.RATE, f"^{MISSING}"), Causes(Kind.CHANGE, f"^{EARLIER}$"))
        register_holder(held_by_contributions)
        register_currency_follower(follow_currency)
        register_follower(Follower(settle_figures, in_turn(settle_figures, mark_moves), currency_uses))
        register_files(stored_names)
        register_client_uses(client_uses)
        register_panel(contract_panel)
        register_beside(closes_beside)
        wording.install()
