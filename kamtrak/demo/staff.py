"""Opening a workspace of the demo: its people join by invitation, its managers get their teams."""

from datetime import datetime, timedelta
from functools import lru_cache

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from kamtrak.demo import PASSWORD
from kamtrak.demo.houses import House
from kamtrak.demo.people import Person, Post
from kamtrak.history import because
from kamtrak.tenancy import in_workspace
from workspaces.models import Membership, User, Workspace
from workspaces.services.invitations import accept_invitation, invite
from workspaces.services.people import change_roles, create_workspace, set_team

Staff = dict[Person, Membership]


def open_workspace(house: House, founded: datetime) -> tuple[Workspace, Staff]:
    """The workspace with everybody in it."""
    workspace = create_workspace(
        name=house.name,
        owner=_user(house.founder, founded),
        slug=house.slug,
        currency=house.currency,
        fiscal_year_start=house.year_start,
        time_zone=house.time_zone,
    )
    with in_workspace(workspace.pk):
        owner = Membership.objects.select_related("user").get(workspace=workspace)
        Membership.objects.filter(pk=owner.pk).update(joined_at=founded)
        staff = {post.person: _join(workspace, owner, post, founded) for post in house.posts}
        _form_teams(house, staff)
    return workspace, staff


def _join(workspace: Workspace, owner: Membership, post: Post, founded: datetime) -> Membership:
    roles = [role.value for role in post.roles]
    if post.person.email == owner.user.email:
        with because(user=owner.user_id):
            if set(roles) != set(owner.roles):
                change_roles(member=owner, roles=roles, by=owner, reason="Looks after no accounts")
        return Membership.objects.select_related("user").get(pk=owner.pk)
    user = _user(post.person, founded)
    with because(user=owner.user_id):
        _, token = invite(workspace=workspace, by=owner, email=user.email, roles=roles, now=founded)
    return accept_invitation(token=token, user=user, now=founded + timedelta(days=1, hours=2))


def _form_teams(house: House, staff: Staff) -> None:
    for manager in sorted({post.manager for post in house.posts if post.manager}, key=lambda p: p.name):
        team = [staff[post.person] for post in house.posts if post.manager == manager]
        with because(user=staff[house.founder].user_id):
            set_team(manager=staff[manager], members=team, reason="As on the organisation chart")


def _user(person: Person, joined: datetime) -> User:
    """The person's account; whoever works in both firms has one."""
    user = User.objects.filter(email=person.email).first()
    if user is None:
        user = User.objects.create(
            email=person.email, name=person.name, password=_password(), date_joined=joined
        )
        # Verified, so that the demo can be entered where addresses are checked by mail.
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@lru_cache(maxsize=1)
def _password() -> str:
    """Hashed once for all: hashing is slow on purpose, and the password is printed anyway."""
    return make_password(PASSWORD)
