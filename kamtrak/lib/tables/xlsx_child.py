"""The child process of xlsx.py: reads one sheet and writes it as JSON lines. Imports nothing of the project.

Numbers are written at 15 significant digits, as a spreadsheet shows them, dates as ISO text (rules 1.6).
"""

import datetime as dt
import html
import json
import math
import re
import resource
import struct
import sys
import zipfile
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, NoReturn

BATCH_ROWS, BATCH_CHARS = 200, 1_000_000
BOOK = "xl/workbook.xml"
# The properties of a workbook stand before its sheets.
FROM_1904 = re.compile(rb"<(?:\w+:)?workbookPr\b[^>]*\bdate1904\s*=\s*[\"'](?:1|true|on)[\"']")
SHEETS = "xl/worksheets/"
BOOK_PARTS = "xl/_rels/workbook.xml.rels"
TAG = re.compile(r"<(?:\w+:)?(sheet|Relationship)\s([^>]*)>")
ATTRIBUTE = re.compile(r"([\w:]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
# What a sheet states of its own size stands before its rows.
SIZE = re.compile(rb"<(?:\w+:)?dimension\s[^>]*\bref\s*=\s*[\"'][A-Z]+([0-9]+):[A-Z]+([0-9]+)[\"']")
FAULT = re.compile(rb"""\bt\s{0,8}=\s{0,8}["']e["']""")
LONGEST_FAULT = 24
SIZE_WITHIN = 4_096
DAMAGED = "The workbook is damaged. Open it in a spreadsheet and save it again, or as CSV."


def main() -> None:
    order = json.loads(sys.argv[1])
    for kind, most in (
        (resource.RLIMIT_AS, order["memory"]),
        (resource.RLIMIT_CPU, order["seconds"]),
        (resource.RLIMIT_CORE, 0),
    ):
        restrict(kind, most)
    check_archive(order)
    order["from_1904"] = counts_from_1904(order["path"])
    if order["reader"] == "calamine" and has_faults(order["path"]):
        sys.exit(1)
    try:
        {"calamine": with_calamine, "openpyxl": with_openpyxl}[order["reader"]](order)
    except MemoryError:
        sys.exit(1)
    except BrokenPipeError:
        sys.exit(0)
    except SystemExit:
        raise
    except BaseException:  # noqa: BLE001 - a panic of the reader in Rust is no Exception
        if order["reader"] == "calamine":
            sys.exit(1)
        say({"error": DAMAGED})
    say({"end": True})


def restrict(kind: int, most: int) -> None:
    """Lower a limit of this process; some systems do not know every one."""
    try:
        hard = resource.getrlimit(kind)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (most, most))
    except (OSError, ValueError):
        pass


def check_archive(order: dict[str, Any]) -> None:
    """Refuses what is no workbook and what unpacks to more than allowed, before any part is opened."""
    try:
        with zipfile.ZipFile(order["path"]) as archive:
            parts = archive.infolist()
    except MemoryError:
        refuse("limit", f"The workbook has too many parts; at most {order['parts']:,} are possible.")
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error):
        refuse("error", DAMAGED)
    if len(parts) > order["parts"]:
        refuse("limit", f"The workbook has {len(parts):,} parts; at most {order['parts']:,} are possible.")
    if sum(part.file_size for part in parts) > order["unpacked"]:
        refuse("limit", order["too_much"])
    if not any(part.filename == BOOK for part in parts):
        refuse("error", "This archive is not an Excel workbook (.xlsx). Bring the table as CSV or XLSX.")


def counts_from_1904(path: str) -> bool:
    """Whether the workbook's dates count days from 1904, as those of old Macs do."""
    try:
        with zipfile.ZipFile(path) as archive, archive.open(BOOK) as part:
            return FROM_1904.search(part.read(BATCH_CHARS)) is not None
    except Exception:  # noqa: BLE001 - what is wrong with the part, its reader says
        return False


def rows_of_sheets(path: str) -> dict[str, int]:
    """How many rows each visible sheet states that it has, header and all; those of a single cell, as an
    empty sheet states, and those that state nothing are left out.
    """
    found: dict[str, int] = {}
    try:
        with zipfile.ZipFile(path) as archive:
            parts = {each["Id"]: each["Target"] for each in tags(archive, BOOK_PARTS, "Relationship")}
            for sheet in tags(archive, BOOK, "sheet"):
                target = parts[next(value for name, value in sheet.items() if name.endswith(":id"))]
                with archive.open(target.lstrip("/") if target.startswith("/") else f"xl/{target}") as part:
                    size = SIZE.search(part.read(SIZE_WITHIN))
                if size and sheet.get("state", "visible") == "visible":
                    found[sheet["name"]] = int(size[2]) - int(size[1]) + 1
    except Exception:  # noqa: BLE001 - it is told beside the rows; what is wrong, their reader says
        return {}
    return found


def tags(archive: zipfile.ZipFile, part: str, wanted: str) -> list[dict[str, str]]:
    """The attributes of all tags of this name."""
    with archive.open(part) as stream:
        text = stream.read(BATCH_CHARS).decode()
    return [
        {name: html.unescape(one or other) for name, one, other in ATTRIBUTE.findall(attributes)}
        for tag, attributes in TAG.findall(text)
        if tag == wanted
    ]


