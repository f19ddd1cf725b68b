"""The columns of a file of contracts: what they are called, what they hold, and a file as it is expected."""

from contracts.rules import ContractType, Unit
from kamtrak.lib.tables import Column, Kind
from workspaces.rules import name_key

COLUMNS = (
    Column("number"),
    Column("name", blank=True),
    Column("client", blank=True),
    Column("owner", blank=True),
    Column("type", blank=True),
    Column("start", Kind.DATE, blank=True),
    Column("months", Kind.NUMBER, blank=True),
    Column("currency", blank=True),
    Column("confirmed on", Kind.DATE, blank=True),
    Column("from month", Kind.NUMBER),
    Column("to month", Kind.NUMBER, blank=True),
    Column("revenue", Kind.NUMBER),
    Column("unit", optional=True, blank=True),
    Column("monthly revenue", Kind.NUMBER, optional=True, blank=True),
    Column("details", optional=True, blank=True),
)
HOLDS = {
    "number": "the contract’s number; rows with the same one are the rules of one contract",
    "name": "what it is called",
    "client": "the client account",
    "owner": "an account manager, by e-mail or name",
    "type": "fixed, roll-over or casual",
    "start": "the day on which it starts",
    "months": "the period; 1 for casual contracts",
    "currency": "a code, like EUR",
    "confirmed on": "the day on which it was confirmed",
    "from month": "the first month of the rule, counted from 1",
    "to month": "its last month; blank is onwards",
    "revenue": "what each of its months earns, or the percentage",
    "unit": "blank for an amount, % for a percentage of the monthly revenue",
    "monthly revenue": "where a percentage counts from it",
    "details": "anything else about it",
}
OF_THE_CONTRACT = ("name", "client", "owner", "type", "start", "months", "currency", "confirmed on")


def _line(**cells: str) -> tuple[str, ...]:
    """A row of the sample: its cells by column, spaces written as underscores."""
    return tuple(cells.get(column.name.replace(" ", "_"), "") for column in COLUMNS)


def sample(owner: str) -> tuple[tuple[str, ...], ...]:
    """A file as it is expected: it can be brought, since `owner` is whose contracts these are."""
    return (
        tuple(column.name for column in COLUMNS),
        _line(
            number="KT-2024-001",
            name="Visibility platform",
            client="Nordhavn Logistics",
            owner=owner,
            type="fixed",
            start="2024-03-15",
            months="24",
            currency="EUR",
            confirmed_on="2024-03-01",
            from_month="1",
            to_month="12",
            revenue="10000",
        ),
        _line(
            number="KT-2024-001",
            from_month="13",
            to_month="24",
            revenue="80",
            unit="%",
            monthly_revenue="10000",
        ),
        _line(
            number="KT-2025-014",
            name="Support",
            client="Castellan Bank",
            owner=owner,
            type="roll-over",
            start="2025-01-01",
            months="12",
            currency="USD",
            confirmed_on="2024-12-20",
            from_month="1",
            revenue="1250.00",
        ),
    )


KINDS = {name_key(kind.label): kind for kind in ContractType} | {
    "fixed": ContractType.FIXED,
    "rollover": ContractType.ROLL_OVER,
    "roll over": ContractType.ROLL_OVER,
}
UNITS = {
    "": Unit.AMOUNT,
    "amount": Unit.AMOUNT,
    "$": Unit.AMOUNT,
    "%": Unit.PERCENT,
    "percent": Unit.PERCENT,
}
