"""What changed in the months of contracts since their quarters were closed, and why (rules 2.4)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Exists, F, OuterRef, Q, Subquery

from contracts.models import Contract, ScheduleVersion
from contributions.models import ClosedContractMonth, ClosedPeriod, FrozenContractMonth
from contributions.queries.closed_contracts import closed_months
from contributions.queries.contract_months import fields_of, in_months, live_rows, told_rows
from contributions.queries.periods import Same
from contributions.rules.contract_months import ContractNow, Side, why_added, why_changed, why_gone
from kamtrak.lib.months import Month, Quarter
from workspaces.models import Workspace
from workspaces.queries.people import EVERYONE, Scope, said_name

ZERO = Decimal(0)


@dataclass(frozen=True)
class MonthChange:
    """One figure of a month between the close and now, and why. Money is in the workspace currency.

    `copy`: as closed; None if it came to its place, its owner's month, later. `live`: as it stands there
    now; None if it is gone or somebody else's.
    """

    copy: FrozenContractMonth | None
    live: FrozenContractMonth | None
    why: str

    @property
    def row(self) -> FrozenContractMonth:
        row = self.copy or self.live
        assert row is not None  # noqa: S101 - a change has at least one side
        return row

    @property
    def closed(self) -> Decimal | None:
        return self.copy.converted if self.copy else None

    @property
    def now(self) -> Decimal | None:
        return self.live.converted if self.live else None

    @property
    def difference(self) -> Decimal | None:
        """What the change does to its sum; None, unknown, where neither side has a rate (rules 6.6)."""
        if self.now is None and self.closed is None:
            return None
        return (self.now or ZERO) - (self.closed or ZERO)


Place = tuple[Side, int, Month, int]  # side, contract, month, owner


def contract_changes(
    workspace: Workspace, scope: Scope, closed: Mapping[Quarter, ClosedPeriod]
) -> list[MonthChange]:
    """The months whose figure differs from the copy of their closed quarter.

    Per quarter and side the differences sum to `later`: a month that was handed over is a change at both
    owners. Only what differs is loaded, however many months were closed; `closed` are the quarters asked for.
    """
    if not closed:
        return []
    copies = {_place(copy): copy for copy in _without_twin(workspace, scope, closed)}
    live = {_place(each.row): each for side in Side for each in _without_copy(workspace, scope, side, closed)}
    reasons = _Reasons(workspace, closed, copies, live)
    changes = [
        MonthChange(copies.get(place), live[place].row if place in live else None, reasons.why(place))
        for place in {*copies, *live}
    ]
    return sorted(changes, key=lambda each: (each.row.contract_number, each.row.side, each.row.month))


@dataclass(frozen=True)
class _Live:
    """A live month, and when a confirmed one was entered."""

    row: FrozenContractMonth
    entered_at: datetime | None


def _place(row: FrozenContractMonth) -> Place:
    return row.kind, row.contract_id, row.month, row.owner_id


Closed = Mapping[Quarter, ClosedPeriod]


def _without_twin(workspace: Workspace, scope: Scope, closed: Closed) -> Iterable[ClosedContractMonth]:
    """The copies that have no live month of the same figure at their place."""
    missing = Q()
    for side in Side:
        twin = live_rows(workspace, EVERYONE, side).filter(
            Same(F("now"), OuterRef("converted")),
            contract=OuterRef("contract_id"),
            month=OuterRef("month"),
            owner=OuterRef("owner_id"),
        )
        missing |= Q(side=side.value) & ~Q(Exists(twin.order_by()))
    return closed_months(workspace, scope, closed.values()).filter(missing)


def _without_copy(workspace: Workspace, scope: Scope, side: Side, closed: Closed) -> Iterator[_Live]:
    """The live months that have no copy of the same figure at their place."""
    span = Q()
    for quarter in closed:
        span |= in_months(quarter.start, quarter.end)
    copy = closed_months(workspace, EVERYONE, closed.values()).filter(
        Same(F("converted"), OuterRef("now")),
        side=side.value,
        contract_id=OuterRef("contract"),
        month=OuterRef("month"),
        owner_id=OuterRef("owner"),
    )
    rows = live_rows(workspace, scope, side).filter(span).filter(~Exists(copy.order_by()))
    for row in told_rows(side, rows):
        fields = fields_of(workspace, side, row)
        entered_at = row.confirmation.entered_at if side is Side.CONFIRMED else None
        yield _Live(ClosedContractMonth(workspace=workspace, **fields), entered_at)  # never saved


class _Reasons:
    """Why months changed: what became of their contracts, and whose they were or are; three queries."""

    def __init__(
        self,
        workspace: Workspace,
        closed: Mapping[Quarter, ClosedPeriod],
        copies: Mapping[Place, FrozenContractMonth],
        live: Mapping[Place, _Live],
    ) -> None:
        self.closed_at = {
            month: period.closed_at for quarter, period in closed.items() for month in quarter.months
        }
        self.copies, self.live = copies, live
        ids = {contract for _, contract, _, _ in (*copies, *live)}
        self.now = _contracts_now(workspace, ids)
        moved = {contract for side, contract, _, _ in {*copies} ^ {*live} if side is Side.CURRENT}
        self.owners_now, self.owners_then = _owners(workspace, closed, moved)

    def why(self, place: Place) -> str:
        side, contract, month, _ = place
        copy, live, now = self.copies.get(place), self.live.get(place), self.now[contract]
        if copy is None:
            assert live is not None  # noqa: S101 - a place is of one of the two
            of = self.owners_then.get((contract, month), "") if side is Side.CURRENT else ""
            at = self.closed_at[month]
            return why_added(side, closed_at=at, confirmed_at=live.entered_at, of=of, now=now)
        if live is None:
            to = self.owners_now.get((contract, month), "") if side is Side.CURRENT else ""
            return why_gone(side, month, version=copy.version, to=to, now=now)
        return why_changed(
            edited=copy.amount != live.row.amount,
            was_unknown=copy.converted is None,
            was_provisional=copy.provisional,
            now=now,
        )


def _contracts_now(workspace: Workspace, ids: Collection[int]) -> dict[int, ContractNow]:
    version = ScheduleVersion.objects.filter(contract=OuterRef("pk"), number=OuterRef("version"))
    found = Contract.objects.filter(workspace=workspace, pk__in=ids).annotate(
        entered=Subquery(version.values("entered_at")[:1]), why=Subquery(version.values("reason")[:1])
    )
    lines = found.values_list(
        "pk", "added_at", "void_reason", "cancelled_on", "cancel_reason", "version", "entered", "why"
    )
    return {pk: ContractNow(*values) for pk, *values in lines}


Owners = dict[tuple[int, Month], str]


def _owners(workspace: Workspace, closed: Closed, contracts: Collection[int]) -> tuple[Owners, Owners]:
    """Whose the current months of these contracts are now, and were at the close."""
    if not contracts:
        return {}, {}
    live = live_rows(workspace, EVERYONE, Side.CURRENT).filter(contract__in=contracts)
    now = live.values_list("contract", "month", said_name("owner__user"))
    copies = closed_months(workspace, EVERYONE, closed.values())
    then = copies.filter(contract_id__in=contracts, side=Side.CURRENT.value)
    copied = then.values_list("contract_id", "month", "owner_name")
    return tuple({(pk, month): name for pk, month, name in rows} for rows in (now, copied))  # type: ignore[return-value]


# ------------------------------------------------------------------ as a page lists it


@dataclass(frozen=True)
class ContractChange:
    """The changed months of one contract, side and owner that have one reason. `closed` and `now` are None
    where no month has a figure there, `difference` where none has one on either side; `copied` and `counted`
    say whether any month is there at all."""

    row: FrozenContractMonth
    why: str
    months: tuple[Month, ...]
    closed: Decimal | None
    now: Decimal | None
    copied: bool
    counted: bool
    difference: Decimal | None


def changes_by_contract(changes: Iterable[MonthChange]) -> list[ContractChange]:
    """The same changes, a line per contract, side, owner and reason; the largest difference first."""
    groups: dict[tuple[int, str, int, str], list[MonthChange]] = defaultdict(list)
    for change in changes:
        row = change.row
        groups[row.contract_id, row.side, row.owner_id, change.why].append(change)
    lines = [_line(found) for found in groups.values()]
    return sorted(
        lines, key=lambda line: (-abs(line.difference or ZERO), line.row.contract_number, line.row.side)
    )


def _line(changes: list[MonthChange]) -> ContractChange:
    return ContractChange(
        row=changes[0].row,
        why=changes[0].why,
        months=tuple(change.row.month for change in changes),
        closed=_known(change.closed for change in changes),
        now=_known(change.now for change in changes),
        copied=any(change.copy for change in changes),
        counted=any(change.live for change in changes),
        difference=_known(change.difference for change in changes),
    )


def _known(values: Iterable[Decimal | None]) -> Decimal | None:
    known = [value for value in values if value is not None]
    return sum(known, ZERO) if known else None
