"""The list of achievements, one of them, adding, editing, sharing and archiving."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from contributions.forms.achievements import AchievementForm, blank, initial_of, number, read_wanted
from contributions.models import Achievement, AchievementLink, Contribution
from contributions.queries import achievements as queries
from contributions.queries.achievements import Wanted
from contributions.queries.contributions import get_contribution
from contributions.services import achievements as services
from contributions.views.attachments import row_line
from kamtrak.lib.errors import Refused, Stale
from kamtrak.web import go, is_dialog, moment, render_page, show_refusal
from workspaces.access import workspace_view
from workspaces.models import Membership, Workspace
from workspaces.queries.history import history_of
from workspaces.queries.people import scope_of
from workspaces.rules import Right

PAGE, PART = "contributions/achievement_form.html", "contributions/_achievement_form.html"


@workspace_view()
def achievements(request: HttpRequest, workspace: Workspace, member: Membership) -> HttpResponse:
    """The achievements that this member reads: by person, skill and text."""
    scope, wanted = scope_of(member), read_wanted(request.GET)
    readable = queries.readable_achievements(workspace, member, scope)
    rows = queries.filtered_achievements(workspace, member, scope, wanted)
    page = queries.achievement_page(
        rows, workspace, scope, after=request.GET.get("after", ""), before=request.GET.get("before", "")
    )
    context = {
        "wanted": wanted,
        "page": page,
        "total": rows.count() if page.after or page.before else len(page.rows),
        "staff": [(person.pk, str(person)) for person in queries.owners_in(workspace, readable)],
        "skills": [(skill, skill) for skill in queries.skills_in(readable)],
        "archived_choices": [("only", "only archived")],
        "is_empty": not page.rows and wanted == Wanted(),
    }
    if not page.rows:
        context |= _nothing_found(wanted)
    return render_page(request, "contributions/achievements.html", context)


@workspace_view()
def achievement(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponse:
    """One achievement: its story, the contributions that it stands behind, who reads it, its history."""
    scope = scope_of(member)
    row = queries.get_achievement(workspace, member, scope, pk)
    is_own = row.owner_id == member.pk
    context = {
        "row": row,
        "story": [("Situation", row.situation), ("Action", row.action), ("Result", row.result)],
        "rows": with_quarters(workspace, queries.contributions_behind(row, scope)),
        "may_write": is_own and member.can(Right.LOG),
    }
    if is_own or member.can(Right.HISTORY):
        also = [(AchievementLink, "achievement", row.pk)]
        context["history"] = history_of(row, also=also, workspace=workspace)
    return render_page(request, "contributions/achievement.html", context)


@workspace_view(Right.LOG)
def achievement_add(request: HttpRequest, workspace: Workspace, member: Membership) -> HttpResponse:
    """Keep an achievement; opened from a contribution (`?contribution=`) it is linked to it at once."""
    now, behind = moment(request), _behind(request, workspace, member)
    form = AchievementForm(request.POST or None, initial=blank(workspace.day_of(now)))
    if request.method == "POST" and form.is_valid():
        story, once = form.story(), form.cleaned_data["once"] or None
        try:
            row = services.add_achievement(workspace=workspace, owner=member, story=story, now=now, once=once)
            services.link_achievements(achievements=[row], contributions=behind, by=member)
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, f"Achievement saved: {row.title}")
            return go(request, _origin_url(workspace, behind) or _url(workspace, row.pk))
    back = _origin_url(workspace, behind) or reverse("achievements", args=[workspace.slug])
    sub = (
        f"Behind {row_line(behind[0])}"
        if behind
        else "Private until you link it to a contribution or share it"
    )
    return _form_page(request, form, title="Add achievement", sub_line=sub, back=back)


@workspace_view(Right.LOG)
def achievement_edit(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponse:
    """Change a story of one's own; a form that was overtaken shows what changed and asks again."""
    row = own_achievement(workspace, member, pk)
    form = AchievementForm(request.POST or None, initial=initial_of(row))
    meanwhile = ""
    if request.method == "POST" and form.is_valid():
        try:
            services.edit_achievement(
                achievement=row,
                by=member,
                story=form.story(),
                version=form.cleaned_data["version"] or 0,
                now=moment(request),
            )
        except Stale as overtaken:
            row = own_achievement(workspace, member, pk)
            form, meanwhile = _overtaken(request, row), overtaken.message
        except Refused as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            messages.success(request, f"Achievement saved: {form.cleaned_data['title']}")
            return go(request, _url(workspace, pk))
    return _form_page(
        request, form, title="Edit achievement", back=_url(workspace, pk), row=row, meanwhile=meanwhile
    )


