"""Who may change what rows are derived from, and the reason that goes with it (rules 8.2, 8.4)."""

from kamtrak.lib.errors import Refused
from kamtrak.reasons import kept_reason
from workspaces.models import Membership
from workspaces.rules import Right


def reason_of(by: Membership, reason: str, what: str) -> str:
    """The reason as it is kept; raises Refused without one, and for whoever may not change `what`."""
    if not by.can(Right.MASTERS):
        raise Refused(f"Only an owner or administrator changes {what}.")
    return kept_reason(reason, "Say why: it is kept in the history.")
