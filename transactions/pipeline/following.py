"""What rows do when what they are derived from changes (rules 5.11, 5.12, 6.5).

What waits is derived by itself: rows without an entry, a rate or an owner, and rows whose rate was
provisional. What is settled never moves silently: it is marked, and a person decides.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, Min, Q, Sum
from django.db.models.functions import Coalesce

from fx.queries import load_book
from fx.rules import CurrencyUse, rate_columns
from transactions.models import RowRate, RowTotal, SeenOwner, SeenProduct, Split, Transaction
from transactions.pipeline.comparing import derive_waiting
from transactions.pipeline.marking import mark, mark_prices, unmark
from transactions.queries.books import EVER
from transactions.queries.catalog import load_catalog
from transactions.queries.people import members_by_name
from transactions.queries.waiting import OWNER
from transactions.rules import CATALOG_LACKS, Earlier, Lack, Status, product_key
from transactions.services.alerts import MOVES, refresh_alerts
from transactions.services.totals import hold_rows, totals_follow
from workspaces.models import Membership, Workspace

BATCH = 2000


def _rows(workspace: Workspace) -> Any:
    return Transaction.objects.filter(workspace=workspace)


def _ids(rows: Any) -> list[int]:
    return list(rows.order_by("pk").values_list("pk", flat=True))


# ------------------------------------------------------------------ the catalog


@transaction.atomic
def catalog_changed(*, workspace: Workspace, items: Collection[int], now: datetime) -> int:
    """Entries were added or changed: what they block is derived, what they would move is marked.

    Returns how many rows were derived. Only rows of these products are looked at (rules 5.11).
    """
    workspace = hold_rows(workspace)
    if not SeenProduct.objects.filter(workspace=workspace).exists():
        return 0  # no row names a product: the catalog need not be read
    touched = _match_again(workspace)
    touched |= set(
        SeenProduct.objects.filter(workspace=workspace, item__in=items).values_list("pk", flat=True)
    )
    of_products = _rows(workspace).filter(product__in=touched)
    waiting = _ids(of_products.filter(Q(lack__in=(*CATALOG_LACKS, Lack.NO_TAX)) | Q(profit_lack__gt=0)))
    derived = derive_waiting(workspace, waiting, now, Earlier.PRICE)
    mark_prices(workspace, of_products)
    refresh_alerts(workspace=workspace, now=now)
    return derived


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


# ------------------------------------------------------------------ people


@transaction.atomic
def owner_confirmed(
    *, workspace: Workspace, seen: SeenOwner, member: Membership | None, now: datetime
) -> int:
    """A person said who an owner's name is: the rows of that name are theirs from now on (rules 5.19)."""
    workspace = hold_rows(workspace)
    moved = _give(workspace, _rows(workspace).filter(named_owner=seen.pk), member.pk if member else None)
    refresh_alerts(workspace=workspace, now=now, kinds=[OWNER])
    return moved


def _give(workspace: Workspace, rows: Any, member: int | None) -> int:
    ids = _ids(rows)
    with totals_follow(workspace, ids):
        _rows(workspace).filter(pk__in=ids).update(owner=member)
    return len(ids)


@transaction.atomic
def match_owners(*, workspace: Workspace, now: datetime) -> int:
    """Members have joined or changed their name: names that were nobody's may be theirs; how many rows.

    Rows are looked at as well as names: a file that was checked before a name was matched, and went in
    afterwards, brings rows that are nobody's yet.
    """
    workspace = hold_rows(workspace)
    members = members_by_name(workspace)
    unnamed = SeenOwner.objects.filter(workspace=workspace, member=None, is_alias=False)
    for seen in unnamed:
        if member := members.get(seen.key):
            SeenOwner.objects.filter(pk=seen.pk).update(member=member)
    waiting = _rows(workspace).filter(owner=None, named_owner__isnull=False)
    names = waiting.order_by().values_list("named_owner", flat=True).distinct()
    moved = 0
    for seen in SeenOwner.objects.filter(workspace=workspace, pk__in=names).exclude(member=None):
        moved += _give(workspace, waiting.filter(named_owner=seen.pk), seen.member_id)
    refresh_alerts(workspace=workspace, now=now, kinds=[OWNER])
    return moved


# ------------------------------------------------------------------ rates


def settle_rates(*, workspace: Workspace, now: datetime) -> int:
    """Take provisional rates anew, and derive what had none: how many rows moved (rules 6.5)."""
    workspace = hold_rows(workspace)
    moved = _renew_rates(workspace, RowRate.objects.filter(workspace=workspace, provisional=True), now)
    using = _rows(workspace).filter(Q(rate__in=moved) | Q(profit_rate__in=moved))
    without = _rows(workspace).filter(lack=Lack.NO_RATE) | _rows(workspace).filter(profit_lack=Lack.NO_RATE)
    ids = sorted({*_ids(using), *_ids(without)})
    derived = derive_waiting(workspace, ids, now, Earlier.RATE)
    if ids:
        refresh_alerts(workspace=workspace, now=now)
    return derived


