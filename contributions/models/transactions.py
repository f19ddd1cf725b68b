"""Contributions and the imported transactions that prove them (rules 3.9)."""

from django.db import models
from django.db.models import DO_NOTHING

from contributions.models.contributions import Contribution
from kamtrak.history import tracked
from transactions.models import Transaction
from workspaces.models import Workspace


@tracked()
class TransactionLink(models.Model):
    """This row is evidence of that deal: shown on both pages, never a reason to add the two (rules 1.7).

    The row is kept by a trigger per statement (kamtrak.references): a key would cost an undo of a million
    rows one question for each. What deletes rows takes the links away first (services.citations there).
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    contribution = models.ForeignKey(Contribution, on_delete=models.CASCADE, related_name="transaction_links")
    transaction = models.ForeignKey(
        Transaction,
        on_delete=DO_NOTHING,
        related_name="contribution_links",
        db_constraint=False,
        db_index=False,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "transaction", "contribution"], name="transaction_is_linked_once"
            )
        ]
