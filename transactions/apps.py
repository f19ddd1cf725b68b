from collections.abc import Callable
from typing import Any

from django.apps import AppConfig
from django.utils.module_loading import import_string


def _lazy(door: str) -> Callable[[Any], dict[str, Any]]:
    """A job that is loaded when it is worked off: only workers read files."""

    def work(run: Any) -> dict[str, Any]:
        done: dict[str, Any] = import_string(f"transactions.{door}")(run)
        return done

    return work


class TransactionsConfig(AppConfig):
    name = "transactions"
    verbose_name = "Transactions"

    def ready(self) -> None:
        from fx.services.followers import Follower, register_follower
        from transactions import wording
        from transactions.pipeline import deciding, following, weighing
        from transactions.pipeline.following_people import owner_confirmed
        from transactions.pipeline.following_rates import currency_uses, rates_changed, settle_rates
        from transactions.queries import waiting
        from transactions.queries.catalog_plans import FILE_JOB
        from transactions.queries.uses import client_uses
        from transactions.services.catalog_files import may_bring
        from transactions.services.following import Following, register_following
        from transactions.services.holds import held_by_transactions, stored_files
        from transactions.services.imports import CHECK, COMMIT, LOOK, UNDO, lead_back, may_work
        from transactions.services.proposals import DECIDE
        from workspaces.models import Membership
        from workspaces.queries.causes import register_causes, register_rows
        from workspaces.queries.clients import register_client_uses
        from workspaces.services.deletion import register_files
        from workspaces.services.jobs import JobKind, register_job
        from workspaces.services.settings import register_holder

        def allowed(member: Membership, params: dict[str, Any]) -> bool:
            return may_bring(member)

        add = _lazy("sources.catalog_adding.run_adding")
        register_job(FILE_JOB, JobKind(add, allowed, title="Catalog entries from a file", unit="entries"))
        for kind, door, title in (
            (LOOK, "opening.run_look", "A file is looked at"),
            (CHECK, "checking.run_check", "A file is checked"),
            (COMMIT, "committing.run_commit", "Transactions are imported"),
            (UNDO, "undoing.run_undo", "An import is undone"),
        ):
            step = _lazy(f"pipeline.{door}")
            register_job(kind, JobKind(step, may_work, title=title, stopped=lead_back))
        may = deciding.may_decide
        compare = JobKind(weighing.run_comparison, may, title="What would move is worked out", unit="rows")
        decide = JobKind(deciding.run_decision, may, title="Transactions are decided", unit="rows")
        register_job(weighing.COMPARE, compare)
        register_job(DECIDE, decide)
        register_job(following.FOLLOW, following.KIND)
        register_follower(Follower(settle_rates, rates_changed, currency_uses, job=following.FOLLOW))
        register_causes(*waiting.CAUSES)
        register_rows(waiting.OF_ROWS)
        register_holder(held_by_transactions)
        register_files(stored_files)
        register_client_uses(client_uses)
        register_following(Following(following.catalog_changed, owner_confirmed, following.ways_changed))
        wording.install()
