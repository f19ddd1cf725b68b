"""Achievements: the how behind the number (rules 3.9)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from contributions.models.contributions import Contribution
from kamtrak.history import tracked
from workspaces.models import Membership, Workspace


@tracked(exclude=["once"])
class Achievement(models.Model):
    """What a person did, told as situation, action and result. Private until linked or shared (rules 8.2)."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    owner = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="achievements")
    title = models.CharField(max_length=200)
    situation = models.TextField(max_length=5000, blank=True)
    action = models.TextField(max_length=5000, blank=True)
    result = models.TextField(max_length=5000, blank=True)
    happened_on = models.DateField()
    skills = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    shared = models.BooleanField(default=False)
    archived_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    once = models.CharField(max_length=32, null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "once"], name="achievement_form_is_saved_once")
        ]
        indexes = [models.Index(fields=["workspace", "owner", "-happened_on"], name="achievement_list")]

    def __str__(self) -> str:
        return self.title


@tracked()
class AchievementLink(models.Model):
    """A contribution and an achievement behind it, found from both sides."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    contribution = models.ForeignKey(Contribution, on_delete=models.CASCADE, related_name="achievement_links")
    achievement = models.ForeignKey(Achievement, on_delete=models.CASCADE, related_name="contribution_links")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "contribution", "achievement"], name="linked_once")
        ]
