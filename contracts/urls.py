"""Addresses of contracts, below /w/<slug>/."""

from django.urls import path

from contracts.views import files, sales, sales_rows

urlpatterns = [
    path("contracts/upload/", files.contracts_upload, name="contracts_upload"),
    path("contracts/upload/sample/", files.contracts_sample, name="contracts_sample"),
    path("contracts/upload/<int:pk>/", files.contracts_file, name="contracts_file"),
    path("contracts/upload/<int:pk>/rejects/", files.contracts_rejects, name="contracts_rejects"),
    path("contracts/upload/<int:pk>/discard/", files.contracts_discard, name="contracts_discard"),
    path("sales/", sales.sales, name="sales"),
    path("sales/rows/", sales_rows.sales_rows, name="sales_rows"),
]
