"""How a workspace reads and derives its transactions, and the mappings that it keeps."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from kamtrak.history import tracked
from workspaces.models import User, Workspace


@tracked()
class TransactionWays(models.Model):
    """The settings of one workspace: what signs mean, whether taxes are removed, whether profit is measured.

    Without a row everything is as the defaults say.
    """

    workspace = models.OneToOneField(Workspace, on_delete=models.CASCADE, related_name="+")
    symbols = models.JSONField(default=dict)  # sign, case-folded -> currency code (rules 5.7)
    removes_tax = models.BooleanField(default=False)  # rules 5.9
    measures_profit = models.BooleanField(default=False)  # rules 5.8


@tracked(exclude=["key_fields"])
class Source(models.Model):
    """The named system that files come from: identity belongs to it (rules 5.14).

    `key_fields` are the fields that identify a row without a Unique ID, fixed by the first import; empty
    where rows are identified by their Unique ID. A source keeps them.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=200)
    key = models.CharField(max_length=400)
    by_id = models.BooleanField(null=True)  # None until its first import is committed
    key_fields = ArrayField(models.CharField(max_length=20), default=list)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "key"], name="sources_are_unique")]

    def __str__(self) -> str:
        return self.name


@tracked()
class SavedMapping(models.Model):
    """What was decided for a header, remembered so that the next file with it is mapped at once."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="mappings")
    header = ArrayField(models.CharField(max_length=200))
    header_key = models.CharField(max_length=64)  # a digest of the case-folded names, in their order
    mapping = models.JSONField()
    saved_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "header_key"], name="one_mapping_per_header")
        ]
