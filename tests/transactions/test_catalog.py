"""The catalog's entries and values: added, corrected, ended, archived, always with a reason (rules 5.10)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal as D
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from kamtrak.lib.errors import Refused, Stale
from kamtrak.tenancy import in_workspace
from tests.cast import NOW, Cast
from tests.transactions.builders import JULY, make_item, make_seen, worth
from transactions.models import CatalogItem, CatalogName, CatalogValue
from transactions.queries.catalog import (
    Filter,
    catalog_page,
    entry_of,
    get_item,
    named_like,
    newest_record,
    rows_of_items,
    values_of,
)
from transactions.rules import Measure
from transactions.rules.entries import Entry, in_force
from transactions.services.catalog import (
    archive_item,
    create_item,
    edit_item,
    name_product,
    restore_item,
    stamp_of,
)
from transactions.services.catalog_values import set_values, withdraw_value
from transactions.services.holds import held_by_transactions
from workspaces.models import Membership
from workspaces.queries.history import history_of
from workspaces.services.settings import Held

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


def create(by: Membership, code: str, **said: Any) -> CatalogItem:
    entry = Entry(code, said.get("name", ""), tuple(said.get("aliases", ())))
    return create_item(
        workspace=by.workspace,
        by=by,
        entry=entry,
        values=said.get("values", ()),
        reason=said.get("reason", "New"),
        now=NOW,
    )


def edit(item: CatalogItem, by: Membership, entry: Entry, **said: Any) -> CatalogItem:
    return edit_item(
        item=item,
        by=by,
        entry=entry,
        stamp=said.get("stamp", stamp_of(entry_of(get_item(item.workspace, item.pk)))),
        reason="Renamed",
        now=NOW,
    )


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[list[int]]:
    """Of which entries rows were told that they changed."""
    calls: list[list[int]] = []

    def follows(*, items: Any, **_: Any) -> None:
        calls.append(list(items))

    for name in ("catalog", "catalog_values", "catalog_files"):
        monkeypatch.setattr(f"transactions.services.{name}.catalog_changed", follows)
    return calls


def test_a_value_holds_from_its_day_and_says_who_recorded_it_and_why(inside: Cast) -> None:
    item = make_item(inside.ada)
    known = values_of(inside.acme, [item.pk])[item.pk]
    assert in_force(known, TODAY)[Measure.REVENUE].value == D("118.00")
    row = CatalogValue.objects.filter(valid_from=JULY).get()
    assert (row.recorded_by, row.recorded_at, row.reason) == (inside.ada.user, NOW, "Price list")


@pytest.mark.parametrize(
    ("code", "aliases", "field", "says"),
    [
        (" trk-t4 ", (), "code", "“trk-t4” is the code of TRK-T4 · Tracker T4."),
        ("TRACKER 4", (), "code", "“TRACKER 4” is an alias of TRK-T4 · Tracker T4."),
        ("NEW", ("t4",), "aliases", "“t4” is an alias of TRK-T4 · Tracker T4."),
        ("NEW", ("Trk-T4",), "aliases", "“Trk-T4” is the code of TRK-T4 · Tracker T4."),
    ],
)
def test_codes_and_aliases_stand_once_and_the_refusal_names_the_entry(
    inside: Cast, code: str, aliases: tuple[str, ...], field: str, says: str
) -> None:
    make_item(inside.ada, aliases=("T4", "Tracker 4"))
    with pytest.raises(Refused) as refused:
        create(inside.ada, code, aliases=aliases)
    assert refused.value.field == field
    assert says in refused.value.message


def test_an_archived_entry_keeps_its_code_and_the_refusal_says_so(inside: Cast) -> None:
    item = make_item(inside.ada)
    archive_item(item=item, by=inside.ada, reason="No longer sold", now=NOW)
    with pytest.raises(Refused, match="which is archived"):
        create(inside.ada, "trk-t4")


def test_the_database_itself_keeps_codes_apart(inside: Cast) -> None:
    item = make_item(inside.ada)
    other = make_item(inside.ada, "OTHER", [])
    with pytest.raises(IntegrityError, match="catalog_names_are_unique"), transaction.atomic():
        CatalogName.objects.create(workspace=item.workspace, item=other, text="x", key="trk-t4")


def test_the_same_form_sent_twice_adds_one_entry(inside: Cast) -> None:
    assert make_item(inside.ada) == make_item(inside.ada)
    assert CatalogItem.objects.count() == 1
    assert CatalogValue.objects.count() == 3


def test_a_former_code_stays_as_an_alias_so_that_files_with_it_still_match(inside: Cast) -> None:
    item = edit(make_item(inside.ada, aliases=("T4",)), inside.ada, Entry("TRK-4", "Tracker", ("T4",)))
    assert entry_of(get_item(inside.acme, item.pk)) == Entry("TRK-4", "Tracker", ("T4", "TRK-T4"))


def test_an_alias_becomes_the_code_and_an_alias_is_given_up(inside: Cast) -> None:
    item = make_item(inside.ada, aliases=("T4", "Tracker 4"))
    saved = edit(item, inside.ada, Entry("T4", "Tracker T4", ("TRK-T4",)))
    assert entry_of(get_item(inside.acme, saved.pk)) == Entry("T4", "Tracker T4", ("TRK-T4",))
    assert CatalogName.objects.filter(is_code=True).get().text == "T4"


def test_an_edit_over_what_somebody_else_saved_meanwhile_is_told_and_writes_nothing(inside: Cast) -> None:
    item = make_item(inside.ada)
    shown = stamp_of(entry_of(get_item(inside.acme, item.pk)))
    edit(item, inside.olive, Entry("TRK-T4", "Tracker, fourth", ()))
    with pytest.raises(Stale):
        edit(item, inside.ada, Entry("TRK-T4", "Mine", ()), stamp=shown)
    assert get_item(inside.acme, item.pk).name == "Tracker, fourth"


def test_nothing_changes_without_a_reason_or_the_right(inside: Cast) -> None:
    with pytest.raises(Refused, match="Say why"):
        create(inside.ada, "NEW", reason="  ")
    for who in (inside.alex, inside.mia, inside.audrey):
        with pytest.raises(Refused, match="Only an owner or administrator"):
            create(who, "NEW")


def record(item: CatalogItem, by: Membership, *values: Any, seen: int | None = None) -> int:
    return set_values(item=item, by=by, values=values, seen=seen, reason="Correction", now=NOW)


def test_a_correction_is_a_new_row_and_the_same_again_adds_nothing(inside: Cast) -> None:
    item = make_item(inside.ada)
    assert record(item, inside.ada, worth(Measure.REVENUE, "119", JULY)) == 1
    assert record(item, inside.ada, worth(Measure.REVENUE, "119.00", JULY)) == 0
    assert CatalogValue.objects.filter(valid_from=JULY, measure=Measure.REVENUE.value).count() == 2
    known = values_of(inside.acme, [item.pk])[item.pk]
    assert in_force(known, TODAY)[Measure.REVENUE].value == 119


def test_values_that_were_overtaken_ask_again(inside: Cast) -> None:
    item = make_item(inside.ada)
    shown = newest_record(item)
    record(item, inside.olive, worth(Measure.REVENUE, "119", JULY))
    with pytest.raises(Stale):
        record(item, inside.ada, worth(Measure.REVENUE, "120", JULY), seen=shown)
    assert record(item, inside.ada, worth(Measure.REVENUE, "120", JULY), seen=newest_record(item)) == 1


def test_what_was_recorded_for_the_wrong_day_is_withdrawn_and_the_value_before_goes_on(inside: Cast) -> None:
    item = make_item(inside.ada)
    july = CatalogValue.objects.get(valid_from=JULY)
    withdraw_value(row=july, by=inside.ada, reason="Typed for the wrong month", now=NOW)
    known = values_of(inside.acme, [item.pk])[item.pk]
    assert in_force(known, TODAY)[Measure.REVENUE].value == D("112.00")
    with pytest.raises(Stale):
        withdraw_value(row=july, by=inside.ada, reason="Again", now=NOW)
    assert record(item, inside.ada, worth(Measure.REVENUE, "118", JULY)) == 1


def test_a_value_that_was_corrected_meanwhile_is_not_withdrawn(inside: Cast) -> None:
    item = make_item(inside.ada)
    july = CatalogValue.objects.get(valid_from=JULY)
    record(item, inside.olive, worth(Measure.REVENUE, "119", JULY))
    with pytest.raises(Stale):
        withdraw_value(row=july, by=inside.ada, reason="Wrong", now=NOW)


def test_a_negative_value_and_a_percentage_above_100_are_refused_also_by_the_database(inside: Cast) -> None:
    item = make_item(inside.ada)
    with pytest.raises(Refused, match="below 0"):
        record(item, inside.ada, worth(Measure.COST, "-1"))
    with pytest.raises(Refused, match="between 0 and 100"):
        record(item, inside.ada, worth(Measure.TAX_PERCENT, "101"))
    for measure, value in (("cost", -1), ("tax_percent", 101)):
        with pytest.raises(IntegrityError), transaction.atomic():
            CatalogValue.objects.create(
                workspace=inside.acme,
                item=item,
                measure=measure,
                value=value,
                valid_from=JULY,
                recorded_at=NOW,
            )


def test_what_was_recorded_never_changes(inside: Cast) -> None:
    make_item(inside.ada)
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        CatalogValue.objects.update(value=1)


def test_money_values_hold_the_currency_since_they_would_be_worth_something_else(inside: Cast) -> None:
    assert held_by_transactions(inside.acme, Held.CURRENCY) == []
    make_item(inside.ada)
    assert held_by_transactions(inside.acme, Held.CURRENCY) == ["3 catalog values"]


def test_rows_are_told_once_of_each_change_that_they_follow(inside: Cast, told: list[list[int]]) -> None:
    item = make_item(inside.ada)
    edit(item, inside.ada, Entry("TRK-T4", "Tracker T4", ("T4",)))
    edit(item, inside.ada, Entry("TRK-T4", "Tracker T4", ("T4",)))  # says nothing new
    record(item, inside.ada, worth(Measure.REVENUE, "119", JULY))
    record(item, inside.ada, worth(Measure.REVENUE, "119", JULY))
    archive_item(item=item, by=inside.ada, reason="Gone", now=NOW)
    restore_item(item=item, by=inside.ada, reason="Back", now=NOW)
    assert told == [[item.pk]] * 5


def test_what_files_write_becomes_an_alias_exactly_as_they_write_it(
    inside: Cast, told: list[list[int]]
) -> None:
    item, seen = make_item(inside.ada), make_seen(inside.acme, "Tracker  T4 (new)")
    name_product(seen=seen, item=item, by=inside.ada, reason="The shop writes it so", now=NOW)
    assert CatalogName.objects.get(key=seen.key).item == item
    assert told[-1] == [item.pk]


def test_what_files_write_is_no_alias_of_an_archived_entry(inside: Cast) -> None:
    item, seen = make_item(inside.ada), make_seen(inside.acme)
    archive_item(item=item, by=inside.ada, reason="Gone", now=NOW)
    with pytest.raises(Refused, match="archived"):
        name_product(seen=seen, item=item, by=inside.ada, reason="So", now=NOW)


def test_an_entry_that_an_alert_asked_for_is_found_by_what_files_write_whatever_its_code(
    inside: Cast,
) -> None:
    seen = make_seen(inside.acme, "Cold-chain sensor CS-9")
    item = create_item(
        workspace=inside.acme,
        by=inside.ada,
        entry=Entry("SNS-CC9", "Sensor"),
        values=[worth(Measure.REVENUE, "61.40", JULY)],
        reason="New product",
        now=NOW,
        found_as=seen,
    )
    assert entry_of(get_item(inside.acme, item.pk)).aliases == ("Cold-chain sensor CS-9",)


def test_the_list_finds_by_code_alias_and_name_and_hides_archived_ones(inside: Cast) -> None:
    make_item(inside.ada, aliases=("Fourth",))
    gone = make_item(inside.ada, "OLD-1", [], name="Tracker T1")
    archive_item(item=gone, by=inside.ada, reason="Gone", now=NOW)

    def codes(**wanted: Any) -> list[str]:
        page = catalog_page(inside.acme, replace(Filter(), **wanted), TODAY)
        return [line.item.code for line in page.lines]

    assert codes(text="trk") == codes(text="FOURTH") == codes(text="tracker") == ["TRK-T4"]
    assert codes(text="tracker", archived="all") == ["OLD-1", "TRK-T4"]
    assert codes(archived="only") == ["OLD-1"]
    assert codes(lacks=Measure.REVENUE) == []
    assert codes(lacks=Measure.TAX_PERCENT) == ["TRK-T4"]


def test_how_many_rows_name_an_entry_comes_from_the_totals(inside: Cast) -> None:
    item = make_item(inside.ada)
    for text, rows in (("T4", 5), ("TRK-T4", 2)):
        seen = make_seen(inside.acme, text, rows=rows)
        seen.item = item
        seen.save()
    make_seen(inside.acme, "Something else", rows=40)
    assert rows_of_items(inside.acme, [item.pk]) == {item.pk: 7}


def test_entries_with_one_name_are_all_candidates(inside: Cast) -> None:
    one, two = make_item(inside.ada), make_item(inside.ada, "TRK-T4B", [])
    assert named_like(inside.acme, " tracker t4") == [one, two]
    assert named_like(inside.acme, "Tracker") == []


def test_the_history_says_what_became_of_an_entry_and_why(inside: Cast) -> None:
    item = make_item(inside.ada)
    edit(item, inside.ada, Entry("TRK-T4", "Tracker, fourth", ("T4",)))
    entries = history_of(item, also=[(CatalogName, "item", item.pk)], workspace=inside.acme)
    told = [(entry.noun, entry.title, entry.action, entry.reason) for entry in entries]
    assert ("Alias", "T4 for TRK-T4 · Tracker, fourth", "added", "Renamed") in told
    assert ("Catalog entry", "TRK-T4 Tracker, fourth", "changed", "Renamed") in told
    assert ("Catalog entry", "TRK-T4 Tracker T4", "added", "Price list") in told
    assert len(told) == 3


def test_entries_of_another_workspace_do_not_exist(inside: Cast) -> None:
    item = make_item(inside.ada)
    with in_workspace(inside.other.pk):
        assert catalog_page(inside.other, Filter(), TODAY).total == 0
        assert values_of(inside.other, [item.pk]) == {}
        assert rows_of_items(inside.other, [item.pk]) == {}
