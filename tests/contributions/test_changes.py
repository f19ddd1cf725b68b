"""What changed after a close: the differences are whole per quarter and type (rules 2.4)."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from contributions.models import ClosedPeriod, Contribution
from contributions.queries.periods import closed_period, closed_periods, figure_cube, later_changes
from contributions.rules import RevenueType
from contributions.rules.periods import period_totals
from contributions.services.contributions import (
    Entry,
    edit_contribution,
    log_contribution,
    restore_contribution,
    void_contribution,
)
from contributions.services.periods import close_quarter
from kamtrak.history import because
from kamtrak.lib.months import Month, Quarter
from tests.cast import NOW, Cast
from workspaces.queries.people import EVERYONE

Q2, Q3 = Quarter(Month(2026, 4)), Quarter(Month(2026, 7))


def logged(cast: Cast, amount: str, *, reason: str = "", **changes: Any) -> Contribution:
    entry = Entry(
        client="Aurelia", type=RevenueType.DIRECT, amount=Decimal(amount), currency="USD", quarter=Q3
    )
    entry = replace(entry, **changes)
    return log_contribution(workspace=cast.acme, owner=cast.alex, entry=entry, now=NOW, reason=reason)


def edited(
    row: Contribution, cast: Cast, *, now: datetime = NOW, reason: str = "audit", **changes: Any
) -> None:
    row.refresh_from_db()
    entry = Entry(
        client=row.client.name,
        type=row.kind,
        amount=row.amount.amount,
        currency=row.currency,
        quarter=row.quarter,
    )
    edit_contribution(
        contribution=row,
        by=cast.alex,
        entry=replace(entry, **changes),
        version=row.version,
        now=now,
        reason=reason,
    )


def close(cast: Cast, *quarters: Quarter) -> None:
    for quarter in quarters:
        close_quarter(workspace=cast.acme, quarter=quarter, by=cast.olive, reason="end", now=NOW)


def closed_in(cast: Cast, *quarters: Quarter) -> dict[Quarter, ClosedPeriod]:
    return {q: period for q, period in closed_periods(cast.acme).items() if q in quarters}


def said(cast: Cast, *quarters: Quarter) -> list[tuple[str, str, str, str]]:
    """Type, closed, now and why of each change."""
    return [
        (c.type.value, str(c.closed), str(c.now), c.why)
        for c in later_changes(cast.acme, EVERYONE, closed_in(cast, *quarters))
    ]


def test_edited_voided_and_added_rows_are_changes_and_untouched_ones_are_not(inside: Cast) -> None:
    logged(inside, "10.00")
    edit, void = logged(inside, "100.00"), logged(inside, "40.00", client="Borealis")
    close(inside, Q3)
    edited(edit, inside, amount=Decimal("120.00"))
    void_contribution(contribution=void, by=inside.alex, reason="counted twice", now=NOW)
    late = logged(inside, "7.00", client="Castellan", reason="The invoice came late")
    Contribution.objects.filter(pk=late.pk).update(created_at=date_after())
    assert said(inside, Q3) == [
        ("direct", "100.0000", "120.0000", "edited: audit"),
        ("direct", "40.0000", "None", "voided: counted twice"),
        ("direct", "None", "7.0000", "added after the close: The invoice came late"),
    ]


def date_after() -> Any:
    return NOW.replace(day=24)


def test_a_row_that_changes_its_type_is_a_change_of_both_types(inside: Cast) -> None:
    row = logged(inside, "50.00")
    close(inside, Q3)
    edited(row, inside, type=RevenueType.INFLUENCED)
    assert said(inside, Q3) == [
        ("direct", "50.0000", "None", "now influenced revenue: audit"),
        ("influenced", "None", "50.0000", "moved here or restored after the close: audit"),
    ]
    assert_whole(inside, Q3)


def test_a_row_that_moves_between_two_closed_quarters_is_a_change_of_both(inside: Cast) -> None:
    row = logged(inside, "50.00")
    close(inside, Q2, Q3)
    edited(row, inside, quarter=Q2)
    assert said(inside, Q3) == [("direct", "50.0000", "None", "moved to Q2 2026: audit")]
    assert said(inside, Q2) == [
        ("direct", "None", "50.0000", "moved here or restored after the close: audit")
    ]
    assert_whole(inside, Q2, Q3)


def test_a_row_closed_twice_keeps_both_copies_apart(inside: Cast) -> None:
    """Closed in Q3, moved to Q2, closed there too: still a change of Q3, none of Q2."""
    row = logged(inside, "50.00")
    close(inside, Q3)
    edited(row, inside, quarter=Q2)
    close(inside, Q2)
    assert said(inside, Q2, Q3) == [("direct", "50.0000", "None", "moved to Q2 2026: audit")]
    assert_whole(inside, Q2, Q3)


def test_a_row_restored_after_the_close_comes_back_as_a_change(inside: Cast) -> None:
    row = logged(inside, "5.00")
    void_contribution(contribution=row, by=inside.alex, reason="mistake", now=NOW - timedelta(hours=1))
    close(inside, Q3)
    restore_contribution(contribution=row, by=inside.alex, reason="it was right", now=NOW)
    assert said(inside, Q3) == [
        ("direct", "None", "5.0000", "moved here or restored after the close: it was right")
    ]


def test_each_reason_since_the_close_is_told_once_and_what_moved_no_figure_is_not(inside: Cast) -> None:
    row = logged(inside, "100.00")
    edited(row, inside, now=NOW - timedelta(hours=1), reason="Before anything was closed", amount=Decimal(99))
    close(inside, Q3)
    edited(row, inside, reason="Client cut the scope by 10 percent", amount=Decimal(90))
    edited(row, inside, reason="A better word", description="Pilot, two depots")
    edited(row, inside, reason="Invoice corrected", amount=Decimal(91))
    edited(row, inside, reason="Client cut the scope by 10 percent", amount=Decimal(90))
    assert said(inside, Q3) == [
        ("direct", "99.0000", "90.0000", "edited: Client cut the scope by 10 percent; Invoice corrected")
    ]


def test_many_long_reasons_are_cut_to_what_a_document_keeps(inside: Cast) -> None:
    row = logged(inside, "100.00")
    close(inside, Q3)
    edited(row, inside, reason="x" * 500, amount=Decimal(90))
    edited(row, inside, reason="y" * 500, amount=Decimal(91))
    (_, _, _, why) = said(inside, Q3)[0]
    assert (len(why), why[:9], why[-2:]) == (600, "edited: x", "y…")


def test_a_rate_that_an_administrator_moved_says_his_reason(inside: Cast) -> None:
    row = logged(inside, "100.00", currency="EUR")
    close(inside, Q3)
    with because(reason="The treasury booked 1.2"):
        Contribution.objects.filter(pk=row.pk).update(
            converted=Decimal(120), rate=Decimal("1.2"), rate_day=Q3.last, rate_source="own", updated_at=NOW
        )
    assert said(inside, Q3) == [
        ("direct", "None", "120.0000", "rate supplied or changed: The treasury booked 1.2")
    ]


def test_an_unknown_row_is_no_change_until_its_rate_arrives(inside: Cast) -> None:
    row = logged(inside, "5.00", currency="EUR")
    close(inside, Q3)
    assert said(inside, Q3) == []
    Contribution.objects.filter(pk=row.pk).update(
        converted=Decimal("5.50"), rate=Decimal("1.1"), rate_day=date(2026, 9, 30), rate_source="published"
    )
    assert said(inside, Q3) == [("direct", "None", "5.5000", "rate supplied or changed")]
    assert_whole(inside, Q3)


def assert_whole(cast: Cast, *quarters: Quarter) -> None:
    """closed + later changes = now, in every quarter and type."""
    cube = figure_cube(cast.acme, EVERYONE, closed_periods(cast.acme))
    for quarter in quarters:
        assert closed_period(cast.acme, quarter) is not None
        changes = later_changes(cast.acme, EVERYONE, closed_in(cast, quarter))
        for total in period_totals(cube, [quarter]):
            known = [c.difference or Decimal(0) for c in changes if c.type is total.type]
            assert total.later == sum(known, Decimal(0))
