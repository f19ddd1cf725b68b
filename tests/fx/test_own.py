"""Own rates: added, corrected, withdrawn, never rewritten, and nobody else's."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import DataError, IntegrityError, ProgrammingError, connection, transaction

from contributions.models import Contribution
from contributions.tasks import settle_rates
from fx.models import OwnRate
from fx.queries import load_book, own_rates, own_rates_in_force
from fx.rules import Source
from fx.services.own import Entry, OffMarketWarning, add_own_rate, add_own_rates, withdraw_own_rate
from kamtrak.lib.errors import Refused, Stale
from kamtrak.tenancy import in_workspace, purging
from tests.cast import Cast
from tests.fx.builders import NOW, REACHED, make_contribution, make_own_rate, own, publish
from workspaces.models import Alert, Membership
from workspaces.services.settings import Settings, change_settings

pytestmark = pytest.mark.django_db
SEPTEMBER = date(2026, 9, 30)


def add(cast: Cast, *args, by: Membership | None = None, reason: str = "House rate", **options) -> OwnRate:
    return add_own_rate(
        workspace=cast.acme, by=by or cast.ada, rate=own(*args), reason=reason, now=NOW, **options
    )


def rate_on(cast: Cast, base: str, day: date) -> tuple[Decimal, date, Source] | None:
    book = load_book(cast.acme, [base], first=day, last=day, today=NOW.date())
    found = book.conversion(base, "USD", day)
    return (found.rate, found.day, found.source) if found else None


def test_an_own_rate_converts_what_had_no_rate_and_resolves_the_alert(cast: Cast) -> None:
    row = make_contribution(cast.alex, "1000", "RUB")
    with in_workspace(cast.acme.pk):
        assert row.converted is None
        assert Alert.objects.get(key="rate-missing:RUB").state == "open"
        add(cast, "RUB", "USD", SEPTEMBER, "0.0125")
        row = Contribution.objects.get(pk=row.pk)
        assert (row.converted, row.rate_source, row.provisional) == (Decimal("12.50"), "own", False)
        assert Alert.objects.get(key="rate-missing:RUB").state == "resolved"


def test_a_rate_given_the_other_way_round_is_taken_as_its_inverse(cast: Cast) -> None:
    row = make_contribution(cast.alex, "1000", "RUB")
    with in_workspace(cast.acme.pk):
        add(cast, "USD", "RUB", SEPTEMBER, "80")
        row = Contribution.objects.get(pk=row.pk)
        assert (row.converted, row.rate, row.rate_inverse) == (Decimal("12.50"), Decimal("0.0125"), True)


def test_a_rate_that_would_move_settled_figures_only_marks_them(cast: Cast) -> None:
    publish()
    row = make_contribution(cast.alex, "1000", "EUR")
    make_own_rate(cast.acme, cast.ada, own("EUR", "USD", SEPTEMBER, "1.25"))
    with in_workspace(cast.acme.pk):
        row = Contribution.objects.get(pk=row.pk)
        assert (row.converted, row.earlier_rate) == (Decimal("1100.00"), True)
        rate = own_rates(cast.acme).get()
        withdraw_own_rate(workspace=cast.acme, by=cast.ada, rate=rate, reason="Typed wrongly", now=NOW)
        assert not Contribution.objects.get(pk=row.pk).earlier_rate


def test_an_own_rate_of_today_settles_when_the_day_has_ended_in_the_workspace(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with in_workspace(cast.acme.pk):
        cast.acme.time_zone = "America/Los_Angeles"
        cast.acme.save()
    make_own_rate(cast.acme, cast.ada, own("RUB", "USD", date(2026, 11, 1), "0.0125"))
    quarter = cast.acme.quarter_of(NOW)
    row = make_contribution(cast.alex, "1000", "RUB", quarter=quarter, earned_on=date(2026, 11, 23))
    assert row.provisional
    for moment, provisional in {
        datetime(2026, 11, 24, 7, 59, tzinfo=UTC): True,  # 23:59 in Los Angeles
        datetime(2026, 11, 24, 8, 0, tzinfo=UTC): False,
    }.items():
        monkeypatch.setattr("contributions.tasks.timezone.now", lambda moment=moment: moment)
        settle_rates()
        with in_workspace(cast.acme.pk):
            assert Contribution.objects.get(pk=row.pk).provisional is provisional


def test_a_correction_and_a_withdrawal_are_rows_that_say_who_when_and_why(inside: Cast) -> None:
    first = add(inside, "RUB", "USD", SEPTEMBER, "0.0125", reason="Treasury, September")
    second = add(inside, "USD", "RUB", SEPTEMBER, "81", by=inside.olive, reason="Typo")
    withdraw_own_rate(workspace=inside.acme, by=inside.ada, rate=second, reason="Wrong month", now=NOW)
    assert [
        (rate.value, rate.withdrawn, rate.replaced, rate.reason, rate.recorded_by.name)
        for rate in own_rates(inside.acme)
    ] == [
        (Decimal(81), True, False, "Wrong month", "Ada"),
        (Decimal(81), False, True, "Typo", "Olive"),
        (Decimal("0.0125"), False, True, "Treasury, September", "Ada"),
    ]
    assert not own_rates_in_force(inside.acme)
    assert rate_on(inside, "RUB", SEPTEMBER) is None
    with pytest.raises(Stale):
        withdraw_own_rate(workspace=inside.acme, by=inside.ada, rate=first, reason="Again", now=NOW)
    with pytest.raises(Stale):
        withdraw_own_rate(workspace=inside.acme, by=inside.ada, rate=second, reason="Again", now=NOW)


def test_a_withdrawal_lets_the_rate_before_go_on(inside: Cast) -> None:
    add(inside, "RUB", "USD", date(2026, 1, 1), "0.0120")
    wrong = add(inside, "RUB", "USD", SEPTEMBER, "0.0125")
    assert rate_on(inside, "RUB", SEPTEMBER) == (Decimal("0.0125"), SEPTEMBER, Source.OWN)
    withdraw_own_rate(workspace=inside.acme, by=inside.ada, rate=wrong, reason="Wrong", now=NOW)
    assert rate_on(inside, "RUB", SEPTEMBER) == (Decimal("0.012"), date(2026, 1, 1), Source.OWN)


def test_the_same_rate_again_adds_nothing(inside: Cast) -> None:
    first = add(inside, "RUB", "USD", SEPTEMBER, "0.0125")
    assert add(inside, "RUB", "USD", SEPTEMBER, "0.01250").pk == first.pk
    assert OwnRate.objects.count() == 1
    add(inside, "RUB", "USD", SEPTEMBER, "0.0125", date(2026, 12, 31))
    assert OwnRate.objects.count() == 2


def test_an_own_rate_ends_with_its_last_day(inside: Cast) -> None:
    add(inside, "RUB", "USD", date(2026, 9, 1), "0.0125", SEPTEMBER)
    assert rate_on(inside, "RUB", SEPTEMBER) is not None
    assert rate_on(inside, "RUB", date(2026, 10, 1)) is None


def test_twelve_digits_of_a_tiny_rate_are_kept(inside: Cast) -> None:
    add(inside, "TRL", "KWD", SEPTEMBER, "0.000000234567890123")
    book = load_book(inside.acme, ["TRL", "KWD"], first=SEPTEMBER, last=SEPTEMBER, today=NOW.date())
    found = book.conversion("TRL", "KWD", SEPTEMBER)
    assert found is not None
    assert found.rate == Decimal("0.000000234567890123")


@pytest.mark.parametrize(
    ("args", "field", "message"),
    [
        (("EURO", "USD", SEPTEMBER, "1"), "base", "not a currency code"),
        (("EUR", "usd", SEPTEMBER, "1"), "quote", "not a currency code"),
        (("USD", "USD", SEPTEMBER, "1"), "quote", "always 1"),
        (("EUR", "USD", SEPTEMBER, "0"), "value", "above 0"),
        (("EUR", "USD", SEPTEMBER, "-1"), "value", "above 0"),
        (("EUR", "USD", SEPTEMBER, "1.2345678901234"), "value", "12 significant digits"),
        (("EUR", "USD", date(1899, 12, 31), "1"), "day", "between 1900 and 2036"),
        (("EUR", "USD", date(2062, 1, 1), "1"), "day", "between 1900 and 2036"),
        (("EUR", "USD", SEPTEMBER, "1", date(2026, 9, 29)), "until", "before the first"),
    ],
)
def test_what_is_no_rate_is_refused_at_its_field(inside: Cast, args, field: str, message: str) -> None:
    with pytest.raises(Refused, match=message) as refusal:
        add(inside, *args)
    assert refusal.value.field == field
    assert not OwnRate.objects.exists()


def test_a_rate_needs_a_reason_and_the_right(inside: Cast) -> None:
    with pytest.raises(Refused, match="Say why") as refusal:
        add(inside, "RUB", "USD", SEPTEMBER, "0.0125", reason="  ")
    assert refusal.value.field == "reason"
    for name in ("mia", "alex", "audrey"):
        with pytest.raises(Refused, match="owner or administrator"):
            add(inside, "RUB", "USD", SEPTEMBER, "0.0125", by=getattr(inside, name))


def test_more_than_five_percent_off_the_market_is_warned_about_and_never_blocked(inside: Cast) -> None:
    publish()
    with pytest.raises(OffMarketWarning) as warning:
        add(inside, "EUR", "USD", REACHED, "1.2")
    assert warning.value.message == (
        "1 EUR = 1.2 USD is 7.4 % off the published rate of 30 Oct 2026: 1 EUR = 1.1172 USD."
    )
    add(inside, "EUR", "USD", REACHED, "1.17")  # 4.7 %
    add(inside, "EUR", "USD", REACHED, "1.2", confirmed=True)
    assert rate_on(inside, "EUR", REACHED) == (Decimal("1.2"), REACHED, Source.OWN)


def test_the_warning_compares_in_the_direction_that_was_typed(inside: Cast) -> None:
    publish()
    with pytest.raises(
        OffMarketWarning, match=r"1 USD = 1.1172 EUR is 24.8 % off .* 1 USD = 0.895094880057 EUR"
    ):
        add(inside, "USD", "EUR", REACHED, "1.1172")


def test_without_a_published_rate_there_is_nothing_to_compare_with(inside: Cast) -> None:
    publish()
    assert add(inside, "AED", "USD", REACHED, "999").pk


def test_several_rates_go_in_together_and_again_adds_nothing(inside: Cast) -> None:
    entries = [
        Entry(own("RUB", "USD", SEPTEMBER, "0.0125"), "file a.csv, line 2"),
        Entry(own("USD", "AED", SEPTEMBER, "3.6725"), "file a.csv, line 3"),
    ]
    for expected in (2, 0):
        added = add_own_rates(
            workspace=inside.acme, by=inside.ada, entries=entries, reason="Treasury", now=NOW
        )
        assert added == expected
    assert {rate.origin for rate in own_rates(inside.acme)} == {"file a.csv, line 2", "file a.csv, line 3"}


def test_nothing_rewrites_or_deletes_an_own_rate_but_the_end_of_its_workspace(inside: Cast) -> None:
    add(inside, "RUB", "USD", SEPTEMBER, "0.0125")
    for statement in (
        "update fx_ownrate set value = 2",
        "update fx_ownrate set withdrawn = true",
        "delete from fx_ownrate",
    ):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            raw(statement)
    delete = "delete from fx_ownrate"
    refused = pytest.raises(IntegrityError, match="append-only")
    with purging(inside.other.pk), in_workspace(inside.acme.pk), refused, transaction.atomic():
        raw(delete)
    with purging(inside.acme.pk):
        raw(delete)
    assert not OwnRate.objects.exists()


def raw(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_another_workspaces_own_rates_are_invisible(cast: Cast) -> None:
    make_own_rate(cast.acme, cast.ada, own("RUB", "USD", SEPTEMBER, "0.0125"))
    with in_workspace(cast.other.pk):
        assert not OwnRate.objects.exists()
        assert not own_rates(cast.acme).exists()
        book = load_book(cast.other, ["RUB", "USD"], first=SEPTEMBER, last=SEPTEMBER, today=NOW.date())
        assert book.conversion("RUB", "USD", SEPTEMBER) is None
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            OwnRate.objects.create(
                workspace=cast.acme,
                base="RUB",
                quote="USD",
                day=SEPTEMBER,
                value=1,
                origin="stolen",
                reason="stolen",
                recorded_by=cast.sam.user,
                recorded_at=NOW,
            )
    assert not OwnRate.objects.exists()  # nor outside of any workspace


def test_the_database_keeps_the_promises_too(inside: Cast) -> None:
    good = {
        "workspace": inside.acme,
        "base": "RUB",
        "quote": "USD",
        "day": SEPTEMBER,
        "value": Decimal(1),
        "origin": "test",
        "reason": "test",
        "recorded_by": inside.ada.user,
        "recorded_at": NOW,
    }
    for wrong in (
        {"value": Decimal(0)},
        {"quote": "RUB"},
        {"until": SEPTEMBER - timedelta(days=1)},
        {"reason": ""},
        {"base": "ROUBLE"},
    ):
        with pytest.raises((IntegrityError, DataError)), transaction.atomic():
            OwnRate.objects.create(**good | wrong)


def test_another_mode_settles_what_waits_and_marks_what_would_move(cast: Cast) -> None:
    publish()
    make_own_rate(cast.acme, cast.ada, own("EUR", "USD", SEPTEMBER, "1.25"))
    row = make_contribution(cast.alex, "1000", "EUR")
    assert row.converted == Decimal("1250.00")
    with in_workspace(cast.acme.pk):
        before = Settings.of(cast.acme)
        change_settings(
            workspace=cast.acme,
            by=cast.olive,
            wanted=replace(before, rate_mode="automatic"),
            reason="Published rates from now on",
            seen=before.stamp,
            now=NOW,
        )
        row = Contribution.objects.get(pk=row.pk)
        assert (row.converted, row.earlier_rate) == (Decimal("1250.00"), True)


def test_legs_that_cross_to_a_rate_beyond_all_bounds_leave_the_figure_unknown(cast: Cast) -> None:
    make_own_rate(cast.acme, cast.ada, own("EUR", "RUB", date(2026, 9, 1), "0.000000001"))
    make_own_rate(cast.acme, cast.ada, own("EUR", "USD", date(2026, 9, 1), "1000000000"))
    assert make_contribution(cast.alex, "999999999999999", "RUB").converted is None


def test_the_largest_amount_at_the_largest_rate_is_a_figure(cast: Cast) -> None:
    make_own_rate(cast.acme, cast.ada, own("RUB", "USD", date(2026, 9, 1), "1000000000"))
    row = make_contribution(cast.alex, "999999999999999", "RUB")
    assert row.converted == Decimal("999999999999999000000000")
