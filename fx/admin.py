"""Django's own admin, for the operator: the published rates and how the bank's feed answered. Read only."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from fx.models import PublishedRate, RateFetch


class ReadOnly(admin.ModelAdmin):
    """Rates come by the commands load_rates and fetch_rates, never by hand."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(PublishedRate)
class PublishedRateAdmin(ReadOnly):
    list_display = ("day", "currency", "value", "recorded_at")
    search_fields = ("=currency",)
    date_hierarchy = "day"
    ordering = ("-day", "currency", "-recorded_at")


@admin.register(RateFetch)
class RateFetchAdmin(ReadOnly):
    list_display = ("asked_at", "outcome", "added", "corrected", "refused", "detail")
    list_filter = ("outcome",)
    ordering = ("-asked_at",)
