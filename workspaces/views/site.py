"""Pages of the site that stand outside any workspace: the door, a new workspace, the profile, the look."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from kamtrak.lib.errors import Refused
from kamtrak.web import back_to, go, render_page, show_refusal
from workspaces.access import LAST_WORKSPACE, person_of
from workspaces.context import APPEARANCE_COOKIE, APPEARANCES, start_of
from workspaces.forms.people import ProfileForm, WorkspaceForm
from workspaces.forms.signup import INVITATION
from workspaces.models import Workspace
from workspaces.queries.people import workspaces_of
from workspaces.services.people import create_workspace

A_YEAR = 365 * 24 * 3600
MADE = "made"  # in the session: the form that made a workspace last, and its slug


def home(request: HttpRequest) -> HttpResponse:
    """Where a person begins: an invitation not yet answered, the last workspace, the first, or a new one."""
    if token := request.session.get(INVITATION):
        return go(request, reverse("invitation", args=[token]))
    slugs = [workspace.slug for workspace in workspaces_of(person_of(request))]
    last = request.session.get(LAST_WORKSPACE)
    if not slugs:
        return go(request, reverse("workspace_new"))
    return go(request, start_of(last if last in slugs else slugs[0]))


def workspace_new(request: HttpRequest) -> HttpResponse:
    """Make another workspace of one's own. The same opened form sent twice makes one."""
    form = WorkspaceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        once, slug = request.session.get(MADE, ("", ""))
        if once and once == form.cleaned_data["once"]:
            return go(request, start_of(slug))
        if made := _made(request, form):
            request.session[MADE] = (form.cleaned_data["once"], made.slug)
            messages.success(request, f"{made.name} is ready.")
            return go(request, start_of(made.slug))
    context = {"form": form, "others": workspaces_of(person_of(request))}
    return render_page(request, "workspaces/workspace_new.html", context, status=422 if form.errors else 200)


def _made(request: HttpRequest, form: WorkspaceForm) -> Workspace | None:
    """The new workspace; None, with the reason at the form, where it is refused."""
    values = form.cleaned_data
    try:
        return create_workspace(name=values["name"], owner=person_of(request), **form.beginning())
    except Refused as refusal:
        show_refusal(form, refusal)
        return None


def profile(request: HttpRequest) -> HttpResponse:
    """One's own name and the quick-add key; the rest of an account has pages beside it."""
    form = ProfileForm(request.POST or None, instance=person_of(request))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Profile saved.")
        return go(request, reverse("profile"))
    return render_page(request, "workspaces/profile.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
def appearance(request: HttpRequest) -> HttpResponse:
    """Light, dark, or as the system is: kept in a cookie, so that the server draws it at once."""
    chosen = request.POST.get("appearance", "")
    response = go(request, back_to(request, reverse("home")))
    if chosen in APPEARANCES:
        secure = request.is_secure()
        response.set_cookie(
            APPEARANCE_COOKIE, chosen, max_age=A_YEAR, samesite="Lax", httponly=True, secure=secure
        )
    else:
        response.delete_cookie(APPEARANCE_COOKIE, samesite="Lax")
    return response
