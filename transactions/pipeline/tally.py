"""What a check counts while the rows stream by: in bounded memory, and told as plain values (rules 5.17)."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from kamtrak.lib.tables import Collector, Problem, ProblemCount
from transactions.pipeline.making import Made
from transactions.pipeline.names import Names
from transactions.rules import (
    CATALOG_LACKS,
    Derived,
    FileMapping,
    Lack,
    RowKind,
    Status,
    Warning,
    Wrong,
)

PREVIEWED, NAMED, SAMPLES = 20, 50, 5
_MOST_CAUSES = 20_000  # products and owners that are counted one by one
ZERO = Decimal(0)


@dataclass(slots=True)
class _Sum:
    """Rows of one outcome, with their figures."""

    rows: int = 0
    revenue: Decimal = ZERO
    converted: Decimal = ZERO


@dataclass(slots=True)
class _Apart:
    """Rows of which people ask; `waiting` ones have no revenue yet, `converted` is of the others."""

    rows: int = 0
    counted: int = 0
    waiting: int = 0
    converted: Decimal = ZERO

    def add(self, other: "_Apart") -> None:
        self.rows += other.rows
        self.counted += other.counted
        self.waiting += other.waiting
        self.converted += other.converted

    @property
    def said(self) -> dict[str, Any]:
        """`converted` is null where there are such rows and nothing of their revenue is known."""
        known = self.counted or not self.waiting
        return {"rows": self.rows, "converted": f"{self.converted:f}" if known else None}


@dataclass(slots=True)
class _Blocked:
    """What one missing entry blocks."""

    rows: int = 0
    quantity: Decimal = ZERO


@dataclass(slots=True)
class Tally:
    """Counts of one check, in the workspace's currency and the rows' own."""

    currency: str
    _sums: dict[tuple[Status, Lack, int, str], _Sum] = field(default_factory=dict)
    _warnings: Counter[int] = field(default_factory=Counter)
    _apart: dict[str, _Apart] = field(default_factory=dict)
    _days: tuple[date, date] | None = None  # the first and the last
    _warned: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    _missing: dict[tuple[str, int], _Blocked] = field(default_factory=dict)
    _unmatched: Counter[str] = field(default_factory=Counter)
    _profit_lacks: Counter[int] = field(default_factory=Counter)
    _preview: list[dict[str, Any]] = field(default_factory=list)
    _collector: Collector = field(default_factory=Collector)
    _samples: dict[tuple[str, str], list[dict[str, Any]]] = field(default_factory=dict)
    _repairs: dict[tuple[str, str], str] = field(default_factory=dict)

    def add(self, made: Made, line: int) -> None:
        """One row that can go in."""
        derived = made.derived
        assert derived is not None  # noqa: S101 - a wrong row is refused
        self._collector.rows += 1
        key = (derived.status, derived.lack, derived.tier, derived.currency)
        total = self._sums.get(key)
        if total is None:
            total = self._sums[key] = _Sum()
        total.rows += 1
        if derived.revenue is not None and derived.converted is not None:
            total.revenue += derived.revenue
            total.converted += derived.converted
        self._note(made)
        if derived.warnings:
            self._warnings[derived.warnings] += 1
            if self._warnings[derived.warnings] <= SAMPLES:
                self._warned.setdefault(derived.warnings, []).append(_warned(made, line))
        if derived.lack in CATALOG_LACKS and made.given.product:
            self._block(made.given.product, derived.lack, derived.quantity or ZERO)
        if derived.profit_lack:
            self._profit_lacks[derived.profit_lack] += 1
        if made.named_owner is not None and made.owner is None and len(self._unmatched) < _MOST_CAUSES:
            self._unmatched[made.given.owner] += 1
        if len(self._preview) < PREVIEWED:
            self._preview.append(_previewed(made, line))

    def _note(self, made: Made) -> None:
        """The days of the file, and rows of which people ask: nobody's, refunds, worth nothing."""
        given, derived = made.given, made.derived
        day = given.day
        if day is not None:
            self._span(day, day)
        if made.client is None:
            self._set_apart("no_client", derived)
        if made.owner is None:
            self._set_apart("no_owner", derived)
        if given.kind is RowKind.REFUND:
            self._set_apart("refunds", derived)
        if derived is not None and derived.revenue == 0:
            self._set_apart("zero", derived)

    def _span(self, first: date, last: date) -> None:
        if self._days is None:
            self._days = first, last
        elif first < self._days[0] or last > self._days[1]:
            self._days = min(first, self._days[0]), max(last, self._days[1])

    def _set_apart(self, name: str, derived: Derived | None) -> None:
        total = self._apart.get(name)
        if total is None:
            total = self._apart[name] = _Apart()
        total.rows += 1
        if derived is None or derived.status is Status.UNKNOWN:
            total.waiting += 1
        elif derived.converted is not None and derived.status is Status.COUNTED:
            total.counted += 1
            total.converted += derived.converted

    def _block(self, product: str, lack: Lack, quantity: Decimal) -> None:
        key = (product, lack.value)
        blocked = self._missing.get(key)
        if blocked is None:
            if len(self._missing) >= _MOST_CAUSES:
                return
            blocked = self._missing[key] = _Blocked()
        blocked.rows += 1
        blocked.quantity += quantity

    def refuse(self, problems: Sequence[Problem]) -> None:
        """One row that cannot go in."""
        self._collector.add(problems)
        for problem in problems:
            key = (problem.column, problem.reason)
            self._repairs.setdefault(key, problem.repair)
            samples = self._samples.setdefault(key, [])
            if len(samples) < SAMPLES and len(self._samples) < 500:
                samples.append({"line": problem.line, "value": problem.value[:200]})

    def and_also(self, other: "Tally") -> None:
        """Count the good rows of another part of the same file, too; the refused ones are told in order."""
        self._collector.rows += other._collector.rows
        for key, part in other._sums.items():
            total = self._sums.setdefault(key, _Sum())
            total.rows += part.rows
            total.revenue += part.revenue
            total.converted += part.converted
        for name, those in other._apart.items():
            self._apart.setdefault(name, _Apart()).add(those)
        if other._days is not None:
            self._span(*other._days)
        for cause, more in other._missing.items():
            blocked = self._missing.setdefault(cause, _Blocked())
            blocked.rows += more.rows
            blocked.quantity += more.quantity
        self._warnings += other._warnings
        for flags, rows in other._warned.items():
            self._warned[flags] = _first([*self._warned.get(flags, ()), *rows], SAMPLES)
        self._unmatched += other._unmatched
        self._profit_lacks += other._profit_lacks
        self._preview = _first(self._preview + other._preview, PREVIEWED)

    def told(self, names: Names, found: dict[str, Any]) -> dict[str, Any]:
        """All of it as JSON; `found` is what comparing with the rows of the source said."""
        report = self._collector.report()
        counted = [(key, total) for key, total in self._sums.items() if key[0] is Status.COUNTED]
        return {
            "rows": report.rows,
            "good": report.good,
            "bad": report.bad,
            **found,
            "days": self._days and [str(day) for day in self._days],
            "apart": {name: those.said for name, those in self._apart.items()},
            "by_tier": _summed((str(tier), total) for (_, _, tier, _), total in counted),
            "sums": _summed((currency, total) for (_, _, _, currency), total in counted),
            "converted": str(sum((total.converted for _, total in counted), ZERO)),
            "counted": sum(total.rows for _, total in counted),
            "unknown": self._by(Status.UNKNOWN),
            "not_revenue": sum(self._by(Status.NOT_REVENUE).values()),
            "profit_unknown": {str(lack): rows for lack, rows in sorted(self._profit_lacks.items())},
            "warnings": [
                {"kind": int(flag), "count": count, "sample": self._rows_with(flag)}
                for flag, count in self._flags()
            ],
            "fell_past": dict(self._flags()).get(Warning.FELL_PAST_BLANK, 0),
            "problems": [self._problem(counted) for counted in report.counts[:200]],
            "preview": self._preview,
            "new_clients": {
                "count": len(names.new_clients),
                "names": list(names.new_clients.values())[:NAMED],
            },
            "unmatched_owners": [
                {"text": text, "rows": rows} for text, rows in self._unmatched.most_common(NAMED)
            ],
            "missing_products": self._missing_products(),
            "missing_count": len(self._missing),
        }

    def _problem(self, counted: ProblemCount) -> dict[str, Any]:
        """What is wrong in equal ways, how often, and some of the values."""
        key = (counted.column, counted.reason)
        return {
            "column": counted.column,
            "reason": counted.reason,
            "repair": self._repairs.get(key, ""),
            "count": counted.count,
            "sample": self._samples.get(key, []),
        }

    def _missing_products(self) -> list[dict[str, Any]]:
        """The products that block most, first."""
        ranked = sorted(self._missing.items(), key=lambda item: (-item[1].rows, item[0]))
        return [
            {"text": text, "lack": lack, "rows": blocked.rows, "quantity": f"{blocked.quantity:f}"}
            for (text, lack), blocked in ranked[:NAMED]
        ]

    def _by(self, status: Status) -> dict[str, int]:
        rows: Counter[str] = Counter()
        for (of, lack, _, _), total in self._sums.items():
            if of is status:
                rows[str(lack.value)] += total.rows
        return dict(rows)

    def _flags(self) -> list[tuple[Warning, int]]:
        """How many rows bear each warning."""
        rows = ((flag, sum(n for bits, n in self._warnings.items() if bits & flag)) for flag in Warning)
        return [(flag, count) for flag, count in rows if count]

    def _rows_with(self, flag: Warning) -> list[dict[str, Any]]:
        """The first rows that bear a warning."""
        return _first([row for bits, rows in self._warned.items() if bits & flag for row in rows], SAMPLES)


