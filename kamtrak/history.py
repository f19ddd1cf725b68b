"""History by database triggers: they see bulk and raw SQL too (rules 8.4)."""

from typing import Any

import pghistory


def tracked(*, exclude: list[str] | None = None, meta: dict[str, Any] | None = None) -> Any:
    """Decorate a model: each insert, update and delete leaves an append-only event with its context."""
    return pghistory.track(
        pghistory.InsertEvent(),
        pghistory.UpdateEvent(),
        pghistory.DeleteEvent(),
        exclude=exclude,
        meta=meta or {},
    )
