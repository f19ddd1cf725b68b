"""Each proof notices when exactly its own equality is broken, and none of the others complains."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

import pgtrigger
import pytest
from django.db import connection

from contracts.models import Contract, ContractTotal, CurrentMonth, FrozenMonth, MonthTotal
from contracts.rules import ContractType
from contracts.services.confirming import renew_contracts
from contracts.services.endings import cancel_contract, void_contract
from contracts.services.handing import hand_over
from contributions.models import Contribution
from contributions.rules import RevenueType
from contributions.rules.periods import EMPTY
from contributions.services.contributions import edit_contribution, void_contribution
from contributions.services.periods import close_quarter
from kamtrak.lib.months import Month
from reports.services.reconcile import Proof, contracts, contributions, prove, sales
from tests.cast import NOW, Cast
from tests.contracts.builders import edit, make_contract, make_draft, make_terms
from tests.contributions.builders import Q2, Q3, an_entry, log, publish

MARCH = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
FIGURE, PLACES = "figure = amount × share × rate", "list = dashboard = export"
CELLS, PEOPLE = "dashboard = export", "people add up to everyone"
AS_CLOSED, LATER = "as closed = its rows", "closed + later changes = now"
ROWS, CLOSED_ROWS = "maintained totals = transactions", "as closed = its transactions"
MONTHS, TOTALS = "maintained totals = months", "contract's total = its months"
EXPORT, SCHEDULE = "list = export = months", "current months = schedule"
DERIVED = "stored figures = their derivation"
FROZEN, LEGS = "frozen months = confirmed version", "rate = its legs"
DASHBOARD, EVERYBODY = "sales dashboard = its months", "sales: people = clients = months"
PARTS = "by edit + by rate = difference"


@pytest.fixture
def busy(inside: Cast) -> Cast:
    """Contributions and contracts with everything that can make figures differ; Q2 and Q3 are closed."""
    publish()
    publish({date(2026, 3, 3): {"USD": "1.15", "GBP": "0.86"}, date(2026, 5, 29): {"USD": "1.17"}})
    first = log(inside, "100.01", "EUR", share=Decimal("33.33"))
    gone = log(inside, "70", quarter=Q2)
    log(inside, "12345", "JPY", type=RevenueType.SAVINGS, owner=inside.amir)
    euros = make_contract(inside.alex, make_terms(currency="EUR"), number="KT-1", now=MARCH)
    handed = make_contract(inside.alex, make_terms(currency="GBP"), number="KT-2", now=MARCH)
    lost = make_contract(inside.amir, make_terms((1, 12, "55.55")), number="KT-3", now=MARCH)
    twice = make_contract(inside.amir, make_terms(), number="KT-4", now=MARCH)
    casual = make_terms((1, None, "10"), kind=ContractType.CASUAL, period=1)
    make_contract(inside.alex, casual, number="KT-5", now=MARCH)
    make_draft(inside.alex, number="KT-6")
    renew_contracts(workspace=inside.acme, now=NOW)
    for quarter in (Q2, Q3):
        close_quarter(workspace=inside.acme, quarter=quarter, by=inside.mia, reason="end", now=NOW)
    _changes(inside, first, gone, euros, handed, lost, twice)
    return inside


def _changes(
    cast: Cast,
    first: Contribution,
    gone: Contribution,
    euros: Contract,
    handed: Contract,
    lost: Contract,
    twice: Contract,
) -> None:
    """What happens after the closes."""
    entry = an_entry("99", "EUR")
    edit_contribution(contribution=first, by=cast.alex, entry=entry, version=1, now=NOW, reason="Typo")
    void_contribution(contribution=gone, by=cast.alex, reason="Twice", now=NOW)
    log(cast, "3", type=RevenueType.INFLUENCED, reason="Late")
    edit(euros, cast.alex, make_terms((1, 6, "90"), (7, 12, "80"), currency="EUR"))
    terms: dict[str, Any] = {"workspace": cast.acme, "by": cast.ada, "reason": "New region", "now": NOW}
    hand_over(contracts=[handed], to=cast.amir, first=Month(2026, 6), **terms)
    on = date(2026, 8, 20)
    cancel_contract(contract=lost, by=cast.amir, on=on, reason="Gone", revision=lost.revision, now=NOW)
    void_contract(contract=twice, by=cast.ada, reason="Twice", revision=twice.revision, now=NOW)


def broken(cast: Cast) -> set[str]:
    """The names of the proofs that do not hold."""
    return {proof.name for proof in prove(cast.acme, NOW.date()) if not proof.ok}


def failing(cast: Cast, name: str) -> list[Proof]:
    return [proof for proof in prove(cast.acme, NOW.date()) if proof.name == name and not proof.ok]


@contextmanager
def changed(statement: str) -> Iterator[None]:
    """What no service would write, done by raw SQL with the guards at rest."""
    with pgtrigger.ignore(), connection.cursor() as cursor:
        cursor.execute(statement)
        assert cursor.rowcount > 0
    yield


def test_everything_holds_and_every_equality_is_among_the_proofs(busy: Cast) -> None:
    proofs = prove(busy.acme, NOW.date())
    assert [proof for proof in proofs if not proof.ok] == []
    names = {FIGURE, LEGS, PLACES, CELLS, PEOPLE, AS_CLOSED, LATER, MONTHS, TOTALS, EXPORT, SCHEDULE, FROZEN}
    of_rows = {DASHBOARD, EVERYBODY, PARTS, ROWS, CLOSED_ROWS, DERIVED}
    assert {proof.name for proof in proofs} == names | of_rows
    moved = {proof.subject for proof in proofs if proof.name == LATER and "contracts" in proof.subject}
    assert moved == {
        "contracts 2026Q2 confirmed",
        "contracts 2026Q2 current",
        "contracts 2026Q3 confirmed",
        "contracts 2026Q3 current",
    }


# ------------------------------------------------------------------ figures altered behind the product's back

# Which proofs notice it: its own, and those of the pages that read what was altered.
RAW: dict[str, tuple[set[str], str]] = {
    "a contribution's figure": (
        {FIGURE},
        f"update {Contribution._meta.db_table} set converted = converted + 0.01 where amount = 3",
    ),
    "a person's month": (
        {MONTHS, DASHBOARD, EVERYBODY},
        f"update {MonthTotal._meta.db_table} set confirmed = confirmed + 0.01 where month = '2026-12-01'",
    ),
    "how many months a person has": (
        {MONTHS},
        f"update {MonthTotal._meta.db_table} set current_rows = current_rows + 1 where month = '2026-12-01'",
    ),
    "a contract's total": (
        {TOTALS, EXPORT},
        f"update {ContractTotal._meta.db_table} set current_converted = current_converted - 0.01",
    ),
    "the rule of a current month": (
        {SCHEDULE},
        f"update {CurrentMonth._meta.db_table} set rule = 9 where month = '2026-10-01'",
    ),
    "the number of a frozen month": (
        {FROZEN},
        f"update {FrozenMonth._meta.db_table} set number = number + 1 where month = '2026-03-01'",
    ),
}


@pytest.mark.parametrize("what", RAW)
def test_what_was_altered_is_found_by_its_own_proofs_alone(busy: Cast, what: str) -> None:
    names, statement = RAW[what]
    with changed(statement):
        assert broken(busy) == names


@pytest.mark.parametrize(("model", "own"), [(FrozenMonth, FROZEN), (CurrentMonth, SCHEDULE)])
def test_an_amount_that_was_altered_is_found_against_what_made_it_and_on_the_dashboard(
    busy: Cast, model: Any, own: str
) -> None:
    """One cent more in October 2026, of KT-5 alone: the maintained totals still say what they said."""
    one = f"(select id from {Contract._meta.db_table} where number = 'KT-5')"
    where = f"month = '2026-10-01' and contract_id = {one}"
    with changed(f"update {model._meta.db_table} set amount = amount + 0.01 where {where}"):
        assert broken(busy) >= {own, MONTHS, TOTALS, DASHBOARD}
        (month, _) = failing(busy, DASHBOARD)
        said = {place: Decimal(figure) for place, figure in month.figures.items()}
        assert said["months"] - said["dashboard"] == Decimal("0.01")


def test_a_frozen_month_that_is_missing_is_found(busy: Cast) -> None:
    """One of a void contract, which is in no total."""
    table, contract = FrozenMonth._meta.db_table, Contract._meta.db_table
    void = f"(select id from {contract} where number = 'KT-4')"
    with changed(f"delete from {table} where month = '2026-12-01' and contract_id in {void}"):
        assert broken(busy) == {FROZEN}
        assert [proof.subject for proof in failing(busy, FROZEN)] == ["KT-4", "all confirmations"]


def test_a_current_month_of_a_void_contract_is_found(busy: Cast) -> None:
    """Its amount is 0, so that no sum moves."""
    rate = CurrentMonth.objects.filter(contract__number="KT-5").first()
    assert rate is not None
    CurrentMonth.objects.create(
        workspace=busy.acme,
        contract=Contract.objects.get(number="KT-4"),
        owner=busy.amir,
        month_rate=rate.month_rate,
        month=Month(2031, 1),
        number=1,
        rule=None,
        amount=0,
    )
    assert SCHEDULE in broken(busy)


# ------------------------------------------------------------------ places that would show something else


def patched(monkeypatch: pytest.MonkeyPatch, module: Any, name: str, change: Callable[[Any], Any]) -> None:
    """Have `module.name(…)` answer otherwise."""
    original = getattr(module, name)
    monkeypatch.setattr(module, name, lambda *args, **kwargs: change(original(*args, **kwargs)))


def test_a_list_that_would_total_otherwise_is_found(busy: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page of the oldest quarter, and no other, says one dollar more of retention value."""
    pages = count()

    def more(totals: Any) -> Any:
        extra = Decimal(1) if next(pages) == 0 else Decimal(0)
        return [*totals[:-1], replace(totals[-1], converted=totals[-1].converted + extra)]

    patched(monkeypatch, contributions, "type_totals", more)
    (proof,) = [proof for proof in prove(busy.acme, NOW.date()) if not proof.ok]
    assert (proof.name, proof.subject) == (PLACES, "2026Q2 retention")
    assert proof.figures == {"list": "1.0000", "dashboard": "0.0000", "export": "0.0000"}


