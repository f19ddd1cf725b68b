"""What rows do when what they were derived from changes: the catalog, the workspace's settings, a rate, or
whom a name means (rules 5.11, 5.12, 5.19).

What waits is derived by itself. What is settled never moves silently: it is marked, and a person decides.
Up to `INLINE` rows follow while the person waits; more are work in the background, a batch to a transaction.
What has followed stays as it is when it follows again, so whoever goes on after an interruption begins anew.
"""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from kamtrak.history import because
from kamtrak.tenancy import in_workspace
from transactions.models import Import, SeenProduct, Transaction
from transactions.pipeline.comparing import derive_waiting, ids_of
from transactions.pipeline.marking import USED_PRICES, mark, mark_prices
from transactions.pipeline.moved_rates import Versions, follow_rates, touched_by
from transactions.pipeline.owned import give_rows, others_rows
from transactions.queries.catalog import load_catalog
from transactions.queries.marked import Selection, moves_path
from transactions.rules import CATALOG_LACKS, Earlier, Lack, Status, product_key
from transactions.services.alerts import refresh_alerts
from transactions.services.totals import hold_rows
from workspaces.models import Job, Membership, User, Workspace
from workspaces.rules import Role
from workspaces.services.jobs import JobKind, Run, create_job

FOLLOW = "transactions_follow"
BATCH = 2000
INLINE = 10_000
MOST_BEGUN = 3
_WAITS = Q(lack__in=(*CATALOG_LACKS, Lack.NO_TAX)) | Q(profit_lack__gt=0)


def rows_of(workspace: Workspace) -> Any:
    """All rows of the workspace."""
    return Transaction.objects.filter(workspace=workspace)


@dataclass(frozen=True)
class Change:
    """What rows follow: prices of these products, these versions of rates, whom this owner's name means, the
    proposed mapping of this import; with none of them what signs, taxes and profit mean."""

    products: tuple[int, ...] | None = None
    rates: Versions | None = None
    owner: int | None = None
    imported: int | None = None

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, said: dict[str, Any]) -> "Change":
        products, rates = said.get("products"), said.get("rates")
        return cls(
            None if products is None else tuple(products),
            None if rates is None else (rates[0], rates[1]),
            said.get("owner"),
            said.get("imported"),
        )

    def touched(self, workspace: Workspace) -> Any:
        """The rows that wait for it, and those that were made with what it changes."""
        rows = rows_of(workspace)
        if self.rates is not None:
            return touched_by(workspace, self.rates)
        if self.owner is not None:
            return others_rows(workspace, self.owner)
        if self.imported is not None:
            return rows.filter(origin=self.imported)
        if self.products is None:
            return rows.filter(status__in=(Status.UNKNOWN, Status.COUNTED))
        return rows.filter(_WAITS | USED_PRICES, product__in=self.products)

    def follow(self, workspace: Workspace, ids: Collection[int], now: datetime) -> None:
        """Derive those of the rows that wait and mark the others, or make them somebody's."""
        rows = rows_of(workspace).filter(pk__in=ids)
        if self.rates is not None:
            follow_rates(workspace, ids, self.rates, now)
        elif self.owner is not None:
            give_rows(workspace, ids, self.owner, now)
        elif self.imported is not None:
            waits = Import.objects.filter(workspace=workspace, pk=self.imported, proposed_at__isnull=False)
            mark(workspace, ids if waits.exists() else (), Earlier.MAPPING)  # it may be dropped meanwhile
        elif self.products is not None:
            derive_waiting(workspace, ids_of(rows.filter(_WAITS)), now, Earlier.PRICE)
            mark_prices(workspace, rows)
        else:
            waiting = ids_of(rows.filter(status=Status.UNKNOWN))
            derive_waiting(workspace, waiting, now, Earlier.WAYS)
            mark(workspace, ids_of(rows.filter(status=Status.COUNTED).exclude(pk__in=waiting)), Earlier.WAYS)


@transaction.atomic
def catalog_changed(
    *, workspace: Workspace, by: Membership, items: Collection[int], reason: str, now: datetime
) -> None:
    """Entries were added or changed: what they block is derived, what they would move is marked. Only rows of
    these products are looked at (rules 5.11).
    """
    workspace = hold_rows(workspace)
    seen = SeenProduct.objects.filter(workspace=workspace)
    if not seen.exists():
        return  # no row names a product: the catalog need not be read
    touched = _match_again(workspace) | set(seen.filter(item__in=items).values_list("pk", flat=True))
    follow(workspace, by, Change(tuple(sorted(touched))), reason, now)


