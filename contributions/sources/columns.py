"""The columns of a file of contributions: those of their export that say something of their own (rules 3.10).

What an export says beside them, rates and figures, is derived anew and not read.
"""

from contributions.rules import Basis, RevenueType
from kamtrak.lib.tables import Column, Kind
from workspaces.rules import name_key

COLUMNS = (
    Column("client", blank=True),
    Column("type", blank=True),
    Column("amount", Kind.NUMBER),
    Column("currency", blank=True),
    Column("quarter", optional=True, blank=True),
    Column("earned_on", Kind.DATE, optional=True, blank=True),
    Column("owner", optional=True, blank=True),
    Column("basis", optional=True, blank=True),
    Column("share", Kind.NUMBER, optional=True, blank=True),
    Column("description", optional=True, blank=True),
    Column("voided", optional=True, blank=True),
)
HOLDS = {
    "client": "the client account; a new name makes a new one",
    "type": "direct, influenced, savings or retention",
    "amount": "the whole deal, above 0",
    "currency": "a code, like EUR",
    "quarter": "like 2026Q3; blank is that of the earned date",
    "earned_on": "a day inside the quarter",
    "owner": "you, by e-mail or name; blank is you",
    "basis": "one-off or per year; blank is one-off",
    "share": "your share in percent; blank is 100",
    "description": "what was done, at most 5,000 characters",
    "voided": "yes keeps the row out",
}
TYPES = {name_key(text): kind for kind in RevenueType for text in (kind.value, kind.label)}
BASES = {name_key(text): basis for basis in Basis for text in (basis.value, basis.label)} | {
    "": Basis.ONE_OFF
}
NO = {"", "no", "false", "0"}


def sample(owner: str, quarter: str) -> tuple[tuple[str, ...], ...]:
    """A file as it is expected: it can be brought by `owner`, into a quarter that has begun."""

    def line(**cells: str) -> tuple[str, ...]:
        return tuple(cells.get(column.name, "") for column in COLUMNS)

    return (
        tuple(column.name for column in COLUMNS),
        line(
            client="Nordhavn Logistics",
            type="direct",
            amount="48000.00",
            currency="USD",
            quarter=quarter,
            owner=owner,
            description="Renewed for two years, with the new depot.",
        ),
        line(
            client="Castellan Bank",
            type="influenced",
            amount="125000.00",
            currency="EUR",
            quarter=quarter,
            share="40",
            description="Brought the data team in; sales closed it.",
        ),
        line(
            client="Castellan Bank",
            type="savings",
            amount="12500.50",
            currency="EUR",
            quarter=quarter,
            basis="per year",
        ),
    )
