"""What the rows name: products and owners as they were written, once per workspace; and the rates they
use.
"""

from django.db import models

from fx.models import RateColumns
from kamtrak.history import tracked
from transactions.models.catalog import CatalogItem
from workspaces.models import Membership, Workspace


class SeenProduct(models.Model):
    """A product or service as files write it (`text` as first seen), and the entry that it means, if any."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=400)
    text = models.CharField(max_length=200)
    item = models.ForeignKey(
        CatalogItem, on_delete=models.PROTECT, null=True, blank=True, related_name="seen"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "key"], name="seen_products_are_unique")]

    def __str__(self) -> str:
        return self.text


@tracked()
class SeenOwner(models.Model):
    """An owner as files write it, and the member that it means; a person confirms an alias (rules 5.19)."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=400)
    text = models.CharField(max_length=200)
    member = models.ForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="seen_as"
    )
    is_alias = models.BooleanField(default=False)  # a person said so; otherwise e-mail or name say so

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "key"], name="seen_owners_are_unique")]

    def __str__(self) -> str:
        return self.text


class RowRate(RateColumns):
    """The rate of a currency and day as rows use it; append-only, the newest version is used from now on.

    Rows keep the one that made their figure: what was used stays on record (rules 6.1, 5.12). A version
    without a rate says that there is none any more.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    currency = models.CharField(max_length=3)
    day = models.DateField()
    version = models.PositiveIntegerField(default=1)
    provisional = models.BooleanField(default=False)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "currency", "day", "version"], name="row_rates_are_versions"
            ),
            models.CheckConstraint(
                condition=models.Q(rate=None, rate_day=None, rate_source="", provisional=False)
                | models.Q(rate__gt=0, rate_day__isnull=False) & ~models.Q(rate_source=""),
                name="row_rate_is_whole_or_unknown",
            ),
        ]
