"""Dated rates. Append-only: a correction is a new row, and what was used stays on record (rules 6.1)."""

from datetime import date, timedelta

import pgtrigger
from django.db import models

from workspaces.models import BroughtFile, User, Workspace

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

    def __str__(self) -> str:
        return f"1 EUR = {self.value.normalize():f} {self.currency} on {self.day}"


class OwnRate(models.Model):
    """A rate that the workspace supplies: 1 `base` = `value` `quote` from `day` on (rules 6.4).

    Each row says who recorded it, when, where it came from and why: the rows are their own history.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    base = models.CharField(max_length=3)
    quote = models.CharField(max_length=3)
    day = models.DateField()
    until = models.DateField(null=True, blank=True)
    value = models.DecimalField(max_digits=36, decimal_places=24)
    withdrawn = models.BooleanField(default=False)
    origin = models.CharField(max_length=200)
    reason = models.CharField(max_length=500)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    replaced: bool  # annotated by own_rates(): a later record of the same pair and day counts
    next_day: date | None  # annotated by own_rates_page(): from then on another rate of the pair holds

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(value__gt=0), name="own_rate_is_positive"),
            models.CheckConstraint(
                condition=~models.Q(base=models.F("quote")), name="own_rate_has_two_currencies"
            ),
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gte=models.F("day")),
                name="own_rate_ends_after_it_begins",
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="own_rate_has_a_reason"),
        ]
        indexes = [models.Index(fields=["workspace", "base", "quote", "day"], name="own_rate_series")]
        triggers = [_append_only()]

    @property
    def last_day(self) -> date | None:
        """The last day on which it holds, as own_rates_page() knows it; None while no end is known."""
        before_next = self.next_day - timedelta(days=1) if self.next_day else None
        return min(filter(None, (self.until, before_next)), default=None)

    def __str__(self) -> str:
        return f"1 {self.base} = {self.value.normalize():f} {self.quote} from {self.day}"


class RateColumns(models.Model):
    """The rate of a conversion as it is kept: what fx.rules.rate_columns writes. All empty while unknown."""

    rate = models.DecimalField(max_digits=36, decimal_places=24, null=True, blank=True)
    rate_day = models.DateField(null=True, blank=True)
    rate_source = models.CharField(max_length=10, blank=True)
    rate_legs = models.JSONField(default=list)
    rate_inverse = models.BooleanField(default=False)

    class Meta:
        abstract = True


class FetchOutcome(models.TextChoices):
    STORED = "stored", "New rates stored"
    UNCHANGED = "unchanged", "Nothing new"
    UNREACHABLE = "unreachable", "No answer"
    REFUSED = "refused", "Answer refused"


class RateFetch(models.Model):
    """One question to the feed of published rates and how it ended. Shared, as the rates are."""

    asked_at = models.DateTimeField()
    outcome = models.CharField(max_length=12, choices=FetchOutcome.choices)
    detail = models.CharField(max_length=1000, blank=True)
    added = models.PositiveIntegerField(default=0)
    corrected = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["-asked_at"], name="rate_fetch_newest")]

    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d %H:%M} {self.outcome}"


class RatesFile(BroughtFile):
    """A file of own rates on its way in. `added` counts the rates that it brought."""

    class Meta:
        indexes = [models.Index(fields=["workspace", "-uploaded_at"], name="rates_file_newest")]
