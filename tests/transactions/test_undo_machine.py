"""Whatever is imported, edited and undone in whatever order: what stands is what a replay without the undone
imports leaves (rules 5.14, 5.15, 5.18). The replay is written here once more, plainly.
"""

import csv
import io
import os
from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from kamtrak.history import because
from kamtrak.tenancy import in_workspace
from tests.cast import NOW, Cast
from tests.contributions.builders import publish
from tests.transactions.bringing import check, commit, mapped, undo, upload
from transactions.models import Import, ImportState, RowTotal, RowVersion, Transaction
from transactions.pipeline.deciding import decide
from transactions.pipeline.editing import edit_transaction
from transactions.pipeline.remapping import propose_mapping
from transactions.pipeline.weighing import comparison
from transactions.queries.marked import Selection, seen
from transactions.rules import Earlier, Field, FileMapping, Lack, Status
from transactions.services.proposals import keep_proposal
from transactions.services.totals import rebuild_row_totals
from workspaces.models import Alert

EXAMPLES, STEPS = int(os.environ.get("KAMTRAK_UNDO_EXAMPLES", "12")), 9
RATES = {("EUR", date(2026, 8, 7)): "1.1682", ("EUR", date(2026, 9, 30)): "1.15"}
HEADER = ("ID", "Original", "Date", "Client", "Product", "Qty", "Price", "Currency", "Note")
FIELDS = {
    "ID": Field.UNIQUE_ID,
    "Original": Field.ORIGINAL_ID,
    "Date": Field.DATE,
    "Client": Field.CLIENT,
    "Product": Field.PRODUCT,
    "Qty": Field.QUANTITY,
    "Price": Field.PRICE_SOLD,
    "Currency": Field.CURRENCY,
}
Cells = tuple[str, ...]
TILL = [  # lines without an ID; the note is no key column
    ("", "", "2026-08-07", "Nordhavn", "W-1", "5", "10.00", "USD"),
    ("", "", "2026-08-07", "Aurelia", "", "2", "10.00", "EUR"),
    ("", "", "2026-09-30", "", "X-9", "4", "", "USD"),
    ("", "", "2026-09-30", "Nordhavn", "", "3", "7", "KRW"),
]
DAYS, SPANS = ("2026-08-07", "2026-09-30"), [("2026-08-01", "2026-08-31"), ("2026-08-01", "2026-09-30")]
notes = st.sampled_from(["", "again", "late"])
till_lines = st.lists(
    st.tuples(st.sampled_from(TILL), notes).map(lambda pair: (*pair[0], pair[1])), min_size=1, max_size=4
)
ids = st.lists(st.sampled_from(["1", "2", "R1"]), min_size=1, max_size=3, unique=True)
edits = st.sampled_from(
    [{Field.QUANTITY: "9"}, {Field.PRICE_SOLD: "2.5"}, {Field.CLIENT: "Zeta"}]
    + [{Field.DATE: day} for day in DAYS]
)


@st.composite
def shop_lines(draw: Any) -> list[Cells]:
    """Lines with an ID each; R1 is the refund of 1, at the rate of its day."""
    return [
        (
            each,
            "1" if each == "R1" else "",
            draw(st.sampled_from(DAYS)),
            "Nordhavn",
            "",
            "-1" if each == "R1" else draw(st.sampled_from(["1", "4"])),
            "10.00",
            "EUR",
            draw(notes),
        )
        for each in draw(ids)
    ]


# ------------------------------------------------------------------ the replay


@dataclass
class Brought:
    turn: int
    source: str
    lines: tuple[tuple[int, Cells], ...]  # (line of the file, its cells)
    new: bool = False
    span: tuple[str, str] | None = None
    corrects: "Brought | None" = None
    pk: int = 0
    without_currency: bool = False  # since another mapping of it was accepted


@dataclass
class Edited:
    turn: int
    key: tuple[str, ...]
    on: tuple[int, int]  # turn and line of the version that was on top
    number: int
    values: Mapping[Field, str]
    protected: bool
    cells: Cells = ()
    lies_on: Brought | None = None  # whose mapping reads the cells where no import is left


@dataclass
class Version:
    turn: int
    line: int
    by: Any
    cells: Cells
    edit: Edited | None = None


