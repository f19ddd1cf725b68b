"""Client accounts: pick or create, aliases, merging and taking it back (rules 3.7)."""

import pytest

from kamtrak.lib.errors import Refused
from tests.cast import Cast
from workspaces.models import ClientAccount, ClientName
from workspaces.queries.clients import clients_like, find_client
from workspaces.services import clients
from workspaces.services.clients import (
    add_alias,
    merge_clients,
    pick_or_create_client,
    remove_alias,
    rename_client,
    unmerge_client,
)


@pytest.fixture
def nordhavn(inside: Cast) -> ClientAccount:
    return pick_or_create_client(workspace=inside.acme, name="Nordhavn Logistics")


@pytest.fixture
def nordh(inside: Cast) -> ClientAccount:
    return pick_or_create_client(workspace=inside.acme, name="Nordhavn A/S")


def test_a_name_typed_in_another_case_picks_the_account(inside: Cast, nordhavn: ClientAccount) -> None:
    assert pick_or_create_client(workspace=inside.acme, name="  NORDHAVN  logistics") == nordhavn
    assert ClientAccount.objects.count() == 1


def test_an_alias_finds_its_account(inside: Cast, nordhavn: ClientAccount) -> None:
    add_alias(account=nordhavn, name="NHL")
    assert pick_or_create_client(workspace=inside.acme, name="nhl") == nordhavn


def test_a_name_is_one_accounts_only(nordhavn: ClientAccount, nordh: ClientAccount) -> None:
    with pytest.raises(Refused, match=r"already finds Nordhavn A/S. Merge the two instead") as refusal:
        add_alias(account=nordhavn, name="nordhavn a/s")
    assert refusal.value.field == "name"
    with pytest.raises(Refused, match="Merge the two instead"):
        rename_client(account=nordhavn, name="NORDHAVN A/S")


def test_the_former_name_stays_as_an_alias(inside: Cast, nordhavn: ClientAccount) -> None:
    rename_client(account=nordhavn, name="Nordhavn Group")
    assert find_client(inside.acme, "nordhavn logistics") == nordhavn
    nordhavn.refresh_from_db()
    assert nordhavn.name == "Nordhavn Group"
    rename_client(account=nordhavn, name="NORDHAVN Group")
    names = ClientName.objects.filter(account=nordhavn).order_by("is_alias").values_list("name", "is_alias")
    assert list(names) == [("NORDHAVN Group", False), ("Nordhavn Logistics", True)]


def test_an_account_keeps_its_own_name_when_aliases_go(nordhavn: ClientAccount) -> None:
    own = ClientName.objects.get(account=nordhavn)
    with pytest.raises(Refused, match="not there any more"):
        remove_alias(account=nordhavn, alias_id=own.pk)


def test_a_merge_lets_the_old_name_find_the_survivor(
    inside: Cast, nordhavn: ClientAccount, nordh: ClientAccount
) -> None:
    add_alias(account=nordh, name="NH")
    merge_clients(account=nordh, into=nordhavn, reason="One company")
    assert find_client(inside.acme, "Nordhavn A/S") == nordhavn
    assert pick_or_create_client(workspace=inside.acme, name="nh") == nordhavn
    assert ClientAccount.objects.count() == 2


def test_a_chain_of_merges_ends_at_the_last_survivor_and_is_undone_link_by_link(
    inside: Cast, nordhavn: ClientAccount, nordh: ClientAccount
) -> None:
    group = pick_or_create_client(workspace=inside.acme, name="Nordhavn Group")
    merge_clients(account=nordh, into=nordhavn, reason="One company")
    nordhavn.refresh_from_db()
    merge_clients(account=nordhavn, into=group, reason="Holding")
    assert find_client(inside.acme, "Nordhavn A/S") == group
    nordhavn.refresh_from_db()
    unmerge_client(account=nordhavn, reason="Sold again")
    assert find_client(inside.acme, "Nordhavn A/S") == nordhavn
    assert find_client(inside.acme, "Nordhavn Logistics") == nordhavn
    nordh.refresh_from_db()
    unmerge_client(account=nordh, reason="Two companies after all")
    assert find_client(inside.acme, "Nordhavn A/S") == nordh


