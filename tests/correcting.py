"""Small workbooks whose refused rows go back as a file and come again."""

import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter

from kamtrak.intake import rejects_response
from kamtrak.lib.tables import Check


def workbook(*lines: Sequence[Any]) -> bytes:
    """A sheet of these lines: texts stay texts, numbers are numbers without a format."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"strings_to_numbers": False}) as book:
        sheet = book.add_worksheet()
        for at, line in enumerate(lines):
            sheet.write_row(at, 0, line)
    return out.getvalue()


def corrected(check: Check[Any], wrong: str, right: str) -> bytes:
    """The reject file of the check, with what was wrong put right."""
    content = rejects_response("table.xlsx", check).content
    assert wrong.encode() in content
    return content.replace(wrong.encode(), right.encode())
