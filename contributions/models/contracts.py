"""Contributions and the contracts that they came from (rules 3.9)."""

from django.db import models

from contracts.models import Contract
from contributions.models.contributions import Contribution
from kamtrak.history import tracked
from workspaces.models import Workspace


@tracked()
class ContractLink(models.Model):
    """This deal is that contract: evidence on both pages, never a reason to add the two (rules 1.7)."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    contribution = models.ForeignKey(Contribution, on_delete=models.CASCADE, related_name="contract_links")
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="contribution_links")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "contribution", "contract"], name="contract_is_linked_once"
            )
        ]
