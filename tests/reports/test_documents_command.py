"""`manage.py issue_document`: the same document without a worker."""

from decimal import Decimal
from hashlib import sha256
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from kamtrak.tenancy import in_workspace
from reports.models import Document
from reports.services.proving import verify_document
from tests.cast import NOW, Cast
from tests.reports.builders import embedded, make_contribution, total
from workspaces.models import Job, JobState, Membership


def run(*, output: Path, person: str = "alex@example.com", **options: Any) -> str:
    said = StringIO()
    wanted = {"workspace": "acme", "period": "2026Q3", "person": person, "output": output} | options
    call_command("issue_document", "review", stdout=said, **wanted)
    return said.getvalue()


def test_it_writes_the_pdf_and_prints_number_totals_and_fingerprints(cast: Cast, tmp_path: Path) -> None:
    with in_workspace(cast.acme.pk):
        make_contribution(cast, "104445.68")
    target = tmp_path / "review.pdf"
    said = run(output=target)
    pdf = target.read_bytes()
    assert total(embedded(pdf)) == Decimal("104445.68")
    assert "ACME-2026-0001  Performance review Q3 2026, Alex" in said
    assert "Direct revenue                104,445.68 USD" in said
    assert f"file SHA-256 {sha256(pdf).hexdigest()}" in said
    with in_workspace(cast.acme.pk):
        document = Document.objects.get()
        assert f"data SHA-256 {document.data_sha256}" in said
        assert (document.issued_by, Job.objects.get().state) == (cast.alex.user, JobState.DONE)
        assert verify_document(document).ok


def test_somebody_else_can_issue_it(cast: Cast, tmp_path: Path) -> None:
    with in_workspace(cast.acme.pk):
        make_contribution(cast, "5.00")
    run(output=tmp_path / "a.pdf", by="mia@example.com")
    with in_workspace(cast.acme.pk):
        assert Document.objects.get().issued_by == cast.mia.user


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"workspace": "nowhere"}, "There is no workspace “nowhere”."),
        ({"person": "who@example.com"}, "who@example.com is not a member of acme."),
        ({"period": "2026Q7"}, "There is no quarter 7"),
        ({"period": "all"}, "A review covers one quarter or one fiscal year"),
        ({"period": "2031Q1"}, "Q1 2031 has not begun"),
        ({"period": "2026Q2"}, "There is nothing to review in Q2 2026 yet."),
        ({"by": "amir@example.com"}, "You may not issue documents about this person."),
        ({"by": "audrey@example.com"}, "You may not issue documents about this person."),
    ],
)
def test_a_plain_sentence_says_what_is_wrong(
    cast: Cast, tmp_path: Path, options: dict[str, Any], said: str
) -> None:
    with pytest.raises(CommandError, match=said.replace("(", r"\(")):
        run(output=tmp_path / "a.pdf", **options)
    assert not (tmp_path / "a.pdf").exists()


def test_who_has_left_is_reviewed_by_somebody_else(cast: Cast, tmp_path: Path) -> None:
    with in_workspace(cast.acme.pk):
        make_contribution(cast, "5.00")
        Membership.objects.filter(pk=cast.alex.pk).update(ended_at=NOW)
    with pytest.raises(CommandError, match="Name who issues it with --by EMAIL"):
        run(output=tmp_path / "a.pdf")
    assert "5.00 USD" in run(output=tmp_path / "a.pdf", by="ada@example.com")


def test_a_folder_that_does_not_exist_is_said_before_anything_is_issued(cast: Cast, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no folder"):
        run(output=tmp_path / "no" / "a.pdf")
    with in_workspace(cast.acme.pk):
        assert not Document.objects.exists()
