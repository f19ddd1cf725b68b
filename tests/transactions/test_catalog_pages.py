"""The pages of the catalog: with and without JavaScript, and nothing that was typed is lost."""

from datetime import date
from decimal import Decimal as D
from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import reverse

from kamtrak.tenancy import in_workspace
from tests.cast import NOW, Cast, make_alert
from tests.test_query_counts import assert_queries_do_not_grow
from tests.transactions.builders import JULY, make_item, make_seen, worth
from transactions.models import CatalogItem, CatalogName, CatalogValue, SeenProduct
from transactions.queries.books import Ways
from transactions.queries.catalog import entry_of, get_item, newest_record
from transactions.rules import Measure
from transactions.services.catalog import archive_item, stamp_of
from transactions.services.ways import change_ways
from transactions.services.ways import stamp_of as ways_stamp

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
HTMX: Any = {"HTTP_HX_REQUEST": "true"}
DIALOG: Any = {**HTMX, "HTTP_HX_TARGET": "dialog"}
GOOD = {
    "code": "TRK-T4",
    "name": "Tracker T4",
    "aliases": "T4\n\n Tracker 4 ",
    "valid_from": "2026-01-01",
    "revenue": "1.112,50",
    "cost": "0",
    "profit": "",
    "profit_percent": "",
    "tax_percent": "25 %",
    "points": "",
    "reason": "Price list",
}


def url(name: str, *args: Any) -> str:
    return reverse(name, args=["acme", *args])


def text(response: Any) -> str:
    return response.content.decode()


def add(cast: Cast, who: str = "ada", headers: Any = None, **changes: Any) -> HttpResponse:
    return cast.browser(who).post(url("catalog_add"), GOOD | changes, **(headers or {}))  # type: ignore[return-value]


def saved(cast: Cast) -> CatalogItem:
    with in_workspace(cast.acme.pk):
        return get_item(cast.acme, CatalogItem.objects.get().pk)


def removes_tax(cast: Cast) -> None:
    with in_workspace(cast.acme.pk):
        change_ways(
            workspace=cast.acme,
            by=cast.ada,
            wanted=Ways(removes_tax=True),
            reason="Net",
            seen=ways_stamp(Ways()),
            now=NOW,
        )


def test_an_entry_is_added_as_a_plain_form_with_amounts_as_people_write_them(cast: Cast) -> None:
    response = add(cast)
    item = saved(cast)
    assert (response.status_code, response["Location"]) == (302, url("catalog_item", item.pk))
    assert entry_of(item).aliases == ("T4", "Tracker 4")
    with in_workspace(cast.acme.pk):
        values = dict(CatalogValue.objects.values_list("measure", "value"))
    assert values == {"revenue": D("1112.5"), "cost": D(0), "tax_percent": D(25)}


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"code": " "}, "The code is empty."),
        ({"code": "a\u202eb"}, "direction of reading"),
        ({"name": "n" * 201}, "The name has 201 characters"),
        ({"aliases": "x" * 201}, "An alias has 201 characters"),
        ({"revenue": "TBD"}, "“TBD” is not an amount."),
        ({"revenue": "-1"}, "The amount cannot be below 0."),
        ({"revenue": "1.125"}, "“1.125” could be 1125 or 1.125"),
        ({"revenue": "5 EUR"}, "does not fit USD"),
        ({"cost": "1" * 16}, "at most 15 digits"),
        ({"tax_percent": "101"}, "A percentage lies between 0 and 100."),
        ({"valid_from": ""}, "Say from which day on the values hold."),
        ({"valid_from": "2026-02-30"}, "This is not a date of the calendar."),
        ({"reason": ""}, "Say why: it is kept in the history."),
    ],
)
def test_what_cannot_be_kept_is_said_at_its_field_and_nothing_is_lost(
    cast: Cast, changes: dict[str, str], says: str
) -> None:
    response = add(cast, **changes)
    page = text(response)
    assert response.status_code == 422
    assert says in page
    assert "Not saved." in page
    assert 'value="25 %"' in page or "tax_percent" in changes
    with in_workspace(cast.acme.pk):
        assert not CatalogItem.objects.exists()


