"""What changed in closed quarters since their close: the rows between two figures, and why (rules 2.4)."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import BooleanField, Exists, F, Func, OuterRef

from contributions.models import ClosedPeriod, ClosedRow, Contribution
from contributions.queries.contributions import counted, visible_contributions
from contributions.queries.periods import closed_periods, closed_rows
from contributions.rules import RevenueType
from kamtrak.lib.months import Quarter
from workspaces.models import Workspace
from workspaces.queries.people import Scope

ZERO = Decimal(0)


class Same(Func):
    """Equal, and unknown is equal to unknown."""

    template, arg_joiner, output_field = "(%(expressions)s)", " IS NOT DISTINCT FROM ", BooleanField()


@dataclass(frozen=True)
class Change:
    """One row between a closed figure and now, and why (rules 2.4). Money is in the workspace currency.

    `copy`: the row as closed; None if it came to its place later. `live`: the row as it stands at the same
    place now; None if it was voided or moved away.
    """

    copy: ClosedRow | None
    live: Contribution | None
    why: str

    @property
    def row(self) -> ClosedRow | Contribution:
        row = self.copy or self.live
        assert row is not None  # noqa: S101 - a change has at least one side
        return row

    @property
    def type(self) -> RevenueType:
        return self.row.kind

    @property
    def quarter(self) -> Quarter:
        return self.row.quarter

    @property
    def owner_name(self) -> str:
        return self.row.owner_name if isinstance(self.row, ClosedRow) else str(self.row.owner)

    @property
    def client_name(self) -> str:
        if isinstance(self.row, ClosedRow):
            return self.row.client_name
        return str(self.row.client.survivor or self.row.client)

    @property
    def contribution_id(self) -> int:
        return self.copy.contribution_id if self.copy else int(self.row.pk)

    @property
    def closed(self) -> Decimal | None:
        return self.copy.converted if self.copy else None

    @property
    def now(self) -> Decimal | None:
        return self.live.converted if self.live else None

    @property
    def difference(self) -> Decimal:
        return (self.now or ZERO) - (self.closed or ZERO)


def later_changes(workspace: Workspace, scope: Scope, quarters: Iterable[Quarter]) -> list[Change]:
    """The rows whose figure differs from the copy of their closed quarter.

    Per quarter and type the differences sum to `later`: a row that moved to another type or quarter is a
    change at both places. Only what differs is loaded, however many rows were closed.
    """
    closed = {q: period for q, period in closed_periods(workspace).items() if q in set(quarters)}
    copies = closed_rows(workspace, scope).filter(quarter__in=closed)
    live = counted(visible_contributions(workspace, scope)).filter(quarter__in=closed)
    place = {name: OuterRef(name) for name in ("quarter", "type")}
    same = live.filter(Same(F("converted"), OuterRef("converted")), pk=OuterRef("contribution_id"), **place)
    copied = copies.filter(contribution_id=OuterRef("pk"), **place)
    moved = list(copies.filter(~Exists(same)))
    added = live.filter(~Exists(copied)).select_related("owner__user", "client__survivor")
    now = Contribution.objects.filter(workspace=workspace).in_bulk([copy.contribution_id for copy in moved])
    changes = [_changed(copy, now.get(copy.contribution_id), workspace) for copy in moved]
    changes += [_added(row, closed[row.quarter]) for row in added]
    return sorted(changes, key=lambda c: (c.type.number, c.client_name.casefold(), c.contribution_id))


def _changed(copy: ClosedRow, now: Contribution | None, workspace: Workspace) -> Change:
    if now is None or now.is_void:
        return Change(copy, None, f"voided: {now.void_reason}" if now else "no longer on record")
    if now.quarter != copy.quarter:
        return Change(copy, None, f"moved to {workspace.calendar.label(now.quarter)}")
    if now.type != copy.type:
        return Change(copy, None, f"now {now.kind.label.lower()}")
    if (copy.amount, copy.currency, copy.share, copy.counts_on) != (
        now.amount.amount,
        now.currency,
        now.share,
        now.counts_on,
    ):
        return Change(copy, now, "edited")
    return Change(copy, now, "rate settled" if copy.provisional else "rate supplied or changed")


def _added(row: Contribution, period: ClosedPeriod) -> Change:
    existed = row.created_at <= period.closed_at
    return Change(None, row, "moved here or restored after the close" if existed else "added after the close")
