"""Pages of members, roles, teams and invitations."""

import re
from typing import Any

import pytest
from django.core import mail
from django.urls import reverse

from kamtrak.tenancy import in_workspace
from tests.cast import NOW, Cast
from workspaces.models import Invitation, Membership, TeamMember, Workspace

pytestmark = pytest.mark.django_db


def url(name: str, *args: Any) -> str:
    return reverse(name, args=["acme", *args])


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def send_invitation(cast: Cast, who: str = "olive", **data: Any) -> Any:
    values = {"email": "nora@example.com", "roles": ["account_manager"]} | data
    return cast.browser(who).post(url("member_invite"), values)


def test_members_are_listed_with_roles_and_team(cast: Cast) -> None:
    page = text(cast.browser("ada").get(url("members")))
    row = page.split(url("member", cast.mia.pk))[1].split("</tr>")[0]
    assert "Manager" in row
    assert "Alex" in row
    assert "amir@example.com" in page


def test_the_link_of_an_invitation_is_mailed_and_shown_this_once(
    cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        page = text(send_invitation(cast))
    (link,) = re.findall(r"http://testserver/invitation/[\w-]{40,}/", page)
    (sent,) = mail.outbox
    assert sent.to == ["nora@example.com"]
    assert sent.subject == "Olive invites you to Acme on KamTrak"
    assert link in sent.body
    assert "as account manager" in sent.body
    assert link not in text(cast.browser("olive").get(url("members")))
    assert cast.browser("sam").get(link).status_code == 200


def test_without_a_mail_server_the_page_says_to_hand_over_the_link(cast: Cast, settings: Any) -> None:
    assert "A mail with this link is on its way." in text(send_invitation(cast))
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    page = text(send_invitation(cast, email="second@example.com"))
    assert "No mail server is set here, so hand over the link yourself" in page
    assert "on its way" not in page


def test_the_last_day_of_an_invitation_is_the_workspaces_day_everywhere(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    """23 November, 03:00 UTC, is still the 22nd in New York."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW.replace(hour=3))
    with in_workspace(cast.acme.pk):
        Workspace.objects.filter(pk=cast.acme.pk).update(time_zone="America/New_York")
    with django_capture_on_commit_callbacks(execute=True):
        page = text(send_invitation(cast))
    (link,) = re.findall(r"http://testserver/invitation/[\w-]{40,}/", page)
    listed = text(cast.browser("olive").get(url("members")))
    (sent,) = mail.outbox
    for said in (page, listed, sent.body, text(cast.browser("sam").get(link))):
        assert "29 Nov 2026" in said


def test_whoever_is_in_a_team_is_listed_with_who_leads_it(cast: Cast) -> None:
    page = text(cast.browser("ada").get(url("members")))
    assert "led by Mia" in page.split(url("member", cast.alex.pk))[1].split("</tr>")[0]


def test_a_mail_server_that_fails_leaves_the_link(
    cast: Cast, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        page = text(send_invitation(cast))
    assert len(callbacks) == 1
    assert "/invitation/" in page


def test_an_address_that_is_none_is_refused_at_its_field_and_stays(cast: Cast) -> None:
    response = send_invitation(cast, email="nora at example")
    assert response.status_code == 422
    assert "Enter an e-mail address, like ada@example.com." in text(response)
    assert 'value="nora at example"' in text(response)


def test_an_administrator_is_not_offered_what_is_not_theirs_to_give(cast: Cast) -> None:
    assert 'value="administrator"' not in text(cast.browser("ada").get(url("member_invite")))
    response = send_invitation(cast, "ada", roles=["administrator"])
    assert response.status_code == 422
    assert "You may not give this role." in text(response)
    assert not Invitation.objects.exists()


def test_an_open_invitation_is_renewed_or_withdrawn(cast: Cast) -> None:
    send_invitation(cast)
    first = Invitation.objects.get()
    page = text(cast.browser("ada").post(url("invitation_act", first.pk), {"action": "renew"}))
    assert "http://testserver/invitation/" in page
    second = Invitation.objects.get(revoked_at=None)
    assert second.pk != first.pk
    cast.browser("ada").post(url("invitation_act", second.pk), {"action": "revoke"})
    assert not Invitation.objects.filter(revoked_at=None).exists()


def test_an_administrator_renews_no_invitation_that_gives_more_than_they_may(cast: Cast) -> None:
    send_invitation(cast, roles=["administrator"])
    found = Invitation.objects.get()
    response = cast.browser("ada").post(url("invitation_act", found.pk), {"action": "renew"}, follow=True)
    assert "You may not give this role." in text(response)


def test_an_owner_changes_roles_with_a_reason(cast: Cast) -> None:
    data = {"roles": ["manager", "account_manager"], "reason": "Promotion"}
    response = cast.browser("olive").post(url("member", cast.amir.pk), data, follow=True)
    assert Membership.objects.get(pk=cast.amir.pk).roles == ["account_manager", "manager"]
    assert "Promotion" in text(response)
    assert "Account manager</span>" in text(response)


def test_roles_without_a_reason_are_refused_and_what_was_chosen_stays(cast: Cast) -> None:
    response = cast.browser("olive").post(
        url("member", cast.amir.pk), {"roles": ["manager", "auditor"], "reason": ""}
    )
    assert response.status_code == 422
    assert "Say why: it is kept in the history." in text(response)
    chosen = re.findall(r'value="(\w+)" id="page_roles_\d" checked', text(response))
    assert chosen == ["manager", "auditor"]


def test_an_administrator_sees_roles_and_cannot_change_them(cast: Cast) -> None:
    page = text(cast.browser("ada").get(url("member", cast.amir.pk)))
    assert "Roles are changed by an owner." in page
    response = cast.browser("ada").post(
        url("member", cast.amir.pk), {"roles": ["owner"], "reason": "Mischief"}
    )
    assert response.status_code == 422
    assert Membership.objects.get(pk=cast.amir.pk).roles == ["account_manager"]


def test_the_last_owner_is_protected_on_the_page_too(cast: Cast) -> None:
    response = cast.browser("olive").post(
        url("member", cast.olive.pk), {"roles": ["account_manager"], "reason": "Tired"}
    )
    assert "A workspace keeps at least one owner. Make somebody else an owner first." in text(response)
    response = cast.browser("olive").post(url("member_end", cast.olive.pk), {"reason": "Tired"})
    assert response.status_code == 422


def test_handing_over_leaves_the_former_owner_where_they_may_be(cast: Cast) -> None:
    cast.browser("olive").post(url("member", cast.ada.pk), {"roles": ["owner"], "reason": "New lead"})
    response = cast.browser("olive").post(
        url("member", cast.olive.pk), {"roles": ["account_manager"], "reason": "Handed over"}, follow=True
    )
    assert response.redirect_chain[0][0] == "/"
    assert response.status_code == 200


def test_removing_a_person_needs_a_reason_and_works_at_once(cast: Cast) -> None:
    response = cast.browser("ada").post(url("member_end", cast.amir.pk), {"reason": " "})
    assert response.status_code == 422
    assert cast.browser("amir").get(url("clients")).status_code == 200
    cast.browser("ada").post(url("member_end", cast.amir.pk), {"reason": "Left the company"})
    assert cast.browser("amir").get(url("clients")).status_code == 404
    page = text(cast.browser("ada").get(url("members"), {"ended": "1"}))
    assert "amir@example.com" in page


def test_a_team_is_chosen_among_account_managers(cast: Cast) -> None:
    page = text(cast.browser("ada").get(url("team", cast.mia.pk)))
    assert re.findall(r'name="members" value="(\d+)"', page) == [
        str(member.pk) for member in (cast.alex, cast.amir, cast.olive)
    ]
    data = {"members": [cast.amir.pk], "reason": "Reshuffle"}
    cast.browser("ada").post(url("team", cast.mia.pk), data)
    with in_workspace(cast.acme.pk):
        assert [row.member_id for row in TeamMember.objects.filter(manager=cast.mia)] == [cast.amir.pk]
    refused = cast.browser("ada").post(
        url("team", cast.mia.pk), {"members": [cast.sam.pk], "reason": "Mischief"}
    )
    assert "A team consists of other people who are account managers." in text(refused)


def test_a_form_is_a_part_for_the_dialog_and_a_page_without_javascript(cast: Cast) -> None:
    plain = text(cast.browser("ada").get(url("member_invite")))
    dialog = text(
        cast.browser("ada").get(url("member_invite"), headers={"HX-Request": "true", "HX-Target": "dialog"})
    )
    assert "<html" in plain
    assert "<html" not in dialog
    assert 'hx-target="#dialog"' in dialog
