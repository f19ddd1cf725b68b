"""Addresses: of the site, and of people, clients, alerts, jobs and settings below /w/<slug>/."""

from django.urls import path

from workspaces.views import alerts, clients, history, invitations, jobs, people, settings, site

site_urlpatterns = [
    path("", site.home, name="home"),
    path("w/new/", site.workspace_new, name="workspace_new"),
    path("profile/", site.profile, name="profile"),
    path("appearance/", site.appearance, name="appearance"),
    path("invitation/<str:token>/", invitations.invitation, name="invitation"),
]

urlpatterns = [
    path("clients/", clients.clients, name="clients"),
    path("clients/options/", clients.client_options, name="client_options"),
    path("clients/<int:pk>/", clients.client, name="client"),
    path("clients/<int:pk>/rename/", clients.client_rename, name="client_rename"),
    path("clients/<int:pk>/aliases/", clients.client_alias, name="client_alias"),
    path("clients/<int:pk>/merge/", clients.client_merge, name="client_merge"),
    path("clients/<int:pk>/unmerge/", clients.client_unmerge, name="client_unmerge"),
    path("alerts/", alerts.alerts, name="alerts"),
    path("alerts/dismiss/", alerts.alerts_dismiss, name="alerts_dismiss"),
    path("alerts/<int:pk>/", alerts.alert_act, name="alert_act"),
    path("jobs/<int:pk>/", jobs.job, name="job"),
    path("jobs/<int:pk>/cancel/", jobs.job_cancel, name="job_cancel"),
    path("members/", people.members, name="members"),
    path("members/invite/", people.member_invite, name="member_invite"),
    path("members/invitations/<int:pk>/", people.invitation_act, name="invitation_act"),
    path("members/<int:pk>/", people.member, name="member"),
    path("members/<int:pk>/end/", people.member_end, name="member_end"),
    path("members/<int:pk>/team/", people.team, name="team"),
    path("settings/", settings.settings, name="settings"),
    path("settings/delete/", settings.workspace_delete, name="workspace_delete"),
    path("history/", history.history, name="history"),
]
