"""Closing and reopening a quarter (rules 2.4)."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from contributions.models import ClosedPeriod, ClosedRow
from contributions.queries.periods import closed_period, closed_periods, figure_cube
from contributions.rules import RevenueType
from contributions.rules.periods import period_totals
from contributions.services.contributions import edit_contribution
from contributions.services.periods import close_quarter, open_items, reopen_quarter
from kamtrak.lib.errors import Refused
from tests.cast import NOW, Cast
from tests.contributions.builders import Q2, Q3, Q4, an_entry, log, publish
from workspaces.queries.people import EVERYONE, scope_of


def close(cast: Cast, reason: str = "") -> ClosedPeriod:
    return close_quarter(workspace=cast.acme, quarter=Q3, by=cast.mia, reason=reason, now=NOW)


def direct(cast: Cast) -> tuple[Decimal, Decimal, Decimal]:
    """Direct revenue of the third quarter: as it stands, later changes, now."""
    cube = figure_cube(cast.acme, EVERYONE, closed_periods(cast.acme))
    total = period_totals(cube, [Q3])[0]
    return total.stands.converted, total.later, total.now.converted


def test_a_close_copies_each_counted_row_with_its_figure_and_its_rate(inside: Cast) -> None:
    publish()
    row = log(inside, "100", "EUR", share=Decimal(40), description="Pilot")
    log(inside, "5", quarter=Q2)
    period = close(inside)
    copy = ClosedRow.objects.get(period=period)
    assert (copy.contribution_id, copy.owner_name, copy.client_name) == (row.pk, "Alex", "Nordhavn Logistics")
    assert (copy.amount, copy.share, copy.credited, copy.converted) == (
        Decimal(100),
        Decimal(40),
        Decimal("40.00"),
        Decimal("46.00"),
    )
    assert (copy.rate, copy.rate_day, copy.description) == (Decimal("1.15"), Q3.last, "Pilot")


def test_after_a_close_live_rows_go_on_and_the_closed_figure_stays(inside: Cast) -> None:
    row = log(inside, "100")
    close(inside)
    edit_contribution(
        contribution=row, by=inside.alex, entry=an_entry("130"), version=1, now=NOW, reason="Extra licence"
    )
    log(inside, "7", reason="Came in late")
    assert direct(inside) == (Decimal(100), Decimal(37), Decimal(137))


def test_an_unknown_row_is_copied_as_unknown(inside: Cast) -> None:
    log(inside, "100", "AUD")
    period = close(inside, "The rate will not come")
    assert ClosedRow.objects.get(period=period).converted is None
    assert (period.unknown_rows, period.open_alerts, period.reason) == (1, 1, "The rate will not come")


def test_open_items_ask_for_a_reason(inside: Cast) -> None:
    publish()
    log(inside, "100", "AUD")
    assert open_items(inside.acme, Q3).unknown_rows == 1
    with pytest.raises(Refused) as refusal:
        close(inside)
    assert refusal.value.field == "reason"


def test_a_quarter_that_has_not_ended_is_not_closed(inside: Cast) -> None:
    with pytest.raises(Refused, match=r"has not ended\. It can be closed from 1 January 2027 on"):
        close_quarter(workspace=inside.acme, quarter=Q4, by=inside.mia, reason="x", now=NOW)
    new_year = datetime(2027, 1, 1, 0, 0, tzinfo=UTC)
    close_quarter(workspace=inside.acme, quarter=Q4, by=inside.mia, reason="", now=new_year)


def test_a_quarter_is_closed_once(inside: Cast) -> None:
    close(inside)
    with pytest.raises(Refused, match="closed already"):
        close(inside)


@pytest.mark.parametrize("name", ["alex", "audrey"])
def test_only_managers_and_administrators_close(inside: Cast, name: str) -> None:
    with pytest.raises(Refused):
        close_quarter(workspace=inside.acme, quarter=Q3, by=getattr(inside, name), reason="x", now=NOW)


def test_reopening_needs_a_reason_and_supersedes_the_copy_which_stays_on_record(inside: Cast) -> None:
    log(inside, "100")
    period = close(inside)
    with pytest.raises(Refused):
        reopen_quarter(period=period, by=inside.mia, reason=" ", now=NOW)
    reopen_quarter(period=period, by=inside.mia, reason="A late invoice", now=NOW)
    assert closed_period(inside.acme, Q3) is None
    assert ClosedRow.objects.filter(period=period).count() == 1
    log(inside, "1")
    assert direct(inside) == (Decimal(101), Decimal(0), Decimal(101))
    close(inside)
    assert ClosedPeriod.objects.filter(quarter=Q3).count() == 2


def test_a_copy_never_changes_not_even_by_raw_sql(inside: Cast) -> None:
    log(inside, "100")
    close(inside)
    for statement in (
        "update contributions_closedrow set converted = 1",
        "delete from contributions_closedrow",
    ):
        with pytest.raises(IntegrityError, match="frozen rows never change"), transaction.atomic():
            connection.cursor().execute(statement)


def test_closed_figures_are_read_within_ones_scope(inside: Cast) -> None:
    log(inside, "100")
    log(inside, "50", owner=inside.amir)
    close(inside)
    closed = closed_periods(inside.acme)
    for name, figure in (("alex", 100), ("amir", 50), ("mia", 100), ("olive", 150)):
        cube = figure_cube(inside.acme, scope_of(getattr(inside, name)), closed)
        assert period_totals(cube, [Q3])[0].stands.converted == Decimal(figure)


def test_an_empty_closed_quarter_stands_at_zero_whatever_comes_later(inside: Cast) -> None:
    close(inside)
    log(inside, "100", reason="Came in late")
    assert direct(inside) == (Decimal(0), Decimal(100), Decimal(100))


def test_a_total_over_closed_and_open_quarters_is_closed_plus_live(inside: Cast) -> None:
    log(inside, "100")
    close(inside)
    log(inside, "20", reason="Came in late")
    log(inside, "3", quarter=Q4)
    cube = figure_cube(inside.acme, EVERYONE, closed_periods(inside.acme))
    total = next(t for t in period_totals(cube, [Q3, Q4]) if t.type is RevenueType.DIRECT)
    assert (total.stands.converted, total.later, total.now.converted) == (
        Decimal(103),
        Decimal(20),
        Decimal(123),
    )
