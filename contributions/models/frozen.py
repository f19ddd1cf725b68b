"""A counted row as it stood: what a closed quarter and an issued document keep (rules 2.4, 7.2)."""

from django.db import models

from contributions.rules import Basis, RevenueType
from kamtrak.fields import QuarterField
from workspaces.models import Workspace


class FrozenRow(models.Model):
    """The copy of one contribution with its figure, its rate and its unknowns.

    Names are copied beside the ids: a copy still reads as it did after a client or a person is renamed.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    contribution_id = models.BigIntegerField()
    owner_id = models.BigIntegerField()
    owner_name = models.CharField(max_length=254)
    client_id = models.BigIntegerField()
    client_name = models.CharField(max_length=200)
    type = models.CharField(max_length=10)
    quarter = QuarterField()
    earned_on = models.DateField(null=True)
    counts_on = models.DateField()
    basis = models.CharField(max_length=8)
    amount = models.DecimalField(max_digits=19, decimal_places=4)
    currency = models.CharField(max_length=3)
    share = models.DecimalField(max_digits=7, decimal_places=4)
    credited = models.DecimalField(max_digits=19, decimal_places=4)
    rate = models.DecimalField(max_digits=36, decimal_places=24, null=True)
    rate_day = models.DateField(null=True)
    rate_source = models.CharField(max_length=10, blank=True)
    rate_legs = models.JSONField(default=list)
    rate_inverse = models.BooleanField(default=False)
    provisional = models.BooleanField()
    earlier_rate = models.BooleanField(default=False)
    converted = models.DecimalField(max_digits=28, decimal_places=4, null=True)
    description = models.TextField(blank=True)

    class Meta:
        abstract = True

    @property
    def kind(self) -> RevenueType:
        return RevenueType(self.type)

    @property
    def is_per_year(self) -> bool:
        return self.basis == Basis.PER_YEAR

    @property
    def is_part(self) -> bool:
        return self.share < 100
