"""A document's pages and its data as one PDF/A-3 file (rules 7.3)."""

import os
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from tempfile import TemporaryFile
from typing import IO, Any

import weasyprint
from django.template.loader import render_to_string

from kamtrak.tenancy import in_workspace
from reports.models import Document
from reports.pdf.files import BASE, PackagedFiles
from reports.pdf.present import review_context
from reports.queries.documents import review_of
from reports.services.data import DataFile, files_of, write_data

VARIANT = "pdf/a-3a"


@dataclass(frozen=True)
class Pages:
    """What a document is laid out from: its final HTML, and its data with their fingerprints."""

    html: str
    data: tuple[tuple[DataFile, IO[bytes]], ...]
    fingerprints: dict[str, str]  # by column of the document
    issued_at: datetime


@contextmanager
def pages_of(document: Document) -> Iterator[Pages]:
    """Read everything that is printed; enters the workspace, and has left it when the layout begins."""
    with ExitStack() as opened:
        with in_workspace(document.workspace_id):
            review = review_of(document)
            data = tuple((each, opened.enter_context(TemporaryFile())) for each in files_of(review))
            fingerprints = {each.fingerprint: write_data(document, review, each, file) for each, file in data}
            context = review_context(document, review, fingerprints)
            html = render_to_string("reports/pdf/review.html", context)
        for _, file in data:
            file.seek(0)
        yield Pages(html, data, fingerprints, document.issued_at)


def write_pdf(pages: Pages, target: IO[bytes]) -> None:
    """Lay out and write the file. The same pages give the same bytes, whenever and however often."""
    issued = pages.issued_at.astimezone(UTC)
    attachments = [
        weasyprint.Attachment(
            file_obj=file,
            base_url=BASE,
            name=data.name,
            description=data.description,
            created=issued,
            modified=issued,
            relationship="Data",
        )
        for data, file in pages.data
    ]
    html = weasyprint.HTML(string=pages.html, base_url=BASE, url_fetcher=PackagedFiles())
    with _clock_stands_at(issued):
        html.write_pdf(target, attachments=attachments, pdf_variant=VARIANT, finisher=_name_data_once)


def _name_data_once(_document: Any, pdf: Any) -> None:
    """The renderer lists an attachment twice in the catalogue: by its name, and by its place."""
    associated = pdf.catalog["AF"]
    associated[:] = list(dict.fromkeys(associated))


_clock = threading.Lock()


@contextmanager
def _clock_stands_at(moment: datetime) -> Iterator[None]:
    """Fonts bear the time of their making; this is how fontTools is told which time that is."""
    name = "SOURCE_DATE_EPOCH"
    with _clock:
        before = os.environ.get(name)
        os.environ[name] = str(int(moment.timestamp()))
        try:
            yield
        finally:
            if before is None:
                del os.environ[name]
            else:
                os.environ[name] = before
