"""A close copies both figures of each contract and month; closed + later changes = now (rules 2.4)."""

from datetime import UTC, date, datetime
from decimal import Decimal as D
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from contracts.models import Contract
from contracts.rules import ContractType
from contracts.services.endings import (
    cancel_contract,
    restore_contract,
    take_cancellation_back,
    void_contract,
)
from contracts.services.handing import hand_over
from contributions.models import ClosedContractMonth, ClosedPeriod
from contributions.queries.closed_contracts import contract_cube
from contributions.queries.contract_changes import changes_by_contract, contract_changes
from contributions.queries.periods import closed_periods
from contributions.rules.contract_months import Side
from contributions.services.periods import close_quarter, open_items, reopen_quarter
from kamtrak.lib.errors import Refused
from kamtrak.lib.months import Month
from kamtrak.tenancy import in_workspace
from tests.cast import NOW, Cast
from tests.contracts.builders import edit, make_contract, make_terms
from tests.contributions.builders import Q2, Q3, publish
from tests.fx.builders import make_own_rate, own
from workspaces.models import Membership
from workspaces.queries.people import EVERYONE, Scope

MARCH = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
# 31 May 2026 is a Sunday: the rate of Friday, the 29th, holds.
MARKET = {
    date(2026, 3, 3): {"USD": "1.1500"},
    date(2026, 3, 31): {"USD": "1.1550"},
    date(2026, 4, 30): {"USD": "1.1600"},
    date(2026, 5, 29): {"USD": "1.1700"},
    date(2026, 6, 30): {"USD": "1.1800"},
    date(2026, 7, 31): {"USD": "1.1900"},
    date(2026, 8, 31): {"USD": "1.1900"},
    date(2026, 9, 30): {"USD": "1.1900"},
    date(2026, 10, 30): {"USD": "1.1724"},
}
CONFIRMED, CURRENT = Side


def in_euros(cast: Cast, owner: Membership | None = None, **changes: Any) -> Contract:
    """12 × 100 EUR from March 2026, confirmed on the 3rd: in Q2 300 EUR on both sides."""
    number = changes.pop("number", "KT-2026-001")
    terms = make_terms(**{"currency": "EUR", **changes})
    return make_contract(owner or cast.alex, terms, number=number, now=MARCH)


def close(cast: Cast, reason: str = "", now: datetime = NOW) -> ClosedPeriod:
    with in_workspace(cast.acme.pk):
        return close_quarter(workspace=cast.acme, quarter=Q2, by=cast.olive, reason=reason, now=now)


def figures(cast: Cast, side: Side, who: Membership | None = None) -> tuple[D, D, D]:
    """Of Q2: as it stands, later changes, now. The changes are added up from the rows between."""
    scope = EVERYONE if who is None else Scope(frozenset({who.pk}))
    with in_workspace(cast.acme.pk):
        closed = closed_periods(cast.acme)
        cell = contract_cube(cast.acme, scope, closed)[Q2, side]
        changes = contract_changes(cast.acme, scope, closed)
    between = sum((change.difference or D(0) for change in changes if change.row.kind is side), D(0))
    assert cell.stands.converted + between == cell.now.converted
    assert cell.later == between
    return cell.stands.converted, cell.later, cell.now.converted


def reasons(cast: Cast, who: Membership | None = None) -> list[tuple[str, str, int]]:
    """Per contract and side: side, why, of how many months."""
    scope = EVERYONE if who is None else Scope(frozenset({who.pk}))
    with in_workspace(cast.acme.pk):
        lines = changes_by_contract(contract_changes(cast.acme, scope, closed_periods(cast.acme)))
    return [(line.row.side, line.why, len(line.months)) for line in lines]


@pytest.fixture
def market(cast: Cast) -> Cast:
    publish(MARKET)
    return cast


# ------------------------------------------------------------------ what is copied


def test_a_close_copies_both_figures_of_each_month_with_their_rates(market: Cast) -> None:
    contract = in_euros(market)
    period = close(market)
    with in_workspace(market.acme.pk):
        copies = ClosedContractMonth.objects.filter(period=period).order_by("side", "month")
        told = [(c.side, str(c.month), c.amount, c.rate, c.rate_day, c.converted) for c in copies]
        april, may, june = date(2026, 4, 30), date(2026, 5, 29), date(2026, 6, 30)
        third = date(2026, 3, 3)
        assert told == [
            ("confirmed", "2026-04", D(100), D("1.15"), third, D(115)),
            ("confirmed", "2026-05", D(100), D("1.15"), third, D(115)),
            ("confirmed", "2026-06", D(100), D("1.15"), third, D(115)),
            ("current", "2026-04", D(100), D("1.16"), april, D(116)),
            ("current", "2026-05", D(100), D("1.17"), may, D(117)),
            ("current", "2026-06", D(100), D("1.18"), june, D(118)),
        ]
        copy = copies[3]
        assert (copy.contract_id, copy.contract_number, copy.client_name, copy.owner_name) == (
            contract.pk,
            "KT-2026-001",
            "Nordhavn Logistics",
            "Alex",
        )
        assert (copy.number, copy.version, copy.labelled_on, copy.frozen_rate) == (2, 1, third, D("1.15"))
    assert figures(market, CONFIRMED) == (D(345), D(0), D(345))
    assert figures(market, CURRENT) == (D(351), D(0), D(351))


