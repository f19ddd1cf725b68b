"""What was decided about rows that were derived with something that has changed since (rules 5.12)."""

from django.db import models

from kamtrak.freezing import frozen
from kamtrak.history import tracked
from transactions.models.catalog import CatalogItem
from transactions.models.imports import Import
from workspaces.models import Job, JobState, User, Workspace


@tracked()
class RowDecision(models.Model):
    """Rows moved, or stay as they are: how many, what they came to and would come to, and why.

    `item` and `currency` say which rows, where not all of those that waited were decided; `imported` says
    that it was the mapping of that import, and `mappings` which. `before` and `after` are what was seen, of
    revenue in the workspace currency. `job` carries out what concerns many.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    accepted = models.BooleanField()
    item = models.ForeignKey(CatalogItem, on_delete=models.PROTECT, null=True, related_name="+")
    currency = models.CharField(max_length=3, blank=True)
    imported = models.ForeignKey(Import, on_delete=models.PROTECT, null=True, related_name="+")
    rows = models.BigIntegerField()
    before = models.DecimalField(max_digits=48, decimal_places=4)
    after = models.DecimalField(max_digits=48, decimal_places=4)
    mappings = models.JSONField(null=True)  # of the import: {"before": …, "after": …}
    reason = models.CharField(max_length=500)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    job = models.ForeignKey(Job, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["workspace", "-at"], name="row_decisions_newest")]
        triggers = [frozen()]

    @property
    def is_partial(self) -> bool:
        """Whether the work stopped before all rows were decided: the others wait again."""
        return self.job is not None and self.job.state in (JobState.FAILED, JobState.CANCELLED)

    @property
    def said(self) -> str:
        """What became of the rows."""
        if self.job is not None and not self.job.is_over:
            return "are being derived again" if self.accepted else "are being kept as they were"
        if self.is_partial and self.imported_id is not None:
            return "wait as they did"  # a mapping is taken over by all rows of its import, or by none
        return "derived again" if self.accepted else "kept as they were"

    @property
    def icon(self) -> str:
        return "circle-check" if self.accepted else "ban"
