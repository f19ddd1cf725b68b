"""Addresses of reports, below /w/<slug>/."""

from django.urls import path

from reports.views import dashboard, documents, imported

urlpatterns = [
    path("", dashboard.dashboard, name="dashboard"),
    path("imported/", imported.imported_revenue, name="imported_revenue"),
    path("documents/", documents.documents, name="documents"),
    path("documents/issue/", documents.document_issue, name="document_issue"),
    path("documents/check/", documents.document_check, name="document_check"),
    path("documents/<int:pk>/", documents.document, name="document"),
    path("documents/<int:pk>/file/", documents.document_file, name="document_file"),
    path("documents/<int:pk>/share/", documents.document_share, name="document_share"),
]
