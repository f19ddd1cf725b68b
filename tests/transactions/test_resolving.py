"""What rows wait for, supplied where the alert asks for it: exactly those rows follow (rules 5.11, 5.19)."""

from datetime import date
from decimal import Decimal as D
from typing import Any

import pytest

from tests.cast import NOW, Cast
from tests.transactions.bringing import bring, rows
from tests.transactions.builders import make_item, worth
from transactions.models import CatalogValue, SeenProduct, Transaction
from transactions.queries.books import Ways, ways_of
from transactions.queries.catalog import newest_record, rows_of_items
from transactions.queries.missing import get_missing
from transactions.rules import Field, Lack, Measure, Status
from transactions.services.catalog import archive_item
from transactions.services.catalog_values import set_values
from transactions.services.ways import change_ways, stamp_of
from workspaces.models import Alert, AlertState

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon", "files_apart")]
FIELDS: dict[str, Any] = {
    "Date": Field.DATE,
    "Item": Field.PRODUCT,
    "Qty": Field.QUANTITY,
    "Seller": Field.OWNER,
}
SOLD = "Date,Item,Qty,Seller\n2026-08-05,X,4,\n2026-08-03,x ,2,\n2026-08-09,W,3,A.\n"


def alert(state: str, prefix: str = "catalog:") -> Alert:
    return Alert.objects.get(state=state, key__startswith=prefix)


def figures(cast: Cast) -> list[tuple[date, D | None]]:
    return [(row.day, row.revenue) for row in rows(cast.acme)]


def test_four_of_x_at_2_50_are_10_once_the_alert_has_its_entry(inside: Cast) -> None:
    make_item(inside.ada, "W", [worth(Measure.REVENUE, "19.99")], name="")
    bring(inside.ada, SOLD, FIELDS)
    assert figures(inside) == [
        (date(2026, 8, 3), None),
        (date(2026, 8, 5), None),
        (date(2026, 8, 9), D("59.97")),
    ]
    asked = alert(AlertState.OPEN)
    assert asked.rows == 2
    browser, address = inside.browser("ada"), f"/w/acme/{asked.path}"
    page = browser.get(address).content.decode()
    assert "2 rows wait, 6 units, from 3 Aug 2026 on." in page
    assert 'value="2026-08-03"' in page
    sent = {
        "how": "add",
        "code": "X",
        "revenue": "2.50",
        "valid_from": "2026-08-03",
        "reason": "New product",
    }
    assert browser.post(address, sent).status_code == 302
    assert figures(inside)[:2] == [(date(2026, 8, 3), D("5.00")), (date(2026, 8, 5), D("10.00"))]
    assert alert(AlertState.RESOLVED) == asked


def test_a_value_from_a_later_day_on_leaves_the_alert_with_the_rest(inside: Cast) -> None:
    bring(inside.ada, SOLD, FIELDS)
    asked = Alert.objects.filter(state=AlertState.OPEN, key__startswith="catalog:").order_by("-rows")[0]
    sent = {"how": "add", "code": "X", "revenue": "2.50", "reason": "New product"}
    inside.browser("ada").post(f"/w/acme/{asked.path}", sent | {"valid_from": "2026-08-04"})
    assert figures(inside)[:2] == [(date(2026, 8, 3), None), (date(2026, 8, 5), D("10.00"))]
    asked.refresh_from_db()
    assert (asked.state, asked.rows) == (AlertState.OPEN, 1)
    assert Transaction.objects.get(day=date(2026, 8, 3)).lack == Lack.NO_VALUE


def test_what_files_write_as_an_alias_gives_its_rows_the_price_of_the_entry(inside: Cast) -> None:
    item = make_item(inside.ada, "TRK", [worth(Measure.REVENUE, "7")], name="")
    bring(inside.ada, SOLD, FIELDS)
    seen = SeenProduct.objects.get(key="x")
    sent = {"how": "alias", "into": "TRK", "reason": "The shop writes it so"}
    assert inside.browser("ada").post(f"/w/acme/catalog/missing/{seen.pk}/", sent).status_code == 302
    assert figures(inside)[:2] == [(date(2026, 8, 3), D("14.00")), (date(2026, 8, 5), D("28.00"))]
    assert rows_of_items(inside.acme, [item.pk]) == {item.pk: 2}
    assert get_missing(inside.acme, seen.pk, Measure.REVENUE, Ways()).own.rows == 0


