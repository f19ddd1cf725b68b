"""A refund stands at the rate and the catalog values that its sale stands on (rules 5.13)."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.cast import NOW, Cast
from tests.fx.builders import make_own_rate, own
from tests.transactions.bringing import bring, work
from tests.transactions.builders import make_item, worth
from tests.transactions.pipeline.test_imports import proves_totals
from tests.transactions.test_moves import MAP, by_id, compare, converted, decide, waiting
from transactions.models import CatalogItem, RowRate
from transactions.pipeline import deciding, weighing
from transactions.pipeline.following_rates import settle_rates
from transactions.pipeline.rederiving import Rederivation
from transactions.queries.books import Ways, ways_of
from transactions.queries.marked import Selection
from transactions.rules import Field, Measure, Move, RowKind
from transactions.services.catalog_values import set_values
from transactions.services.ways import change_ways, stamp_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
MAY, WIDGET = date(2026, 5, 1), "W"
HEAD = "ID,Date,Product,Qty,Revenue,Currency,Original,Kind\n"
KINDS: dict[str, Any] = {"types": {"return": RowKind.REFUND}, "refunds_negative": False}


@pytest.fixture
def shop(inside: Cast) -> Cast:
    """100 EUR at 1.10 = 110.00, and 2 widgets at 19.99 = 39.98."""
    make_own_rate(inside.acme, inside.ada, own("EUR", "USD", MAY, "1.10"))
    values = [worth(Measure.REVENUE, "19.99"), worth(Measure.COST, "12.00")]
    make_item(inside.ada, WIDGET, values, name="Widget")
    put(inside, "s1,2026-05-05,,,100,EUR,,", "s2,2026-05-05,W,2,,,,")
    return inside


def put(cast: Cast, *lines: str) -> None:
    bring(cast.ada, HEAD + "".join(f"{line}\n" for line in lines), {**MAP, "Kind": Field.TYPE}, **KINDS)


def reprice(cast: Cast, value: str, measure: Measure = Measure.REVENUE) -> None:
    item = CatalogItem.objects.select_related("workspace").get(code=WIDGET)
    values = [worth(measure, value)]
    set_values(item=item, by=cast.ada, values=values, seen=None, reason="Corrected", now=NOW)


def rerate(cast: Cast, value: str) -> None:
    make_own_rate(cast.acme, cast.ada, own("EUR", "USD", MAY, value))


def return_all(cast: Cast) -> None:
    put(cast, "r1,2026-06-10,,,100,EUR,s1,return", "r2,2026-06-10,W,2,,,s2,return")


def test_a_refund_has_the_rate_and_price_of_a_sale_that_waits_and_waits_with_it(shop: Cast) -> None:
    rerate(shop, "1.30")
    reprice(shop, "25")
    return_all(shop)
    assert converted(shop, "s1", "r1") == [Decimal("110"), Decimal("-110")]
    assert converted(shop, "s2", "r2") == [Decimal("39.98"), Decimal("-39.98")]
    assert waiting(shop) == ["r1", "r2", "s1", "s2"]
    proves_totals(shop)
    found = compare(shop)
    assert (found.overall.moves[Move.MOVES], found.overall.revenue.difference) == (4, Decimal(0))
    decide(shop, "accept")
    assert converted(shop, "s1", "r1") == [Decimal("130"), Decimal("-130")]
    assert converted(shop, "s2", "r2") == [Decimal("50"), Decimal("-50")]
    assert waiting(shop) == []
    proves_totals(shop)


def test_a_refund_of_a_sale_that_was_kept_is_kept_and_not_asked_about(shop: Cast) -> None:
    rerate(shop, "1.30")
    reprice(shop, "25")
    decide(shop, "decline")
    return_all(shop)
    assert converted(shop, "r1", "r2") == [Decimal("-110"), Decimal("-39.98")]
    reprice(shop, "9", Measure.TAX_PERCENT)  # the same entry, another value
    make_own_rate(shop.acme, shop.ada, own("SEK", "USD", MAY, "0.10"))
    assert waiting(shop) == []
    reprice(shop, "26")
    assert waiting(shop) == ["r2", "s2"]
    decide(shop, "accept")
    assert converted(shop, "s2", "r2") == [Decimal("52"), Decimal("-52")]


def test_a_refund_in_the_file_of_its_sale_has_what_the_check_made_for_it(shop: Cast) -> None:
    rerate(shop, "1.30")
    put(shop, "r3,2026-06-10,,,100,EUR,s3,return", "s3,2026-05-06,,,100,EUR,,")
    assert converted(shop, "s3", "r3") == [Decimal("130"), Decimal("-130")]
    assert waiting(shop) == ["s1"]


@pytest.mark.parametrize("batch", [2000, 1])
def test_refunds_move_with_their_sales_whatever_is_selected(
    shop: Cast, batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """r5 came before its sale and names no product: it is decided where its sale is."""
    put(shop, "r5,2026-06-10,,,100,EUR,s5,return", "r6,2026-06-10,W,2,,,s6,return")
    put(shop, "s5,2026-05-05,W,,100,EUR,,", "s6,2026-05-05,W,2,,,,")
    rerate(shop, "1.30")
    reprice(shop, "25")
    assert waiting(shop) == ["r5", "r6", "s1", "s2", "s5", "s6"]
    monkeypatch.setattr("transactions.pipeline.comparing.BATCH", batch)
    item = CatalogItem.objects.get(code=WIDGET)
    found = compare(shop, Selection(item=item.pk))
    # s2 alone has no refund: 2 × 5.01 more.
    assert (found.overall.rows, found.overall.revenue.difference) == (5, Decimal("10.02"))
    decide(shop, "accept", Selection(item=item.pk))
    assert converted(shop, "s5", "r5") == [Decimal("130"), Decimal("-130")]
    assert converted(shop, "s6", "r6") == [Decimal("50"), Decimal("-50")]
    assert waiting(shop) == ["s1"]
    proves_totals(shop)


def test_many_are_decided_in_the_background_each_with_its_refunds(
    shop: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(shop, "r5,2026-06-10,,,100,EUR,s5,return")
    put(shop, "s5,2026-05-05,,,100,EUR,,")
    monkeypatch.setattr(weighing, "COMPARED_AT_ONCE", 1)
    for name in ("INLINE", "BATCH"):
        monkeypatch.setattr(deciding, name, 1)
    rerate(shop, "1.30")
    weighing.request_comparison(workspace=shop.acme, selection=Selection(), by=shop.ada, now=NOW)
    work(shop.acme)
    assert compare(shop).overall.revenue.difference == Decimal("20")  # s1 alone
    decide(shop, "accept")
    work(shop.acme)
    assert converted(shop, "s5", "r5", "s1") == [Decimal("130"), Decimal("-130"), Decimal("130")]
    assert waiting(shop) == []
    proves_totals(shop)


def test_a_refund_settles_with_its_sale_also_where_it_came_first(shop: Cast) -> None:
    """The own rate of today is provisional until the day has ended (rules 6.5)."""
    put(shop, f"r7,{NOW:%Y-%m-%d},,,100,EUR,s7,return", f"r8,{NOW:%Y-%m-%d},,,100,EUR,s7,return")
    put(shop, f"s7,{NOW:%Y-%m-%d},,,200,EUR,,")
    RowRate.objects.filter(currency="EUR", day=NOW.date()).update(provisional=True, rate=Decimal("1.05"))
    Rederivation(shop.acme, NOW).rewrite([row.pk for row in by_id(shop).values()])
    assert converted(shop, "r7", "r8", "s7") == [Decimal("-105"), Decimal("-105"), Decimal("210")]
    settle_rates(workspace=shop.acme, now=NOW)
    assert converted(shop, "r7", "r8", "s7") == [Decimal("-110"), Decimal("-110"), Decimal("220")]


def test_the_profit_of_a_refund_stands_on_the_cost_that_its_sale_stands_on(shop: Cast) -> None:
    """2 × (19.99 − 12.00) = 15.98; a profit per unit that came later would be taken first (rules 5.8)."""
    stamp = stamp_of(ways_of(shop.acme))
    wanted = Ways(measures_profit=True)
    change_ways(workspace=shop.acme, by=shop.ada, wanted=wanted, reason="x", seen=stamp, now=NOW)
    decide(shop, "accept")
    reprice(shop, "5", Measure.PROFIT)
    return_all(shop)
    found = by_id(shop)
    assert [found[each].profit for each in ("s2", "r2")] == [Decimal("15.98"), Decimal("-15.98")]
    decide(shop, "accept")
    found = by_id(shop)
    assert [found[each].profit for each in ("s2", "r2")] == [Decimal("10"), Decimal("-10")]


@pytest.mark.parametrize("files", [["r1", "x1"], ["x1", "r1"], ["x1 r1"], ["r1 x1"]])
def test_what_undoes_a_refund_stands_on_its_own_day_for_a_refund_is_no_sale(
    shop: Cast, files: list[str]
) -> None:
    """100 EUR at 1.10 returned, the return undone in June at 1.20: in one file or in two, in any order."""
    make_own_rate(shop.acme, shop.ada, own("EUR", "USD", date(2026, 6, 1), "1.20"))
    lines = {"r1": "r1,2026-06-10,,,100,EUR,s1,return", "x1": "x1,2026-06-12,,,100,EUR,r1,"}
    for names in files:
        put(shop, *(lines[name] for name in names.split()))
    assert converted(shop, "s1", "r1", "x1") == [Decimal("110"), Decimal("-110"), Decimal("120")]
    rerate(shop, "1.30")
    decide(shop, "accept")
    assert converted(shop, "s1", "r1", "x1") == [Decimal("130"), Decimal("-130"), Decimal("120")]
    proves_totals(shop)
