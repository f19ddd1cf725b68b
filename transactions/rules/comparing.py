"""Marked rows before and after, summed for the person who decides whether they move (rules 5.12)."""

import heapq
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import Any

from transactions.rules.changes import Figures, Move, Preview, Shift
from transactions.rules.outcomes import Earlier, Lack, Status

ZERO = Decimal(0)
SHOWN = 50  # rows that are kept to be looked at, those first that move most


@dataclass(frozen=True, slots=True)
class Moved:
    """One row whose known figures would move: what it is marked for, before and after."""

    row: int
    cause: Earlier
    move: Move
    before: Figures
    after: Figures

    @property
    def difference(self) -> Decimal:
        """Of the revenue, in the workspace currency; what becomes unknown leaves with all that it was."""
        return (self.after.converted or ZERO) - (self.before.converted or ZERO)

    @property
    def profit_difference(self) -> Decimal:
        return (self.after.profit or ZERO) - (self.before.profit or ZERO)

    @property
    def size(self) -> Decimal:
        """How much it moves, of revenue or of profit."""
        return max(abs(self.difference), abs(self.profit_difference))


@dataclass(slots=True)
class Comparison:
    """What rows come to before and after: all together, by what they are marked for, and by their currency.

    Sums of revenue by currency are in that currency, all others in the workspace's. A row whose currency
    would be another one leaves its own and joins that. `placed` counts the rows that would be of another day,
    client, product or owner, whatever their figures do.
    """

    overall: Preview = field(default_factory=Preview)
    by_cause: dict[Earlier, Preview] = field(default_factory=dict)
    by_currency: dict[str, Shift] = field(default_factory=dict)
    rows_of_currency: dict[str, int] = field(default_factory=dict)  # rows with a figure in it, now or after
    placed: dict[str, int] = field(default_factory=dict)
    _heap: list[tuple[Decimal, int, Moved]] = field(default_factory=list)

    def add(
        self,
        row: int,
        cause: Earlier,
        before: Figures,
        after: Figures,
        *,
        placed: Iterable[str] = (),
        keeps: Callable[[Move], bool] = attrgetter("asks"),
    ) -> Move:
        """Counts one row; its move is returned. `keeps` says of which moves the largest are looked at."""
        move = self.overall.add(before, after)
        for name in placed:
            self.placed[name] = self.placed.get(name, 0) + 1
        self.by_cause.setdefault(cause, Preview()).add(before, after)
        self._add_currency(before, after)
        if keeps(move):
            self._keep(Moved(row, cause, move, before, after))
        return move

    def _add_currency(self, before: Figures, after: Figures) -> None:
        for code in sorted({before.currency, after.currency}):
            was = before.revenue if code == before.currency else None
            now = after.revenue if code == after.currency else None
            if was is not None or now is not None:
                self.by_currency.setdefault(code, Shift()).add(was, now)
                self.rows_of_currency[code] = self.rows_of_currency.get(code, 0) + 1

    def _keep(self, moved: Moved) -> None:
        entry = (moved.size, -moved.row, moved)
        if len(self._heap) < SHOWN:
            heapq.heappush(self._heap, entry)
        else:
            heapq.heappushpop(self._heap, entry)

    @property
    def largest(self) -> list[Moved]:
        """The rows that move most, the largest first."""
        return [moved for _, _, moved in sorted(self._heap, key=lambda entry: entry[:2], reverse=True)]

    def to_json(self) -> dict[str, Any]:
        """As a job keeps it until somebody has decided."""
        return {
            "overall": _preview_to(self.overall),
            "by_cause": {int(cause): _preview_to(preview) for cause, preview in self.by_cause.items()},
            "by_currency": {code: _plain(asdict(shift)) for code, shift in self.by_currency.items()},
            "rows_of_currency": self.rows_of_currency,
            "placed": self.placed,
            "largest": [
                {
                    "row": moved.row,
                    "cause": int(moved.cause),
                    "move": moved.move.value,
                    "before": _plain(asdict(moved.before)),
                    "after": _plain(asdict(moved.after)),
                }
                for moved in self.largest
            ],
        }

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> "Comparison":
        made = cls(
            _preview_from(said["overall"]),
            {Earlier(int(cause)): _preview_from(each) for cause, each in said["by_cause"].items()},
            {code: _shift_from(each) for code, each in said["by_currency"].items()},
            dict(said["rows_of_currency"]),
            dict(said.get("placed", {})),  # a comparison that was worked out before it was counted has none
        )
        for each in said["largest"]:
            before, after = _figures_from(each["before"]), _figures_from(each["after"])
            made._keep(Moved(each["row"], Earlier(each["cause"]), Move(each["move"]), before, after))
        return made


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: str(value) if isinstance(value, Decimal | date) else value for name, value in values.items()
    }


def _preview_to(preview: Preview) -> dict[str, Any]:
    return {
        "rows": preview.rows,
        "moves": {move.value: count for move, count in preview.moves.items()},
        "revenue": _plain(asdict(preview.revenue)),
        "profit": _plain(asdict(preview.profit)),
    }


def _preview_from(said: Mapping[str, Any]) -> Preview:
    moves = {Move(name): count for name, count in said["moves"].items()}
    return Preview(said["rows"], moves, _shift_from(said["revenue"]), _shift_from(said["profit"]))


def _shift_from(said: Mapping[str, Any]) -> Shift:
    values: dict[str, Any] = {
        name: value if isinstance(value, int) else Decimal(value) for name, value in said.items()
    }
    return Shift(**values)


_DECIMALS = ("quantity", "revenue", "converted", "tax", "rate", "profit", "profit_rate")


def _figures_from(said: Mapping[str, Any]) -> Figures:
    values = dict(said)
    for name in _DECIMALS:
        values[name] = None if values[name] is None else Decimal(values[name])
    day = values["rate_day"]
    values["rate_day"] = None if day is None else date.fromisoformat(day)
    values["status"] = Status(values["status"])
    values["lack"], values["profit_lack"] = Lack(values["lack"]), Lack(values["profit_lack"])
    return Figures(**values)
