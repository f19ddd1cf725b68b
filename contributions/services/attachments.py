"""Files behind a contribution: attached, removed, restored (rules 3.9, 10)."""

import logging
from datetime import datetime
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.core.files.base import File
from django.db import transaction

from contributions.models import Attachment, Contribution
from contributions.rules.files import look
from contributions.rules.office import UnfitFile
from contributions.services.evidence import may_change_evidence, takes_evidence
from kamtrak.lib.errors import Refused
from kamtrak.uploads import deleted_on_failure, store, too_large
from workspaces.models import Membership

log = logging.getLogger(__name__)


def attach_file(*, contribution: Contribution, by: Membership, file: File, now: datetime) -> Attachment:
    """Keep a file as evidence of one's own contribution.

    Raises Refused, before anything is stored, for a file that is empty, too large, not of an accepted kind,
    not what its name says, or attached already; and where the storage fails.
    """
    _may_attach(contribution, by)
    _judge_size(file)
    try:
        looked = look(cast(BinaryIO, file), file.name or "")
    except UnfitFile as problem:
        raise Refused(str(problem), "file") from problem
    _refuse_twin(contribution, looked.sha256)
    with deleted_on_failure():
        path = _stored(file, f"{contribution.workspace_id}/{now:%Y}")
        with transaction.atomic():
            # Locked, so that the same form sent twice at once attaches once.
            current = Contribution.objects.select_for_update().get(pk=contribution.pk)
            _may_attach(current, by)
            _refuse_twin(current, looked.sha256)
            return Attachment.objects.create(
                workspace=contribution.workspace,
                contribution=current,
                name=looked.name,
                path=path,
                content_type=looked.kind.content_type,
                size=file.size,
                sha256=looked.sha256,
                added_by=by.user,
                added_at=now,
            )


def remove_file(*, attachment: Attachment, by: Membership, now: datetime) -> None:
    """Take a file off its contribution. It stays on record, out of reach, and can be restored."""
    may_change_evidence(attachment.contribution, by)
    with transaction.atomic():
        current = Attachment.objects.select_for_update().get(pk=attachment.pk)
        if current.removed_at is None:
            current.removed_at = now
            current.save()


def restore_file(*, attachment: Attachment, by: Membership) -> None:
    """Put a removed file back. Raises Refused when the same file was attached again meanwhile."""
    may_change_evidence(attachment.contribution, by)
    with transaction.atomic():
        current = Contribution.objects.select_for_update().get(pk=attachment.contribution_id)
        _may_attach(current, by)
        removed = Attachment.objects.select_for_update().get(pk=attachment.pk)
        if removed.removed_at is None:
            return  # pressed twice
        _refuse_twin(current, removed.sha256)
        removed.removed_at = None
        removed.save()


def too_large_to_keep() -> str:
    return f"{too_large(settings.LIMIT_ATTACHMENT_BYTES, 'kept')} Attach a smaller one."


def _judge_size(file: File) -> None:
    if not file.size:
        raise Refused("The file is empty.", "file")
    if file.size > settings.LIMIT_ATTACHMENT_BYTES:
        raise Refused(too_large_to_keep(), "file")


def _stored(file: File, folder: str) -> str:
    try:
        return store(file, folder)
    except Exception as problem:  # each storage has its own errors
        log.exception("a file could not be stored")
        raise Refused("The file could not be kept just now, and nothing was saved. Try again.") from problem


def _may_attach(contribution: Contribution, by: Membership) -> None:
    may_change_evidence(contribution, by)
    takes_evidence(contribution)


def _refuse_twin(contribution: Contribution, sha256: str) -> None:
    same: dict[str, Any] = {"contribution": contribution, "sha256": sha256, "removed_at": None}
    twin = Attachment.objects.filter(workspace=contribution.workspace, **same).first()
    if twin:
        raise Refused(f"This file is attached already: {twin.name}, {twin.added_at:%-d %B %Y}.", "file")
