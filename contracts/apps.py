from typing import Any

from django.apps import AppConfig


class ContractsConfig(AppConfig):
    name = "contracts"
    verbose_name = "Contracts"

    def ready(self) -> None:
        from contracts import wording
        from contracts.queries.uses import client_uses
        from contracts.services.files import FILE_JOB, may_bring
        from contracts.services.holds import follow_currency, held_by_contracts
        from contracts.services.rates import MISSING, UNFROZEN, currency_uses, follow_rates, settle_rates
        from fx.services.followers import Follower, in_turn, register_follower
        from workspaces.models import Membership
        from workspaces.queries.causes import Causes, Kind, register_causes
        from workspaces.queries.clients import register_client_uses
        from workspaces.services.jobs import JobKind, Run, register_job
        from workspaces.services.settings import register_currency_follower, register_holder

        def add(run: Run) -> dict[str, Any]:
            from contracts.sources.adding import run_adding  # only workers read files

            return run_adding(run)

        def allowed(member: Membership, params: dict[str, Any]) -> bool:
            return may_bring(member)

        register_job(FILE_JOB, JobKind(add, allowed, title="Contracts from a file", unit="contracts"))
        register_causes(Causes(Kind.RATE, f"^{MISSING}"), Causes(Kind.RATE, f"^{UNFROZEN}"))
        register_holder(held_by_contracts)
        register_currency_follower(follow_currency)
        register_follower(Follower(settle_rates, in_turn(settle_rates, follow_rates), currency_uses))
        register_client_uses(client_uses)
        wording.install()
