"""Whatever people do with a contract after Add, in whatever order: what was confirmed stays, the totals are
the sums of the months, and what is current is what the schedule says (rules 4.9 to 4.16).

Each sequence runs in a savepoint of one database test, on a contract that was added before.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal as D
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

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
from contracts.queries.months import MonthLine, month_lines
from contracts.queries.sums import SUMS
from contracts.queries.tables import in_difference, sums_of
from contracts.queries.versions import version_lines
from contracts.rules import ContractType, HandedOver, Rule, Terms, current_months, owner_in
from contracts.services.confirming import renew_contracts
from contracts.services.endings import (
    cancel_contract,
    restore_contract,
    take_cancellation_back,
    void_contract,
)
from contracts.services.handing import hand_over
from contracts.services.schedules import restore_version, save_schedule
from contracts.services.totals import CONTRACT
from kamtrak.lib.errors import Refused
from kamtrak.lib.months import Month
from kamtrak.tenancy import in_workspace
from tests.cast import NOW, Cast
from tests.contracts.builders import edit, make_contract, make_terms, rules
from tests.contracts.schedules import schedules
from tests.contributions.builders import publish

pytestmark = pytest.mark.django_db

SEQUENCES = 500
START = date(2026, 3, 15)
# What 1 EUR was worth at the end of each month up to October, and when the contracts were confirmed.
RATES = {
    date(2026, 3, 4): {"USD": "1.1600", "GBP": "0.8600"},
    **{(Month(2025, 12) + n).last: {"USD": f"1.1{n:02}5", "GBP": f"0.85{n:02}"} for n in range(11)},
}


# ------------------------------------------------------------------ what people do


@dataclass
class Scene:
    """The contract of one sequence, who acts, and the moment, which only moves on."""

    cast: Cast
    pk: int
    now: datetime = NOW

    def row(self) -> Contract:
        return Contract.objects.select_related("workspace").get(pk=self.pk)

    def over(self, row: Contract) -> dict[str, Any]:
        """What every service of an ending takes."""
        return {"contract": row, "by": self.cast.ada, "revision": row.revision, "now": self.now}


Step = Callable[[Scene], None]
Rows = set[tuple[Any, ...]]
Sums = dict[str, D]


def edits(rules: Sequence[Rule], from_month: int | None, monthly: D, period: int, days: int) -> Step:
    def step(scene: Scene) -> None:
        row = scene.row()
        terms = replace(row.terms, rules=tuple(rules), monthly=monthly, duration="", formula="")
        if from_month is None:
            start = row.start_on + timedelta(days=days)
            terms = replace(terms, period=period, start=start)
        save_schedule(
            **scene.over(row),
            terms=terms,
            formula=None,
            reason="Agreed",
            from_month=from_month,
            accepted=True,
        )

    return step


def becomes(kind: ContractType) -> Step:
    def step(scene: Scene) -> None:
        row = scene.row()
        terms = replace(row.terms, kind=kind)
        save_schedule(**scene.over(row), terms=terms, formula=None, reason="Another type", accepted=True)

    return step


def restores(number: int) -> Step:
    """One of the versions there are; its figures are what was promised of it."""

    def step(scene: Scene) -> None:
        row = scene.row()
        lines = version_lines(row)
        wanted = lines[number % len(lines)]
        restored = restore_version(**scene.over(row), number=wanted.version.number, reason="Back")
        promised = next(
            each.total for each in version_lines(restored) if each.version.number == wanted.version.number
        )
        assert current_sum(restored) == promised

    return step


def cancels(months: int) -> Step:
    def step(scene: Scene) -> None:
        row = scene.row()
        day = (Month.of(row.start_on) + months).first + timedelta(days=8)
        cancel_contract(**scene.over(row), on=day, reason="Gone")

    return step


def takes_back(scene: Scene) -> None:
    take_cancellation_back(**scene.over(scene.row()), reason="Rescued")


def voids(scene: Scene) -> None:
    void_contract(**scene.over(scene.row()), reason="Twice")


def unvoids(scene: Scene) -> None:
    restore_contract(contract=scene.row(), by=scene.cast.ada, reason="Not twice", now=scene.now)


def hands_over(to: str, months: int) -> Step:
    def step(scene: Scene) -> None:
        row = scene.row()
        hand_over(
            workspace=scene.cast.acme,
            contracts=[row],
            to=getattr(scene.cast, to),
            first=Month.of(row.start_on) + months,
            by=scene.cast.ada,
            reason="Territory",
            now=scene.now,
        )

    return step


def time_passes(days: int) -> Step:
    def step(scene: Scene) -> None:
        scene.now += timedelta(days=days)
        renew_contracts(workspace=scene.cast.acme, now=scene.now)

    return step


# ------------------------------------------------------------------ in any order


EDITS = st.builds(
    edits,
    schedules(most=4),
    st.one_of(st.none(), st.integers(1, 20)),
    st.sampled_from([D("1250.00"), D("333.33")]),
    st.sampled_from([6, 12, 18]),
    st.sampled_from([0, 0, -45, 45]),
)
STEPS = st.one_of(
    EDITS,
    EDITS,
    st.builds(becomes, st.sampled_from(ContractType)),
    st.builds(restores, st.integers(0, 5)),
    st.builds(cancels, st.integers(-2, 14)),
    st.just(takes_back),
    st.sampled_from([voids, unvoids]),
    st.builds(hands_over, st.sampled_from(["alex", "amir"]), st.integers(-1, 20)),
    st.builds(time_passes, st.integers(20, 150)),
)


FIXED = make_terms(currency="GBP", start=START)
RENEWING = make_terms(
    (1, 6, "100"), (7, None, "80"), kind=ContractType.ROLL_OVER, period=6, currency="EUR", start=START
)


@pytest.mark.parametrize("terms", [FIXED, RENEWING], ids=["fixed term", "roll-over"])
def test_whatever_is_done_after_add_what_was_confirmed_stays_and_everything_adds_up(
    cast: Cast, terms: Terms
) -> None:
    """Of a contract that was edited once already; each type may become the others."""
    publish(RATES)
    row = make_contract(cast.alex, terms, by=cast.ada, confirmed_on=date(2026, 3, 4))
    edit(row, cast.ada, replace(terms, rules=rules((3, None, "70"))))
    with in_workspace(cast.acme.pk):
        confirmed = on_record()

    @settings(
        max_examples=SEQUENCES // 2,
        phases=[Phase.generate],  # three steps are short enough to be read; shrinking them takes minutes
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(st.lists(STEPS, min_size=1, max_size=3))
    def sequence(steps: list[Step]) -> None:
        with in_workspace(cast.acme.pk):
            told.update(play(Scene(cast, row.pk), steps, confirmed))
            transaction.set_rollback(True)

    told: Counter[str] = Counter()
    sequence()
    assert told["done"] >= told.total() / 2, told  # or the sequences would prove little


def play(scene: Scene, steps: Sequence[Step], confirmed: Rows) -> Counter[str]:
    """How many steps were done and how many refused. `confirmed` is what was on record before the first."""
    told: Counter[str] = Counter()
    frozen = {row for row in confirmed if row[0] is FrozenMonth}
    for step in steps:
        try:
            step(scene)
        except Refused:
            told["refused"] += 1  # then nothing has changed, as is seen below
            continue
        told["done"] += 1
        before, frozen = frozen, rows_of(FrozenMonth)
        assert before <= frozen, "a month that was confirmed has changed"
    assert confirmed <= on_record(), "something that was confirmed has changed"
    connection.check_constraints()
    row = scene.row()
    assert_totals_are_the_sums_of_the_months(scene.cast)
    assert_current_is_what_the_schedule_says(row)
    assert_the_page_adds_up(row)
    return told


# ------------------------------------------------------------------ what always holds


def rows_of(model: Any) -> Rows:
    """Every row with all its columns, as the database holds it."""
    columns = [field.attname for field in model._meta.local_fields]
    rows = model._default_manager.order_by().values_list(*columns)
    return {(model, *map(str, values)) for values in rows}


def on_record() -> Rows:
    """What was confirmed, the rates frozen with it, and every version saved."""
    tables = (FrozenMonth, Confirmation, ConfirmationRate, ScheduleVersion)
    return set().union(*(rows_of(model) for model in tables))


def assert_totals_are_the_sums_of_the_months(cast: Cast) -> None:
    """Added up here, line by line as the page of a contract shows its months: what keeps the totals sums in
    the database."""
    months: dict[tuple[Month, int], Sums] = defaultdict(lambda: dict.fromkeys(SUMS, D(0)))
    contracts: dict[int, Sums] = {}
    for row in Contract.objects.select_related("workspace").filter(voided_at=None):
        contracts[row.pk] = dict.fromkeys(CONTRACT, D(0))
        for line in month_lines(row):
            if line.confirmed_owner is not None:
                count_confirmed(line, months[line.month, line.confirmed_owner.pk], contracts[row.pk])
            if line.owner is not None:
                count_current(line, months[line.month, line.owner.pk], contracts[row.pk])
    kept = {(total.month, total.owner_id): columns(total, SUMS) for total in MonthTotal.objects.all()}
    assert {key: sums for key, sums in kept.items() if any(sums.values())} == months
    assert {total.contract_id: columns(total, CONTRACT) for total in ContractTotal.objects.all()} == contracts


def columns(row: Any, names: Sequence[str]) -> Sums:
    return {name: getattr(row, name) for name in names}


def count_confirmed(line: MonthLine, month: Sums, contract: Sums) -> None:
    amount, worth = line.confirmed or D(0), line.confirmed_converted or D(0)
    month["confirmed_rows"] += 1
    month["confirmed"] += worth
    contract["confirmed"] += amount
    contract["confirmed_converted"] += worth
    for sums in (month, contract):
        sums["confirmed_unknown"] += line.confirmed_unknown
    if line.lost:
        month["lost"] += worth
        contract["lost"] += amount
        contract["lost_converted"] += worth


def count_current(line: MonthLine, month: Sums, contract: Sums) -> None:
    """An expected month stands beside the current ones, and is in no total of its contract."""
    assert line.month_rate is not None
    worth, waits = line.current_converted or D(0), line.provisional
    name = "expected" if line.expected else "current"
    month[f"{name}_rows"] += 1
    month[name] += worth
    month[f"{name}_unknown"] += line.current_unknown
    month["expected_provisional" if line.expected else "provisional"] += worth if waits else 0
    if not line.expected:
        contract["current"] += line.current or D(0)
        contract["current_converted"] += worth
        contract["current_unknown"] += line.current_unknown
        contract["provisional"] += waits


def assert_current_is_what_the_schedule_says(row: Contract) -> None:
    said = (
        []
        if row.is_void
        else current_months(row.terms, frozen_until=row.frozen_until, cancelled_after=row.cancelled_after)
    )
    handed = [HandedOver(each.first, each.owner_id) for each in row.hand_overs.order_by("pk")]
    found = CurrentMonth.objects.filter(contract=row).order_by("month")
    assert [(m.month, m.number, m.rule, m.amount, m.expected, m.owner_id) for m in found] == [
        (
            *(m.month, m.number, m.rule, m.amount, m.expected),
            owner_in(m.month, first_owner=row.first_owner_id, handed=handed),
        )
        for m in said
    ]


def assert_the_page_adds_up(row: Contract) -> None:
    """By edit + by rate is current less confirmed, in the workspace currency and over the lines shown."""
    lines = in_difference(month_lines(row))
    whole = sums_of(lines)
    assert whole.difference.amount == (whole.current or 0) - (whole.confirmed or 0)
    if whole.difference.converted is not None:
        moved = (whole.current_converted or 0) - (whole.confirmed_converted or 0)
        assert whole.difference.converted == moved
    kept = ContractTotal.objects.filter(contract=row).first()
    if kept is not None:
        assert (kept.confirmed, kept.current) == (whole.confirmed or 0, whole.current or 0)
        assert kept.current_converted == (whole.current_converted or 0)


def current_sum(row: Contract) -> D:
    months = CurrentMonth.objects.filter(contract=row, expected=False)
    return sum((month.amount for month in months), D(0))
