"""What pages and files of contributions say beside their figures: closed, excluded, earlier, multiplied."""

import csv
import io
from decimal import Decimal
from typing import Any

import openpyxl
from django.test import Client
from django.urls import reverse

from contributions.models import ClosedPeriod, Contribution
from contributions.rules import RevenueType
from contributions.services.contributions import edit_contribution
from contributions.services.periods import close_quarter, open_items, reopen_quarter
from kamtrak.lib.months import Quarter
from tests.cast import NOW, Cast
from tests.contributions.builders import Q2, Q3, an_entry, log, publish


def url(name: str, *args: Any) -> str:
    return reverse(name, args=["acme", *args])


def close(cast: Cast, *quarters: Quarter) -> None:
    for quarter in quarters:
        close_quarter(workspace=cast.acme, quarter=quarter, by=cast.mia, reason="end", now=NOW)


def page(browser: Client, address: str) -> str:
    return " ".join(browser.get(address).content.decode().split())


def exported(cast: Cast, query: str) -> list[dict[str, str]]:
    response = cast.browser("olive").get(url("contributions_export") + query)
    data = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.DictReader(io.StringIO(data)))


# ------------------------------------------------------------------ the list and its files


def test_a_year_and_all_periods_say_that_closed_quarters_are_shown_as_they_are_now(inside: Cast) -> None:
    log(inside, "100")
    log(inside, "40", quarter=Q2)
    close(inside, Q2, Q3)
    for period in ("FY2026", "all"):
        shown = page(inside.browser("alex"), url("contributions") + f"?period={period}")
        assert "<b>2 quarters are closed.</b> This list and its files show the figures of now" in shown
        assert f'href="{url("dashboard")}?period={period}"' in shown
    shown = page(inside.browser("alex"), url("contributions") + "?period=2026Q3")
    assert "Q3 2026 was closed 23 Nov 2026 by Mia" in shown
    assert "quarters are closed" not in shown


def test_a_file_says_what_each_row_counts_for_as_closed(inside: Cast) -> None:
    edited = log(inside, "100", client="Edited")
    log(inside, "18400", "AUD", client="Unknown")
    retyped = log(inside, "5", client="Retyped")
    close(inside, Q3)
    entry = an_entry("130", client="Edited")
    edit_contribution(contribution=edited, by=inside.alex, entry=entry, version=1, now=NOW, reason="Licence")
    entry = an_entry("5", client="Retyped", type=RevenueType.SAVINGS)
    edit_contribution(contribution=retyped, by=inside.alex, entry=entry, version=1, now=NOW, reason="Audit")
    log(inside, "7", client="Late", reason="Late invoice")
    log(inside, "1", client="Open", quarter=Q2)
    columns = ("counted", "closed_on", "as_closed")
    assert {row["client"]: tuple(row[name] for name in columns) for row in all_of(inside)} == {
        "Edited": ("130.00", "2026-11-23", "100.00"),
        "Unknown": ("", "2026-11-23", ""),
        "Retyped": ("5.00", "2026-11-23", "0.00"),
        "Late": ("7.00", "2026-11-23", "0.00"),
        "Open": ("1.00", "", ""),
    }


def all_of(cast: Cast) -> list[dict[str, str]]:
    return exported(cast, "?period=all")


def test_a_file_bears_the_days_and_the_mark_that_the_sum_needs(inside: Cast) -> None:
    publish()
    log(inside, "100", "EUR")
    Contribution.objects.update(earlier_rate=True)
    (row,) = all_of(inside)
    assert (row["quarter_start"], row["counts_on"], row["earlier_rate"]) == (
        "2026-07-01",
        "2026-09-30",
        "yes",
    )


def test_a_spreadsheet_keeps_the_digits_that_its_numbers_cannot_hold(inside: Cast) -> None:
    log(inside, "999999999999999.99")
    response = inside.browser("olive").get(url("contributions_export") + "?period=all&format=xlsx")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))  # type: ignore[attr-defined]
    head, line = list(book.active.iter_rows(values_only=True))
    assert dict(zip(head, line, strict=True))["amount"] == "999999999999999.99"


def test_totals_of_a_list_say_how_many_rows_have_an_earlier_rate(inside: Cast) -> None:
    publish()
    log(inside, "100", "EUR")
    log(inside, "10", "AUD")
    Contribution.objects.filter(amount_currency="EUR").update(earlier_rate=True)
    shown = page(inside.browser("alex"), url("contributions") + "?period=2026Q3")
    assert '1 with an <a href="?period=2026Q3&amp;state=earlier&amp;type=direct">earlier rate</a>' in shown
    assert "without 1 unknown, 1 earlier rate" in shown, "the line of value touched"
    assert "each row converted once" in shown


# ------------------------------------------------------------------ quarters


def test_a_quarter_says_what_its_totals_lack_and_never_0_for_unknown(inside: Cast) -> None:
    log(inside, "100")
    log(inside, "18400", "AUD")
    log(inside, "5", "AUD", type=RevenueType.RETENTION)
    shown = page(inside.browser("alex"), url("quarter", "2026Q3"))
    assert shown.count("without 1 unknown") == 1, "direct revenue"
    assert shown.count("— unknown") == 1, "retention value"
    assert "without 2 unknown" in page(inside.browser("alex"), url("quarters"))


def test_an_unknown_row_added_after_a_close_is_unknown_now_and_its_difference_too(inside: Cast) -> None:
    close(inside, Q3)
    log(inside, "100.50", "AUD", client="Dinar Only", reason="Late invoice")
    shown = page(inside.browser("alex"), url("quarter", "2026Q3"))
    changes = shown.partition('id="h-c"')[2].partition("</section>")[0]
    assert changes.count("— unknown") == 2
    assert "not counted" not in changes
    assert ">0<" not in changes


def test_the_close_dialog_lists_rows_that_wait_for_a_decision_on_their_rate(inside: Cast) -> None:
    publish()
    log(inside, "100", "EUR")
    Contribution.objects.update(earlier_rate=True)
    items = open_items(inside.acme, Q3)
    assert (bool(items), items.earlier_rows) == (False, 1)
    shown = page(inside.browser("mia"), url("quarter_close", "2026Q3"))
    assert "0 unknown, 0 provisional figures, 1 with an earlier rate" in shown
    assert "a newer rate waits for a decision" in shown


def test_what_a_superseded_close_stood_at_can_be_looked_up(inside: Cast) -> None:
    log(inside, "148688.19")
    close(inside, Q3)
    reopen_quarter(period=ClosedPeriod.objects.get(), by=inside.mia, reason="Late invoice", now=NOW)
    log(inside, "1")
    shown = page(inside.browser("alex"), url("quarter", "2026Q3"))
    assert 'It stood at direct revenue <span class="k-num">148,688.19</span>' in shown
    assert 'direct revenue <span class="k-num">0.00</span>' in page(
        inside.browser("amir"), url("quarter", "2026Q3")
    ), "of one's own rows only"


# ------------------------------------------------------------------ the amount that was multiplied


def test_the_latest_entries_show_the_amount_that_was_multiplied(inside: Cast) -> None:
    publish()
    log(inside, "17175.38", "EUR", share=Decimal(60))
    assert "60 % of 17,175.38" in page(inside.browser("alex"), url("dashboard") + "?period=2026Q3")
