"""Changing how a workspace reads and derives its transactions (rules 5.7 to 5.9)."""

import hashlib
from datetime import datetime

from django.db import transaction

from kamtrak.history import because
from kamtrak.lib.errors import Refused, Stale
from kamtrak.lib.money import shared_symbols
from transactions.queries.books import Ways, ways_of
from transactions.queries.ways import ways_row
from transactions.services.following import ways_changed
from transactions.services.guards import reason_of
from workspaces.models import Membership, Workspace
from workspaces.services.locks import hold_alone


def stamp_of(ways: Ways) -> str:
    """Names exactly these values: the form sends back the stamp of what it showed."""
    said = (sorted(ways.symbols.items()), ways.removes_tax, ways.measures_profit)
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def change_ways(
    *, workspace: Workspace, by: Membership, wanted: Ways, reason: str, seen: str, now: datetime
) -> bool:
    """Save what is wanted over what was shown (`seen`); whether anything changed.

    Raises Refused with the field, and Stale where somebody changed it meanwhile.
    """
    reason = reason_of(by, reason, "how rows are read")
    wanted = _checked(wanted)
    with transaction.atomic(), because(reason=reason):
        workspace = hold_alone(workspace)
        before = ways_of(workspace)
        if before == wanted:
            return False
        if stamp_of(before) != seen:
            raise Stale("The settings were changed meanwhile. See what they are now, then save again.")
        current = ways_row(workspace)
        current.symbols = dict(wanted.symbols)
        current.removes_tax, current.measures_profit = wanted.removes_tax, wanted.measures_profit
        current.save()
        ways_changed(workspace=workspace, by=by, reason=reason, now=now)
    return True


def _checked(wanted: Ways) -> Ways:
    known = shared_symbols()
    for symbol, code in wanted.symbols.items():
        if code and code not in known.get(symbol, frozenset()):
            raise Refused(f"“{symbol}” is not written for {code}. Choose from the list.")
    symbols = {symbol: code for symbol, code in wanted.symbols.items() if code}
    return Ways(symbols, wanted.removes_tax, wanted.measures_profit)
