"""Add freezes; what is edited afterwards moves the reports and never the frozen copy (rules 4.9, 4.10)."""

from datetime import date
from decimal import Decimal as D

import pytest
from django.db import IntegrityError, connection, transaction

from contracts.models import (
    Confirmation,
    ConfirmationRate,
    Contract,
    ContractTotal,
    CurrentMonth,
    FrozenMonth,
    MonthTotal,
    ScheduleVersion,
)
from contracts.queries.sums import MonthSums, month_sums
from contracts.rules import ContractType
from contracts.services.confirming import add_contract
from contracts.services.drafts import check_questions
from contracts.services.endings import cancel_contract, take_cancellation_back, void_contract
from contracts.services.handing import hand_over
from contracts.services.rates import settle_rates
from contracts.services.schedules import restore_version
from kamtrak.lib.errors import Refused, Stale
from kamtrak.lib.months import Month
from kamtrak.tenancy import in_workspace
from tests.cast import NOW, Cast
from tests.contracts.builders import edit, make_contract, make_draft, make_terms, rules
from tests.contributions.builders import publish
from tests.fx.builders import make_own_rate, own

pytestmark = pytest.mark.django_db


def frozen(contract: Contract) -> D:
    with in_workspace(contract.workspace_id):
        return sum((m.amount for m in FrozenMonth.objects.filter(contract=contract)), D(0))


def current(contract: Contract, *, expected: bool = False) -> D:
    with in_workspace(contract.workspace_id):
        months = CurrentMonth.objects.filter(contract=contract, expected=expected)
        return sum((m.amount for m in months), D(0))


def assert_totals_hold(cast: Cast) -> None:
    """The maintained totals are the sums of the months."""
    with in_workspace(cast.acme.pk):
        kept = {
            (t.month, t.owner_id): MonthSums(*(getattr(t, name) for name in MonthSums.__dataclass_fields__))
            for t in MonthTotal.objects.all()
        }
        nothing = MonthSums()
        assert {k: v for k, v in kept.items() if v != nothing} == month_sums(cast.acme)


def test_an_edit_after_add_moves_the_report_and_leaves_the_dashboard(cast: Cast) -> None:
    contract = make_contract(cast.alex, make_terms((1, 12, "100")))
    edit(contract, cast.alex, make_terms((1, 12, "90")))
    assert (frozen(contract), current(contract)) == (D(1200), D(1080))
    assert_totals_hold(cast)


def test_from_month_four_on_leaves_the_months_before(cast: Cast) -> None:
    contract = make_contract(cast.alex, make_terms((1, 12, "100")))
    edit(contract, cast.alex, make_terms((1, 12, "90")), from_month=4)
    assert (frozen(contract), current(contract)) == (D(1200), D(1110))


def test_the_same_edit_before_add_is_inside_the_frozen_copy(cast: Cast) -> None:
    draft = make_draft(cast.alex, make_terms((1, 12, "100")))
    edit(draft, cast.alex, make_terms((1, 12, "90")), reason="")
    with in_workspace(cast.acme.pk):
        draft.refresh_from_db()
        added = add_contract(contract=draft, by=cast.alex, revision=draft.revision, now=NOW)
    assert (frozen(added), current(added)) == (D(1080), D(1080))


def test_frozen_rows_refuse_update_and_delete_also_from_raw_sql(cast: Cast) -> None:
    make_contract(cast.alex)
    tables = [m._meta.db_table for m in (FrozenMonth, Confirmation, ConfirmationRate, ScheduleVersion)]
    with in_workspace(cast.acme.pk):
        for table in tables:
            for said in (f"update {table} set workspace_id = workspace_id", f"delete from {table}"):
                with pytest.raises(IntegrityError, match="never change"), transaction.atomic():
                    connection.cursor().execute(said)


def test_add_pressed_twice_confirms_once(cast: Cast) -> None:
    draft = make_draft(cast.alex)
    with in_workspace(cast.acme.pk):
        for _ in range(2):
            add_contract(contract=draft, by=cast.alex, revision=1, now=NOW)
        assert Confirmation.objects.count() == 1


def test_a_draft_is_in_no_figure(cast: Cast) -> None:
    draft = make_draft(cast.alex)
    assert (frozen(draft), current(draft)) == (D(0), D(0))


def test_a_roll_over_entered_later_confirms_each_term_on_its_first_day(cast: Cast) -> None:
    terms = make_terms((1, None, "100"), kind=ContractType.ROLL_OVER, start=date(2025, 3, 1))
    contract = make_contract(cast.alex, terms, by=cast.ada, confirmed_on=date(2025, 2, 20))
    with in_workspace(cast.acme.pk):
        days = list(Confirmation.objects.order_by("term").values_list("confirmed_on", flat=True))
        contract.refresh_from_db()
    assert days == [date(2025, 2, 20), date(2026, 3, 1)]
    assert (frozen(contract), contract.frozen_until) == (D(2400), Month(2027, 2))
    assert (current(contract), current(contract, expected=True)) == (D(2400), D(2400))
    assert_totals_hold(cast)


