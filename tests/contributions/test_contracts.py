"""Contributions and contracts: two views of the same money, linked and never added (rules 1.7, 3.8, 3.9)."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from contracts.models import Contract
from contracts.rules import ContractType
from contracts.services.confirming import renew_contracts
from contracts.services.endings import void_contract
from contracts.services.handing import hand_over
from contributions.models import ContractLink, Contribution
from contributions.queries.contracts import (
    BesideContract,
    Deal,
    contract_panel,
    contracts_beside,
    linkable_contracts,
    linkable_to_contract,
    repeated_contracts,
)
from contributions.queries.contributions import Filter, filtered
from contributions.queries.evidence import COLLEAGUES, has_evidence, told_evidence, with_evidence
from contributions.queries.listing import Sort, list_page
from contributions.services.contracts import link_contracts, unlink_contract
from contributions.services.contributions import void_contribution
from kamtrak.lib.errors import Refused
from kamtrak.lib.months import Month
from kamtrak.tenancy import in_workspace
from tests.cast import NOW, Cast, make_client
from tests.contracts.builders import edit, make_contract, make_draft, make_terms
from tests.contributions.builders import Q1, Q2, Q4, log, publish
from tests.test_isolation import save_and_check
from workspaces.queries.history import history_of
from workspaces.queries.people import EVERYONE, Scope

MARCH = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)


def confirmed_in_march(cast: Cast, *said: Any, owner: Any = None, **changes: Any) -> Contract:
    """A contract of alex for Nordhavn, confirmed on 3 March 2026: 12 × 100 unless said otherwise."""
    number = changes.pop("number", "KT-2026-001")
    client = changes.pop("client", "Nordhavn Logistics")
    terms = make_terms(*said, **changes)
    return make_contract(owner or cast.alex, terms, number=number, client=client, now=MARCH)


def linked(cast: Cast, row: Contribution, contract: Contract) -> None:
    link_contracts(contracts=[contract], contributions=[row], by=cast.alex, now=NOW)


def beside(cast: Cast, row: Contribution, scope: Scope = EVERYONE) -> list[BesideContract]:
    row = Contribution.objects.select_related("client").get(pk=row.pk)
    return contracts_beside(cast.acme, scope, row)


# ------------------------------------------------------------------ linking


def test_a_contract_is_linked_once_however_often_it_is_ticked(inside: Cast) -> None:
    row, contract = log(inside, "5000"), confirmed_in_march(inside)
    assert link_contracts(contracts=[contract], contributions=[row], by=inside.alex, now=NOW) == 1
    assert link_contracts(contracts=[contract], contributions=[row], by=inside.alex, now=NOW) == 0
    assert ContractLink.objects.count() == 1
    with pytest.raises(IntegrityError, match="contract_is_linked_once"), transaction.atomic():
        ContractLink.objects.create(workspace=inside.acme, contribution=row, contract=contract)


def test_only_its_owner_links_a_contribution_and_only_with_what_they_read(inside: Cast) -> None:
    row = log(inside, "5000")
    mine, theirs = confirmed_in_march(inside), confirmed_in_march(inside, owner=inside.amir, number="KT-2")
    with pytest.raises(Refused, match="Only its owner"):
        link_contracts(contracts=[mine], contributions=[row], by=inside.olive, now=NOW)
    with pytest.raises(Refused, match="not yours to read"):
        link_contracts(contracts=[theirs], contributions=[row], by=inside.alex, now=NOW)
    assert not ContractLink.objects.exists()


def test_drafts_and_void_contracts_and_voided_contributions_are_linked_with_nothing(inside: Cast) -> None:
    row, draft = log(inside, "5000"), make_draft(inside.alex, number="KT-3")
    gone = confirmed_in_march(inside)
    void_contract(contract=gone, by=inside.ada, reason="Twice", revision=gone.revision, now=NOW)
    gone.refresh_from_db()
    for contract, said in ((draft, "KT-3 is a draft"), (gone, "KT-2026-001 is void")):
        with pytest.raises(Refused, match=said):
            linked(inside, row, contract)
    void_contribution(contribution=row, by=inside.alex, reason="Twice", now=NOW)
    row.refresh_from_db()
    with pytest.raises(Refused, match="voided contribution takes no evidence"):
        linked(inside, row, confirmed_in_march(inside, number="KT-4"))


def test_a_link_into_another_workspace_is_refused_by_the_database(cast: Cast) -> None:
    contract = confirmed_in_march(cast)
    with in_workspace(cast.other.pk):
        row = log(cast, "10", "EUR", workspace=cast.other, owner=cast.sam)
    smuggled = ContractLink(workspace=cast.other, contribution=row, contract=contract)
    with pytest.raises(IntegrityError, match="_ws"):
        save_and_check(smuggled, cast.other)


def test_the_history_tells_of_a_link_and_does_not_name_the_contract(inside: Cast) -> None:
    row, contract = log(inside, "5000"), confirmed_in_march(inside)
    linked(inside, row, contract)
    unlink_contract(contract_id=contract.pk, contribution=row, by=inside.alex, now=NOW)
    told = history_of(also=[(ContractLink, "contribution", row.pk)], workspace=inside.acme)
    assert [(entry.action, entry.noun) for entry in told] == [
        ("removed", "Contract link"),
        ("added", "Contract link"),
    ]
    assert told[0].title == "of Nordhavn Logistics, 5,000.00 USD"
    assert not ContractLink.objects.exists()


# ------------------------------------------------------------------ as evidence


def test_a_contract_counts_as_evidence_in_filter_and_badge_until_it_is_void(inside: Cast) -> None:
    row, other = log(inside, "5000"), log(inside, "70")
    contract = confirmed_in_march(inside)
    linked(inside, row, contract)
    whole = inside.acme.calendar.all()
    assert filtered(inside.acme, EVERYONE, Filter(whole, evidence="with")).get() == row
    assert filtered(inside.acme, EVERYONE, Filter(whole, evidence="without")).get() == other
    counts = {each.pk: each.evidence for each in with_evidence(Contribution.objects.all())}  # type: ignore[attr-defined]
    assert counts == {row.pk: 1, other.pk: 0}
    void_contract(contract=contract, by=inside.ada, reason="Twice", revision=contract.revision, now=NOW)
    assert not Contribution.objects.filter(has_evidence()).exists()


def test_documents_name_the_contracts_that_their_readers_read(inside: Cast) -> None:
    row = log(inside, "5000")
    contract = confirmed_in_march(inside)
    linked(inside, row, contract)
    own, amirs = Scope(frozenset({inside.alex.pk})), Scope(frozenset({inside.amir.pk}))
    assert told_evidence(inside.acme, own, [row.pk])["contracts"] == {
        row.pk: ["KT-2026-001 Visibility platform"]
    }
    assert told_evidence(inside.acme, amirs, [row.pk])["contracts"] == {row.pk: [COLLEAGUES]}


# ------------------------------------------------------------------ what is said of a contract beside


def test_a_linked_contract_stands_in_its_own_currency_with_the_day_of_its_rate(inside: Cast) -> None:
    publish({date(2026, 3, 3): {"USD": "1.1500"}, date(2026, 3, 31): {"USD": "1.2000"}})
    contract = confirmed_in_march(inside, currency="EUR")
    row = log(inside, "5000", "EUR")
    linked(inside, row, contract)
    (one,) = beside(inside, row)
    assert (one.contract, one.linked, one.is_whole) == (contract, True, False)
    assert (one.confirmed, one.converted) == (Decimal("1200"), Decimal("1380"))  # 12 × 115.00
    assert (one.rate, one.rate_day, one.last_rate_day) == (
        Decimal("1.15"),
        date(2026, 3, 3),
        date(2026, 3, 3),
    )
    assert (one.current, one.edited_at) == (Decimal("1200"), None)


def test_what_is_current_stands_beside_what_was_confirmed_once_it_was_edited(inside: Cast) -> None:
    contract, row = confirmed_in_march(inside), log(inside, "5000")
    linked(inside, row, contract)
    edit(contract, inside.alex, make_terms((1, 12, "90")))
    (one,) = beside(inside, row)
    assert (one.confirmed, one.current, one.edited_at, one.edited_by) == (
        Decimal("1200"),
        Decimal("1080"),
        NOW,
        "Alex",
    )


def test_a_renewed_contract_has_the_rates_of_its_terms_and_a_missing_rate_is_not_zero(inside: Cast) -> None:
    publish({date(2026, 3, 3): {"USD": "1.1500"}, date(2026, 4, 1): {"USD": "1.2000"}})
    renews = confirmed_in_march(inside, (1, None, "100"), kind=ContractType.CASUAL, period=1, currency="EUR")
    unknown = confirmed_in_march(inside, currency="GBP", number="KT-9")
    row = log(inside, "5000")
    linked(inside, row, renews)
    linked(inside, row, unknown)
    first, second = beside(inside, row)
    assert (first.rate_day, first.confirmed) == (date(2026, 3, 3), Decimal("100"))
    assert (second.converted, second.rate_day) == (None, None)


def test_of_a_colleagues_contract_nothing_is_said_but_that_it_is_one(inside: Cast) -> None:
    """alex linked it while it was also his; mia's team changed, amir reads only his own."""
    contract, row = confirmed_in_march(inside), log(inside, "1200", quarter=Q1)
    linked(inside, row, contract)
    assert beside(inside, row, Scope(frozenset({inside.amir.pk}))) == [BesideContract(linked=True)]


