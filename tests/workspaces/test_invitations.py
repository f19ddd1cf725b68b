"""Links that let a person join: once, for a week, from people who may still invite."""

from datetime import timedelta

import pytest

from kamtrak.lib.errors import Refused
from tests.cast import NOW, Cast, make_user
from workspaces.models import Invitation, Membership
from workspaces.services import invitations
from workspaces.services.invitations import (
    accept_invitation,
    invite,
    open_invitation,
    renew_invitation,
    revoke_invitation,
)
from workspaces.services.people import change_roles, end_membership


def make_invitation(
    cast: Cast, email: str = "new@example.com", by: str = "olive", roles: str = "account_manager"
):
    return invite(workspace=cast.acme, by=getattr(cast, by), email=email, roles=[roles], now=NOW)


def test_an_invited_person_joins_with_the_roles_of_the_invitation(inside: Cast) -> None:
    _, token = make_invitation(inside, roles="manager")
    newcomer = make_user("Nora")
    member = accept_invitation(token=token, user=newcomer, now=NOW + timedelta(days=6))
    assert member.roles == ["manager"]
    assert Invitation.objects.get().accepted_by == newcomer


def test_the_token_itself_is_not_kept(inside: Cast) -> None:
    invitation, token = make_invitation(inside)
    assert token not in str(Invitation.objects.values().get())
    assert len(invitation.token_hash) == 64


def test_a_link_works_once(inside: Cast) -> None:
    _, token = make_invitation(inside)
    accept_invitation(token=token, user=make_user("Nora"), now=NOW)
    with pytest.raises(Refused, match="used already"):
        accept_invitation(token=token, user=make_user("Otto"), now=NOW)
    assert not Membership.objects.filter(user__name="Otto").exists()


def test_a_link_expires_after_a_week_and_says_when_it_did(inside: Cast) -> None:
    _, token = make_invitation(inside)
    with pytest.raises(Refused, match=r"expired on 30 November 2026. Ask Olive for a new one"):
        open_invitation(token=token, now=NOW + timedelta(days=7))


def test_a_withdrawn_link_and_a_mistyped_one_are_told_apart(inside: Cast) -> None:
    invitation, token = make_invitation(inside)
    revoke_invitation(invitation=invitation, now=NOW)
    with pytest.raises(Refused, match="withdrawn"):
        open_invitation(token=token, now=NOW)
    with pytest.raises(Refused, match="not the link"):
        open_invitation(token=token[:-1], now=NOW)


def test_a_new_invitation_of_the_same_address_replaces_the_open_one(inside: Cast) -> None:
    _, first = make_invitation(inside, email="New@Example.com")
    _, second = make_invitation(inside, email="new@example.COM ")
    with pytest.raises(Refused, match="withdrawn"):
        open_invitation(token=first, now=NOW)
    assert open_invitation(token=second, now=NOW).email == "new@example.com"


def test_renewing_an_expired_invitation_makes_another_link(inside: Cast) -> None:
    expired, _ = make_invitation(inside)
    later = NOW + timedelta(days=30)
    _, token = renew_invitation(invitation=expired, by=inside.ada, now=later)
    assert open_invitation(token=token, now=later).roles == ["account_manager"]


def test_a_used_invitation_is_not_renewed(inside: Cast) -> None:
    invitation, token = make_invitation(inside)
    accept_invitation(token=token, user=make_user("Nora"), now=NOW)
    invitation.refresh_from_db()
    with pytest.raises(Refused, match="no longer open"):
        renew_invitation(invitation=invitation, by=inside.olive, now=NOW)


def test_a_person_who_was_removed_comes_back_with_the_roles_of_the_invitation_alone(inside: Cast) -> None:
    change_roles(member=inside.amir, roles=["administrator"], by=inside.olive, reason="Promotion")
    end_membership(member=inside.amir, by=inside.olive, reason="Left", now=NOW)
    _, token = make_invitation(inside, email="amir@example.com")
    member = accept_invitation(token=token, user=inside.amir.user, now=NOW)
    assert (member.pk, member.roles, member.ended_at) == (inside.amir.pk, ["account_manager"], None)


def test_a_member_gains_no_role_by_an_invitation(inside: Cast) -> None:
    _, token = make_invitation(inside, by="ada", roles="manager")
    with pytest.raises(Refused, match="member of Acme already"):
        accept_invitation(token=token, user=inside.ada.user, now=NOW)
    inside.ada.refresh_from_db()
    assert inside.ada.roles == ["administrator"]


def test_whoever_may_no_longer_invite_has_no_back_door(inside: Cast) -> None:
    _, token = make_invitation(inside, by="ada", roles="auditor")
    end_membership(member=inside.ada, by=inside.olive, reason="Dismissed", now=NOW)
    with pytest.raises(Refused, match="may no longer invite"):
        accept_invitation(token=token, user=make_user("Accomplice"), now=NOW)


@pytest.mark.parametrize(
    ("by", "role"),
    [("ada", "administrator"), ("ada", "owner"), ("olive", "owner"), ("mia", "account_manager")],
)
def test_nobody_gives_a_role_that_is_not_theirs_to_give(inside: Cast, by: str, role: str) -> None:
    with pytest.raises(Refused, match="may not give this role"):
        make_invitation(inside, by=by, roles=role)


@pytest.mark.parametrize(
    "address", ["", "ada", "a@b", "x\n@example.com", "a" * 64 + "@" + "b" * 63 + ".com" * 40]
)
def test_what_is_no_address_is_refused_at_its_field(inside: Cast, address: str) -> None:
    with pytest.raises(Refused) as refusal:
        make_invitation(inside, email=address)
    assert refusal.value.field == "email"


def test_a_member_is_not_invited_again(inside: Cast) -> None:
    with pytest.raises(Refused, match=r"alex@example.com is a member already"):
        make_invitation(inside, email="ALEX@example.com")


def test_a_workspace_sends_a_limited_number_of_invitations_a_day(
    inside: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(invitations, "INVITATIONS_A_DAY", 2)
    make_invitation(inside, email="a@example.com")
    make_invitation(inside, email="b@example.com")
    with pytest.raises(Refused, match="2 invitations were sent within a day"):
        make_invitation(inside, email="c@example.com")