def _match_again(workspace: Workspace) -> set[int]:
    """Which products mean another entry than they did."""
    catalog = load_catalog(workspace)
    moved = []
    for seen in SeenProduct.objects.filter(workspace=workspace).iterator(BATCH):
        item = catalog.match(seen.text if product_key(seen.text) == seen.key else seen.key).item
        if item != seen.item_id:
            seen.item_id = item
            moved.append(seen)
    SeenProduct.objects.bulk_update(moved, ["item"], batch_size=BATCH)
    return {seen.pk for seen in moved}


@transaction.atomic
def ways_changed(*, workspace: Workspace, by: Membership, reason: str, now: datetime) -> None:
    """Signs, taxes or profit mean something else: what waits is derived, every row that was derived so far is
    marked (rules 5.12).
    """
    follow(hold_rows(workspace), by, Change(), reason, now)


def mapping_proposed(*, imported: Import, by: Membership, now: datetime) -> None:
    """Another mapping waits for a decision: every row of the import is marked (rules 5.12). The workspace's
    rows are held."""
    follow(imported.workspace, by, Change(imported=imported.pk), f"Another mapping of {imported}", now)


def follow(workspace: Workspace, by: Membership, change: Change, reason: str, now: datetime) -> None:
    """Have a few rows follow a change of this person at once, or many of them in the background."""
    touched = change.touched(workspace)
    if touched.order_by()[: INLINE + 1].count() > INLINE:
        params = {**change.to_json(), "reason": reason}
        create_job(workspace=workspace, kind=FOLLOW, by=by.user, params=params, now=now)
        return
    change.follow(workspace, ids_of(touched), now)
    refresh_alerts(workspace=workspace, now=now)


def run_following(run: Run) -> dict[str, Any]:
    """The job: have the rows follow a change that was made already, with what holds while each batch does."""
    change = Change.from_json(run.params)
    with in_workspace(run.workspace_id):
        total = change.touched(Workspace.objects.get(pk=run.workspace_id)).count()
    done, last = 0, 0
    while some := _next_batch(run, last):
        done, last = done + len(some), some[-1]
        run.progress("Rows follow", min(done, total), total, now=timezone.now())
    if change.owner is not None:
        return {
            "path": "owners/",
            "action": "See the names",
            "summary": "The rows are of whom the name means.",
        }
    derived = "" if change.imported else "Rows that waited are derived. "
    return {
        "path": moves_path(Selection(imported=change.imported)),
        "action": "See what waits for a decision",
        "summary": f"{derived}Known figures stay as they are until you decide.",
    }


def _next_batch(run: Run, last: int) -> list[int]:
    """Have some of the rows after this id follow, and the alerts once there are none: which they were."""
    change, now = Change.from_json(run.params), timezone.now()
    with in_workspace(run.workspace_id), because(reason=run.params["reason"]):
        workspace = hold_rows(Workspace.objects.get(pk=run.workspace_id))
        left = change.touched(workspace).filter(pk__gt=last).order_by("pk")
        ids = list(left.values_list("pk", flat=True)[:INLINE])
        if ids:
            change.follow(workspace, ids, now)
        else:
            refresh_alerts(workspace=workspace, now=now)
        run.seal()
        return ids


def _begin_anew(job: Job) -> None:
    """Rows that did not follow would stay as they are without a mark: what stopped is begun again, in the
    name of an owner if whoever made the change has left."""
    begun = job.params.get("begun", 1)
    if begun == MOST_BEGUN:
        return
    params = {**job.params, "begun": begun + 1}
    create_job(workspace=job.workspace, kind=FOLLOW, by=_who_goes_on(job), params=params, now=timezone.now())


def _who_goes_on(job: Job) -> User:
    members = Membership.objects.filter(workspace=job.workspace, user__is_active=True, ended_at=None)
    if members.filter(user=job.created_by).exists():
        return job.created_by
    return members.filter(roles__contains=[Role.OWNER]).select_related("user").order_by("pk")[0].user


# Whoever made the change had the right to; what follows is no decision, and nobody may leave it half done.
KIND = JobKind(
    run_following,
    lambda member, params: True,
    title="Transactions follow a change",
    cancellable=False,
    stopped=_begin_anew,
)
