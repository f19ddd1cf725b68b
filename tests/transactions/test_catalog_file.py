"""The catalog as a file: checked first, what goes in is what was checked, and what was downloaded changes
nothing when it is brought back (rules 5.10, 5.17)."""

import io
from collections.abc import Sequence
from datetime import date
from decimal import Decimal as D
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from kamtrak.exports import write_csv, write_xlsx
from kamtrak.lib.tables import Check, Limits
from kamtrak.tenancy import in_workspace
from tests.cast import NOW, Cast
from tests.transactions.bringing import work
from tests.transactions.builders import JANUARY, JULY, make_item, worth
from transactions.exports import catalog_export
from transactions.models import CatalogFile, CatalogItem, CatalogName, CatalogValue
from transactions.queries.books import Ways
from transactions.queries.catalog import Filter, entry_of, filtered, get_item, values_of
from transactions.queries.catalog_plans import plan_of
from transactions.rules import Measure
from transactions.rules.entries import in_force, standing
from transactions.services.catalog import archive_item
from transactions.services.ways import change_ways, stamp_of
from transactions.sources.catalog_adding import AT_ONCE
from transactions.sources.catalog_columns import joined_aliases, split_aliases
from transactions.sources.catalog_file import Borne, Known, check_file, entries_in
from workspaces.models import Workspace

pytestmark = pytest.mark.usefixtures("at_noon")

URL = "/w/acme/catalog/upload/"
HEADER = "code,name,aliases,valid from,revenue,cost,profit,profit %,tax %,points,includes tax\n"
TODAY = date(2026, 11, 23)


def checked(rows: str, *, borne: dict[str, Borne] | None = None, asks_tax: bool = False) -> Check[Any]:
    known = Known(borne or {}, asks_tax)
    limits = Limits(bytes=1_000_000, rows=1000)
    return check_file((HEADER + rows).encode(), {}, known=known, limits=limits)


def problems(check: Check[Any]) -> list[tuple[int, str, str]]:
    return [(p.line, p.column, p.reason) for row in check.bad for p in row.problems]


# ------------------------------------------------------------------ the check
def test_rows_with_one_code_are_the_values_of_one_entry() -> None:
    check = checked(
        "TRK-T4,Tracker T4,T4 | Tracker 4,2026-01-01,112.00,69.80,,,25,,\ntrk-t4,,,2026-07-01,118.00,,,,,,\n"
    )
    (entry,) = entries_in(check)
    assert (entry.entry.code, entry.entry.name) == ("TRK-T4", "Tracker T4")
    assert entry.entry.aliases == ("T4", "Tracker 4")
    assert entry.values == (
        worth(Measure.REVENUE, "112.00"),
        worth(Measure.COST, "69.80"),
        worth(Measure.TAX_PERCENT, "25"),
        worth(Measure.REVENUE, "118.00", JULY),
    )


@pytest.mark.parametrize(
    ("rows", "column", "says"),
    [
        (",Tracker,,2026-01-01,1,,,,,,\n", "code", "The code is blank."),
        ("A,,,2026-01-01,-1,,,,,,\n", "revenue", "This is below 0."),
        ("A,,,2026-01-01,,,,101,,,\n", "profit %", "A percentage lies between 0 and 100."),
        ("A,,,2026-01-01,,,,,-1,,\n", "tax %", "This is below 0."),
        ("A,,,,1,,,,,,\n", "valid from", "The day is blank."),
        ("A,,,2026-01-01,x,,,,,,\n", "revenue", "This is not a number."),
        ("A,,,2026-13-01,1,,,,,,\n", "valid from", "There is no such day."),
        ("A,,,2026-01-01,1,,,,,,maybe\n", "includes tax", "This is neither yes nor no."),
        (
            "A\u202eB,,,,,,,,,,\n",
            "code",
            "The code has invisible marks that turn the direction of reading. Type it again.",
        ),
        (
            "A,,,2026-01-01,1,,,,,,\nA,,,2026-01-01,2,,,,,,\n",
            "revenue",
            "The file gives two values for this entry and day.",
        ),
        ("A,One,,,,,,,,,\na,Two,,,,,,,,,\n", "name", "The rows of this entry say different names."),
        ("A,,B,,,,,,,,\nB,,,,,,,,,,\n", "aliases", "An alias belongs to another entry of the file."),
        ("A,,X,,,,,,,,\nB,,x,,,,,,,,\n", "aliases", "An alias belongs to another entry of the file."),
        ("T4,,,,,,,,,,\n", "code", "The code is an alias of TRK-T4 · Tracker T4."),
        ("A,,t4,,,,,,,,\n", "aliases", "An alias belongs to TRK-T4 · Tracker T4."),
    ],
)  # fmt: skip
def test_a_row_that_cannot_go_in_says_where_and_why(rows: str, column: str, says: str) -> None:
    found = problems(checked(rows, borne={"t4": Borne("trk-t4", "TRK-T4 · Tracker T4")}))
    assert (column, says) in [(where, reason) for _, where, reason in found]


