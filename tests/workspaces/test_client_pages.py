"""Pages of client accounts: list, names, merging and its undo, completion while typing."""

import re
from typing import Any

import pytest
from django.urls import reverse

from contributions.models import Contribution
from kamtrak.tenancy import in_workspace
from tests.cast import Cast, make_client
from tests.contributions.builders import log
from workspaces.models import ClientAccount, ClientName
from workspaces.queries import clients as queries

pytestmark = pytest.mark.django_db


def url(name: str, *args: Any) -> str:
    return reverse(name, args=["acme", *args])


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def post(cast: Cast, page: str, account: ClientAccount, /, **data: Any) -> Any:
    return cast.browser("ada").post(url(page, account.pk), data)


def test_the_list_finds_an_account_by_any_of_its_names(cast: Cast) -> None:
    nordhavn = make_client(cast.acme, "Nordhavn Logistics")
    make_client(cast.acme, "Aurelia Foods")
    post(cast, "client_alias", nordhavn, name="NHL")
    page = text(cast.browser("alex").get(url("clients"), {"q": "nhl"}))
    assert "Nordhavn Logistics" in page
    assert "Aurelia Foods" not in page
    assert "1 of 1 account<" in page


def test_the_list_says_what_makes_an_account(cast: Cast) -> None:
    page = text(cast.browser("alex").get(url("clients")))
    assert "made when a contribution, a contract or an import first names them" in page


def test_nothing_found_names_what_was_looked_for(cast: Cast) -> None:
    make_client(cast.acme, "Aurelia Foods")
    page = text(cast.browser("alex").get(url("clients"), {"q": '<b>"x"'}))
    assert "No client account is found by “&lt;b&gt;&quot;x&quot;”." in page


def test_merged_accounts_are_hidden_until_asked_for(cast: Cast) -> None:
    old, new = make_client(cast.acme, "Nordh."), make_client(cast.acme, "Nordhavn")
    post(cast, "client_merge", old, into="Nordhavn", seen=new.pk, reason="One company")
    assert "Nordh." not in text(cast.browser("alex").get(url("clients")))
    assert "into Nordhavn" in text(cast.browser("alex").get(url("clients"), {"merged": "shown"}))


def test_pages_of_accounts_follow_each_other(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "PAGE", 3)
    for name in ("eins", "Zwei", "drei", "Vier", "fünf", "Sechs", "sieben"):
        make_client(cast.acme, name)
    seen, address = [], url("clients")
    while address:
        page = text(cast.browser("alex").get(address))
        seen += re.findall(r'/clients/\d+/">([^<]+)<', page)
        following = re.search(r'href="([^"]+)" rel="next"', page)
        address = url("clients") + following[1].replace("&amp;", "&") if following else ""
    assert seen == ["drei", "eins", "fünf", "Sechs", "sieben", "Vier", "Zwei"]


@pytest.mark.parametrize("query", ["q=%00", "q=%25", "after=%00x", "q=" + "x" * 5000, "merged=maybe"])
def test_odd_addresses_are_no_trouble(cast: Cast, query: str) -> None:
    make_client(cast.acme, "Nordhavn")
    assert cast.browser("alex").get(f"{url('clients')}?{query}").status_code == 200


def test_a_former_name_still_finds_the_account(cast: Cast) -> None:
    account = make_client(cast.acme, "Castellan Bank")
    post(cast, "client_rename", account, name="Castellan Bank plc")
    page = text(cast.browser("alex").get(url("client", account.pk)))
    assert "<h1>Castellan Bank plc</h1>" in page
    assert "<div>Castellan Bank</div>" in page


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("x" * 300, "The name has 300 characters; at most 200 are kept."),
        ("Acme\x07", "The name has control characters."),
        ("\u202eAcme", "The name has invisible marks that turn the direction of reading."),
        ("", "The name is empty."),
        ("aurelia FOODS", "“aurelia FOODS” already finds Aurelia Foods. Merge the two instead."),
    ],
)
def test_a_name_that_cannot_be_taken_is_refused_at_its_field_and_stays(
    cast: Cast, name: str, message: str
) -> None:
    account = make_client(cast.acme, "Nordhavn")
    make_client(cast.acme, "Aurelia Foods")
    for page, field in (("client_rename", "id_name"), ("client_alias", "page_name")):
        response = post(cast, page, account, name=name)
        assert response.status_code == 422
        assert message in text(response)
        assert f'aria-describedby="{field}_' in text(response)
        assert name in response.content.decode()


def test_an_emoji_is_a_fine_alias(cast: Cast) -> None:
    account = make_client(cast.acme, "Penguin Ice")
    assert post(cast, "client_alias", account, name="🐧").status_code == 302
    with in_workspace(cast.acme.pk):
        assert queries.find_client(cast.acme, "🐧") == account


def test_an_alias_is_removed(cast: Cast) -> None:
    account = make_client(cast.acme, "Nordhavn")
    post(cast, "client_alias", account, name="NHL")
    with in_workspace(cast.acme.pk):
        alias = ClientName.objects.get(name="NHL")
    post(cast, "client_alias", account, remove=alias.pk)
    with in_workspace(cast.acme.pk):
        assert queries.find_client(cast.acme, "NHL") is None


