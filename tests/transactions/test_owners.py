"""Whom a name in a file means: a person says it once, with a reason (rules 5.19)."""

from typing import Any

import pytest

from kamtrak.lib.errors import Refused, Stale
from kamtrak.tenancy import in_workspace
from tests.cast import NOW, Cast, make_alert
from tests.transactions.builders import make_owner
from transactions.models import SeenOwner
from transactions.queries.owners import owner_page
from transactions.services.owners import confirm_owner
from workspaces.models import Membership
from workspaces.queries.history import history_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def followed(at_noon: None, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names whose rows were told."""
    told: list[str] = []

    def follows(*, seen: SeenOwner, **_: Any) -> None:
        told.append(f"{seen} is {seen.member}")

    monkeypatch.setattr("transactions.services.owners.owner_confirmed", follows)
    return told


def confirm(cast: Cast, owner: SeenOwner, member: Membership | None, **said: Any) -> None:
    confirm_owner(
        owner=owner,
        member=member,
        was=said.get("was"),
        by=said.get("by", cast.ada),
        reason=said.get("reason", "Her initials"),
        now=NOW,
    )


def test_a_name_means_the_member_that_a_person_says_and_its_rows_are_told(
    inside: Cast, followed: list[str]
) -> None:
    owner = make_owner(inside.acme, "A.")
    confirm(inside, owner, inside.alex)
    confirm(inside, owner, inside.alex)
    owner.refresh_from_db()
    assert (owner.member, owner.is_alias) == (inside.alex, True)
    assert followed == ["A. is Alex"]
    (entry, *_) = history_of(owner)
    assert (entry.noun, entry.title, entry.reason) == ("Owner name", "A.", "Her initials")


def test_a_wrong_word_is_taken_back_and_the_rows_are_unassigned_again(
    inside: Cast, followed: list[str]
) -> None:
    owner = make_owner(inside.acme, "A.", inside.amir)
    confirm(inside, owner, None, was=inside.amir.pk)
    owner.refresh_from_db()
    assert (owner.member, owner.is_alias) == (None, True)  # so that nothing finds it again by itself
    assert followed == ["A. is None"]


def test_that_an_open_name_is_nobody_yet_says_nothing_new(inside: Cast, followed: list[str]) -> None:
    owner = make_owner(inside.acme, "A.")
    confirm(inside, owner, None)
    owner.refresh_from_db()
    assert (owner.is_alias, followed) == (False, [])


def test_a_name_that_was_found_by_itself_can_be_confirmed(inside: Cast) -> None:
    owner = make_owner(inside.acme, "Alex", inside.alex)
    confirm(inside, owner, inside.alex, was=inside.alex.pk)
    owner.refresh_from_db()
    assert owner.is_alias


def test_who_is_no_account_manager_here_owns_no_rows(inside: Cast) -> None:
    owner = make_owner(inside.acme)
    for stranger in (inside.mia, inside.audrey, inside.sam):
        with pytest.raises(Refused, match="Choose an account manager"):
            confirm(inside, owner, stranger)


def test_what_somebody_else_said_meanwhile_is_told(inside: Cast) -> None:
    owner = make_owner(inside.acme)
    confirm(inside, owner, inside.alex)
    with pytest.raises(Stale):
        confirm(inside, owner, inside.amir, was=None)


def test_nobody_says_so_without_a_reason_or_the_right(inside: Cast) -> None:
    owner = make_owner(inside.acme)
    with pytest.raises(Refused, match="Say why"):
        confirm(inside, owner, inside.alex, reason=" ")
    with pytest.raises(Refused, match="Only an owner or administrator"):
        confirm(inside, owner, inside.alex, by=inside.alex)


def test_the_list_tells_apart_what_was_said_found_and_is_open(inside: Cast) -> None:
    make_owner(inside.acme, "Nobody")
    make_owner(inside.acme, "alex@example.com", inside.alex)
    confirm(inside, make_owner(inside.acme, "A."), inside.alex)

    def names(**wanted: str) -> list[str]:
        return [str(name) for name in owner_page(inside.acme, **wanted).names]

    assert names() == ["A.", "alex@example.com", "Nobody"]
    assert (names(meaning="none"), names(meaning="alias")) == (["Nobody"], ["A."])
    assert (names(meaning="found"), names(text="EXAMPLE")) == (["alex@example.com"],) * 2


def test_the_page_that_the_alert_leads_to_says_how_many_rows_wait_and_settles_it(cast: Cast) -> None:
    owner = make_owner(cast.acme, "A. Lindqvist")
    path = f"owners/{owner.pk}/"
    make_alert(cast.acme, key=f"owner:{owner.pk}", title="Who is A. Lindqvist?", path=path, rows=1204)
    url = f"/w/acme/{path}"
    browser = cast.browser("ada")
    assert f'href="{url}"' in browser.get("/w/acme/alerts/").content.decode()
    page = browser.get(url).content.decode()
    assert "1,204 rows are unassigned." in page
    refused = browser.post(url, {"member": str(cast.alex.pk), "reason": ""})
    assert refused.status_code == 422
    assert f'value="{cast.alex.pk}" selected' in refused.content.decode()
    sent = {"member": str(cast.alex.pk), "reason": "Her initials", "was": "", "next": "/w/acme/alerts/"}
    saved = browser.post(url, sent)
    assert (saved.status_code, saved["Location"]) == (302, "/w/acme/alerts/")
    with in_workspace(cast.acme.pk):
        assert SeenOwner.objects.get().member == cast.alex


def test_a_page_that_was_overtaken_keeps_the_choice_and_saves_the_second_time(cast: Cast) -> None:
    owner = make_owner(cast.acme)
    url, mine = f"/w/acme/owners/{owner.pk}/", {"member": str(cast.amir.pk), "reason": "Amir", "was": ""}
    cast.browser("olive").post(url, mine | {"member": str(cast.alex.pk)})
    asked = cast.browser("ada").post(url, mine)
    assert asked.status_code == 422
    assert "Somebody said meanwhile" in asked.content.decode()
    assert f'name="was" value="{cast.alex.pk}"' in asked.content.decode()
    assert cast.browser("ada").post(url, mine | {"was": str(cast.alex.pk)}).status_code == 302
