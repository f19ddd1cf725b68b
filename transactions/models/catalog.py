"""The product catalog: entries, the codes and names they are found by, values per unit by date (rules
5.10).
"""

from django.db import models

from kamtrak.freezing import frozen
from kamtrak.history import tracked
from transactions.rules.catalog import Measure
from workspaces.models import BroughtFile, User, Workspace

PERCENTAGES = [Measure.PROFIT_PERCENT.value, Measure.TAX_PERCENT.value]


@tracked()
class CatalogItem(models.Model):
    """A product or service with a code; archived ones are hidden, and answer only to what no other does."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    code = models.CharField(max_length=200)
    name = models.CharField(max_length=200, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["workspace", "code", "id"], name="catalog_by_code")]

    def __str__(self) -> str:
        return f"{self.code} · {self.name}" if self.name else self.code


@tracked()
class CatalogName(models.Model):
    """A code or alias that finds one entry: trimmed and case-folded (`key`), together unique."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    item = models.ForeignKey(CatalogItem, on_delete=models.CASCADE, related_name="names")
    text = models.CharField(max_length=200)
    key = models.CharField(max_length=400)
    is_code = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "key"], name="catalog_names_are_unique"),
            models.UniqueConstraint(
                fields=["item"], condition=models.Q(is_code=True), name="one_code_per_catalog_item"
            ),
        ]

    def __str__(self) -> str:
        return self.text


@tracked()
class CatalogValue(models.Model):
    """What one unit is worth from a day on, in the workspace currency or in percent; append-only.

    The next value of the same measure ends it. A correction is a new row for the same day: the newest of a
    day counts, and one without `value` withdraws what was said for that day. Each row says who recorded it,
    when and why: the rows are their own history.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    item = models.ForeignKey(CatalogItem, on_delete=models.CASCADE, related_name="values")
    measure = models.CharField(max_length=20, choices=[(m.value, m.value) for m in Measure])
    value = models.DecimalField(max_digits=38, decimal_places=12, null=True, blank=True)
    includes_tax = models.BooleanField(default=False)
    valid_from = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(value=None) | models.Q(value__gte=0), name="catalog_value_is_not_negative"
            ),
            models.CheckConstraint(
                condition=models.Q(value=None)
                | ~models.Q(measure__in=PERCENTAGES)
                | models.Q(value__lte=100),
                name="catalog_percentage_is_at_most_100",
            ),
        ]
        indexes = [
            models.Index(
                fields=["workspace", "item", "measure", "valid_from", "id"], name="catalog_value_by_day"
            )
        ]
        triggers = [frozen()]


class CatalogFile(BroughtFile):
    """A file of catalog entries on its way in; `added` counts the entries that it made or changed."""

    class Meta:
        indexes = [models.Index(fields=["workspace", "-uploaded_at"], name="catalog_file_newest")]
