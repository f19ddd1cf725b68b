"""What was found in a file: problems as data, and the counts of a check (rules 5.17)."""

from collections.abc import Iterable
from dataclasses import dataclass, field


class Unreadable(ValueError):
    """A cell that cannot be read in its column's format: why, and what to write instead."""

    def __init__(self, reason: str, repair: str) -> None:
        super().__init__(f"{reason} {repair}")
        self.reason, self.repair = reason, repair


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a row. `line` counts from 1 in the file; `column` "" means the whole row.

    `reason` never contains the value, so that equal reasons can be counted together.
    """

    line: int
    column: str
    value: str
    reason: str
    repair: str


@dataclass(frozen=True, slots=True)
class ProblemCount:
    """How many rows have the same problem in the same column, and the first of them."""

    column: str
    reason: str
    count: int
    first: Problem


@dataclass(frozen=True, slots=True)
class CheckReport:
    """rows = good + bad. `counts` most frequent first; `samples` are the first problems of the file."""

    rows: int
    good: int
    bad: int
    counts: tuple[ProblemCount, ...]
    samples: tuple[Problem, ...]


@dataclass(slots=True)
class Collector:
    """Counts rows and problems while a file streams by, in bounded memory."""

    most_samples: int = 200
    most_kinds: int = 1_000
    rows: int = 0
    bad: int = 0
    _samples: list[Problem] = field(default_factory=list)
    _counts: dict[tuple[str, str], tuple[int, Problem]] = field(default_factory=dict)

    def add(self, problems: Iterable[Problem] = ()) -> None:
        """Count one row: a bad one when it has problems."""
        self.rows += 1
        worst = False
        for problem in problems:
            worst = True
            if len(self._samples) < self.most_samples:
                self._samples.append(problem)
            key = (problem.column, problem.reason)
            if key in self._counts or len(self._counts) < self.most_kinds:
                count, first = self._counts.get(key, (0, problem))
                self._counts[key] = (count + 1, first)
        self.bad += worst

    def report(self) -> CheckReport:
        counts = [
            ProblemCount(column, reason, count, first)
            for (column, reason), (count, first) in self._counts.items()
        ]
        counts.sort(key=lambda c: (-c.count, c.first.line))
        return CheckReport(self.rows, self.rows - self.bad, self.bad, tuple(counts), tuple(self._samples))
