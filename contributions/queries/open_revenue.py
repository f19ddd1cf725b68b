"""What is open in the imported rows of a quarter before it is closed (rules 2.4)."""

from collections.abc import Mapping
from dataclasses import dataclass

from kamtrak.lib.months import Quarter
from transactions.queries.revenue import LINE, line_in, summed, totals_of
from transactions.rules import Lack
from transactions.rules.revenue import RevenueFigures, by_lack, figures_of
from workspaces.models import Workspace
from workspaces.queries.people import Scope


@dataclass(frozen=True)
class OpenRevenue:
    """The live rows of a quarter, and how many have no revenue yet by what they wait for."""

    figures: RevenueFigures
    lacks: Mapping[Lack, int]


def open_revenue(workspace: Workspace, scope: Scope, quarter: Quarter) -> OpenRevenue:
    """One query, to the maintained totals."""
    found = summed(totals_of(workspace, scope, start=quarter.start, end=quarter.end), *LINE)
    lines = [line_in(line) for line in found]
    return OpenRevenue(figures_of(lines), by_lack(lines))
