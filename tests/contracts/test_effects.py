"""What saving, or Add, would do is what it then does (rules 4.9, 4.10)."""

from datetime import date
from decimal import Decimal as D

import pytest

from contracts.models import Contract, ContractTotal
from contracts.queries.effects import effect_of, terms_to_freeze
from contracts.rules import ContractType, Terms
from contracts.services.endings import cancel_contract
from kamtrak.lib.months import Month
from kamtrak.tenancy import in_workspace
from tests.cast import NOW, Cast
from tests.contracts.builders import edit, make_contract, make_draft, make_terms
from tests.contributions.builders import publish

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 23)  # month 9 of a contract from March


def foreseen(contract: Contract, terms: Terms) -> tuple[D, D, list[tuple[str, int, D]]]:
    with in_workspace(contract.workspace_id):
        row = Contract.objects.select_related("workspace").get(pk=contract.pk)
        effect = effect_of(row, terms, TODAY)
    past = [(change.span, change.months, change.change) for change in effect.past]
    return effect.after, effect.before, past


def current(contract: Contract) -> D:
    with in_workspace(contract.workspace_id):
        total = ContractTotal.objects.get(contract=contract)
    return D(str(total.current))


def test_the_effect_names_what_would_change_of_months_that_are_over(cast: Cast) -> None:
    contract = make_contract(cast.alex, make_terms((1, 12, "100")))
    changed = make_terms((1, 3, "100"), (4, 12, "90"))
    assert foreseen(contract, changed) == (
        D(1110),
        D(1200),
        [("June – October 2026", 5, D(-50))],
    )
    edit(contract, cast.alex, changed)
    assert current(contract) == D(1110)


def test_a_change_from_the_running_month_on_changes_nothing_that_is_over(cast: Cast) -> None:
    contract = make_contract(cast.alex, make_terms((1, 12, "100")))
    assert foreseen(contract, make_terms((1, 8, "100"), (9, 12, "90"))) == (D(1160), D(1200), [])


def test_moving_the_start_empties_months_that_are_over(cast: Cast) -> None:
    contract = make_contract(cast.alex, make_terms((1, 12, "100")))
    moved = make_terms((1, 12, "100"), start=date(2026, 6, 1))
    assert foreseen(contract, moved)[2] == [("March – May 2026", 3, D(-300))]
    edit(contract, cast.alex, moved)
    assert current(contract) == D(1200)


def test_of_a_draft_nothing_is_over(cast: Cast) -> None:
    draft = make_draft(cast.alex, make_terms((1, 12, "100")))
    assert foreseen(draft, make_terms((1, 12, "90"))) == (D(1080), D(1200), [])


def test_what_a_cancellation_took_is_in_neither_figure(cast: Cast) -> None:
    contract = make_contract(cast.alex, make_terms((1, 12, "100")))
    with in_workspace(cast.acme.pk):
        cancel_contract(
            contract=contract, by=cast.alex, on=date(2026, 12, 31), reason="Moved away", revision=2, now=NOW
        )
    assert foreseen(contract, make_terms((1, 12, "90")))[:2] == (D(900), D(1000))


def test_a_contract_that_renews_from_now_on_confirms_the_terms_that_have_begun(cast: Cast) -> None:
    contract = make_contract(cast.alex, make_terms((1, 6, "100"), period=6))
    renewing = make_terms((1, None, "100"), kind=ContractType.ROLL_OVER, period=6)
    with in_workspace(cast.acme.pk):
        row = Contract.objects.select_related("workspace").get(pk=contract.pk)
        effect = effect_of(row, renewing, TODAY)
    assert (effect.begun, effect.after) == (1, D(1200))
    edit(contract, cast.alex, renewing)
    assert current(contract) == D(1200)


def test_add_is_said_term_by_term_each_at_the_rate_of_its_day(cast: Cast) -> None:
    publish()
    terms = make_terms(
        (1, None, "100"), kind=ContractType.ROLL_OVER, start=date(2026, 6, 10), period=3, currency="EUR"
    )
    draft = make_draft(cast.alex, terms)
    with in_workspace(cast.acme.pk):
        row = Contract.objects.select_related("workspace").get(pk=draft.pk)
        first, second = terms_to_freeze(row, confirmed_on=date(2026, 6, 30), today=TODAY)
    assert (first.first, first.last, first.amount, first.converted) == (
        Month(2026, 6),
        Month(2026, 8),
        D(300),
        D("348.00"),
    )
    assert (second.confirmed_on, second.conversion) == (date(2026, 9, 1), None)