def has_faults(path: str) -> bool:
    """Whether a formula of the workbook has failed (#REF!): calamine gives such a cell as a blank one, and a
    figure that is broken would pass for one that is absent (rules 5.3).
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return any(
                part.filename.startswith(SHEETS) and holds(archive, part, FAULT)
                for part in archive.infolist()
            )
    except Exception:  # noqa: BLE001 - what is wrong with the part, its reader says
        return False


def holds(archive: zipfile.ZipFile, part: zipfile.ZipInfo, pattern: re.Pattern[bytes]) -> bool:
    """Whether the pattern stands in a part, read piece by piece."""
    kept = b""
    with archive.open(part) as stream:
        while piece := stream.read(BATCH_CHARS):
            if pattern.search(kept + piece):
                return True
            kept = piece[-LONGEST_FAULT:]
    return False


def with_calamine(order: dict[str, Any]) -> None:
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    with CalamineWorkbook.from_path(order["path"]) as book:
        tables = [meta for meta in book.sheets_metadata if meta.typ == SheetTypeEnum.WorkSheet]
        visible = [meta.name for meta in tables if meta.visible == SheetVisibleEnum.Visible]
        names = [meta.name for meta in tables]
        name = chosen(order["sheet"], visible, names)
        sheet = book.get_sheet_by_name(name)
        # iter_rows() gives the empty rows above the first cell, but not the empty columns left of it.
        missing = [""] * (sheet.start or (0, 0))[1]
        rows = ((line, missing + cells) for line, cells in enumerate(sheet.iter_rows(), start=1))
        write(order, name, names, rows)


def with_openpyxl(order: dict[str, Any]) -> None:
    from openpyxl import load_workbook

    # By its content: it would refuse a path whose name does not end as that of a workbook does.
    book = load_workbook(open(order["path"], "rb"), read_only=True, data_only=True, keep_links=False)  # noqa: SIM115
    visible = [sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible"]
    names = [sheet.title for sheet in book.worksheets]
    name = chosen(order["sheet"], visible, names)
    sheet = book[name]
    # The size that a sheet states of itself may be wrong, and rows would be cut to it or filled up to it.
    sheet.reset_dimensions()
    write(order, name, names, enumerate(sheet.iter_rows(values_only=True), start=1))


def chosen(wanted: str | None, visible: list[str], names: list[str]) -> str:
    """The sheet that was asked for, else the first one that can be seen."""
    if wanted is not None and wanted not in names:
        refuse("error", f"The workbook has no sheet “{wanted}”.")
    if not names:
        refuse("error", "The workbook has no sheet with cells.")
    return wanted if wanted is not None else (visible or names)[0]


def write(
    order: dict[str, Any], name: str, names: list[str], rows: Iterable[tuple[int, Iterable[Any]]]
) -> None:
    """The sheets, then the rows that are not blank, in batches of limited size."""
    say(
        {
            "sheet": name,
            "sheets": names,
            "sheet_rows": rows_of_sheets(order["path"]),
            "from_1904": order["from_1904"],
        }
    )
    batch: list[tuple[int, list[str | list[str]]]] = []
    size = 0
    for line, values in rows:
        if line > order["lines"]:
            most = f"at most {order['lines']:,} are possible, blank ones among them"
            refuse("limit", f"The sheet has too many rows; {most}. Delete the blank ones, or save it as CSV.")
        cells = [text_of(value, order["cell_chars"]) for value in values]
        while cells and not cells[-1]:
            cells.pop()
        if len(cells) > order["columns"]:
            refuse(
                "limit", f"The sheet has {len(cells):,} columns; at most {order['columns']:,} are possible."
            )
        if cells:
            batch.append((line, cells))
            size += sum(map(len, cells)) + len(cells)
        if len(batch) >= BATCH_ROWS or size > BATCH_CHARS:
            say({"rows": batch})
            batch, size = [], 0
    say({"rows": batch})


def text_of(value: object, most: int) -> str | list[str]:
    """A cell as text; a number as a list of one text, so that nobody takes it for something typed."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value if len(value) <= most else value[: most + 1]
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return number(value)
    if isinstance(value, dt.datetime):
        return moment(value)
    if isinstance(value, dt.timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}"
    return value.isoformat() if isinstance(value, dt.date | dt.time) else str(value)


def number(value: float) -> str | list[str]:
    """At 15 significant digits and without exponent: 0.1 + 0.2 is 0.3."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    plain = f"{Decimal(format(value, '.15g')):f}"
    return ["0" if plain == "-0" else plain]


def moment(value: dt.datetime) -> str:
    """`2026-03-08`, or `2026-03-08 08:26:00`, to the second: a spreadsheet counts in fractions of a day."""
    nearest = (value + dt.timedelta(milliseconds=500)).replace(microsecond=0)
    return nearest.date().isoformat() if nearest.time() == dt.time() else nearest.isoformat(" ")


def refuse(kind: str, message: str) -> NoReturn:
    """Tell the parent why, as a "limit" or an "error", and end."""
    say({kind: message})
    sys.exit(0)


def say(message: dict[str, Any]) -> None:
    sys.stdout.buffer.write(json.dumps(message).encode() + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
