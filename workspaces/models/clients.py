"""Client accounts, and the names by which they are found."""

from django.db import models

from kamtrak.history import tracked
from workspaces.models.workspaces import Workspace


@tracked()
class ClientAccount(models.Model):
    """A client account (rules 3.7).

    Merging points `merged_into` at the survivor; `survivor` is the end of that chain (itself, when it was
    not merged), so that totals group by one column and no row of any domain is rewritten.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=200)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged_from"
    )
    survivor = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(merged_into=None) | ~models.Q(merged_into=models.F("id")),
                name="no_account_is_merged_into_itself",
            )
        ]

    def __str__(self) -> str:
        return self.name


@tracked()
class ClientName(models.Model):
    """A name or an alias under which an account is found; names and aliases together are unique."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    account = models.ForeignKey(ClientAccount, on_delete=models.CASCADE, related_name="names")
    name = models.CharField(max_length=200)
    key = models.CharField(max_length=400)
    is_alias = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "key"], name="client_names_are_unique"),
        ]

    def __str__(self) -> str:
        return self.name
