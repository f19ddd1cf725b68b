"""What a check found, as its page and the page of the result show it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from transactions.models import Import
from transactions.rules import FileMapping, Lack, MappingError, Warning
from transactions.rules.repairs import Repair, repair_of
from transactions.views.words import WARNINGS, lack_said, tier_said

_OTHERWISE = (Lack.NOTHING, Lack.NO_TAX)


@dataclass(frozen=True)
class Part:
    """Some of the rows, with what they come to: `revenue` in `name` where that is a currency."""

    name: str
    rows: int
    revenue: Decimal
    converted: Decimal


@dataclass(frozen=True)
class ProblemGroup:
    """Rows that share a problem in the same column, the first of them, and what repairs them all."""

    column: str
    reason: str
    advice: str
    count: int
    samples: tuple[tuple[int, str], ...]  # (line, value)
    repair: Repair | None

    @property
    def lines(self) -> str:
        """Where the first of them stand: "lines 77, 5,120 and others"."""
        shown = ", ".join(f"{line:,}" for line, _ in self.samples)
        noun = "line" if len(self.samples) == 1 else "lines"
        return f"{noun} {shown}{' and others' if self.count > len(self.samples) else ''}"

    @property
    def found(self) -> tuple[str, ...]:
        """The different values among the first of them."""
        return tuple(dict.fromkeys(value for _, value in self.samples if value))


@dataclass(frozen=True)
class PreviewLine:
    """One of the first rows, as it goes in."""

    line: int
    day: date
    client: str
    product: str
    quantity: Decimal | None
    tier: str
    lack: str
    currency: str
    revenue: Decimal | None
    converted: Decimal | None


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
        """Whether rows go in, and none of them is new or has other values."""
        return bool(self.good) and not self.created and not self.updated

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
    def differs(self) -> list[str]:
        """What the check relied on and has changed since."""
        return list(self.checked.get("differs") or [])

    @property
    def converted(self) -> Decimal | None:
        """All known revenue in the workspace currency; None where nothing is known, which is not 0."""
        return Decimal(self.checked["converted"]) if self.counted else None

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
        return [_part(each) for each in self.checked.get("sums") or []]

    @cached_property
    def tiers(self) -> list[tuple[str, Part]]:
        parts = [_part(each) for each in self.checked.get("by_tier") or []]
        return [(tier_said(int(part.name)), part) for part in parts]

    @cached_property
    def warnings(self) -> list[tuple[str, int]]:
        """What to look at, each with its rows; `fell_past` stands beside how revenue is found."""
        found = self.checked.get("warnings") or []
        told = {Warning(each["kind"]): each["count"] for each in found}
        return [(said, told[kind]) for kind, said in WARNINGS.items() if kind in told]

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
        return [_preview_line(each) for each in (self.checked.get("preview") or [])[:10]]

    @property
    def new_clients(self) -> dict[str, Any]:
        return self.checked.get("new_clients") or {"count": 0, "names": []}


def outlook_of(imported: Import) -> Outlook:
    return Outlook(imported, imported.checked)


def _part(each: dict[str, Any]) -> Part:
    return Part(each["name"], each["rows"], Decimal(each["revenue"]), Decimal(each["converted"]))


def _preview_line(each: dict[str, Any]) -> PreviewLine:
    def number(name: str) -> Decimal | None:
        return None if each.get(name) is None else Decimal(each[name])

    return PreviewLine(
        each["line"],
        date.fromisoformat(each["day"]),
        each["client"],
        each["product"],
        number("quantity"),
        tier_said(each["tier"]),
        lack_said(each["lack"]) if each["lack"] else "",
        each["currency"],
        number("revenue"),
        number("converted"),
    )
