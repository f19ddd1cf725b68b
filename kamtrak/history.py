"""History by database triggers: they see bulk and raw SQL too (rules 8.4)."""

from collections.abc import Iterator
from contextlib import contextmanager
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


@contextmanager
def because(**facts: Any) -> Iterator[None]:
    """What is written inside bears these facts (`user`, `reason`) in the history, and nothing after it does.

    pghistory's own context keeps an inner fact until the outermost one ends, so that a reason would stick to
    whatever the same request writes next.
    """
    with pghistory.context() as context:
        before = dict(context.metadata)
        context.metadata.update(facts)
        try:
            yield
        finally:
            context.metadata.clear()
            context.metadata.update(before)
