"""Workspaces, roles, the last owner, teams."""

import threading

import pytest
from django.db import connection

from kamtrak.lib.errors import Refused
from kamtrak.tenancy import in_workspace
from tests.cast import NOW, Cast, make_user
from workspaces.models import Membership, TeamMember, User, Workspace
from workspaces.queries.people import Scope, scope_of
from workspaces.rules import Role
from workspaces.services.people import change_roles, create_workspace, end_membership, set_team


def test_whoever_makes_a_workspace_is_its_owner_and_account_manager(db: None) -> None:
    workspace = create_workspace(name="Halden & Brook", owner=make_user("Maren"), currency="CHF")
    assert workspace.slug == "halden-brook"
    assert workspace.currencies[0] == "CHF"
    assert Membership.objects.get(workspace=workspace).roles == ["owner", "account_manager"]


def test_two_workspaces_of_one_name_have_two_addresses(db: None) -> None:
    maren, tom = make_user("Maren"), make_user("Tom")
    first = create_workspace(name="Halden", owner=maren)
    second = create_workspace(name="halden", owner=tom)
    assert first.slug == "halden"
    assert second.slug.startswith("halden-")


def test_a_name_in_signs_without_letters_still_gets_an_address(db: None) -> None:
    assert create_workspace(name="株式会社 🚀", owner=make_user("Yuki")).slug == "workspace"


def test_an_address_that_the_site_needs_itself_is_not_given_away(db: None) -> None:
    assert create_workspace(name="New", owner=make_user("Maren")).slug.startswith("new-")


@pytest.mark.parametrize(
    ("name", "currency", "field"),
    [("", "USD", "name"), ("x" * 300, "USD", "name"), ("Fine", "XYZ", "currency")],
)
def test_a_workspace_without_a_name_or_with_an_unknown_currency_is_refused(
    db: None, name: str, currency: str, field: str
) -> None:
    with pytest.raises(Refused) as refusal:
        create_workspace(name=name, owner=make_user("Maren"), currency=currency)
    assert refusal.value.field == field


def test_addresses_of_people_are_kept_in_lower_case(db: None) -> None:
    assert User.objects.create_user(" Maren.L@Example.COM ", "x", name="M").email == "maren.l@example.com"


def test_only_an_owner_changes_roles(inside: Cast) -> None:
    for name in ("ada", "mia", "alex", "audrey"):
        with pytest.raises(Refused, match="Only an owner changes roles"):
            change_roles(member=inside.amir, roles=["manager"], by=getattr(inside, name), reason="Promotion")
    change_roles(
        member=inside.amir, roles=["manager", "account_manager"], by=inside.olive, reason="Promotion"
    )
    inside.amir.refresh_from_db()
    assert inside.amir.roles == ["account_manager", "manager"]


def test_changing_roles_and_removing_need_a_reason(inside: Cast) -> None:
    with pytest.raises(Refused, match="Say why") as refusal:
        change_roles(member=inside.amir, roles=["manager"], by=inside.olive, reason="  ")
    assert refusal.value.field == "reason"
    with pytest.raises(Refused, match="Say why"):
        end_membership(member=inside.amir, by=inside.olive, reason="", now=NOW)


def test_the_last_owner_can_neither_step_down_nor_be_removed(inside: Cast) -> None:
    with pytest.raises(Refused, match="keeps at least one owner"):
        change_roles(member=inside.olive, roles=["account_manager"], by=inside.olive, reason="Tired")
    with pytest.raises(Refused, match="keeps at least one owner"):
        end_membership(member=inside.olive, by=inside.olive, reason="Tired", now=NOW)


def test_ownership_is_handed_over_in_two_steps(inside: Cast) -> None:
    change_roles(member=inside.ada, roles=["owner"], by=inside.olive, reason="New lead")
    change_roles(member=inside.olive, roles=["account_manager"], by=inside.olive, reason="Handed over")
    owners = Membership.objects.filter(workspace=inside.acme, roles__contains=["owner"])
    assert [owner.pk for owner in owners] == [inside.ada.pk]


