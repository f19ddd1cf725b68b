"""Contracts as a file: one line per contract and month, the same from the page and from the command."""

import csv
import io
from collections import defaultdict
from datetime import date
from decimal import Decimal as D
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from contracts.models import Confirmation, Contract, ContractTotal
from contracts.rules import ContractType
from contracts.services import confirming
from contracts.services.endings import cancel_contract, void_contract
from contracts.services.handing import hand_over
from contracts.services.lines import EXPORT_COLUMNS
from contracts.services.months import renew_due
from kamtrak.lib.months import Month
from kamtrak.tenancy import in_workspace
from tests.cast import NOW, Cast
from tests.contracts.builders import edit, make_contract, make_draft, make_terms
from tests.contributions.builders import log, publish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]

REQUIRED = "number,client,owner,state,month,currency,frozen,current,frozen_converted,current_converted"
Row = dict[str, str]


def exported(cast: Cast, query: str = "", who: str = "olive") -> list[Row]:
    response: Any = cast.browser(who).get(reverse("contracts_export", args=["acme"]) + query)
    data = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(data)))


def commanded(tmp_path: Path, *options: str) -> list[Row]:
    file = tmp_path / "contracts.csv"
    call_command("export", "contracts", "--workspace", "acme", *options, "-o", str(file), verbosity=0)
    return list(csv.DictReader(io.StringIO(file.read_text("utf-8-sig"))))


def total(rows: list[Row], column: str) -> D:
    return sum((D(row[column]) for row in rows if row[column]), D(0))


def test_the_columns_begin_with_what_a_contract_and_a_month_are_known_by() -> None:
    assert ",".join(EXPORT_COLUMNS).startswith(f"{REQUIRED},")


def test_each_month_has_its_frozen_and_its_current_amount_and_both_converted(cast: Cast) -> None:
    publish()
    contract = make_contract(cast.alex, make_terms(currency="GBP", start=date(2026, 6, 15)))
    edit(contract, cast.alex, make_terms((1, 12, "90"), currency="GBP", start=date(2026, 6, 15)))
    june = exported(cast)[0]
    assert ",".join(june[name] for name in REQUIRED.split(",")) == (
        "KT-2026-001,Nordhavn Logistics,Alex,current,2026-06,GBP,100.00,90.00,135.40,122.82"
    )
    assert (june["frozen_rate"], june["frozen_rate_date"]) == ("1.35396697078", "2026-10-30")
    assert (june["current_rate"], june["current_rate_date"]) == ("1.36470588235", "2026-06-30")
    assert (june["confirmed_on"], june["provisional"], june["lost"]) == ("2026-11-23", "no", "no")
    assert exported(cast)[5]["provisional"] == "yes"  # November runs


def test_what_a_missing_rate_leaves_unknown_is_blank_and_never_zero(cast: Cast) -> None:
    make_contract(cast.alex, make_terms(currency="AUD"))
    row = exported(cast)[0]
    assert (row["frozen"], row["current"]) == ("100.00", "100.00")
    assert [row[name] for name in ("frozen_converted", "current_converted", "frozen_rate")] == ["", "", ""]


def test_yen_have_no_decimals(cast: Cast) -> None:
    make_contract(cast.alex, make_terms((1, 12, "12345"), currency="JPY"))
    assert exported(cast)[0]["frozen"] == "12345"


def test_months_of_terms_not_confirmed_yet_bear_the_state_expected(cast: Cast) -> None:
    terms = make_terms((1, None, "100"), kind=ContractType.ROLL_OVER, start=date(2025, 3, 1))
    make_contract(cast.alex, terms, by=cast.ada, confirmed_on=date(2025, 2, 20))
    states: dict[str, list[Row]] = defaultdict(list)
    for row in exported(cast):
        states[row["state"]].append(row)
    assert (len(states["current"]), len(states["expected"])) == (24, 24)
    assert (states["expected"][0]["month"], states["expected"][0]["frozen"]) == ("2027-03", "")
    assert {row["confirmed_on"] for row in states["current"]} == {"2025-02-20", "2026-03-01"}


def test_what_a_cancellation_took_is_marked_and_has_no_current_amount(cast: Cast) -> None:
    contract = make_contract(cast.alex)
    with in_workspace(cast.acme.pk):
        cancel_contract(
            contract=contract,
            by=cast.alex,
            on=date(2026, 10, 9),
            reason="Gone",
            revision=contract.revision,
            now=NOW,
        )
    rows = exported(cast, "?state=cancelled")
    lost = [row for row in rows if row["lost"] == "yes"]
    assert (len(rows), len(lost), total(lost, "frozen"), total(lost, "current")) == (12, 4, D(400), D(0))
    assert {row["state"] for row in rows} == {"cancelled"}


def test_after_a_hand_over_a_month_has_its_owner_and_its_owner_at_confirmation(cast: Cast) -> None:
    contract = make_contract(cast.alex)
    with in_workspace(cast.acme.pk):
        hand_over(
            workspace=cast.acme,
            contracts=[contract],
            to=cast.amir,
            first=Month(2027, 1),
            by=cast.ada,
            reason="Territory",
            now=NOW,
        )
    owners = [(row["owner"], row["frozen_owner"]) for row in exported(cast)]
    assert owners == [("Alex", "Alex")] * 10 + [("Amir", "Alex")] * 2


