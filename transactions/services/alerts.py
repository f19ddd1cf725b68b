"""What rows wait for, as alerts: one per cause, never per row, ranked by what it blocks (rules 5.11)."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import partial

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Sum

from fx.queries import missing_rates
from fx.rules import said_days
from kamtrak.lib.money import quantity_text
from transactions.models import Import, RowTotal, SeenOwner, SeenProduct, Split, Transaction
from transactions.models.rows import WITHOUT_PROFIT
from transactions.queries.books import ways_of
from transactions.queries.people import members_by_name
from transactions.queries.waiting import CATALOG, MOST_RAISED, MOVES, OWNER, RATE, REMAPS, cause_of
from transactions.rules import CATALOG_LACKS, Earlier, Lack, Measure, Status
from transactions.rules.entries import IN_A_SENTENCE
from workspaces.models import Membership, Severity, Workspace
from workspaces.queries.alerts import live_keys
from workspaces.services.alerts import Cause, raise_alerts, resolve_causes

KINDS = (CATALOG, RATE, OWNER, MOVES, REMAPS)  # what the keys of each kind of cause begin with
LACKING = {
    Lack.NO_ENTRY: "is not in the catalog",
    Lack.NO_VALUE: "has no revenue per unit on the days of its rows",
    Lack.AMBIGUOUS: "is the name of several products",
}


@dataclass(slots=True)
class _Waiting:
    """The rows that wait for one cause, and what it is about: a product, an owner's name, a currency."""

    key: str
    rows: int
    about: int | str = 0
    lack: Lack = Lack.NONE
    quantity: Decimal = Decimal(0)
    days: Sequence[date] = ()


def refresh_alerts(*, workspace: Workspace, now: datetime, kinds: Collection[str] = KINDS) -> None:
    """Raise what rows wait for, and resolve what none waits for any more: of the kinds that a change can
    touch. However many causes there are, it takes as many statements."""
    live = live_keys(workspace, kinds)
    causes: list[Cause] = []
    waited_for: set[str] = set()
    for prefix, waiting, told in _LISTS:
        if prefix not in kinds:
            continue
        found = sorted(waiting(workspace), key=lambda each: (-each.rows, each.about))
        waited_for |= {each.key for each in found}
        chosen = found[:MOST_RAISED] + [each for each in found[MOST_RAISED:] if each.key in live]
        causes += told(workspace, chosen, now) if chosen else ()
    raise_alerts(workspace=workspace, causes=causes, now=now)
    resolve_causes(workspace=workspace, keys=live - waited_for, now=now)


# ------------------------------------------------------------------ the catalog


def _without_price(workspace: Workspace) -> Iterable[_Waiting]:
    """Products without the entry or the value that revenue needs: what most of their rows lack."""
    found: dict[int, _Waiting] = {}
    for each in sorted(_blocked(workspace, CATALOG_LACKS, Measure.REVENUE), key=lambda each: -each.rows):
        first = found.setdefault(int(each.about), each)
        if first is not each:
            first.rows += each.rows
            first.quantity += each.quantity
    return found.values()


def _without_tax(workspace: Workspace) -> Iterable[_Waiting]:
    """Products whose gross figures include a tax that nothing says (rules 5.9)."""
    return _blocked(workspace, (Lack.NO_TAX,), Measure.TAX_PERCENT)


def _blocked(workspace: Workspace, lacks: Sequence[Lack], measure: Measure) -> Iterator[_Waiting]:
    """Per product and lack, from the maintained totals."""
    totals = RowTotal.objects.filter(
        workspace=workspace, split=Split.PRODUCT, status=Status.UNKNOWN, lack__in=lacks
    ).exclude(about=0)
    sums = totals.values_list("about", "lack").annotate(n=Sum("rows"), quantity=Sum("quantity"))
    for product, lack, n, quantity in sums.filter(n__gt=0):
        yield _Waiting(cause_of(product, measure), n, product, Lack(lack), quantity)


def _without_profit(workspace: Workspace) -> Iterator[_Waiting]:
    """Products of which rows that count lack cost and profit on their days, where profit is measured (rules
    5.8)."""
    if not ways_of(workspace).measures_profit:
        return
    rows = Transaction.objects.filter(WITHOUT_PROFIT, workspace=workspace, product__isnull=False)
    sums = rows.order_by().values_list("product").annotate(n=Count("pk"), quantity=Sum("quantity"))
    for product, n, quantity in sums:
        yield _Waiting(cause_of(product, Measure.COST), n, product, quantity=quantity or Decimal(0))


def _about_products(
    measure: Measure,
    severity: Severity,
    lacks: str,
    without: str,
    workspace: Workspace,
    found: list[_Waiting],
    now: datetime,
) -> Iterator[Cause]:
    texts = SeenProduct.objects.filter(workspace=workspace).in_bulk([each.about for each in found])
    for each in found:
        quantity = quantity_text(each.quantity)
        yield Cause(
            key=each.key,
            severity=severity,
            title=f"“{texts[each.about].text}” {lacks or LACKING[each.lack]}",
            detail=f"{_rows(each.rows)} {without}, quantity {quantity}.",
            action=_asked_of(each, texts[each.about], measure),
            path=f"catalog/missing/{each.about}/?measure={measure}",
            rows=each.rows,
            quantity=quantity,
        )


def _asked_of(waiting: _Waiting, product: SeenProduct, measure: Measure) -> str:
    """What its repair does: an entry that there is only lacks a value."""
    if waiting.lack == Lack.AMBIGUOUS:
        return "Say which one it is"
    return f"Give its {IN_A_SENTENCE[measure]}" if product.item_id else "Add it to the catalog"


# ------------------------------------------------------------------ rates, owners, decisions


