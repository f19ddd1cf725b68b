"""The rates of contracts: of current months, which follow what is on file, and of confirmations, inserted
once (rules 4.9, 4.18, 6.5)."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Max, Min, Q, QuerySet

from contracts.models import Confirmation, ConfirmationRate, Contract, CurrentMonth, MonthRate
from contracts.services.totals import totals_follow
from fx.queries import MissingRates, load_book, missing_rates
from fx.rules import CurrencyUse, RateBook, rate_columns, said_days, said_months
from fx.rules.missing import OnOrAfter, any_day, months_end
from kamtrak.lib.months import Month
from workspaces.models import Severity, Workspace
from workspaces.services.alerts import Cause, raise_alert, resolve_alerts

RATE = ("rate", "rate_day", "rate_source", "rate_legs", "rate_inverse", "provisional")
BATCH = 2000
MISSING, UNFROZEN = "contract-rate:", "confirmation-rate:"


# ------------------------------------------------------------------ current months


def month_rates(
    workspace: Workspace, currency: str, months: Collection[Month], now: datetime
) -> Mapping[Month, MonthRate]:
    """The rate row of each month of this currency; those that are not there yet are made."""
    rows = MonthRate.objects.filter(workspace=workspace, currency=currency, month__in=months)
    known = set(rows.values_list("month", flat=True))
    new = sorted(set(months) - known)
    if new:
        book = _book(workspace, [currency], new[0].last, new[-1].last, now)
        made = [
            MonthRate(
                workspace=workspace,
                currency=currency,
                month=month,
                **_columns(book, workspace, currency, month),
            )
            for month in new
        ]
        MonthRate.objects.bulk_create(made, ignore_conflicts=True)  # another contract may make them as well
    return {row.month: row for row in rows.all()}


def _columns(book: RateBook, workspace: Workspace, currency: str, month: Month) -> dict[str, Any]:
    """The month's last day decides; a month that still runs is provisional (rules 4.18)."""
    found = book.conversion(currency, workspace.currency, month.last)
    return {**rate_columns(found), "provisional": found is not None and found.provisional}


def _book(
    workspace: Workspace, currencies: Iterable[str], first: date, last: date, now: datetime
) -> RateBook:
    return load_book(workspace, currencies, first=first, last=last, today=workspace.day_of(now))


def _rederive(workspace: Workspace, rows: QuerySet[MonthRate], now: datetime) -> int:
    """Take these rates anew; how many current months moved."""
    held = list(rows.order_by("pk").select_for_update())
    if not held:
        return 0
    days = [row.month.last for row in held]
    book = _book(workspace, {row.currency for row in held}, min(days), max(days), now)
    changed = []
    for row in held:
        columns = _columns(book, workspace, row.currency, row.month)
        if any(getattr(row, name) != value for name, value in columns.items()):
            for name, value in columns.items():
                setattr(row, name, value)
            changed.append(row)
    if not changed:
        return 0
    months = CurrentMonth.objects.filter(month_rate__in=[row.pk for row in changed])
    contracts = set(months.values_list("contract", flat=True))
    with totals_follow(workspace, contracts):
        MonthRate.objects.bulk_update(changed, RATE, batch_size=BATCH)
    return months.count()


# ------------------------------------------------------------------ confirmations


def freeze_rate(*, workspace: Workspace, confirmation: Confirmation, currency: str, now: datetime) -> None:
    """Insert the rate of the confirmation's day, if there is one: the newest on file as it stands."""
    _freeze_rates(workspace, [(confirmation, currency)], now)


def _freeze_rates(
    workspace: Workspace, confirmations: Collection[tuple[Confirmation, str]], now: datetime
) -> list[Confirmation]:
    """Those that got their rate."""
    if not confirmations:
        return []
    days = [confirmation.confirmed_on for confirmation, _ in confirmations]
    book = _book(workspace, {code for _, code in confirmations}, min(days), max(days), now)
    made = []
    for confirmation, code in confirmations:
        found = book.conversion(code, workspace.currency, confirmation.confirmed_on)
        if found is not None:
            made.append(
                ConfirmationRate(
                    workspace=workspace, confirmation=confirmation, recorded_at=now, **rate_columns(found)
                )
            )
    ConfirmationRate.objects.bulk_create(made, batch_size=BATCH)
    return [rate.confirmation for rate in made]


def _without_rate(workspace: Workspace) -> QuerySet[Confirmation]:
    return Confirmation.objects.filter(workspace=workspace, frozen_rate=None)


# ------------------------------------------------------------------ following what is on file


def settle_rates(*, workspace: Workspace, now: datetime) -> int:
    """Take anew what is provisional or unknown; confirmations that wait get their rate (rules 6.5)."""
    waiting = MonthRate.objects.filter(Q(provisional=True) | Q(rate=None), workspace=workspace)
    moved = _rederive(workspace, waiting, now) + _settle_confirmations(workspace, now)
    refresh_alerts(workspace=workspace, now=now)
    return moved


