"""What a list of transactions is asked for: how far the rows have come, and what marks them."""

from enum import StrEnum

from transactions.rules.outcomes import Lack, Status, Warning

OPEN = (Status.COUNTED, Status.UNKNOWN, Status.NOT_REVENUE)
REPLACED = (Status.VOIDED,)


# What an unknown figure waits for, as it stands beside "—" and in files.
LACK_LABELS = {
    Lack.NO_RATE: "no exchange rate",
    Lack.NO_ENTRY: "not in the catalog",
    Lack.NO_VALUE: "no catalog price",
    Lack.AMBIGUOUS: "several products of that name",
    Lack.NOTHING: "cannot derive",
    Lack.NO_TAX: "tax not known",
    Lack.NO_REVENUE: "revenue not known",
    Lack.NO_QUANTITY: "quantity not known",
}


class State(StrEnum):
    """Which rows a list shows. Those that wait are also found by what they wait for."""

    COUNTED = "counted"
    UNKNOWN = "unknown"
    NO_RATE = "no_rate"
    NO_ENTRY = "no_entry"
    NO_VALUE = "no_value"
    AMBIGUOUS = "ambiguous"
    NO_TAX = "no_tax"
    NOTHING = "nothing"
    NOT_REVENUE = "not_revenue"
    REPLACED = "replaced"
    ALL = "all"

    @property
    def statuses(self) -> tuple[Status, ...]:
        """The stored statuses that it covers."""
        return _STATUSES.get(self, (Status.UNKNOWN,))

    @property
    def lack(self) -> Lack | None:
        """What its rows wait for; None where that does not matter."""
        return _LACKS.get(self)


_STATUSES = {
    State.COUNTED: (Status.COUNTED,),
    State.NOT_REVENUE: (Status.NOT_REVENUE,),
    State.REPLACED: REPLACED,
    State.ALL: tuple(Status),
}
_LACKS = {
    State.NO_RATE: Lack.NO_RATE,
    State.NO_ENTRY: Lack.NO_ENTRY,
    State.NO_VALUE: Lack.NO_VALUE,
    State.AMBIGUOUS: Lack.AMBIGUOUS,
    State.NO_TAX: Lack.NO_TAX,
    State.NOTHING: Lack.NOTHING,
}


class Mark(StrEnum):
    """What a person looks for among rows: edited ones, those that may move, those to be looked at."""

    EDITED = "edited"
    EARLIER = "earlier"
    PROVISIONAL = "provisional"
    FELL_PAST_BLANK = "fell_past_blank"
    DISAGREES = "disagrees"
    UNREAD_UNUSED = "unread_unused"
    DOUBLE_NEGATIVE = "double_negative"
    ASSUMED_CURRENCY = "assumed_currency"
    REFUND_ADDS = "refund_adds"
    NO_SALE = "no_sale"

    @property
    def warning(self) -> Warning | None:
        """The stored flag that it stands for, if it is one."""
        return Warning.__members__.get(self.name)
