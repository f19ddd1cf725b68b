"""Names as they are kept and compared, roles and what they may do."""

import pytest

from workspaces.rules import (
    Right,
    Role,
    UnfitName,
    clean_name,
    grantable_roles,
    keeps_quarters,
    may_settle_alert,
    name_key,
    reads_everyone,
    rights_of,
)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Nordhavn   Logistics ", "Nordhavn Logistics"),
        ("Nordhavn\tLogistics\n", "Nordhavn Logistics"),
        ("Cafe\u0301 Zürich", "Caf\u00e9 Zürich"),
        ("🚀 Rakete 👩‍🚀", "🚀 Rakete 👩‍🚀"),
        ("株式会社さくら", "株式会社さくら"),
        ("شركة النور", "شركة النور"),
        ("x" * 200, "x" * 200),
    ],
)
def test_a_name_is_kept_as_people_write_it(typed: str, kept: str) -> None:
    assert clean_name(typed) == kept


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "is empty"),
        (" \t ", "is empty"),
        ("\u200b\u200d", "is empty"),
        ("x" * 300, "has 300 characters; at most 200 are kept"),
        ("Acme\x00", "control characters"),
        ("Ac\x1fme", "control characters"),
        ("Ac\x85me", "control characters"),
        ("Acme \u202eltd", "turn the direction of reading"),
        ("\u200fAcme", "turn the direction of reading"),
        ("\ufdfa" * 150, "too long when its signs are spelled out"),
    ],
)
def test_a_name_that_cannot_be_taken_is_refused_with_its_reason(typed: str, message: str) -> None:
    with pytest.raises(UnfitName, match=message):
        clean_name(typed, "The client name")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Nordhavn", " nordHAVN "),
        ("STRASSE AG", "Straße AG"),
        ("Ｎｏｒｄ", "Nord"),
        ("Acme", "Ac\u200bme"),
        ("Acme", "Acme\u00ad"),
    ],
)
def test_names_are_compared_without_regard_to_case_space_and_unseen_signs(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


def test_roles_add_up() -> None:
    both = rights_of([Role.MANAGER, Role.ACCOUNT_MANAGER])
    assert both == {
        Right.READ,
        Right.CLOSE,
        Right.LOG,
        Right.CONTRACTS,
        Right.IMPORT,
        Right.ISSUE,
    }
    assert rights_of([Role.AUDITOR]) == {Right.READ, Right.HISTORY}


def test_an_owner_may_all_that_an_administrator_and_a_manager_may() -> None:
    assert rights_of([Role.OWNER]) >= rights_of([Role.ADMINISTRATOR]) | rights_of([Role.MANAGER])
    assert Right.LOG not in rights_of([Role.OWNER, Role.ADMINISTRATOR, Role.MANAGER])


def test_owner_administrator_and_auditor_read_everyone() -> None:
    readers = [role for role in Role if reads_everyone([role])]
    assert readers == [Role.OWNER, Role.ADMINISTRATOR, Role.AUDITOR]


def test_an_administrator_invites_no_administrator_and_nobody_gives_ownership_away_by_invitation() -> None:
    assert Role.ADMINISTRATOR in grantable_roles([Role.OWNER])
    assert Role.ADMINISTRATOR not in grantable_roles([Role.ADMINISTRATOR])
    assert all(Role.OWNER not in grantable_roles([role]) for role in Role)
    assert grantable_roles([Role.MANAGER, Role.ACCOUNT_MANAGER, Role.AUDITOR]) == ()


@pytest.mark.parametrize(
    ("role", "about_readable", "assigned", "may"),
    [
        (Role.ADMINISTRATOR, False, False, True),
        (Role.OWNER, False, False, True),
        (Role.MANAGER, True, False, True),
        (Role.MANAGER, False, False, False),
        (Role.ACCOUNT_MANAGER, False, True, True),
        (Role.ACCOUNT_MANAGER, False, False, False),
        (Role.AUDITOR, True, True, False),
    ],
)
def test_who_settles_an_alert(role: Role, about_readable: bool, assigned: bool, may: bool) -> None:
    assert may_settle_alert([role], about_readable=about_readable, assigned=assigned) is may


def test_a_fiscal_year_that_moves_by_three_months_keeps_its_quarters() -> None:
    assert [start for start in range(1, 13) if keeps_quarters(1, start)] == [1, 4, 7, 10]
    assert keeps_quarters(11, 2)
    assert not keeps_quarters(4, 3)
