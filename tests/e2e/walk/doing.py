"""What is done on a page before it is looked at."""

from allauth.mfa.models import Authenticator
from django.urls import reverse
from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.e2e.visitor import Visitor
from tests.e2e.walk.stops import Does
from tests.e2e.walk.world import World


def sends(button: str, **said: str | list[str]) -> Does:
    """Fill the fields of these names in the open dialog or on the page, and press the button."""

    def do(page: Page, world: World) -> None:
        form = _form(page)
        for name, value in said.items():
            _say(form.locator(f"[name={name}]"), value)
        form.get_by_role("button", name=button, exact=True).click()

    return do


def is_refused(button: str, **said: str | list[str]) -> Does:
    """The same, and what is wrong is said."""

    def do(page: Page, world: World) -> None:
        sends(button, **said)(page, world)
        expect(page.locator("[data-errors], .k-err").first).to_be_visible()

    return do


def sees(text: str, *before: Does) -> Does:
    """Do what comes before, then wait until the page says this."""

    def do(page: Page, world: World) -> None:
        for each in before:
            each(page, world)
        expect(page.get_by_text(text).filter(visible=True).first).to_be_visible()

    return do


def chooses(name: str, value: str) -> Does:
    """Fill or choose one field, without a button."""
    return lambda page, world: _say(_form(page).locator(f"[name={name}]"), value)


def types(name: str, value: str) -> Does:
    """Type into a field as people do, letter by letter."""
    return lambda page, world: _form(page).locator(f"[name={name}]").press_sequentially(value)


def opens(button: str) -> Does:
    """Open the menu behind this button."""

    def do(page: Page, world: World) -> None:
        page.get_by_role("button", name=button).first.click()
        expect(page.locator(":popover-open").first).to_be_visible()

    return do


def hands_in(button: str, content: str, name: str = "review.pdf") -> Does:
    """Choose a file of the world, and press the button."""

    def do(page: Page, world: World) -> None:
        file = FilePayload(name=name, mimeType="application/pdf", buffer=world.files[content])
        _form(page).locator("input[type=file]").set_input_files(file)
        _form(page).get_by_role("button", name=button, exact=True).click()

    return do


def adds_a_passkey(visitor: Visitor, world: World) -> None:
    """With a key that exists in this browser alone."""
    page = visitor.page
    visitor.open("mfa_add_webauthn", slug=None)
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    able = dict.fromkeys(("hasResidentKey", "hasUserVerification", "isUserVerified"), True)
    key = {"protocol": "ctap2", "transport": "internal", "automaticPresenceSimulation": True, **able}
    session.send("WebAuthn.addVirtualAuthenticator", {"options": key})
    sends("Add", name="Work laptop")(page, world)
    page.wait_for_url(lambda url: reverse("mfa_add_webauthn") not in url)
    world.rows["passkey"] = {"pk": Authenticator.objects.get(type=Authenticator.Type.WEBAUTHN).pk}


def _form(page: Page) -> Locator:
    opened = page.locator("dialog[open]")
    return opened if opened.count() else page.locator("main")


def _say(field: Locator, value: str | list[str]) -> None:
    kind = field.first.get_attribute("type")
    if field.first.evaluate("e => e.tagName") == "SELECT":
        field.select_option(value)
    elif kind in ("radio", "checkbox"):
        for each in [value] if isinstance(value, str) else value:
            field.and_(field.page.locator(f"[value='{each}']")).check()
    else:
        assert isinstance(value, str)
        field.fill(value)