def test_an_edited_month_bears_the_label_of_its_edit_and_the_rate_of_the_confirmation(market: Cast) -> None:
    contract = in_euros(market)
    edit(contract, market.alex, make_terms((1, 12, "90"), currency="EUR"))
    with in_workspace(market.acme.pk):
        copy = ClosedContractMonth.objects.filter(period=close(market), side="current").first()
        assert copy is not None
        assert (copy.amount, copy.version, copy.labelled_on, copy.labelled_by) == (
            D(90),
            2,
            NOW.date(),
            "Alex",
        )
        assert (copy.frozen_rate, copy.rate) == (D("1.15"), D("1.16"))


def test_a_month_that_only_an_edit_brought_has_the_rate_of_the_confirmation_before_it(market: Cast) -> None:
    """Two months from March; the edit makes it twelve, so May and June were never confirmed."""
    contract = in_euros(market, period=2, schedule=make_terms((1, 2, "100")).rules)
    edit(contract, market.alex, make_terms((1, 12, "100"), currency="EUR"))
    with in_workspace(market.acme.pk):
        copies = ClosedContractMonth.objects.filter(period=close(market)).order_by("side", "month")
        assert [(c.side, str(c.month), c.frozen_rate) for c in copies] == [
            ("confirmed", "2026-04", None),
            ("current", "2026-04", D("1.15")),
            ("current", "2026-05", D("1.15")),
            ("current", "2026-06", D("1.15")),
        ]


def test_unknown_months_are_copied_as_unknown_and_lost_ones_are_marked(cast: Cast) -> None:
    """Without any rate; cancelled in April, so that May and June are lost."""
    contract = in_euros(cast)
    with in_workspace(cast.acme.pk):
        cancel_contract(
            contract=contract,
            by=cast.alex,
            on=date(2026, 4, 15),
            reason="Insolvent",
            revision=contract.revision,
            now=NOW,
        )
    period = close(cast, "No rate will come")
    with in_workspace(cast.acme.pk):
        copies = ClosedContractMonth.objects.filter(period=period).order_by("side", "month")
        assert [(c.side, c.converted, c.rate, c.lost) for c in copies] == [
            ("confirmed", None, None, False),
            ("confirmed", None, None, True),
            ("confirmed", None, None, True),
            ("current", None, None, False),
        ]
        cells = contract_cube(cast.acme, EVERYONE, closed_periods(cast.acme))
        assert cells[Q2, CONFIRMED].closed.unknown == 3  # type: ignore[union-attr]


def test_a_lost_month_stays_in_what_was_confirmed_and_is_said_to_be_lost(market: Cast) -> None:
    contract = in_euros(market)
    with in_workspace(market.acme.pk):
        cancel_contract(
            contract=contract,
            by=market.alex,
            on=date(2026, 5, 20),
            reason="Insolvent",
            revision=contract.revision,
            now=NOW,
        )
    close(market)
    with in_workspace(market.acme.pk):
        cell = contract_cube(market.acme, EVERYONE, closed_periods(market.acme))[Q2, CONFIRMED]
    assert (cell.stands.converted, cell.stands.lost, cell.now.lost) == (D(345), D(115), D(115))
    assert figures(market, CURRENT) == (D(233), D(0), D(233))  # 116 + 117


def test_expected_months_drafts_and_void_contracts_are_not_copied(market: Cast) -> None:
    """Monthly from May on, and nobody has confirmed the terms since: June is only expected."""
    make_contract(
        market.alex,
        make_terms((1, None, "100"), kind=ContractType.CASUAL, period=1, start=date(2026, 5, 1)),
        now=datetime(2026, 5, 4, tzinfo=UTC),
    )
    gone = in_euros(market, number="KT-2")
    with in_workspace(market.acme.pk):
        void_contract(contract=gone, by=market.ada, reason="Twice", revision=gone.revision, now=NOW)
    period = close(market)
    with in_workspace(market.acme.pk):
        copies = ClosedContractMonth.objects.filter(period=period)
        assert sorted(copies.values_list("side", "month")) == [
            ("confirmed", Month(2026, 5)),
            ("current", Month(2026, 5)),
        ]


