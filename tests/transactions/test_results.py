"""The page of an import that is in: as checked and now, by currency, and the clients that it made."""

from datetime import date
from decimal import Decimal as D
from typing import Any

import pytest

from kamtrak.tenancy import in_workspace
from tests.cast import NOW, Cast
from tests.contributions.builders import publish
from tests.test_query_counts import assert_queries_do_not_grow
from tests.transactions.bringing import bring, check, mapped, undo, upload
from transactions.models import Import, Transaction
from transactions.pipeline.editing import edit_transaction
from transactions.queries.became import NAMED, became, made_clients
from transactions.rules import Field
from transactions.views import became as views
from transactions.views.outlook import outlook_of
from workspaces.services.clients import merge_clients

pytestmark = pytest.mark.django_db
FIELDS: dict[str, Any] = {
    "ID": Field.UNIQUE_ID,
    "Date": Field.DATE,
    "Client": Field.CLIENT,
    "Total": Field.REVENUE,
    "Cur": Field.CURRENCY,
    "Item": Field.PRODUCT,
    "Qty": Field.QUANTITY,
}
HEAD = "ID,Date,Client,Total,Cur,Item,Qty\n"
SOLD = (
    HEAD
    + "1,2026-08-03,Nordhavn,100,USD,,\n"
    + "2,2026-08-04,Aurelia,250,USD,,\n"
    + "3,2026-08-10,Nordhavn,40,EUR,,\n"
    + "4,2026-08-06,Aurelia,,USD,Lamp,3\n"
)


@pytest.fixture(autouse=True)
def published(at_noon: None, files_apart: None) -> None:
    publish()


def sell(cast: Cast, content: str = SOLD, **said: Any) -> Import:
    with in_workspace(cast.acme.pk):
        return bring(cast.ada, content, FIELDS, **said)


def url_of(imported: Import) -> str:
    return f"/w/acme/imports/{imported.pk}/"


def page(cast: Cast, imported: Import, who: str = "ada", query: str = "", **headers: Any) -> str:
    return cast.browser(who).get(url_of(imported) + query, **headers).content.decode()


def lines(cast: Cast, imported: Import) -> dict[str, tuple[int, int]]:
    """The kinds of rows that the page tells: as checked, and now."""
    answer = cast.browser("ada").get(url_of(imported))
    return {line.said: (line.checked, line.now) for line in answer.context["lines"]}


def edit(cast: Cast, key: str, revenue: str) -> None:
    with in_workspace(cast.acme.pk):
        row = Transaction.objects.get(cells__0=key)
        edit_transaction(
            row=row,
            values={Field.REVENUE: revenue},
            protected=True,
            reason="As invoiced",
            stamp=str(row.turn),
            by=cast.ada,
            now=NOW,
        )


def test_an_import_that_nothing_has_touched_is_now_as_it_was_checked(cast: Cast) -> None:
    imported = sell(cast)
    assert lines(cast, imported) == {"Counted": (3, 3), "No revenue yet": (1, 1)}
    said = page(cast, imported)
    assert "4 rows of this file" in said
    assert said.count("no difference") == 3


def test_what_was_edited_since_stands_beside_what_was_checked(cast: Cast) -> None:
    imported = sell(cast)
    edit(cast, "2", "300")
    answer = cast.browser("ada").get(url_of(imported))
    assert answer.context["difference"] == D(50)
    said = answer.content.decode()
    listed = f"/w/acme/transactions/?period=all&amp;import={imported.pk}"
    assert f'<a href="{listed}&amp;mark=edited">1 row</a> edited by hand since.' in said
    assert "+50<span" in said
    assert f'href="{listed}&amp;state=unknown">1</a>' in said


def test_rows_that_a_later_file_has_again_and_edits_that_were_there_before_are_told(cast: Cast) -> None:
    first = sell(cast)
    edit(cast, "1", "111")
    second = sell(cast, HEAD + "1,2026-08-03,Nordhavn,90,USD,,\n2,2026-08-04,Aurelia,275,USD,,\n")
    assert lines(cast, first) == {
        "Counted": (3, 2),  # 1 as edited, and 3
        "No revenue yet": (1, 1),
        "As a later file has them": (0, 1),
    }
    assert lines(cast, second) == {"Counted": (2, 1), "Kept as edited by hand": (0, 1)}
    with in_workspace(cast.acme.pk):
        undo(second, cast.ada)
    assert lines(cast, first) == {"Counted": (3, 3), "No revenue yet": (1, 1)}


