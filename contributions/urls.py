"""Addresses of contributions, below /w/<slug>/."""

from django.urls import path

from contributions.views import detail, editing, listing, quarters

urlpatterns = [
    path("contributions/", listing.contributions, name="contributions"),
    path("contributions/export/", listing.contributions_export, name="contributions_export"),
    path("contributions/add/", editing.contribution_add, name="contribution_add"),
    path("contributions/check/", editing.contribution_check, name="contribution_check"),
    path("contributions/<int:pk>/", detail.contribution, name="contribution"),
    path("contributions/<int:pk>/edit/", editing.contribution_edit, name="contribution_edit"),
    path("contributions/<int:pk>/duplicate/", editing.contribution_duplicate, name="contribution_duplicate"),
    path("contributions/<int:pk>/void/", editing.contribution_void, name="contribution_void"),
    path("contributions/<int:pk>/restore/", editing.contribution_restore, name="contribution_restore"),
    path("quarters/", quarters.quarters, name="quarters"),
    path("quarters/<str:code>/", quarters.quarter, name="quarter"),
    path("quarters/<str:code>/close/", quarters.quarter_close, name="quarter_close"),
    path("quarters/<str:code>/reopen/", quarters.quarter_reopen, name="quarter_reopen"),
]
