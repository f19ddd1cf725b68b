"""What a check found, as its page and the page of the result show it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from transactions.models import Import
from transactions.rules import FileMapping, Lack, MappingError, Warning
from transactions.rules.repairs import repair_of
from transactions.views.found import (
    Change,
    Part,
    PreviewLine,
    ProblemGroup,
    WarningGroup,
    change_of,
    part_of,
    preview_line_of,
    warned_row_of,
)
from transactions.views.words import WARNINGS, lack_said, tier_said

_APART = {
    "no_client": "Without a client",
    "no_owner": "Unassigned",
    "refunds": "Refunds",
    "zero": "With a revenue of 0",
}
_OTHERWISE = (Lack.NOTHING, Lack.NO_TAX)


@dataclass(frozen=True)
class Outlook:
    """The counts of a check. `created`, `updated`, `unchanged` and `kept` add up to `good`."""

    imported: Import
    checked: dict[str, Any]

    def _count(self, name: str) -> int:
        return int(self.checked.get(name) or 0)

    @property
    def rows(self) -> int:
        return self._count("rows")

    @property
    def good(self) -> int:
        return self._count("good")

    @property
    def bad(self) -> int:
        return self._count("bad")

    @property
    def created(self) -> int:
        return self.good - self.updated - self.unchanged - self.kept

    @property
    def updated(self) -> int:
        return self._count("updated")

    @property
    def unchanged(self) -> int:
        return self._count("unchanged")

    @property
    def kept(self) -> int:
        """Rows that somebody edited by hand, and that later imports leave as they are."""
        return self._count("kept")

    @property
    def changes_nothing(self) -> bool:
        """Whether rows go in, and none of them is new or has other values, and none is replaced."""
        return bool(self.good) and not (self.created or self.updated or self.voided)

    @property
    def does(self) -> str:
        """What the import does with the rows: "Import 12 new, update 3, leave 1 out"."""
        done = [
            f"import {self.created:,} new" if self.created else "",
            f"update {self.updated:,}" if self.updated else "",
            f"void {self.voided:,}" if self.voided else "",
        ]
        return _sentence(done, self.bad) if any(done) else "Record it, nothing changes"

    @property
    def does_as_new(self) -> str:
        """The same where lines that equal earlier ones are new sales."""
        return _sentence([f"import {self.good:,} new"], self.bad)

    @property
    def counted(self) -> int:
        return self._count("counted")

    @property
    def not_revenue(self) -> int:
        return self._count("not_revenue")

    @property
    def fell_past(self) -> int:
        return self._count("fell_past")

    @property
    def missing_count(self) -> int:
        return self._count("missing_count")

    @property
    def voided(self) -> int:
        """Rows of the source that the import replaces."""
        return self._count("voided")

    @property
    def converted(self) -> Decimal | None:
        """All known revenue in the workspace currency; None where nothing is known, which is not 0."""
        return Decimal(self.checked["converted"]) if self.counted else None

    @property
    def added(self) -> Decimal | None:
        """By how much the totals change, in the workspace currency; None where nothing is known."""
        added = self.checked.get("added")
        return self.converted if added is None else Decimal(added)

    @property
    def meets_rows(self) -> bool:
        """Whether the source had rows, so that not all that goes in adds to the totals."""
        return self.checked.get("added") is not None

    @cached_property
    def changes(self) -> list[Change]:
        return [change_of(each) for each in self.checked.get("changes") or []]

    @property
    def unknown_rows(self) -> int:
        return sum(rows for _, rows in self.unknown)

    @cached_property
    def unknown(self) -> list[tuple[str, int]]:
        """Why revenues are unknown, each with how many rows wait for it."""
        lacks = (self.checked.get("unknown") or {}).items()
        return sorted(((lack_said(int(lack)), rows) for lack, rows in lacks), key=lambda each: -each[1])

    @property
    def waiting_and_counted(self) -> int:
        return self.counted + self.unknown_rows

    @property
    def more_missing(self) -> int:
        """Products beyond those that the check names."""
        return self.missing_count - len(self.checked.get("missing_products") or [])

    @cached_property
    def unknown_otherwise(self) -> list[tuple[str, int]]:
        """Rows that wait for neither a product nor a rate."""
        lacks = (self.checked.get("unknown") or {}).items()
        return [(lack_said(int(lack)), rows) for lack, rows in lacks if int(lack) in _OTHERWISE]

    @property
    def no_rate(self) -> int:
        return int((self.checked.get("unknown") or {}).get(str(Lack.NO_RATE.value), 0))

    @cached_property
    def sums(self) -> list[Part]:
        return [part_of(each) for each in self.checked.get("sums") or []]

    @cached_property
    def tiers(self) -> list[tuple[str, Part]]:
        parts = [part_of(each) for each in self.checked.get("by_tier") or []]
        return [(tier_said(int(part.name)), part) for part in parts]

    @cached_property
    def warnings(self) -> list[WarningGroup]:
        """What to look at; `fell_past` stands beside how revenue is found."""
        found = {Warning(each["kind"]): each for each in self.checked.get("warnings") or []}
        mapped = self._mapping.mapped if self._mapping else {}
        return [
            WarningGroup(
                said,
                found[kind]["count"],
                tuple(warned_row_of(row, mapped) for row in found[kind].get("sample", [])),
            )
            for kind, said in WARNINGS.items()
            if kind in found
        ]

    @property
    def days(self) -> tuple[date, date] | None:
        """The first and the last day of the rows that go in."""
        first, last = self.checked.get("days") or (None, None)
        return (date.fromisoformat(first), date.fromisoformat(last)) if first and last else None

    @cached_property
    def apart(self) -> list[tuple[str, int, Decimal | None]]:
        """Rows of which people ask: what they are, how many, their revenue in the workspace currency; None
        where none of it is known, which is not 0."""
        found = self.checked.get("apart") or {}
        parts = [(said, found[name]) for name, said in _APART.items() if name in found]
        return [
            (said, part["rows"], None if part["converted"] is None else Decimal(part["converted"]))
            for said, part in parts
        ]

    def rows_apart(self, name: str) -> int:
        """How many rows stand apart by this."""
        found = (self.checked.get("apart") or {}).get(name) or {}
        return int(found.get("rows") or 0)

    @cached_property
    def repeated(self) -> tuple[int, Decimal | None] | None:
        """Lines that equal lines of earlier files, and their converted value."""
        found = self.checked.get("repeated") or {}
        if not found.get("rows"):
            return None
        value = found.get("value")
        return int(found["rows"]), None if value is None else Decimal(value)

    @cached_property
    def problems(self) -> list[ProblemGroup]:
        mapping = self._mapping
        groups = []
        for each in self.checked.get("problems") or []:
            samples = tuple((sample["line"], sample["value"]) for sample in each.get("sample", []))
            repair = mapping and repair_of(mapping, each["column"], [value for _, value in samples])
            groups.append(
                ProblemGroup(
                    each["column"], each["reason"], each["repair"], each["count"], samples, repair or None
                )
            )
        return groups

    @cached_property
    def _mapping(self) -> FileMapping | None:
        try:
            return FileMapping.from_json(self.imported.mapping)
        except MappingError:
            return None

    @cached_property
    def preview(self) -> list[PreviewLine]:
        return [preview_line_of(each) for each in (self.checked.get("preview") or [])[:10]]

    @property
    def new_clients(self) -> dict[str, Any]:
        return self.checked.get("new_clients") or {"count": 0, "names": []}


def outlook_of(imported: Import) -> Outlook:
    return Outlook(imported, imported.checked)


def _sentence(done: Sequence[str], bad: int) -> str:
    said = ", ".join([*filter(None, done), *([f"leave {bad:,} out"] if bad else [])])
    return said[0].upper() + said[1:]
