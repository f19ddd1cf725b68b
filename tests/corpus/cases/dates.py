"""Days in every order, impossible ones, and moments that fall on another day elsewhere."""

from collections.abc import Callable

from ..build import text
from ..case import Answers, Case, Expected, good

DMY, MDY = Answers(date_order="DMY"), Answers(date_order="MDY")


def days(*cells: str) -> Callable[[], bytes]:
    """One row of 10 dollars per day."""
    return text("Date,Client,Amount", *(f'"{cell}",Acme,10' for cell in cells))


def bad(rows: int, total: str, *at: int, asks: tuple[str, ...] = ()) -> Expected:
    """These rows have a date that cannot be read."""
    wrong = tuple((row, "date", "unreadable") for row in at)
    return Expected(rows, rows - len(at), len(at), 0, {"USD": total}, total, wrong, asks)


CASES = (
    Case(
        "iso",
        "year, month, day",
        ("date orders",),
        "d.csv",
        days("2026-03-04", "2026-12-31"),
        good(2, USD="20.00"),
    ),
    Case(
        "year-first-slashes",
        "year, month, day with slashes, without zeros",
        ("date orders",),
        "d.csv",
        days("2026/3/4", "2026/12/31"),
        good(2, USD="20.00"),
    ),
    Case(
        "day-first",
        "a 31 decides that the day comes first",
        ("date orders",),
        "d.csv",
        days("04.03.2026", "31.12.2026"),
        good(2, USD="20.00"),
        DMY,
    ),
    Case(
        "month-first",
        "a 31 decides that the month comes first",
        ("date orders",),
        "d.csv",
        days("03/04/2026", "12/31/2026"),
        good(2, USD="20.00"),
        MDY,
    ),
    Case(
        "open-day-first",
        "03/08/2026 as the only evidence is asked; answered: 3 August",
        ("date orders", "date order asked"),
        "d.csv",
        days("03/08/2026", "04/08/2026"),
        bad(2, "20.00", asks=("date order: Date",)),
        DMY,
    ),
    Case(
        "open-month-first",
        "03/08/2026 as the only evidence is asked; answered: 8 March",
        ("date orders", "date order asked"),
        "d.csv",
        days("03/08/2026", "04/08/2026"),
        bad(2, "20.00", asks=("date order: Date",)),
        MDY,
    ),
    Case(
        "both-orders",
        "13/05 and 05/13 in one column: no order fits, so it is asked, and the other is a bad row",
        ("date orders", "date order asked", "impossible dates"),
        "d.csv",
        days("13/05/2026", "05/13/2026", "01/02/2026"),
        bad(3, "20.00", 2, asks=("date order: Date",)),
        DMY,
    ),
    Case(
        "month-names",
        "months by name",
        ("date orders",),
        "d.csv",
        days("4 Mar 2026", "31-Dec-2026", "1 September 2026"),
        good(3, USD="30.00"),
        DMY,
    ),
    Case(
        "american-month-names",
        "months by name, American",
        ("date orders",),
        "d.csv",
        days("Mar 4, 2026", "December 31, 2026"),
        good(2, USD="20.00"),
        MDY,
    ),
    Case(
        "impossible-days",
        "31 June, 29 February 2026 and a month 13 never were; 29 February 2024 was",
        ("impossible dates",),
        "d.csv",
        days("31.06.2026", "29.02.2026", "29.02.2024", "15.13.2026", "soon", "00.01.2026"),
        bad(6, "10.00", 1, 2, 4, 5, 6),
        DMY,
    ),
    Case(
        "time-stamps",
        "the time of day means nothing for the day",
        ("time stamps",),
        "d.csv",
        days("2026-03-04 23:59", "2026-03-04T00:00:01", "2026-03-31 23:30:00.123"),
        good(3, USD="30.00"),
    ),
    Case(
        "american-time-stamps",
        "month first, with am and pm",
        ("time stamps",),
        "d.csv",
        days("3/31/2026 11:30 PM", "3/4/2026 8:26:00 AM"),
        good(2, USD="20.00"),
        MDY,
    ),
    Case(
        "offsets-as-written",
        "stamps with an offset are asked once; answered: as written, so it needs a rate of 31 December",
        ("time stamps", "offset asked"),
        "d.csv",
        text("Date,Client,Amount", "2019-12-31T23:30:00Z,Acme,€10", "2026-03-04T10:00:00+01:00,Acme,€10"),
        Expected(2, 2, unknown=1, sums={"EUR": "10.00"}, converted="11.00", asks=("offset: Date",)),
    ),
    Case(
        "offsets-in-the-zone",
        "answered: in the workspace's zone, where it was already New Year, on which the rate begins",
        ("time stamps", "offset asked"),
        "d.csv",
        text("Date,Client,Amount", "2019-12-31T23:30:00Z,Acme,€10", "2026-03-04T10:00:00+01:00,Acme,€10"),
        Expected(2, 2, sums={"EUR": "20.00"}, converted="22.00", asks=("offset: Date",)),
        Answers(in_zone=True),
    ),
    Case(
        "before-the-rate",
        "nothing is extrapolated backwards: a day before the first rate is unknown",
        ("no rate",),
        "d.csv",
        text("Date,Client,Amount", "2019-12-31,Acme,€10", "2020-01-01,Acme,€10"),
        good(2, "11.00", unknown=1, EUR="10.00"),
    ),
)
