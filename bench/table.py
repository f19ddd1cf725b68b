"""One row of the benchmark table, and how the table is printed."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """`measured` against the most it may be (`budget`), both in `unit`; a ratio has the unit "×"."""

    what: str
    measured: float
    budget: float
    unit: str = "ms"
    note: str = ""

    @property
    def met(self) -> bool:
        return self.measured <= self.budget

    def cells(self) -> tuple[str, str, str, str]:
        verdict = "met" if self.met else "missed"
        return (
            self.what,
            f"{_figure(self.measured)} {self.unit}",
            f"≤ {_figure(self.budget)} {self.unit}",
            f"{verdict} ({self.note})" if self.note else verdict,
        )


HEADER = ("what", "measured", "budget", "")


def table(rows: Sequence[Row]) -> str:
    """The rows under one header, columns aligned, figures to the right."""
    lines = [HEADER, *(row.cells() for row in rows)]
    what, measured, budget = (max(len(line[column]) for line in lines) for column in range(3))
    return "\n".join(
        f"{line[0]:<{what}}  {line[1]:>{measured}}  {line[2]:>{budget}}  {line[3]}".rstrip() for line in lines
    )


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