def test_a_code_that_is_taken_is_refused_with_the_entry_that_has_it_and_the_dialog_stays(cast: Cast) -> None:
    make_item(cast.ada)
    response = add(cast, headers=DIALOG, code="trk-t4", name="Another")
    assert response.status_code == 200
    assert "<html" not in text(response)
    assert "“trk-t4” is the code of TRK-T4 · Tracker T4." in text(response)
    assert 'value="Another"' in text(response)


def test_whether_a_revenue_includes_tax_is_asked_where_taxes_are_removed(cast: Cast) -> None:
    assert "Tax included" not in text(cast.browser("ada").get(url("catalog_add")))
    removes_tax(cast)
    assert "Tax included" in text(cast.browser("ada").get(url("catalog_add")))
    assert "Say whether the revenue includes tax." in text(add(cast))
    assert add(cast, includes_tax="yes").status_code == 302
    with in_workspace(cast.acme.pk):
        assert CatalogValue.objects.get(measure="revenue").includes_tax
        assert not CatalogValue.objects.get(measure="cost").includes_tax


def test_members_read_the_catalog_and_are_offered_no_change(cast: Cast) -> None:
    item = make_item(cast.ada, aliases=("Fourth",))
    for who in ("alex", "mia", "audrey"):
        listed = text(cast.browser(who).get(url("catalog")))
        assert "TRK-T4" in listed
        assert "Fourth" in listed
        single = text(cast.browser(who).get(url("catalog_item", item.pk)))
        assert "118" in single
        for offered in ("Add entry", "Upload", "Change values", "archive/", ">Correct<"):
            assert offered not in listed
            assert offered not in single


def test_how_many_rows_name_an_entry_is_told_to_whoever_reads_everybodys_and_leads_to_them(
    cast: Cast,
) -> None:
    item, seen = make_item(cast.ada), make_seen(cast.acme, "T4", rows=1316)
    with in_workspace(cast.acme.pk):
        SeenProduct.objects.filter(pk=seen.pk).update(item=item)
    missing_url(cast)
    rows_url = f'href="{url("transactions")}?period=all&amp;item={item.pk}"'
    for who, told in (("ada", True), ("audrey", True), ("alex", False), ("mia", False)):
        listed = text(cast.browser(who).get(url("catalog")))
        single = text(cast.browser(who).get(url("catalog_item", item.pk)))
        assert (rows_url in listed, rows_url in single) == (told, told), who
        assert ("1,316" in listed, "1,316" in single, "38 rows" in listed) == (told, told, told), who
        assert "has no price" in listed


def test_the_list_shows_what_holds_today_and_not_what_is_planned(cast: Cast) -> None:
    item = make_item(cast.ada)
    make_item(cast.ada, "PLANNED", [worth(Measure.REVENUE, "7", date(2027, 1, 1))], name="")
    page = text(cast.browser("ada").get(url("catalog")))
    assert '118<span class="k-dec">.00</span>' in page
    assert "not set" in page
    single = text(cast.browser("ada").get(url("catalog_item", item.pk)))
    assert "1 Jan 2026 – 30 Jun 2026" in single
    assert "from 1 Jul 2026" in single


def test_a_correction_starts_from_what_stands_and_is_kept_beside_it(cast: Cast) -> None:
    item = make_item(cast.ada)
    page = text(cast.browser("ada").get(url("catalog_change", item.pk) + "?day=2026-07-01"))
    assert "Correct values" in page
    assert 'value="118.00"' in page
    assert 'value="69.80"' not in page  # that one holds from another day
    with in_workspace(cast.acme.pk):
        seen = newest_record(item)
    sent = {"valid_from": "2026-07-01", "revenue": "119", "reason": "A slip", "seen": str(seen)}
    assert cast.browser("ada").post(url("catalog_change", item.pk), sent).status_code == 302
    single = text(cast.browser("ada").get(url("catalog_item", item.pk)))
    assert "replaced" in single
    assert "“A slip”" in single


