"""Addresses of transactions and of what they are derived from, below /w/<slug>/."""

from django.urls import path

from transactions.views import (
    catalog,
    catalog_files,
    catalog_values,
    detail,
    editing,
    listing,
    mappings,
    missing,
    owners,
    ways,
)

urlpatterns = [
    path("transactions/", listing.transactions, name="transactions"),
    path("transactions/export/", listing.transactions_export, name="transactions_export"),
    path("transactions/clients/", listing.transaction_clients, name="transaction_clients"),
    path("transactions/products/", listing.transaction_products, name="transaction_products"),
    path("transactions/<int:pk>/", detail.transaction, name="transaction"),
    path("transactions/<int:pk>/edit/", editing.transaction_edit, name="transaction_edit"),
    path("catalog/", catalog.catalog, name="catalog"),
    path("catalog/export/", catalog.catalog_export, name="catalog_export"),
    path("catalog/options/", catalog.catalog_options, name="catalog_options"),
    path("catalog/add/", catalog.catalog_add, name="catalog_add"),
    path("catalog/<int:pk>/", catalog.catalog_item, name="catalog_item"),
    path("catalog/<int:pk>/edit/", catalog.catalog_edit, name="catalog_edit"),
    path("catalog/<int:pk>/values/", catalog_values.catalog_change, name="catalog_change"),
    path("catalog/values/<int:pk>/withdraw/", catalog_values.catalog_withdraw, name="catalog_withdraw"),
    path("catalog/<int:pk>/archive/", catalog.catalog_archive, name="catalog_archive"),
    path("catalog/<int:pk>/restore/", catalog.catalog_restore, name="catalog_restore"),
    path("catalog/missing/<int:pk>/", missing.catalog_missing, name="catalog_missing"),
    path("catalog/upload/", catalog_files.catalog_upload, name="catalog_upload"),
    path("catalog/upload/sample/", catalog_files.catalog_sample, name="catalog_sample"),
    path("catalog/upload/<int:pk>/", catalog_files.catalog_file, name="catalog_file"),
    path("catalog/upload/<int:pk>/rejects/", catalog_files.catalog_rejects, name="catalog_rejects"),
    path("catalog/upload/<int:pk>/discard/", catalog_files.catalog_discard, name="catalog_discard"),
    path("owners/", owners.owner_names, name="owner_names"),
    path("owners/<int:pk>/", owners.owner_name, name="owner_name"),
    path("mappings/", mappings.mappings, name="mappings"),
    path("mappings/<int:pk>/", mappings.mapping, name="mapping"),
    path("mappings/<int:pk>/forget/", mappings.mapping_forget, name="mapping_forget"),
    path("sources/<int:pk>/rename/", mappings.source_rename, name="source_rename"),
    path("transaction-settings/", ways.transaction_settings, name="transaction_settings"),
]
