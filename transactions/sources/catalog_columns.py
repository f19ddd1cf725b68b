"""The columns of a file of catalog entries: what they are called and hold, and a file as it is expected."""

import re

from kamtrak.lib.tables import Column, Kind
from transactions.rules import Measure

MEASURES = {
    "revenue": Measure.REVENUE,
    "cost": Measure.COST,
    "profit": Measure.PROFIT,
    "profit %": Measure.PROFIT_PERCENT,
    "tax %": Measure.TAX_PERCENT,
    "points": Measure.POINTS,
}
COLUMNS = (
    Column("code"),
    Column("name", optional=True, blank=True),
    Column("aliases", optional=True, blank=True),
    Column("valid from", Kind.DATE, optional=True, blank=True),
    *(Column(name, Kind.NUMBER, optional=True, blank=True) for name in MEASURES),
    Column("includes tax", optional=True, blank=True),
)
HOLDS = {
    "code": "the entry’s code; rows with the same one are its values from different days on",
    "name": "what it is called; blank leaves the name that there is",
    "aliases": "other codes or names that files write, with | between them",
    "valid from": "the day from which the values hold, until the next one of the same kind",
    "revenue": "what one unit is sold for",
    "cost": "what one unit costs",
    "profit": "what one unit leaves",
    "profit %": "profit in percent of the revenue, 0 to 100",
    "tax %": "tax in percent, 0 to 100",
    "points": "points of the score per unit",
    "includes tax": "yes or no: whether the revenue includes tax",
}
_BETWEEN = " | "
_BAR = re.compile(r"(?<!\|)\|(?!\|)")  # one that stands alone; two are one that belongs to an alias
YES = {"yes", "y", "true", "1"}
NO = {"no", "n", "false", "0"}


def joined_aliases(aliases: list[str]) -> str:
    """Several aliases in one cell."""
    return _BETWEEN.join(alias.replace("|", "||") for alias in aliases)


def split_aliases(cell: str) -> list[str]:
    """What `joined_aliases` was given."""
    return [part.strip().replace("||", "|") for part in _BAR.split(cell) if part.strip()]


def _line(**cells: str) -> tuple[str, ...]:
    """A row of the sample: its cells by column, spaces written as underscores."""
    return tuple(cells.get(column.name.replace(" ", "_").replace("_%", "_percent"), "") for column in COLUMNS)


SAMPLE = (
    tuple(column.name for column in COLUMNS),
    _line(
        code="TRK-T4",
        name="Tracker T4",
        aliases="T4 | Tracker 4",
        valid_from="2026-01-01",
        revenue="112.00",
        cost="69.80",
        tax_percent="25",
        includes_tax="no",
    ),
    _line(code="TRK-T4", valid_from="2026-07-01", revenue="118.00", cost="71.20", includes_tax="no"),
    _line(
        code="SVC-ON",
        name="Onboarding day",
        valid_from="2026-01-01",
        revenue="1150.00",
        profit_percent="42.5",
        tax_percent="19",
        includes_tax="no",
    ),
)
