"""Documents that were issued before the product changed: they read, are checked and are proved as ever.

For each format that documents were kept in, tests/reports/kept has one as it was stored, with its file.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from reports.models import Document, DocumentRow
from reports.pdf.present import review_context
from reports.queries.documents import live_drift, review_of
from reports.rules.kept import from_json, to_json
from reports.services.check import Verdict, check_file
from reports.services.documents import keep_document, verify_document
from tests.cast import Cast

KEPT = Path(__file__).parent / "kept"


def restored(cast: Cast, name: str) -> tuple[Document, bytes]:
    """The document as it was stored, and its file."""
    stored: dict[str, Any] = json.loads((KEPT / f"{name}.json").read_text())
    file = (KEPT / f"{name}.pdf").read_bytes()
    fields = {**stored["document"], "file_sha256": "", "path": "", "size": 0}
    data_sha256 = fields.pop("data_sha256")
    fields["issued_at"] = datetime.fromisoformat(fields["issued_at"])
    document = Document.objects.create(
        workspace=cast.acme, person=cast.alex, issued_by=cast.alex.user, **fields
    )
    DocumentRow.objects.bulk_create(
        DocumentRow(workspace=cast.acme, document=document, **_row(row)) for row in stored["rows"]
    )
    document.refresh_from_db()
    return keep_document(document=document, file=BytesIO(file), data_sha256=data_sha256), file


def _row(stored: dict[str, Any]) -> dict[str, Any]:
    kept = {field.name: field for field in DocumentRow._meta.concrete_fields}
    return {name: kept[name].to_python(value) for name, value in stored.items()}


@pytest.fixture
def first(inside: Cast) -> tuple[Document, bytes]:
    """A review of contributions alone: there were no contracts in a document yet."""
    return restored(inside, "review-1")


def test_the_first_format_still_reads(first: tuple[Document, bytes]) -> None:
    document, _ = first
    review = review_of(document)
    assert [f"{line.converted:f}" for line in review.totals] == ["210.0000", "625.1500", "53800.6200", "0"]
    later = sum(line.later for line in review.totals)
    assert later == Decimal("-7.0000")  # 100 became 90, and 3 came after the close
    assert review.person == "Alex"
    assert len(live_drift(document)) == 4


def test_the_first_format_still_verifies(first: tuple[Document, bytes]) -> None:
    assert verify_document(first[0]).problems == ()


def test_the_first_format_is_still_known_by_its_file(inside: Cast, first: tuple[Document, bytes]) -> None:
    document, file = first
    intact = check_file(workspace=inside.acme, file=BytesIO(file), size=len(file))
    assert (intact.verdict, intact.document) == (Verdict.INTACT, document)
    more = check_file(workspace=inside.acme, file=BytesIO(file + b"\n"), size=len(file) + 1)
    assert (more.verdict, more.document, more.data_intact) == (Verdict.ALTERED, document, True)


def test_the_first_format_can_be_laid_out_again(first: tuple[Document, bytes]) -> None:
    document, _ = first
    context = review_context(document, document.data_sha256)
    assert (context["known"], context["unknown_more"], len(context["changed"])) == (4, 0, 2)


@dataclass(frozen=True)
class Grown:
    name: str
    since: Decimal = Decimal("1.5")


def test_a_field_that_was_added_later_takes_its_default() -> None:
    assert from_json(Grown, {"name": "Q3"}) == Grown("Q3", Decimal("1.5"))


def test_a_field_that_nobody_knows_any_more_is_passed_over() -> None:
    assert from_json(Grown, {"name": "Q3", "since": "2", "mood": "good"}) == Grown("Q3", Decimal(2))
    assert to_json(Grown("Q3")) == {"name": "Q3", "since": "1.5"}


def test_a_figure_that_is_missing_is_never_made_up() -> None:
    with pytest.raises(TypeError):
        from_json(Grown, {"since": "2"})
