"""Files of rows that people bring, between their upload and the moment their rows are added."""

from django.db import models

from workspaces.models.people import User
from workspaces.models.workspaces import Workspace


class BroughtFile(models.Model):
    """A file on its way in: kept as it came, so that what is added is what was checked.

    `decisions` are the answers to what the columns left open. `added` counts what it brought.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=200)
    content = models.BinaryField()
    decisions = models.JSONField(default=dict)
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    added_at = models.DateTimeField(null=True, blank=True)
    added = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name
