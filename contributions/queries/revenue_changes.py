"""What changed in imported rows since their quarters were closed, and why (rules 2.4).

A close may hold half a million rows, so the two sides are compared by the database: the rows at the same
place, of the same owner in the same quarter, whose figure differs; and those that are on one side alone.
Per quarter the differences sum to `later`: a row that got another owner is a change at both.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from contributions.models import ClosedPeriod, ClosedRowTotal, ClosedTransaction
from contributions.queries.revenue_rows import KEPT, ROWS, live_rows
from contributions.rules.revenue import Why
from kamtrak.lib.months import Month, Quarter
from transactions.models import Edit, Import, RowTotal, RowVersion, SeenProduct, Split
from transactions.rules import Status
from workspaces.models import ClientAccount, Membership, User, Workspace
from workspaces.queries.people import Scope

ZERO = Decimal(0)
COPIES = ClosedTransaction._meta.db_table
COMPARED = (
    "month, owner_id, about, status, lack, tier, currency, rows, quantity, revenue, converted, tax, profit"
)


def _said(cases: Iterable[tuple[str, Why]], otherwise: Why) -> str:
    whens = " ".join(f"when {condition} then '{why.value}'" for condition, why in cases)
    return f"case {whens} else '{otherwise.value}' end"


_INSIDE = "elsewhere.day >= %(start)s and elsewhere.day < %(end)s"
_WHY_GONE = _said(
    (
        ("elsewhere.id is null", Why.GONE),
        (f"elsewhere.status = {Status.NOT_REVENUE.value}", Why.NOT_REVENUE),
        (f"elsewhere.status not in ({KEPT})", Why.REPLACED),
        (f"not ({_INSIDE})", Why.MOVED),
    ),
    Why.HANDED_OVER,
)
# An update of a row that was there before the close brought it in from elsewhere: it did not bring the row.
_ON_RECORD = f"""
    exists (
        select from {RowVersion._meta.db_table} v join {Import._meta.db_table} i on i.id = v.origin_id
        where v.workspace_id = t.workspace_id and v.row_id = t.id and i.committed_at <= %(closed_at)s
    )
"""
_WHY_ADDED = _said(
    (
        ("copied.id is not null", Why.TAKEN_OVER),
        (f"origin.committed_at > %(closed_at)s and not {_ON_RECORD}", Why.IMPORTED),
    ),
    Why.COUNTED,
)
_WHY_CHANGED = _said(
    (
        ("t.converted is null", Why.LOST),
        ("edit.at > %(closed_at)s", Why.EDITED),
        ("origin.committed_at > %(closed_at)s", Why.UPDATED),
        (f"c.status = {Status.UNKNOWN.value}", Why.FOUND),
        ("(c.revenue, c.currency) is distinct from (t.revenue, t.currency)", Why.DERIVED),
        ("c.provisional", Why.SETTLED),
    ),
    Why.RATE,
)
# The rows between a close and now: the copy, the live row, the difference of their figures, and why.
# Unknown is no figure: where neither side has one the difference is null (rules 6.6).
MOVED = f"""
    moved as (
        select c.id as copy_id, t.id as live_id,
            case when coalesce(c.converted, t.converted) is null then null
                else coalesce(t.converted, 0) - coalesce(c.converted, 0) end as difference
        from (
            select id, source_id, key, occurrence, coalesce(owner_id, 0) as owner, converted from {COPIES} c
            where c.workspace_id = %(workspace)s and c.period_id = %(period)s {{copies}}
        ) c full join (
            select id, source_id, key, occurrence, coalesce(owner_id, 0) as owner, converted from {ROWS} t
            where {{live}}
        ) t using (source_id, key, occurrence, owner)
        where c.id is null or t.id is null or c.converted is distinct from t.converted
    ),
    told as (
        select m.*, case when m.live_id is null then {_WHY_GONE} when m.copy_id is null then {_WHY_ADDED}
            else {_WHY_CHANGED} end as why
        from moved m
        left join {COPIES} c on c.id = m.copy_id
        left join {ROWS} t on t.id = m.live_id
        left join {Import._meta.db_table} origin on origin.id = t.origin_id
        left join {Edit._meta.db_table} edit on edit.id = t.edit_id
        left join {ROWS} elsewhere on m.live_id is null and elsewhere.workspace_id = c.workspace_id
            and elsewhere.source_id = c.source_id and elsewhere.key = c.key
            and elsewhere.occurrence = c.occurrence
        left join {COPIES} copied on m.copy_id is null and copied.workspace_id = t.workspace_id
            and copied.period_id = %(period)s and copied.source_id = t.source_id and copied.key = t.key
            and copied.occurrence = t.occurrence
    )