def test_of_an_entry_all_rows_go_in_or_none_and_others_are_not_held_up() -> None:
    check = checked("A,,,2026-01-01,1,,,,,,\nA,,,2026-07-01,-2,,,,,,\nB,,,2026-01-01,3,,,,,,\n")
    assert [(line, reason) for line, _, reason in problems(check)] == [
        (2, "Another row of this entry cannot go in."),
        (3, "This is below 0."),
    ]
    assert [entry.entry.code for entry in entries_in(check)] == ["B"]


def test_a_row_said_twice_is_no_contradiction() -> None:
    (entry,) = entries_in(checked("A,,,2026-01-01,1.50,,,,,,\nA,,,2026-01-01,1.5,,,,,,\n"))
    assert entry.values == (worth(Measure.REVENUE, "1.50"),)


def test_whether_a_revenue_includes_tax_is_asked_only_where_taxes_are_removed() -> None:
    rows = "A,,,2026-01-01,119,,,,19,,\nB,,,2026-01-01,,5,,,,,\nC,,,2026-01-01,119,,,,19,,yes\n"
    assert problems(checked(rows)) == []
    ((line, column, says),) = problems(checked(rows, asks_tax=True))
    assert (line, column) == (2, "includes tax")
    assert says == "It is not said whether the revenue includes tax."
    taxed = entries_in(checked(rows, asks_tax=True))[-1]
    assert taxed.values == (
        worth(Measure.REVENUE, "119", gross=True),
        worth(Measure.TAX_PERCENT, "19"),
    )


def test_a_price_list_needs_no_more_than_code_day_and_revenue() -> None:
    known, limits = Known({}, asks_tax=False), Limits(bytes=1000, rows=10)
    content = "Code;Valid from;Revenue\nTRK-T4;01/07/2026;1.118,50\n".encode("utf-16")
    check = check_file(content, {}, known=known, limits=limits)
    (question,) = check.questions
    assert question.column == "valid from"
    check = check_file(content, {"valid from": "d/m/y"}, known=known, limits=limits)
    assert entries_in(check)[0].values == (worth(Measure.REVENUE, "1118.50", JULY),)


@pytest.mark.parametrize("aliases", [[], ["T4"], ["T4", "Tracker 4"], ["a|b", "|", "||c", "d||"], ["x | y"]])
def test_aliases_come_back_out_of_one_cell_as_they_went_in(aliases: Sequence[str]) -> None:
    assert split_aliases(joined_aliases(list(aliases))) == list(aliases)


# ------------------------------------------------------------------ there and back
def written(workspace: Workspace, wanted: str) -> bytes:
    file = io.BytesIO()
    export = catalog_export(workspace, filtered(workspace, Filter(archived="all"), TODAY))
    rows = write_csv(export, file) if wanted == "csv" else write_xlsx(export, file)
    assert rows == export.count()
    return file.getvalue()


def various(cast: Cast) -> None:
    make_item(cast.ada, aliases=("T4", "Tracker | 4", "=T4"))
    make_item(cast.ada, "-12A", [worth(Measure.REVENUE, "1.125"), worth(Measure.POINTS, "0.5")], name="")
    make_item(cast.ada, "00123", [], name="Nothing yet")
    make_item(
        cast.ada,
        "SVC-ON",
        [
            worth(Measure.REVENUE, "0"),
            worth(Measure.PROFIT_PERCENT, "42.5"),
            worth(Measure.TAX_PERCENT, "19"),
            worth(Measure.PROFIT_PERCENT, "40", JULY),
            worth(Measure.PROFIT_PERCENT, None, JULY),
            worth(Measure.COST, "0.000000000001", JULY),
            worth(Measure.REVENUE, "119", JULY, gross=True),
        ],
        name="Onboarding day",
    )
    make_item(cast.ada, "BIG", [worth(Measure.COST, "123456789012345.123456789012")], name="Größe, “x”")
    gone = make_item(cast.ada, "GONE", [worth(Measure.COST, "3")], name="")
    archive_item(item=gone, by=cast.ada, reason="No longer sold", now=NOW)


