"""Addresses of contributions, below /w/<slug>/."""

from django.urls import path

from contributions.views import (
    achievements,
    attachments,
    checking,
    detail,
    editing,
    files,
    links,
    listing,
    moves,
    proofs,
    quarters,
)

urlpatterns = [
    path("contributions/", listing.contributions, name="contributions"),
    path("contributions/export/", listing.contributions_export, name="contributions_export"),
    path("contributions/upload/", files.contributions_upload, name="contributions_upload"),
    path("contributions/upload/sample/", files.contributions_sample, name="contributions_sample"),
    path("contributions/upload/<int:pk>/", files.contributions_file, name="contributions_file"),
    path("contributions/upload/<int:pk>/rejects/", files.contributions_rejects, name="contributions_rejects"),
    path("contributions/upload/<int:pk>/discard/", files.contributions_discard, name="contributions_discard"),
    path(
        "contributions/upload/<int:pk>/undo/", files.contributions_file_undo, name="contributions_file_undo"
    ),
    path("contributions/add/", editing.contribution_add, name="contribution_add"),
    path("contributions/check/", checking.contribution_check, name="contribution_check"),
    path("contributions/<int:pk>/", detail.contribution, name="contribution"),
    path("contributions/<int:pk>/edit/", editing.contribution_edit, name="contribution_edit"),
    path("contributions/<int:pk>/duplicate/", editing.contribution_duplicate, name="contribution_duplicate"),
    path("contributions/<int:pk>/void/", editing.contribution_void, name="contribution_void"),
    path("contributions/<int:pk>/restore/", editing.contribution_restore, name="contribution_restore"),
    path("contributions/<int:pk>/link/", links.contribution_link, name="contribution_link"),
    path("contributions/<int:pk>/contracts/", links.contribution_contracts, name="contribution_contracts"),
    path(
        "contributions/<int:pk>/contracts/<int:contract_pk>/unlink/",
        links.contract_unlink,
        name="contract_unlink",
    ),
    path(
        "contributions/<int:pk>/transactions/",
        proofs.contribution_transactions,
        name="contribution_transactions",
    ),
    path(
        "contributions/<int:pk>/transactions/<int:row_pk>/unlink/",
        proofs.transaction_unlink,
        name="transaction_unlink",
    ),
    path("transactions/<int:pk>/link/", proofs.transaction_link, name="transaction_link"),
    path("contracts/<int:pk>/link/", links.contract_link, name="contract_link"),
    path("contributions/<int:pk>/files/add/", attachments.attachment_add, name="attachment_add"),
    path("files/<int:pk>/", attachments.attachment, name="attachment"),
    path("files/<int:pk>/remove/", attachments.attachment_remove, name="attachment_remove"),
    path("files/<int:pk>/restore/", attachments.attachment_restore, name="attachment_restore"),
    path("achievements/", achievements.achievements, name="achievements"),
    path("achievements/add/", achievements.achievement_add, name="achievement_add"),
    path("achievements/<int:pk>/", achievements.achievement, name="achievement"),
    path("achievements/<int:pk>/edit/", achievements.achievement_edit, name="achievement_edit"),
    path("achievements/<int:pk>/archive/", achievements.achievement_archive, name="achievement_archive"),
    path("achievements/<int:pk>/restore/", achievements.achievement_restore, name="achievement_restore"),
    path("achievements/<int:pk>/share/", achievements.achievement_share, name="achievement_share"),
    path("achievements/<int:pk>/link/", links.achievement_link, name="achievement_link"),
    path(
        "achievements/<int:pk>/unlink/<int:contribution_pk>/",
        links.achievement_unlink,
        name="achievement_unlink",
    ),
    path("rates/moves/", moves.rates_moves, name="rates_moves"),
    path("quarters/", quarters.quarters, name="quarters"),
    path("quarters/<str:code>/", quarters.quarter, name="quarter"),
    path("quarters/<str:code>/contracts/", quarters.quarter_contracts, name="quarter_contracts"),
    path("quarters/<str:code>/close/", quarters.quarter_close, name="quarter_close"),
    path("quarters/<str:code>/reopen/", quarters.quarter_reopen, name="quarter_reopen"),
]
