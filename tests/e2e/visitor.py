"""A person at a browser of their own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.http import HttpRequest
from django.test import Client
from playwright.sync_api import BrowserContext, Page

from tests.e2e.servers import Site
from tests.e2e.watch import Watch
from workspaces.models import User

WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
PATIENCE = 15_000  # milliseconds; a shared machine is slow, and nothing waits longer than it must


@dataclass(frozen=True)
class Visitor:
    """`page` is where they are; `watch` hears what goes wrong on any of their pages."""

    page: Page
    watch: Watch
    site: Site

    def open(self, name: str, *args: Any, slug: str | None = "acme", **query: Any) -> None:
        self.page.goto(self.site.address(name, *args, slug=slug, **query))

    def sign_in(self, user: User) -> None:
        """A session as if the password had just been given: signing in itself has tests of its own."""
        client = Client()
        client.force_login(user)
        request = HttpRequest()
        request.session = client.session
        record_authentication(request, user, method="password", reauthenticated=True)
        request.session.save()
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": value, "url": self.site.url}
        self.page.context.add_cookies([cookie])  # type: ignore[list-item]


def visit(new_context: Callable[..., BrowserContext], site: Site, **options: Any) -> Visitor:
    """A new browser; `options` are those of Playwright's contexts."""
    given = {"viewport": WIDE, "reduced_motion": "reduce", "locale": "en-GB"}
    context = new_context(**{"base_url": site.url, **given, **options})
    context.set_default_timeout(PATIENCE)
    watch = Watch(context)
    return Visitor(context.new_page(), watch, site)
