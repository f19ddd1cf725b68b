"""What the pages of every file of rows share: how it is read, what it leaves open, files that go back."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.http import content_disposition_header

from kamtrak.lib.tables import DELIMITERS, LAYOUT_ANSWERS, OFFERED, Check, RejectWriter


class LayoutForm(forms.Form):
    """How a file is read, where looking at it was not enough. Blank leaves it to the file."""

    encoding = forms.ChoiceField(label="Encoding", required=False)
    delimiter = forms.ChoiceField(label="Between columns", required=False)
    sheet = forms.ChoiceField(label="Sheet", required=False)

    def __init__(self, sheets: tuple[str, ...], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = [("", "As found")]
        choices = {
            "encoding": [(encoding.name, encoding.label) for encoding in OFFERED],
            "delimiter": list(DELIMITERS.items()),
            "sheet": [(name, name) for name in sheets],
        }
        for name, values in choices.items():
            self.fields[name].choices = [*found, *values]  # type: ignore[attr-defined]


def answers_in(posted: Any, names: Iterable[str]) -> dict[str, str]:
    """The answers that were sent to what a file leaves open."""
    return {name: posted[name] for name in (*LAYOUT_ANSWERS, *names) if name in posted}


def rejects_response(file_name: str, check: Check[Any]) -> HttpResponse:
    """The rows that cannot go in, to be corrected and brought again."""
    text = io.StringIO(newline="")
    writer = RejectWriter(text, check.layout.columns[: len(check.columns)], formats=check.formats)
    for row in check.bad:
        writer.write(row.cells, row.problems)
    return _csv(f"{file_name.rsplit('.', 1)[0]}-rejects.csv", text.getvalue())


def sample_response(name: str, rows: Iterable[Sequence[str]]) -> HttpResponse:
    """A file as it is expected."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return _csv(name, text.getvalue())


def _csv(name: str, text: str) -> HttpResponse:
    response = HttpResponse(text.encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or ""
    return response
