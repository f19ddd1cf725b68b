"""Addresses of transactions, below /w/<slug>/."""

from django.urls import path

from transactions.views import detail, editing, listing

urlpatterns = [
    path("transactions/", listing.transactions, name="transactions"),
    path("transactions/export/", listing.transactions_export, name="transactions_export"),
    path("transactions/clients/", listing.transaction_clients, name="transaction_clients"),
    path("transactions/products/", listing.transaction_products, name="transaction_products"),
    path("transactions/<int:pk>/", detail.transaction, name="transaction"),
    path("transactions/<int:pk>/edit/", editing.transaction_edit, name="transaction_edit"),
]