def test_two_accounts_cannot_be_merged_into_each_other(nordhavn: ClientAccount, nordh: ClientAccount) -> None:
    stale = ClientAccount.objects.get(pk=nordhavn.pk)
    merge_clients(account=nordh, into=nordhavn, reason="One company")
    with pytest.raises(Refused, match="merged meanwhile"):
        merge_clients(account=stale, into=nordh, reason="The other way round")
    with pytest.raises(Refused, match="Choose another account"):
        merge_clients(account=nordhavn, into=nordhavn, reason="Itself")


def test_merging_and_taking_it_back_need_a_reason(nordhavn: ClientAccount, nordh: ClientAccount) -> None:
    with pytest.raises(Refused) as refusal:
        merge_clients(account=nordh, into=nordhavn, reason=" ")
    assert refusal.value.field == "reason"
    with pytest.raises(Refused, match="Say why"):
        unmerge_client(account=nordh, reason="")
    with pytest.raises(Refused, match="is not merged"):
        unmerge_client(account=nordh, reason="Never was")


def test_a_merged_account_takes_no_names(nordhavn: ClientAccount, nordh: ClientAccount) -> None:
    merge_clients(account=nordh, into=nordhavn, reason="One company")
    nordh.refresh_from_db()
    with pytest.raises(Refused, match="merged into another"):
        rename_client(account=nordh, name="Something else")
    with pytest.raises(Refused, match="finds this account already, by a merge"):
        add_alias(account=nordhavn, name="Nordhavn A/S")


def test_names_that_begin_with_the_text_come_first_and_each_account_once(inside: Cast) -> None:
    for name in ("Great Northern", "Northwind", "North Sea Shipping", "Southern"):
        pick_or_create_client(workspace=inside.acme, name=name)
    add_alias(account=find_client(inside.acme, "Northwind"), name="North-W")  # type: ignore[arg-type]
    found = [account.name for account in clients_like(inside.acme, "north")]
    assert found == ["North Sea Shipping", "Northwind", "Great Northern"]


def test_beginnings_are_found_among_very_many_names(inside: Cast) -> None:
    for number in range(60):
        pick_or_create_client(workspace=inside.acme, name=f"Aa{number:02} Zett")
    pick_or_create_client(workspace=inside.acme, name="Zett Holding")
    assert clients_like(inside.acme, "zett")[0].name == "Zett Holding"
    assert len(clients_like(inside.acme, "zett")) == 8


def test_signs_of_the_search_language_are_plain_signs(inside: Cast, nordhavn: ClientAccount) -> None:
    assert clients_like(inside.acme, "%") == []
    assert clients_like(inside.acme, "_") == []


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("x" * 300, "has 300 characters"),
        ("Acme\x07", "control characters"),
        ("Acme\u202e", "turn the direction"),
        (" ", "is empty"),
    ],
)
def test_a_client_name_that_cannot_be_taken_is_refused_at_its_field(
    inside: Cast, name: str, message: str
) -> None:
    with pytest.raises(Refused, match=message) as refusal:
        pick_or_create_client(workspace=inside.acme, name=name)
    assert refusal.value.field == "client"


def test_an_emoji_is_a_fine_client_name(inside: Cast) -> None:
    assert pick_or_create_client(workspace=inside.acme, name="🐧 Penguin Ice").name == "🐧 Penguin Ice"


def test_a_name_that_another_account_got_a_moment_ago_is_not_taken_from_it(
    inside: Cast, nordhavn: ClientAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = clients._unused_name

    def overtaken(account: ClientAccount, name: str) -> str:
        clean = free(account, name)
        pick_or_create_client(workspace=inside.acme, name=clean)
        return clean

    monkeypatch.setattr(clients, "_unused_name", overtaken)
    for take in (rename_client, add_alias):
        with pytest.raises(Refused, match="given to another client meanwhile"):
            take(account=nordhavn, name=f"Sundhavn {take.__name__}")
    assert find_client(inside.acme, "Sundhavn rename_client") != nordhavn
    assert find_client(inside.acme, "Nordhavn Logistics") == nordhavn