def test_values_that_were_overtaken_stay_typed_and_go_in_the_second_time(cast: Cast) -> None:
    item = make_item(cast.ada)
    with in_workspace(cast.acme.pk):
        seen = newest_record(item)
    mine = {"valid_from": "2026-07-01", "revenue": "120", "reason": "Mine", "seen": str(seen)}
    cast.browser("olive").post(url("catalog_change", item.pk), mine | {"revenue": "119"})
    asked = cast.browser("ada").post(url("catalog_change", item.pk), mine)
    assert asked.status_code == 422
    assert "The values were changed meanwhile." in text(asked)
    assert 'value="120"' in text(asked)
    again = text(asked).split('name="seen" value="')[1].split('"')[0]
    assert cast.browser("ada").post(url("catalog_change", item.pk), mine | {"seen": again}).status_code == 302


@pytest.mark.parametrize("sent", [{}, {"valid_from": "2026-07-01"}])
def test_a_change_without_a_value_is_no_change(cast: Cast, sent: dict[str, str]) -> None:
    item = make_item(cast.ada)
    refused = cast.browser("ada").post(url("catalog_change", item.pk), sent | {"reason": "Nothing"})
    assert refused.status_code == 422
    assert "Enter at least one value; 0 is a value." in text(refused)


def test_a_value_is_withdrawn_with_a_reason_and_stays_on_record(cast: Cast) -> None:
    item = make_item(cast.ada)
    with in_workspace(cast.acme.pk):
        july = CatalogValue.objects.get(valid_from=JULY)
    address = url("catalog_withdraw", july.pk)
    assert f'href="{address}"' in text(cast.browser("ada").get(url("catalog_item", item.pk)))
    assert cast.browser("ada").post(address, {"reason": ""}).status_code == 422
    assert cast.browser("ada").post(address, {"reason": "Wrong month"}).status_code == 302
    single = text(cast.browser("ada").get(url("catalog_item", item.pk)))
    assert "withdrawn" in single
    assert "“Wrong month”" in single
    assert "from 1 Jan 2026" in single
    again = cast.browser("ada").post(address, {"reason": "Again"})
    assert again.status_code == 422
    assert "corrected or withdrawn meanwhile" in text(again)


def test_an_edit_that_was_overtaken_says_what_it_reads_now(cast: Cast) -> None:
    item = make_item(cast.ada)
    with in_workspace(cast.acme.pk):
        stamp = stamp_of(entry_of(get_item(cast.acme, item.pk)))
    mine = {"code": "TRK-T4", "name": "Mine", "aliases": "", "reason": "So", "stamp": stamp}
    cast.browser("olive").post(url("catalog_edit", item.pk), mine | {"name": "Theirs", "aliases": "T4"})
    asked = cast.browser("ada").post(url("catalog_edit", item.pk), mine)
    assert asked.status_code == 422
    assert "It now reads: TRK-T4 · Theirs, T4." in text(asked)
    assert 'value="Mine"' in text(asked)
    again = text(asked).split('name="stamp" value="')[1].split('"')[0]
    assert cast.browser("ada").post(url("catalog_edit", item.pk), mine | {"stamp": again}).status_code == 302
    assert saved(cast).name == "Mine"


def test_archiving_offers_its_undo_and_an_archived_one_is_found_when_asked_for(cast: Cast) -> None:
    item = make_item(cast.ada)
    assert cast.browser("ada").post(url("catalog_archive", item.pk), {}).status_code == 422
    said = cast.browser("ada").post(url("catalog_archive", item.pk), {"reason": "Gone"}, follow=True)
    assert url("catalog_restore", item.pk) in text(said)
    assert ">TRK-T4<" not in text(cast.browser("ada").get(url("catalog")))
    assert ">TRK-T4<" in text(cast.browser("ada").get(url("catalog") + "?archived=only"))
    cast.browser("ada").post(url("catalog_restore", item.pk))
    assert saved(cast).archived_at is None