"""  # noqa: S608 - our own names


# Whose months, by client, came to something else when the quarter was closed: each side's totals less the
# other's.
_GROUPS = f"""
    with live as (
        select {COMPARED} from {RowTotal._meta.db_table} where workspace_id = %(workspace)s
            and split = {Split.CLIENT.value} and month >= %(start)s and month < %(end)s and status in ({KEPT})
    ), copied as (
        select {COMPARED} from {ClosedRowTotal._meta.db_table} where workspace_id = %(workspace)s
            and period_id = %(period)s and split = {Split.CLIENT.value}
    )
    select distinct month, owner_id from (
        (table live except table copied) union all (table copied except table live)
    ) moved {{owned}}
"""  # noqa: S608 - our own names


def moved_rows(
    workspace: Workspace, scope: Scope, quarter: Quarter, period: ClosedPeriod
) -> tuple[str, dict[str, Any]]:
    """The rows between this close and now, as SQL after "with": `told` (copy_id, live_id, difference, why);
    and its parameters. One query, to the totals."""
    rows = live_rows(workspace, scope, quarter.start, quarter.end)
    params = {**rows.params, "period": period.pk, "closed_at": period.closed_at}
    owned = "" if scope.owners is None else "where owner_id = any(%(owners)s)"
    with connection.cursor() as cursor:
        cursor.execute(_GROUPS.format(owned=owned), params)
        groups = cursor.fetchall()
    theirs = "{t}.owner_id = any(%(moved_owners)s)"
    if any(owner is None for _, owner in groups):
        theirs = f"({theirs} or {{t}}.owner_id is null)"
    narrow = f"and {theirs} and {{t}}.day >= %(first)s and {{t}}.day < %(last)s" if groups else "and false"
    months = [Month.of(month) for month, _ in groups] or [quarter.first]
    params |= {
        "moved_owners": sorted({owner for _, owner in groups if owner is not None}),
        "first": min(months).first,
        "last": max(months).end,
    }
    live = f"{rows.condition} {narrow.format(t='t')}"
    return MOVED.format(copies=narrow.format(t="c"), live=live), params


@dataclass(frozen=True)
class RowChange:
    """One row between the close and now. Money is in the workspace currency; None is unknown, and where
    `copied` or `counted` is False the row is not on that side at all."""

    transaction_id: int | None  # of the live row, None if there is none at this place
    day: date
    client_name: str
    owner_name: str
    product_name: str
    why: str
    closed: Decimal | None
    now: Decimal | None
    copied: bool
    counted: bool
    difference: Decimal | None


@dataclass(frozen=True)
class RowChanges:
    """The largest changes, and how many there are in all; `total` is the sum of all their differences."""

    lines: tuple[RowChange, ...]
    count: int
    total: Decimal

    @property
    def more(self) -> int:
        return self.count - len(self.lines)

    @property
    def more_difference(self) -> Decimal:
        return self.total - sum((line.difference or ZERO for line in self.lines), ZERO)


_LARGEST = f"""
    with {{moved}}
    select m.live_id, coalesce(c.day, t.day), coalesce(c.client_name, client.name, ''),
        coalesce(c.owner_name, nullif(person.name, ''), person.email, ''),
        coalesce(c.product_name, product.text, ''), m.why, c.converted, t.converted,
        m.copy_id is not null, m.live_id is not null, m.difference, m.count, m.total
    from (
        select *, count(*) over () as count, sum(difference) over () as total from told
        order by abs(difference) desc nulls last, copy_id, live_id limit %(limit)s
    ) m
    left join {COPIES} c on c.id = m.copy_id
    left join {ROWS} t on t.id = m.live_id
    left join {ClientAccount._meta.db_table} account on account.id = t.client_id
    left join {ClientAccount._meta.db_table} client on client.id = account.survivor_id
    left join {SeenProduct._meta.db_table} product on product.id = t.product_id
    left join {Membership._meta.db_table} owner on owner.id = t.owner_id
    left join {User._meta.db_table} person on person.id = owner.user_id
    order by abs(m.difference) desc nulls last, m.copy_id, m.live_id
"""  # noqa: S608 - our own names


def revenue_changes(
    workspace: Workspace, scope: Scope, quarter: Quarter, period: ClosedPeriod, *, limit: int
) -> RowChanges:
    """The rows whose figure differs from the copy that this close made; two queries."""
    moved, params = moved_rows(workspace, scope, quarter, period)
    with connection.cursor() as cursor:
        cursor.execute(_LARGEST.format(moved=moved), {**params, "limit": limit})
        found = cursor.fetchall()
    lines = tuple(RowChange(*row[:-2]) for row in found)
    return RowChanges(lines, found[0][-2], found[0][-1] or ZERO) if found else RowChanges((), 0, ZERO)