@dataclass
class Row:
    key: tuple[str, ...]
    number: int
    stack: list[Version] = field(default_factory=list)

    @property
    def top(self) -> Version:
        edited = [version for version in self.stack if version.edit]
        if edited and edited[-1].edit and edited[-1].edit.protected:
            return edited[-1]
        return self.stack[-1]

    @property
    def is_alone(self) -> bool:
        return all(version.edit for version in self.stack)

    def base(self, version: Version) -> Cells:
        """The provided cells that lie beneath: of an edit, what was on top when it was made."""
        return self.provided_by(version).cells

    def provided_by(self, version: Version) -> Version:
        if version.edit is None:
            return version
        on = next((each for each in self.stack if (each.turn, each.line) == version.edit.on), None)
        if on is not None:
            return self.provided_by(on)
        brought = [each for each in self.stack if each.edit is None]
        before = [each for each in brought if each.turn < version.turn]
        return (before[-1:] or brought[:1] or [version])[0]


def key_of(source: str, cells: Cells) -> tuple[str, ...]:
    return (source, cells[0]) if source == "Shop" else (source, *cells[:8])


def replay(log: list[Any]) -> list[Row]:
    rows: dict[tuple[tuple[str, ...], int], Row] = {}

    def row(key: tuple[str, ...], number: int) -> Row:
        return rows.setdefault((key, number), Row(key, number))

    for event in sorted(log, key=lambda each: each.turn):
        if isinstance(event, Edited):
            holding = [r for r in rows.values() if any((v.turn, v.line) == event.on for v in r.stack)]
            target = holding[0] if holding else row(event.key, event.number)
            target.stack.append(Version(event.turn, 0, event, event.cells, event))
            continue
        count: Counter[Any] = Counter()
        for line, cells in event.lines:
            key = key_of(event.source, cells)
            if key not in count:
                count[key] = first_of(event, key, rows, log)
            row(key, count[key]).stack.append(Version(event.turn, line, event, cells))
            count[key] += 1
    return list(rows.values())


def first_of(event: Brought, key: Any, rows: Any, log: list[Any]) -> int:
    """The number of the first line of the key: 1, behind the last, or behind what it corrects."""
    if event.source == "Shop":
        return 1
    if event.new:
        return max((number for of, number in rows if of == key), default=0) + 1
    if event.corrects is not None:
        family = [e for e in log if isinstance(e, Brought) and e.turn < event.turn and root(e) is root(event)]
        return 1 + sum(key_of(e.source, cells) == key for e in family for _, cells in e.lines)
    return 1


def root(event: Brought) -> Brought:
    return root(event.corrects) if event.corrects else event


def is_void(row: Row, log: list[Any]) -> bool:
    """A later import replaces the row's day, and neither it nor one after it holds the row."""
    held = [version.turn for version in row.stack if version.edit is None]
    day = effective(row)["Date"]
    return any(
        isinstance(each, Brought)
        and each.span is not None
        and each.source == row.key[0]
        and each.span[0] <= day <= each.span[1]
        and max(held, default=0) < each.turn
        for each in log
    )


NAMES = {Field.QUANTITY: "Qty", Field.PRICE_SOLD: "Price", Field.CLIENT: "Client", Field.DATE: "Date"}


def effective(row: Row) -> dict[str, str]:
    """What counts: the provided cells with the edits on top."""
    top = row.top
    cells = dict(zip(HEADER, row.base(top), strict=True))
    if reads_no_currency(row):
        cells["Currency"] = ""
    return cells | ({NAMES[known]: text for known, text in top.edit.values.items()} if top.edit else {})


def reads_no_currency(row: Row) -> bool:
    by = row.provided_by(row.top).by
    brought = by.lies_on if isinstance(by, Edited) else by
    return brought is not None and brought.without_currency