@pytest.mark.parametrize("query", ["?q=%00", "?after=x~y~z", "?archived=no&lacks=revenue", "?lacks=weight"])
def test_an_odd_address_shows_the_list(cast: Cast, query: str) -> None:
    make_item(cast.ada)
    page = cast.browser("ada").get(url("catalog") + query)
    assert page.status_code == 200
    assert "Catalog" in text(page)


def test_the_field_that_names_an_entry_offers_living_ones_by_code_alias_and_name(cast: Cast) -> None:
    make_item(cast.ada, aliases=("Fourth",))
    gone = make_item(cast.ada, "TRK-OLD", [])
    with in_workspace(cast.acme.pk):
        archive_item(item=gone, by=cast.ada, reason="Gone", now=NOW)
    for asked in ("trk", "four", "tracker"):
        offered = text(cast.browser("ada").get(url("catalog_options") + f"?q={asked}"))
        assert 'data-value="TRK-T4"' in offered
        assert "TRK-OLD" not in offered
    assert text(cast.browser("ada").get(url("catalog_options"))).strip() == ""


# ------------------------------------------------------------------ an alert, resolved in place (rules 5.11)
def missing_url(cast: Cast, rows: int = 38, text: str = "Cold-chain sensor CS-9") -> str:
    seen = make_seen(cast.acme, text, rows)
    path = f"catalog/missing/{seen.pk}/?measure=revenue"
    make_alert(
        cast.acme, key=f"catalog:{seen.pk}:revenue", title=f"{text} has no price", path=path, rows=rows
    )
    return f"/w/acme/{path}"


SUPPLIED = {
    "how": "add",
    "code": "SNS-CC9",
    "name": "Sensor",
    "revenue": "61.40",
    "valid_from": "2026-07-01",
    "into": "",
    "reason": "New product",
}


def test_rows_that_lack_profit_alone_are_not_said_to_be_in_no_total(cast: Cast) -> None:
    for number in range(4):
        make_alert(cast.acme, key=f"catalog:{number}:cost", title=f"Lamp {number}", severity="warning")
    listed = text(cast.browser("ada").get(url("catalog")))
    assert "in no total" not in listed
    assert "those of 4 count, without profit" in listed
    assert "See all 4" in listed
    assert listed.count("<b>Lamp") == 3


def test_what_rows_wait_for_stands_above_the_catalog_and_is_supplied_right_there(cast: Cast) -> None:
    address = missing_url(cast)
    listed = text(cast.browser("ada").get(url("catalog")))
    assert "1 value is missing" in listed
    assert "the rows of 1 have no revenue and are in no total" in listed
    assert f'href="{address}"' in listed
    page = text(cast.browser("ada").get(address, **DIALOG))
    assert "38 rows wait, 114 units" in page
    assert 'value="Cold-chain sensor CS-9"' in page
    assert "Save, derive 38 rows" in page
    response = cast.browser("ada").post(address, SUPPLIED | {"next": url("alerts")})
    assert (response.status_code, response["Location"]) == (302, url("alerts"))
    assert entry_of(saved(cast)).aliases == ("Cold-chain sensor CS-9",)
    with in_workspace(cast.acme.pk):
        assert CatalogValue.objects.get().value == D("61.40")


def test_what_files_write_is_an_alias_of_an_entry_that_there_is(cast: Cast) -> None:
    item, address = make_item(cast.ada), missing_url(cast)
    alias = SUPPLIED | {"how": "alias", "code": "", "revenue": "", "valid_from": ""}
    refused = cast.browser("ada").post(address, alias)
    assert refused.status_code == 422
    assert "Choose the entry that it means." in text(refused)
    unknown = cast.browser("ada").post(address, alias | {"into": "Trackr"})
    assert "No entry has this code or alias." in text(unknown)
    assert cast.browser("ada").post(address, alias | {"into": "trk-t4"}).status_code == 302
    with in_workspace(cast.acme.pk):
        assert CatalogName.objects.get(key="cold-chain sensor cs-9").item == item