def _settle_confirmations(workspace: Workspace, now: datetime) -> int:
    waiting = _without_rate(workspace).select_related("contract").order_by("pk")
    found = [(confirmation, confirmation.contract.currency) for confirmation in waiting]
    if not found:
        return 0
    with totals_follow(workspace, {confirmation.contract_id for confirmation, _ in found}):
        return len(_freeze_rates(workspace, found, now))


def follow_rates(*, workspace: Workspace, now: datetime) -> None:
    """What is on file for past days has changed: current months are live and follow it at once. Confirmed
    months never do: nothing waits for a decision here."""
    _rederive(workspace, MonthRate.objects.filter(workspace=workspace), now)
    refresh_alerts(workspace=workspace, now=now)


def currency_uses(workspace: Workspace) -> list[CurrencyUse]:
    """How many living contracts each currency has, and how many of them wait for a rate."""
    missing = Q(current_months__month_rate__rate=None) & ~Q(current_months__amount=0)
    rows = Contract.objects.filter(workspace=workspace, voided_at=None, added_at__isnull=False)
    lines = (
        rows.order_by()
        .values("currency")
        .annotate(
            rows=Count("pk", distinct=True),
            unknown=Count("pk", distinct=True, filter=missing & Q(current_months__isnull=False)),
            first=Min("current_months__month", filter=missing),
            last=Max("current_months__month", filter=missing),
        )
    )
    return [
        CurrencyUse(
            line["currency"],
            line["rows"],
            unknown=line["unknown"],
            first=line["first"].last if line["first"] else None,
            last=line["last"].last if line["last"] else None,
        )
        for line in lines
    ]


# ------------------------------------------------------------------ alerts


def refresh_alerts(*, workspace: Workspace, now: datetime, currency: str = "") -> None:
    """One alert per currency without a rate: for current months, and for confirmations (rules 5.11, 6.6).

    Of the one currency whose months have moved, or of all.
    """
    months = CurrentMonth.objects.filter(workspace=workspace, month_rate__rate=None).exclude(amount=0)
    waiting = _without_rate(workspace).filter(contract__voided_at=None)
    _alert(workspace, now, f"{MISSING}{currency}", _months(months, currency), _month_cause, months_end)
    _alert(workspace, now, f"{UNFROZEN}{currency}", _confirmed(waiting, currency), _confirmation_cause)


@dataclass(frozen=True)
class _Waiting:
    """The contracts that wait for rates of one currency, and the days of those rates."""

    code: str
    contracts: int
    days: list[date]


def _months(months: QuerySet[CurrentMonth], currency: str) -> list[_Waiting]:
    """Current months convert at their last day (rules 4.18)."""
    found = _by_currency(months, "month_rate__currency", currency)
    lines = found.annotate(months=ArrayAgg("month", distinct=True))
    return [_Waiting(code, n, [month.last for month in months]) for code, n, months in lines]


def _confirmed(waiting: QuerySet[Confirmation], currency: str) -> list[_Waiting]:
    found = _by_currency(waiting, "contract__currency", currency)
    return [_Waiting(*line) for line in found.annotate(days=ArrayAgg("confirmed_on", distinct=True))]


def _by_currency(rows: QuerySet[Any], column: str, currency: str) -> Any:
    chosen = rows.filter(**{column: currency}) if currency else rows
    return chosen.order_by(column).values_list(column).annotate(n=Count("contract", distinct=True))


def _alert(
    workspace: Workspace,
    now: datetime,
    prefix: str,
    lines: list[_Waiting],
    cause_of: Callable[[Workspace, _Waiting, MissingRates], Cause],
    on_or_after: OnOrAfter = any_day,
) -> None:
    days = {line.code: line.days for line in lines}
    missing = missing_rates(workspace, days, workspace.day_of(now), on_or_after)
    keys = set()
    for line in lines:
        cause = cause_of(workspace, line, missing[line.code])
        keys.add(cause.key)
        raise_alert(workspace=workspace, cause=cause, now=now)
    resolve_alerts(workspace=workspace, prefix=prefix, keep=keys, now=now)


def _month_cause(workspace: Workspace, line: _Waiting, missing: MissingRates) -> Cause:
    return Cause(
        key=f"{MISSING}{line.code}",
        severity=Severity.ERROR,
        title=f"Exchange rate missing for contracts: {line.code}",
        detail=f"No rate to {workspace.currency} for {said_months(missing.gaps)}. "
        "These months are in no total.",
        action="Add rate",
        path=missing.path,
        rows=line.contracts,
    )


def _confirmation_cause(workspace: Workspace, line: _Waiting, missing: MissingRates) -> Cause:
    return Cause(
        key=f"{UNFROZEN}{line.code}",
        severity=Severity.ERROR,
        title=f"Rate at confirmation missing: {line.code}",
        detail=f"No rate to {workspace.currency} was on file on {said_days(missing.gaps)}. It is frozen as "
        "soon as one for the day arrives; until then these contracts are in no total of the sales dashboard.",
        action="Add rate",
        path=missing.path,
        rows=line.contracts,
    )
