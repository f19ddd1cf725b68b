"""Who, when, what, from what to what, and why (rules 8.4)."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from kamtrak.history import because
from kamtrak.tenancy import in_workspace
from tests.cast import NOW, Cast
from workspaces.models import ClientAccount, ClientName
from workspaces.queries.events import tracked_models
from workspaces.queries.history import Change, Entry, Wanted, history_of, workspace_history
from workspaces.services.clients import add_alias, merge_clients, pick_or_create_client, rename_client
from workspaces.services.people import change_roles, set_team
from workspaces.services.settings import Settings, change_settings


def entries(cast: Cast, **wanted: object) -> list[Entry]:
    return workspace_history(cast.acme, Wanted(**wanted)).entries  # type: ignore[arg-type]


def test_a_change_of_roles_is_told_with_person_reason_before_and_after(inside: Cast) -> None:
    change_roles(member=inside.amir, roles=["manager"], by=inside.olive, reason="Promotion")
    told = entries(inside, kind="workspaces.membership")[0]
    assert (told.person, told.noun, told.title, told.action) == ("Olive", "Member", "Amir", "changed")
    assert told.changes == (Change("Roles", "Account manager", "Manager"),)
    assert told.reason == "Promotion"


def test_a_reason_belongs_to_its_own_change_alone(inside: Cast) -> None:
    change_roles(member=inside.amir, roles=["manager"], by=inside.olive, reason="Promotion")
    pick_or_create_client(workspace=inside.acme, name="Nordhavn")
    told = entries(inside, kind="workspaces.clientaccount")[0]
    assert (told.person, told.reason) == ("Olive", "")


def test_a_team_is_told_by_the_names_of_its_people(inside: Cast) -> None:
    set_team(manager=inside.mia, members=[inside.amir], reason="New territories")
    told = entries(inside, kind="workspaces.teammember")[:2]
    assert {(entry.action, entry.title) for entry in told} == {
        ("added", "Amir in the team of Mia"),
        ("removed", "Alex in the team of Mia"),
    }


def test_settings_are_told_in_plain_words(inside: Cast) -> None:
    before = Settings.of(inside.acme)
    wanted = Settings(**{**before.__dict__, "fiscal_year_start": 4, "rate_mode": "manual"})
    change_settings(
        workspace=inside.acme, by=inside.olive, wanted=wanted, reason="Group year", seen=before.stamp, now=NOW
    )
    told = entries(inside, kind="workspaces.workspace")[0]
    assert told.changes == (
        Change("Fiscal year starts in", "January", "April"),
        Change("Rates", "Own rates first, published for the rest", "Own rates only"),
    )


def test_a_merge_names_both_clients_and_hides_what_only_the_machine_needs(inside: Cast) -> None:
    old = pick_or_create_client(workspace=inside.acme, name="Nordh.")
    new = pick_or_create_client(workspace=inside.acme, name="Nordhavn")
    merge_clients(account=old, into=new, reason="One company")
    told = [entry for entry in history_of(old) if entry.action == "changed"]
    assert [entry.changes for entry in told] == [(Change("Merged into", "–", "Nordhavn"),)]


def test_the_history_of_one_thing_holds_what_belongs_to_it(inside: Cast) -> None:
    account = pick_or_create_client(workspace=inside.acme, name="Nordhavn")
    pick_or_create_client(workspace=inside.acme, name="Somebody else")
    rename_client(account=account, name="Nordhavn Group")
    add_alias(account=account, name="NHL")
    told = history_of(account, also=[(ClientName, "account", account.pk)])
    assert {entry.noun for entry in told} == {"Client account", "Client name"}
    assert not [entry for entry in told if "Somebody" in entry.title]
    renamed = next(e for e in told if e.noun == "Client account" and e.action == "changed")
    assert renamed.changes == (Change("Name", "Nordhavn", "Nordhavn Group"),)


def test_what_was_removed_is_still_called_by_its_name(inside: Cast) -> None:
    account = pick_or_create_client(workspace=inside.acme, name="Nordhavn")
    add_alias(account=account, name="NHL")
    ClientName.objects.get(name="NHL").delete()
    told = entries(inside, kind="workspaces.clientname")[0]
    assert (told.action, told.title) == ("removed", "NHL for Nordhavn")


def test_changes_by_raw_sql_are_in_the_history_too(inside: Cast) -> None:
    account = pick_or_create_client(workspace=inside.acme, name="Nordhavn")
    ClientAccount.objects.filter(pk=account.pk).update(name="Written past the services")
    assert entries(inside, kind="workspaces.clientaccount")[0].changes[0].after == "Written past the services"


def test_the_history_is_filtered_by_person_kind_and_day(inside: Cast) -> None:
    pick_or_create_client(workspace=inside.acme, name="Nordhavn")
    with because(user=inside.ada.user_id):
        pick_or_create_client(workspace=inside.acme, name="Aurelia")
    by_ada = entries(inside, user_id=inside.ada.user_id, kind="workspaces.clientaccount")
    assert [entry.title for entry in by_ada] == ["Aurelia"]
    today = timezone.now().astimezone(inside.acme.zone).date()
    assert entries(inside, day=today)
    assert entries(inside, day=today - timedelta(days=1)) == []
    assert entries(inside, day=date(2020, 1, 1)) == []


def test_pages_follow_each_other_without_a_gap_or_a_repetition(
    inside: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(20):
        pick_or_create_client(workspace=inside.acme, name=f"Client {number}")
    whole = workspace_history(inside.acme, Wanted(), size=1000).entries
    pieces: list[Entry] = []
    cursor = ""
    while True:
        page = workspace_history(inside.acme, Wanted(after=cursor), size=3)
        pieces += page.entries
        cursor = page.next
        if not cursor:
            break
    assert pieces == whole
    assert len(whole) > 20


def test_changes_without_interest_to_people_do_not_shorten_a_page(inside: Cast) -> None:
    account = pick_or_create_client(workspace=inside.acme, name="Nordhavn")
    for other in range(8):  # the survivor is the machine's own column
        hidden = pick_or_create_client(workspace=inside.acme, name=f"Other {other}")
        ClientAccount.objects.filter(pk=account.pk).update(survivor=hidden)
    page = workspace_history(inside.acme, Wanted(kind="workspaces.clientaccount"), size=5)
    assert len(page.entries) == 5


@pytest.mark.parametrize("cursor", ["nonsense", "~~", "2026-01-01~x", "a~b~c"])
def test_a_cursor_that_nobody_made_here_shows_the_first_page(inside: Cast, cursor: str) -> None:
    assert entries(inside, after=cursor) == entries(inside)


def test_another_workspace_has_its_own_history(cast: Cast) -> None:
    with in_workspace(cast.other.pk):
        told = workspace_history(cast.other, Wanted()).entries
        assert {entry.title for entry in told} == {"Other", "Sam"}
        assert workspace_history(cast.acme, Wanted()).entries == []


def test_a_page_of_the_history_costs_few_questions(
    inside: Cast, django_assert_max_num_queries: object
) -> None:
    for number in range(20):
        pick_or_create_client(workspace=inside.acme, name=f"Client {number}")
    with django_assert_max_num_queries(6):  # type: ignore[operator]
        workspace_history(inside.acme, Wanted())


def test_every_tracked_model_of_a_workspace_is_in_the_history() -> None:
    assert {"workspaces.workspace", "workspaces.membership", "contributions.contribution"} <= set(
        tracked_models()
    )
