"""Handing out a file of an import."""

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404

# The browser saves the file and never shows it as a page of ours, whatever it holds.
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}


def file_response(path: str, name: str) -> FileResponse:
    """A CSV of the storage under a name of ours; 404 where the storage has lost it."""
    try:
        stored = default_storage.open(path)
    except FileNotFoundError as problem:
        raise Http404 from problem
    return FileResponse(
        stored, as_attachment=True, filename=name, content_type="text/csv; charset=utf-8", headers=HEADERS
    )