def test_a_merge_is_previewed_before_it_is_done(cast: Cast) -> None:
    old, new = make_client(cast.acme, "Nordh."), make_client(cast.acme, "Nordhavn")
    response = post(cast, "client_merge", old, into="nordhavn")
    page = text(response)
    assert "Nordh. will find <b>Nordhavn</b>." in page
    assert f'name="seen" value="{new.pk}"' in page
    with in_workspace(cast.acme.pk):
        assert ClientAccount.objects.get(pk=old.pk).merged_into is None
    refused = post(cast, "client_merge", old, into="nordhavn", seen=new.pk, reason="")
    assert refused.status_code == 422
    assert "Say why the two are one client." in text(refused)
    other = make_client(cast.acme, "Aurelia")
    unseen = post(cast, "client_merge", old, into="Aurelia", seen=new.pk, reason="One company")
    assert f'name="seen" value="{other.pk}"' in text(unseen)


def test_a_name_that_finds_nobody_is_refused_at_its_field(cast: Cast) -> None:
    account = make_client(cast.acme, "Nordh.")
    response = post(cast, "client_merge", account, into="Nobody")
    assert response.status_code == 422
    assert "No client account has this name. Choose one from the list." in text(response)
    itself = post(cast, "client_merge", account, into="nordh.", seen=account.pk, reason="Itself")
    assert "Choose another account to merge into." in text(itself)


def test_a_merge_and_its_undo_rewrite_no_row(cast: Cast) -> None:
    with in_workspace(cast.acme.pk):
        row = log(cast, "48000", "USD", client="Nordh.")
        before = Contribution.objects.filter(pk=row.pk).values().get()
    old, new = make_client(cast.acme, "Nordh."), make_client(cast.acme, "Nordhavn")
    response = post(cast, "client_merge", old, into="Nordhavn", seen=new.pk, reason="One company")
    assert response["Location"] == url("client", new.pk)
    merged = text(cast.browser("ada").get(url("client", new.pk)))
    assert "Nordh. is merged into Nordhavn." in merged
    assert f'action="{url("client_unmerge", old.pk)}"' in merged
    assert "Nordhavn" in text(cast.browser("alex").get(url("contributions"), {"period": "all"}))
    with in_workspace(cast.acme.pk):
        assert Contribution.objects.filter(pk=row.pk).values().get() == before
    post(cast, "client_unmerge", old)
    with in_workspace(cast.acme.pk):
        assert Contribution.objects.filter(pk=row.pk).values().get() == before
        assert queries.find_client(cast.acme, "nordh.") == old


def test_what_a_client_is_worth_in_entries_is_for_those_who_read_everyone(cast: Cast) -> None:
    with in_workspace(cast.acme.pk):
        account = log(cast, "48000", "USD", client="Nordh.").client
        log(cast, "1000", "USD", client="Nordh.", owner=cast.amir)
    make_client(cast.acme, "Nordhavn")
    assert "2 contributions" in text(cast.browser("audrey").get(url("client", account.pk)))
    assert "2 contributions will count under Nordhavn." in text(
        post(cast, "client_merge", account, into="Nordhavn")
    )
    page = text(cast.browser("alex").get(url("client", account.pk)))
    assert "2 contributions" not in page
    assert 'id="history"' not in page


def test_taking_a_merge_back_later_needs_a_reason(cast: Cast) -> None:
    old, new = make_client(cast.acme, "Nordh."), make_client(cast.acme, "Nordhavn")
    post(cast, "client_merge", old, into="Nordhavn", seen=new.pk, reason="One company")
    assert post(cast, "client_unmerge", old, reason="").status_code == 422
    post(cast, "client_unmerge", old, reason="Two companies after all")
    page = text(cast.browser("ada").get(url("client", old.pk)))
    assert "Two companies after all" in page


# ------------------------------------------------------------------ completion while typing
def options(cast: Cast, typed: str) -> list[str]:
    response = cast.browser("alex").get(url("client_options"), {"q": typed})
    assert response.status_code == 200
    assert "<html" not in response.content.decode()
    return re.findall(r'role="option"[^>]*><span>([^<]*)</span>', response.content.decode())


def test_completion_offers_at_most_eight_and_says_when_an_account_would_be_new(cast: Cast) -> None:
    for number in range(12):
        make_client(cast.acme, f"North {number:02}")
    found = options(cast, "north")
    assert len(found) == 9
    assert found[-1] == "Create “north”"
    assert options(cast, "North 03") == ["North 03"]


def test_a_merge_is_offered_only_accounts_that_there_are(cast: Cast) -> None:
    account = make_client(cast.acme, "Nordhavn")
    assert "?known=1" in text(cast.browser("ada").get(url("client_merge", account.pk)))
    response = cast.browser("ada").get(url("client_options"), {"q": "aurelia", "known": "1"})
    assert response.content.strip() == b""


def test_completion_finds_the_survivor_by_an_alias(cast: Cast) -> None:
    old, new = make_client(cast.acme, "Nordh."), make_client(cast.acme, "Nordhavn")
    post(cast, "client_merge", old, into="Nordhavn", seen=new.pk, reason="One company")
    assert options(cast, "nordh.") == ["Nordhavn"]


@pytest.mark.parametrize("typed", ["", "   ", "x" * 300, "Acme\x07", "\u202eAcme"])
def test_completion_offers_nothing_for_what_cannot_be_a_name(cast: Cast, typed: str) -> None:
    make_client(cast.acme, "Nordhavn")
    assert options(cast, typed) == []


def test_completion_never_crosses_into_another_workspace(cast: Cast) -> None:
    make_client(cast.other, "Aurelia Foods")
    assert options(cast, "aurelia") == ["Create “aurelia”"]
