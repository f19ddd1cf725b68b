"""Files kept as evidence of a contribution."""

from django.db import models

from contributions.models.contributions import Contribution
from kamtrak.history import tracked
from workspaces.models import User, Workspace


@tracked()
class Attachment(models.Model):
    """A file behind a contribution. Its place in the storage is made here, never from the given name."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    contribution = models.ForeignKey(Contribution, on_delete=models.PROTECT, related_name="attachments")
    name = models.CharField(max_length=200)
    path = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "path"], name="attachment_has_its_place"),
            models.UniqueConstraint(
                fields=["workspace", "contribution", "sha256"],
                condition=models.Q(removed_at=None),
                name="file_is_attached_once",
            ),
            models.CheckConstraint(condition=models.Q(size__gt=0), name="attachment_is_not_empty"),
        ]

    def __str__(self) -> str:
        return self.name
