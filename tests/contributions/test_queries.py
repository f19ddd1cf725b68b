"""One scope, one filter: the list, its totals and its pages (rules 1.3, 1.4, 8.2; experience 6)."""

from decimal import Decimal
from typing import Any

import pytest
from django.http import Http404, QueryDict

from contributions.forms.filters import Selection, address, read_selection
from contributions.models import Contribution
from contributions.queries.contributions import (
    Filter,
    filtered,
    get_contribution,
    list_sums,
    rows_of,
    visible_contributions,
)
from contributions.queries.listing import Sort, list_page
from contributions.rules import RevenueType, type_totals
from contributions.services.contributions import void_contribution
from tests.cast import NOW, Cast
from tests.contributions.builders import Q2, Q3, log, publish
from workspaces.queries.people import EVERYONE, scope_of

TODAY = NOW.date()


def wanted(cast: Cast, period: str = "all", **values: Any) -> Filter:
    return Filter(cast.acme.calendar.period(period), **values)


def shown(cast: Cast, period: str = "all", **values: Any) -> set[int]:
    return set(filtered(cast.acme, EVERYONE, wanted(cast, period, **values)).values_list("pk", flat=True))


@pytest.mark.parametrize(
    ("name", "sees"),
    [
        ("olive", {"alex", "amir"}),
        ("ada", {"alex", "amir"}),
        ("audrey", {"alex", "amir"}),
        ("mia", {"alex"}),
        ("alex", {"alex"}),
        ("amir", {"amir"}),
    ],
)
def test_each_role_reads_the_rows_that_are_theirs_to_read(inside: Cast, name: str, sees: set[str]) -> None:
    rows = {"alex": log(inside), "amir": log(inside, owner=inside.amir)}
    scope = scope_of(getattr(inside, name))
    visible = set(visible_contributions(inside.acme, scope).values_list("pk", flat=True))
    assert visible == {rows[owner].pk for owner in sees}
    for owner, row in rows.items():
        if owner in sees:
            assert get_contribution(inside.acme, scope, row.pk) == row
        else:
            with pytest.raises(Http404):
                get_contribution(inside.acme, scope, row.pk)


def test_choosing_a_person_outside_ones_scope_shows_nothing(inside: Cast) -> None:
    log(inside, owner=inside.amir)
    scope = scope_of(inside.mia).narrowed(inside.amir.pk)
    assert not visible_contributions(inside.acme, scope).exists()


def test_every_filter_narrows_the_same_rows(inside: Cast) -> None:
    publish()
    euro = log(inside, "100", "EUR", client="Aurelia Foods", description="Cold-chain rollout")
    yen = log(inside, "9000", "JPY", quarter=Q2, type=RevenueType.SAVINGS)
    odd = log(inside, "10", "AUD")
    gone = log(inside, "10", client="Gone")
    void_contribution(contribution=gone, by=inside.alex, reason="Twice", now=NOW)
    assert shown(inside) == {euro.pk, yen.pk, odd.pk}
    assert shown(inside, "2026Q2") == {yen.pk}
    assert shown(inside, "FY2026") == {euro.pk, yen.pk, odd.pk}
    assert shown(inside, types=(RevenueType.SAVINGS,)) == {yen.pk}
    assert shown(inside, client_id=euro.client_id) == {euro.pk}
    assert shown(inside, currency="JPY") == {yen.pk}
    assert shown(inside, state="unknown") == {odd.pk}
    assert shown(inside, void="only") == {gone.pk}
    assert shown(inside, void="shown") == {euro.pk, yen.pk, odd.pk, gone.pk}
    assert shown(inside, text="aurelia") == {euro.pk}
    assert shown(inside, text="COLD-chain") == {euro.pk}
    assert shown(inside, text="100 %") == set()
    assert shown(inside, evidence="with") == set()


def test_currencies_are_subtotalled_apart_and_only_the_converted_amounts_added(inside: Cast) -> None:
    publish()
    for amount, currency in (("100", "EUR"), ("50", "EUR"), ("10", "USD"), ("7", "AUD")):
        log(inside, amount, currency)
    direct = type_totals(list_sums(filtered(inside.acme, EVERYONE, wanted(inside))).lines)[0]
    assert direct.currencies == {"AUD": Decimal(7), "EUR": Decimal(150), "USD": Decimal(10)}
    assert direct.converted == Decimal("182.50")  # 115.00 + 57.50 + 10.00
    assert (direct.rows, direct.unknown_rows) == (4, 1)