def test_a_right_that_was_lost_meanwhile_is_lost(inside: Cast) -> None:
    change_roles(member=inside.ada, roles=["owner"], by=inside.olive, reason="New lead")
    stale = Membership.objects.get(pk=inside.olive.pk)
    change_roles(member=inside.olive, roles=["auditor"], by=inside.ada, reason="Handed over")
    with pytest.raises(Refused, match="Only an owner changes roles"):
        change_roles(member=inside.ada, roles=["auditor"], by=stale, reason="Back again")


def test_an_administrator_removes_members_but_no_owner(inside: Cast) -> None:
    end_membership(member=inside.amir, by=inside.ada, reason="Left the company", now=NOW)
    inside.amir.refresh_from_db()
    assert inside.amir.ended_at == NOW
    with pytest.raises(Refused, match="Only an owner removes an owner"):
        end_membership(member=inside.olive, by=inside.ada, reason="Coup", now=NOW)


def test_nobody_changes_a_member_of_another_workspace(inside: Cast) -> None:
    with pytest.raises(Refused, match="no longer a member"):
        change_roles(member=inside.sam, roles=["auditor"], by=inside.olive, reason="Mischief")


def test_who_leaves_leaves_the_team(inside: Cast) -> None:
    end_membership(member=inside.alex, by=inside.olive, reason="Left", now=NOW)
    assert not TeamMember.objects.filter(member=inside.alex).exists()
    assert scope_of(inside.mia) == Scope(frozenset({inside.mia.pk}))


def test_a_manager_reads_exactly_the_team_and_themselves(inside: Cast) -> None:
    assert scope_of(inside.mia) == Scope(frozenset({inside.mia.pk, inside.alex.pk}))
    set_team(manager=inside.mia, members=[inside.amir, inside.olive], reason="Reshuffle")
    assert scope_of(inside.mia) == Scope(frozenset({inside.mia.pk, inside.amir.pk, inside.olive.pk}))


def test_a_team_holds_account_managers_of_the_same_workspace_only(inside: Cast) -> None:
    for outsider in (inside.audrey, inside.sam, inside.mia):
        with pytest.raises(Refused, match="other people who are account managers"):
            set_team(manager=inside.mia, members=[outsider], reason="Mischief")
    with pytest.raises(Refused, match="Only a manager has a team"):
        set_team(manager=inside.alex, members=[inside.amir], reason="Mischief")


@pytest.mark.django_db(transaction=True)
def test_two_owners_who_step_down_at_once_leave_one_behind() -> None:
    olive, tom = make_user("Olive"), make_user("Tom")
    workspace = create_workspace(name="Acme", owner=olive)
    with in_workspace(workspace.pk):
        first = Membership.objects.get(user=olive)
        second = Membership.objects.create(workspace=workspace, user=tom, roles=["owner"])
    refusals: list[str] = []

    def step_down(member: Membership) -> None:
        try:
            with in_workspace(workspace.pk):
                change_roles(member=member, roles=["auditor"], by=member, reason="Tired")
        except Refused as refusal:
            refusals.append(refusal.message)
        finally:
            connection.close()

    threads = [threading.Thread(target=step_down, args=[member]) for member in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refusals) == 1
    assert Membership.objects.filter(workspace=workspace, roles__contains=[Role.OWNER.value]).count() == 1


def test_settings_of_a_new_workspace_are_those_of_the_rules(cast: Cast) -> None:
    acme = Workspace.objects.get(slug="acme")
    assert (acme.currency, acme.fiscal_year_start, acme.rate_mode) == ("USD", 1, "semi_automatic")
    assert acme.currencies == ["USD", "EUR", "GBP", "JPY", "CAD", "AUD"]
    assert acme.rate_limit_days == 7
