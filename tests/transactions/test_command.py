"""`manage.py import_transactions`: what scripts say, what is asked, what comes of it (rules 5)."""

import json
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from kamtrak.tenancy import in_workspace
from tests.cast import Cast
from tests.contributions.builders import publish
from tests.transactions.bringing import rows
from transactions.models import Import, Source
from transactions.rules import Status
from workspaces.models import Job

ORDERS = """Order,Booked,Customer,Qty,Unit price,Currency,Remark
A-1,2026-08-07,Nordhavn,5,10.00,USD,web
A-2,2026-08-08,Nordhavn,2,20.50,USD,
A-3,2026-08-09,Aurelia,TBD,20.50,USD,
"""
MAP = [
    ("Order", "unique_id"),
    ("Booked", "date"),
    ("Customer", "client"),
    ("Qty", "quantity"),
    ("Unit price", "price_sold"),
    ("Currency", "currency"),
]


@pytest.fixture
def folder(cast: Cast, tmp_path: Path) -> Path:
    with in_workspace(cast.acme.pk):
        publish()
    return tmp_path


def written(folder: Path, content: str, name: str = "orders.csv") -> Path:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path


def run(path: Path, *words: str, mapped: list[tuple[str, str]] = MAP) -> str:
    """What the command prints to its standard output."""
    said = StringIO()
    pairs = [word for column, field in mapped for word in ("--map", f"{column}={field}")]
    call_command(
        "import_transactions",
        str(path),
        "--workspace",
        "acme",
        *pairs,
        *words,
        stdout=said,
        stderr=StringIO(),
    )
    return said.getvalue()


def asked(path: Path, *words: str, **options: Any) -> str:
    """The questions that stop it."""
    said = StringIO()
    with pytest.raises(SystemExit) as stopped:
        call_command("import_transactions", str(path), "--workspace", "acme", *words, stderr=said, **options)
    assert stopped.value.code == 2
    return said.getvalue()


def test_good_rows_go_in_and_bad_ones_are_listed(cast: Cast, folder: Path) -> None:
    """5 × 10.00 and 2 × 20.50 = 91.00; the quantity TBD keeps its row out."""
    told = json.loads(run(written(folder, ORDERS), "--json"))
    counts = {name: told[name] for name in ("created", "updated", "unchanged", "skipped", "errors", "alerts")}
    assert counts == {"created": 2, "updated": 0, "unchanged": 0, "skipped": 0, "errors": 1, "alerts": 0}
    assert told["revenue_by_tier"] == {"1": "0.00", "2": "91.00", "3": "0.00"}
    assert [(each["column"], each["rows"], each["lines"]) for each in told["problems"]] == [("Qty", 1, [4])]
    with in_workspace(cast.acme.pk):
        assert [row.converted for row in rows(cast.acme)] == [Decimal("50"), Decimal("41")]
        imported = Import.objects.select_related("source").get()
        assert (str(imported.source), imported.uploaded_by) == ("orders", cast.olive.user)


def test_the_same_file_again_adds_nothing(cast: Cast, folder: Path) -> None:
    path = written(folder, ORDERS)
    run(path)
    told = json.loads(run(path, "--json", mapped=[]))  # as it was mapped before
    assert (told["created"], told["updated"], told["unchanged"]) == (0, 0, 2)
    with in_workspace(cast.acme.pk):
        assert len(rows(cast.acme)) == 2


def test_a_check_alone_leaves_nothing_behind(cast: Cast, folder: Path) -> None:
    told = json.loads(run(written(folder, ORDERS), "--json", "--check-only"))
    assert (told["created"], told["errors"], told["import"]) == (2, 1, None)
    assert told["revenue_by_tier"]["2"] == "91.00"
    with in_workspace(cast.acme.pk):
        assert not Import.objects.exists()
        assert not rows(cast.acme)


def test_what_is_not_said_is_detected(cast: Cast, folder: Path) -> None:
    content = "Date,Client,Quantity,Unit price\n2026-08-07,Nordhavn,5,10.00\n"
    told = json.loads(run(written(folder, content), "--json", mapped=[]))
    assert told["revenue_by_tier"]["2"] == "50.00"


def test_a_date_that_can_be_read_in_two_ways_is_asked_and_answered(cast: Cast, folder: Path) -> None:
    path = written(folder, "Date,Client,Revenue\n03/08/2026,Nordhavn,10\n")
    said = asked(path)
    assert "Column “Date”" in said
    assert "--date-order dmy|mdy|ymd" in said
    with in_workspace(cast.acme.pk):
        assert not Import.objects.exists()
    run(path, "--date-order", "dmy", mapped=[])
    with in_workspace(cast.acme.pk):
        assert [str(row.day) for row in rows(cast.acme)] == ["2026-08-03"]