def _without_rate(workspace: Workspace) -> Iterator[_Waiting]:
    """Currencies without a rate, and the days that they are missing on."""
    rows = Transaction.objects.filter(workspace=workspace, status=Status.UNKNOWN, lack=Lack.NO_RATE)
    found = (
        rows.order_by().values_list("currency").annotate(n=Count("pk"), days=ArrayAgg("day", distinct=True))
    )
    for code, n, days in found:
        yield _Waiting(f"{RATE}{code}", n, code, days=days)


def _about_rates(workspace: Workspace, found: list[_Waiting], now: datetime) -> Iterator[Cause]:
    days = {str(each.about): each.days for each in found}
    missing = missing_rates(workspace, days, workspace.day_of(now))
    for each in found:
        code = str(each.about)
        yield Cause(
            key=each.key,
            severity=Severity.ERROR,
            title=f"No rate from {code} to {workspace.currency} for transactions",
            detail=f"{_rows(each.rows)} of {said_days(missing[code].gaps)} "
            f"{'has' if each.rows == 1 else 'have'} no revenue yet.",
            action="Add a rate",
            path=missing[code].path,
            rows=each.rows,
        )


def _without_owner(workspace: Workspace) -> Iterator[_Waiting]:
    """Names of owners that are no member's (rules 5.19)."""
    rows = Transaction.objects.filter(workspace=workspace, owner=None, named_owner__isnull=False)
    for name, n in rows.order_by().values_list("named_owner").annotate(Count("pk")):
        yield _Waiting(f"{OWNER}{name}", n, name)


def _about_owners(workspace: Workspace, found: list[_Waiting], now: datetime) -> Iterator[Cause]:
    names = SeenOwner.objects.filter(workspace=workspace).in_bulk([each.about for each in found])
    bearers = members_by_name(workspace)
    people = Membership.objects.select_related("user").in_bulk(
        [bearers[name.key] for name in names.values() if name.key in bearers]
    )
    for each in found:
        name = names[each.about]
        bearer = people.get(bearers.get(name.key, 0))
        asked = f" {bearer.user.email} has this name now: say whether it is theirs." if bearer else ""
        known = "not known to be a member" if bearer else "no member"
        yield Cause(
            key=each.key,
            severity=Severity.WARNING,
            title=f"“{name.text}” is {known} of the workspace",
            detail=f"{_rows(each.rows)} {'counts' if each.rows == 1 else 'count'} as unassigned.{asked}",
            action="Say who it is",
            path=f"owners/{each.about}/",
            rows=each.rows,
        )


def _to_decide(workspace: Workspace) -> Iterator[_Waiting]:
    """Rows that stay as they are until somebody has decided (rules 5.12); not those that wait for nothing but
    another mapping, which is decided with its import."""
    marked = RowTotal.objects.filter(workspace=workspace, split=Split.NONE).aggregate(n=Sum("earlier"))["n"]
    if marked and Import.objects.filter(workspace=workspace, proposed_at__isnull=False).exists():
        marked -= Transaction.objects.filter(workspace=workspace, earlier=Earlier.MAPPING).count()
    if marked:
        yield _Waiting(MOVES, marked)


def _to_remap(workspace: Workspace) -> Iterator[_Waiting]:
    """Imports whose rows wait for a decision about another mapping (rules 5.12)."""
    proposed = Import.objects.filter(workspace=workspace, proposed_at__isnull=False)
    if ids := list(proposed.values_list("pk", flat=True)):
        rows = Transaction.objects.filter(workspace=workspace, origin__in=ids, earlier__gte=Earlier.MAPPING)
        for imported, n in rows.order_by().values_list("origin").annotate(Count("pk")):
            yield _Waiting(f"{REMAPS}{imported}", n, imported)


def _about_mappings(workspace: Workspace, found: list[_Waiting], now: datetime) -> Iterator[Cause]:
    imports = Import.objects.filter(workspace=workspace).only("name").in_bulk([each.about for each in found])
    for each in found:
        yield Cause(
            key=each.key,
            severity=Severity.WARNING,
            title=f"Another mapping of “{imports[each.about].name}”",
            detail="Its rows stay as they are until an administrator has decided whether they are read so.",
            action="See what would move",
            path=f"transactions/moves/?import={each.about}",
            rows=each.rows,
        )


def _about_decisions(workspace: Workspace, found: list[_Waiting], now: datetime) -> Iterator[Cause]:
    for each in found:
        yield Cause(
            key=MOVES,
            severity=Severity.WARNING,
            title="Transactions derived with an earlier price, rate or settings",
            detail="What is on file has changed since. An administrator decides whether they move.",
            action="See what would move",
            path="transactions/moves/",
            rows=each.rows,
        )


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


Asks = Callable[[Workspace], Iterable[_Waiting]]
Tells = Callable[[Workspace, list[_Waiting], datetime], Iterable[Cause]]
_NO_TAX = "has no tax rate, and its figures include tax"
_NO_COST = "has no cost or profit in the catalog on the days of its rows"
_REVENUE, _PROFIT = "without revenue", "with revenue but without profit"
_LISTS: tuple[tuple[str, Asks, Tells], ...] = (
    (CATALOG, _without_price, partial(_about_products, Measure.REVENUE, Severity.ERROR, "", _REVENUE)),
    (CATALOG, _without_tax, partial(_about_products, Measure.TAX_PERCENT, Severity.ERROR, _NO_TAX, _REVENUE)),
    (CATALOG, _without_profit, partial(_about_products, Measure.COST, Severity.WARNING, _NO_COST, _PROFIT)),
    (RATE, _without_rate, _about_rates),
    (OWNER, _without_owner, _about_owners),
    (MOVES, _to_decide, _about_decisions),
    (REMAPS, _to_remap, _about_mappings),
)