def test_voided_rows_that_a_list_shows_are_counted_and_are_in_no_sum(inside: Cast) -> None:
    log(inside, "10", "USD")
    for amount in ("20", "30"):
        gone = log(inside, amount, "USD")
        void_contribution(contribution=gone, by=inside.alex, reason="Twice", now=NOW)
    sums = {
        void: list_sums(filtered(inside.acme, EVERYONE, wanted(inside, void=void)), voided=bool(void))
        for void in ("", "shown", "only")
    }
    assert {void: found.voided for void, found in sums.items()} == {"": 0, "shown": 2, "only": 2}
    assert sums[""].lines == sums["shown"].lines
    assert [line.credited for line in sums["shown"].lines] == [Decimal(10)]
    assert sums["only"].lines == []


def test_a_total_is_the_sum_of_the_rounded_rows_that_it_shows(inside: Cast) -> None:
    publish()
    for _ in range(3):
        log(inside, "0.03", "EUR")  # 0.0345 → 0.03 each; unrounded three would be 0.10
    direct = type_totals(list_sums(filtered(inside.acme, EVERYONE, wanted(inside))).lines)[0]
    assert direct.converted == Decimal("0.09")


@pytest.mark.parametrize("key", ["earned", "client", "amount", "converted"])
@pytest.mark.parametrize("descending", [True, False])
def test_paging_forth_and_back_shows_every_row_once_in_the_order_of_the_list(
    inside: Cast, key: str, descending: bool
) -> None:
    publish()
    kinds = list(RevenueType)
    for i in range(11):
        currency = "AUD" if i == 5 else "EUR"
        log(inside, str(10 + i % 3), currency, type=kinds[i % 4], client=f"Client {i % 2}")
    rows, sort = filtered(inside.acme, EVERYONE, wanted(inside)), Sort(key, descending)
    whole = [row["pk"] for row in list_page(rows, sort, size=100).rows]
    pages, after = [], ""
    while True:
        page = list_page(rows, sort, after=after, size=4)
        pages.append(page)
        after = page.after
        if not after:
            break
    assert [row["pk"] for page in pages for row in page.rows] == whole
    assert len(whole) == 11
    back = list_page(rows, sort, before=pages[2].before, size=4)
    assert [row["pk"] for row in back.rows] == [row["pk"] for row in pages[1].rows]
    assert not list_page(rows, sort, before=pages[1].before, size=4).before


def test_a_row_logged_meanwhile_does_not_shift_the_next_page(inside: Cast) -> None:
    first = [log(inside, str(n), earned_on=Q3.start) for n in range(1, 5)]
    rows = filtered(inside.acme, EVERYONE, wanted(inside))
    page = list_page(rows, Sort(), size=2)
    log(inside, "99", earned_on=Q3.last)
    following = list_page(rows, Sort(), after=page.after, size=2)
    assert {row["pk"] for row in (*page.rows, *following.rows)} == {row.pk for row in first}


@pytest.mark.parametrize(
    "cursor", ["1~1~garbage", "x", "~~", "9" * 40 + "~1~2026-01-01", "1~1~NaN", "1~1~a\x00"]
)
def test_a_place_that_no_list_wrote_begins_at_the_beginning_or_the_end(inside: Cast, cursor: str) -> None:
    log(inside)
    rows = filtered(inside.acme, EVERYONE, wanted(inside))
    for key in ("earned", "client", "amount"):
        assert len(list_page(rows, Sort(key), after=cursor).rows) in (0, 1)


def test_rows_for_an_export_are_those_of_the_list(inside: Cast) -> None:
    log(inside)
    log(inside, type=RevenueType.RETENTION)
    rows = filtered(inside.acme, EVERYONE, wanted(inside))
    assert {row.pk for row in rows_of(rows)} == set(Contribution.objects.values_list("pk", flat=True))


def test_an_address_that_nobody_could_have_meant_is_read_as_far_as_it_makes_sense(inside: Cast) -> None:
    calendar = inside.acme.calendar
    odd = QueryDict("period=2026Q9&type=gift&client=x1&currency=XXQ&sort=password&staff=-1&void=yes&q=%00a")
    selection = read_selection(odd, calendar, TODAY)
    assert selection.problem == "There is no quarter 9. Write a quarter like 2026Q3."
    assert selection == Selection(
        Filter(calendar.period("2026Q4"), text="a"), Sort(), None, selection.problem
    )


def test_a_selection_written_as_an_address_reads_back_the_same(inside: Cast) -> None:
    text = "period=2026Q2&type=direct&staff=7&client=3&currency=EUR&evidence=with"
    text += "&state=unknown&void=only&q=a+b&sort=amount"
    selection = read_selection(QueryDict(text), inside.acme.calendar, TODAY)
    again = read_selection(QueryDict(address(selection)[1:]), inside.acme.calendar, TODAY)
    assert again == selection
