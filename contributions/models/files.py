"""Files of contributions on their way in."""

from django.db import models

from workspaces.models import BroughtFile, Job, User


class ContributionsFile(BroughtFile):
    """Rows that somebody brought, as a file or pasted; `added` counts what they became.

    `job` is the work that adds many. Once undone, every contribution that it brought is voided (rules 3.10).
    """

    job = models.OneToOneField(Job, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    undone = models.PositiveIntegerField(default=0)
    undo_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(undone_at=None, undo_reason="")
                | models.Q(undone_at__isnull=False, added_at__isnull=False) & ~models.Q(undo_reason=""),
                name="contributions_file_undo_has_a_reason",
            )
        ]
        indexes = [
            models.Index(
                fields=["workspace", "uploaded_by", "-uploaded_at"], name="contributions_file_newest"
            )
        ]
