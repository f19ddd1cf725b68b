"""Addresses of contracts, below /w/<slug>/."""

from django.urls import path

from contracts.views import (
    checking,
    confirming,
    detail,
    drafting,
    endings,
    files,
    formulas,
    handing,
    listing,
    versions,
)

urlpatterns = [
    path("contracts/", listing.contracts, name="contracts"),
    path("contracts/export/", listing.contracts_export, name="contracts_export"),
    path("contracts/<int:pk>/", detail.contract, name="contract"),
    path("contracts/<int:pk>/details/", detail.contract_details, name="contract_details"),
    path("contracts/<int:pk>/compare/", versions.contract_compare, name="contract_compare"),
    path(
        "contracts/<int:pk>/restore/<int:number>/",
        versions.contract_version_restore,
        name="contract_version_restore",
    ),
    path("contracts/<int:pk>/cancel/", endings.contract_cancel, name="contract_cancel"),
    path("contracts/<int:pk>/cancel/undo/", endings.contract_take_back, name="contract_take_back"),
    path("contracts/<int:pk>/void/", endings.contract_void, name="contract_void"),
    path("contracts/<int:pk>/unvoid/", endings.contract_restore, name="contract_restore"),
    path("contracts/<int:pk>/discard/", endings.contract_discard, name="contract_discard"),
    path("contracts/<int:pk>/hand-over/", handing.contract_hand_over, name="contract_hand_over"),
    path("clients/<int:pk>/hand-over/", handing.client_hand_over, name="client_hand_over"),
    path("contracts/upload/", files.contracts_upload, name="contracts_upload"),
    path("contracts/upload/sample/", files.contracts_sample, name="contracts_sample"),
    path("contracts/upload/<int:pk>/", files.contracts_file, name="contracts_file"),
    path("contracts/upload/<int:pk>/rejects/", files.contracts_rejects, name="contracts_rejects"),
    path("contracts/upload/<int:pk>/discard/", files.contracts_discard, name="contracts_discard"),
    path("contracts/add/", drafting.contract_add, name="contract_add"),
    path("contracts/<int:pk>/draft/", drafting.contract_draft, name="contract_draft"),
    path("contracts/<int:pk>/confirm/", confirming.contract_confirm, name="contract_confirm"),
    path("contracts/schedule/check/", checking.schedule_check, name="schedule_check"),
    path("contracts/schedule/customise/", drafting.schedule_customise, name="schedule_customise"),
    path("formulas/", formulas.formulas, name="formulas"),
    path("formulas/add/", formulas.formula_add, name="formula_add"),
    path("formulas/<int:pk>/edit/", formulas.formula_edit, name="formula_edit"),
    path("formulas/<int:pk>/copy/", formulas.formula_copy, name="formula_copy"),
    path("formulas/<int:pk>/archive/", formulas.formula_archive, name="formula_archive"),
    path("formulas/<int:pk>/restore/", formulas.formula_restore, name="formula_restore"),
]
