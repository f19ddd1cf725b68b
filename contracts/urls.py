"""Addresses of contracts, below /w/<slug>/."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
