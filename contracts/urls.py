"""Addresses of contracts, below /w/<slug>/."""

from django.urls import path

from contracts.views import detail, endings, handing, listing, versions

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
]