@pytest.mark.parametrize(
    "sent",
    [
        {"how": "alias", "into": "TRK"},
        {"how": "add", "code": "X", "name": "Mine", "revenue": "9.99", "valid_from": "2026-08-03"},
    ],
)
def test_what_is_sent_after_a_colleague_has_said_what_a_product_is_changes_nothing(
    inside: Cast, sent: dict[str, str]
) -> None:
    make_item(inside.ada, "TRK", [worth(Measure.REVENUE, "7")], name="")
    bring(inside.ada, SOLD, FIELDS)
    seen = SeenProduct.objects.get(key="x")
    make_item(inside.olive, "X", [worth(Measure.REVENUE, "2.50")], name="Theirs")
    address = f"/w/acme/catalog/missing/{seen.pk}/"
    answer = inside.browser("ada").post(address, {**sent, "reason": "New product"})
    assert answer.status_code == 422
    said = answer.content.decode()
    assert "“X” is X · Theirs, somebody said meanwhile." in said
    assert "New product" in said
    assert sent.get("revenue", "") in said
    assert figures(inside)[:2] == [(date(2026, 8, 3), D("5.00")), (date(2026, 8, 5), D("10.00"))]
    assert not CatalogValue.objects.filter(value=D("9.99")).exists()


def test_a_value_that_a_colleague_has_given_meanwhile_is_seen_before_another_one_is(inside: Cast) -> None:
    item = make_item(inside.ada, "X", [worth(Measure.COST, "1")], name="")
    bring(inside.ada, SOLD, FIELDS)
    seen = SeenProduct.objects.get(key="x")
    browser, address = inside.browser("ada"), f"/w/acme/catalog/missing/{seen.pk}/"
    shown = {"seen": newest_record(item)}
    given = [worth(Measure.REVENUE, "2.50")]
    set_values(item=item, by=inside.olive, values=given, seen=None, reason="List", now=NOW)
    sent = {"how": "value", "revenue": "9.99", "valid_from": "2026-01-01", "reason": "Mine"}
    answer = browser.post(address, sent | shown)
    assert answer.status_code == 422
    assert "The values were changed meanwhile." in answer.content.decode()
    now = {"seen": newest_record(item)}
    assert f'name="seen" value="{now["seen"]}"' in answer.content.decode()
    assert browser.post(address, sent | now).status_code == 302
    assert CatalogValue.objects.filter(item=item, value=D("9.99")).exists()


def test_a_corrected_price_marks_the_rows_that_used_it_and_moves_none(inside: Cast) -> None:
    item = make_item(inside.ada, "W", [worth(Measure.REVENUE, "19.99")], name="")
    bring(inside.ada, SOLD, FIELDS)
    value = [worth(Measure.REVENUE, "20")]
    set_values(item=item, by=inside.ada, values=value, seen=None, reason="Typing error", now=NOW)
    row = Transaction.objects.get(status=Status.COUNTED)
    assert (row.revenue, bool(row.earlier)) == (D("59.97"), True)
    assert row.price == CatalogValue.objects.get(value=D("19.99"))


def test_rows_of_an_archived_entry_keep_their_figures(inside: Cast) -> None:
    item = make_item(inside.ada, "W", [worth(Measure.REVENUE, "19.99")], name="")
    bring(inside.ada, SOLD, FIELDS)
    archive_item(item=item, by=inside.ada, reason="No longer sold", now=NOW)
    row = Transaction.objects.get(status=Status.COUNTED)
    assert (row.revenue, row.earlier) == (D("59.97"), 0)


def test_rows_of_a_name_become_those_of_the_member_that_a_person_says(inside: Cast) -> None:
    bring(inside.ada, SOLD, FIELDS)
    asked = alert(AlertState.OPEN, "owner:")
    sent = {"member": str(inside.alex.pk), "reason": "His initial"}
    assert inside.browser("ada").post(f"/w/acme/{asked.path}", sent).status_code == 302
    assert Transaction.objects.get(day=date(2026, 8, 9)).owner == inside.alex
    assert alert(AlertState.RESOLVED, "owner:") == asked


def test_another_way_of_reading_marks_what_was_derived_so_far(inside: Cast) -> None:
    make_item(inside.ada, "W", [worth(Measure.REVENUE, "19.99")], name="")
    bring(inside.ada, SOLD, FIELDS)
    wanted, seen = Ways(removes_tax=True), stamp_of(ways_of(inside.acme))
    change_ways(workspace=inside.acme, by=inside.ada, wanted=wanted, reason="Net", seen=seen, now=NOW)
    row = Transaction.objects.get(status=Status.COUNTED)
    assert (row.revenue, bool(row.earlier)) == (D("59.97"), True)
