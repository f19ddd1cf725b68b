"""The figures in the table of a contract's months, ready to print: the template only puts them in their rows.

Drawn here, since a contract has up to hundreds of months with seven figures each: a question that a template
asks costs as much as a figure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from contracts.queries.months import MonthLine
from contracts.queries.tables import Row, Section, Sums
from kamtrak.templatetags.figures import money, nothing, unknown

CELL, FIRST = '<td class="k-r">', '<td class="k-r k-vl">'  # the first of a block of columns
NO_RATE = "no rate"


@dataclass(frozen=True)
class Frame:
    """What all cells of a table share: both currencies, whether the contract is void, and, for a day that
    is written behind them, where a rate is seen (`rate_of`) and repaired (`repair`, "" for who may not)."""

    currency: str
    target: str
    void: bool
    rate_of: str
    repair: str

    @property
    def mixed(self) -> bool:
        """Whether figures stand in the workspace's currency as well."""
        return self.currency != self.target


@dataclass(frozen=True)
class DrawnGroup:
    """Rows with their figures, and the figures of their subtotal."""

    label: str
    months: int
    rows: tuple[tuple[Row, SafeString], ...]
    cells: SafeString


@dataclass(frozen=True)
class DrawnSection:
    kind: str
    groups: tuple[DrawnGroup, ...]


def drawn_sections(sections: Sequence[Section], frame: Frame) -> list[DrawnSection]:
    return [
        DrawnSection(
            section.kind,
            tuple(
                DrawnGroup(
                    group.label,
                    group.sums.months,
                    tuple((row, figure_cells(row.sums, frame, section.kind, row.line)) for row in group.rows),
                    figure_cells(group.sums, frame, section.kind),
                )
                for group in section.groups
            ),
        )
        for section in sections
    ]


def figure_cells(sums: Sums, frame: Frame, kind: str, line: MonthLine | None = None) -> SafeString:
    """As confirmed, current and the difference, in the contract's currency; in the workspace's as well, with
    the causes of the difference, where it is another. `line` for a single month."""
    own = (_confirmed(sums, frame, kind), _current(sums, frame, kind))
    apart = nothing("in no difference") if kind == "expected" or frame.void else None
    cells = [*own, apart or _change(sums.difference.amount, frame.currency)]
    if frame.mixed:
        cells += [_confirmed_converted(sums, frame, line), _current_converted(sums, frame, line)]
        provisional = "line" if sums.provisional else False
        cells.append(apart or _change(sums.difference.by_edit, frame.target))
        cells.append(apart or _change(sums.difference.by_rate, frame.target, provisional))
    begins = (0, 3)  # the blocks of the two currencies
    return mark_safe(  # noqa: S308  each of them is drawn below
        "".join(f"{FIRST if n in begins else CELL}{cell}</td>" for n, cell in enumerate(cells))
    )


def _confirmed(sums: Sums, frame: Frame, kind: str) -> SafeString:
    if sums.confirmed is None:
        return nothing("not confirmed yet" if kind == "expected" else "not confirmed")
    return money(sums.confirmed, frame.currency, code=False)


def _current(sums: Sums, frame: Frame, kind: str) -> SafeString:
    if sums.current is None:
        return nothing("lost" if kind == "lost" else "not in the current schedule")
    return money(sums.current, frame.currency, code=False)


def _change(value: Decimal | None, currency: str, prov: bool | str = False) -> SafeString:
    return money(value, currency, code=False, sign=True, prov=prov, reason=NO_RATE)


def _confirmed_converted(sums: Sums, frame: Frame, line: MonthLine | None) -> SafeString:
    """Of a month without a frozen rate, the way to enter the one of the day of its confirmation."""
    if sums.confirmed is None:
        return nothing("not confirmed")
    if line and line.confirmed_unknown and line.confirmation:
        return _no_rate(frame, line.confirmation.confirmed_on)
    figure = money(sums.confirmed_converted, frame.target, code=False, reason=NO_RATE)
    return _lacking(figure, sums.confirmed_unknown if sums.confirmed_converted is not None else 0)


def _current_converted(sums: Sums, frame: Frame, line: MonthLine | None) -> SafeString:
    """Of a month, with the rate of its last day behind the figure."""
    if sums.current is None:
        return nothing("no current month")
    prov = "line" if sums.provisional else False
    if line is None:
        figure = money(sums.current_converted, frame.target, code=False, prov=prov, reason=NO_RATE)
        return _lacking(figure, sums.current_unknown if sums.current_converted is not None else 0)
    day = line.month.last
    if line.current_unknown:
        return _no_rate(frame, day)
    where = f"{frame.rate_of}{day}"
    return money(sums.current_converted, frame.target, where, code=False, prov=prov, title=line.rate_said)


def _no_rate(frame: Frame, day: date) -> SafeString:
    return unknown(NO_RATE, f"{frame.repair}{day}" if frame.repair else "")


def _lacking(figure: SafeString, months: int) -> SafeString:
    """A sum, and how many months without a rate are not in it."""
    if not months:
        return figure
    return format_html('{}<div class="k-d k-warn">without {} unknown</div>', figure, months)