def test_copies_never_change_also_by_raw_sql(market: Cast) -> None:
    in_euros(market)
    close(market)
    with in_workspace(market.acme.pk), connection.cursor() as cursor:
        for statement in ("update {} set converted = 1", "delete from {}"):
            with pytest.raises(IntegrityError, match="frozen rows never change"), transaction.atomic():
                cursor.execute(statement.format("contributions_closedcontractmonth"))


def test_a_reopened_quarter_stands_at_its_live_months_and_keeps_the_copy_on_record(market: Cast) -> None:
    contract = in_euros(market)
    period = close(market)
    edit(contract, market.alex, make_terms((1, 12, "90"), currency="EUR"))
    with in_workspace(market.acme.pk):
        reopen_quarter(period=period, by=market.olive, reason="Agreed", now=LATER)
        cell = contract_cube(market.acme, EVERYONE, closed_periods(market.acme))[Q2, CURRENT]
        assert (cell.closed, cell.stands.converted) == (None, D("315.90"))  # 104.40 + 105.30 + 106.20
        assert ClosedContractMonth.objects.filter(period=period).count() == 6


# ------------------------------------------------------------------ later changes, and why


def test_an_edit_moves_what_is_current_and_nothing_that_was_confirmed(market: Cast) -> None:
    contract = in_euros(market)
    close(market)
    edit(contract, market.alex, make_terms((1, 12, "90"), currency="EUR"), reason="Fewer depots", now=LATER)
    assert figures(market, CONFIRMED) == (D(345), D(0), D(345))
    assert figures(market, CURRENT) == (D(351), D("-35.10"), D("315.90"))
    assert reasons(market) == [("current", "edited 24 Nov 2026: Fewer depots", 3)]


def test_an_edit_that_drops_a_month_and_one_that_brings_one(market: Cast) -> None:
    shorter = in_euros(market)
    longer = in_euros(market, number="KT-2", period=3, schedule=make_terms((1, 3, "100")).rules)
    close(market)
    edit(shorter, market.alex, make_terms((1, 2, "100"), period=2, currency="EUR"), reason="Cut", now=LATER)
    edit(longer, market.alex, make_terms((1, 12, "100"), currency="EUR"), reason="Longer", now=LATER)
    assert figures(market, CURRENT) == (D(584), D("-117"), D(467))  # 351 + 233 as closed; −235 and +118
    assert reasons(market) == [
        ("current", "edited 24 Nov 2026: Cut", 2),
        ("current", "edited 24 Nov 2026: Longer", 1),
    ]


def test_a_void_takes_both_figures_and_taking_it_back_brings_them_again(market: Cast) -> None:
    contract = in_euros(market)
    close(market)
    with in_workspace(market.acme.pk):
        void_contract(contract=contract, by=market.ada, reason="Twice", revision=contract.revision, now=LATER)
    assert figures(market, CONFIRMED) == (D(345), D(-345), D(0))
    assert figures(market, CURRENT) == (D(351), D(-351), D(0))
    assert reasons(market) == [("current", "voided: Twice", 3), ("confirmed", "voided: Twice", 3)]
    with in_workspace(market.acme.pk):
        restore_contract(contract=contract, by=market.ada, reason="Not twice", now=LATER)
    assert reasons(market) == []


def test_a_contract_void_at_the_close_that_came_back_is_said_so(market: Cast) -> None:
    contract = in_euros(market)
    with in_workspace(market.acme.pk):
        void_contract(contract=contract, by=market.ada, reason="Twice", revision=contract.revision, now=NOW)
    close(market)
    with in_workspace(market.acme.pk):
        restore_contract(contract=contract, by=market.ada, reason="Not twice", now=LATER)
    assert figures(market, CONFIRMED) == (D(0), D(345), D(345))
    assert {why for _, why, _ in reasons(market)} == {"void or cancellation taken back"}


def test_a_cancellation_takes_the_current_months_after_it_and_can_be_taken_back(market: Cast) -> None:
    contract = in_euros(market)
    close(market)
    with in_workspace(market.acme.pk):
        contract = cancel_contract(
            contract=contract,
            by=market.alex,
            on=date(2026, 4, 20),
            reason="Insolvent",
            revision=contract.revision,
            now=LATER,
        )
    assert figures(market, CONFIRMED) == (D(345), D(0), D(345))
    assert figures(market, CURRENT) == (D(351), D(-235), D(116))
    assert reasons(market) == [("current", "cancelled on 20 Apr 2026: Insolvent", 2)]
    with in_workspace(market.acme.pk):
        take_cancellation_back(
            contract=contract, by=market.alex, reason="Saved", revision=contract.revision, now=LATER
        )
    assert reasons(market) == []