def mark_moved_rates(*, workspace: Workspace, now: datetime) -> int:
    """Rates on record have changed: settled rows that used another one are marked, and wait for a decision
    (5.12); rows whose rate is right again are not. How many are marked.
    """
    workspace = hold_rows(workspace)
    newest = RowRate.objects.filter(workspace=workspace, provisional=False)
    others, alike = _versions(workspace, _renew_rates(workspace, newest, now))
    used = _rows(workspace).filter(Q(rate__in=others) | Q(profit_rate__in=others))
    ids = _ids(used)
    mark(workspace, ids, Earlier.RATE)
    right = _rows(workspace).filter(Q(rate__in=alike) | Q(profit_rate__in=alike), earlier__gt=0)
    unmark(workspace, _ids(right.exclude(pk__in=ids)), Earlier.RATE)
    refresh_alerts(workspace=workspace, now=now, kinds=[MOVES])
    return len(ids)


def _versions(workspace: Workspace, superseded: Collection[int]) -> tuple[list[int], list[int]]:
    """Of the currencies and days whose rate is another number by now: the versions that differ from the
    newest, and those that are like it. Rows may still use any of them."""
    of_days: dict[tuple[str, Any], list[RowRate]] = defaultdict(list)
    days = RowRate.objects.filter(workspace=workspace, pk__in=superseded).values_list("currency", "day")
    wanted = set(days)
    held = RowRate.objects.filter(workspace=workspace, day__in={day for _, day in wanted})
    for version in held.order_by("version"):
        if (version.currency, version.day) in wanted:
            of_days[version.currency, version.day].append(version)
    others: list[int] = []
    alike: list[int] = []
    for *older, former, newest in of_days.values():
        if former.rate != newest.rate:
            for version in (*older, former):
                (alike if version.rate == newest.rate else others).append(version.pk)
    return others, alike


def _renew_rates(workspace: Workspace, rates: Any, now: datetime) -> list[int]:
    """Append a new version of those of the rates that are others by now; the ids of those superseded."""
    newest: dict[tuple[str, Any], RowRate] = {}
    for rate in rates.order_by("version"):
        newest[rate.currency, rate.day] = rate
    held = RowRate.objects.filter(workspace=workspace)
    newest_of = held.values("currency", "day").annotate(n=Max("version"))
    latest = {(each["currency"], each["day"]): each["n"] for each in newest_of}
    current = [rate for key, rate in newest.items() if latest[key] == rate.version]
    first, last = EVER
    codes = {rate.currency for rate in current}
    book = load_book(workspace, codes, first=first, last=last, today=workspace.day_of(now))
    new, superseded = [], []
    for rate in current:
        found = book.conversion(rate.currency, workspace.currency, rate.day)
        columns = {**rate_columns(found), "provisional": found is not None and found.provisional}
        if any(getattr(rate, name) != value for name, value in columns.items()):
            superseded.append(rate.pk)
            new.append(
                RowRate(
                    workspace=workspace,
                    currency=rate.currency,
                    day=rate.day,
                    version=rate.version + 1,
                    recorded_at=now,
                    **columns,
                )
            )
    RowRate.objects.bulk_create(new, batch_size=BATCH)
    return superseded


def currency_uses(workspace: Workspace) -> list[CurrencyUse]:
    """How far each currency is used by transactions, and what they wait for: from the maintained totals."""
    foreign = RowTotal.objects.filter(workspace=workspace, split=Split.NONE)
    without = Q(status=Status.UNKNOWN, lack=Lack.NO_RATE)
    uses = list(
        foreign.exclude(currency__in=("", workspace.currency))
        .values("currency")
        .annotate(
            n=Sum("rows"),
            waiting=Sum("provisional"),
            unknown=Coalesce(Sum("rows", filter=without), 0),
            moved=Sum("earlier"),
        )
        .order_by("currency")
    )
    days = _days_without_rate(workspace) if any(use["unknown"] for use in uses) else {}
    return [
        CurrencyUse(
            use["currency"],
            use["n"],
            use["waiting"],
            use["unknown"],
            first=days.get(use["currency"], (None, None))[0],
            last=days.get(use["currency"], (None, None))[1],
            earlier=use["moved"],
        )
        for use in uses
        if use["n"]
    ]


def _days_without_rate(workspace: Workspace) -> dict[str, tuple[date, date]]:
    """The first and the last day on which rows of a currency wait for a rate."""
    waiting = _rows(workspace).filter(status=Status.UNKNOWN, lack=Lack.NO_RATE)
    spans = waiting.values_list("currency").annotate(first=Min("day"), last=Max("day"))
    return {currency: (first, last) for currency, first, last in spans}


# ------------------------------------------------------------------ the settings


@transaction.atomic
def ways_changed(*, workspace: Workspace, now: datetime) -> int:
    """Signs, taxes or profit mean something else: every row that was derived so far is marked (rules
    5.12).
    """
    workspace = hold_rows(workspace)
    waiting = _ids(_rows(workspace).filter(status=Status.UNKNOWN))
    derived = derive_waiting(workspace, waiting, now, Earlier.WAYS)
    settled = _rows(workspace).filter(status=Status.COUNTED).exclude(pk__in=waiting)
    mark(workspace, _ids(settled), Earlier.WAYS)
    refresh_alerts(workspace=workspace, now=now)
    return derived