@pytest.mark.parametrize("wanted", ["csv", "xlsx"])
def test_what_was_downloaded_changes_nothing_when_it_is_brought_back(inside: Cast, wanted: str) -> None:
    various(inside)
    content = written(inside.acme, wanted)
    names = CatalogName.objects.select_related("item")
    borne = {name.key: Borne(name.item.code.casefold(), str(name.item)) for name in names}
    limits = Limits(bytes=1_000_000, rows=1000)
    check = check_file(content, {}, known=Known(borne, asks_tax=True), limits=limits)
    assert check.questions == ()
    assert problems(check) == []
    plan = plan_of(inside.acme, entries_in(check))
    assert (len(plan.new), [p.values for p in plan.changed], plan.unchanged) == (0, [], 6)


@pytest.mark.parametrize("wanted", ["csv", "xlsx"])
def test_what_was_downloaded_makes_the_same_catalog_elsewhere(inside: Cast, wanted: str) -> None:
    various(inside)
    content = written(inside.acme, wanted)
    limits = Limits(bytes=1_000_000, rows=1000)
    check = check_file(content, {}, known=Known({}, asks_tax=True), limits=limits)
    with in_workspace(inside.other.pk):
        plan = plan_of(inside.other, entries_in(check))
        assert (len(plan.new), plan.unchanged) == (6, 0)
    given = {entry.entry.code: entry for entry in entries_in(check)}
    for item in CatalogItem.objects.all():
        here = get_item(inside.acme, item.pk)
        assert set(given[item.code].entry.aliases) == set(entry_of(here).aliases)
        known = values_of(inside.acme, [item.pk]).get(item.pk, [])
        assert set(given[item.code].values) == set(standing(known).values())


# ------------------------------------------------------------------ the pages
def uploaded(cast: Cast, rows: str, who: str = "ada") -> str:
    file = SimpleUploadedFile("prices.csv", (HEADER + rows).encode())
    answer = cast.browser(who).post(URL, {"file": file})
    assert answer.status_code == 302, answer.content.decode()[:2000]
    return answer["Location"]


def text(cast: Cast, url: str, who: str = "ada") -> str:
    return cast.browser(who).get(url).content.decode()


def add(cast: Cast, url: str, **said: str) -> Any:
    page = text(cast, url)
    seen = page.split('name="seen" value="')[1].split('"')[0]
    return cast.browser("ada").post(url, {"reason": "Price list 2027", "seen": seen, **said})


ROWS = (
    "TRK-T4,Tracker T4,Fourth,2026-07-01,121.50,,,,,,\n"
    "SVC-ON,Onboarding day,,2026-01-01,1150,620,,,19,,\n"
    "BAD,,,2026-01-01,-1,,,,,,\n"
)


@pytest.mark.django_db
def test_new_changed_and_unchanged_entries_are_counted_before_anything_is_written(cast: Cast) -> None:
    make_item(cast.ada)
    make_item(cast.ada, "SAME", [worth(Measure.COST, "5")], name="")
    page = text(cast, uploaded(cast, f"{ROWS}same,,,2026-01-01,,5.00,,,,,\n"))
    assert "Add 1, change 1" in page
    assert "<dt>Unchanged</dt><dd>1</dd>" in page
    assert '<dt>Cannot go in</dt><dd class="k-bad">1</dd>' in page
    assert "Revenue / unit from 1 Jul 2026" in page
    with in_workspace(cast.acme.pk):
        assert CatalogItem.objects.count() == 2


@pytest.mark.django_db
def test_what_was_checked_goes_in_once_with_its_reason_and_the_file_as_its_origin(cast: Cast) -> None:
    item = make_item(cast.ada)
    url = uploaded(cast, ROWS)
    assert add(cast, url).status_code == 302
    with in_workspace(cast.acme.pk):
        assert CatalogFile.objects.get().added == 2
        assert entry_of(get_item(cast.acme, item.pk)).aliases == ("Fourth",)
        known = values_of(cast.acme, [item.pk])[item.pk]
        assert in_force(known, TODAY)[Measure.REVENUE].value == D("121.50")
        new = CatalogItem.objects.get(code="SVC-ON")
        assert {row.reason for row in CatalogValue.objects.filter(item=new)} == {
            "prices.csv: Price list 2027"
        }
        before = CatalogValue.objects.count()
    again = cast.browser("ada").post(url, {"reason": "Price list 2027", "seen": seen_of(cast, url)})
    assert again.status_code == 302
    with in_workspace(cast.acme.pk):
        assert CatalogValue.objects.count() == before
    assert "2 entries were added or changed" in text(cast, url)


