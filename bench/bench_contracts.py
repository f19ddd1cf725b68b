"""Pages and writes with 5,000 contracts of 60 months behind them, and the same with a dozen."""

import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import partial

from django.db import connection, transaction
from django.test import override_settings

from bench.browsing import PLAIN, Browser, compare, compare_parts
from bench.seed import NOW, make_workspace
from bench.seed_contracts import add_contracts
from bench.table import Row
from contracts.models import Contract, MonthRate
from contracts.rules import ContractType
from contracts.services.confirming import renew_contracts
from contracts.services.rates import settle_rates
from contracts.services.schedules import save_schedule
from fx.rules import Published
from fx.services.published import store_published
from kamtrak.tenancy import in_workspace
from workspaces.models import Membership, Workspace
from workspaces.rules import Role

CONTRACTS, FEW, ENTRIES = 5_000, 12, 12
SAVES = 20
PAGES = {
    "contracts": "contracts/",
    "a contract": "contracts/{contract}/",
    "revenue report": "revenue-report/",
    "revenue report of a month to come": "revenue-report/?month=2027-06&sort=-current",
    "revenue report of a currency": "revenue-report/?currency=GBP",
    "sales dashboard": "sales/",
    "sales dashboard of a year": "sales/?period=FY2026",
    "sales dashboard of a year with all clients": "sales/?period=FY2026&clients=all",
    "months behind a quarter": "sales/rows/",
    "months behind a year": "sales/rows/?period=FY2026",
}
# What those pages fetch once they stand, since they have more than a thousand months.
PARTS = {
    "totals of the revenue report": "revenue-report/",
    "totals of the revenue report of a currency": "revenue-report/?currency=GBP",
    "clients of a quarter": "sales/",
    "all clients of a year": "sales/?period=FY2026&clients=all",
    "totals of the months behind a year": "sales/rows/?period=FY2026",
}


def run() -> list[Row]:
    large = make_workspace("many", ENTRIES, people=20, clients=400)
    small = make_workspace("few", ENTRIES, people=2, clients=5)
    add_contracts(large, CONTRACTS)
    add_contracts(small, FEW)
    many, few = f"{CONTRACTS:,} contracts", f"{FEW}"
    with override_settings(STORAGES=PLAIN):
        browsers = _browser(large), _browser(small)
        rows = compare(PAGES, *browsers, many=many, few=few)
        rows += compare_parts(PARTS, *browsers, many=many, few=few)
    return [*rows, *_saving(large, small, many), *_renewing(large, many), *_settling(large, many)]


def _browser(workspace: Workspace) -> Browser:
    return Browser(workspace.slug, contract=_edited(workspace).pk)


def _edited(workspace: Workspace) -> Contract:
    """A contract of 60 months that was edited after it was confirmed."""
    with in_workspace(workspace.pk):
        found = Contract.objects.filter(workspace=workspace, version__gt=1, kind=ContractType.FIXED.value)
        return found.select_related("workspace").order_by("pk")[0]


def _saving(large: Workspace, small: Workspace, many: str) -> list[Row]:
    """Saving a schedule writes that contract's rows and no other's, however many there are."""
    times, few = [], []
    for number in range(SAVES):
        times.append(_timed(partial(_save, large, number)))
        few.append(_timed(partial(_save, small, number)))
    written, expected = _written(large), _written(small)
    median, few_median = statistics.median(times), statistics.median(few)
    return [
        Row(f"save a schedule, {many}", median, 250, "ms", f"against {FEW}: {few_median:.0f} ms"),
        Row(f"save a schedule, {many}: against {FEW}", median / few_median, 1.5, "×"),
        Row(f"save a schedule, {many}: rows written", written, expected, "rows", f"as with {FEW}"),
    ]


def _save(workspace: Workspace, number: int) -> None:
    owner = Membership.objects.get(workspace=workspace, roles__contains=[Role.OWNER.value])
    contract = _edited(workspace)
    with in_workspace(workspace.pk):
        terms = contract.terms
        first = replace(terms.rules[0], revenue=Decimal(1000 + number))
        save_schedule(
            contract=contract,
            by=owner,
            terms=replace(terms, rules=(first, *terms.rules[1:])),
            formula=None,
            revision=contract.revision,
            reason="Agreed anew",
            now=NOW,
        )


def _written(workspace: Workspace) -> int:
    """Rows that one save inserts, updates and deletes, in all tables."""
    with transaction.atomic():
        before = _rows_written()
        _save(workspace, SAVES)
        return _rows_written() - before


def _rows_written() -> int:
    with connection.cursor() as cursor:
        cursor.execute("select sum(n_tup_ins + n_tup_upd + n_tup_del) from pg_stat_xact_user_tables")
        return int(cursor.fetchone()[0])


def _renewing(workspace: Workspace, many: str) -> list[Row]:
    """The terms that begin within the next month."""
    later = NOW + timedelta(days=31)
    renewed = 0

    def renew() -> None:
        nonlocal renewed
        with in_workspace(workspace.pk):
            renewed = renew_contracts(workspace=workspace, now=later)

    took = _timed(renew)
    return [Row(f"renew, {many}: each of {renewed}", took / max(renewed, 1), 250, "ms")]


def _settling(workspace: Workspace, many: str) -> list[Row]:
    """A new day's rates: every month that has not come moves with them."""
    with in_workspace(workspace.pk):
        waiting = MonthRate.objects.filter(workspace=workspace, provisional=True)
        codes = sorted({*waiting.values_list("currency", flat=True), workspace.currency} - {"EUR"})
    day = NOW.date()
    store_published(rates=[Published(code, day, Decimal("1.2345")) for code in codes], now=NOW)
    moved = 0

    def settle() -> None:
        nonlocal moved
        with in_workspace(workspace.pk):
            moved = settle_rates(workspace=workspace, now=NOW + timedelta(days=31))

    took = _timed(settle)
    return [Row(f"settle a day’s rates, {many}: {moved:,} months", took / 1000, 10, "s")]


def _timed(work: Callable[[], None]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000
