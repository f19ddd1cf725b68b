"""The orders of the demo's shop system, as it exports them: three years of rows, some of them awkward.

Most rows have quantity and price; some only the product, which the catalog prices; a few neither, or a
product that nobody has entered. Returns come back with a minus and the number of their order.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from kamtrak.demo.accounts import Account
from kamtrak.demo.houses import House, first_day

ROWS = 50_000
HEADER = (
    "Order no",
    "Order date",
    "Customer",
    "Account manager",
    "Item",
    "Qty",
    "Unit price",
    "Currency",
    "Kind",
    "Returns order",
    "Remark",
)
SALE, RETURN, SAMPLE = "sale", "return", "sample"
_REMARKS = ("", "", "", "", "standing order", "by phone", "trade fair", "urgent, by courier")


@dataclass(frozen=True)
class Ware:
    """Something that is sold by the piece: its price in the workspace currency, and what it costs."""

    code: str
    name: str
    price: Decimal
    cost: Decimal
    listed: bool = True  # the catalog has it


WARES = tuple(
    Ware(code, name, Decimal(price), Decimal(cost), listed)
    for code, name, price, cost, listed in (
        ("SEN-100", "Temperature sensor", "48.00", "21.50", True),
        ("SEN-220", "Door sensor", "36.50", "15.20", True),
        ("SEN-310", "Vibration sensor", "129.00", "58.00", True),
        ("GTW-10", "Gateway, 10 sensors", "310.00", "164.00", True),
        ("GTW-50", "Gateway, 50 sensors", "790.00", "402.00", True),
        ("LIC-BAS", "Licence, basic, a month", "19.00", "1.10", True),
        ("LIC-PRO", "Licence, professional, a month", "59.00", "1.90", True),
        ("SRV-DAY", "Service day", "940.00", "520.00", True),
        ("SRV-RMT", "Remote support, an hour", "120.00", "61.00", True),
        ("TRN-01", "Training, a seat", "350.00", "140.00", True),
        ("CAL-STD", "Calibration", "85.00", "33.00", True),
        ("BAT-5", "Battery pack, five years", "22.40", "8.80", True),
        ("MNT-KIT", "Mounting kit", "14.90", "5.60", True),
        ("SIM-EU", "SIM card, a year", "28.00", "11.00", True),
        ("DSP-7", "Wall display", "265.00", "148.00", True),
        ("ANT-EXT", "Outdoor antenna", "74.00", "31.00", False),
        ("PRB-LQ", "Liquid probe", "96.00", "41.00", False),
    )
)
_OTHER_PRICES = {
    "EUR": Decimal("0.91"),
    "GBP": Decimal("0.78"),
    "JPY": Decimal("148"),
    "CAD": Decimal("1.36"),
}


def orders_csv(house: House, today: date, rows: int = ROWS) -> str:
    """The export of `rows` lines up to yesterday, the same for the same house and day."""
    return _written(_orders(house, today, rows))


def latest_csv(house: House, today: date) -> str:
    """What was exported this morning, still to be mapped: other column names, German numbers, open
    questions.
    """
    rng = Random(f"{house.slug} latest")
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(("Beleg", "Datum", "Kunde", "Artikel", "Menge", "Betrag"))
    for number in range(240):
        account, ware = rng.choice(house.accounts), rng.choice(WARES)
        day = today.replace(day=1) + timedelta(days=rng.randrange(min(today.day, 12)))
        count = rng.randint(1, 30)
        amount = f"{ware.price * count:,.2f}".translate(str.maketrans(",.", ".,"))
        writer.writerow(
            (
                f"B{number:05}",
                f"{day:%d/%m/%Y}",
                account.name,
                ware.code,
                count,
                "n/a" if number % 60 == 7 else amount,
            )
        )
    return text.getvalue()


def _written(orders: Iterator[tuple[object, ...]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(HEADER)
    writer.writerows(orders)
    return text.getvalue()


def _orders(house: House, today: date, rows: int) -> Iterator[tuple[object, ...]]:
    rng = Random(f"{house.slug} orders")
    first = first_day(today)
    span = (today - first).days
    weights = [account.size for account in house.accounts]
    sold: list[tuple[object, ...]] = []
    for number in range(rows):
        day = first + timedelta(days=min(int(rng.triangular(0, span, span)), span - 1))
        if sold and rng.random() < 0.012:
            yield _returned(rng.choice(sold), number, day, rng)
            continue
        order = _order(rng, rng.choices(house.accounts, weights)[0], number, day)
        if rng.random() < 0.1:
            sold.append(order)
        yield order


def _order(rng: Random, account: Account, number: int, day: date) -> tuple[object, ...]:
    ware = rng.choices(WARES, [40 if ware.listed else 3 for ware in WARES])[0]
    price: object = (ware.price * _OTHER_PRICES.get(account.currency, Decimal(1))).quantize(Decimal("0.01"))
    if account.currency == "JPY":
        price = int(Decimal(str(price)))
    if rng.random() < 0.06:
        price = ""  # the shop leaves it to the price list
    quantity: object = rng.choice((1, 1, 1, 1, 2, 2, 2, 3, 4, 5))
    kind = SAMPLE if rng.random() < 0.01 else SALE
    manager = account.manager.name if rng.random() > 0.004 else "Web shop"
    name = rng.choice((account.name, *account.aliases)) if rng.random() < 0.1 else account.name
    return (
        f"SO-{number:06}",
        day.isoformat(),
        name,
        manager,
        ware.code if rng.random() > 0.02 else ware.name,
        quantity,
        price,
        account.currency,
        kind,
        "",
        rng.choice(_REMARKS),
    )


def _returned(order: tuple[object, ...], number: int, day: date, part: Random) -> tuple[object, ...]:
    """All of an earlier order or a part of it comes back, at the earliest on its own day."""
    back = max(day, date.fromisoformat(str(order[1])))
    quantity = -part.randint(1, int(str(order[5])))
    kept = order[2:5]
    return (f"SO-{number:06}", back.isoformat(), *kept, quantity, *order[6:8], RETURN, order[0], "returned")
