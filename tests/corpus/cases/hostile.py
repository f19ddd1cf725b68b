"""Files that mean harm. None may take a worker down, fill a disk or read a file of the machine."""

from ..build import raw
from ..case import Case, Expected, good, refused
from ..hostile import ROWS, bomb, last_column, laughs, nested, outside_entity, sheet_elsewhere, with_entry
from ..sheets import Value, parts, sheet, workbook, zipped

MORE: list[list[Value]] = [*ROWS, ["2026-03-05", "Globex", 20], ["2026-03-06", "Initech", 30]]
SOUND = Expected(1, 1, sums={"USD": "10.00"}, converted="10.00", may_refuse=True)

CASES = (
    Case(
        "bomb",
        "600 KB that unpack to 600 MB, a thousand to one, and say so",
        ("1000:1 zip",),
        "sales.xlsx",
        bomb,
        refused("too large"),
    ),
    Case(
        "lying-bomb",
        "the same, but the directory claims 2,000 bytes",
        ("1000:1 zip",),
        "sales.xlsx",
        lambda: bomb(lying=True),
        refused("too large"),
    ),
    Case(
        "a-million-columns",
        "a header of a million columns",
        ("10^6 columns",),
        "wide.csv",
        raw(b"Date,Client,Amount" + b",c" * 999_997 + b"\n2026-03-04,Acme,10\n"),
        refused("too many columns"),
    ),
    Case(
        "a-million-columns-below",
        "an honest header, and a row of a million filled cells: it is a bad row",
        ("10^6 columns", "ragged rows"),
        "wide.csv",
        raw(b"Date,Client,Amount\n2026-03-04,Acme,10\n2026-03-05,Globex,20" + b",c" * 999_997 + b"\n"),
        Expected(
            2, 1, 1, sums={"USD": "10.00"}, converted="10.00", bad_rows=((2, "", "ragged"),), may_refuse=True
        ),
    ),
    Case(
        "last-cell-of-the-sheet",
        "one cell in column XFD of the last row: a reader that makes room for all between asks for 10 GB",
        ("column XFD",),
        "sales.xlsx",
        last_column,
        refused("too many columns"),
    ),
    Case(
        "heading-in-xfd",
        "one heading in column XFD, beside the three honest ones",
        ("column XFD",),
        "sales.xlsx",
        workbook(Sales=[[*ROWS[0], *([None] * 16_380), "x"], ROWS[1]]),
        refused("too many columns"),
    ),
    Case(
        "dimension-too-large",
        "the sheet says that it fills all 17 billion cells and has six",
        ("lying dimensions",),
        "sales.xlsx",
        workbook(Sales=sheet(ROWS, dimension="A1:XFD1048576")),
        Expected(1, 1, sums={"USD": "10.00"}, converted="10.00"),
    ),
    Case(
        "dimension-too-small",
        "the sheet says that it has one cell and has twelve: none may be lost",
        ("lying dimensions",),
        "sales.xlsx",
        workbook(Sales=sheet(MORE, dimension="A1")),
        good(3, USD="60.00"),
    ),
    Case(
        "laughing-entities",
        "entities of entities, 10 GB of laughter in 1 KB",
        ("entity bomb",),
        "sales.xlsx",
        laughs,
        refused("unsafe"),
    ),
    Case(
        "entity-from-outside",
        "an entity that would read a file of the machine",
        ("entity bomb",),
        "sales.xlsx",
        outside_entity,
        refused("unsafe"),
    ),
    Case(
        "path-upwards",
        "an entry whose name climbs out of its folder: nothing may be written there",
        ("path in a zip entry name",),
        "sales.xlsx",
        lambda: with_entry("../../../../tmp/kamtrak-was-here"),
        SOUND,
    ),
    Case(
        "path-from-the-root",
        "an entry whose name begins at the root, and one as Windows writes it",
        ("path in a zip entry name",),
        "sales.xlsx",
        lambda: with_entry("/tmp/kamtrak-was-here"),
        SOUND,
    ),
    Case(
        "sheet-outside-the-archive",
        "the workbook says that its sheet lies at an address in the network",
        ("path in a zip entry name", "damaged"),
        "sales.xlsx",
        sheet_elsewhere,
        refused("damaged"),
    ),
    Case(
        "deeply-nested",
        "ten thousand elements inside each other where cells should be",
        ("damaged",),
        "sales.xlsx",
        lambda: zipped(parts({"Sales": nested(10_000)})),
        refused("empty"),
    ),
)
