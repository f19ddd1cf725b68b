"""Totals that were found wrong are made anew from the months, and every proof holds again."""

from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from contracts.models import ContractTotal, MonthTotal
from contracts.services.endings import void_contract
from kamtrak.tenancy import in_workspace
from tests.cast import NOW, Cast
from tests.contracts.builders import make_contract, make_terms
from tests.contributions.builders import publish

pytestmark = pytest.mark.django_db
Rows = list[tuple[Any, ...]]


@pytest.fixture
def figures(cast: Cast) -> Rows:
    """The totals of a contract in EUR, of one that earns nothing any more, and of another workspace's."""
    publish()
    make_contract(cast.alex, make_terms(currency="EUR"))
    void = make_contract(cast.amir, number="KT-2")
    with in_workspace(cast.acme.pk):
        void_contract(contract=void, by=cast.ada, reason="Twice", revision=void.revision, now=NOW)
    make_contract(cast.sam, make_terms(currency="EUR"))
    return kept(cast)


def kept(cast: Cast) -> Rows:
    """All totals of both workspaces that count something, without the numbers of their rows."""
    found: Rows = []
    for workspace in (cast.acme, cast.other):
        with in_workspace(workspace.pk):
            months = MonthTotal.objects.exclude(confirmed_rows=0).order_by("month", "owner")
            for rows in (months, ContractTotal.objects.order_by("contract")):
                found += [values[1:] for values in rows.values_list()]
    return found


def reconciles() -> bool:
    try:
        call_command("reconcile", workspace="acme")
    except SystemExit:
        return False
    return True


MONTHS, CONTRACTS = MonthTotal._meta.db_table, ContractTotal._meta.db_table


@pytest.mark.parametrize(
    "what",
    [
        f"update {MONTHS} set confirmed = confirmed + 0.01 where month = '2026-12-01'",
        f"delete from {MONTHS} where month = '2026-12-01'",
        f"update {MONTHS} set current = 7 where current_rows = 0",
        f"update {CONTRACTS} set current_converted = current_converted - 0.01",
        f"delete from {CONTRACTS}",
    ],
)
def test_totals_that_are_wrong_are_rebuilt_from_the_months(cast: Cast, figures: Rows, what: str) -> None:
    assert reconciles()
    with in_workspace(cast.acme.pk), connection.cursor() as cursor:
        cursor.execute(what)
        assert cursor.rowcount > 0
    assert not reconciles()
    call_command("rebuild_totals", workspace="acme")
    assert reconciles()
    assert kept(cast) == figures


def test_rebuilding_says_what_was_made_and_drops_months_that_nobody_has(
    cast: Cast, figures: Rows, capsys: pytest.CaptureFixture[str]
) -> None:
    with in_workspace(cast.acme.pk):
        assert MonthTotal.objects.count() == 24
    call_command("rebuild_totals", workspace="acme")
    said = capsys.readouterr().out.strip()
    assert said.startswith("acme: totals of 12 months of a person and 1 contract made anew,")
    assert said.endswith("and 0 totals of transactions.")
    with in_workspace(cast.acme.pk):
        assert MonthTotal.objects.count() == 12


def test_a_workspace_that_does_not_exist_is_said(cast: Cast) -> None:
    with pytest.raises(CommandError, match="no workspace “nowhere”"):
        call_command("rebuild_totals", workspace="nowhere")
