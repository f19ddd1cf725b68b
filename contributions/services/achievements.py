"""Writing achievements, sharing them, and linking them to the contributions they stand behind (rules 3.9)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from contributions.models import Achievement, AchievementLink, Contribution
from contributions.services.evidence import may_change_evidence, takes_evidence
from kamtrak.lib.errors import Refused, Stale
from kamtrak.lib.months import PeriodError, possible_day
from workspaces.models import Membership, Workspace
from workspaces.rules import Right


@dataclass(frozen=True)
class Story:
    """What a person says about an achievement."""

    title: str
    happened_on: date
    situation: str = ""
    action: str = ""
    result: str = ""
    skills: tuple[str, ...] = ()


def add_achievement(
    *, workspace: Workspace, owner: Membership, story: Story, now: datetime, once: str | None = None
) -> Achievement:
    """Keep an achievement of one's own, private at first. The same opened form (`once`) is saved once.

    Raises Refused with the field that has to change, and Stale when the form was saved already and says
    something else by now.
    """
    if not owner.can(Right.LOG):
        raise Refused("Only account managers keep achievements.")
    fields = _checked_fields(workspace, story, now)
    if once and (saved := _saved(workspace, owner, once)):
        return _unchanged(saved, fields)
    try:
        with transaction.atomic():
            return Achievement.objects.create(
                workspace=workspace, owner=owner, created_at=now, updated_at=now, once=once, **fields
            )
    except IntegrityError:
        saved = _saved(workspace, owner, once) if once else None
        if saved is None:
            raise
        return _unchanged(saved, fields)


def edit_achievement(
    *, achievement: Achievement, by: Membership, story: Story, version: int, now: datetime
) -> Achievement:
    """Save a changed story over exactly the version that was on the form.

    Raises Stale when it was saved elsewhere meanwhile, Refused for another person's or an archived one.
    """
    _may_write(achievement, by)
    fields = _checked_fields(achievement.workspace, story, now)
    with transaction.atomic():
        current = _locked(achievement)
        if current.archived_at:
            raise Refused("This achievement was archived meanwhile. Restore it first.")
        if current.version != version:
            raise Stale("This achievement was changed meanwhile. See what changed, then save again.")
        for name, value in fields.items():
            setattr(current, name, value)
        current.version, current.updated_at = version + 1, now
        current.save()
    return current


def archive_achievement(*, achievement: Achievement, by: Membership, now: datetime) -> None:
    """Take an achievement out of the list. Its links stay: what it proves stays proven."""
    _mark(achievement, by, now, archived_at=now)


def restore_achievement(*, achievement: Achievement, by: Membership, now: datetime) -> None:
    """Take an archiving back."""
    _mark(achievement, by, now, archived_at=None)


def share_achievement(*, achievement: Achievement, by: Membership, shared: bool, now: datetime) -> None:
    """Let everybody in the workspace read it, or no longer. Readers of a linked contribution always do."""
    _mark(achievement, by, now, shared=shared)


def link_achievements(
    *, achievements: Iterable[Achievement], contributions: Iterable[Contribution], by: Membership
) -> int:
    """Put each achievement behind each contribution, all of one's own; how many links are new.

    Whoever may read the contribution can from then on read the achievement (rules 8.2). Linking twice
    links once. Raises Refused.
    """
    pairs = [(achievement, row) for row in contributions for achievement in achievements]
    for achievement, row in pairs:
        _may_write(achievement, by)
        may_change_evidence(row, by)
        takes_evidence(row)
    with transaction.atomic():
        made = [
            AchievementLink.objects.get_or_create(
                workspace_id=row.workspace_id, contribution=row, achievement=achievement
            )[1]
            for achievement, row in pairs
        ]
    return sum(made)


def unlink_achievement(*, achievement: Achievement, contribution: Contribution, by: Membership) -> None:
    """Take an achievement from behind a contribution. It was not linked: nothing to do."""
    _may_write(achievement, by)
    may_change_evidence(contribution, by)
    AchievementLink.objects.filter(
        workspace=contribution.workspace, contribution=contribution, achievement=achievement
    ).delete()


def _mark(achievement: Achievement, by: Membership, now: datetime, **fields: Any) -> None:
    """Set what is not part of the story; an edit that is open meanwhile is not overtaken by it."""
    _may_write(achievement, by)
    with transaction.atomic():
        current = _locked(achievement)
        if all(bool(getattr(current, name)) == bool(value) for name, value in fields.items()):
            return  # pressed twice
        for name, value in fields.items():
            setattr(current, name, value)
        current.updated_at = now
        current.save()


def _locked(achievement: Achievement) -> Achievement:
    return Achievement.objects.select_for_update().get(pk=achievement.pk)


def _may_write(achievement: Achievement, by: Membership) -> None:
    """Own achievements only; nobody writes another person's (rules 8.2)."""
    if achievement.owner_id != by.pk or not by.can(Right.LOG):
        raise Refused("Only its owner changes an achievement.")


def _saved(workspace: Workspace, owner: Membership, once: str) -> Achievement | None:
    return Achievement.objects.filter(workspace=workspace, owner=owner, once=once).first()


def _unchanged(saved: Achievement, fields: dict[str, Any]) -> Achievement:
    """The achievement that this form has saved. Raises Stale where the form now says something else."""
    if any(getattr(saved, name) != value for name, value in fields.items()):
        raise Stale("This form was saved already, with other words. Save again to keep this as one more.")
    return saved


def _checked_fields(workspace: Workspace, story: Story, now: datetime) -> dict[str, Any]:
    if story.happened_on > workspace.day_of(now):
        raise Refused("This day has not come yet. Enter the day on which it happened.", "happened_on")
    try:
        possible_day(story.happened_on)
    except PeriodError as problem:
        raise Refused(str(problem), "happened_on") from problem
    return {
        "title": story.title,
        "happened_on": story.happened_on,
        "situation": story.situation.strip(),
        "action": story.action.strip(),
        "result": story.result.strip(),
        "skills": list(story.skills),
    }
