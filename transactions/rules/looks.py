"""What was found by looking through every row of a file, before anything is decided (rules 5.14, 5.16).

It is kept with the import as JSON, so that a page can ask its questions without reading the file again.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

from kamtrak.lib.tables import DateEvidence, NumberEvidence
from transactions.rules.identity import Repeated


class Counted(NamedTuple):
    """A text, and in how many cells of the column it stands."""

    text: str
    times: int


class Shared(NamedTuple):
    """A text that stands in several rows, and the first lines that have it."""

    text: str
    lines: tuple[int, ...]


class StampReading(NamedTuple):
    """A time stamp with an offset: the day as it is written, and the day in the workspace's time zone."""

    text: str
    written: str
    in_zone: str


@dataclass(frozen=True, slots=True)
class ColumnLook:
    """One column over all sound rows of the file; texts are shortened to be shown.

    `samples`: up to three different values. `distinct`: how many different values there are, trimmed and
    without blank; `is_more`: at least so many. `repeats`: whether a value stands in more than one row; None
    where that would have taken too much memory. `values`: all of them, the most frequent first, where they
    are at most 50. `numbers` and `dates`: the evidence of all values; None where most texts are neither.
    `odd_numbers` and `odd_dates`: the first texts that cannot be read as such, which may mean blank.
    `shared`: of a column of which most values are unique, the first that are not.
    `fractions`: all of them are numbers of a workbook from −1 to 1, so that percentages may be fractions.
    """

    name: str
    samples: tuple[str, ...]
    filled: int
    blank: int
    distinct: int
    is_more: bool
    repeats: bool | None
    values: tuple[Counted, ...]
    numbers: NumberEvidence | None
    dates: DateEvidence | None
    odd_numbers: tuple[Counted, ...]
    odd_dates: tuple[Counted, ...]
    offsets: tuple[StampReading, ...]
    fractions: bool
    shared: tuple[Shared, ...] = ()

    @property
    def repeated(self) -> Repeated | None:
        """What refuses the column as Unique ID, as far as it is known exactly."""
        return Repeated(self.filled, self.distinct) if self.repeats and not self.is_more else None

    def to_json(self) -> dict[str, Any]:
        kept = {
            name: getattr(self, name)
            for name in self.__dataclass_fields__
            if name not in ("numbers", "dates")
        }
        return kept | {
            "numbers": self.numbers and self.numbers.to_json(),
            "dates": self.dates and self.dates.to_json(),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "ColumnLook":
        counted = {
            name: tuple(Counted(*each) for each in data[name])
            for name in ("values", "odd_numbers", "odd_dates")
        }
        return cls(
            **data
            | counted
            | {
                "samples": tuple(data["samples"]),
                "shared": tuple(Shared(text, tuple(lines)) for text, lines in data.get("shared", ())),
                "offsets": tuple(StampReading(*each) for each in data["offsets"]),
                "numbers": data["numbers"] and NumberEvidence.from_json(data["numbers"]),
                "dates": data["dates"] and DateEvidence.from_json(data["dates"]),
            }
        )


@dataclass(frozen=True, slots=True)
class Looked:
    """The whole file.

    `rows` counts all of them, `wrong_rows` those that cannot be read at all (ragged ones, a quote that nobody
    closed), which no column counts; `problems` are the most frequent reasons.
    """

    rows: int
    wrong_rows: int
    columns: tuple[ColumnLook, ...]
    problems: tuple[Counted, ...]

    @property
    def repeated(self) -> dict[int, Repeated]:
        """The columns that are known to be no Unique ID, by place."""
        return {place: each.repeated for place, each in enumerate(self.columns) if each.repeated}

    def to_json(self) -> dict[str, Any]:
        return {
            "rows": self.rows,
            "wrong_rows": self.wrong_rows,
            "columns": [column.to_json() for column in self.columns],
            "problems": self.problems,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Looked":
        """What `to_json` wrote, which comes from the product's own table."""
        return cls(
            data["rows"],
            data["wrong_rows"],
            tuple(ColumnLook.from_json(column) for column in data["columns"]),
            tuple(Counted(*each) for each in data["problems"]),
        )
