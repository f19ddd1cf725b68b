from typing import Any

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = "Reports and documents"

    def ready(self) -> None:
        from reports.models import Document
        from reports.queries.documents import REVIEW_JOB, stored_names
        from reports.services.documents import held_by_documents, may_review
        from workspaces.models import Membership
        from workspaces.queries.wording import Wording, describe
        from workspaces.services.deletion import register_files
        from workspaces.services.jobs import JobKind, Run, register_job
        from workspaces.services.settings import register_holder

        def run(job: Run) -> dict[str, Any]:
            from reports.pdf.job import run_review  # only workers pay for loading the renderer

            return run_review(job)

        def allowed(member: Membership, params: dict[str, Any]) -> bool:
            return may_review(member, params["person"])

        register_job(REVIEW_JOB, JobKind(run, allowed, title="Performance review", unit="steps"))
        register_holder(held_by_documents)
        register_files(stored_names)
        describe(Document, Wording(noun="Document", private=True))  # its issuer's alone (rules 8.2)