def test_a_name_that_several_bear_lists_the_candidates(cast: Cast) -> None:
    make_item(cast.ada)
    make_item(cast.ada, "TRK-T4B", [])
    page = text(cast.browser("ada").get(missing_url(cast, text="tracker t4")))
    assert "2 entries bear this name" in page
    assert "TRK-T4 · Tracker T4" in page
    assert "TRK-T4B · Tracker T4" in page
    assert 'value="alias" checked' in page


def test_an_entry_that_is_called_nearly_so_is_suggested_and_never_taken_by_itself(cast: Cast) -> None:
    make_item(cast.ada, "SNS-7", [], name="Cold-chain sensor CS 9")
    page = text(cast.browser("ada").get(missing_url(cast)))
    assert "Perhaps SNS-7 · Cold-chain sensor CS 9?" in page
    assert 'value="SNS-7"' in page
    assert 'value="add" checked' in page


def test_an_entry_that_lacks_only_the_value_is_asked_for_nothing_else(cast: Cast) -> None:
    item = make_item(cast.ada, "CS-9", [], aliases=("Cold-chain sensor CS-9",))
    address = missing_url(cast)
    page = text(cast.browser("ada").get(address))
    assert "It is CS-9 · Tracker T4, which has no revenue per unit then." in page
    assert 'name="code"' not in page
    sent = {"how": "value", "revenue": "0", "valid_from": "2026-07-01", "reason": "Free"}
    assert cast.browser("ada").post(address, sent).status_code == 302
    with in_workspace(cast.acme.pk):
        assert CatalogValue.objects.get(item=item).value == 0


def test_of_a_profit_that_rows_wait_for_any_of_three_values_will_do(cast: Cast) -> None:
    seen = make_seen(cast.acme, "T9")
    page = text(cast.browser("ada").get(url("catalog_missing", seen.pk) + "?measure=cost"))
    for label in ("Cost / unit, USD", "Profit / unit, USD", "Profit, % of revenue"):
        assert label in page
    sent = SUPPLIED | {"profit_percent": "42.5"}
    address = url("catalog_missing", seen.pk) + "?measure=cost"
    assert cast.browser("ada").post(address, sent).status_code == 302
    with in_workspace(cast.acme.pk):
        assert CatalogValue.objects.get().measure == "profit_percent"


@pytest.mark.parametrize("measure", ["", "weight", "points", "tax_percent"])
def test_an_odd_measure_in_the_address_asks_for_a_revenue(cast: Cast, measure: str) -> None:
    seen = make_seen(cast.acme)
    page = text(cast.browser("ada").get(url("catalog_missing", seen.pk) + f"?measure={measure}"))
    wanted = {"points": "Points / unit", "tax_percent": "Tax, %"}.get(measure, "Revenue / unit, USD")
    assert wanted in page
    assert "No row waits any more." in page


# ------------------------------------------------------------------ how often the database is asked
def test_the_list_and_an_entry_ask_no_more_when_there_is_more(cast: Cast) -> None:
    item = make_item(cast.ada, aliases=("T4",))
    missing_url(cast)

    def grow() -> None:
        for number in range(6):
            make_item(cast.ada, f"MORE-{number}", aliases=(f"More {number}",))
            missing_url(cast, text=f"Unknown {number}")

    assert_queries_do_not_grow(cast.browser("ada"), url("catalog"), grow)

    def more_values() -> None:
        with in_workspace(cast.acme.pk):
            for number in range(1, 7):
                CatalogValue.objects.create(
                    workspace=cast.acme,
                    item=item,
                    measure="revenue",
                    value=number,
                    valid_from=JULY.replace(day=number),
                    recorded_at=NOW,
                    recorded_by=cast.ada.user,
                )

    assert_queries_do_not_grow(cast.browser("ada"), url("catalog_item", item.pk), more_values)
