"""The wrapper around every view of a workspace: who asks, may they, and which rows exist for them.

Denied by default: strangers get 404, members without the right 403 (architecture.md has the reasons).
The page is rendered inside, since a template that reads rows after the transaction would be empty.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import wraps
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.template.response import SimpleTemplateResponse
from django.utils import timezone

from kamtrak.history import because
from kamtrak.tenancy import in_workspace
from workspaces.models import Membership, User, Workspace
from workspaces.rules import Right

LAST_WORKSPACE = "workspace"  # in the session: the slug of the workspace that was open last
View = Callable[..., HttpResponseBase]


def person_of(request: HttpRequest) -> User:
    """Who is signed in; the login middleware has let nobody else through."""
    return cast(User, request.user)


def load_membership(user: Any, slug: str) -> Membership:
    """The person's living membership in this workspace; 404 for anybody else.

    All of the person's memberships come with it (`user.living_memberships`): the switcher shows them.
    """
    found = list(
        Membership.objects.select_related("workspace")
        .filter(user_id=user.pk, ended_at=None)
        .order_by("workspace__name", "pk")
    )
    user.living_memberships = found
    member = next((m for m in found if m.workspace.slug == slug), None)
    if member is None:
        raise Http404("No such workspace")
    member.user = user
    return member


def _acting(request: HttpRequest, member: Membership) -> AbstractContextManager[Any]:
    """Who writes, for the history. Reading leaves no trace, so it carries no context either."""
    if request.method in ("GET", "HEAD"):
        return nullcontext()
    return because(user=member.user_id)


def workspace_view(right: Right = Right.READ) -> Callable[[View], View]:
    """Decorate `view(request, workspace, member, …)` for a path that begins with the workspace's slug."""

    def decorate(view: View) -> View:
        @wraps(view)
        def inner(request: HttpRequest, slug: str, **kwargs: Any) -> HttpResponseBase:
            member = load_membership(request.user, slug)
            workspace: Workspace = member.workspace
            request.workspace, request.member = workspace, member  # type: ignore[attr-defined]
            if request.session.get(LAST_WORKSPACE) != slug:  # where `home` leads next time
                request.session[LAST_WORKSPACE] = slug
            with (
                in_workspace(workspace.pk, savepoint=False),
                timezone.override(workspace.zone),  # every time on its pages is the workspace's
                _acting(request, member),
            ):
                if not member.can(right):
                    raise PermissionDenied
                response = view(request, workspace, member, **kwargs)
                if isinstance(response, SimpleTemplateResponse) and not response.is_rendered:
                    response.render()
            return response

        inner.right = right  # type: ignore[attr-defined]
        return inner

    return decorate
