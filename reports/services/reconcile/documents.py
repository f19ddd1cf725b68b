"""Proofs of issued documents."""

from collections.abc import Iterator
from datetime import date

from reports.queries.documents import issued_documents
from reports.services.proving import verify_document
from reports.services.reconcile.proof import Proof, same
from workspaces.models import Workspace


def prove_documents(workspace: Workspace, today: date) -> Iterator[Proof]:
    """Each issued document: printed figures = copied rows = embedded data = fingerprints (rules 7.2)."""
    for document in issued_documents(workspace).order_by("issued_at", "pk"):
        wrong = "; ".join(verify_document(document).problems)
        yield same(
            "document = its own snapshot", document.number, document=wrong or "intact", snapshot="intact"
        )