# ------------------------------------------------------------------ probable double counting


@pytest.mark.parametrize(
    ("amount", "said"), [("1200", 1), ("1188", 1), ("1187.99", 0), ("1212.12", 1), ("1213", 0)]
)
def test_a_contribution_that_repeats_a_contract_within_one_percent_is_flagged(
    inside: Cast, amount: str, said: int
) -> None:
    """12 × 100, confirmed in Q1 2026: 1 % of the larger of the two."""
    confirmed_in_march(inside)
    row = log(inside, amount, quarter=Q1)
    assert [(each.linked, each.confirmed) for each in beside(inside, row)] == [
        (False, Decimal("1200"))
    ] * said


def marked(cast: Cast) -> dict[Decimal, bool]:
    """Amount → whether the list marks the row as a possible double of a contract."""
    rows = filtered(cast.acme, EVERYONE, Filter(cast.acme.calendar.all()))
    return {row["amount"]: row["repeats"] for row in list_page(rows, Sort()).rows}


def test_the_list_marks_the_same_rows_as_their_pages_do(inside: Cast) -> None:
    """Casual from March 2026: 100 in Q1, 900 in all by November; and 1,200 at once, one row linked to it."""
    confirmed_in_march(inside, (1, None, "100"), kind=ContractType.CASUAL, period=1)
    renew_contracts(workspace=inside.acme, now=NOW)
    whole = confirmed_in_march(inside, number="KT-2")
    rows = [log(inside, amount, quarter=Q1) for amount in ("99.5", "300", "905", "1195", "1200", "1230")]
    linked(inside, rows[4], whole)
    assert {amount: bool(said) for amount, said in marked(inside).items()} == {
        row.amount.amount: any(not each.linked for each in beside(inside, row)) for row in rows
    }
    assert [amount for amount, said in sorted(marked(inside).items()) if said] == [
        Decimal("99.5"),
        Decimal(905),
        Decimal(1195),
    ]


