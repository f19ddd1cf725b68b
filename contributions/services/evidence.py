"""Who may change the evidence of a contribution, and which contribution takes some (rules 8.2)."""

from contributions.models import Contribution
from kamtrak.lib.errors import Refused
from workspaces.models import Membership
from workspaces.rules import Right


def may_change_evidence(contribution: Contribution, by: Membership) -> None:
    """Own contributions only; nobody writes another person's. Raises Refused."""
    if contribution.owner_id != by.pk or not by.can(Right.LOG):
        raise Refused("Only its owner changes the evidence of a contribution.")


def takes_evidence(contribution: Contribution) -> None:
    """Raises Refused for a voided one."""
    if contribution.is_void:
        raise Refused("A voided contribution takes no evidence. Restore it first.")
