"""Owners as files write them, and the members that they mean (rules 5.19)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F
from django.shortcuts import get_object_or_404

from kamtrak.keyset import Column, key_page, read_text
from transactions.models import SeenOwner
from transactions.rules import product_key
from workspaces.models import Alert, Membership, Workspace
from workspaces.queries.alerts import live_alerts
from workspaces.queries.people import EVERYONE, members
from workspaces.rules import Role


@dataclass(frozen=True)
class OwnerPage:
    """Names by their text, with the keys of the neighbouring pages."""

    names: Sequence[SeenOwner]
    total: int
    after: str
    before: str


def owner_page(
    workspace: Workspace, *, text: str = "", meaning: str = "", after: str = "", before: str = ""
) -> OwnerPage:
    """Names that contain the text. `meaning`: nobody ("none"), said by a person ("alias"), or found by e-mail
    or name ("found")."""
    found = SeenOwner.objects.filter(workspace=workspace)
    if text:
        found = found.filter(key__contains=product_key(text))
    if meaning == "none":
        found = found.filter(member=None)
    elif meaning == "alias":
        found = found.filter(is_alias=True)
    elif meaning == "found":
        found = found.filter(member__isnull=False, is_alias=False)
    page = key_page(found, [Column(F("key"), read_text)], after=after, before=before)
    rows = found.select_related("member__user").in_bulk(page.ids)
    return OwnerPage([rows[pk] for pk in page.ids], found.count(), page.after, page.before)


def any_owner(workspace: Workspace) -> bool:
    """Whether a file has named an owner at all."""
    return SeenOwner.objects.filter(workspace=workspace).exists()


def get_owner(workspace: Workspace, pk: int) -> SeenOwner:
    found = SeenOwner.objects.select_related("workspace", "member__user")
    return get_object_or_404(found, workspace=workspace, pk=pk)


def owner_candidates(workspace: Workspace) -> list[Membership]:
    """Whom a name can mean: whoever is or was an account manager here, those who left last."""
    found = members(workspace, ended=True).filter(roles__contains=[Role.ACCOUNT_MANAGER.value])
    return sorted(found, key=lambda member: member.ended_at is not None)


def alert_about(workspace: Workspace, owner: SeenOwner) -> Alert | None:
    """The live alert that asks who this name is: it says how many rows wait."""
    return live_alerts(workspace, EVERYONE).filter(path=f"owners/{owner.pk}/").first()