def test_a_dashboard_that_would_lose_a_cell_is_found(busy: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def without_influence(cube: Any) -> Any:
        return {
            key: replace(cell, live=EMPTY) if key[1] is RevenueType.INFLUENCED else cell
            for key, cell in cube.items()
        }

    patched(monkeypatch, contributions, "figure_cube", without_influence)
    found = [proof for proof in contributions.prove_totals(busy.acme, NOW.date()) if not proof.ok]
    assert {proof.name for proof in found} == {PLACES, CELLS}
    assert {proof.subject.split()[-1] for proof in found} == {"influenced"}


def test_an_export_that_would_count_otherwise_is_found(busy: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def doubled(lines: Any) -> Any:
        lines = list(lines)
        return [*lines, *lines]

    patched(monkeypatch, contributions, "export_lines", doubled)
    assert broken(busy) == {PLACES, CELLS}


def test_a_person_who_would_be_left_out_is_found(busy: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    patched(monkeypatch, contributions, "members", lambda found: found.exclude(pk=busy.amir.pk))
    assert broken(busy) == {PEOPLE}


def test_an_export_of_contracts_that_would_lose_a_line_is_found(
    busy: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    patched(monkeypatch, contracts, "export_lines", lambda lines: list(lines)[1:])
    assert broken(busy) == {EXPORT}


def test_a_list_of_contracts_that_would_total_otherwise_is_found(
    busy: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    patched(
        monkeypatch, contracts, "list_totals", lambda found: replace(found, currencies=found.currencies[1:])
    )
    assert broken(busy) == {EXPORT}


def test_a_sales_dashboard_that_would_lose_a_month_is_found(
    busy: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    patched(monkeypatch, sales, "month_figures", lambda months: dict(list(months.items())[1:]))
    assert broken(busy) == {DASHBOARD}
    said = {proof.subject for proof in failing(busy, DASHBOARD)}
    assert {"2026-03 as confirmed", "2026-03 current"} <= said


@pytest.mark.parametrize("lines", ["person_lines", "client_lines"])
def test_a_sales_dashboard_that_would_leave_out_a_person_or_a_client_is_found(
    busy: Cast, monkeypatch: pytest.MonkeyPatch, lines: str
) -> None:
    patched(monkeypatch, sales, lines, lambda found: found[1:])
    assert broken(busy) == {EVERYBODY}


def test_a_difference_that_would_not_be_told_whole_is_found(
    busy: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """KT-1 was confirmed in EUR: the rate's part is forgotten."""

    def without_rates(found: Any) -> Any:
        return {
            pk: [replace(line, difference=replace(line.difference, by_rate=Decimal(0))) for line in lines]
            for pk, lines in found.items()
        }

    patched(monkeypatch, sales, "lines_of", without_rates)
    assert broken(busy) == {PARTS}
    assert "KT-1" in {proof.subject for proof in failing(busy, PARTS)}


# ------------------------------------------------------------------ closes


def test_copies_that_are_not_those_of_the_headline_are_found(
    busy: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    patched(monkeypatch, contributions, "closed_rows", lambda rows: rows.exclude(type="savings"))
    assert broken(busy) == {AS_CLOSED}
    assert [proof.subject for proof in failing(busy, AS_CLOSED)] == ["2026Q3 savings"]


def test_copied_months_that_are_not_those_of_the_quarter_are_found(
    busy: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    patched(monkeypatch, contracts, "closed_months", lambda rows: rows.exclude(contract_number="KT-1"))
    assert broken(busy) == {AS_CLOSED}


@pytest.mark.parametrize("module", [contributions, contracts])
def test_a_later_change_that_is_not_told_is_found(
    busy: Cast, monkeypatch: pytest.MonkeyPatch, module: Any
) -> None:
    name = "later_changes" if module is contributions else "contract_changes"
    patched(monkeypatch, module, name, lambda changes: changes[1:])
    assert broken(busy) == {LATER}
