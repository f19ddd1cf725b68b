"""What is open in the imported rows of a quarter before it is closed (rules 2.4)."""

from collections.abc import Mapping
from dataclasses import dataclass

from kamtrak.lib.months import Quarter
from transactions.queries.revenue import LINE, line_in, summed, totals_of
from transactions.rules import Lack
from transactions.rules.revenue import RevenueFigures, RevenueLine, by_lack, figures_of
from workspaces.models import Workspace
from workspaces.queries.people import EVERYONE, Scope


@dataclass(frozen=True)
class OpenRevenue:
    """The live rows of a quarter, with whose they are; None is nobody's."""

    lines: tuple[tuple[int | None, RevenueLine], ...] = ()

    def read_by(self, scope: Scope) -> "OpenRevenue":
        """Those that this scope reads."""
        owners = scope.owners
        return OpenRevenue(tuple(line for line in self.lines if owners is None or line[0] in owners))

    @property
    def figures(self) -> RevenueFigures:
        return figures_of(line for _, line in self.lines)

    @property
    def lacks(self) -> Mapping[Lack, int]:
        """How many rows have no revenue yet, by what they wait for."""
        return by_lack(line for _, line in self.lines)


def open_revenue(workspace: Workspace, quarter: Quarter) -> OpenRevenue:
    """Of the whole workspace; one query, to the maintained totals."""
    totals = totals_of(workspace, EVERYONE, start=quarter.start, end=quarter.end)
    found = summed(totals, *LINE, "owner_id")
    return OpenRevenue(tuple((line["owner_id"], line_in(line)) for line in found))
