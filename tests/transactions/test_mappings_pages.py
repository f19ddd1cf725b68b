"""Sources and their mappings in the admin console: seen, renamed, forgotten (rules 5.14, 5.16)."""

from typing import Any

import pytest

from kamtrak.lib.errors import Refused
from kamtrak.tenancy import in_workspace
from tests.cast import Cast
from tests.test_query_counts import assert_queries_do_not_grow
from tests.transactions.builders import MAPPED, make_import, make_mapping, make_source
from transactions.models import ImportState, SavedMapping, Source
from transactions.queries.mappings import imports_with, read_mapping
from transactions.services.sources import forget_mapping, rename_source
from workspaces.queries.history import Change, history_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


def text(cast: Cast, path: str) -> str:
    answer = cast.browser("ada").get(f"/w/acme/{path}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_mapping_says_what_each_column_is_and_how_it_is_read(cast: Cast) -> None:
    saved = make_mapping(cast.ada)
    page = text(cast, f"mappings/{saved.pk}/")
    assert "7, of which 6 are mapped" in page
    assert "Price / unit" not in page
    assert "Transaction revenue" in page
    assert "decimal comma · in EUR · tax included · blank: “-”" in page
    assert "alex@example.com" in page
    assert "are turned, since they bear no minus" in page
    assert "by their unique ID" in page


def test_a_mapping_knows_the_imports_whose_files_had_its_header(cast: Cast) -> None:
    saved = make_mapping(cast.ada)
    make_import(cast.ada, saved.source, "october.csv")
    other = MAPPED.to_json() | {"columns": MAPPED.to_json()["columns"][:3]}
    make_import(cast.ada, saved.source, "stock.csv", mapping=other)
    make_import(cast.ada, saved.source, "unread.csv", state=ImportState.FAILED, mapping={})
    with in_workspace(cast.acme.pk):
        assert [each.name for each in imports_with(saved)] == ["october.csv"]
    page = text(cast, f"mappings/{saved.pk}/")
    assert "october.csv" in page
    assert "stock.csv" not in page
    assert "2 imports, the last 23 Nov 2026" in text(cast, "mappings/")


@pytest.mark.parametrize("mapping", [{}, {"version": 99}, {"columns": "x"}, []])
def test_a_mapping_that_cannot_be_read_any_more_is_told_and_can_be_forgotten(
    cast: Cast, mapping: Any
) -> None:
    saved = make_mapping(cast.ada, mapping=mapping)
    assert read_mapping(saved) is None
    assert "This mapping cannot be read any more." in text(cast, f"mappings/{saved.pk}/")
    assert "7 columns, cannot be read any more" in text(cast, "mappings/")


def test_a_forgotten_mapping_leaves_its_source_and_says_why(inside: Cast) -> None:
    saved = make_mapping(inside.ada)
    source = saved.source
    with pytest.raises(Refused, match="Say why"):
        forget_mapping(mapping=saved, by=inside.ada, reason="")
    forget_mapping(mapping=saved, by=inside.ada, reason="Other columns now")
    forget_mapping(mapping=saved, by=inside.ada, reason="Other columns now")
    assert not SavedMapping.objects.exists()
    assert Source.objects.get() == source
    last = history_of(saved)[0]
    assert (last.noun, last.title, last.action, last.reason) == (
        "Mapping",
        "of Shop system",
        "removed",
        "Other columns now",
    )


def test_the_history_of_imports_names_the_file_and_nothing_that_only_the_machine_needs(inside: Cast) -> None:
    imported = make_import(inside.ada, make_source(inside.acme), "September.csv", state=ImportState.CHECKING)
    imported.prepared = imported.promised = imported.rejects = "imports/9b77-check/2834"
    imported.state, imported.turn, imported.created = ImportState.COMMITTED, 3, 12
    imported.save()
    changed, added = history_of(imported)
    assert (changed.noun, changed.title) == ("Import", "September.csv")
    assert changed.changes == (
        Change("State", "Being checked", "Imported"),
        Change("Rows created", "0", "12"),
    )
    assert {change.label for change in added.changes} == {"State", "Source", "Imported"}


def test_a_source_is_renamed_and_two_never_bear_one_name(inside: Cast) -> None:
    shop, till = make_source(inside.acme), make_source(inside.acme, "Till")
    rename_source(source=till, by=inside.ada, name="Till, Hamburg", reason="There are two")
    till.refresh_from_db()
    assert (till.name, till.key) == ("Till, Hamburg", "till, hamburg")
    with pytest.raises(Refused, match="There is a source “SHOP SYSTEM” already"):
        rename_source(source=till, by=inside.ada, name="SHOP  SYSTEM", reason="Same")
    with pytest.raises(Refused, match="empty"):
        rename_source(source=shop, by=inside.ada, name=" ", reason="None")
    with pytest.raises(Refused, match="Only an owner or administrator"):
        rename_source(source=shop, by=inside.alex, name="Mine", reason="Mine")


def test_the_forms_keep_what_was_typed_and_go_back_to_the_list(cast: Cast) -> None:
    saved = make_mapping(cast.ada)
    browser, rename = cast.browser("ada"), f"/w/acme/sources/{saved.source_id}/rename/"
    refused = browser.post(rename, {"name": "Webshop", "reason": ""})
    assert refused.status_code == 422
    assert 'value="Webshop"' in refused.content.decode()
    assert browser.post(rename, {"name": "Webshop", "reason": "Its name"}).status_code == 302
    assert "Webshop" in text(cast, "mappings/?q=web")
    forget = f"/w/acme/mappings/{saved.pk}/forget/"
    assert browser.post(forget, {}).status_code == 422
    assert browser.post(forget, {"reason": "Other columns"})["Location"] == "/w/acme/mappings/"
    assert "No header is remembered." in text(cast, "mappings/")


def test_the_list_asks_no_more_when_there_are_more_sources(cast: Cast) -> None:
    make_mapping(cast.ada)

    def grow() -> None:
        for number in range(6):
            saved = make_mapping(cast.ada, make_source(cast.acme, f"System {number}"))
            make_import(cast.ada, saved.source, f"{number}.csv")

    assert_queries_do_not_grow(cast.browser("ada"), "/w/acme/mappings/", grow)
