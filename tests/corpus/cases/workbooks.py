"""Workbooks as people make them."""

from datetime import date

from ..case import Answers, Case, Expected, good
from ..sheets import Fault, Formula, Rich, Serial, Value, sheet, workbook

HEADER: list[Value] = ["Date", "Client", "Amount"]
ROWS: list[list[Value]] = [HEADER, [date(2026, 3, 4), "Acme", 10], [date(2026, 3, 5), "Globex", 20.5]]

CASES = (
    Case("workbook", "a plain workbook", ("xlsx",), "sales.xlsx", workbook(Sales=ROWS), good(2, USD="30.50")),
    Case(
        "several-sheets",
        "several sheets hold cells: asked which one",
        ("several sheets",),
        "sales.xlsx",
        workbook(Notes=[["Made by", "Ann"]], Sales=ROWS, Old=[HEADER, [date(2025, 3, 4), "Acme", 999]]),
        Expected(2, 2, sums={"USD": "30.50"}, converted="30.50", asks=("sheet",)),
        Answers(sheet="Sales"),
    ),
    Case(
        "empty-sheets-beside",
        "the empty sheets that a new workbook has are not worth a question",
        ("several sheets",),
        "sales.xlsx",
        workbook(Sheet1=ROWS, Sheet2=[], Sheet3=[]),
        good(2, USD="30.50"),
    ),
    Case(
        "merged-title",
        "a title merged over all columns above the header",
        ("merged headers", "header further down"),
        "report.xlsx",
        workbook(Sales=sheet([["Sales of March"], [], *ROWS], merged=["A1:C1"])),
        good(2, USD="30.50"),
        Answers(header=3),
    ),
    Case(
        "merged-groups",
        "headings in two lines, merged over groups: the second line heads the columns",
        ("merged headers", "blank header"),
        "report.xlsx",
        workbook(
            Sales=sheet(
                [
                    ["Date", "Customer", None, "Sold", None],
                    [None, "Name", "Town", "Quantity", "Price"],
                    [date(2026, 3, 4), "Acme", "Rome", 2, 10],
                    [date(2026, 3, 5), "Globex", "Oslo", 3, 5],
                ],
                merged=["A1:A2", "B1:C1", "D1:E1"],
            )
        ),
        good(2, USD="35.00"),
        Answers(("date", "client", None, "quantity", "price_sold"), header=2),
    ),
    Case(
        "formulas",
        "a formula counts as the value stored with it; one without is blank, so nothing can be derived",
        ("formulas",),
        "sales.xlsx",
        workbook(
            Sales=[
                HEADER,
                [date(2026, 3, 4), "Acme", Formula("2*5", 10)],
                [date(2026, 3, 5), "Acme", Formula("SUM(C2:C2)*3", 30)],
                [date(2026, 3, 6), "Acme", Formula("1+1")],
            ]
        ),
        good(3, unknown=1, USD="40.00"),
    ),
    Case(
        "faults",
        "a formula that failed is a bad row: read as blank it would fall through to unknown",
        ("formulas", "unreadable numbers"),
        "sales.xlsx",
        workbook(Sales=[HEADER, [date(2026, 3, 4), "Acme", Fault("#REF!")], [date(2026, 3, 5), "Acme", 20]]),
        Expected(2, 1, 1, sums={"USD": "20.00"}, converted="20.00", bad_rows=((1, "revenue", "unreadable"),)),
    ),
    Case(
        "days-since-1900",
        "dates are day numbers in cells shown as dates, with the time behind the point",
        ("dates as serial numbers (1900)",),
        "sales.xlsx",
        workbook(
            Sales=[
                HEADER,
                [Serial(43831), "1 January 2020, when rates begin", "€10"],
                [Serial(43830.99), "31 December 2019, late", "€10"],
            ]
        ),
        good(2, "11.00", unknown=1, EUR="10.00"),
    ),
    Case(
        "days-since-1904",
        "the same days in the system of old Macs are 1,462 lower",
        ("dates as serial numbers (1904)",),
        "sales.xlsx",
        workbook(
            1904,
            Sales=[
                HEADER,
                [Serial(42369), "1 January 2020, when rates begin", "€10"],
                [Serial(42368.5), "31 December 2019", "€10"],
            ],
        ),
        good(2, "11.00", unknown=1, EUR="10.00"),
    ),
    Case(
        "bare-day-numbers",
        "day numbers that nobody formatted, mapped to the date",
        ("dates as serial numbers (1900)",),
        "sales.xlsx",
        workbook(Sales=[HEADER, [43831, "Acme", "€10"], [43830, "Acme", "€10"]]),
        good(2, "11.00", unknown=1, EUR="10.00"),
    ),
    Case(
        "day-60",
        "day 60 since 1900 is 29 February 1900, which never was",
        ("dates as serial numbers (1900)", "impossible dates"),
        "sales.xlsx",
        workbook(Sales=[HEADER, [60, "Acme", 10], [46085, "Acme", 20]]),
        Expected(
            2,
            1,
            1,
            sums={"USD": "20.00"},
            converted="20.00",
            bad_rows=((1, "date", "unreadable"),),
            may_refuse=False,
        ),
    ),
    Case(
        "dates-as-text",
        "days as text in a workbook have an order that must be asked",
        ("date orders", "date order asked"),
        "sales.xlsx",
        workbook(Sales=[HEADER, ["03/04/2026", "Acme", 10], ["05/06/2026", "Acme", 20]]),
        Expected(2, 2, sums={"USD": "30.00"}, converted="30.00", asks=("date order: Date",)),
        Answers(date_order="DMY"),
    ),
    Case(
        "noise-of-floats",
        "0.1 + 0.2 and 0.615 × 1000 are stored with noise and read at 15 digits",
        ("fifteen digits",),
        "sales.xlsx",
        workbook(
            Sales=[
                ["Date", "Quantity", "Price"],
                [date(2026, 3, 4), 1, 0.30000000000000004],
                [date(2026, 3, 4), 3, 19.990000000000002],
                [date(2026, 3, 4), 1000, 0.00061499999999999999],
                [date(2026, 3, 4), 1, 1.0049999999999999],
            ]
        ),
        good(4, USD="61.90"),
        Answers(("date", "quantity", "price_sold")),
    ),
    Case(
        "text-numbers",
        "numbers kept as text follow the mark of their column; true numbers do not need one",
        ("numbers as text", "decimal comma"),
        "sales.xlsx",
        workbook(
            Sales=[
                HEADER,
                [date(2026, 3, 4), "Acme", "1.234,50"],
                [date(2026, 3, 4), "Acme", 10.25],
                [date(2026, 3, 4), "Acme", "2,25 €"],
            ]
        ),
        good(3, "1247.23", USD="1244.75", EUR="2.25"),
        Answers(decimal_mark=","),
    ),
    Case(
        "rich-text",
        "a name in two colours is one name",
        ("rich text",),
        "sales.xlsx",
        workbook(Sales=[HEADER, [date(2026, 3, 4), Rich(("Ac", "me ", "Inc.")), 10]]),
        Expected(1, 1, sums={"USD": "10.00"}, converted="10.00", kept=("Acme Inc.",)),
    ),
    Case(
        "sparse",
        "rows and cells that are not there at all",
        ("blank lines", "sparse sheet"),
        "sales.xlsx",
        workbook(
            Sales=sheet(
                {
                    3: [None, None, "Date", "Client", "Amount"],
                    7: [None, None, date(2026, 3, 4), None, 10],
                    90: [None, None, date(2026, 3, 5), "Acme", 20],
                }
            )
        ),
        good(2, USD="30.00"),
        Answers((None, None, "date", "client", "revenue"), header=3),
    ),
    Case(
        "truth",
        "TRUE is no number",
        ("unreadable numbers",),
        "sales.xlsx",
        workbook(Sales=[HEADER, [date(2026, 3, 4), "Acme", True], [date(2026, 3, 5), "Acme", 20]]),
        Expected(2, 1, 1, sums={"USD": "20.00"}, converted="20.00", bad_rows=((1, "revenue", "unreadable"),)),
    ),
)
