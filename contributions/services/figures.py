"""Deriving and moving the figures of contributions as rates come, settle and change (rules 6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import transaction
from django.db.models import Count, Max, Min, QuerySet, Sum

from contributions.models import Contribution
from contributions.rules import Figure, derive
from fx.queries import MissingRates, load_book, missing_rates
from fx.rules import RateBook, rate_columns, said_days
from kamtrak.history import because
from kamtrak.lib.money import grouped, round_money
from workspaces.models import Severity, Workspace
from workspaces.services.alerts import Cause, raise_alert, resolve_alerts
from workspaces.services.locks import hold_alone

MISSING = "rate-missing:"
EARLIER = "earlier-rate"
MOVED = ("converted", "rate", "rate_day", "rate_source", "rate_legs", "rate_inverse", "provisional")
BATCH = 2000
UNKNOWN = Decimal(0)  # stands for "no rate" where rates are compared


class Priced(Protocol):
    """What a figure is derived from."""

    @property
    def amount(self) -> Decimal: ...
    @property
    def currency(self) -> str: ...
    @property
    def share(self) -> Decimal: ...


def figure_fields(
    *, workspace: Workspace, entry: Priced, day: date, now: datetime, book: RateBook | None = None
) -> dict[str, Any]:
    """The figure's columns for an amount on its conversion day. `book`: rates that many figures share."""
    if book is None:
        today = workspace.day_of(now)
        book = load_book(workspace, [entry.currency], first=day, last=day, today=today)
    figure = derive(
        amount=entry.amount,
        currency=entry.currency,
        share=entry.share,
        day=day,
        target=workspace.currency,
        book=book,
    )
    return {"credited": figure.credited, **rate_fields(figure)}


def rate_fields(figure: Figure) -> dict[str, Any]:
    """The converted figure with all that explains it, as columns; all empty when it is unknown."""
    found = figure.conversion
    return {
        "converted": figure.converted,
        **rate_columns(found),
        "provisional": found is not None and found.provisional,
    }


def settle_figures(*, workspace: Workspace, now: datetime) -> int:
    """Derive again what is provisional or unknown; how many rows moved. Settling is logged (rules 6.5)."""
    waiting = Contribution.objects.filter(
        workspace=workspace, provisional=True
    ) | Contribution.objects.filter(workspace=workspace, converted=None)
    with because(reason="A rate was published or supplied"):
        moved = _rederive(workspace, waiting, now)
    refresh_alerts(workspace=workspace, now=now)
    return moved


@dataclass(frozen=True)
class Move:
    """A settled figure that would move: what it is and what it would be (rules 5.12)."""

    contribution: Contribution
    figure: Figure

    @property
    def rate(self) -> Decimal:
        """The rate that it would have; 0 when it would become unknown."""
        return self.figure.conversion.rate if self.figure.conversion else UNKNOWN

    @property
    def difference(self) -> Decimal:
        after = self.figure.converted if self.figure.converted is not None else Decimal(0)
        return after - (self.contribution.converted or Decimal(0))


def mark_moves(*, workspace: Workspace, now: datetime, only: int | None = None) -> int:
    """Mark every settled figure that the rates on file would now give differently; how many.

    A settled figure does not move silently: an administrator sees before and after, and decides. `only`
    looks at a single contribution, which did not count when rates changed.
    """
    rows = Contribution.objects.filter(workspace=workspace)
    rows = rows if only is None else rows.filter(pk=only)
    moved = _moving(workspace, _settled(workspace, rows), now)
    rows.filter(earlier_rate=True).exclude(pk__in=moved).update(earlier_rate=False)
    rows.filter(pk__in=moved, earlier_rate=False).update(earlier_rate=True)
    _alert_of_moves(workspace, now)
    return len(moved)


def _settled(workspace: Workspace, rows: QuerySet[Contribution]) -> QuerySet[Contribution]:
    """Those of the rows that count, were converted and wait for nothing."""
    found = rows.filter(voided_at=None, provisional=False, converted__isnull=False)
    return found.exclude(amount_currency=workspace.currency)


def _marked(workspace: Workspace) -> QuerySet[Contribution]:
    rows = Contribution.objects.filter(workspace=workspace, earlier_rate=True)
    return _settled(workspace, rows)


def _moving(workspace: Workspace, settled: QuerySet[Contribution], now: datetime) -> list[int]:
    """The settled figures that the rates on file now would give otherwise, but for declined ones.

    A rate is looked up once per currency and day, which many rows share: no row is loaded as a whole.
    """
    book = _book_for(workspace, settled, now)
    if book is None:
        return []
    rates: dict[tuple[str, date], Decimal] = {}
    moving = []
    columns = ("pk", "amount_currency", "counts_on", "rate", "declined_rate")
    for pk, code, day, rate, declined in settled.values_list(*columns).iterator(BATCH):
        if (code, day) not in rates:
            found = book.conversion(code, workspace.currency, day)
            rates[code, day] = found.rate if found else UNKNOWN
        if rates[code, day] not in (rate, declined):
            moving.append(pk)
    return moving


def moves(*, workspace: Workspace, now: datetime) -> list[Move]:
    """What would become of the marked figures with the rates on file now."""
    marked = _marked(workspace)
    book = _book_for(workspace, marked, now)
    if book is None:
        return []
    rows = marked.select_related("client__survivor", "owner__user").order_by("counts_on", "pk")
    return [Move(row, _derived(row, workspace, book)) for row in rows.iterator(BATCH)]


