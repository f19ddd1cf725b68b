"""What the database says of a stack of versions is what the pure rule says of it (rules 5.14, 5.18)."""

from datetime import date
from typing import Any

from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cast import NOW, Cast
from tests.transactions.rows import make_import, make_row
from transactions.models import Edit, Import, ImportState, RowVersion, Transaction
from transactions.pipeline.meeting import ROWS
from transactions.pipeline.undoing import EDITED_ALONE
from transactions.pipeline.voiding import refresh_voided
from transactions.rules import Replacement, Row, Version, VersionKind, replaced, top
from transactions.services.turns import next_turn

AUGUST, AUTUMN = (date(2026, 8, 1), date(2026, 8, 31)), (date(2026, 8, 31), date(2026, 11, 30))
HOLDS, REPLACES, BOTH, UNDONE, EDITED, PROTECTED = (
    "holds",
    "replaces",
    "both",
    "undone",
    "edited",
    "protected",
)
events = st.tuples(
    st.sampled_from([HOLDS, REPLACES, BOTH, UNDONE, EDITED, PROTECTED]), st.sampled_from([AUGUST, AUTUMN])
)
histories = st.lists(events, min_size=1, max_size=6).filter(
    lambda history: any(what not in (REPLACES, UNDONE) for what, _ in history)
)
days = st.sampled_from([date(2026, 7, 31), date(2026, 8, 1), date(2026, 8, 31), date(2026, 9, 1)])


def lived(row: Transaction, history: list[Any], cast: Cast) -> tuple[tuple[Version, ...], list[Replacement]]:
    """Give the row these versions, and its source these imports; the same as the rule knows them."""
    stack, replacements, stored = [], [], []
    for what, (first, last) in history:
        if what in (EDITED, PROTECTED):
            turn = next_turn()
            edit = Edit.objects.create(
                workspace=cast.acme,
                turn=turn,
                on_turn=0,
                on_line=0,
                number=1,
                values={},
                by=cast.ada.user,
                at=NOW,
            )
            stack.append(Version(turn, None, 0, VersionKind.EDIT, what == PROTECTED))
            stored.append({"turn": turn, "origin": row.origin, "edit": edit})
            continue
        imported = make_import(cast.ada)
        assert imported.turn
        if what != HOLDS:
            state = ImportState.UNDONE if what == UNDONE else ImportState.COMMITTED
            spans = {"replaces_from": first, "replaces_until": last, "state": state}
            Import.objects.filter(pk=imported.pk).update(**spans)
        if what in (REPLACES, BOTH):
            replacements.append(Replacement(imported.turn, imported.pk, first, last))
        if what in (HOLDS, BOTH):
            stack.append(Version(imported.turn, imported.pk, 2, VersionKind.IMPORT))
            stored.append({"turn": imported.turn, "origin": imported, "edit": None})
    counts = top(tuple(stack))
    for version in stored:
        if version["turn"] == counts.turn:
            Transaction.objects.filter(pk=row.pk).update(**version, protected=counts.protected)
        else:
            RowVersion.objects.create(workspace=cast.acme, row=row, line=2, cells=[], **version)
    return tuple(stack), replacements


def is_edited_alone(row: Transaction) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"select {EDITED_ALONE} from {ROWS} r where r.id = %s", [row.pk])
        return bool(cursor.fetchone()[0])


def test_the_database_voids_what_the_rule_voids_and_knows_rows_of_edits_alone(inside: Cast) -> None:
    row = make_row(make_import(inside.ada), revenue="1")

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(histories, days)
    def they_agree(history: list[Any], day: date) -> None:
        with transaction.atomic():
            Transaction.objects.filter(pk=row.pk).update(day=day)
            stack, replacements = lived(row, history, inside)
            by = replaced(stack, day, replacements)
            refresh_voided(inside.acme, [row.pk])
            stored = Transaction.objects.get(pk=row.pk)
            assert stored.replaced_by_id == (by and by.import_id)
            assert is_edited_alone(row) == Row(1, stack).is_edit_alone
            transaction.set_rollback(True)

    they_agree()