def test_another_quarter_client_or_currency_is_another_deal(inside: Cast) -> None:
    confirmed_in_march(inside)
    make_client(inside.acme, "Aurelia Foods")
    others = [
        log(inside, "1200", quarter=Q2),
        log(inside, "1200", quarter=Q1, client="Aurelia Foods"),
        log(inside, "1200", "EUR", quarter=Q1),
    ]
    assert [beside(inside, row) for row in others] == [[], [], []]


def test_a_renewal_is_repeated_by_what_it_confirmed_in_its_own_quarter(inside: Cast) -> None:
    """Casual from March 2026 at 100: by November nine months are confirmed, two of them in Q4 (Oct, Nov)."""
    confirmed_in_march(inside, (1, None, "100"), kind=ContractType.CASUAL, period=1)
    renew_contracts(workspace=inside.acme, now=NOW)
    amounts = {
        (amount, quarter): len(beside(inside, log(inside, amount, quarter=quarter)))
        for amount, quarter in [("200", Q4), ("100", Q1), ("900", Q1), ("900", Q4)]
    }
    assert amounts == {("200", Q4): 1, ("100", Q1): 1, ("900", Q1): 1, ("900", Q4): 0}


def test_a_linked_contract_is_no_double_and_a_void_one_neither(inside: Cast) -> None:
    contract, row = confirmed_in_march(inside), log(inside, "1200", quarter=Q1)
    linked(inside, row, contract)
    assert [(each.linked, each.is_whole) for each in beside(inside, row)] == [(True, True)]
    again = log(inside, "1200", quarter=Q1)
    assert len(beside(inside, again)) == 1
    void_contract(contract=contract, by=inside.ada, reason="Twice", revision=contract.revision, now=NOW)
    assert beside(inside, again) == []
    assert [each.confirmed for each in beside(inside, row)] == [None]  # still linked, and said to be void


