"""Dated rates. Append-only: a correction is a new row, and what was used stays on record (rules 6.1)."""

import pgtrigger
from django.db import models

from workspaces.models import User, Workspace

# Whatever a figure was made with must be found again: neither a person nor raw SQL rewrites a rate.
APPEND_ONLY = """
    IF TG_OP = 'DELETE' AND TG_TABLE_NAME = 'fx_ownrate'
       AND current_setting('kamtrak.purge', true) = to_jsonb(OLD)->>'workspace_id' THEN RETURN OLD; END IF;
    RAISE EXCEPTION 'rates are append-only' USING ERRCODE = '23514';
"""


def _append_only() -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name="append_only",
        operation=pgtrigger.Update | pgtrigger.Delete,
        when=pgtrigger.Before,
        func=APPEND_ONLY,
    )


class PublishedRate(models.Model):
    """What 1 EUR was worth on a day, as published. Shared by all workspaces; it belongs to nobody."""

    currency = models.CharField(max_length=3)
    day = models.DateField()
    value = models.DecimalField(max_digits=24, decimal_places=12)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(value__gt=0), name="published_rate_is_positive"),
            models.UniqueConstraint(
                fields=["currency", "day", "recorded_at"],
                name="published_rate_once",
                include=["value"],
            ),
        ]
        indexes = [models.Index(fields=["-day"], name="published_rate_day")]
        triggers = [_append_only()]


class OwnRate(models.Model):
    """A rate that the workspace supplies: 1 `base` = `value` `quote` from `day` on (rules 6.4)."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    base = models.CharField(max_length=3)
    quote = models.CharField(max_length=3)
    day = models.DateField()
    until = models.DateField(null=True, blank=True)
    value = models.DecimalField(max_digits=24, decimal_places=12)
    withdrawn = models.BooleanField(default=False)
    origin = models.CharField(max_length=200)
    reason = models.CharField(max_length=500, blank=True)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(value__gt=0), name="own_rate_is_positive"),
            models.CheckConstraint(condition=~models.Q(base=models.F("quote")), name="own_rate_has_two_currencies"),
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gte=models.F("day")),
                name="own_rate_ends_after_it_begins",
            ),
        ]
        indexes = [models.Index(fields=["workspace", "base", "quote", "day"], name="own_rate_series")]
        triggers = [_append_only()]
