"""Logging, editing, voiding and duplicating contributions (rules 3)."""

import threading
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, connections, transaction

from contributions.models import Contribution
from contributions.queries.contributions import probable_doubles
from contributions.rules import Basis, RevenueType
from contributions.services.contributions import (
    duplicate_entry,
    edit_contribution,
    log_contribution,
    restore_contribution,
    void_contribution,
)
from contributions.services.periods import close_quarter
from kamtrak.lib.errors import Refused, Stale
from kamtrak.lib.months import Month, Quarter
from kamtrak.tenancy import in_workspace
from tests.cast import NOW, Cast
from tests.contributions.builders import Q2, Q3, Q4, an_entry, log, publish
from workspaces.models import Alert, ClientAccount, Membership
from workspaces.services.clients import merge_clients, unmerge_client

Event = Contribution.pgh_event_models["insert"]  # type: ignore[attr-defined]


def test_a_euro_deal_counts_at_the_rate_of_its_earned_date(inside: Cast) -> None:
    publish()
    row = log(inside, "48000", "EUR", earned_on=date(2026, 8, 7))
    assert row.converted == Decimal("56073.60")  # 48,000 × 1.1682
    assert (row.rate, row.rate_day, row.rate_source) == (Decimal("1.1682"), date(2026, 8, 7), "published")
    assert not row.provisional


def test_without_an_earned_date_the_quarters_last_day_counts(inside: Cast) -> None:
    publish()
    row = log(inside, "100", "EUR")
    assert (row.counts_on, row.converted) == (date(2026, 9, 30), Decimal("115.00"))


def test_a_day_that_rates_have_not_reached_is_provisional_at_the_newest_rate(inside: Cast) -> None:
    publish()
    row = log(inside, "100", "EUR", quarter=Q4)
    assert (row.converted, row.rate_day, row.provisional) == (Decimal("117.24"), date(2026, 10, 30), True)


def test_a_pound_deal_in_dollars_goes_through_the_euro_and_keeps_both_legs(inside: Cast) -> None:
    publish()
    row = log(inside, "1000", "GBP")
    assert row.rate == Decimal("1.32183908046")  # 1.15 / 0.87, 12 significant digits
    assert row.converted == Decimal("1321.84")
    assert row.rate_legs == [["EUR", "GBP", "0.87", "2026-09-30"], ["EUR", "USD", "1.15", "2026-09-30"]]


def test_without_a_rate_the_amount_is_unknown_and_an_alert_names_currency_and_days(inside: Cast) -> None:
    publish()
    log(inside, "500", "AUD", earned_on=date(2026, 7, 3))
    row = log(inside, "700", "AUD", earned_on=date(2026, 9, 4))
    assert row.converted is None
    alert = Alert.objects.get()
    assert alert.title == "Exchange rate missing: AUD"
    assert "3 Jul – 4 Sep 2026" in alert.detail
    assert (alert.rows, alert.quantity) == (2, "1,200.00 AUD")


def test_the_alert_goes_when_the_last_unknown_row_is_gone(inside: Cast) -> None:
    row = log(inside, "500", "AUD")
    void_contribution(contribution=row, by=inside.alex, reason="Wrong currency", now=NOW)
    assert Alert.objects.get().state == "resolved"


