from typing import Any

from django.apps import AppConfig


class TransactionsConfig(AppConfig):
    name = "transactions"
    verbose_name = "Transactions"

    def ready(self) -> None:
        from fx.services.followers import Follower, register_follower
        from transactions import wording
        from transactions.pipeline import deciding, following
        from transactions.pipeline.following_people import owner_confirmed
        from transactions.pipeline.following_rates import currency_uses, mark_moved_rates, settle_rates
        from transactions.queries import waiting
        from transactions.queries.uses import client_uses
        from transactions.services.following import Following, register_following
        from transactions.services.holds import held_by_transactions, stored_files
        from transactions.services.imports import CHECK, COMMIT, LOOK, UNDO, may_work
        from workspaces.queries.causes import register_causes, register_rows
        from workspaces.queries.clients import register_client_uses
        from workspaces.services.deletion import register_files
        from workspaces.services.jobs import JobKind, Run, register_job
        from workspaces.services.settings import register_holder

        def look(run: Run) -> dict[str, Any]:
            from transactions.pipeline.opening import run_look  # only workers read files

            return run_look(run)

        def check(run: Run) -> dict[str, Any]:
            from transactions.pipeline.checking import run_check

            return run_check(run)

        def commit(run: Run) -> dict[str, Any]:
            from transactions.pipeline.committing import run_commit

            return run_commit(run)

        def undo(run: Run) -> dict[str, Any]:
            from transactions.pipeline.undoing import run_undo

            return run_undo(run)

        register_job(LOOK, JobKind(look, may_work, title="A file is looked at", unit="rows"))
        register_job(CHECK, JobKind(check, may_work, title="A file is checked", unit="rows"))
        register_job(COMMIT, JobKind(commit, may_work, title="Transactions are imported", unit="rows"))
        register_job(UNDO, JobKind(undo, may_work, title="An import is undone", unit="rows"))
        may = deciding.may_decide
        compare = JobKind(deciding.run_comparison, may, title="What would move is worked out", unit="rows")
        decide = JobKind(deciding.run_decision, may, title="Transactions are decided", unit="rows")
        register_job(deciding.COMPARE, compare)
        register_job(deciding.DECIDE, decide)
        register_job(following.FOLLOW, following.KIND)
        register_follower(Follower(settle=settle_rates, mark_moves=mark_moved_rates, uses=currency_uses))
        register_causes(*waiting.CAUSES)
        register_rows(waiting.OF_ROWS)
        register_holder(held_by_transactions)
        register_files(stored_files)
        register_client_uses(client_uses)
        register_following(Following(following.catalog_changed, owner_confirmed, following.ways_changed))
        wording.install()
