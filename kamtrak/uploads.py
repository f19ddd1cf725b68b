"""Files that people send: refused by size before they are read, stored under names made here, and deleted
again when the work that stored them fails."""

import logging
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt, csrf_protect

log = logging.getLogger(__name__)
View = Callable[..., HttpResponseBase]
BLOCK = 65_536
FORM_ROOM = 65_536  # bytes that a form may take beside its file
HEARD_OUT = 10  # times the limit that is read and thrown away, so that the sender gets to see the answer
_stored: ContextVar[list[str] | None] = ContextVar("stored", default=None)


def takes_upload(limit: str) -> Callable[[View], View]:
    """Decorate a view that takes a file of at most `settings.<limit>` bytes; goes above workspace_view.

    A request that announces more is never parsed or kept: the view runs with an empty form and
    `request.too_large` set. Otherwise the request is read before any transaction begins (a slow sender
    holds none), and files that the view stored are deleted if the view, or its commit, fails.
    """

    def decorate(view: View) -> View:
        whole = transaction.atomic(view)
        protected = csrf_protect(whole)  # the check reads the form, before the transaction begins

        @csrf_exempt  # here, since the size is judged first
        @transaction.non_atomic_requests
        @wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            most = int(getattr(settings, limit))
            request.too_large = _announced(request) > most + FORM_ROOM  # type: ignore[attr-defined]
            if request.too_large:  # type: ignore[attr-defined]
                _hear_out(request, most * HEARD_OUT)
                return whole(request, *args, **kwargs)  # nothing of the form is left to be forged
            with deleted_on_failure():
                return protected(request, *args, **kwargs)

        return inner

    return decorate


def megabytes(size: int) -> str:
    """A number of bytes as people say a limit: "20 MB"."""
    return f"{size / 1024 / 1024:g} MB"


def too_large(most: int, use: str) -> str:
    """ "The file is larger than 10 MB, the most that is read." """
    return f"The file is larger than {megabytes(most)}, the most that is {use}."


class UploadForm(forms.Form):
    """A form with one `file`, for a view that `takes_upload`. What is kept of it the service judges."""

    file = forms.FileField(
        label="File",
        allow_empty_file=True,  # judged with the rest
        error_messages=dict.fromkeys(("required", "missing", "invalid"), "Choose a file."),
    )

    def __init__(self, request: HttpRequest, *, refusal: str) -> None:
        """`refusal` says the limit; shown where the file was refused before it was read."""
        sent = request.method == "POST"
        super().__init__(request.POST if sent else None, request.FILES if sent else None)
        self.was_too_large = bool(getattr(request, "too_large", False))
        if self.was_too_large:  # it was never read, so to the form it is missing
            self.fields["file"].error_messages["required"] = refusal

    @property
    def status(self) -> int:
        """Of the page that shows the form."""
        return (413 if self.was_too_large else 422) if self.errors else 200


def _announced(request: HttpRequest) -> int:
    length = request.META.get("CONTENT_LENGTH") or ""
    return int(length) if length.isdigit() else 0


def _hear_out(request: HttpRequest, most: int) -> None:
    """Read a refused request and forget it: a connection closed while the browser still sends shows the
    browser's own error instead of the answer. Reading also makes the form empty for whoever asks for it."""
    while most > 0 and (block := request.read(BLOCK)):
        most -= len(block)


def store(file: File, folder: str) -> str:
    """Copy a file into the storage, block by block, under a name that nobody can guess; gives its place."""
    file.seek(0)
    path = default_storage.save(f"{folder}/{secrets.token_hex(16)}", file)
    if (stored := _stored.get()) is not None:
        stored.append(path)
    return path


@contextmanager
def deleted_on_failure() -> Iterator[None]:
    """Files stored inside are deleted when this block fails; goes around the transaction that needs them."""
    above, mine = _stored.get(), list[str]()
    token = _stored.set(mine)
    try:
        yield
    except BaseException:
        for path in mine:
            _delete(path)
        raise
    finally:
        _stored.reset(token)
    if above is not None:
        above.extend(mine)


def _delete(path: str) -> None:
    try:
        default_storage.delete(path)
    except Exception:  # each storage has its own errors, and the first one is the one to tell
        log.exception("%s stays behind in the storage", path)