@workspace_view(Right.LOG)
@require_POST
def achievement_archive(
    request: HttpRequest, workspace: Workspace, member: Membership, pk: int
) -> HttpResponse:
    row = own_achievement(workspace, member, pk)
    services.archive_achievement(achievement=row, by=member, now=moment(request))
    undo = reverse("achievement_restore", args=[workspace.slug, pk])
    messages.success(request, f"Achievement archived: {row.title}", extra_tags=f"undo={undo}")
    return go(request, _url(workspace, pk))


@workspace_view(Right.LOG)
@require_POST
def achievement_restore(
    request: HttpRequest, workspace: Workspace, member: Membership, pk: int
) -> HttpResponse:
    row = own_achievement(workspace, member, pk)
    services.restore_achievement(achievement=row, by=member, now=moment(request))
    messages.success(request, f"Achievement restored: {row.title}")
    return go(request, _url(workspace, pk))


@workspace_view(Right.LOG)
@require_POST
def achievement_share(
    request: HttpRequest, workspace: Workspace, member: Membership, pk: int
) -> HttpResponse:
    """Share with the workspace (`shared=1`), or make private again."""
    row = own_achievement(workspace, member, pk)
    shared = request.POST.get("shared") == "1"
    services.share_achievement(achievement=row, by=member, shared=shared, now=moment(request))
    said = f"Shared: everyone in {workspace.name} can read it." if shared else "No longer shared."
    messages.success(request, said)
    return go(request, _url(workspace, pk))


def own_achievement(workspace: Workspace, member: Membership, pk: int) -> Achievement:
    """An achievement that this member may write; those of others do not exist here (rules 8.2)."""
    row = queries.get_achievement(workspace, member, scope_of(member), pk)
    if row.owner_id != member.pk:
        raise Http404
    return row


def with_quarters(workspace: Workspace, rows: list[Contribution]) -> list[tuple[Contribution, str]]:
    """Each contribution with the label of its quarter."""
    return [(row, workspace.calendar.label(row.quarter)) for row in rows]


def _behind(request: HttpRequest, workspace: Workspace, member: Membership) -> list[Contribution]:
    """The contribution that the form was opened from, if it is the member's own and counts."""
    pk = number(request.GET.get("contribution", ""))
    if pk is None:
        return []
    row = get_contribution(workspace, scope_of(member), pk)
    if row.owner_id != member.pk or row.is_void:
        raise Http404
    return [row]


def _form_page(request: HttpRequest, form: AchievementForm, **context: Any) -> HttpResponse:
    dialog = is_dialog(request)
    values = {"form": form, "action": request.get_full_path(), **context}
    status = 422 if form.errors and not dialog else 200
    return render_page(request, PAGE, values, PART if dialog else None, status=status)


def _overtaken(request: HttpRequest, row: Achievement) -> AchievementForm:
    """The same input over the version that is current now: the next save is a decision."""
    data = request.POST.copy()
    data["version"] = str(row.version)
    return AchievementForm(data)


def _nothing_found(wanted: Wanted) -> dict[str, str]:
    """Names what was asked for, and the one filter to clear first."""
    asked = {
        "q": f"“{wanted.text}”" if wanted.text else "",
        "skill": wanted.skill and f"the skill {wanted.skill}",
        "staff": "this person" if wanted.owner_id else "",
        "archived": "archived" if wanted.archived else "",
    }
    said = [text for text in asked.values() if text]
    clear = next((name for name, text in asked.items() if text), "")
    words = {"q": "search", "staff": "person", "archived": "archived filter"}
    return {
        "nothing_text": f"No achievement matches {', '.join(said)}.",
        "clear_name": clear,
        "clear_label": f"Clear the {words.get(clear, clear)}",
    }


def _url(workspace: Workspace, pk: int) -> str:
    return reverse("achievement", args=[workspace.slug, pk])


def _origin_url(workspace: Workspace, behind: list[Contribution]) -> str:
    return reverse("contribution", args=[workspace.slug, behind[0].pk]) if behind else ""
