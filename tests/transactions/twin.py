"""A retailer's export as those of real shops are: 10,000 lines of 512 invoices, £180,667.75 in all."""

from decimal import Decimal
from pathlib import Path

HEADER = "InvoiceNo;StockCode;Description;Quantity;InvoiceDate;UnitPrice;CustomerID;Country"
LINES, INVOICES, TOTAL = 10_000, 512, Decimal("180667.75")
_PRICES = [Decimal(price) for price in ("2.55", "3.39", "2.75", "0.85", "1.25", "4.25", "0.42", "1.69")]
_COUNTRIES = ["United Kingdom"] * 9 + ["Germany"]


def write_twin(path: Path) -> Path:
    """UTF-8 with a mark, semicolons, decimal commas, days before months; the last line makes up the total."""
    left = TOTAL
    lines = [HEADER]
    for number in range(LINES):
        invoice = number % INVOICES
        quantity, price = number % 11 - 1 or 12, _PRICES[number % len(_PRICES)]
        if number == LINES - 1:
            quantity, price = 1, left
        left -= quantity * price
        cells = [
            f"{'C' if invoice == 7 else ''}{536_365 + invoice}",
            f"{85_000 + number % 700}{'A' if number % 3 else ''}",
            f"FIGURINE {number % 700}" if number % 700 else "",
            str(quantity),
            f"{1 + invoice % 5}/12/2010 {8 + invoice % 12:02}:{invoice % 60:02}",
            str(price).replace(".", ","),
            "" if invoice % 4 == 3 else str(17_850 + invoice % 40),
            _COUNTRIES[invoice % len(_COUNTRIES)],
        ]
        lines.append(";".join(cells))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8-sig")
    return path