def _first(rows: Iterable[dict[str, Any]], most: int) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: row["line"])[:most]


def _warned(made: Made, line: int) -> dict[str, Any]:
    """A row with a warning: its line, and the cells that cannot be read, by field."""
    unread = made.given.unread.items()
    return {"line": line, "unread": {known.value: cell.value[:200] for known, cell in unread}}


def _summed(parts: Iterable[tuple[str, _Sum]]) -> list[dict[str, Any]]:
    """Totals by name, each with how many rows."""
    sums: dict[str, _Sum] = {}
    for name, part in parts:
        total = sums.setdefault(name, _Sum())
        total.rows += part.rows
        total.revenue += part.revenue
        total.converted += part.converted
    return [
        {"name": name, "rows": s.rows, "revenue": f"{s.revenue:f}", "converted": f"{s.converted:f}"}
        for name, s in sorted(sums.items())
    ]


def _previewed(made: Made, line: int) -> dict[str, Any]:
    """One of the first rows, as it would be."""
    derived, given = made.derived, made.given
    assert derived is not None  # noqa: S101 - a wrong row is refused
    return {
        "line": line,
        "day": str(given.day),
        "client": given.client,
        "product": given.product,
        "quantity": None if derived.quantity is None else f"{derived.quantity:f}",
        "status": derived.status.value,
        "lack": derived.lack.value,
        "tier": derived.tier,
        "currency": derived.currency,
        "revenue": None if derived.revenue is None else f"{derived.revenue:f}",
        "converted": None if derived.converted is None else f"{derived.converted:f}",
        "warnings": derived.warnings,
    }


def problems_of(line: int, wrong: Iterable[Wrong], mapping: FileMapping) -> list[Problem]:
    """What is wrong with a row, by the columns of the file; what no column says stands under its field."""
    named = mapping.mapped
    return [
        Problem(
            line,
            named[each.field].name if each.field in named else each.field.label if each.field else "",
            each.value,
            each.reason,
            each.repair,
        )
        for each in wrong
    ]
