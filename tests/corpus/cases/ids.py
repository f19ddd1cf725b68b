"""Unique IDs that spreadsheets like to spoil."""

from ..build import text
from ..case import Answers, Case, Expected, refused
from ..sheets import workbook

BY_ID = Answers(("unique_id", "date", "revenue"))

CASES = (
    Case(
        "leading-zeros",
        "007 and 7 are two IDs",
        ("leading zeros",),
        "ids.csv",
        text("ID,Date,Amount", "007,2026-03-04,10", "7,2026-03-04,20", "0000000000000001,2026-03-04,30"),
        Expected(3, 3, sums={"USD": "60.00"}, converted="60.00", kept=("007", "7", "0000000000000001")),
        BY_ID,
    ),
    Case(
        "twenty-digits",
        "IDs of twenty digits that differ in the last one are two IDs",
        ("ids of 20 digits",),
        "ids.csv",
        text("ID,Date,Amount", "12345678901234567890,2026-03-04,10", "12345678901234567891,2026-03-04,20"),
        Expected(
            2,
            2,
            sums={"USD": "30.00"},
            converted="30.00",
            kept=("12345678901234567890", "12345678901234567891"),
        ),
        BY_ID,
    ),
    Case(
        "ids-in-a-workbook",
        "IDs kept as text in a workbook keep their zeros and all their digits",
        ("leading zeros", "ids of 20 digits"),
        "ids.xlsx",
        workbook(
            Sales=[
                ["ID", "Date", "Amount"],
                ["00042", "2026-03-04", 10],
                ["12345678901234567890", "2026-03-04", 20],
                [42, "2026-03-04", 30],
            ]
        ),
        Expected(
            3, 3, sums={"USD": "60.00"}, converted="60.00", kept=("00042", "12345678901234567890", "42")
        ),
        BY_ID,
    ),
    Case(
        "ids-like-dates",
        "3-4 and 1E5 are IDs, not a day and not a number",
        ("ids that look like something else",),
        "ids.csv",
        text("ID,Date,Amount", "3-4,2026-03-04,10", "1E5,2026-03-04,20", "100000,2026-03-04,30"),
        Expected(3, 3, sums={"USD": "60.00"}, converted="60.00", kept=("3-4", "1E5", "100000")),
        BY_ID,
    ),
    Case(
        "repeated-ids",
        "invoice numbers repeat: 4 lines share 3 values, so the column is no Unique ID",
        ("repeated ids",),
        "invoices.csv",
        text(
            "Invoice,Date,Amount",
            "A1,2026-03-04,10",
            "A1,2026-03-04,20",
            "A2,2026-03-04,30",
            "A3,2026-03-04,40",
        ),
        refused("repeated ids"),
        BY_ID,
    ),
    Case(
        "identical-lines",
        "two genuine identical lines without a Unique ID are two sales",
        ("identical lines",),
        "till.csv",
        text("Date,Client,Amount", *["2026-03-04,Acme,2.50"] * 3, "2026-03-04,Acme,1.00"),
        Expected(4, 4, sums={"USD": "8.50"}, converted="8.50"),
    ),
)