def figure(row: Row, rows: list[Row]) -> tuple[int, int, Decimal | None]:
    """(status, lack, converted), by hand: quantity × price at the rate of the day, or of the sale's."""
    said = effective(row)
    if not said["Price"]:
        return Status.UNKNOWN, Lack.NO_ENTRY, None
    sale = (
        [r for r in rows if r.key == ("Shop", said["Original"]) and r.number == 1] if said["Original"] else []
    )
    day = date.fromisoformat((effective(sale[0]) if sale else said)["Date"])
    gross = Decimal(said["Qty"]) * Decimal(said["Price"])
    currency = said["Currency"] or (effective(sale[0])["Currency"] if sale else "") or "USD"
    if currency == "USD":
        return Status.COUNTED, Lack.NONE, cents(gross)
    rate = RATES.get((currency, day))
    if rate is None:
        return Status.UNKNOWN, Lack.NO_RATE, None
    return Status.COUNTED, Lack.NONE, cents(gross * Decimal(rate))


def cents(exact: Decimal) -> Decimal:
    return exact.quantize(Decimal("0.01"), ROUND_HALF_UP)


def expected(log: list[Any]) -> Counter[Any]:
    rows = replay(log)
    facts = []
    for row in rows:
        status, lack, converted = figure(row, rows)
        void = is_void(row, log)
        edit = row.top.edit
        facts.append(
            (
                row.key[0],
                row.base(row.top),
                tuple(sorted((str(k), v) for k, v in edit.values.items())) if edit else (),
                bool(edit and edit.protected),
                effective(row)["Client"],
                Status.VOIDED if void else status,
                lack,
                converted,
                len(row.stack),
            )
        )
    return Counter(facts)


def stored(cast: Cast) -> Counter[Any]:
    versions = Counter(RowVersion.objects.values_list("row", flat=True))
    rows = Transaction.objects.filter(workspace=cast.acme).select_related("source", "client", "edit")
    return Counter(
        (
            row.source.name,
            tuple(row.cells),
            tuple(sorted(row.edit.values.items())) if row.edit else (),
            row.protected,
            row.client.name if row.client else "",
            row.status,
            row.lack,
            row.converted,
            versions[row.pk] + 1,
        )
        for row in rows
    )


def alerts(cast: Cast) -> dict[str, int]:
    found = Alert.objects.filter(workspace=cast.acme, state="open")
    apart = ("owner:", "row-mapping:")
    return {alert.title.split("”")[0]: alert.rows for alert in found if not alert.key.startswith(apart)}


def alerts_of(log: list[Any]) -> dict[str, int]:
    rows = replay(log)
    told: Counter[str] = Counter()
    for row in rows:
        status, lack, _ = figure(row, rows)
        if status == Status.UNKNOWN and not is_void(row, log):
            said = effective(row)
            rate = f"No rate from {said['Currency']} to USD for transactions"
            told["“" + said["Product"] if lack == Lack.NO_ENTRY else rate] += 1
    return dict(told)


# ------------------------------------------------------------------ the machine


