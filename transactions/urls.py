"""Addresses of transactions, below /w/<slug>/."""

from django.urls import path

from transactions.views import checking, importing, mapping, results

urlpatterns = [
    path("imports/", importing.imports, name="imports"),
    path("imports/add/", importing.import_start, name="import_start"),
    path("imports/<int:pk>/", importing.import_page, name="import"),
    path("imports/<int:pk>/map/", mapping.import_map, name="import_map"),
    path("imports/<int:pk>/preview/", mapping.import_preview, name="import_preview"),
    path("imports/<int:pk>/reread/", importing.import_reread, name="import_reread"),
    path("imports/<int:pk>/repair/", checking.import_repair, name="import_repair"),
    path("imports/<int:pk>/check/", checking.import_check, name="import_check"),
    path("imports/<int:pk>/commit/", checking.import_commit, name="import_commit"),
    path("imports/<int:pk>/cancel/", importing.import_cancel, name="import_cancel"),
    path("imports/<int:pk>/discard/", importing.import_discard, name="import_discard"),
    path("imports/<int:pk>/rejects/", importing.import_rejects, name="import_rejects"),
    path("imports/<int:pk>/undo/", results.import_undo, name="import_undo"),
]