def test_a_decimal_mark_is_asked_and_answered(cast: Cast, folder: Path) -> None:
    path = written(folder, "Date;Client;Revenue\n2026-08-03;Nordhavn;1.000\n")
    assert "--decimal" in asked(path)
    run(path, "--decimal", ",", mapped=[])
    with in_workspace(cast.acme.pk):
        assert [row.converted for row in rows(cast.acme)] == [Decimal(1000)]


def test_transaction_types_are_asked_and_said(cast: Cast, folder: Path) -> None:
    """A refund without a minus: 100 − 30 = 70."""
    path = written(folder, "Date,Client,Kind,Revenue\n2026-08-03,A,Order,100\n2026-08-04,A,Return,30\n")
    assert "“Order”" in asked(path, "--map", "Kind=type", "--type", "Return=refund")
    run(
        path, "--type", "Order=sale", "--type", "Return=refund", "--refunds", "unsigned",
        mapped=[("Kind", "type")],
    )  # fmt: skip
    with in_workspace(cast.acme.pk):
        assert sum(row.converted or 0 for row in rows(cast.acme)) == Decimal(70)


def test_fields_are_given_once_for_the_file(cast: Cast, folder: Path) -> None:
    path = written(folder, "Date,Revenue\n2026-08-10,100\n")
    run(
        path,
        "--set",
        "currency=eur",
        "--set",
        "owner=alex@example.com",
        "--set",
        "client=Nordhavn",
        mapped=[],
    )
    with in_workspace(cast.acme.pk):
        (row,) = rows(cast.acme)
        assert (row.currency, row.owner, str(row.client)) == ("EUR", cast.alex, "Nordhavn")
        assert (row.status, row.converted) == (Status.COUNTED, Decimal("116.82"))


def test_lines_that_equal_earlier_ones_are_new_sales_when_said(cast: Cast, folder: Path) -> None:
    path = written(folder, "Date,Client,Revenue\n2026-08-07,Nordhavn,10\n")
    run(path, mapped=[])
    run(path, mapped=[])
    told = json.loads(run(path, "--equal-lines", "new", "--json", mapped=[]))
    assert told["created"] == 1
    with in_workspace(cast.acme.pk):
        assert len(rows(cast.acme)) == 2


def test_a_span_of_the_source_is_replaced(cast: Cast, folder: Path) -> None:
    run(written(folder, ORDERS), "--source", "Shop")
    later = ORDERS.replace("A-1", "B-1").replace("A-2", "B-2")
    run(written(folder, later, "later.csv"), "--source", "shop", "--replace", "2026-08-01..2026-08-31")
    with in_workspace(cast.acme.pk):
        assert sum(row.status == Status.VOIDED for row in rows(cast.acme)) == 2
        assert Source.objects.count() == 1


def test_rows_that_cannot_go_in_are_written_to_a_file(cast: Cast, folder: Path) -> None:
    run(written(folder, ORDERS), "--rejects", str(folder / "rejects.csv"))
    assert "TBD" in (folder / "rejects.csv").read_text(encoding="utf-8-sig")


def test_an_account_manager_imports_rows_of_their_own(cast: Cast, folder: Path) -> None:
    run(written(folder, ORDERS), "--by", "alex@example.com")
    with in_workspace(cast.acme.pk):
        assert {row.owner for row in rows(cast.acme)} == {cast.alex}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--map", "Nowhere=date"], "The file has no column “Nowhere”. It has “Order”, “Booked”"),
        (["--map", "Order=invoice"], "“invoice” is none of unique_id"),
        (["--set", "product=W"], "--set product: only currency owner client type"),
        (["--set", "currency=XXQ"], "“XXQ” is no currency"),
        (["--by", "who@example.com"], "who@example.com is not a member of acme."),
        (["--workspace", "nowhere"], "There is no workspace “nowhere”."),
        (["--map", "Customer=unique_id", "--map", "Order=none"], "“Customer” is no Unique ID"),
        (["--encoding", "utf-16"], ""),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason_and_leaves_nothing(
    cast: Cast, folder: Path, words: list[str], said: str
) -> None:
    with pytest.raises(CommandError) as refused:
        run(written(folder, ORDERS), *words)
    assert said in str(refused.value)
    with in_workspace(cast.acme.pk):
        assert not Import.objects.exists()


def test_a_file_without_a_good_row_brings_nothing(cast: Cast, folder: Path) -> None:
    path = written(folder, "Date,Client,Revenue\nsoon,Nordhavn,10\n2026-08-07,Nordhavn,ten\n")
    with pytest.raises(CommandError, match="No row of the file can go in"):
        run(path, mapped=[("Date", "date"), ("Revenue", "revenue")])
    with in_workspace(cast.acme.pk):
        assert not Import.objects.exists()
        assert not Job.objects.filter(state__in=["queued", "running"]).exists()
