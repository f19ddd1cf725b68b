"""Who may change what rows are derived from, and the reason that goes with it (rules 8.2, 8.4)."""

from kamtrak.lib.errors import Refused
from kamtrak.reasons import REASON_LENGTH
from workspaces.models import Membership
from workspaces.rules import Right


def reason_of(by: Membership, reason: str, what: str) -> str:
    """The reason as it is kept; raises Refused without one, and for whoever may not change `what`."""
    if not by.can(Right.MASTERS):
        raise Refused(f"Only an owner or administrator changes {what}.")
    if not reason.strip():
        raise Refused("Say why: it is kept in the history.", "reason")
    return reason.strip()[:REASON_LENGTH]
