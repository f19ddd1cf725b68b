"""The record of published rates only grows, and figures follow what comes."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction

from contributions.models import Contribution
from fx.models import PublishedRate
from fx.queries import load_book, published_reach, published_spans, rates_end
from fx.rules import Published
from fx.services.followers import settle_everywhere
from fx.services.published import load_history, store_published
from fx.sources.ecb_package import bundled_history, read_history
from kamtrak.lib.errors import Refused
from kamtrak.tenancy import in_workspace
from tests.cast import Cast
from tests.fx.builders import LOADED, MARKET, NOW, REACHED, make_contribution, publish, rates_of

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 11, 2)


def test_the_shipped_history_is_loaded_exactly_and_only_once() -> None:
    loaded = load_history(rates=read_history(bundled_history()), now=NOW)
    assert loaded.added > 221_000
    assert PublishedRate.objects.get(currency="USD", day=date(1999, 1, 4)).value == Decimal("1.1789")
    assert published_reach() == max(rate.day for rate in read_history(bundled_history()))
    assert published_spans(["RUB", "TRL", "AED"])[0]["RUB"].last == date(2022, 3, 1)
    assert set(published_spans(["RUB", "TRL", "AED"])[0]) == {"RUB", "TRL"}
    again = load_history(rates=read_history(bundled_history()), now=NOW + timedelta(days=1))
    assert (again.added, again.differing) == (0, 0)
    assert PublishedRate.objects.count() == loaded.added


def test_the_values_come_from_text_and_keep_every_digit(tmp_path: Path) -> None:
    values = {rate.currency: rate.value for rate in read_history(bundled_history()) if rate.day == REACHED}
    assert str(values["TRY"]) == "55.8015"
    assert str(values["ISK"]) == "136"


def test_loading_does_not_take_back_a_correction_that_came_later() -> None:
    publish()
    publish({REACHED: {"USD": "1.1180"}}, now=NOW)
    loaded = load_history(rates=rates_of(MARKET), now=NOW + timedelta(days=1))
    assert (loaded.added, loaded.differing) == (0, 1)


def test_new_days_are_added_and_the_same_answer_again_adds_nothing() -> None:
    publish()
    stored = publish({MONDAY: {"USD": "1.12"}, REACHED: {"USD": "1.1172"}}, now=NOW)
    assert (stored.added, stored.corrected, stored.changed) == (1, (), False)
    again = publish({MONDAY: {"USD": "1.12"}, REACHED: {"USD": "1.1172"}}, now=NOW)
    assert not again.is_new
    assert published_reach() == MONDAY


def test_a_correction_is_a_row_of_its_own_and_the_later_one_counts(inside: Cast) -> None:
    publish()
    stored = publish({REACHED: {"USD": "1.1180"}}, now=NOW)
    assert stored.changed
    assert stored.corrected[0].before == Decimal("1.1172")
    on_record = PublishedRate.objects.filter(currency="USD", day=REACHED).order_by("recorded_at")
    assert [rate.value for rate in on_record] == [Decimal("1.1172"), Decimal("1.1180")]
    book = load_book(inside.acme, ["EUR"], first=REACHED, last=REACHED, today=NOW.date())
    assert book.published["USD"].values[-1] == Decimal("1.118")


def test_a_gap_that_is_filled_later_changes_days_already_reached() -> None:
    publish()
    assert publish({date(2026, 10, 29): {"CHF": "0.92"}}, now=NOW).changed


def test_an_answer_about_another_base_currency_is_refused_whole() -> None:
    days = {REACHED - timedelta(days=n): {"USD": "1.1"} for n in range(30)}
    publish(days)
    other = {day: {"USD": "0.9"} for day in days} | {MONDAY: {"USD": "0.9"}}
    with pytest.raises(Refused, match="contradicts 30 rates"):
        publish(other, now=NOW)
    assert published_reach() == REACHED


def raw(statement: str) -> None:
    """As somebody who even pretends to delete the workspace."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select set_config('kamtrak.purge', '1', true)")
        cursor.execute(statement)


def test_nothing_rewrites_or_deletes_a_published_rate_not_even_raw_sql() -> None:
    publish()
    for statement in ("update fx_publishedrate set value = 2", "delete from fx_publishedrate"):
        with pytest.raises(IntegrityError, match="append-only"):
            raw(statement)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        PublishedRate.objects.update(value=Decimal(2))


def test_a_rate_of_zero_is_refused_by_the_database_too() -> None:
    with pytest.raises(IntegrityError, match="is_positive"), transaction.atomic():
        PublishedRate.objects.create(currency="USD", day=REACHED, value=0, recorded_at=NOW)


def test_no_rates_at_all_store_nothing() -> None:
    assert not store_published(rates=[], now=NOW).is_new


def test_a_round_rate_is_loaded_in_full(inside: Cast) -> None:
    store_published(rates=[Published("KRW", REACHED, Decimal(1490))], now=LOADED)
    book = load_book(inside.acme, ["KRW"], first=REACHED, last=REACHED, today=NOW.date())
    assert str(book.published["KRW"].values[0]) == "1490"


def test_provisional_figures_settle_when_their_day_is_reached(cast: Cast) -> None:
    publish({date(2026, 9, 29): MARKET[date(2026, 9, 29)]})
    row = make_contribution(cast.alex, "1000", "EUR", now=datetime(2026, 9, 29, 18, tzinfo=UTC))
    assert (row.provisional, row.converted) == (True, Decimal("1090"))
    assert publish({date(2026, 9, 30): {"USD": "1.1"}}, now=NOW).is_new
    assert settle_everywhere(now=NOW) == 0
    row = _seen(cast, row)
    assert (row.provisional, row.converted, row.rate_day) == (False, Decimal("1100"), date(2026, 9, 30))


def test_a_corrected_rate_marks_settled_figures_and_moves_none(cast: Cast) -> None:
    publish()
    row = make_contribution(cast.alex, "1000", "EUR")
    assert row.converted == Decimal("1100")
    assert publish({date(2026, 9, 30): {"USD": "1.2"}}, now=NOW).changed
    settle_everywhere(now=NOW, changed=True)
    row = _seen(cast, row)
    assert (row.converted, row.earlier_rate) == (Decimal("1100"), True)


def test_one_workspace_that_fails_does_not_stop_the_others(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached: list[str] = []

    def settle(*, workspace, now):
        if workspace == cast.acme:
            raise RuntimeError("broken")
        reached.append(workspace.slug)
        return 0

    monkeypatch.setattr("fx.services.followers.settle", settle)
    assert settle_everywhere(now=NOW) == 1
    assert reached == ["other"]


def test_the_banner_says_where_the_rates_end_and_how_many_figures_wait(inside: Cast) -> None:
    publish()
    end = rates_end(inside.acme, NOW.date())
    assert end is not None
    assert end.text(12) == "Published rates end at 30 Oct 2026; 12 figures wait."
    assert end.text(1) == "Published rates end at 30 Oct 2026; 1 figure waits."
    assert end.text(0) == "Published rates end at 30 Oct 2026."
    assert rates_end(inside.acme, REACHED) is None
    inside.acme.rate_mode = "manual"
    assert rates_end(inside.acme, NOW.date()) is None


def _seen(cast: Cast, row: Contribution) -> Contribution:
    with in_workspace(cast.acme.pk):
        return Contribution.objects.get(pk=row.pk)
