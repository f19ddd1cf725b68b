"""Linking achievements and contributions, from both sides: search, tick, link."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from contributions.forms.achievements import read_picks
from contributions.queries.achievements import PICKS, linkable_achievements, linkable_contributions
from contributions.services.achievements import link_achievements, unlink_achievement
from contributions.views.achievements import own_achievement, with_quarters
from contributions.views.attachments import own_contribution, row_line
from kamtrak.lib.errors import Refused
from kamtrak.web import back_to, go, is_dialog, render_page
from workspaces.access import workspace_view
from workspaces.models import Membership, Workspace
from workspaces.rules import Right


@dataclass(frozen=True)
class Choice:
    """What can be linked (`find` searches it), what linking does, and the words around it."""

    find: Callable[[str], QuerySet[Any]]
    link: Callable[[list[Any]], int]
    back: str
    noun: str
    words: dict[str, Any]


@workspace_view(Right.LOG)
def achievement_link(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponse:
    """Choose the contributions that this achievement stands behind."""
    story = own_achievement(workspace, member, pk)
    choice = Choice(
        find=lambda text: linkable_contributions(workspace, member, story, text),
        link=lambda rows: link_achievements(achievements=[story], contributions=rows, by=member),
        back=reverse("achievement", args=[workspace.slug, pk]),
        noun="contribution",
        words={
            "title": "Link contributions",
            "sub_line": story.title,
            "placeholder": "Client or description",
            "none_text": "There is no contribution of yours left to link.",
            "achievement": story,
        },
    )
    return _choose(request, workspace, choice)


@workspace_view(Right.LOG)
def contribution_link(
    request: HttpRequest, workspace: Workspace, member: Membership, pk: int
) -> HttpResponse:
    """Choose the achievements behind this contribution."""
    row = own_contribution(workspace, member, pk)
    choice = Choice(
        find=lambda text: linkable_achievements(workspace, member, row, text),
        link=lambda stories: link_achievements(achievements=stories, contributions=[row], by=member),
        back=reverse("contribution", args=[workspace.slug, pk]),
        noun="achievement",
        words={
            "title": "Link achievements",
            "sub_line": row_line(row),
            "placeholder": "Title, story or skill",
            "none_text": "There is no achievement of yours left to link. Write the one behind this figure.",
            "contribution": row,
        },
    )
    return _choose(request, workspace, choice)


@workspace_view(Right.LOG)
@require_POST
def achievement_unlink(
    request: HttpRequest, workspace: Workspace, member: Membership, pk: int, contribution_pk: int
) -> HttpResponse:
    """Undo a link, from the page of either side (`next`)."""
    row = own_contribution(workspace, member, contribution_pk)
    story = own_achievement(workspace, member, pk)
    unlink_achievement(achievement=story, contribution=row, by=member)
    messages.success(request, f"No longer linked: {story.title}")
    return go(request, back_to(request, reverse("contribution", args=[workspace.slug, contribution_pk])))


def _choose(request: HttpRequest, workspace: Workspace, choice: Choice) -> HttpResponse:
    """Search is a button of the same form, so that what is ticked survives it also without JavaScript."""
    params = request.POST if request.method == "POST" else request.GET
    text, ticked = read_picks(params)
    problem = ""
    if request.method == "POST" and "search" not in params:
        try:
            picked = list(choice.find("").filter(pk__in=ticked))
            choice.link(picked)
        except Refused as refusal:
            problem = refusal.message
        else:
            if picked:
                many = "" if len(picked) == 1 else "s"
                messages.success(request, f"{len(picked)} {choice.noun}{many} linked.")
                return go(request, choice.back)
            problem = "Tick what is to be linked."
    context = {**choice.words, "back": choice.back, "text": text, "ticked": ticked, "problem": problem}
    context |= _offered(workspace, choice, text, ticked)
    part, dialog = "contributions/_link.html", is_dialog(request)
    if request.headers.get("HX-Target") == "picks":
        part, dialog = "contributions/_picks.html", True
    status = 422 if problem and not dialog else 200
    return render_page(request, "contributions/link.html", context, part if dialog else None, status=status)


def _offered(workspace: Workspace, choice: Choice, text: str, ticked: list[int]) -> dict[str, Any]:
    """What is ticked first, then the newest of what matches."""
    kept = list(choice.find("").filter(pk__in=ticked))
    others = choice.find(text).exclude(pk__in=ticked)
    offered = kept + list(others[: max(0, PICKS - len(kept))])
    total = len(kept) + others.count() if len(offered) >= PICKS else len(offered)
    return {"offered": with_quarters(workspace, offered), "total": total}