def seen_of(cast: Cast, url: str) -> str:
    """What the form of an added file would have sent: its check is the same."""
    from transactions.sources.catalog_checks import check_of

    with in_workspace(cast.acme.pk):
        file = CatalogFile.objects.get(pk=int(url.rstrip("/").split("/")[-1]))
        return check_of(file, cast.acme).stamp


@pytest.mark.django_db
def test_many_rows_go_in_in_the_background_once_however_often_they_are_sent(cast: Cast) -> None:
    rows = "".join(f"P-{number},,,2026-01-01,{number}.00,,,,,,\n" for number in range(AT_ONCE + 1))
    url = uploaded(cast, rows)
    first, second = add(cast, url), add(cast, url)
    assert first["Location"] == second["Location"]
    assert "/jobs/" in first["Location"]
    assert "See how far it is" in text(cast, url)
    cast.browser("ada").post(f"{url}discard/")
    with in_workspace(cast.acme.pk):
        assert (CatalogFile.objects.count(), CatalogItem.objects.count()) == (1, 0)
    work(cast.acme)
    assert "201 entries added or changed from prices.csv." in text(cast, first["Location"])
    with in_workspace(cast.acme.pk):
        assert (CatalogFile.objects.get().added, CatalogItem.objects.count()) == (201, 201)


@pytest.mark.django_db
def test_a_job_adds_nothing_where_the_file_is_read_otherwise_by_then(cast: Cast) -> None:
    rows = "".join(f"P-{number},,,2026-01-01,{number}.00,,,,,,\n" for number in range(AT_ONCE + 1))
    url = uploaded(cast, rows)
    job = add(cast, url)["Location"]
    make_item(cast.ada, "Z", [worth(Measure.COST, "5")], name="", aliases=("P-7",))
    work(cast.acme)
    assert "The file is read otherwise by now." in text(cast, job)
    with in_workspace(cast.acme.pk):
        assert CatalogItem.objects.get().code == "Z"


@pytest.mark.django_db
def test_nothing_goes_in_without_a_reason_or_over_another_check(cast: Cast) -> None:
    url = uploaded(cast, ROWS)
    assert add(cast, url, reason="").status_code == 422
    refused = add(cast, url, seen="0" * 32)
    assert refused.status_code == 422
    assert "read otherwise by now" in refused.content.decode()
    with in_workspace(cast.acme.pk):
        assert not CatalogItem.objects.exists()


@pytest.mark.django_db
def test_a_file_with_nothing_new_offers_nothing(cast: Cast) -> None:
    make_item(cast.ada, "A", [worth(Measure.COST, "5", JANUARY)], name="")
    page = text(cast, uploaded(cast, "A,,,2026-01-01,,5,,,,,\n"))
    assert "Nothing to add: every entry of the file stands in the catalog as it is." in page
    assert 'name="reason"' not in page


@pytest.mark.django_db
def test_bad_rows_come_back_as_a_file_that_can_be_brought_again(cast: Cast) -> None:
    url = uploaded(cast, ROWS)
    rejects = cast.browser("ada").get(f"{url}rejects/").content.decode("utf-8-sig")
    assert "BAD" in rejects
    assert "SVC-ON" not in rejects
    file = SimpleUploadedFile("again.csv", rejects.replace(",-1,", ",1,").encode())
    again = cast.browser("ada").post(URL, {"file": file})["Location"]
    assert "Add 1, change 0" in text(cast, again)


@pytest.mark.django_db
def test_the_sample_can_be_brought_as_it_is(cast: Cast) -> None:
    sample = cast.browser("alex").get("/w/acme/catalog/upload/sample/").content
    with in_workspace(cast.acme.pk):
        wanted = Ways(removes_tax=True)
        seen = stamp_of(Ways())
        change_ways(workspace=cast.acme, by=cast.ada, wanted=wanted, reason="Net", seen=seen, now=NOW)
    answer = cast.browser("ada").post(URL, {"file": SimpleUploadedFile("s.csv", sample)})
    assert "Add 2, change 0" in text(cast, answer["Location"])


@pytest.mark.django_db
@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", b"day;price\n1;2\n"])
def test_what_is_no_table_of_entries_says_so(cast: Cast, content: bytes) -> None:
    answer = cast.browser("ada").post(URL, {"file": SimpleUploadedFile("x.csv", content)})
    if answer.status_code == 302:
        assert "This file cannot be checked." in text(cast, answer["Location"])
    else:
        assert answer.status_code == 422
