"""The list: who sees which rows, what each filter finds, and what the rows come to."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict

from kamtrak.lib.months import FiscalCalendar, Month
from kamtrak.lib.tables import NumberCell
from tests.cast import NOW, Cast
from tests.contributions.builders import publish
from tests.transactions.builders import make_source
from tests.transactions.rows import make_entry, make_import, make_row, mapping_of
from transactions.forms.filters import read_selection
from transactions.models import Edit, Import, Transaction
from transactions.queries.filters import Filter, choose
from transactions.queries.listing import filtered, list_page
from transactions.queries.sums import RowSums, added_up, can_be_looked_up, looked_up
from transactions.rules import Field
from transactions.rules.states import Mark, State
from workspaces.queries.people import EVERYONE, Scope, scope_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def orders(inside: Cast) -> Import:
    publish()
    return make_import(inside.ada)


def found(cast: Cast, scope: Scope = EVERYONE, **wanted: Any) -> list[Transaction]:
    chosen = choose(cast.acme, scope, Filter(cast.acme.calendar.all(), **wanted))
    return list(filtered(cast.acme, chosen).order_by("pk"))


def come_to(cast: Cast, scope: Scope = EVERYONE, **wanted: Any) -> RowSums:
    """The sums, which the maintained totals tell as adding up the rows does, where they can."""
    chosen = choose(cast.acme, scope, Filter(cast.acme.calendar.all(), **wanted))
    by_row = added_up(filtered(cast.acme, chosen))
    if can_be_looked_up(chosen):
        assert looked_up(cast.acme, chosen) == by_row
    return by_row


def test_an_account_manager_sees_own_rows_a_manager_the_team_and_who_reads_everyone_all(
    inside: Cast, orders: Import
) -> None:
    of_alex, of_amir, of_nobody = (
        make_row(orders, owner=name, revenue="10") for name in ("Alex", "Amir", "")
    )
    assert found(inside, scope_of(inside.alex)) == [of_alex]
    assert found(inside, scope_of(inside.mia)) == [of_alex]
    assert found(inside, scope_of(inside.audrey)) == [of_alex, of_amir, of_nobody]
    assert found(inside, unassigned=True) == [of_nobody]
    assert found(inside, scope_of(inside.mia), unassigned=True) == []


def test_rows_wait_for_what_they_lack_and_are_found_by_it(inside: Cast, orders: Import) -> None:
    make_entry(inside.ada, "W", revenue="19.99")
    counted = make_row(orders, product="W", quantity="5")
    missing = make_row(orders, product="X", quantity="4")
    no_rate = make_row(orders, revenue="5", currency="KWD")
    neither = make_row(orders, quantity="3")
    sample = make_row(orders, revenue="9", type="sample")
    assert found(inside, state=State.COUNTED) == [counted]
    assert found(inside, state=State.UNKNOWN) == [missing, no_rate, neither]
    assert found(inside, state=State.NO_ENTRY) == [missing]
    assert found(inside, state=State.NO_RATE) == [no_rate]
    assert found(inside, state=State.NOTHING) == [neither]
    assert found(inside, state=State.NOT_REVENUE) == [sample]
    assert found(inside, tier=3, state=State.COUNTED) == [counted]
    sums = come_to(inside)
    assert (sums.converted, sums.counted, sums.unknown, sums.not_revenue) == (Decimal("99.95"), 1, 3, 1)


def test_rows_that_an_import_replaces_are_shown_when_asked_for_and_in_no_total(
    inside: Cast, orders: Import
) -> None:
    stays, goes = make_row(orders, revenue="10"), make_row(orders, revenue="20")
    Transaction.objects.filter(pk=goes.pk).update(status=4, replaced_by=orders)
    assert found(inside) == [stays]
    assert found(inside, state=State.REPLACED) == [goes]
    assert found(inside, state=State.ALL) == [stays, goes]
    assert added_up(Transaction.objects.all()).converted == Decimal("10.00")


def test_a_list_has_one_subtotal_per_currency_and_one_converted_total(inside: Cast, orders: Import) -> None:
    """50 USD, and 100 EUR at 1.1682 of 7 August: 166.82 USD."""
    make_row(orders, revenue="50", currency="USD")
    make_row(orders, revenue="100", currency="EUR")
    make_row(orders, quantity="2")
    sums = come_to(inside)
    assert [(each.currency, each.revenue, each.converted) for each in sums.currencies] == [
        ("EUR", Decimal("100.00"), Decimal("116.82")),
        ("USD", Decimal("50.00"), Decimal("50.00")),
    ]
    assert (sums.converted, sums.unknown, sums.rows) == (Decimal("166.82"), 1, 3)


def test_a_list_of_which_nothing_is_known_comes_to_nothing_and_not_to_0(inside: Cast, orders: Import) -> None:
    make_row(orders, quantity="2")
    assert come_to(inside).converted is None
    assert come_to(inside, currency="GBP").converted == 0


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"tier": 2},
        {"currency": "EUR"},
        {"state": State.COUNTED},
        {"state": State.UNKNOWN},
        {"state": State.ALL},
        {"unassigned": True},
    ],
)
def test_the_maintained_totals_come_to_what_the_rows_do(
    inside: Cast, orders: Import, wanted: dict[str, Any]
) -> None:
    for number, owner in enumerate(("Alex", "Amir", "", "Alex")):
        make_row(
            orders, owner=owner, quantity="2", price_sold=f"{number}.50", currency="EUR", client="Nordhavn"
        )
        make_row(orders, owner=owner, revenue="7", product="X", date="2026-05-02")
        make_row(orders, owner=owner, product="X", quantity="1")
    come_to(inside, **wanted)
    come_to(inside, scope_of(inside.alex), **wanted)
    row = Transaction.objects.exclude(client=None)[0]
    come_to(inside, client_id=row.client_id, **wanted)
    product = Transaction.objects.exclude(product=None)[0].product_id
    come_to(inside, product_id=product, **wanted)
    for left_out in ((row.client_id,), (0,), (0, row.client_id)):
        come_to(inside, not_clients=left_out, **wanted)
    come_to(inside, not_products=(0, product), **wanted)


def test_a_client_is_found_with_the_accounts_merged_into_it(inside: Cast, orders: Import) -> None:
    from workspaces.services.clients import merge_clients

    first, second = make_row(orders, client="Nordhavn", revenue="1"), make_row(orders, client="Nordhavn A/S")
    other = make_row(orders, client="Kade", revenue="1")
    merge_clients(account=second.client, into=first.client, reason="One company")
    assert found(inside, client_id=first.client_id) == [first, second]
    assert found(inside, text="nordhavn a/s") == [first, second]
    assert found(inside, text="kade") == [other]


def test_the_search_finds_clients_products_and_an_exact_unique_id(
    inside: Cast, orders: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = make_row(orders, client="Nordhavn Logistics", revenue="1")
    product = make_row(orders, product="Tracker T4", revenue="1")
    by_id = make_row(orders, unique_id="ORD-87102", revenue="1")
    assert found(inside, text="LOGIS") == [client]
    assert found(inside, text="tracker") == [product]
    assert found(inside, text="ORD-87102") == [by_id]
    monkeypatch.setattr("transactions.queries.filters.SEARCHED", 0)  # among many rows
    assert found(inside, text="ORD-87102") == [by_id]
    assert found(inside, text="ORD-8710") == []


def test_sources_and_imports_and_marks_find_their_rows(inside: Cast, orders: Import) -> None:
    till = make_import(inside.ada, "till.csv", source=make_source(inside.acme, "Till"))
    plain = make_row(orders, revenue="10", currency="USD")
    differs = make_row(till, revenue="10", quantity="3", price_sold="5", currency="USD")
    assumed = make_row(till, revenue="10")
    assert found(inside, source_id=till.source_id) == [differs, assumed]
    assert found(inside, import_id=orders.pk) == [plain]
    assert found(inside, mark=Mark.DISAGREES) == [differs]
    assert found(inside, mark=Mark.ASSUMED_CURRENCY) == [assumed]
    assert found(inside, mark=Mark.EDITED) == []
    assert come_to(inside, mark=Mark.DISAGREES).converted == Decimal("10.00")


def test_the_period_takes_whole_quarters(inside: Cast, orders: Import) -> None:
    for day in ("2026-06-30", "2026-07-01", "2026-09-30", "2026-10-01"):
        make_row(orders, date=day, revenue="1")
    chosen = choose(inside.acme, EVERYONE, Filter(inside.acme.calendar.period("2026Q3")))
    days = [f"{row.day}" for row in filtered(inside.acme, chosen)]
    assert sorted(days) == ["2026-07-01", "2026-09-30"]
    assert looked_up(inside.acme, chosen).counted == 2


def test_pages_follow_on_each_other_newest_day_first_and_show_every_row_once(
    inside: Cast, orders: Import
) -> None:
    for day in ("2026-08-01", "2026-08-03", "2026-08-03", "2026-08-03", "2026-08-02"):
        make_row(orders, date=day, revenue="1")
    rows, seen, after, pages = Transaction.objects.all(), [], "", []
    while True:
        page = list_page(rows, after=after, size=2)
        pages.append(page)
        seen += [(row["day"], row["pk"]) for row in page.rows]
        if not (after := page.after):
            break
    assert seen == sorted(seen, reverse=True)
    assert len(seen) == len(set(seen)) == 5
    back = list_page(rows, before=pages[2].before, size=2)
    assert back.rows == pages[1].rows


def test_a_row_says_the_fields_that_a_person_looks_for(inside: Cast, orders: Import) -> None:
    make_row(
        orders, client="Nordhavn", owner="Alex", product="T4", quantity="2", price_sold="5", currency="USD"
    )
    (row,) = list_page(Transaction.objects.all()).rows
    assert (row["client_name"], row["owner_name"], row["product_text"]) == ("Nordhavn", "Alex", "T4")
    assert (row["quantity"], row["revenue"], row["tier"]) == (Decimal(2), Decimal("10.00"), 2)


def test_a_text_is_found_in_the_description_and_in_cells_that_are_mapped_to_nothing(
    inside: Cast, orders: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    lantern = make_row(orders, description="White metal lantern", warehouse="United Kingdom")
    other = make_row(orders, description="Mug, 100% cotton", warehouse="France", unique_id="536365")
    assert found(inside, text="METAL lan") == [lantern]
    assert found(inside, text="united king") == [lantern]
    assert found(inside, text="536365") == [other]
    assert found(inside, text="100%") == [other]
    assert found(inside, text="1_0%") == []
    monkeypatch.setattr("transactions.queries.filters.SEARCHED", 1)
    assert found(inside, text="metal lan") == []
    assert found(inside, text="536365") == [other]


def test_a_line_of_the_list_has_its_description(inside: Cast, orders: Import) -> None:
    plain, described = make_row(orders), make_row(orders, description="White metal lantern")
    page = list_page(Transaction.objects.filter(pk__in=[plain.pk, described.pk]))
    assert page.descriptions == {described.pk: "White metal lantern"}


# ------------------------------------------------------------------ none, and all others


def test_rows_that_name_no_client_or_product_are_found_as_such(inside: Cast, orders: Import) -> None:
    named = make_row(orders, client="Nordhavn", product="W", revenue="10", owner="Alex")
    no_client = make_row(orders, product="W", revenue="20", owner="Alex")
    no_product = make_row(orders, client="Nordhavn", revenue="40")
    assert found(inside, client_id=0) == [no_client]
    assert found(inside, product_id=0) == [no_product]
    assert found(inside, scope_of(inside.alex), client_id=0) == [no_client]
    assert come_to(inside, client_id=0).converted == Decimal("20.00")
    assert come_to(inside, product_id=0).converted == Decimal("40.00")
    assert come_to(inside, client_id=0, product_id=0).rows == 0
    assert found(inside, client_id=named.client_id, product_id=0) == [no_product]


@pytest.mark.parametrize("few", [1000, 0])
def test_all_others_are_the_rows_of_none_of_these_however_many_there_are(
    inside: Cast, orders: Import, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    """Left out with a client are the accounts merged into it, with a catalog entry the names that mean it."""
    from workspaces.services.clients import merge_clients

    monkeypatch.setattr("transactions.queries.filters.FEW", few)
    entry = make_entry(inside.ada, "W", revenue="19.99")
    kade, merged = (make_row(orders, client=name, product="W", revenue="1") for name in ("Kade", "Kade A/S"))
    varde = make_row(orders, client="Varde", product="X", revenue="2")
    blank = make_row(orders, revenue="4")
    with_name = make_row(orders, client="Aurelia", product="Y", revenue="8")
    merge_clients(account=merged.client, into=kade.client, reason="One company")
    left = (kade.client_id,)
    assert found(inside, not_clients=left) == [varde, blank, with_name]
    assert found(inside, not_clients=(0, *left)) == [varde, with_name]
    assert come_to(inside, not_clients=(0, *left)).converted == Decimal("10.00")
    assert found(inside, not_clients=left, client_id=varde.client_id) == [varde]
    products: dict[str, Any] = {"not_items": (entry.pk,), "not_products": (varde.product_id,)}
    assert found(inside, **products) == [blank, with_name]
    assert found(inside, not_items=(entry.pk,), not_products=(0,)) == [varde, with_name]
    assert come_to(inside, **products).converted == Decimal("12.00")
    assert come_to(inside, scope_of(inside.alex), **products).rows == 0


def test_a_month_is_one_of_its_period(inside: Cast, orders: Import) -> None:
    for day in ("2026-07-31", "2026-08-01", "2026-08-31", "2026-09-01"):
        make_row(orders, date=day, revenue="1")
    august = Filter(inside.acme.calendar.period("2026Q3"), month=Month(2026, 8))
    chosen = choose(inside.acme, EVERYONE, august)
    days = [f"{row.day}" for row in filtered(inside.acme, chosen)]
    assert sorted(days) == ["2026-08-01", "2026-08-31"]
    assert looked_up(inside.acme, chosen).counted == 2


@pytest.mark.parametrize(
    ("address", "read"),
    [
        ("client=none&product=none", {"client_id": 0, "product_id": 0}),
        ("client=0&product=x", {}),
        ("not_client=7,none,3,x", {"not_clients": (0, 3, 7)}),
        ("not_product=i4,9,none", {"not_items": (4,), "not_products": (0, 9)}),
        ("month=2026-08", {"month": Month(2026, 8)}),
        ("month=2026-10", {}),  # of another quarter
        ("month=August", {}),
    ],
)
def test_the_address_says_none_others_and_the_month(address: str, read: dict[str, Any]) -> None:
    calendar = FiscalCalendar()
    selection = read_selection(QueryDict(f"period=2026Q3&{address}"), calendar, NOW.date())
    assert selection.filter == Filter(calendar.period("2026Q3"), **read)


# ------------------------------------------------------------------ what a search reads


def test_a_search_reads_what_the_cells_say_and_not_how_numbers_are_stored(
    inside: Cast, orders: Import
) -> None:
    """Cells of a workbook: those at the places 5 and 6 are numbers, which is kept behind them as "5,6"."""
    row = make_row(orders, revenue="9", warehouse="Varde")
    cells = [*row.cells]
    cells[5], cells[6] = NumberCell("12"), NumberCell("34.5")
    row.cells = cells
    row.save(update_fields=["cells"])
    alone = make_import(inside.ada, "one.csv", mapping=mapping_of({"Booked": Field.DATE}))
    single = make_row(alone)
    with connection.cursor() as cursor:
        cursor.execute(
            "select cells[cardinality(cells)] from transactions_transaction where id = %s", [row.pk]
        )
        assert cursor.fetchone() == ("5,6",)
    assert found(inside, text="5,6") == []
    assert found(inside, text="34.5") == found(inside, text="varde") == [row]
    assert found(inside, text="2026-08-09") == [row, single]


def test_a_search_reads_what_was_typed_over_a_cell_and_not_the_name_of_its_field(
    inside: Cast, orders: Import
) -> None:
    row, other = make_row(orders, revenue="9"), make_row(orders, revenue="9")
    edit = Edit.objects.create(
        workspace=inside.acme,
        turn=10**6,
        on_turn=row.turn,
        on_line=row.line,
        number=1,
        values={"description": 'A "special" price', "quantity": "2"},
        by=inside.ada.user,
        at=NOW,
    )
    Transaction.objects.filter(pk=row.pk).update(edit=edit)
    assert found(inside, text='"SPECIAL" pr') == [row]
    assert found(inside, text="description") == []
    assert found(inside, text='", "') == []
    assert found(inside, text="9") == [row, other]
