"""Workbooks by hand: every byte of the XML is ours, so that it can also be wrong on purpose."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
DAY_STYLE, TIME_STYLE = 1, 2


@dataclass(frozen=True)
class Formula:
    """`stored`: the value that the program left beside it, or None."""

    text: str
    stored: float | None = None


@dataclass(frozen=True)
class Fault:
    text: str  # #REF!


@dataclass(frozen=True)
class Serial:
    """A day number as the cell holds it, shown as a date (with its time)."""

    value: float


@dataclass(frozen=True)
class Rich:
    """Text in runs of different looks."""

    runs: tuple[str, ...]


Value = str | float | bool | date | Formula | Fault | Serial | Rich | None


def column(at: int) -> str:
    """0 → A, 26 → AA."""
    name = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        name = chr(65 + rest) + name
    return name


def cell(ref: str, value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return f'<c r="{ref}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, int | float):
        return f'<c r="{ref}"><v>{value!r}</v></c>'
    if isinstance(value, date):
        return f'<c r="{ref}" s="{DAY_STYLE}"><v>{(value - date(1899, 12, 30)).days}</v></c>'
    if isinstance(value, Serial):
        return f'<c r="{ref}" s="{TIME_STYLE}"><v>{value.value!r}</v></c>'
    if isinstance(value, Formula):
        stored = "" if value.stored is None else f"<v>{value.stored!r}</v>"
        return f'<c r="{ref}"><f>{escape(value.text)}</f>{stored}</c>'
    if isinstance(value, Fault):
        return f'<c r="{ref}" t="e"><v>{value.text}</v></c>'
    if isinstance(value, Rich):
        runs = "".join(f'<r><t xml:space="preserve">{escape(run)}</t></r>' for run in value.runs)
        return f'<c r="{ref}" t="inlineStr"><is>{runs}</is></c>'
    return f'<c r="{ref}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'


def sheet(
    rows: Sequence[Sequence[Value]] | Mapping[int, Sequence[Value]],
    dimension: str = "",
    merged: Sequence[str] = (),
    more: str = "",
) -> str:
    """`rows` from the first on, or by row number. `more`: rows as XML, after the others."""
    numbered = rows if isinstance(rows, Mapping) else dict(enumerate(rows, 1))
    body = "".join(
        f'<row r="{number}">'
        + "".join(cell(f"{column(at)}{number}", v) for at, v in enumerate(row))
        + "</row>"
        for number, row in numbered.items()
    )
    size = f'<dimension ref="{dimension}"/>' if dimension else ""
    ranges = "".join(f'<mergeCell ref="{ref}"/>' for ref in merged)
    merges = f'<mergeCells count="{len(merged)}">{ranges}</mergeCells>' if merged else ""
    return f'{HEAD}<worksheet xmlns="{MAIN}">{size}<sheetData>{body}{more}</sheetData>{merges}</worksheet>'


def parts(sheets: Mapping[str, str], first: int = 1900) -> dict[str, str]:
    """Entry name → XML of a whole workbook; `sheets`: name → XML."""
    numbers = range(1, len(sheets) + 1)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{kind}.worksheet+xml"/>'
        for n in numbers
    )
    listed = "".join(
        f'<sheet name="{escape(name)}" sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(sheets, 1)
    )
    related = "".join(
        f'<Relationship Id="rId{n}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in numbers
    )
    system = '<workbookPr date1904="1"/>' if first == 1904 else "<workbookPr/>"
    return {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{kind}.styles+xml"/>{overrides}</Types>',
        "_rels/.rels": f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{system}'
        f"<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{related}'
        f'<Relationship Id="rId99" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": STYLES,
        **{f"xl/worksheets/sheet{n}.xml": xml for n, xml in enumerate(sheets.values(), 1)},
    }


STYLES = (
    f'{HEAD}<styleSheet xmlns="{MAIN}"><fonts count="1"><font/></fonts>'
    '<fills count="1"><fill><patternFill patternType="none"/></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3">'
    '<xf numFmtId="0" xfId="0"/><xf numFmtId="14" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="22" xfId="0" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


def zipped(entries: Mapping[str, str | bytes]) -> bytes:
    """An archive with the same bytes every time."""
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        for name, content in entries.items():
            info = ZipInfo(name, (2026, 1, 1, 0, 0, 0))
            info.compress_type = ZIP_DEFLATED
            archive.writestr(info, content)
    return out.getvalue()


def workbook(first: int = 1900, **sheets: Sequence[Sequence[Value]] | str) -> Callable[[], bytes]:
    """A workbook of sheets, each as rows or as XML."""

    def data() -> bytes:
        made = {name: rows if isinstance(rows, str) else sheet(rows) for name, rows in sheets.items()}
        return zipped(parts(made, first))

    return data
