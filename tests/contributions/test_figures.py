"""Figures that settle by themselves, and those that wait for a decision (rules 5.12, 6.5)."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from contributions.models import Contribution
from contributions.services.contributions import (
    edit_contribution,
    entry_of,
    restore_contribution,
    void_contribution,
)
from contributions.services.figures import accept_moves, decline_moves, mark_moves, moves, settle_figures
from fx.models import OwnRate
from tests.cast import NOW, Cast
from tests.contributions.builders import Q4, log, publish
from workspaces.models import Alert
from workspaces.queries.history import history_of

Event = Contribution.pgh_event_models["insert"]  # type: ignore[attr-defined]


def own(cast: Cast, base: str, quote: str, day: date, value: str) -> None:
    OwnRate.objects.create(
        workspace=cast.acme,
        base=base,
        quote=quote,
        day=day,
        value=Decimal(value),
        origin="typed",
        reason="House rate",
        recorded_by=cast.ada.user,
        recorded_at=NOW,
    )


def test_a_provisional_figure_settles_when_its_day_is_reached_and_the_history_says_so(inside: Cast) -> None:
    publish()
    row = log(inside, "100", "EUR", quarter=Q4, earned_on=date(2026, 11, 21))  # a Saturday
    assert row.provisional
    publish({date(2026, 11, 20): {"USD": "1.2000"}})
    assert settle_figures(workspace=inside.acme, now=NOW) == 1
    row.refresh_from_db()
    assert (row.converted, row.provisional) == (Decimal("120.00"), True)  # newer, but Saturday is not reached
    publish({date(2026, 11, 23): {"USD": "1.3000"}})
    settle_figures(workspace=inside.acme, now=NOW)
    row.refresh_from_db()
    assert (row.converted, row.rate_day, row.provisional) == (Decimal("120.00"), date(2026, 11, 20), False)
    last = Event.objects.filter(pgh_obj_id=row.pk).order_by("-pgh_id").first()
    assert last.pgh_context["reason"] == "A rate was published or supplied"


def test_settling_twice_changes_nothing_more(inside: Cast) -> None:
    publish()
    log(inside, "100", "EUR", quarter=Q4)
    publish({date(2027, 1, 4): {"USD": "1.3000"}})
    later = datetime(2027, 1, 5, tzinfo=UTC)
    assert settle_figures(workspace=inside.acme, now=later) == 1
    assert settle_figures(workspace=inside.acme, now=later) == 0


def test_an_unknown_figure_is_derived_when_its_rate_arrives(inside: Cast) -> None:
    row = log(inside, "100", "EUR")
    assert row.converted is None
    publish()
    settle_figures(workspace=inside.acme, now=NOW)
    row.refresh_from_db()
    assert row.converted == Decimal("115.00")


def test_a_figure_at_an_own_rate_of_today_settles_when_the_day_has_ended(inside: Cast) -> None:
    own(inside, "EUR", "USD", date(2026, 1, 1), "2")
    row = log(inside, "100", "EUR", quarter=Q4, earned_on=NOW.date())
    assert (row.converted, row.provisional) == (Decimal(200), True)
    settle_figures(workspace=inside.acme, now=datetime(2026, 11, 24, 0, 1, tzinfo=UTC))
    row.refresh_from_db()
    assert not row.provisional


def test_a_settled_figure_does_not_move_silently_when_a_rate_is_supplied(inside: Cast) -> None:
    publish()
    row = log(inside, "100", "EUR")
    own(inside, "EUR", "USD", date(2026, 9, 1), "1.25")
    assert mark_moves(workspace=inside.acme, now=NOW) == 1
    row.refresh_from_db()
    assert (row.converted, row.earlier_rate) == (Decimal("115.00"), True)
    (move,) = moves(workspace=inside.acme, now=NOW)
    assert (move.figure.converted, move.difference) == (Decimal("125.00"), Decimal("10.00"))


def test_accepting_moves_the_marked_figures_and_declining_keeps_them(inside: Cast) -> None:
    publish()
    row = log(inside, "100", "EUR")
    own(inside, "EUR", "USD", date(2026, 9, 1), "1.25")
    mark_moves(workspace=inside.acme, now=NOW)
    decline_moves(workspace=inside.acme, reason="Kept as agreed", now=NOW)
    row.refresh_from_db()
    assert (row.converted, row.earlier_rate) == (Decimal("115.00"), False)
    assert mark_moves(workspace=inside.acme, now=NOW) == 0  # the same question is not asked again
    own(inside, "EUR", "USD", date(2026, 9, 1), "1.26")
    assert mark_moves(workspace=inside.acme, now=NOW) == 1
    assert accept_moves(workspace=inside.acme, reason="House rate", now=NOW) == 1
    row.refresh_from_db()
    assert (row.converted, row.rate_source, row.earlier_rate) == (Decimal("126.00"), "own", False)


def test_taking_the_rate_back_takes_the_mark_away(inside: Cast) -> None:
    publish()
    row = log(inside, "100", "EUR")
    own(inside, "EUR", "USD", date(2026, 9, 1), "1.25")
    mark_moves(workspace=inside.acme, now=NOW)
    own(inside, "EUR", "USD", date(2026, 9, 1), "1.15")
    inside.acme.rate_mode = "automatic"
    mark_moves(workspace=inside.acme, now=NOW)
    row.refresh_from_db()
    assert not row.earlier_rate


def test_correcting_a_description_does_not_move_a_figure_whose_move_was_declined(inside: Cast) -> None:
    publish()
    row = log(inside, "100", "EUR")
    own(inside, "EUR", "USD", date(2026, 9, 1), "1.16")
    mark_moves(workspace=inside.acme, now=NOW)
    decline_moves(workspace=inside.acme, reason="The bank's rate came late", now=NOW)
    row.refresh_from_db()
    entry = replace(entry_of(row), description="Two sites, not three")
    edit_contribution(contribution=row, by=inside.alex, entry=entry, version=row.version, now=NOW)
    row.refresh_from_db()
    assert (row.converted, row.declined_rate) == (Decimal("115.00"), Decimal("1.16"))


def test_a_restored_contribution_is_marked_when_its_rate_was_changed_while_it_was_void(inside: Cast) -> None:
    publish()
    row = log(inside, "100", "EUR")
    void_contribution(contribution=row, by=inside.alex, reason="Logged twice", now=NOW)
    own(inside, "EUR", "USD", date(2026, 9, 1), "1.16")
    assert mark_moves(workspace=inside.acme, now=NOW) == 0
    row.refresh_from_db()
    restore_contribution(contribution=row, by=inside.alex, reason="It was not", now=NOW)
    assert [move.difference for move in moves(workspace=inside.acme, now=NOW)] == [Decimal("1.00")]


def test_accepting_moves_what_was_shown_and_no_voided_row(inside: Cast) -> None:
    publish()
    row = log(inside, "100", "EUR")
    own(inside, "EUR", "USD", date(2026, 9, 1), "1.16")
    mark_moves(workspace=inside.acme, now=NOW)
    row.refresh_from_db()
    void_contribution(contribution=row, by=inside.alex, reason="Logged twice", now=NOW)
    assert accept_moves(workspace=inside.acme, reason="checked", now=NOW) == 0
    row.refresh_from_db()
    assert (row.converted, row.earlier_rate) == (Decimal("115.00"), False)


def test_a_declined_loss_of_the_rate_is_told_in_the_history(inside: Cast) -> None:
    publish()
    row = log(inside, "100", "EUR")
    inside.acme.rate_mode = "manual"
    inside.acme.save()
    assert mark_moves(workspace=inside.acme, now=NOW) == 1
    decline_moves(workspace=inside.acme, reason="The bank's rate stands", now=NOW)
    told = next(entry for entry in history_of(row) if entry.reason == "The bank's rate stands")
    assert ("Declined rate", "–", "none") in [(c.label, c.before, c.after) for c in told.changes]


def test_the_alert_tells_spans_of_days_without_a_rate_apart(inside: Cast) -> None:
    """The pound is published for 7 August, 30 September and 30 October."""
    publish()
    for day in (date(2026, 7, 1), date(2026, 7, 3), date(2026, 8, 20)):
        log(inside, "100", "GBP", earned_on=day)
    alert = Alert.objects.get(key="rate-missing:GBP")
    assert "is on file for 1–3 Jul" not in alert.detail  # 30 June holds for a week
    assert "is on file for 20 Aug 2026." in alert.detail
    log(inside, "100", "GBP", earned_on=date(2026, 7, 20))
    alert.refresh_from_db()
    assert "is on file for 20 Jul and 20 Aug 2026." in alert.detail
    assert alert.path.endswith("day=2026-07-20&until=2026-08-06")
