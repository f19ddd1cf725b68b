"""Numbers as countries and accountants write them."""

from collections.abc import Callable

from ..build import text
from ..case import Answers, Case, Expected, good

COMMA = Answers(delimiter=";", decimal_mark=",")
SEMI = Answers(delimiter=";")


def amounts(*cells: str) -> Callable[[], bytes]:
    """One row per cell, all on one day, semicolons between."""
    return text("Date;Client;Amount", *(f"2026-03-04;Acme;{cell}" for cell in cells))


CASES = (
    Case(
        "decimal-commas",
        "commas part the cents, points the thousands",
        ("decimal comma",),
        "a.csv",
        amounts("2,55", "1.234,50", "12.345.678,90", "7"),
        good(4, USD="12346922.95"),
        COMMA,
    ),
    Case(
        "decimal-points",
        "points part the cents, commas the thousands",
        ("decimal point",),
        "a.csv",
        amounts("2.55", "1,234.50", "12,345,678.90", "7", ".5"),
        good(5, USD="12346923.45"),
        SEMI,
    ),
    Case(
        "1.000-a-thousand",
        "1.000 as the only evidence is asked; answered: a thousand",
        ("1.000",),
        "a.csv",
        amounts("1.000", "2.500"),
        Expected(2, 2, sums={"USD": "3500.00"}, converted="3500.00", asks=("decimal mark: Amount",)),
        COMMA,
    ),
    Case(
        "1.000-one",
        "1.000 as the only evidence is asked; answered: one",
        ("1.000",),
        "a.csv",
        amounts("1.000", "2.500"),
        Expected(2, 2, sums={"USD": "3.50"}, converted="3.50", asks=("decimal mark: Amount",)),
        SEMI,
    ),
    Case(
        "1.000-decided-below",
        "2,55 further down decides that 1.000 is a thousand: nothing is asked",
        ("1.000",),
        "a.csv",
        amounts("1.000", "2,55"),
        good(2, USD="1002.55"),
        COMMA,
    ),
    Case(
        "both-marks",
        "1,5 and 1.5 in one column: asked, and what does not fit the answer is a bad row",
        ("1.000",),
        "a.csv",
        amounts("1,5", "1.5", "10"),
        Expected(
            3,
            2,
            1,
            sums={"USD": "11.50"},
            converted="11.50",
            asks=("decimal mark: Amount",),
            bad_rows=((1, "revenue", "unreadable"),),
        ),
        SEMI,
    ),
    Case(
        "each-column-its-mark",
        "quantities with points beside prices with commas: decided per column",
        ("decimal comma",),
        "a.csv",
        text("Date;Quantity;Price", "2026-03-04;2.5;4,40", "2026-03-04;1.25;10,00"),
        good(2, USD="23.50"),
        Answers(
            ("date", "quantity", "price_sold"),
            delimiter=";",
            decimal_mark=",",
            decimal_marks={"quantity": "."},
        ),
    ),
    Case(
        "parentheses",
        "accountants write losses in parentheses",
        ("(33.52)",),
        "a.csv",
        amounts("(33.52)", "$(10.00)", "($1,000.00)", "50"),
        good(4, USD="-993.52"),
        SEMI,
    ),
    Case(
        "minus-and-euro",
        "-1.000,00 € has its minus before, its sign behind",
        ("-1.000,00 €", "currency in the cell"),
        "a.csv",
        amounts("-1.000,00 €", "2.500,50 €", "€ -0,50"),
        good(3, "1650.00", EUR="1500.00"),
        COMMA,
    ),
    Case(
        "trailing-minus",
        "SAP writes the minus behind",
        ("trailing minus",),
        "a.csv",
        amounts("33,52-", "1.000,00-", "2.000,00"),
        good(3, USD="966.48"),
        COMMA,
    ),
    Case(
        "true-minus",
        "a minus of typography is a minus",
        ("minus signs",),
        "a.csv",
        amounts("\u22125.00", "-1.00", "+7.00"),
        good(3, USD="1.00"),
        SEMI,
    ),
    Case(
        "spaces-that-do-not-break",
        "French thousands: non-breaking, narrow and plain spaces",
        ("non-breaking spaces", "decimal comma"),
        "a.csv",
        amounts("1\u00a0234,50\u00a0€", "1\u202f000\u202f000,00 €", "2 000,50€"),
        good(3, "1103558.50", EUR="1003235.00"),
        COMMA,
    ),
    Case(
        "swiss-apostrophes",
        "Swiss thousands",
        ("apostrophes",),
        "a.csv",
        amounts("1'234.50", "12'345'678.00"),
        good(2, USD="12346912.50"),
        SEMI,
    ),
    Case(
        "text-for-numbers",
        "TBD, n/a and a broken formula's text are bad rows; a 0 is a 0",
        ("unreadable numbers",),
        "a.csv",
        amounts("TBD", "0", "#REF!", "12 apples", "5"),
        Expected(
            5,
            2,
            3,
            sums={"USD": "5.00"},
            converted="5.00",
            bad_rows=(
                (1, "revenue", "unreadable"),
                (3, "revenue", "unreadable"),
                (4, "revenue", "unreadable"),
            ),
        ),
        SEMI,
    ),
    Case(
        "texts-that-mean-blank",
        "told that - and n/a mean nothing, the row falls to quantity × price",
        ("blank texts",),
        "a.csv",
        text("Date,Amount,Quantity,Price", "2026-03-04,-,2,10", "2026-03-04,N/A,3,10", "2026-03-04,7,3,10"),
        good(3, USD="57.00"),
        Answers(("date", "revenue", "quantity", "price_sold"), blanks={"revenue": ("-", "n/a")}),
    ),
    Case(
        "many-decimals",
        "imported digits stay exact; the figure is rounded once",
        ("rounding",),
        "a.csv",
        text("Date,Quantity,Price", "2026-03-04,3,0.33333333", "2026-03-04,0.5,0.01", "2026-03-04,-0.5,0.01"),
        good(3, USD="1.00"),
        Answers(("date", "quantity", "price_sold")),
    ),
    Case(
        "yen",
        "yen have no decimals: 1234.5 yen are shown as 1,235 and convert from 1234.5",
        ("rounding",),
        "a.csv",
        amounts("¥1,234.5", "¥1"),
        good(2, "8.28", JPY="1236"),
        SEMI,
    ),
    Case(
        "fifteen-digits",
        "amounts of fifteen digits add up to the cent",
        ("large amounts",),
        "a.csv",
        amounts("999,999,999,999,999.99", "0.01", "100,000,000,000,000.01"),
        good(3, USD="1100000000000000.01"),
        SEMI,
    ),
    Case(
        "thousands-in-twos",
        "separators that are not before three digits are no number (1,23,456 is one in India)",
        ("unreadable numbers",),
        "a.csv",
        amounts("1,23,45.00", "1,000.00"),
        Expected(
            2, 1, 1, sums={"USD": "1000.00"}, converted="1000.00", bad_rows=((1, "revenue", "unreadable"),)
        ),
        SEMI,
    ),
)
