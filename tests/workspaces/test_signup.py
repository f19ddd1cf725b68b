"""Signing up, the link of an invitation, the start page, the look."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kamtrak.tenancy import in_workspace
from tests.cast import PASSWORD, Cast, make_user
from workspaces.models import Membership, User, Workspace
from workspaces.services.invitations import invite, revoke_invitation
from workspaces.services.people import end_membership

pytestmark = pytest.mark.django_db
NEWCOMER = {"name": "Nora Hansen", "email": "Nora.Hansen@Example.com", "password1": PASSWORD}


@pytest.fixture
def browser() -> Client:
    return Client()


def sign_up(browser: Client, **changes: str) -> Any:
    return browser.post(reverse("account_signup"), NEWCOMER | changes)


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def invited(cast: Cast, email: str = "nora.hansen@example.com", days_ago: int = 0, **changes: Any) -> str:
    """The address of the page behind an invitation of acme."""
    values: dict[str, Any] = {"by": cast.olive, "roles": ["account_manager"], **changes}
    with in_workspace(cast.acme.pk):
        now = timezone.now() - timedelta(days=days_ago)
        _, token = invite(workspace=cast.acme, email=email, now=now, **values)
    return reverse("invitation", args=[token])


def memberships(email: str) -> dict[str, list[str]]:
    found = Membership.objects.filter(user__email=email, ended_at=None).select_related("workspace")
    return {member.workspace.name: member.roles for member in found}


# ------------------------------------------------------------------ signing up
def test_signing_up_asks_name_e_mail_and_password_in_this_order(browser: Client) -> None:
    page = text(browser.get(reverse("account_signup")))
    assert re.findall(r'name="(name|email|password1)"', page) == ["name", "email", "password1"]


def test_whoever_signs_up_gets_a_workspace_of_their_own(browser: Client) -> None:
    response = sign_up(browser)
    assert (response.status_code, response["Location"]) == (302, "/")
    assert memberships("nora.hansen@example.com") == {"Nora’s workspace": ["owner", "account_manager"]}
    assert browser.get("/")["Location"] == "/w/noras-workspace/"


def test_currency_time_zone_and_fiscal_year_are_chosen_when_signing_up(browser: Client) -> None:
    page = text(browser.get(reverse("account_signup")))
    assert '<option value="UTC" selected>' in page
    assert "It can change until something is confirmed, closed or issued." in page
    sign_up(browser, currency="DKK", time_zone="Europe/Copenhagen", fiscal_year_start="4")
    made = Workspace.objects.get()
    assert (made.currency, made.time_zone, made.fiscal_year_start) == ("DKK", "Europe/Copenhagen", 4)
    assert "DKK" in made.currencies


def test_whoever_is_invited_is_asked_nothing_about_a_workspace_and_gets_the_usual(
    cast: Cast, browser: Client
) -> None:
    browser.get(invited(cast))
    assert "Fiscal year starts in" not in text(browser.get(reverse("account_signup")))
    sign_up(browser)
    made = Workspace.objects.get(name="Nora’s workspace")
    assert (made.currency, made.time_zone, made.fiscal_year_start) == ("USD", "UTC", 1)


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ({"currency": "ABC"}, "“ABC” is not a currency. Choose one from the list."),
        ({"time_zone": "Mars/Olympus"}, "Choose a time zone from the list, like Europe/Berlin."),
    ],
)
def test_a_beginning_that_cannot_be_is_refused(browser: Client, choice: dict[str, str], message: str) -> None:
    assert message in text(sign_up(browser, **choice))
    assert not User.objects.exists()


def test_the_e_mail_is_kept_in_lower_case_and_signs_in_in_any(browser: Client) -> None:
    sign_up(browser)
    assert User.objects.get().email == "nora.hansen@example.com"
    response = Client().post(
        reverse("account_login"), {"login": "NORA.hansen@EXAMPLE.com", "password": PASSWORD}
    )
    assert response.status_code == 302


def test_one_address_has_one_account_whatever_its_case(browser: Client) -> None:
    make_user("Nora", "nora.hansen@example.com")
    response = sign_up(browser)
    assert response.status_code == 200
    assert User.objects.count() == 1
    assert "Nora.Hansen@Example.com" in text(response)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("x" * 300, "Your name has 300 characters; at most 200 are kept."),
        ("Nora\x07Hansen", "Your name has control characters."),
        ("Nora \u202eHansen", "Your name has invisible marks that turn the direction of reading."),
        ("   ", "Your name is empty."),
    ],
)
def test_a_name_that_cannot_be_taken_is_refused_at_its_field_and_the_input_stays(
    browser: Client, name: str, message: str
) -> None:
    response = sign_up(browser, name=name)
    assert message in text(response)
    assert 'aria-describedby="id_name_error"' in text(response)
    assert "Nora.Hansen@Example.com" in text(response)
    assert not User.objects.exists()


def test_an_emoji_is_a_fine_name_and_a_very_long_one_makes_a_workspace_too(browser: Client) -> None:
    sign_up(browser, name="🐧" + "x" * 150)
    assert Workspace.objects.get().name == "🐧" + "x" * 59 + "’s workspace"


def test_an_installation_may_be_open_to_invited_people_alone(
    cast: Cast, browser: Client, settings: LazySettings
) -> None:
    settings.INVITATION_ONLY = True
    assert "Accounts come by invitation" in text(sign_up(browser))
    assert not User.objects.filter(name="Nora Hansen").exists()
    browser.get(invited(cast))
    sign_up(browser)
    assert set(memberships("nora.hansen@example.com")) == {"Nora’s workspace", "Acme"}


def test_an_invitation_that_was_used_up_opens_no_closed_door(
    cast: Cast, browser: Client, settings: LazySettings
) -> None:
    settings.INVITATION_ONLY = True
    browser.get(invited(cast))
    with in_workspace(cast.acme.pk):
        revoke_invitation(invitation=cast.acme.invitations.get(), now=timezone.now())
    assert "Accounts come by invitation" in text(sign_up(browser))


# ------------------------------------------------------------------ the link of an invitation
def test_a_signed_out_person_signs_up_and_is_in_both_workspaces(cast: Cast, browser: Client) -> None:
    page = text(browser.get(invited(cast)))
    assert "Olive invites you as account manager" in page
    assert f"{reverse('account_signup')}?email=nora.hansen%40example.com" in page
    sign_up(browser)
    assert memberships("nora.hansen@example.com") == {
        "Acme": ["account_manager"],
        "Nora’s workspace": ["owner", "account_manager"],
    }
    assert browser.get("/")["Location"] == "/w/acme/"


def test_a_signed_out_person_with_an_account_signs_in_and_comes_back(cast: Cast, browser: Client) -> None:
    make_user("Nora", "nora.hansen@example.com")
    link = invited(cast)
    assert f"{reverse('account_login')}?next={link.replace('/', '%2F')}" in text(browser.get(link))
    browser.post(reverse("account_login"), {"login": "nora.hansen@example.com", "password": PASSWORD})
    assert browser.get("/")["Location"] == link
    response = browser.post(link)
    assert response["Location"] == "/w/acme/"
    assert memberships("nora.hansen@example.com") == {"Acme": ["account_manager"]}


def test_the_page_says_clearly_that_one_is_signed_in_as_somebody_else(cast: Cast) -> None:
    link = invited(cast)
    page = text(cast.browser("sam").get(link))
    assert "You are signed in as sam@example.com." in page
    assert "The invitation was sent to nora.hansen@example.com." in page
    response = cast.browser("sam").post(link, {"other": "1"})
    assert response["Location"] == link
    assert "Create an account and join" in text(cast.browser("sam").get(link))
    assert set(memberships("sam@example.com")) == {"Other"}


def test_a_link_pressed_twice_lets_in_once(cast: Cast) -> None:
    link = invited(cast)
    assert cast.browser("sam").post(link)["Location"] == "/w/acme/"
    again = cast.browser("sam").post(link)
    assert again.status_code == 410
    assert "This invitation has been used already." in text(again)


@pytest.mark.parametrize(
    ("days_ago", "message"), [(8, "This invitation expired on"), (0, "This is not the link of an invitation")]
)
def test_an_expired_or_mistyped_link_explains_itself(
    cast: Cast, browser: Client, days_ago: int, message: str
) -> None:
    link = invited(cast, days_ago=days_ago)
    page = browser.get(link if days_ago else "/invitation/mistyped/")
    assert page.status_code == 410
    assert message in text(page)


def test_a_withdrawn_link_explains_itself(cast: Cast, browser: Client) -> None:
    link = invited(cast)
    with in_workspace(cast.acme.pk):
        revoke_invitation(invitation=cast.acme.invitations.get(), now=timezone.now())
    assert "This invitation was withdrawn. Ask Olive for a new one." in text(browser.get(link))


def test_a_member_is_told_that_they_are_one(cast: Cast) -> None:
    link = invited(cast)
    assert "You are a member of Acme already." in text(cast.browser("alex").get(link))


# ------------------------------------------------------------------ where one begins
def test_home_leads_to_the_workspace_that_was_open_last(cast: Cast) -> None:
    with in_workspace(cast.acme.pk):
        Membership.objects.create(workspace=cast.acme, user=cast.sam.user, roles=["auditor"])
    browser = cast.browser("sam")
    assert browser.get("/")["Location"] == "/w/acme/"
    browser.get("/w/other/clients/")
    assert browser.get("/")["Location"] == "/w/other/"


def test_home_leads_past_a_workspace_that_one_has_left(cast: Cast) -> None:
    browser = cast.browser("amir")
    browser.get("/w/acme/clients/")
    with in_workspace(cast.acme.pk):
        end_membership(member=cast.amir, by=cast.olive, reason="Left", now=timezone.now())
    assert browser.get("/")["Location"] == reverse("workspace_new")
    assert "You are in no workspace." in text(browser.get(reverse("workspace_new")))


def test_a_second_workspace_is_made_and_opened(cast: Cast) -> None:
    url = reverse("workspace_new")
    response = cast.browser("sam").post(url, {"name": "Sam & Sons", "currency": "CHF"})
    assert response["Location"] == "/w/sam-sons/"
    assert Workspace.objects.get(slug="sam-sons").currency == "CHF"
    refused = cast.browser("sam").post(url, {"name": "x" * 300, "currency": "CHF"})
    assert refused.status_code == 422
    assert "has 300 characters" in text(refused)
    assert "x" * 300 in text(refused)


def test_the_form_of_a_new_workspace_sent_twice_makes_one(cast: Cast) -> None:
    url = reverse("workspace_new")
    once = cast.browser("sam").get(url).context["form"]["once"].value()
    sent = {"name": "Sam & Sons", "currency": "CHF", "once": once}
    answers = [cast.browser("sam").post(url, sent)["Location"] for _ in range(2)]
    assert answers == ["/w/sam-sons/", "/w/sam-sons/"]
    assert Workspace.objects.filter(name="Sam & Sons").count() == 1


# ------------------------------------------------------------------ profile and look
def test_a_person_changes_their_name_and_switches_the_key_off(cast: Cast) -> None:
    browser = cast.browser("alex")
    assert 'data-shortcuts="off"' not in text(browser.get("/w/acme/clients/"))
    browser.post(reverse("profile"), {"name": "Alexandra König"})
    alex = User.objects.get(pk=cast.alex.user_id)
    assert (alex.name, alex.quick_add_key) == ("Alexandra König", False)
    assert 'data-shortcuts="off"' in text(browser.get("/w/acme/clients/"))
    refused = browser.post(reverse("profile"), {"name": "Alex\u202e"})
    assert refused.status_code == 422
    assert "invisible marks" in text(refused)


def test_the_appearance_is_kept_in_a_cookie_and_drawn_by_the_server(cast: Cast) -> None:
    browser, url = cast.browser("alex"), reverse("appearance")
    response = browser.post(url, {"appearance": "dark", "next": "/w/acme/clients/?q=x"})
    assert response["Location"] == "/w/acme/clients/?q=x"
    cookie = response.cookies["appearance"]
    assert (cookie.value, cookie["httponly"], cookie["samesite"]) == ("dark", True, "Lax")
    assert 'data-bs-theme="dark"' in text(browser.get("/w/acme/clients/"))
    browser.post(url, {"appearance": "system"})
    assert "data-bs-theme" not in text(browser.get("/w/acme/clients/"))


@pytest.mark.parametrize("value", ["", "purple", '"><script>'])
def test_a_look_that_does_not_exist_is_that_of_the_system(cast: Cast, value: str) -> None:
    cast.browser("alex").cookies["appearance"] = value
    assert "data-bs-theme" not in text(cast.browser("alex").get("/w/acme/clients/"))


def test_the_look_leads_back_to_this_site_only(cast: Cast) -> None:
    response = cast.browser("alex").post(
        reverse("appearance"), {"appearance": "dark", "next": "https://evil.example/"}
    )
    assert response["Location"] == "/"


# ------------------------------------------------------------------ the account's own forms
def test_a_refused_form_names_its_fields_as_the_page_does(cast: Cast) -> None:
    page = text(cast.browser("alex").post(reverse("account_change_password"), {"oldpassword": "no"}))
    assert "Present password: This is not your password." in page
    assert "New password: Enter the new password." in page
    assert "The same again: Enter the new password again." in page


def test_who_mistypes_signing_in_is_told_so_in_our_words(browser: Client) -> None:
    page = text(browser.post(reverse("account_login"), {"login": "olive", "password": ""}))
    assert "E-mail: Enter an e-mail address, like ada@example.com." in page
    assert "Password: Enter your password." in page
