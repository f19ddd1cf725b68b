"""The pages on which the mapping of an import that is in is changed and decided (rules 5.12, 8.2)."""

from typing import Any

import pytest
from django.http import HttpResponse

from kamtrak.tenancy import in_workspace
from tests.cast import Cast
from tests.contributions.builders import publish
from tests.test_query_counts import MOST, _asked
from tests.transactions.bringing import bring
from tests.transactions.files import KINDS, ORDERS, again, make_checked_import, make_import
from transactions.models import Import, Transaction
from transactions.rules import Field, FileMapping

pytestmark = pytest.mark.django_db
MOVES = "/w/acme/transactions/moves/"
MOST_COMPARED = 30  # the rows are derived on the page of what would move


@pytest.fixture(autouse=True)
def published(at_noon: None, files_apart: None) -> None:
    publish()


@pytest.fixture
def imported(cast: Cast) -> Import:
    """5 × 10.00, 2 × 20.50 and a return of 1 × 10.00: 81.00 USD in three rows."""
    with in_workspace(cast.acme.pk):
        given = {Field.CURRENCY: "USD"}
        return bring(cast.ada, ORDERS, types=KINDS, given=given, refunds_negative=False, name="orders.csv")


def url_of(imported: Import, step: str = "mapping/") -> str:
    return f"/w/acme/imports/{imported.pk}/{step}"


def read(cast: Cast, url: str, who: str = "ada") -> str:
    answer = cast.browser(who).get(url, follow=True)
    assert answer.status_code == 200, answer.status_code
    return " ".join(answer.content.decode().split())


def send(cast: Cast, url: str, who: str = "ada", **said: Any) -> HttpResponse:
    return cast.browser(who).post(url, said)  # type: ignore[return-value]


def said_of(answer: HttpResponse) -> str:
    return " ".join(answer.content.decode().split())


def figures(cast: Cast) -> list[str]:
    with in_workspace(cast.acme.pk):
        rows = Transaction.objects.order_by("line").values_list("converted", flat=True)
        return [f"{each:.0f}" if each is not None else "unknown" for each in rows]


def test_the_page_of_an_import_leads_to_its_mapping_for_whoever_keeps_the_masters(
    cast: Cast, imported: Import
) -> None:
    assert url_of(imported) in read(cast, url_of(imported, ""))
    assert url_of(imported) not in read(cast, url_of(imported, ""), "audrey")


def test_the_page_begins_with_the_mapping_in_force_and_offers_columns_alone(
    cast: Cast, imported: Import
) -> None:
    text = read(cast, url_of(imported))
    assert "See what would move" in text
    assert "unchanged" in text
    assert "Nothing moves by this." in text
    assert "by “Order no”, their Unique ID" in text
    for absent in ('name="source"', 'name="span"', "Read the file otherwise", "Discard the change"):
        assert absent not in text
    assert "Nordhavn" in read(cast, url_of(imported, "mapping/preview/"))


def test_each_change_is_kept_beside_the_mapping_in_force_and_can_be_discarded(
    cast: Cast, imported: Import
) -> None:
    answer = send(cast, url_of(imported), **{"c4-field": "keep", "source": "Other", "span": "yes"})
    assert "changed" in said_of(answer)
    assert "Now: " in said_of(answer)
    kept = again(imported)
    assert kept.proposed is not None
    assert Field.PRICE_SOLD not in FileMapping.from_json(kept.proposed["mapping"]).mapped
    assert (kept.mapping, kept.source_id, kept.replaces_from) == (imported.mapping, imported.source_id, None)
    text = read(cast, url_of(imported))
    assert "Discard the change" in text
    assert "A change was begun and is kept." in read(cast, url_of(imported, ""))
    assert "no revenue yet" in read(cast, url_of(imported, "mapping/preview/"))
    assert send(cast, url_of(imported, "mapping/discard/")).status_code == 302
    assert again(imported).proposed is None
    assert figures(cast) == ["50", "41", "-10"]


