"""Addresses of rates, below /w/<slug>/."""

from django.urls import path

from fx.views import files, own, rates

urlpatterns = [
    path("rates/", rates.rates, name="rates"),
    path("rates/add/", own.rate_add, name="rate_add"),
    path("rates/<int:pk>/withdraw/", own.rate_withdraw, name="rate_withdraw"),
    path("rates/upload/", files.rates_upload, name="rates_upload"),
    path("rates/upload/sample/", files.rates_sample, name="rates_sample"),
    path("rates/upload/<int:pk>/", files.rates_file, name="rates_file"),
    path("rates/upload/<int:pk>/rejects/", files.rates_rejects, name="rates_rejects"),
    path("rates/upload/<int:pk>/discard/", files.rates_discard, name="rates_discard"),
]
