"""A story of imports, step by step: each starts one job, and starts it again where it was given up."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

from django.core.files.base import ContentFile
from django.utils import timezone

from tests.transactions.bringing import fresh, mapped
from transactions.models import Import, ImportState
from transactions.rules import Field
from transactions.services.imports import (
    Options,
    check_stamp,
    keep_mapping,
    relook,
    request_check,
    request_commit,
    request_undo,
    start_import,
)
from workspaces.models import Membership

FIELDS = {
    "Date": Field.DATE,
    "Client": Field.CLIENT,
    "Product": Field.PRODUCT,
    "Qty": Field.QUANTITY,
    "Price": Field.PRICE_SOLD,
    "Currency": Field.CURRENCY,
}
ROWS = 400


def lines(first: int, count: int, note: str) -> str:
    """Rows of a till: every kind of outcome, twins, and a row that cannot go in; the note is no key."""
    text = ["Date,Client,Product,Qty,Price,Currency,Note"]
    for at in range(first, first + count):
        price = "" if at % 7 == 3 else f"{at % 90}.{at % 100:02}"
        day = "never" if at % 500 == 13 else ("2026-08-07", "2026-09-30")[at % 2]
        product, currency = f"P-{at % 40}", ("USD", "EUR", "KRW")[at % 3]
        text += [f"{day},Client {at % 60},{product},{at % 9 - 1},{price},{currency},{note}"] * (
            1 + (at % 11 == 0)
        )
    return "\n".join(text) + "\n"


FILES = {"first": (0, ROWS, "a"), "second": (ROWS // 2, ROWS, "b"), "third": (ROWS // 4, ROWS // 2, "c")}


@dataclass
class Story:
    """The steps of one workspace. `imports` by the name of their file."""

    by: Membership
    imports: dict[str, Import] = field(default_factory=dict)

    def steps(self) -> Iterator[tuple[str, Callable[[], None], Callable[[], bool]]]:
        """(name, what starts the job, whether it is done). All run inside the workspace."""
        for name in FILES:
            yield f"look at {name}", partial(self.look, name), self.has(name, ImportState.MAPPING)
            yield f"check {name}", partial(self.check, name), self.has(name, ImportState.CHECKED)
            yield f"commit {name}", partial(self.commit, name), self.has(name, ImportState.COMMITTED)
        for name in ("first", "third"):
            yield f"undo {name}", partial(self.undo, name), self.has(name, ImportState.UNDONE)

    def has(self, name: str, state: ImportState) -> Callable[[], bool]:
        return lambda: name in self.imports and self.known(name).state == state

    def known(self, name: str) -> Import:
        return fresh(self.imports[name])

    def look(self, name: str) -> None:
        if name in self.imports:
            return relook(imported=self.known(name), by=self.by, layout={}, now=timezone.now())
        file = ContentFile(lines(*FILES[name]).encode(), f"{name}.csv")
        self.imports[name] = start_import(
            workspace=self.by.workspace, by=self.by, name=f"{name}.csv", file=file, now=timezone.now()
        )
        return None

    def check(self, name: str) -> None:
        imported, now = self.known(name), timezone.now()
        mapping = mapped(imported, FIELDS)
        if imported.state == ImportState.MAPPING:
            keep_mapping(
                imported=imported,
                by=self.by,
                mapping=mapping,
                answered=[column.place for column in mapping.columns],
                source_name="Till",
                options=Options(),
                now=now,
            )
        request_check(imported=self.known(name), by=self.by, now=now)

    def commit(self, name: str) -> None:
        imported = self.known(name)
        request_commit(
            imported=imported,
            by=self.by,
            stamp=check_stamp(imported),
            repeats_are_new=name == "third",
            without_bad_rows=True,
            now=timezone.now(),
        )

    def undo(self, name: str) -> None:
        request_undo(
            imported=self.known(name), by=self.by, reason="Wrong", keep_edited=True, now=timezone.now()
        )
