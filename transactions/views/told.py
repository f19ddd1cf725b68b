"""What pages call the states, warnings and rules of transactions: plain words, never internal names."""

from transactions.rules import Warning
from transactions.rules.states import LACK_LABELS, Mark, State
from transactions.views.words import TIERS

RULES = {tier: said for tier, said in TIERS.items() if tier}  # a row whose figure no rule gives has none

STATES = {
    State.COUNTED: "counted",
    State.UNKNOWN: "no revenue yet",
    **{each: f"no revenue yet: {LACK_LABELS[each.lack]}" for each in State if each.lack},
    State.NOT_REVENUE: "not revenue",
    State.REPLACED: "replaced",
    State.ALL: "all, replaced ones too",
}

MARKS = {
    Mark.EDITED: "edited by hand",
    Mark.EARLIER: "earlier price, rate or mapping",
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
LOUD = (Warning.DISAGREES, Warning.UNREAD_UNUSED, Warning.DOUBLE_NEGATIVE, Warning.REFUND_ADDS)


def warnings_of(flags: int) -> list[Warning]:
    """The warnings that the flags hold, one by one."""
    return [warning for warning in Warning if flags & warning]
