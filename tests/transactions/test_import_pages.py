"""The pages of an import, from its file to its undo (rules 5, 8.2)."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse

from contributions.services.transactions import link_transactions
from kamtrak.tenancy import in_workspace
from tests.cast import NOW, Cast
from tests.contributions.builders import log, publish
from tests.lib.tables.samples import workbook
from tests.transactions.bringing import commit, fresh
from tests.transactions.files import ORDERS, again, make_checked_import, make_import, make_looked_import, work
from transactions.models import Import, ImportState, Transaction
from transactions.pipeline.editing import edit_transaction
from transactions.rules import Field, FileMapping, RowKind

pytestmark = pytest.mark.django_db
URL = "/w/acme/imports/"
# Column 1 is the date, 3 the quantity, 4 the price, 5 the type of ORDERS.
DECIDED = {
    "source": "Web shop",
    "given-currency": "USD",
    "c5-type0": "sale",
    "c5-type1": "refund",
    "minus": "no",
}
OPEN = "Day;Net total\n03/09/2026;1.000\n05/09/2026;2.500\n"


@pytest.fixture(autouse=True)
def published(at_noon: None, files_apart: None) -> None:
    publish()


def url_of(imported: Import, step: str = "") -> str:
    return f"{URL}{imported.pk}/{step}"


def read(cast: Cast, url: str, who: str = "ada") -> str:
    answer = cast.browser(who).get(url, follow=True)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def decide(cast: Cast, imported: Import, who: str = "ada", **said: Any) -> HttpResponse:
    return cast.browser(who).post(url_of(imported, "map/"), said)  # type: ignore[return-value]


def send(cast: Cast, url: str, who: str = "ada", **said: Any) -> HttpResponse:
    return cast.browser(who).post(url, said)  # type: ignore[return-value]


def mapping_of(imported: Import) -> FileMapping:
    return FileMapping.from_json(again(imported).mapping)


def upload(cast: Cast, text: str, who: str = "ada", query: str = "") -> HttpResponse:
    file = SimpleUploadedFile("orders.csv", text.encode())
    return cast.browser(who).post(f"{URL}add/{query}", {"file": file})  # type: ignore[return-value]


# ------------------------------------------------------------------ the file
def test_limits_are_said_before_anybody_waits_for_an_upload(cast: Cast) -> None:
    said = read(cast, f"{URL}add/")
    assert "CSV up to 256 MB and 2,000,000 rows, XLSX up to 50 MB." in said


def test_an_uploaded_file_is_looked_at_in_the_background(cast: Cast) -> None:
    answer = upload(cast, ORDERS)
    assert answer.status_code == 302
    assert "Waiting" in read(cast, answer["Location"])
    assert work(cast.acme).state == "done"
    assert "What is in each column?" in read(cast, answer["Location"])


def test_an_empty_file_is_refused_on_its_page(cast: Cast) -> None:
    answer = upload(cast, "")
    assert answer.status_code == 422
    assert "The file is empty." in answer.content.decode()


def test_a_file_that_is_no_table_says_why_and_how_to_read_it_otherwise(cast: Cast) -> None:
    answer = cast.browser("ada").post(f"{URL}add/", {"file": SimpleUploadedFile("orders.csv", b"%PDF-1.7")})
    work(cast.acme)
    said = read(cast, answer["Location"])
    assert "This file cannot be read." in said
    assert "This is a PDF." in said
    assert "Read again" in said


def test_the_first_row_can_be_called_a_row_like_the_others(cast: Cast) -> None:
    imported = make_looked_import(cast.ada)
    assert send(cast, url_of(imported, "reread/"), header="no").status_code == 302
    work(cast.acme)
    assert again(imported).looked["rows"] == 5
    assert "Column 1" in read(cast, url_of(imported))


# ------------------------------------------------------------------ the columns
def test_the_look_suggests_what_each_column_is_with_its_reason(cast: Cast) -> None:
    said = read(cast, url_of(make_looked_import(cast.ada)))
    assert "The header says “Qty”" in said
    assert "1 cannot be read" in said
    assert "Check all 4 rows" in said


def test_a_change_is_kept_at_once_and_answered_with_the_form_alone(cast: Cast) -> None:
    imported = make_looked_import(cast.ada)
    answer = cast.browser("ada").post(
        url_of(imported, "map/"), {"source": "Web shop", "c2-field": "keep"}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 200
    assert "<html" not in answer.content.decode()
    assert answer["HX-Trigger-After-Settle"] == '{"mapped": {}}'
    assert again(imported).source_name == "Web shop"
    assert mapping_of(imported).columns[2].field is None
    assert 'value="Web shop"' in read(cast, url_of(imported))


def test_dates_and_amounts_that_read_in_two_ways_are_asked_and_keep_the_rows_back(cast: Cast) -> None:
    imported = make_looked_import(cast.ada, OPEN)
    answer = decide(cast, imported, source="Web shop", check="1")
    said = answer.content.decode()
    assert answer.status_code == 422
    assert "Column A “Day”: Every date of the column can be read in two ways." in said
    assert "Column B “Net total”: Every number of the column can be read in two ways." in said
    assert "9 March 2026" in said
    assert again(imported).source_name == "Web shop"
    answers = {"c0-order": "d/m/y", "c1-decimal": ",", "given-currency": "USD"}
    assert decide(cast, imported, **answers, check="1").status_code == 302
    assert work(cast.acme).state == "done"
    assert "3,500<span" in read(cast, url_of(imported))  # 1.000 + 2.500


def test_amounts_that_bear_no_currency_are_asked_for_it_and_the_header_remembers(cast: Cast) -> None:
    text = "Day;Net total\n2026-09-13;10.50\n"
    imported = make_looked_import(cast.ada, text)
    assert "Which currency are these amounts in?" in read(cast, url_of(imported))
    answer = decide(cast, imported, source="Web shop", check="1")
    assert answer.status_code == 422
    assert '<a href="#given-currency">Which currency are these amounts in?' in answer.content.decode()
    assert decide(cast, imported, **{"given-currency": "GBP", "check": "1"}).status_code == 302
    work(cast.acme)
    with in_workspace(cast.acme.pk):
        commit(fresh(imported), cast.ada)
    assert mapping_of(make_looked_import(cast.ada, text)).given == {Field.CURRENCY: "GBP"}


@pytest.mark.parametrize(
    "text",
    [
        "Day;Net total\n2026-09-13;£10.50\n2026-09-14;11\n",
        "Day;Net total;Currency\n2026-09-13;10.50;GBP\n",
        "Day;Net total (GBP)\n2026-09-13;10.50\n",
        "Day;Item;Qty\n2026-09-13;W-100;5\n",
    ],
)
def test_a_sign_a_column_or_a_header_that_says_the_currency_leaves_nothing_to_ask(
    cast: Cast, text: str
) -> None:
    imported = make_looked_import(cast.ada, text)
    assert "Which currency" not in read(cast, url_of(imported))
    assert decide(cast, imported, source="Web shop", check="1").status_code == 302


def test_the_first_rows_wait_for_the_answers_that_decide_how_they_are_read(cast: Cast) -> None:
    imported = make_looked_import(cast.ada, OPEN)
    said = read(cast, url_of(imported, "preview/"))
    assert "The rows are shown when this is answered:" in said
    assert "Sep 2026" not in said
    decide(cast, imported, **{"c0-order": "d/m/y", "c1-decimal": ",", "given-currency": "USD"})
    assert "3 Sep 2026" in read(cast, url_of(imported, "preview/"))


def test_columns_that_contradict_themselves_are_among_what_is_to_be_said(cast: Cast) -> None:
    imported = make_looked_import(cast.ada, "Day;Net total\n2026-09-13;670.08\n2026-09-14;1.234,50\n")
    said = read(cast, url_of(imported))
    assert "Column B “Net total”: The column holds both decimal points and decimal commas." in said
    assert "<code>670.08</code> → cannot be read" in said


def test_half_of_the_answers_is_kept_and_the_other_half_still_asked(cast: Cast) -> None:
    imported = make_looked_import(cast.ada, OPEN)
    answer = decide(cast, imported, **{"c0-order": "d/m/y"})
    assert "Column A “Day”" not in answer.content.decode()
    assert again(imported).answered == [0]
    assert "Column B “Net total”" in read(cast, url_of(imported))


def test_a_column_that_is_mapped_anew_is_asked_anew(cast: Cast) -> None:
    imported = make_looked_import(cast.ada, OPEN)
    decide(cast, imported, **{"c1-decimal": ","})
    assert again(imported).answered == [1]
    decide(cast, imported, **{"c1-field": "quantity"})
    assert again(imported).answered == []
    assert mapping_of(imported).columns[1].field is Field.QUANTITY


def test_a_column_with_two_fields_of_one_kind_says_so_at_the_column(cast: Cast) -> None:
    imported = make_looked_import(cast.ada)
    said = decide(cast, imported, **{"c3-field": "price_sold"}).content.decode()
    assert "are both “Price / unit: price sold”. Keep one." in said
    assert "to be mended" in said


def test_a_unique_id_that_repeats_names_the_values_and_lines_and_what_rows_are_known_by(cast: Cast) -> None:
    rows = "".join(f"B-{number};2026-09-13;10\n" for number in (1, 2, 3, 2))
    imported = make_looked_import(cast.ada, f"Beleg-Nr;Day;Net total\n{rows}")
    said = read(cast, url_of(imported))
    assert "4 lines share 3 values, so it cannot be the Unique ID." in said
    assert "known again by it, by transaction date, transaction revenue together" in said
    said = decide(cast, imported, **{"c0-field": "unique_id"}).content.decode()
    assert "“B-2” stands in lines 3 and 5." in said
    assert "known again by it, by “Beleg-Nr”, their Unique ID" in said


def test_texts_mean_blank_only_where_somebody_says_so(cast: Cast) -> None:
    imported = make_looked_import(cast.ada)
    said: dict[str, Any] = {"c3-blank": ["TBD"], "c3-blanks": "n/a\n\n -- "}
    decide(cast, imported, **said)
    assert mapping_of(imported).columns[3].blanks == ("TBD", "n/a", "--")
    decide(cast, imported, **{"c3-blanks": ""})
    assert mapping_of(imported).columns[3].blanks == ()


def test_each_value_of_the_type_is_declared(cast: Cast) -> None:
    imported = make_looked_import(cast.ada)
    answer = decide(cast, imported, **{**DECIDED, "c5-type1": "", "check": "1"})
    assert answer.status_code == 422
    assert "1 value is not declared yet in “Kind”." in answer.content.decode()
    decide(cast, imported, **DECIDED)
    assert mapping_of(imported).types == {"order": RowKind.SALE, "return": RowKind.REFUND}
    assert not mapping_of(imported).refunds_negative


def test_a_type_with_too_many_values_is_refused_instead_of_asked(cast: Cast) -> None:
    rows = "".join(f"2026-09-01;10;note {number}\n" for number in range(60))
    imported = make_looked_import(cast.ada, f"Day;Net;Kind\n{rows}")
    said = decide(cast, imported, **{"c2-field": "type"}).content.decode()
    assert "It has 60 different values: too many to declare each." in said


def test_what_is_given_once_holds_for_the_whole_file(cast: Cast) -> None:
    imported = make_looked_import(cast.ada)
    given = {"given-currency": "EUR", "given-owner": "alex@example.com", "given-client": ""}
    decide(cast, imported, **given)
    assert mapping_of(imported).given == {Field.CURRENCY: "EUR", Field.OWNER: "alex@example.com"}


def test_nul_in_what_is_said_of_a_file_is_left_out(cast: Cast) -> None:
    imported = make_looked_import(cast.ada)
    said = {"given-owner": "Al\0ex", "source": "Sh\0op", "c1-blanks": "n\0a"}
    assert decide(cast, imported, **said).status_code < 500
    assert read(cast, url_of(imported, "map/"))
    kept = again(imported)
    assert (mapping_of(kept).given[Field.OWNER], kept.source_name) == ("Alex", "Shop")


def test_a_span_that_is_replaced_needs_both_of_its_days(cast: Cast) -> None:
    imported = make_checked_import(cast.ada)
    days = {"span": "yes", "first": "2026-09-30", "last": "2026-09-01"}
    answer = decide(cast, imported, **DECIDED, **days, check="1")
    assert answer.status_code == 422
    assert "Say both days, the earlier one first" in answer.content.decode()
    days = {"span": "yes", "first": "2026-09-01", "last": "2026-09-30"}
    assert decide(cast, imported, **DECIDED, **days, check="1").status_code == 302
    assert str(again(imported).replaces_from) == "2026-09-01"


def test_the_preview_reads_and_derives_the_first_rows_as_the_check_will(cast: Cast) -> None:
    imported = make_looked_import(cast.ada)
    decide(cast, imported, **DECIDED)
    said = read(cast, url_of(imported, "preview/"))
    assert "50<span" in said  # 5 × 10,00
    assert "−10<span" in said  # the return, turned
    assert "This is not a number. Found <code>TBD</code>" in said


def test_a_workbook_of_several_sheets_asks_which_one_is_imported(cast: Cast, tmp_path: Path) -> None:
    sheets: tuple[list[list[Any]], ...] = (
        [["Day", "Net"], ["2026-09-13", 5]],
        [["Day", "Net"], ["2026-09-13", 6], ["2026-09-14", 7]],
    )
    file = SimpleUploadedFile("book.xlsx", workbook(tmp_path / "book.xlsx", *sheets).read_bytes())
    answer = cast.browser("ada").post(f"{URL}add/", {"file": file})
    work(cast.acme)
    said = read(cast, answer["Location"])
    assert "“Sheet 1” is read." in said
    assert 'Sheet 2 <span class="k-muted">3 rows</span>' in said
    send(cast, answer["Location"] + "reread/", sheet="Sheet 2")
    work(cast.acme)
    assert "“Sheet 2” is read." in read(cast, answer["Location"])


def test_somebody_else_is_told_that_the_columns_are_being_mapped(cast: Cast) -> None:
    imported = make_looked_import(cast.alex)
    assert "Alex is still mapping its columns." in read(cast, url_of(imported), "mia")


# ------------------------------------------------------------------ the check
def test_the_check_counts_first_and_the_button_says_what_it_does(cast: Cast) -> None:
    said = read(cast, url_of(make_checked_import(cast.ada)))
    assert "Import 3 new, leave 1 out" in said
    assert "81<span" in said  # 50 + 41 − 10
    assert "quantity × price" in said
    assert "2 are made by the import and leave with its undo" in said
    assert "From 13 Sep 2026 to 16 Sep 2026, source “Web shop”." in said
    assert 'Refunds: <b class="k-2">1</b> row,' in said
    assert 'Unassigned: <b class="k-2">3</b> rows,' in said


def test_a_text_that_cannot_be_read_is_repaired_for_all_rows_by_one_decision(cast: Cast) -> None:
    imported = make_checked_import(cast.ada)
    assert "Read as blank, check again" in read(cast, url_of(imported))
    answer = send(cast, url_of(imported, "repair/"), kind="blank", place="3", value=["TBD"])
    assert answer.status_code == 302
    work(cast.acme)
    said = read(cast, url_of(imported))
    assert "Import 4 new" in said
    assert "Neither revenue, nor quantity and price, nor a product" in said


def test_a_cell_that_no_figure_needs_is_named_with_its_line_column_and_value(cast: Cast) -> None:
    imported = make_checked_import(
        cast.ada, "Day;Net total;Qty\n2026-09-13;10.50;5\n2026-09-14;11;many\n2026-09-15;12;7\n"
    )
    said = read(cast, url_of(imported))
    assert f'line 3, <a href="{url_of(imported, "map/")}#c2">Qty</a>: <code>many</code>' in said


def test_a_repair_that_says_nothing_changes_nothing(cast: Cast) -> None:
    imported = make_checked_import(cast.ada)
    answer = cast.browser("ada").post(
        url_of(imported, "repair/"), {"kind": "type", "place": "5", "value": "Gift", "as": ""}, follow=True
    )
    assert "Choose first what is to be done with these rows." in answer.content.decode()
    assert again(imported).state == ImportState.CHECKED


def test_rejected_rows_come_back_as_a_file_with_what_to_do(cast: Cast) -> None:
    imported = make_checked_import(cast.ada)
    answer = cast.browser("ada").get(url_of(imported, "rejects/"))
    text = b"".join(answer).decode("utf-8-sig")
    assert "A-3" in text
    assert "Write a number like 1234.5." in text
    assert answer["Content-Disposition"] == 'attachment; filename="orders-rejects.csv"'


def test_what_was_checked_again_meanwhile_is_not_imported_unseen(cast: Cast) -> None:
    imported = make_checked_import(cast.ada)
    answer = send(cast, url_of(imported, "commit/"), stamp="another")
    assert answer.status_code == 422
    assert "The file was checked again meanwhile." in answer.content.decode()
    assert again(imported).state == ImportState.CHECKED


def test_a_change_of_the_columns_makes_the_check_void(cast: Cast) -> None:
    imported = make_checked_import(cast.ada)
    decide(cast, imported, **{"c2-field": "keep"})
    assert again(imported).state == ImportState.MAPPING


def test_the_same_file_again_is_told_and_asks_whether_its_lines_are_new(cast: Cast) -> None:
    text = "Day;Net\n2026-09-13;10.50\n2026-09-14;20.25\n"
    first = make_import(cast.ada, text)
    second = make_checked_import(cast.ada, text)
    said = read(cast, url_of(second))
    assert "You have this very file already." in said
    assert url_of(first) in said
    assert "2 lines are known from earlier files, worth" in said
    assert "Nothing to import: every row is on file already with the same values." in said
    assert "Record it, nothing changes" in said
    assert "Import 2 new" in said  # should they be new sales
    assert "Added to the totals" in said
    stamp = second.prepared[-16:]
    send(cast, url_of(second, "commit/"), stamp=stamp, repeats="new")
    work(cast.acme)
    with in_workspace(cast.acme.pk):
        assert Transaction.objects.count() == 4


def test_a_check_whose_ground_has_moved_says_so_and_offers_to_check_again_alone(cast: Cast) -> None:
    imported = make_checked_import(cast.ada)
    assert "Import 3 new" in read(cast, url_of(imported))
    make_import(cast.ada, "Day;Net\n2026-09-13;10.50\n", "other.csv")
    said = read(cast, url_of(imported))
    assert "Changed since this check: the rows of this source." in said
    assert "Import 3 new" not in said
    assert "Check again" in said


def test_rows_that_change_are_listed_with_their_values_and_the_difference_is_told(cast: Cast) -> None:
    make_import(cast.ada, "Order no;Day;Net total\n1;2026-09-13;10.50\n2;2026-09-14;20.25\n")
    text = "Order no;Day;Net total\n1;2026-09-13;12.00\n2;2026-09-14;20.25\n3;2026-09-15;7.00\n"
    second = make_checked_import(cast.ada, text)
    assert second.checked["added"] == "8.5000"  # 12.00 − 10.50 + 7.00
    said = read(cast, url_of(second))
    assert "Net total: <code>10.50</code> becomes <code>12.00</code>" in said
    assert "Import 1 new, update 1" in said
    assert "+8<span" in said


# ------------------------------------------------------------------ the result
def test_an_import_says_what_came_of_it_and_what_waits(cast: Cast) -> None:
    imported = make_import(cast.ada, "Day;Item;Qty;Rep\n2026-09-13;Gateway G2;4;T. Okafor\n")
    said = read(cast, url_of(imported))
    assert "“Gateway G2” is not in the catalog" in said
    assert "“T. Okafor” is no member of the workspace" in said
    assert "2 alerts raised by this import" in said


def test_an_undo_asks_why_and_says_first_what_it_leaves(cast: Cast) -> None:
    imported = make_import(cast.ada)
    said = read(cast, url_of(imported, "undo/"))
    assert "Rows that go" in said
    assert "<dd>3</dd>" in said
    assert "Leaves the totals" in said
    assert "81<span" in said  # 50 + 41 − 10
    assert "2 client accounts that it made go too" in said
    assert send(cast, url_of(imported, "undo/"), reason="").status_code == 422
    assert send(cast, url_of(imported, "undo/"), reason="The wrong month").status_code == 302
    work(cast.acme)
    told = read(cast, url_of(imported))
    assert "Everything is as if it had never been imported." in told
    assert "Reason: “The wrong month”" in told
    assert "Revenue that left the totals" in told
    assert "81<span" in told
    with in_workspace(cast.acme.pk):
        assert not Transaction.objects.exists()


def test_rows_that_an_undo_keeps_are_named_on_its_page(cast: Cast) -> None:
    imported = make_import(cast.ada)
    with in_workspace(cast.acme.pk):
        row = Transaction.objects.get(line=2)
        edit_transaction(
            row=row,
            values={Field.QUANTITY: "6"},
            protected=True,
            reason="A sixth came later",
            stamp=str(row.turn),
            by=cast.ada,
            now=NOW,
        )
    send(cast, url_of(imported, "undo/"), reason="The wrong month", keep_edited="yes")
    work(cast.acme)
    said = read(cast, url_of(imported))
    assert "but for 1 row that had been edited by hand and stayed" in said
    assert f'<a href="/w/acme/transactions/{row.pk}/">13 Sep 2026, Nordhavn</a>' in said
    assert "A sixth came later" in said
    assert "31<span" in said  # 41 − 10 have left, 60 stay


def test_corrected_rows_join_the_import_that_left_them_out(cast: Cast) -> None:
    imported = make_import(cast.ada)
    assert "Bring it corrected" in read(cast, url_of(imported))
    text = ORDERS.splitlines()[0] + "\nA-3;15/09/2026;Aurelia;3;20,50;Order\n"
    answer = upload(cast, text, query=f"?continues={imported.pk}")
    work(cast.acme)
    said = read(cast, answer["Location"])
    assert "Web shop" in said
    with in_workspace(cast.acme.pk):
        assert Import.objects.get(continues=imported).source_id == again(imported).source_id


def test_a_file_and_its_corrected_rows_show_that_they_belong_together(cast: Cast) -> None:
    imported = make_import(cast.ada)
    text = ORDERS.splitlines()[0] + "\nA-3;15/09/2026;Aurelia;3;20,50;Order\n"
    answer = upload(cast, text, query=f"?continues={imported.pk}")
    work(cast.acme)
    decide(cast, corrected := newest(cast), **{"given-currency": "USD", "check": "1"})
    work(cast.acme)
    send(cast, url_of(corrected, "commit/"), stamp=again(corrected).prepared[-16:])
    work(cast.acme)
    for page in (url_of(imported), answer["Location"]):
        said = read(cast, page)
        assert "One import in 2 files" in said
        assert "142<span" in said  # 81.00 and 61.50 together
    assert "Bring it corrected" not in read(cast, url_of(imported))


def newest(cast: Cast) -> Import:
    with in_workspace(cast.acme.pk):
        return again(Import.objects.order_by("-pk")[0])


def test_a_discarded_file_is_gone(cast: Cast) -> None:
    imported = make_looked_import(cast.ada)
    assert send(cast, url_of(imported, "discard/"))["Location"] == URL
    assert cast.browser("ada").get(url_of(imported)).status_code == 404


# ------------------------------------------------------------------ who
def test_an_account_manager_imports_rows_of_their_own_and_is_told_so(cast: Cast) -> None:
    assert "Every row will be yours." in read(cast, f"{URL}add/", "alex")
    make_import(cast.alex)
    with in_workspace(cast.acme.pk):
        assert set(Transaction.objects.values_list("owner", flat=True)) == {cast.alex.pk}


def test_the_list_shows_work_that_came_to_nothing_where_it_can_be_tried_again(cast: Cast) -> None:
    checked, undone = make_checked_import(cast.ada, name="checked.csv"), make_import(cast.ada, name="in.csv")
    send(cast, url_of(checked, "check/"))
    send(cast, url_of(checked, "cancel/"))
    send(cast, url_of(undone, "undo/"), reason="The wrong month")
    assert "being undone" in read(cast, URL)
    send(cast, url_of(undone, "cancel/"))
    said = read(cast, URL)
    assert "being checked" not in said
    assert "being undone" not in said
    assert "with checked.csv" in read(cast, f"{URL}?state=mapping")
    assert "Undo<span" in read(cast, f"{URL}?state=committed")


def test_everybody_sees_the_imports_whose_rows_they_read(cast: Cast) -> None:
    make_import(cast.alex, name="alex.csv")
    make_import(cast.ada, name="all.csv")
    seen = {
        who: ["alex.csv" in read(cast, URL, who), "all.csv" in read(cast, URL, who)]
        for who in ("ada", "audrey", "mia", "alex", "amir")
    }
    assert seen == {
        "ada": [True, True],
        "audrey": [True, True],
        "mia": [True, False],
        "alex": [True, False],
        "amir": [False, False],
    }


def test_the_same_file_is_told_to_whoever_may_read_its_import_and_to_nobody_else(cast: Cast) -> None:
    theirs = make_import(cast.amir, name="of-amir.csv", source="Till of Amir")
    waiting = make_looked_import(cast.alex)
    checked = make_checked_import(cast.alex, source="Till of Alex")
    for imported in (waiting, checked):
        said = read(cast, url_of(imported), "alex")
        assert "of-amir.csv" not in said
        assert "You have this very file already." not in said
    assert f'href="{url_of(theirs)}"' in read(cast, url_of(checked))
    own = make_import(cast.alex, name="of-alex.csv", source="Till of Alex")
    assert f'href="{url_of(own)}"' in read(cast, url_of(checked), "alex")


def test_whoever_only_reads_is_offered_nothing_to_do(cast: Cast) -> None:
    said = read(cast, url_of(make_checked_import(cast.alex)), "audrey")
    assert "Cannot go in" in said
    assert "Read as blank" not in said
    assert "Import 3 new" not in said
    assert "Discard" not in said


def test_an_undo_names_the_rows_that_prove_something_and_asks_before_they_go(cast: Cast) -> None:
    imported = make_import(cast.ada)
    with in_workspace(cast.acme.pk):
        row = Transaction.objects.order_by("pk")[0]
        deal = log(cast, "48000", owner=cast.olive)
        link_transactions(rows=[row], contributions=[deal], by=cast.olive, now=NOW)
    url = url_of(imported, "undo/")
    said = read(cast, url)
    assert "1 row that goes is evidence" in said
    assert "of Direct revenue, Q3 2026: Nordhavn Logistics, 48,000.00 USD" in said
    assert send(cast, url, reason="The wrong month").status_code == 422
    assert send(cast, url, reason="The wrong month", release_cited="on").status_code == 302
    work(cast.acme)
    with in_workspace(cast.acme.pk):
        assert not Transaction.objects.exists()
        assert not deal.transaction_links.exists()
