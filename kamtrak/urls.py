"""Routes: the site's own, sign-in, and each app below /w/<slug>/."""

from django.contrib import admin
from django.urls import include, path

from kamtrak.health import health

urlpatterns = [
    path("health/", health, name="health"),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
]
