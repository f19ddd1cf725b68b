"""Keeping a file of rows that somebody brings, deciding what it leaves open, forgetting it again."""

import unicodedata
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TypeVar

from django.db.models import Q

from kamtrak.lib.errors import Refused
from kamtrak.uploads import too_large
from workspaces.models import BroughtFile, User, Workspace

KEPT = timedelta(days=30)
ANY = Q()
LONGEST_NAME = 120
F = TypeVar("F", bound=BroughtFile)


def keep_file(
    model: type[F],
    *,
    workspace: Workspace,
    by: User,
    name: str,
    content: bytes,
    most: int,
    now: datetime,
    forget: Q = ANY,
) -> F:
    """Keep a file of at most `most` bytes as it came, to be checked. The same file sent twice is kept once.

    Files that nobody finished within 30 days are forgotten, as far as `forget` allows. Raises Refused.
    """
    if not content:
        raise Refused("The file is empty.", "file")
    if len(content) > most:
        raise Refused(too_large(most, "read"), "file")
    unfinished = model._default_manager.filter(workspace=workspace, added_at=None)
    unfinished.filter(forget, uploaded_at__lt=now - KEPT).delete()
    again = unfinished.filter(content=content, uploaded_by=by).first()
    return again or model._default_manager.create(
        workspace=workspace, name=clean_file_name(name), content=content, uploaded_by=by, uploaded_at=now
    )


def decide_file(*, file: BroughtFile, decisions: Mapping[str, str]) -> None:
    """Keep the answers to what the file leaves open; a blank answer takes one back."""
    file.decisions = {name: value for name, value in {**file.decisions, **decisions}.items() if value}
    file.save(update_fields=["decisions"])


def discard_file(*, file: BroughtFile) -> None:
    """Forget a file whose rows were not added; one whose rows were stays as their origin."""
    type(file)._default_manager.filter(pk=file.pk, added_at=None).delete()


def clean_file_name(name: str) -> str:
    """The file's own name, without a path and what a name should not have."""
    base = name.replace("\\", "/").rsplit("/", 1)[-1]
    printable = "".join(c for c in base if not unicodedata.category(c).startswith("C"))
    return " ".join(printable.split())[-LONGEST_NAME:] or "table.csv"