def test_the_same_form_sent_twice_is_saved_once(inside: Cast) -> None:
    first, second = log(inside, once="a" * 32), log(inside, once="a" * 32)
    assert first.pk == second.pk
    assert Contribution.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_form_sent_twice_at_the_same_instant_is_saved_once(cast: Cast) -> None:
    barrier = threading.Barrier(2)
    saved: list[int] = []

    def send() -> None:
        try:
            with in_workspace(cast.acme.pk):
                barrier.wait()
                saved.append(
                    log_contribution(
                        workspace=cast.acme, owner=cast.alex, entry=an_entry(), now=NOW, once="b" * 32
                    ).pk
                )
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(saved) == 2
    assert saved[0] == saved[1]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"quarter": Quarter(Month(2027, 1))}, "quarter"),
        ({"quarter": Quarter(Month(2026, 8))}, "quarter"),
        ({"earned_on": date(2026, 10, 1)}, "earned_on"),
        ({"currency": "CHF"}, "currency"),
        ({"client": "\u202eevil"}, "client"),
        ({"client": "x" * 300}, "client"),
    ],
)
def test_what_the_rules_do_not_allow_is_refused_at_its_field(
    inside: Cast, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(Refused) as refusal:
        log(inside, **changes)  # type: ignore[arg-type]
    assert refusal.value.field == field
    assert Contribution.objects.count() == 0


def test_the_running_quarter_follows_the_workspaces_time_zone(inside: Cast) -> None:
    inside.acme.time_zone = "Pacific/Auckland"
    inside.acme.save()
    late = datetime(2026, 12, 31, 12, 0, tzinfo=UTC)  # already 1 January in Auckland
    row = log(inside, quarter=Quarter(Month(2027, 1)), now=late)
    assert row.quarter == Quarter(Month(2027, 1))


@pytest.mark.parametrize("name", ["ada", "mia", "audrey"])
def test_only_account_managers_log(inside: Cast, name: str) -> None:
    with pytest.raises(Refused):
        log(inside, owner=getattr(inside, name))


def test_the_database_itself_refuses_a_deal_of_nothing_and_a_date_outside_its_quarter(inside: Cast) -> None:
    row = log(inside)
    for change in ({"amount": 0}, {"share": 101}, {"earned_on": date(2026, 1, 1)}, {"type": "gift"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Contribution.objects.filter(pk=row.pk).update(**change)


def test_an_edit_derives_the_figure_again_and_keeps_both_in_the_history(inside: Cast) -> None:
    publish()
    row = log(inside, "100", "EUR")
    edit_contribution(
        contribution=row, by=inside.alex, entry=an_entry("120", "EUR"), version=1, now=NOW, reason="Typo"
    )
    row.refresh_from_db()
    assert (row.converted, row.version) == (Decimal("138.00"), 2)
    before, after = Event.objects.filter(pgh_obj_id=row.pk).order_by("pgh_id")
    assert (before.converted, after.converted) == (Decimal("115.00"), Decimal("138.00"))
    assert after.pgh_context["reason"] == "Typo"


def test_a_form_that_was_overtaken_writes_nothing(inside: Cast) -> None:
    row = log(inside, "100")
    edit_contribution(contribution=row, by=inside.alex, entry=an_entry("200"), version=1, now=NOW)
    with pytest.raises(Stale):
        edit_contribution(contribution=row, by=inside.alex, entry=an_entry("300"), version=1, now=NOW)
    row.refresh_from_db()
    assert row.amount.amount == Decimal(200)


@pytest.mark.parametrize("name", ["olive", "ada", "mia", "amir", "audrey"])
def test_nobody_writes_another_persons_contribution(inside: Cast, name: str) -> None:
    row = log(inside)
    by: Membership = getattr(inside, name)
    with pytest.raises(Refused):
        edit_contribution(contribution=row, by=by, entry=an_entry("9"), version=1, now=NOW)
    with pytest.raises(Refused):
        void_contribution(contribution=row, by=by, reason="mine now", now=NOW)
    row.refresh_from_db()
    assert (row.amount.amount, row.is_void) == (Decimal(1000), False)


def test_a_void_needs_a_reason_and_can_be_taken_back(inside: Cast) -> None:
    row = log(inside)
    with pytest.raises(Refused):
        void_contribution(contribution=row, by=inside.alex, reason="  ", now=NOW)
    void_contribution(contribution=row, by=inside.alex, reason="Logged twice", now=NOW)
    row.refresh_from_db()
    assert (row.is_void, row.void_reason) == (True, "Logged twice")
    restore_contribution(contribution=row, by=inside.alex, reason="It was right", now=NOW)
    row.refresh_from_db()
    assert not row.is_void


def test_a_correction_after_the_close_needs_a_reason(inside: Cast) -> None:
    row = log(inside)
    close_quarter(workspace=inside.acme, quarter=Q3, by=inside.mia, reason="", now=NOW)
    with pytest.raises(Refused) as refusal:
        edit_contribution(contribution=row, by=inside.alex, entry=an_entry("900"), version=1, now=NOW)
    assert refusal.value.field == "reason"
    edit_contribution(
        contribution=row, by=inside.alex, entry=an_entry("900"), version=1, now=NOW, reason="Rebate"
    )


def test_an_entry_into_a_closed_quarter_needs_a_reason_and_so_does_taking_a_void_back(inside: Cast) -> None:
    row = log(inside, "500")
    void_contribution(contribution=row, by=inside.alex, reason="Logged twice", now=NOW)
    close_quarter(workspace=inside.acme, quarter=Q3, by=inside.mia, reason="", now=NOW)
    for act in (
        lambda: log(inside, "900"),
        lambda: restore_contribution(contribution=row, by=inside.alex, reason=" ", now=NOW),
    ):
        with pytest.raises(Refused, match="Q3 2026 is closed") as refusal:
            act()
        assert refusal.value.field == "reason"
    log(inside, "900", reason="The invoice came late")
    restore_contribution(contribution=row, by=inside.alex, reason="It was a second deal", now=NOW)
    assert Event.objects.filter(pgh_context__reason="The invoice came late").count() == 1


def test_a_duplicate_of_the_running_quarter_stays_in_it(inside: Cast) -> None:
    assert duplicate_entry(log(inside, "500", quarter=Q4), last=Q4).quarter == Q4


def test_a_duplicate_goes_into_the_next_quarter_without_its_earned_date(inside: Cast) -> None:
    row = log(inside, "500", quarter=Q2, earned_on=date(2026, 5, 4), basis=Basis.PER_YEAR, share=Decimal(40))
    copy = duplicate_entry(row, last=Q4)
    assert (copy.quarter, copy.earned_on, copy.basis, copy.share) == (Q3, None, Basis.PER_YEAR, Decimal(40))


def test_a_near_amount_of_the_same_client_type_and_quarter_is_a_probable_double(inside: Cast) -> None:
    row = log(inside, "1000")
    log(inside, "1005", type=RevenueType.RETENTION)
    log(inside, "1100")
    found = probable_doubles(
        inside.acme,
        client_id=row.client_id,
        type=RevenueType.DIRECT,
        quarter=Q3,
        currency="USD",
        amount=Decimal("995"),
    )
    assert [double.pk for double in found] == [row.pk]


def test_a_merge_moves_no_row_and_an_edit_in_between_survives_its_undo(inside: Cast) -> None:
    row = log(inside, client="Sakura KK")
    survivor = log(inside, client="Sakura Retail Group").client
    old = ClientAccount.objects.get(name="Sakura KK")
    merge_clients(account=old, into=survivor, reason="One company")
    row.refresh_from_db()
    edit_contribution(
        contribution=row, by=inside.alex, entry=an_entry("2000", client="sakura kk "), version=1, now=NOW
    )
    row.refresh_from_db()
    assert row.client_id == old.pk
    unmerge_client(account=ClientAccount.objects.get(pk=old.pk), reason="Two companies")
    row.refresh_from_db()
    assert row.client.survivor_id == old.pk


def test_raw_sql_leaves_its_trace_in_the_history_too(inside: Cast) -> None:
    row = log(inside, "100")
    with connection.cursor() as cursor:
        cursor.execute("update contributions_contribution set amount = 999 where id = %s", [row.pk])
    assert Event.objects.filter(pgh_obj_id=row.pk).order_by("-pgh_id").first().amount.amount == Decimal(999)


def test_an_overtaken_edit_leaves_no_client_behind(inside: Cast) -> None:
    row = log(inside)
    entry = an_entry(client="Typed in a stale form")
    with pytest.raises(Stale):
        edit_contribution(contribution=row, by=inside.alex, entry=entry, version=row.version + 1, now=NOW)
    assert not ClientAccount.objects.filter(name=entry.client).exists()