def test_a_row_that_was_edited_after_a_later_file_had_it_stands_as_that_file_has_it(cast: Cast) -> None:
    first = sell(cast)
    sell(cast, HEAD + "1,2026-08-03,Nordhavn,90,USD,,\n")
    edit(cast, "1", "111")
    assert lines(cast, first)["As a later file has them"] == (0, 1)
    assert "Kept as edited by hand" not in lines(cast, first)


def test_what_has_left_the_totals_is_told_although_the_work_broke_after_it(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    imported = sell(cast)
    monkeypatch.setattr("transactions.pipeline.undoing.look_again", lambda *said: 1 / 0)
    with in_workspace(cast.acme.pk):
        undo(imported, cast.ada)
    said = page(cast, imported)
    assert "<dt>Rows that left the totals</dt><dd>3</dd>" in said


def test_rows_that_a_later_import_replaced_are_in_no_total_and_listed(cast: Cast) -> None:
    imported = sell(cast)
    sell(cast, HEAD + "9,2026-08-04,Aurelia,1,USD,,\n", replaces=(date(2026, 8, 3), date(2026, 8, 4)))
    assert lines(cast, imported)["Replaced by a later import"] == (0, 2)
    assert lines(cast, imported)["Counted"] == (3, 1)
    assert "state=replaced" in page(cast, imported)


def test_the_currencies_of_a_file_are_told_apart_and_lead_to_their_rows(cast: Cast) -> None:
    imported = sell(cast)
    with in_workspace(cast.acme.pk):
        euros = Transaction.objects.get(currency="EUR")
        sums = {each.currency: each for each in became(imported).sums.currencies}
    assert (sums["USD"].rows, sums["USD"].revenue) == (2, D(350))
    assert (sums["EUR"].rows, sums["EUR"].revenue, sums["EUR"].converted) == (1, D(40), euros.converted)
    assert f"?period=all&amp;import={imported.pk}&amp;currency=EUR" in page(cast, imported)


def test_the_clients_that_it_made_are_named_with_their_rows(cast: Cast) -> None:
    sell(cast, HEAD + "7,2026-08-01,Known before,1,USD,,\n", source="Till")
    imported = sell(cast, SOLD + "5,2026-08-07,Known before,1,USD,,\n")
    with in_workspace(cast.acme.pk):
        found = {client.name: client.pk for client in made_clients(imported).named}
    assert set(found) == {"Aurelia", "Nordhavn"}
    said = page(cast, imported)
    assert "2 new clients" in said
    for name, pk in found.items():
        assert f'?period=all&amp;import={imported.pk}&amp;client={pk}">{name}</a>' in said


def test_of_many_clients_the_first_are_named_and_a_merged_one_by_its_survivor(cast: Cast) -> None:
    many = "".join(f"{n},2026-08-01,Client {n:02},1,USD,,\n" for n in range(NAMED + 3))
    imported = sell(cast, HEAD + many)
    with in_workspace(cast.acme.pk):
        found = made_clients(imported)
        assert (found.total, len(found.named), found.others) == (NAMED + 3, NAMED, 3)
        merge_clients(account=found.named[0], into=found.named[1], reason="The same")
        after = made_clients(imported)
    assert (after.total, after.named[0].name) == (NAMED + 2, "Client 01")
    assert "and 2 more" in page(cast, imported)


def test_of_many_rows_it_arrives_on_its_own_and_without_javascript_on_demand(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    imported = sell(cast)
    monkeypatch.setattr(views, "AT_ONCE", 3)
    said = page(cast, imported)
    assert 'hx-get="?now=shown"' in said
    assert "being added up" in said
    part = page(cast, imported, query="?now=shown", HTTP_HX_REQUEST="true")
    assert part.lstrip().startswith('<div id="now">')
    assert "4 rows of this file" in part
    assert "<h1" not in part
    assert "4 rows of this file" in page(cast, imported, query="?now=shown")
    with in_workspace(cast.acme.pk):
        undo(imported, cast.ada)
    gone = cast.browser("ada").get(url_of(imported) + "?now=shown", HTTP_HX_REQUEST="true")
    assert gone["HX-Redirect"] == url_of(imported)


def test_the_page_of_an_import_asks_no_more_when_more_came_of_it(cast: Cast) -> None:
    imported = sell(cast)
    edit(cast, "2", "300")

    def grow() -> None:
        edit(cast, "1", "120")
        edit(cast, "3", "45")
        sell(cast, HEAD + "4,2026-08-06,Aurelia,9,USD,,\n8,2026-08-06,Newcomer,,USD,Bulb,1\n")

    assert_queries_do_not_grow(cast.browser("ada"), url_of(imported), grow)


# ------------------------------------------------------------------ what is unknown, and what is nobody's
def test_rows_without_an_owner_or_a_client_need_somebody(cast: Cast) -> None:
    """None of the four rows has an owner; one names no client. All have their revenue."""
    imported = sell(cast, SOLD.replace("4,2026-08-06,Aurelia,,USD,Lamp,3", "4,2026-08-06,,60,USD,,"))
    said = page(cast, imported)
    assert "Nothing: every row" not in said
    listed = f"/w/acme/transactions/?period=all&amp;import={imported.pk}"
    assert "Rows without an owner" in said
    assert f'<b>4 rows</b><div><a href="{listed}&amp;staff=nobody">' in said
    assert f'<b>1 row</b><div><a href="{listed}&amp;client=none">' in said
    for which, rows in (("staff=nobody", 4), ("client=none", 1)):
        found = cast.browser("ada").get(f"/w/acme/transactions/?period=all&import={imported.pk}&{which}")
        assert len(found.context["lines"]) == rows


def test_where_every_row_has_all_nothing_needs_anybody(cast: Cast) -> None:
    owned = sell(cast, HEAD + "1,2026-08-03,Nordhavn,100,USD,,\n", given={Field.OWNER: "alex@example.com"})
    with in_workspace(cast.acme.pk):
        assert Transaction.objects.get().owner == cast.alex
    assert "Nothing: every row that went in has its revenue, its owner and its client." in page(cast, owned)


WAITING = HEAD + "1,2026-08-03,,,USD,Lamp,3\n2,2026-08-04,,,USD,Lamp,2\n"


def test_what_rows_without_a_client_come_to_is_unknown_where_no_revenue_is_known(cast: Cast) -> None:
    (said, rows, worth), *_ = outlook_of(sell(cast, WAITING)).apart
    assert (said, rows, worth) == ("Without a client", 2, None)
    free = outlook_of(sell(cast, HEAD + "9,2026-08-03,,0,USD,,\n")).apart
    assert ("Without a client", 1, D(0)) in free  # a 0 that is known stays one
    mixed = outlook_of(sell(cast, WAITING.replace("1,", "11,") + "19,2026-08-03,,0,USD,,\n")).apart
    assert ("With a revenue of 0", 1, D(0)) in mixed


def test_a_check_does_not_say_0_of_rows_whose_revenue_waits(cast: Cast) -> None:
    with in_workspace(cast.acme.pk):
        looked = upload(cast.ada, WAITING)
        checked = check(looked, cast.ada, mapped(looked, FIELDS))
    said = " ".join(page(cast, checked).split())
    assert 'Without a client: <b class="k-2">2</b> rows, <span class="k-unknown">' in said


def test_revenue_that_was_not_known_as_checked_is_the_whole_difference(cast: Cast) -> None:
    imported = sell(cast, WAITING)
    answer = cast.browser("ada").get(url_of(imported))
    assert answer.context["difference"] is None
    edit(cast, "1", "1087.80")
    answer = cast.browser("ada").get(url_of(imported))
    assert answer.context["difference"] == D("1087.80")
    assert "+1,087" in answer.content.decode()


def test_an_undone_import_tells_the_rows_that_it_had_brought_beside_those_that_counted(cast: Cast) -> None:
    imported = sell(cast)
    with in_workspace(cast.acme.pk):
        undo(imported, cast.ada)
    said = page(cast, imported)
    assert "<dt>Rows that the file had brought</dt><dd>4</dd>" in said
    assert "<dt>Rows that left the totals</dt><dd>3</dd>" in said