def test_of_a_double_that_may_not_be_read_only_that_there_is_one(inside: Cast) -> None:
    confirmed_in_march(inside, owner=inside.amir)
    own = Scope(frozenset({inside.alex.pk}))
    deal = Deal(make_client(inside.acme, "Nordhavn Logistics").pk, Q1, "USD", Decimal("1200"))
    assert repeated_contracts(inside.acme, own, deal) == [BesideContract()]
    (read,) = repeated_contracts(inside.acme, EVERYONE, deal)
    assert read.contract is not None


# ------------------------------------------------------------------ the choice of what to link


def test_contracts_to_link_are_the_readable_confirmed_ones_of_the_same_client_first(inside: Cast) -> None:
    row, own = log(inside, "5000"), Scope(frozenset({inside.alex.pk}))
    same = confirmed_in_march(inside, number="KT-1")
    other = confirmed_in_march(inside, number="KT-2", client="Aurelia Foods")
    confirmed_in_march(inside, number="KT-3", owner=inside.amir)
    make_draft(inside.alex, number="KT-4")
    taken = confirmed_in_march(inside, number="KT-5")
    linked(inside, row, taken)
    row = Contribution.objects.select_related("client").get(pk=row.pk)
    assert list(linkable_contracts(inside.acme, own, row)) == [same, other]
    assert list(linkable_contracts(inside.acme, own, row, "aurelia")) == [other]
    assert list(linkable_contracts(inside.acme, own, row, "kt-1")) == [same]
    assert list(linkable_contracts(inside.acme, own, row, "Visibility")) == [same, other]


def test_contributions_to_link_are_ones_own_living_ones_of_the_same_client_first(inside: Cast) -> None:
    contract = confirmed_in_march(inside)
    same, other = log(inside, "1"), log(inside, "2", client="Aurelia Foods")
    log(inside, "3", owner=inside.amir)
    linked(inside, log(inside, "4"), contract)
    found = linkable_to_contract(inside.acme, inside.alex, contract)
    assert list(found) == [same, other]


def test_the_contracts_page_lists_what_the_reader_reads_and_counts_the_others(inside: Cast) -> None:
    """Handed over to amir: he reads the contract, but not the contribution that alex made of it."""
    contract = confirmed_in_march(inside)
    hand_over(
        workspace=inside.acme,
        contracts=[contract],
        to=inside.amir,
        first=Month(2026, 6),
        by=inside.ada,
        reason="New region",
        now=NOW,
    )
    contract.refresh_from_db()
    linked(inside, log(inside, "1200", quarter=Q1), contract)
    for who, seen in ((inside.alex, (1, 0)), (inside.olive, (1, 0)), (inside.amir, (0, 1))):
        answer = contract_panel(inside.acme, who, contract)
        assert answer is not None
        assert (len(answer[1]["linked"]), answer[1]["others"]) == seen


def test_a_draft_has_no_panel_of_contributions(inside: Cast) -> None:
    assert contract_panel(inside.acme, inside.alex, make_draft(inside.alex)) is None
