"""The proof that every place shows the same money, and that it notices when one does not."""

import json
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection

from contributions.models import Contribution
from contributions.rules import RevenueType
from contributions.services.contributions import edit_contribution, void_contribution
from contributions.services.periods import close_quarter
from reports.services.reconcile import prove
from tests.cast import NOW, Cast
from tests.contributions.builders import Q2, Q3, Q4, an_entry, log, publish
from tests.reports.builders import issue


@pytest.fixture
def busy(inside: Cast) -> Cast:
    """A workspace with everything that can make figures differ."""
    publish()
    first = log(inside, "100.01", "EUR", share=Decimal("33.33"))
    log(inside, "12345", "JPY", type=RevenueType.SAVINGS)
    log(inside, "10", "AUD")
    log(inside, "55.55", "GBP", quarter=Q4, owner=inside.amir, type=RevenueType.RETENTION)
    gone = log(inside, "70", quarter=Q2)
    close_quarter(workspace=inside.acme, quarter=Q3, by=inside.mia, reason="end", now=NOW)
    close_quarter(workspace=inside.acme, quarter=Q2, by=inside.mia, reason="end", now=NOW)
    edit_contribution(
        contribution=first, by=inside.alex, entry=an_entry("99", "EUR"), version=1, now=NOW, reason="Typo"
    )
    void_contribution(contribution=gone, by=inside.alex, reason="Twice", now=NOW)
    log(inside, "3", type=RevenueType.INFLUENCED, reason="Came in late")
    return inside


def test_list_dashboard_export_and_closes_agree(busy: Cast) -> None:
    proofs = prove(busy.acme, NOW.date())
    assert [proof for proof in proofs if not proof.ok] == []
    names = {proof.name for proof in proofs}
    assert names >= {
        "figure = amount × share × rate",
        "list = dashboard = export",
        "people add up to everyone",
        "as closed = its rows",
        "closed + later changes = now",
    }


def test_the_command_prints_the_proofs_and_exits_with_0(busy: Cast) -> None:
    out = StringIO()
    call_command("reconcile", "--workspace", "acme", "--json", stdout=out)
    answer = json.loads(out.getvalue())
    assert answer["ok"] is True
    assert all(check["ok"] for check in answer["checks"])


def test_a_figure_altered_behind_the_products_back_is_found_and_exits_with_1(busy: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute("update contributions_contribution set converted = converted + 0.01 where share < 100")
        cursor.execute("update contributions_contribution set converted = converted + 1 where amount = 3")
    out = StringIO()
    with pytest.raises(SystemExit) as stopped:
        call_command("reconcile", "--workspace", "acme", stdout=out)
    assert stopped.value.code == 1
    assert "DIFFERS  figure = amount × share × rate" in out.getvalue()


def test_a_rate_that_is_not_what_its_legs_make_is_found(busy: Cast) -> None:
    proofs = [proof for proof in prove(busy.acme, NOW.date()) if proof.name == "rate = its legs"]
    assert [(p.subject, p.ok) for p in proofs] == [("5 converted rows", True)], "three live, two copies"
    Contribution.objects.filter(amount_currency="JPY").update(rate=Decimal("0.01"))
    wrong = [p for p in prove(busy.acme, NOW.date()) if p.name == "rate = its legs" and not p.ok]
    (row,) = Contribution.objects.filter(amount_currency="JPY")
    assert [(p.subject, p.figures["stored"]) for p in wrong] == [(f"contribution {row.pk}", "0.01")]


def test_each_document_is_its_own_snapshot_and_an_altered_file_is_found(busy: Cast) -> None:
    document = issue(busy)
    proofs = {p.subject: p for p in prove(busy.acme, NOW.date()) if p.name == "document = its own snapshot"}
    assert proofs[document.number].ok
    path = default_storage.path(document.path)
    Path(path).chmod(0o600)
    Path(path).write_bytes(Path(path).read_bytes()[:-1] + b"x")
    proofs = {p.subject: p for p in prove(busy.acme, NOW.date()) if p.name == "document = its own snapshot"}
    assert not proofs[document.number].ok


def test_a_workspace_that_does_not_exist_is_said_plainly(db: None) -> None:
    with pytest.raises(CommandError, match="There is no workspace “nowhere”"):
        call_command("reconcile", "--workspace", "nowhere")