def accept_moves(*, workspace: Workspace, reason: str, now: datetime) -> int:
    """Derive every marked row with the rates on file now; how many."""
    workspace = hold_alone(workspace)
    with transaction.atomic(), because(reason=reason.strip()):
        moved = _rederive(workspace, _marked(workspace), now)
        Contribution.objects.filter(workspace=workspace, earlier_rate=True).update(earlier_rate=False)
    refresh_alerts(workspace=workspace, now=now)
    return moved


def decline_moves(*, workspace: Workspace, reason: str, now: datetime) -> int:
    """Keep the marked figures: the rates that made them stay on record beside them; how many.

    The rate that was declined is kept, so that the same question is not asked again.
    """
    declined = moves(workspace=hold_alone(workspace), now=now)
    for move in declined:
        move.contribution.declined_rate, move.contribution.earlier_rate = move.rate, False
    with transaction.atomic(), because(reason=reason.strip()):
        rows = [move.contribution for move in declined]
        Contribution.objects.bulk_update(rows, ["declined_rate", "earlier_rate"], batch_size=BATCH)
    _alert_of_moves(workspace, now)
    return len(declined)


def rederive_everything(*, workspace: Workspace, now: datetime) -> int:
    """After the workspace currency changed: every figure anew, from the original amounts (rules 6.9)."""
    rows = Contribution.objects.filter(workspace=workspace)
    with because(reason="The workspace currency was changed"):
        moved = _rederive(workspace, rows, now)
        rows.filter(earlier_rate=True).update(earlier_rate=False)
    refresh_alerts(workspace=workspace, now=now)
    return moved


def _rederive(workspace: Workspace, rows: QuerySet[Contribution], now: datetime) -> int:
    book = _book_for(workspace, rows, now)
    if book is None:
        return 0
    changed = []
    for row in rows.order_by("pk").select_for_update():
        fields = rate_fields(_derived(row, workspace, book))
        if any(getattr(row, name) != value for name, value in fields.items()):
            for name, value in fields.items():
                setattr(row, name, value)
            row.updated_at, row.declined_rate = now, None
            changed.append(row)
    Contribution.objects.bulk_update(changed, [*MOVED, "updated_at", "declined_rate"], batch_size=BATCH)
    return len(changed)


def _book_for(workspace: Workspace, rows: QuerySet[Contribution], now: datetime) -> RateBook | None:
    span = rows.aggregate(first=Min("counts_on"), last=Max("counts_on"))
    if span["first"] is None:
        return None
    codes = rows.order_by().values_list("amount_currency", flat=True).distinct()
    return load_book(workspace, codes, first=span["first"], last=span["last"], today=workspace.day_of(now))


def _derived(row: Contribution, workspace: Workspace, book: RateBook) -> Figure:
    return derive(
        amount=row.amount.amount,
        currency=row.currency,
        share=row.share,
        day=row.counts_on,
        target=workspace.currency,
        book=book,
    )


def refresh_alerts(*, workspace: Workspace, now: datetime) -> None:
    """One alert per currency with the days that have no rate, ranked by what it blocks (rules 5.11, 6.6)."""
    waiting = Contribution.objects.filter(workspace=workspace, voided_at=None, converted=None).order_by()
    blocked = waiting.values("amount_currency").annotate(
        rows=Count("pk"), total=Sum("credited"), days=ArrayAgg("counts_on", distinct=True)
    )
    entries = {entry["amount_currency"]: entry for entry in blocked.order_by("amount_currency")}
    days = {code: entry["days"] for code, entry in entries.items()}
    missing = missing_rates(workspace, days, workspace.day_of(now))
    keys = set()
    for code, entry in entries.items():
        cause = _missing_rate(workspace, entry, missing[code])
        keys.add(cause.key)
        raise_alert(workspace=workspace, cause=cause, now=now)
    resolve_alerts(workspace=workspace, prefix=MISSING, keep=keys, now=now)
    _alert_of_moves(workspace, now)


def _alert_of_moves(workspace: Workspace, now: datetime) -> None:
    """One alert while figures made with an earlier rate wait for a decision (rules 5.12)."""
    waiting = _marked(workspace).count()
    if not waiting:
        resolve_alerts(workspace=workspace, prefix=EARLIER, keep=set(), now=now)
        return
    cause = Cause(
        key=EARLIER,
        severity=Severity.WARNING,
        title="Figures made with an earlier rate",
        detail="A rate on file has changed since. An administrator decides whether they move.",
        action="See what would move",
        path="rates/moves/",
        rows=waiting,
    )
    raise_alert(workspace=workspace, cause=cause, now=now)


def _missing_rate(workspace: Workspace, entry: Mapping[str, Any], missing: MissingRates) -> Cause:
    code = entry["amount_currency"]
    return Cause(
        key=f"{MISSING}{code}",
        severity=Severity.ERROR,
        title=f"Exchange rate missing: {code}",
        detail=f"No rate to {workspace.currency} is on file for {said_days(missing.gaps)}. "
        "These amounts are in no total.",
        action="Add rate",
        path=missing.path,
        rows=entry["rows"],
        quantity=f"{grouped(round_money(entry['total'], code), code)} {code}",
    )
