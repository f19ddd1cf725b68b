"""A workspace and its settings."""

import zoneinfo
from datetime import date, datetime

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from kamtrak.history import tracked
from kamtrak.lib.money import DEFAULT_CURRENCIES
from kamtrak.lib.months import FiscalCalendar, NamedBy, Quarter


class RateMode(models.TextChoices):
    """Where a conversion takes its rate from (rules 6.2)."""

    MANUAL = "manual", "Own rates only"
    AUTOMATIC = "automatic", "Published rates first, own as fallback"
    SEMI_AUTOMATIC = "semi_automatic", "Own rates first, published for the rest"


def default_currencies() -> list[str]:
    return list(DEFAULT_CURRENCIES)


@tracked()
class Workspace(models.Model):
    """The house of one team: its currency, its fiscal year, its time zone and how it takes its rates."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    currency = models.CharField(max_length=3, default="USD")
    currencies = ArrayField(models.CharField(max_length=3), default=default_currencies)
    fiscal_year_start = models.PositiveSmallIntegerField(
        default=1, validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    fiscal_year_named_by = models.CharField(
        max_length=5, choices=[(n.value, n.value) for n in NamedBy], default=NamedBy.END.value
    )
    time_zone = models.CharField(max_length=64, default="UTC")
    rate_mode = models.CharField(
        max_length=16, choices=RateMode.choices, default=RateMode.SEMI_AUTOMATIC.value
    )
    rate_limit_days = models.PositiveSmallIntegerField(default=7)
    sales_follow_current = models.BooleanField(default=False)  # what the sales dashboard shows (rules 4.11)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(fiscal_year_start__gte=1, fiscal_year_start__lte=12),
                name="fiscal_year_starts_in_a_month",
            ),
            models.CheckConstraint(
                condition=models.Q(rate_limit_days__gte=0, rate_limit_days__lte=366),
                name="rate_limit_is_at_most_a_year",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def calendar(self) -> FiscalCalendar:
        return FiscalCalendar(self.fiscal_year_start, NamedBy(self.fiscal_year_named_by))

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)

    def day_of(self, moment: datetime) -> date:
        """The calendar day of a moment in this workspace's time zone."""
        return moment.astimezone(self.zone).date()

    def quarter_of(self, moment: datetime) -> Quarter:
        return self.calendar.quarter_of(self.day_of(moment))
