"""Addresses of reports, below /w/<slug>/."""

from django.urls import path

from reports.views import dashboard

urlpatterns = [
    path("", dashboard.dashboard, name="dashboard"),
]
