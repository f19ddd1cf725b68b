"""What pages call the states, warnings and rules of transactions: plain words, never internal names."""

from transactions.rules import Lack, Warning
from transactions.rules.states import Mark, State

TIERS = {1: "as given", 2: "quantity × price", 3: "catalog price"}

STATES = {
    State.COUNTED: "counted",
    State.UNKNOWN: "no revenue yet",
    State.NO_RATE: "no revenue yet: no exchange rate",
    State.NO_ENTRY: "no revenue yet: not in the catalog",
    State.NO_VALUE: "no revenue yet: no catalog price",
    State.AMBIGUOUS: "no revenue yet: several products of that name",
    State.NO_TAX: "no revenue yet: tax not known",
    State.NOTHING: "no revenue yet: cannot derive",
    State.NOT_REVENUE: "not revenue",
    State.REPLACED: "replaced",
    State.ALL: "all, replaced ones too",
}

MARKS = {
    Mark.EDITED: "edited by hand",
    Mark.EARLIER: "earlier price or rate",
    Mark.PROVISIONAL: "provisional rate",
    Mark.FELL_PAST_BLANK: "a mapped column was blank",
    Mark.DISAGREES: "differs from quantity × price",
    Mark.UNREAD_UNUSED: "unreadable cell, not needed",
    Mark.DOUBLE_NEGATIVE: "negative × negative",
    Mark.ASSUMED_CURRENCY: "currency assumed",
    Mark.REFUND_ADDS: "refund above 0",
    Mark.NO_SALE: "sale not found",
}

# In a line of the list, beside the row: short. A provisional figure is underlined instead. That a column was
# blank or a currency assumed is often true of a whole file: the filter finds it, and the page tells it.
SHORT = {
    Warning.DISAGREES: "differs",
    Warning.DOUBLE_NEGATIVE: "− × −",
    Warning.REFUND_ADDS: "refund above 0",
    Warning.NO_SALE: "no sale",
    Warning.UNREAD_UNUSED: "unreadable cell",
}

# On the page of a row, what it means; the others stand among the steps to its figure.
WARNINGS = {
    Warning.DISAGREES: "The stated revenue is not quantity × price. The stated one counts.",
    Warning.UNREAD_UNUSED: "A cell holds text that cannot be read. No figure needs it.",
    Warning.DOUBLE_NEGATIVE: "A negative quantity at a negative price gives a positive figure.",
    Warning.REFUND_ADDS: "A refund whose figure is above 0: look at what was declared of its sign.",
}

# In a check, of many rows at once: what their revenue waits for.
LACKS = {
    Lack.NO_RATE: "no exchange rate for its currency and day",
    Lack.NO_ENTRY: "the product is not in the catalog",
    Lack.NO_VALUE: "the catalog has no value for the day",
    Lack.AMBIGUOUS: "several products bear the name",
    Lack.NOTHING: "neither revenue, nor quantity and price, nor a product",
    Lack.NO_TAX: "it includes tax, and nothing says how much",
    Lack.NO_REVENUE: "the revenue that it is taken from is unknown",
}
# What of them is worth a look; that a column was blank stands beside how revenue is found.
WORTH_A_LOOK = {
    Warning.DISAGREES: "The revenue given is not quantity × price; the revenue given counts",
    Warning.UNREAD_UNUSED: "A cell that no figure needs cannot be read",
    Warning.DOUBLE_NEGATIVE: "A negative quantity at a negative price counts as positive",
    Warning.ASSUMED_CURRENCY: "Nothing says the currency: the workspace’s is assumed",
    Warning.REFUND_ADDS: "A refund whose amount is above zero",
    Warning.NO_SALE: "The sale that the refund names is not there: rate and price are of its own day",
}


def lack_said(lack: int) -> str:
    """What an unknown revenue waits for."""
    return LACKS.get(Lack(lack), "unknown")


def tier_said(tier: int) -> str:
    """How a revenue was found."""
    return TIERS.get(tier, "no rule applies")


def warnings_of(flags: int) -> list[Warning]:
    """The warnings that the flags hold, one by one."""
    return [warning for warning in Warning if flags & warning]
