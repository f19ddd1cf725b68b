"""Routes: the site's own, sign-in, and each app below /w/<slug>/."""

from django.contrib import admin
from django.urls import include, path

import contracts.urls
import contributions.urls
import fx.urls
import reports.urls
import transactions.urls
import workspaces.urls
from kamtrak.health import health

# Below /w/<slug>/. Every view there is wrapped in workspaces.access.workspace_view.
of_a_workspace = [
    *workspaces.urls.urlpatterns,
    *contributions.urls.urlpatterns,
    *contracts.urls.urlpatterns,
    *transactions.urls.urlpatterns,
    *reports.urls.urlpatterns,
    *transactions.urls.urlpatterns,
    *fx.urls.urlpatterns,
]

urlpatterns = [
    path("health/", health, name="health"),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    *workspaces.urls.site_urlpatterns,
    path("w/<slug:slug>/", include(of_a_workspace)),
]
