"""Achievements as they are read: one's own, the shared, and those behind contributions that one reads."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Coalesce, Lower
from django.shortcuts import get_object_or_404

from contributions.models import Achievement, AchievementLink, Contribution
from contributions.queries.contributions import Filter, filtered, visible_contributions
from workspaces.models import Membership, Workspace
from workspaces.queries.people import Scope, members

PAGE = 50
PICKS = 30


@dataclass(frozen=True)
class Wanted:
    """What the list shows; every field stands in the address of the page."""

    text: str = ""
    skill: str = ""
    owner_id: int | None = None
    archived: bool = False


@dataclass(frozen=True)
class Page:
    """Rows of one page, and the keys of its neighbours (keyset paging)."""

    rows: Sequence[Achievement]
    after: str
    before: str


def readable_achievements(workspace: Workspace, member: Membership, scope: Scope) -> QuerySet[Achievement]:
    """What this member reads (rules 8.2): private until linked to a contribution or shared.

    `scope` says whose contributions the member reads; archived ones are among them.
    """
    linked = _readable_links(workspace, scope).filter(achievement=OuterRef("pk"))
    return Achievement.objects.filter(
        Q(owner=member) | Q(shared=True) | Q(Exists(linked)), workspace=workspace
    )


def get_achievement(workspace: Workspace, member: Membership, scope: Scope, pk: int) -> Achievement:
    """One achievement; 404 for those that this member does not read."""
    found = readable_achievements(workspace, member, scope).select_related("owner__user")
    return get_object_or_404(found, pk=pk)


def filtered_achievements(
    workspace: Workspace, member: Membership, scope: Scope, wanted: Wanted
) -> QuerySet[Achievement]:
    """The achievements that this filter shows."""
    rows = readable_achievements(workspace, member, scope).filter(archived_at__isnull=not wanted.archived)
    if wanted.owner_id:
        rows = rows.filter(owner_id=wanted.owner_id)
    if wanted.skill:
        rows = rows.alias(skill_keys=_skill_keys()).filter(
            Q(("skill_keys__contains", [wanted.skill.lower()]))
        )
    return rows.filter(_matches(wanted.text)) if wanted.text else rows


def achievement_page(
    rows: QuerySet[Achievement],
    workspace: Workspace,
    scope: Scope,
    *,
    after: str = "",
    before: str = "",
    size: int = PAGE,
) -> Page:
    """One page, newest first, each row with `linked`: behind how many contributions that the reader reads."""
    backwards = bool(before)
    if key := _cursor(before or after):
        day, pk = key
        way = "gt" if backwards else "lt"
        beyond = Q(**{f"happened_on__{way}": day}) | Q(happened_on=day, **{f"pk__{way}": pk})
        rows = rows.filter(beyond)
    order = ("happened_on", "pk") if backwards else ("-happened_on", "-pk")
    links = _readable_links(workspace, scope).filter(achievement=OuterRef("pk")).order_by()
    numbers = links.values("achievement").annotate(n=Count("pk")).values("n")
    counted = rows.annotate(linked=Coalesce(numbers, Value(0), output_field=IntegerField()))
    found = list(counted.select_related("owner__user").order_by(*order)[: size + 1])
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    return Page(
        rows=found,
        after=_key(found[-1]) if found and (more or backwards) else "",
        before=_key(found[0]) if found and (more if backwards else bool(after)) else "",
    )


def achievements_of(contribution_ids: Iterable[int]) -> dict[int, list[Achievement]]:
    """The achievements behind each of these contributions, oldest first, in one query.

    Whoever reads a contribution reads what is linked to it, so the ids must come from the reader's scope.
    """
    found: dict[int, list[Achievement]] = defaultdict(list)
    links = AchievementLink.objects.filter(contribution_id__in=list(contribution_ids))
    for link in links.select_related("achievement__owner__user").order_by("achievement__happened_on", "pk"):
        found[link.contribution_id].append(link.achievement)
    return dict(found)


def contributions_behind(achievement: Achievement, scope: Scope) -> list[Contribution]:
    """The contributions that an achievement is linked to, of those that this scope reads, newest first."""
    links = AchievementLink.objects.filter(achievement=achievement)
    rows = visible_contributions(achievement.workspace, scope).filter(pk__in=links.values("contribution"))
    return list(rows.select_related("client__survivor", "owner__user").order_by("-counts_on", "-pk"))


def linkable_contributions(
    workspace: Workspace, member: Membership, achievement: Achievement, text: str = ""
) -> QuerySet[Contribution]:
    """The member's own living contributions that this achievement is not behind yet, newest first."""
    links = AchievementLink.objects.filter(achievement=achievement)
    own = Scope(frozenset({member.pk}))
    rows = filtered(workspace, own, Filter(workspace.calendar.all(), text=text))
    return (
        rows.exclude(pk__in=links.values("contribution"))
        .select_related("client__survivor")
        .order_by("-counts_on", "-pk")
    )


def linkable_achievements(
    workspace: Workspace, member: Membership, contribution: Contribution, text: str = ""
) -> QuerySet[Achievement]:
    """The member's own achievements in use that are not behind this contribution yet, newest first."""
    links = AchievementLink.objects.filter(contribution=contribution)
    rows = Achievement.objects.filter(workspace=workspace, owner=member, archived_at=None)
    rows = rows.exclude(pk__in=links.values("achievement"))
    return (rows.filter(_matches(text)) if text else rows).order_by("-happened_on", "-pk")


def skills_in(rows: QuerySet[Achievement]) -> list[str]:
    """The skills of these achievements by name, each once however it is written."""
    said = {skill.lower(): skill for skills in rows.values_list("skills", flat=True) for skill in skills}
    return [said[key] for key in sorted(said)]


def owners_in(workspace: Workspace, rows: QuerySet[Achievement]) -> list[Membership]:
    """The people whose achievements these are, by name."""
    return list(members(workspace, ended=True).filter(pk__in=rows.order_by().values("owner")))


def _readable_links(workspace: Workspace, scope: Scope) -> QuerySet[AchievementLink]:
    links = AchievementLink.objects.filter(workspace=workspace)
    return links if scope.owners is None else links.filter(contribution__owner_id__in=scope.owners)


def _skill_keys() -> Cast:
    """The skills in small letters, as an array: a skill is the same however it is written."""
    return Cast(Lower(Cast("skills", TextField())), ArrayField(TextField()))


def _matches(text: str) -> Q:
    fields = ("title", "situation", "action", "result", "skills")
    found = Q()
    for field in fields:
        found |= Q(**{f"{field}__icontains": text})
    return found


def _key(row: Achievement) -> str:
    return f"{row.happened_on.isoformat()}~{row.pk}"


def _cursor(text: str) -> tuple[date, int] | None:
    day, _, pk = text.partition("~")
    try:
        return date.fromisoformat(day), int(pk)
    except ValueError:
        return None  # none, or one that nobody made here: the first page