def test_a_hand_over_moves_current_months_between_people_and_nothing_in_all(market: Cast) -> None:
    """From June on amir's: what was confirmed stays alex's (rules 4.16)."""
    contract = in_euros(market)
    close(market)
    with in_workspace(market.acme.pk):
        hand_over(
            workspace=market.acme,
            contracts=[contract],
            to=market.amir,
            first=Month(2026, 6),
            by=market.ada,
            reason="New region",
            now=LATER,
        )
    assert figures(market, CURRENT) == (D(351), D(0), D(351))
    assert figures(market, CURRENT, market.alex) == (D(351), D(-118), D(233))
    assert figures(market, CURRENT, market.amir) == (D(0), D(118), D(118))
    assert figures(market, CONFIRMED, market.alex) == (D(345), D(0), D(345))
    assert reasons(market, market.alex) == [("current", "handed over to Amir", 1)]
    assert reasons(market, market.amir) == [("current", "handed over from Alex", 1)]


def test_months_handed_over_before_the_close_are_copied_for_whose_they_are(market: Cast) -> None:
    contract = in_euros(market)
    with in_workspace(market.acme.pk):
        hand_over(
            workspace=market.acme,
            contracts=[contract],
            to=market.amir,
            first=Month(2026, 6),
            by=market.ada,
            reason="New region",
            now=NOW,
        )
    period = close(market)
    with in_workspace(market.acme.pk):
        copies = ClosedContractMonth.objects.filter(period=period, month=Month(2026, 6)).order_by("side")
        assert [(c.owner_name, c.handed_over) for c in copies] == [("Alex", True), ("Amir", True)]
        assert not ClosedContractMonth.objects.filter(month=Month(2026, 5), handed_over=True).exists()
    assert figures(market, CURRENT, market.amir) == (D(118), D(0), D(118))


def test_a_corrected_rate_moves_current_months_and_says_so(market: Cast) -> None:
    in_euros(market)
    close(market)
    make_own_rate(market.acme, market.ada, own("EUR", "USD", date(2026, 6, 30), "1.2000", date(2026, 6, 30)))
    assert figures(market, CURRENT) == (D(351), D(2), D(353))
    assert reasons(market) == [("current", "rate changed", 1)]
    assert figures(market, CONFIRMED) == (D(345), D(0), D(345))


def test_a_rate_that_was_missing_is_supplied_on_both_sides(cast: Cast) -> None:
    """Nothing was published: the rate of the confirmation's day and those of the months arrive after it."""
    in_euros(cast)
    close(cast, "No rates yet")
    assert figures(cast, CURRENT) == (D(0), D(0), D(0))
    make_own_rate(cast.acme, cast.ada, own("EUR", "USD", date(2026, 3, 1), "1.1000"), now=LATER)
    assert figures(cast, CONFIRMED) == (D(0), D(330), D(330))
    assert figures(cast, CURRENT) == (D(0), D(330), D(330))
    assert {why for _, why, _ in reasons(cast)} == {"rate supplied"}


def test_an_older_contract_that_was_entered_after_the_close_is_all_later(market: Cast) -> None:
    close(market)
    make_contract(
        market.alex, make_terms(currency="EUR"), by=market.ada, now=LATER, confirmed_on=date(2026, 3, 3)
    )
    assert figures(market, CONFIRMED) == (D(0), D(345), D(345))
    assert figures(market, CURRENT) == (D(0), D(351), D(351))
    assert {why for _, why, _ in reasons(market)} == {"contract added after the close"}


# ------------------------------------------------------------------ what is open


def test_unknown_and_provisional_months_of_contracts_are_open_items_and_ask_for_a_reason(cast: Cast) -> None:
    """Rates end on 30 May: April is settled, May and June are provisional; pounds have no rate at all."""
    publish({date(2026, 3, 3): {"USD": "1.15"}, date(2026, 4, 30): {"USD": "1.16"}})
    in_euros(cast)
    in_euros(cast, number="KT-2", currency="GBP")
    with in_workspace(cast.acme.pk):
        items = open_items(cast.acme, Q2)
        assert (items.unknown_months, items.provisional_months) == (3, 2)
        with pytest.raises(Refused) as refusal:
            close(cast)
        assert refusal.value.field == "reason"
        period = close(cast, "Rates will follow")
        assert (period.unknown_months, period.provisional_months, period.has_open_items) == (3, 2, True)
        assert open_items(cast.acme, Q3).unknown_months == 3  # July to September, in pounds


def test_a_month_that_earns_nothing_waits_for_no_rate(cast: Cast) -> None:
    in_euros(cast, schedule=make_terms((1, 1, "100")).rules)
    with in_workspace(cast.acme.pk):
        assert open_items(cast.acme, Q2).unknown_months == 0
