"""Files that are not what their name says, or are spreadsheets that cannot be read."""

from ..build import raw, text
from ..case import Case, Expected, refused
from ..hostile import compound_file
from ..sheets import parts, sheet, workbook, zipped
from .workbooks import HEADER, ROWS

HTML = (
    "<html><body><table><tr><td>Date</td><td>Amount</td></tr><tr><td>2026-03-04</td><td>10</td></tr></table>"
)

CASES = (
    Case(
        "workbook-named-csv",
        "a workbook whose name says .csv is a workbook",
        ("wrong name",),
        "sales.csv",
        workbook(Sales=ROWS),
        Expected(2, 2, sums={"USD": "30.50"}, converted="30.50", may_refuse=True),
    ),
    Case(
        "csv-named-workbook",
        "text whose name says .xlsx is text",
        ("wrong name",),
        "sales.xlsx",
        text("Date,Client,Amount", "2026-03-04,Acme,10"),
        Expected(1, 1, sums={"USD": "10.00"}, converted="10.00", may_refuse=True),
    ),
    Case(
        "old-xls",
        "a workbook of before 2007",
        ("old .xls",),
        "sales.xls",
        lambda: compound_file({"Workbook": bytes.fromhex("0908100000060500")}),
        refused("old workbook"),
    ),
    Case(
        "old-xls-named-xlsx",
        "the same with a new name",
        ("old .xls", "wrong name"),
        "sales.xlsx",
        lambda: compound_file({"Workbook": bytes.fromhex("0908100000060500")}),
        refused("old workbook"),
    ),
    Case(
        "page-named-xls",
        "a web page that a report server calls a spreadsheet",
        ("html",),
        "report.xls",
        text(HTML),
        refused("markup"),
    ),
    Case(
        "encrypted",
        "a workbook behind a password is an OLE container, not a zip archive",
        ("encrypted xlsx",),
        "sales.xlsx",
        lambda: compound_file({"EncryptionInfo": b"\4\0\4\0@\0\0\0", "EncryptedPackage": b"\0" * 64}),
        refused("encrypted"),
    ),
    Case(
        "text-document",
        "a text document in the same kind of archive",
        ("no workbook",),
        "letter.xlsx",
        lambda: zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": "<document/>"}),
        refused("no workbook"),
    ),
    Case(
        "zip-of-csv",
        "an archive with a CSV in it is no workbook",
        ("no workbook",),
        "sales.zip",
        lambda: zipped({"sales.csv": "Date,Client,Amount\n2026-03-04,Acme,10\n"}),
        refused("no workbook"),
    ),
    Case(
        "cut-off",
        "an upload that broke off in the middle",
        ("damaged",),
        "sales.xlsx",
        lambda: zipped(parts({"Sales": sheet(ROWS)}))[:900],
        refused("damaged"),
    ),
    Case(
        "zip-magic-and-nothing",
        "four bytes that promise an archive",
        ("damaged",),
        "sales.xlsx",
        raw(b"PK\x03\x04"),
        refused("damaged"),
    ),
    Case(
        "empty-workbook",
        "a workbook without any cell",
        ("empty file",),
        "sales.xlsx",
        workbook(Sheet1=[]),
        refused("empty"),
    ),
    Case(
        "workbook-of-a-header",
        "a workbook with a header and no row",
        ("only a header",),
        "sales.xlsx",
        workbook(Sheet1=[HEADER]),
        refused("no rows"),
    ),
)
