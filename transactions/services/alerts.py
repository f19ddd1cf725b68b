"""What rows wait for, as alerts: one per cause, never per row, ranked by what it blocks (rules 5.11)."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, Sum

from transactions.models import CatalogValue, RowTotal, SeenOwner, SeenProduct, Split, Transaction
from transactions.queries.books import ways_of
from transactions.queries.people import members_by_name
from transactions.queries.waiting import CATALOG, OWNER, RATE
from transactions.rules import Lack, Measure, Status
from workspaces.models import Membership, Severity, Workspace
from workspaces.services.alerts import Cause, raise_alert, resolve_alerts

MOVES = "row-moves"
MOST = 200  # causes of a kind that are raised, those first that block most
OF_PROFIT = (Measure.COST, Measure.PROFIT, Measure.PROFIT_PERCENT)
OF_CATALOG = (Lack.NO_ENTRY, Lack.NO_VALUE, Lack.AMBIGUOUS)


def refresh_alerts(*, workspace: Workspace, now: datetime) -> None:
    """Raise what rows wait for, and resolve what none waits for any more."""
    for prefix, causes in (
        (CATALOG, [*_of_catalog(workspace), *_of_tax(workspace), *_of_profit(workspace)]),
        (RATE, list(_of_rates(workspace))),
        (OWNER, list(_of_owners(workspace))),
        (MOVES, list(_of_moves(workspace))),
    ):
        for cause in causes:
            raise_alert(workspace=workspace, cause=cause, now=now)
        resolve_alerts(workspace=workspace, prefix=prefix, keep={cause.key for cause in causes}, now=now)


def _of_catalog(workspace: Workspace) -> Iterator[Cause]:
    """Products without the entry or the value that revenue needs, by how many rows they block."""
    blocked = RowTotal.objects.filter(
        workspace=workspace, split=Split.PRODUCT, status=Status.UNKNOWN, lack__in=OF_CATALOG
    ).exclude(about=0)
    found = list(
        blocked.values("about", "lack")
        .annotate(n=Sum("rows"), quantity=Sum("quantity"))
        .filter(n__gt=0)
        .order_by("-n", "about")[:MOST]
    )
    texts = SeenProduct.objects.in_bulk([each["about"] for each in found])
    for each in found:
        product = texts[each["about"]]
        said = {
            Lack.NO_ENTRY: "is not in the catalog",
            Lack.NO_VALUE: "has no revenue per unit on the days of its rows",
            Lack.AMBIGUOUS: "is the name of several products",
        }[Lack(each["lack"])]
        without = f"{_rows(each['n'])} without revenue"
        yield _asked(product, Measure.REVENUE, Severity.ERROR, said, without, each)


def _of_tax(workspace: Workspace) -> Iterator[Cause]:
    """Products whose gross figures include a tax that nothing says (rules 5.9)."""
    waiting = RowTotal.objects.filter(
        workspace=workspace, split=Split.PRODUCT, status=Status.UNKNOWN, lack=Lack.NO_TAX
    ).exclude(about=0)
    found = list(
        waiting.values("about")
        .annotate(n=Sum("rows"), quantity=Sum("quantity"))
        .filter(n__gt=0)
        .order_by("-n", "about")[:MOST]
    )
    texts = SeenProduct.objects.in_bulk([each["about"] for each in found])
    for each in found:
        yield _asked(
            texts[each["about"]],
            Measure.TAX_PERCENT,
            Severity.ERROR,
            "has no tax rate, and its figures include tax",
            f"{_rows(each['n'])} without revenue",
            each,
        )


def _of_profit(workspace: Workspace) -> Iterator[Cause]:
    """Products without cost or profit, where profit is measured (rules 5.8)."""
    if not ways_of(workspace).measures_profit:
        return
    waiting = RowTotal.objects.filter(workspace=workspace, split=Split.PRODUCT, status=Status.COUNTED)
    found = list(
        waiting.exclude(about=0)
        .values("about")
        .annotate(n=Sum("profit_unknown"), quantity=Sum("quantity", filter=Q(profit_unknown__gt=0)))
        .filter(n__gt=0)
        .order_by("-n", "about")[:MOST]
    )
    valued = CatalogValue.objects.filter(
        item=OuterRef("item"), measure__in=[m.value for m in OF_PROFIT], value__isnull=False
    )
    products = SeenProduct.objects.filter(~Exists(valued)).in_bulk([each["about"] for each in found])
    for each in found:
        if each["about"] in products:
            yield _asked(
                products[each["about"]],
                Measure.COST,
                Severity.WARNING,
                "has no cost or profit in the catalog",
                f"{_rows(each['n'])} with revenue but without profit",
                each,
            )


def _asked(
    product: SeenProduct,
    measure: Measure,
    severity: Severity,
    lacks: str,
    blocks: str,
    sums: Mapping[str, Any],
) -> Cause:
    quantity = f"{sums['quantity'].normalize():,f}"
    return Cause(
        key=f"{CATALOG}{product.pk}:{measure}",
        severity=severity,
        title=f"“{product.text}” {lacks}",
        detail=f"{blocks}, quantity {quantity}.",
        action="Add it to the catalog",
        path=f"catalog/missing/{product.pk}/?measure={measure}",
        rows=sums["n"],
        quantity=quantity,
    )


def _of_rates(workspace: Workspace) -> Iterator[Cause]:
    """Currencies without a rate, and the days that they are missing on."""
    waiting = Transaction.objects.filter(
        workspace=workspace, status=Status.UNKNOWN, lack=Lack.NO_RATE
    ).values("currency")
    spans = waiting.annotate(n=Count("pk"), first=Min("day"), last=Max("day")).order_by("-n", "currency")
    for span in spans[:MOST]:
        code, first, last = span["currency"], span["first"], span["last"]
        days = f"on {first:%-d %b %Y}" if first == last else f"from {first:%-d %b %Y} to {last:%-d %b %Y}"
        yield Cause(
            key=f"{RATE}{code}",
            severity=Severity.ERROR,
            title=f"No rate from {code} to {workspace.currency} for transactions",
            detail=f"{_rows(span['n'])} {days} {'has' if span['n'] == 1 else 'have'} no revenue yet.",
            action="Add a rate",
            path=f"rates/add/?base={code}&quote={workspace.currency}&day={first.isoformat()}",
            rows=span["n"],
        )


def _of_owners(workspace: Workspace) -> Iterator[Cause]:
    """Names of owners that are no member's (rules 5.19)."""
    unmatched = Transaction.objects.filter(workspace=workspace, owner=None, named_owner__isnull=False)
    found = list(unmatched.values("named_owner").annotate(n=Count("pk")).order_by("-n", "named_owner")[:MOST])
    names = SeenOwner.objects.in_bulk([each["named_owner"] for each in found])
    bearers = members_by_name(workspace) if found else {}
    people = Membership.objects.select_related("user").in_bulk(
        [bearers[name.key] for name in names.values() if name.key in bearers]
    )
    for each in found:
        name = names[each["named_owner"]]
        bearer = people.get(bearers.get(name.key, 0))
        asked = f" {bearer.user.email} has this name now: say whether it is theirs." if bearer else ""
        yield Cause(
            key=f"{OWNER}{name.pk}",
            severity=Severity.WARNING,
            title=f"“{name.text}” is not known to be a member of the workspace"
            if bearer
            else f"“{name.text}” is no member of the workspace",
            detail=f"{_rows(each['n'])} {'counts' if each['n'] == 1 else 'count'} as unassigned.{asked}",
            action="Say who it is",
            path=f"owners/{name.pk}/",
            rows=each["n"],
        )


def _of_moves(workspace: Workspace) -> Iterator[Cause]:
    """Rows that stay as they are until somebody has decided (rules 5.12)."""
    marked = RowTotal.objects.filter(workspace=workspace, split=Split.NONE).aggregate(n=Sum("earlier"))["n"]
    if marked:
        yield Cause(
            key=MOVES,
            severity=Severity.WARNING,
            title="Transactions derived with an earlier price, rate or settings",
            detail="What is on file has changed since. An administrator decides whether they move.",
            action="See what would move",
            path="transactions/moves/",
            rows=marked,
        )


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"