def test_what_would_move_is_seen_and_accepted(cast: Cast, imported: Import) -> None:
    """The price becomes a cost: no rule gives the three rows a revenue any more; −81.00."""
    answer = send(cast, url_of(imported), **{"c4-field": "unit_cost", "check": "1"})
    assert answer["Location"] == f"{MOVES}?import={imported.pk}"
    assert "What another mapping would move" in read(cast, answer["Location"])
    text = read(cast, f"{answer['Location']}&shown=1")
    for said in (
        "What another mapping would move",
        "rows lose their figure",
        "Found by quantity × price → no rule applies",
        "Use this mapping for 3 rows",
    ):
        assert said in text
    assert "Another mapping waits for a decision." in read(cast, url_of(imported, ""))
    assert "Another mapping waits for a decision of its own" in read(cast, MOVES)
    with in_workspace(cast.acme.pk):
        row = Transaction.objects.order_by("line")[0]
    assert "Made with an earlier mapping." in read(cast, f"/w/acme/transactions/{row.pk}/")
    listed = read(cast, "/w/acme/transactions/?period=all&mark=earlier")
    assert "earlier mapping" in listed
    assert "3 rows" in listed
    stamp = cast.browser("ada").get(answer["Location"]).context["form"]["seen"].value()
    refused = send(cast, answer["Location"], accept="1", reason="", seen=stamp)
    assert refused.status_code == 422
    done = send(cast, answer["Location"], accept="1", reason="It is a cost", seen=stamp)
    assert done["Location"] == url_of(imported, "")
    assert "3 rows derived with the new mapping." in read(cast, done["Location"])
    assert "before its mapping was changed on 23 Nov 2026" in read(cast, done["Location"])
    assert figures(cast) == ["unknown", "unknown", "unknown"]
    assert "It is a cost" in read(cast, MOVES)
    assert "Mapping of" in read(cast, "/w/acme/history/")
    assert "cannot derive" in read(cast, f"/w/acme/transactions/{row.pk}/")


def test_declined_the_rows_stay_and_the_page_of_moves_leads_back(cast: Cast, imported: Import) -> None:
    moves = send(cast, url_of(imported), **{"c4-field": "unit_cost", "check": "1"})["Location"]
    stamp = cast.browser("ada").get(moves).context["form"]["seen"].value()
    done = send(cast, moves, decline="1", reason="It was right", seen=stamp)
    assert "3 rows stay as they were" in read(cast, done["Location"])
    assert figures(cast) == ["50", "41", "-10"]
    assert cast.browser("ada").get(moves)["Location"] == url_of(imported, "")


def test_a_change_that_is_not_complete_leads_back_to_what_is_to_be_said(cast: Cast, imported: Import) -> None:
    insisted = send(cast, url_of(imported), **{"c1-field": "keep", "check": "1"})
    assert insisted.status_code == 422
    assert "No column is the transaction date" in said_of(insisted)
    moves = send(cast, url_of(imported), **{"c1-field": "date", "c4-field": "keep", "check": "1"})["Location"]
    send(cast, url_of(imported), **{"c1-field": "keep"})
    assert cast.browser("ada").get(moves)["Location"] == url_of(imported)
    assert "wait for a decision about it" in read(cast, url_of(imported))
    assert figures(cast) == ["50", "41", "-10"]


def test_nothing_changed_has_nothing_to_move(cast: Cast, imported: Import) -> None:
    answer = send(cast, url_of(imported), check="1")
    assert answer.status_code == 422
    assert "Nothing is changed yet" in said_of(answer)
    assert again(imported).proposed is None


def test_the_column_of_the_unique_id_stays(cast: Cast, imported: Import) -> None:
    answer = send(cast, url_of(imported), **{"c0-field": "keep", "check": "1"})
    assert answer.status_code == 422
    assert "stays their Unique ID" in said_of(answer)