def test_the_export_holds_exactly_the_contracts_that_the_list_shows(cast: Cast) -> None:
    make_contract(cast.alex, number="A")
    make_contract(cast.amir, number="B", client="=HYPERLINK(1)")
    make_draft(cast.alex, number="C")
    gone = make_contract(cast.alex, number="D")
    with in_workspace(cast.acme.pk):
        void_contract(contract=gone, by=cast.alex, reason="Twice", revision=gone.revision, now=NOW)
    assert {row["number"] for row in exported(cast)} == {"A", "B"}
    assert {row["number"] for row in exported(cast, who="alex")} == {"A"}
    assert {row["number"] for row in exported(cast, "?state=void")} == {"D"}
    assert {row["number"] for row in exported(cast, f"?contract={gone.pk}")} == {"D"}
    assert {row["client"] for row in exported(cast, f"?staff={cast.amir.pk}")} == {"'=HYPERLINK(1)"}


def test_the_lines_add_up_to_the_maintained_totals(cast: Cast) -> None:
    publish()
    for number, currency in (("A", "USD"), ("B", "GBP"), ("C", "JPY")):
        make_contract(cast.alex, make_terms((1, 7, "310"), (9, 12, "77"), currency=currency), number=number)
    rows = exported(cast)
    with in_workspace(cast.acme.pk):
        kept = ContractTotal.objects.all()
        sums = {
            name: sum(getattr(t, name) for t in kept) for name in ("confirmed_converted", "current_converted")
        }
    assert total(rows, "frozen_converted") == sums["confirmed_converted"]
    assert total(rows, "current_converted") == sums["current_converted"]


def test_a_spreadsheet_carries_numbers_as_numbers_and_no_formula(cast: Cast) -> None:
    make_contract(cast.alex, client="=1+1")
    url = reverse("contracts_export", args=["acme"])
    response: Any = cast.browser("olive").get(f"{url}?format=xlsx")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    head, line, *others = book["Contracts"].iter_rows(values_only=True)
    values = dict(zip(head, line, strict=True))
    assert (values["frozen"], values["client"], len(others)) == (100, "=1+1", 11)
    assert book["Contracts"]["B2"].data_type == "s"


# ------------------------------------------------------------------ the commands


def test_the_command_writes_everybodys_contracts_in_every_state(cast: Cast, tmp_path: Path) -> None:
    make_contract(cast.alex, number="A")
    make_contract(cast.amir, make_terms(start=date(2025, 1, 1)), number="B")
    make_contract(cast.sam, number="other")
    assert {(row["number"], row["state"]) for row in commanded(tmp_path)} == {
        ("A", "current"),
        ("B", "expired"),
    }
    assert commanded(tmp_path) == exported(cast, "?state=all")


def test_the_command_writes_a_spreadsheet_and_contributions_as_well(
    cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_contract(cast.alex)
    with in_workspace(cast.acme.pk):
        log(cast, "48000")
    file = tmp_path / "c.xlsx"
    call_command("export", "contracts", "--workspace", "acme", "--format", "xlsx", "-o", str(file))
    assert openpyxl.load_workbook(file)["Contracts"].max_row == 13
    assert "12 rows written" in capsys.readouterr().out
    file = tmp_path / "c.csv"
    call_command("export", "contributions", "--workspace", "acme", "-o", str(file))
    assert "48000.00,USD" in file.read_text("utf-8-sig")


@pytest.mark.parametrize(
    "options", [("--workspace", "nowhere", "-o", "x"), ("--workspace", "acme", "-o", "/no/x")]
)
def test_the_command_says_what_it_cannot_do(cast: Cast, options: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        call_command("export", "contracts", *options)


def test_terms_that_have_begun_are_confirmed_by_the_command_once(
    cast: Cast, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_contract(cast.alex, make_terms((1, None, "100"), kind=ContractType.ROLL_OVER))
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW.replace(year=2027))
    for said in ("1 term confirmed.", "0 terms confirmed."):
        call_command("renew_contracts")
        assert capsys.readouterr().out.strip() == said
    with in_workspace(cast.acme.pk):
        assert list(Confirmation.objects.values_list("term", flat=True)) == [1, 2]


def test_a_contract_whose_renewal_fails_fails_the_command_and_holds_up_no_other(
    cast: Cast, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """KT-1 of three; of another workspace KT-4. Once it can be renewed, it is."""
    monthly = make_terms((1, None, "100"), kind=ContractType.ROLL_OVER)
    for number in ("KT-1", "KT-2", "KT-3"):
        make_contract(cast.alex, monthly, number=number)
    make_contract(cast.sam, make_terms((1, None, "9"), kind=ContractType.ROLL_OVER, currency="EUR"))
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW.replace(year=2027))

    def fail(*, contract: Contract, **given: Any) -> int:
        if contract.number == "KT-1":
            raise RuntimeError
        return renew_due(contract=contract, **given)

    monkeypatch.setattr(confirming, "renew_due", fail)
    with pytest.raises(CommandError, match="1 contract failed"):
        call_command("renew_contracts")
    assert capsys.readouterr().out.strip() == "3 terms confirmed."
    with in_workspace(cast.acme.pk):
        renewed = Confirmation.objects.filter(term=2).order_by("contract")
        assert list(renewed.values_list("contract__number", flat=True)) == ["KT-2", "KT-3"]
    monkeypatch.setattr(confirming, "renew_due", renew_due)
    call_command("renew_contracts")
    assert capsys.readouterr().out.strip() == "1 term confirmed."
