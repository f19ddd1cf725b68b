"""The one inbox into which every domain raises what needs a person."""

from django.db import models

from kamtrak.history import tracked
from workspaces.models.people import Membership
from workspaces.models.workspaces import Workspace


class Severity(models.TextChoices):
    INFORMATION = "information", "Information"
    WARNING = "warning", "Warning"
    ERROR = "error", "Error"


class AlertState(models.TextChoices):
    OPEN = "open", "Open"
    REVIEWED = "reviewed", "Reviewed"
    DISMISSED = "dismissed", "Dismissed"
    RESOLVED = "resolved", "Resolved"


LIVE = (AlertState.OPEN, AlertState.REVIEWED)


@tracked()
class Alert(models.Model):
    """One cause that needs a person, never one row (rules 5.11).

    `key` names the cause; while it is live it exists once. `rows` and `quantity` say what it blocks.
    `path` is where it can be repaired, below the workspace's address.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    severity = models.CharField(max_length=12, choices=Severity.choices)
    state = models.CharField(max_length=10, choices=AlertState.choices, default=AlertState.OPEN.value)
    title = models.CharField(max_length=300)
    detail = models.CharField(max_length=1000, blank=True)
    action = models.CharField(max_length=60, blank=True)
    path = models.CharField(max_length=300, blank=True)
    rows = models.PositiveIntegerField(default=0)
    quantity = models.CharField(max_length=80, blank=True)
    # Rows of these people only; empty means that it concerns everybody.
    about = models.ForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="alerts_about"
    )
    assigned_to = models.ForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="alerts_assigned"
    )
    raised_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "key"],
                condition=models.Q(state__in=[s.value for s in LIVE]),
                name="one_live_alert_per_cause",
            )
        ]
        indexes = [models.Index(fields=["workspace", "state", "-rows"], name="alert_inbox")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_live(self) -> bool:
        return self.state in LIVE