def test_cancelling_in_month_two_leaves_what_was_confirmed_and_counts_the_rest_as_lost(cast: Cast) -> None:
    terms = make_terms((1, 36, "5000"), start=date(2026, 9, 1), period=36)
    contract = make_contract(cast.alex, terms)
    with in_workspace(cast.acme.pk):
        cancelled = cancel_contract(
            contract=contract,
            by=cast.alex,
            on=date(2026, 10, 9),
            reason="Insolvent",
            revision=contract.revision,
            now=NOW,
        )
        total = ContractTotal.objects.get(contract=contract)
    assert (total.confirmed, total.lost, total.current) == (D(180_000), D(170_000), D(10_000))
    assert_totals_hold(cast)
    with in_workspace(cast.acme.pk):
        take_cancellation_back(
            contract=cancelled, by=cast.alex, reason="Rescued", revision=cancelled.revision, now=NOW
        )
    assert current(contract) == D(180_000)
    assert_totals_hold(cast)


def test_a_void_contract_leaves_every_live_total_and_frees_its_number(cast: Cast) -> None:
    contract = make_contract(cast.alex)
    with in_workspace(cast.acme.pk):
        void_contract(contract=contract, by=cast.alex, reason="Twice", revision=contract.revision, now=NOW)
        assert month_sums(cast.acme) == {}
    assert frozen(contract) == D(1200)
    assert_totals_hold(cast)
    make_contract(cast.alex)


def test_a_number_in_use_is_refused_at_its_field(cast: Cast) -> None:
    make_contract(cast.alex)
    with pytest.raises(Refused) as refused:
        make_draft(cast.alex, number=" kt-2026-001 ")
    assert refused.value.field == "number"


def test_current_months_follow_the_owner_and_frozen_ones_stay(cast: Cast) -> None:
    contract = make_contract(cast.alex, make_terms((1, 12, "100"), start=date(2026, 6, 1)))
    with in_workspace(cast.acme.pk):
        hand_over(
            workspace=cast.acme,
            contracts=[contract],
            to=cast.amir,
            first=Month(2026, 12),
            by=cast.ada,
            reason="New territory",
            now=NOW,
        )
        assert FrozenMonth.objects.filter(owner=cast.alex).count() == 12
        assert CurrentMonth.objects.filter(owner=cast.alex).count() == 6
        assert CurrentMonth.objects.filter(owner=cast.amir).count() == 6
    assert_totals_hold(cast)


def test_the_rate_at_confirmation_is_inserted_once_when_one_for_that_day_arrives(cast: Cast) -> None:
    contract = make_contract(cast.alex, make_terms((1, 12, "100"), currency="GBP"))
    with in_workspace(cast.acme.pk):
        assert not ConfirmationRate.objects.exists()
        assert ContractTotal.objects.get(contract=contract).confirmed_unknown == 12
    publish()
    with in_workspace(cast.acme.pk):
        settle_rates(workspace=cast.acme, now=NOW)
        assert ConfirmationRate.objects.count() == 1
        assert ContractTotal.objects.get(contract=contract).confirmed_unknown == 0
    assert_totals_hold(cast)


def test_the_largest_amounts_have_totals_at_the_largest_rate(cast: Cast, at_noon: None) -> None:
    """600 months of 999,999,999,999,999 EUR, twice, at the house rate of 1,000,000,000."""
    largest = make_terms((1, 600, "999999999999999"), period=600, currency="EUR")
    make_contract(cast.alex, largest)
    make_own_rate(cast.acme, cast.ada, own("EUR", "USD", date(2026, 11, 20), "1000000000"))
    contract = make_contract(cast.alex, largest, number="KT-2026-002")
    with in_workspace(cast.acme.pk):
        total = ContractTotal.objects.get(contract=contract)
        assert total.confirmed_converted == D("599999999999999400000000000")
        assert MonthTotal.objects.filter(current=2 * D("999999999999999000000000")).exists()
    assert_totals_hold(cast)
    for page in (
        "sales/?period=all",
        "contracts/?sort=current",
        "revenue-report/",
        f"contracts/{contract.pk}/",
    ):
        assert cast.browser("ada").get(f"/w/acme/{page}").status_code == 200


def test_the_second_of_two_saves_is_told_what_changed_meanwhile(cast: Cast) -> None:
    contract = make_contract(cast.alex)
    with in_workspace(cast.acme.pk):
        old = Contract.objects.get(pk=contract.pk)
    edit(contract, cast.alex, make_terms((1, 12, "90")))
    with pytest.raises(Stale), in_workspace(cast.acme.pk):
        restore_version(contract=old, by=cast.alex, number=1, revision=old.revision, reason="Back", now=NOW)


def test_restoring_a_version_brings_its_figures_back_as_a_new_version(cast: Cast) -> None:
    contract = make_contract(cast.alex)
    edited = edit(contract, cast.alex, make_terms((1, 12, "90")))
    with in_workspace(cast.acme.pk):
        restore_version(
            contract=edited, by=cast.alex, number=1, revision=edited.revision, reason="Back", now=NOW
        )
        numbers = list(ScheduleVersion.objects.values_list("number", "restores").order_by("number"))
    assert (current(contract), numbers) == (D(1200), [(1, None), (2, None), (3, 1)])


def test_negative_revenue_is_asked_about(cast: Cast) -> None:
    terms = make_terms(schedule=rules((1, 12, "-5")))
    with pytest.raises(Refused, match="rebate"):
        check_questions(terms, accepted=False)
    check_questions(terms, accepted=True)