def test_nobody_else_reaches_it(cast: Cast) -> None:
    """Not even the account manager whose import it is; another workspace knows of no such import."""
    own = make_import(cast.alex)
    for name in ("alex", "mia", "audrey"):
        for step in ("mapping/", "mapping/preview/"):
            assert cast.browser(name).get(url_of(own, step)).status_code == 403
        assert send(cast, url_of(own, "mapping/discard/"), name).status_code == 403
        assert cast.browser(name).get(f"{MOVES}?import={own.pk}").status_code == 403
    for url in (url_of(own), f"{MOVES}?import={own.pk}"):
        assert cast.browser("sam").get(url).status_code == 404
        assert cast.browser("sam").get(url.replace("acme", "other")).status_code == 404
    assert cast.browser("ada").get(url_of(own)).status_code == 200


def test_an_import_that_is_not_in_has_no_mapping_to_change(cast: Cast) -> None:
    checked = make_checked_import(cast.ada)
    for step in ("mapping/", "mapping/preview/"):
        assert cast.browser("ada").get(url_of(checked, step))["Location"] == url_of(checked, "")
    assert cast.browser("ada").get(f"{MOVES}?import={checked.pk}")["Location"] == url_of(checked, "")


def test_the_pages_ask_as_seldom_as_others(cast: Cast, imported: Import) -> None:
    browser = cast.browser("ada")
    assert len(_asked(browser, url_of(imported))) <= MOST
    assert len(_asked(browser, url_of(imported, "mapping/preview/"))) <= MOST
    moves = send(cast, url_of(imported), **{"c4-field": "keep", "check": "1"})["Location"]
    assert len(_asked(browser, url_of(imported, ""))) <= MOST
    assert len(_asked(browser, moves)) <= MOST_COMPARED


# ------------------------------------------------------------------ a file without a Unique ID (rules 5.14)
TILL = "Day;Customer;Qty;Net total;UnitPrice\n13/09/2026;Nordhavn;5;50,00;10,00\n"
SOLD = {"Day": Field.DATE, "Customer": Field.CLIENT, "Qty": Field.QUANTITY, "Net total": Field.REVENUE}


def of_the_till(cast: Cast, **more: Field) -> Import:
    with in_workspace(cast.acme.pk):
        return bring(cast.ada, TILL, {**SOLD, **more}, source="Till", given={Field.CURRENCY: "USD"})


def test_what_rows_without_a_unique_id_are_known_by_is_said_before_anything_is_changed(
    cast: Cast, imported: Import
) -> None:
    till = of_the_till(cast)
    text = read(cast, url_of(till))
    assert "Not everything can be read otherwise." in text
    assert "known by “Day”, “Customer”, “Qty”, “Net total” together" in text
    assert url_of(till, "undo/") in text
    assert "Not everything can be read otherwise." not in read(cast, url_of(imported))


def test_a_column_that_rows_are_known_by_is_not_possible_to_change_and_asks_for_no_answer(cast: Cast) -> None:
    answer = send(cast, url_of(of_the_till(cast)), **{"c2-field": "keep", "check": "1"})
    assert answer.status_code == 422
    text = said_of(answer)
    assert "Not possible." in text
    assert "known by their values, “Qty” among them" in text
    assert "needed" not in text.split('id="h-map"')[0]


def test_a_column_that_was_not_mapped_is_not_said_to_be_among_what_rows_are_known_by(cast: Cast) -> None:
    """The source's first file had a price; a later one came in without, and now it shall be read."""
    of_the_till(cast, UnitPrice=Field.PRICE_SOLD)
    later = of_the_till(cast)
    assert f"{Field.PRICE_SOLD.label} (no column)" in read(cast, url_of(later))
    text = said_of(send(cast, url_of(later), **{"c4-field": "price_sold", "check": "1"}))
    assert "and these came in without: read otherwise" in text
    assert "“UnitPrice” among them" not in text