class Undoing(RuleBasedStateMachine):
    """Every step is done through the product, and noted in the log that is replayed."""

    cast: Cast

    def __init__(self) -> None:
        super().__init__()
        self.log: list[Any] = []
        self.around = ExitStack()
        self.around.enter_context(transaction.atomic())
        self.around.enter_context(in_workspace(self.cast.acme.pk))
        self.around.enter_context(because(user=self.cast.olive.user_id))
        publish()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.around.close()

    @property
    def by(self) -> Any:
        return self.cast.ada

    def brought(self) -> list[Brought]:
        return [event for event in self.log if isinstance(event, Brought)]

    def bring(
        self, source: str, lines: list[Cells], new: bool = False, span: Any = None, broken: bool = False
    ) -> None:
        if broken:
            lines = [*lines, (*lines[0][:2], "never", *lines[0][3:])]
        imported = upload(self.by, text_of(lines))
        fields = {
            name: known
            for name, known in FIELDS.items()
            if source == "Shop" or name not in ("ID", "Original")
        }
        replaces = (date.fromisoformat(span[0]), date.fromisoformat(span[1])) if span else None
        checked = check(imported, self.by, mapped(imported, fields), source=source, replaces=replaces)
        if not checked.checked.get("good"):
            return
        self.put(checked, Brought(0, source, numbered(lines), new, span), new)

    def put(self, checked: Import, event: Brought, new: bool) -> None:
        told = checked.checked
        done = commit(checked, self.by, new=new)
        assert done.state == ImportState.COMMITTED, (done.state, done.job and done.job.error)
        if not new:
            assert (told["updated"], told["unchanged"], told["kept"]) == (
                done.updated,
                done.unchanged,
                done.skipped,
            )
        event.turn, event.pk = done.turn or 0, done.pk
        self.log.append(event)

    @rule(lines=till_lines, new=st.booleans(), broken=st.booleans())
    def a_file_of_the_till(self, lines: list[Cells], new: bool, broken: bool) -> None:
        self.bring("Till", lines, new, broken=broken)

    @rule(lines=shop_lines())
    def a_file_of_the_shop(self, lines: list[Cells]) -> None:
        self.bring("Shop", lines)

    @rule(source=st.sampled_from(["Till", "Shop"]), span=st.sampled_from(SPANS), data=st.data())
    def a_file_that_replaces(self, source: str, span: Any, data: Any) -> None:
        self.bring(source, data.draw(till_lines if source == "Till" else shop_lines()), span=span)

    @precondition(lambda self: self.brought())
    @rule(data=st.data())
    def the_same_file_again(self, data: Any) -> None:
        event = data.draw(st.sampled_from(self.brought()))
        self.bring(event.source, [cells for _, cells in event.lines])

    @precondition(lambda self: self.with_rejects())
    @rule(data=st.data(), day=st.sampled_from(DAYS), broken=st.booleans())
    def a_corrected_reject_file(self, data: Any, day: str, broken: bool) -> None:
        event = data.draw(st.sampled_from(self.with_rejects()))
        before = Import.objects.get(pk=event.pk)
        with default_storage.open(before.rejects) as stream:
            text = stream.read().decode("utf-8-sig").replace("never", day)
        text += text.splitlines()[-1].replace(day, "never") + "\r\n" if broken else ""
        imported = upload(self.by, text, continues=before)
        checked = check(imported, self.by, source=event.source)
        lines = [tuple(row[: len(HEADER)]) for row in list(csv.reader(io.StringIO(text)))[1:]]
        self.put(checked, Brought(0, event.source, numbered(lines), corrects=event), new=False)

    def with_rejects(self) -> list[Brought]:
        """Those of another mapping would be read with it, unlike the lines that they correct."""
        return [
            each
            for each in self.brought()
            if Import.objects.get(pk=each.pk).checked["bad"] and not each.without_currency
        ]

    @precondition(lambda self: self.log and Transaction.objects.exclude(status=Status.VOIDED).exists())
    @rule(data=st.data(), values=edits, protected=st.booleans())
    def an_edit_by_hand(self, data: Any, values: Any, protected: bool) -> None:
        rows = list(Transaction.objects.exclude(status=Status.VOIDED).order_by("turn", "line", "occurrence"))
        row = rows[data.draw(st.integers(0, len(rows) - 1))]
        former = {Field(k): v for k, v in row.edit.values.items()} if row.edit else {}
        done = edit_transaction(
            row=row,
            values=values,
            protected=protected,
            reason="Typo",
            stamp=str(row.turn),
            by=self.by,
            now=NOW,
        )
        on = (row.turn, 0 if row.edit_id else row.line)
        key = next(r.key for r in replay(self.log) if any((v.turn, v.line) == on for v in r.stack))
        made = {**former, **values}
        lies_on = next((each for each in self.brought() if each.pk == row.origin_id), None)
        self.log.append(
            Edited(done.turn, key, on, row.occurrence, made, protected, tuple(row.cells), lies_on)
        )

    @precondition(lambda self: self.to_remap())
    @rule(data=st.data())
    def another_mapping_is_proposed(self, data: Any) -> None:
        """Its column of currencies is kept as it is: amounts are of the sale's, else the workspace's. Rows of
        the till are known by their currency, too: it has to stay as it was read."""
        event = data.draw(st.sampled_from(self.to_remap()))
        imported = Import.objects.select_related("workspace", "source").get(pk=event.pk)
        mapping = FileMapping.from_json(imported.mapping)
        columns = tuple(
            replace(column, field=None) if column.field is Field.CURRENCY else column
            for column in mapping.columns
        )
        places = [column.place for column in columns]
        wanted = replace(mapping, columns=columns)
        keep_proposal(imported=imported, by=self.by, mapping=wanted, answered=places)
        propose_mapping(imported=imported, by=self.by, now=NOW)

    def to_remap(self) -> list[Brought]:
        proposed = self.proposed()
        of_shop = [each for each in self.brought() if each.source == "Shop"]
        return [each for each in of_shop if not each.without_currency and each.pk not in proposed]

    def proposed(self) -> set[int]:
        return set(Import.objects.filter(proposed_at__isnull=False).values_list("pk", flat=True))

    @precondition(lambda self: any(self.has_rows_that_wait(each) for each in self.brought()))
    @rule(data=st.data(), accept=st.booleans())
    def it_is_decided(self, data: Any, accept: bool) -> None:
        waiting = [each for each in self.brought() if self.has_rows_that_wait(each)]
        event, today = data.draw(st.sampled_from(waiting)), self.cast.acme.day_of(NOW)
        selection = Selection(imported=event.pk)
        state = seen(self.cast.acme, selection, today)
        shown = comparison(self.cast.acme, selection, state, NOW)
        before = self.value()
        decide(
            workspace=self.cast.acme,
            selection=selection,
            accept=accept,
            reason="Put right",
            stamp=state.stamp,
            by=self.by,
            now=NOW,
        )
        assert shown is not None
        assert self.value() - before == (shown.overall.revenue.difference if accept else 0)
        event.without_currency = event.without_currency or accept

    def has_rows_that_wait(self, event: Brought) -> bool:
        return event.pk in self.proposed() and Transaction.objects.filter(origin=event.pk).exists()

    def value(self) -> Decimal:
        counted = Transaction.objects.filter(status=Status.COUNTED)
        return counted.aggregate(total=Sum("converted"))["total"] or Decimal(0)

    @invariant()
    def rows_wait_as_long_as_another_mapping_of_their_import_does(self) -> None:
        counting = Transaction.objects.exclude(status=Status.VOIDED)
        waiting = counting.filter(origin__in=self.proposed())
        assert set(waiting.values_list("earlier", flat=True)) <= {Earlier.MAPPING}
        assert not counting.exclude(origin__in=self.proposed()).filter(earlier__gt=0).exists()

    @precondition(lambda self: self.brought())
    @rule(data=st.data(), keep=st.booleans())
    def an_undo(self, data: Any, keep: bool) -> None:
        event = data.draw(st.sampled_from(self.brought()))
        alone = {(r.key, r.number) for r in replay(self.log) if r.is_alone}
        undo(Import.objects.get(pk=event.pk), self.by, keep_edited=keep)
        self.log = [e for e in self.log if not (isinstance(e, Brought) and goes_with(e, event))]
        if not keep:
            gone = [r for r in replay(self.log) if r.is_alone and (r.key, r.number) not in alone]
            dropped = {version.turn for row in gone for version in row.stack}
            self.log = [e for e in self.log if e.turn not in dropped]

    @invariant()
    def what_stands_is_what_a_replay_leaves(self) -> None:
        mine, wanted = stored(self.cast), expected(self.log)
        assert mine == wanted, f"only in the product {mine - wanted}, only in the replay {wanted - mine}"
        assert alerts(self.cast) == alerts_of(self.log)
        kept = totals_now(self.cast)
        rebuild_row_totals(self.cast.acme)
        assert totals_now(self.cast) == kept


def goes_with(event: Brought, undone: Brought) -> bool:
    """A corrected reject file leaves with the import that it went on from."""
    return event is undone or (event.corrects is not None and goes_with(event.corrects, undone))


def text_of(lines: list[Cells]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows([HEADER, *lines])
    return out.getvalue()


def numbered(lines: list[Cells]) -> tuple[tuple[int, Cells], ...]:
    """The lines that can go in, with their place in the file."""
    return tuple((at, cells) for at, cells in enumerate(lines, start=2) if cells[2] != "never")


def totals_now(cast: Cast) -> list[Any]:
    columns = [str(column.column) for column in RowTotal._meta.local_fields if column.column != "id"]
    return sorted(RowTotal.objects.filter(workspace=cast.acme).values_list(*columns), key=repr)


def test_what_stands_after_any_imports_edits_and_undos_is_what_a_replay_leaves(cast: Cast) -> None:
    class OfThisCast(Undoing):
        pass

    OfThisCast.cast = cast
    run_state_machine_as_test(
        OfThisCast,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
