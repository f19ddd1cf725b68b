"""Trailing revenue formulas, configured in the admin console (rules 4.3, 4.4)."""

from django.db import models

from contracts.rules import Rule, rules_from_json
from kamtrak.history import tracked
from workspaces.models import Workspace


@tracked(exclude=["once"])
class Formula(models.Model):
    """A template: choosing it copies its rules onto the contract, and no contract ever changes it.

    `currency` is that of its amounts; "" where every rule is a percentage, which fits any contract.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=200)
    key = models.CharField(max_length=400)  # how names are compared
    currency = models.CharField(max_length=3, blank=True)
    rules = models.JSONField()
    archived_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    once = models.CharField(max_length=32, null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "key"],
                condition=models.Q(archived_at=None),
                name="formula_names_are_unique",
            ),
            models.UniqueConstraint(fields=["workspace", "once"], name="formula_form_is_saved_once"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def schedule(self) -> tuple[Rule, ...]:
        return rules_from_json(self.rules)

    @property
    def months_said(self) -> str:
        """`36 months`, `12 months, then onwards`, `onwards`."""
        last = self.schedule[-1]
        number = last.first - 1 if last.last is None else last.last
        said = f"{number} month{'' if number == 1 else 's'}" if number else ""
        return said if last.last is not None else f"{said}, then onwards" if said else "onwards"

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None
