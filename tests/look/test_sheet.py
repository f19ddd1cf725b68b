"""The component sheet in a real browser: under the product's content policy, to axe, and by keyboard."""

import re
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template import engines
from playwright.sync_api import expect

from tests.e2e.axe import violations
from tests.e2e.pictures import take_picture
from tests.look.drawing import draw
from tests.look.sheet import AddForm, sheet_context, sheet_request

ADDRESS = "http://localhost:9"  # nothing listens there: every request is answered by Sheet.answer
POLICY = "; ".join(
    f"{name} {' '.join(values)}" for name, values in settings.CONTENT_SECURITY_POLICY["DIRECTIVES"].items()
)
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".woff2": "font/woff2"}
DIALOG = """{% dialog 'Add contribution' sub='Goes into Q3 2026' action='/add' size='sm' back='/' %}
{% errors form %}
<div class='k-form'>
{% include 'components/combobox.html' with bound=form.client url='/clients' autofocus=True %}
{% field form.amount %}
</div>
{% foot %}<button class='btn' name='again'>Save and add another</button>
<button class='btn btn-primary'>Save</button>{% enddialog %}"""
OPTIONS = "{% include 'components/options.html' with options=options new=new %}"

pytestmark = pytest.mark.e2e


class Sheet:
    """Answers for the pages of the sheet, and counts what was sent."""

    def __init__(self, page: Any, html: str) -> None:
        self.page, self.html = page, html
        self.sent: Counter[str] = Counter()
        self.problems: list[str] = []
        self.broken = False
        page.on("console", lambda message: self.heard(message))
        page.route(f"{ADDRESS}/**", self.answer)
        page.goto(f"{ADDRESS}/")

    def heard(self, message: Any) -> None:
        if message.type == "error":
            self.problems.append(message.text)

    def answer(self, route: Any) -> None:
        url, request = urlsplit(route.request.url), route.request
        self.sent[f"{request.method} {url.path}"] += 1
        if url.path.startswith("/static/"):
            path = Path(finders.find(url.path.removeprefix("/static/")) or "")
            route.fulfill(body=path.read_bytes(), content_type=TYPES[path.suffix])
        elif self.broken and url.path != "/":
            route.abort()
        else:
            target = request.headers.get("hx-target", "")
            body = self.body(url.path, parse_qs(url.query), request.method, target)
            route.fulfill(body=body, content_type="text/html", headers={"Content-Security-Policy": POLICY})

    def body(self, path: str, query: dict[str, list[str]], method: str, target: str) -> str:
        if path == "/add":
            form = AddForm({} if method == "POST" else None)
            return draw(DIALOG, target=target, form=form)
        if path == "/clients":
            asked = query["q"][0]
            return draw(OPTIONS, options=[("Nordhavn Logistics", "3 rows"), ("Nordlys", "")], new=asked)
        return self.html


@pytest.fixture(scope="module")
def html():
    """sheet.html lies beside the tests, not among the templates of the product."""
    template = engines["django"].from_string((Path(__file__).parent / "sheet.html").read_text())
    return template.render(sheet_context(), sheet_request())


@pytest.fixture
def sheet(page, html):
    return Sheet(page, html)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_the_sheet_is_accessible_and_keeps_the_content_policy(page, html, theme, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    sheet = Sheet(page, html)
    take_picture(page, "components", width, theme)
    assert violations(page) == []
    assert sheet.problems == []


@pytest.mark.parametrize("width", [320, 720])
def test_a_narrow_page_does_not_scroll_sideways(sheet, width):
    sheet.page.set_viewport_size({"width": width, "height": 800})
    assert sheet.page.evaluate("document.documentElement.scrollWidth") <= width


def test_c_opens_the_form_with_the_focus_in_its_first_field(sheet):
    sheet.page.locator("h1").click()
    sheet.page.keyboard.press("c")
    sheet.page.wait_for_selector("dialog[open]")
    expect(sheet.page.locator("dialog [name=client]")).to_be_focused()
    assert violations(sheet.page) == []


def test_c_is_a_letter_inside_a_field_and_with_a_modifier(sheet):
    sheet.page.locator("h1").click()
    sheet.page.keyboard.press("Control+c")
    sheet.page.fill("[name=q]", "")
    sheet.page.locator("[name=q]").press_sequentially("cc")
    assert sheet.page.locator("[name=q]").input_value() == "cc"
    assert sheet.page.locator("dialog[open]").count() == 0


def test_c_can_be_switched_off(sheet):
    sheet.page.evaluate("document.body.dataset.shortcuts = 'off'")
    sheet.page.keyboard.press("c")
    sheet.page.wait_for_timeout(200)
    assert sheet.sent["GET /add"] == 0


def test_escape_and_the_cross_discard_the_dialog(sheet):
    for discard in ("Escape", ".k-close"):
        sheet.page.click("text=Open the form")
        sheet.page.wait_for_selector("dialog[open]")
        sheet.page.fill("dialog [name=amount]", "48k")
        sheet.page.keyboard.press(discard) if discard == "Escape" else sheet.page.click(discard)
        sheet.page.wait_for_selector("dialog[open]", state="detached")
        expect(sheet.page.locator("#dialog")).to_be_empty()


def test_a_refused_save_stays_open_and_takes_the_focus_to_what_is_wrong(sheet):
    sheet.page.click("text=Open the form")
    sheet.page.wait_for_selector("dialog[open]")
    sheet.page.locator("dialog [name=amount]").press("Control+Enter")
    sheet.page.wait_for_selector("dialog [data-errors]")
    expect(sheet.page.locator("dialog [data-errors]")).to_be_focused()
    assert sheet.sent["POST /add"] == 1


def test_a_form_sent_twice_at_once_is_sent_once(sheet):
    sheet.page.click("text=Open the form")
    sheet.page.wait_for_selector("dialog[open]")
    sheet.page.evaluate(
        "const f = document.querySelector('dialog form'); f.requestSubmit(); f.requestSubmit()"
    )
    sheet.page.wait_for_selector("dialog [data-errors]")
    assert sheet.sent["POST /add"] == 1


def test_a_lost_connection_is_said_where_the_work_is_and_the_input_stays(sheet):
    sheet.page.click("text=Open the form")
    sheet.page.wait_for_selector("dialog[open]")
    sheet.page.fill("dialog [name=amount]", "48k")
    sheet.broken = True
    sheet.page.click("dialog .btn-primary")
    sheet.page.wait_for_selector("dialog [data-trouble]")
    assert sheet.page.locator("dialog [name=amount]").input_value() == "48k"


def test_a_session_that_ended_leads_to_the_sign_in_page_and_not_into_the_dialog(sheet):
    sheet.page.evaluate("htmx.ajax('GET', '/whole-page', {target: '#dialog'})")
    sheet.page.wait_for_url(f"{ADDRESS}/whole-page")
    assert sheet.page.locator("dialog[open]").count() == 0


def test_a_client_is_completed_by_keyboard(sheet):
    sheet.page.click("text=Open the form")
    sheet.page.wait_for_selector("dialog[open]")
    client = sheet.page.locator("dialog [role=combobox]")
    client.press_sequentially("Nord")
    sheet.page.wait_for_selector("dialog [role=option]")
    assert client.get_attribute("aria-expanded") == "true"
    client.press("ArrowDown")
    assert client.get_attribute("aria-activedescendant")
    client.press("Enter")
    assert client.input_value() == "Nordhavn Logistics"
    assert client.get_attribute("aria-expanded") == "false"


def test_escape_closes_the_list_before_the_dialog(sheet):
    sheet.page.click("text=Open the form")
    sheet.page.wait_for_selector("dialog[open]")
    client = sheet.page.locator("dialog [role=combobox]")
    client.press_sequentially("Nord")
    sheet.page.wait_for_selector("dialog [role=option]")
    client.press("Escape")
    assert sheet.page.locator("dialog[open]").count() == 1
    client.press("Escape")
    sheet.page.wait_for_selector("dialog[open]", state="detached")


def test_menus_open_at_their_button_and_close_by_escape(sheet):
    sheet.page.click("[popovertarget=periods]")
    menu, button = sheet.page.locator("#periods"), sheet.page.locator("[popovertarget=periods]")
    menu.wait_for(state="visible")
    gap = menu.bounding_box()["y"] - button.bounding_box()["y"] - button.bounding_box()["height"]
    assert 0 <= gap <= 12
    sheet.page.keyboard.press("Escape")
    menu.wait_for(state="hidden")


def test_an_undo_stays_ten_seconds_and_while_somebody_is_there(sheet):
    toast = sheet.page.locator(".k-toasts .k-toast")
    seconds = toast.evaluate("e => getComputedStyle(e).animationDelay")
    assert float(re.sub(r"s$", "", seconds)) >= 10
    toast.locator("button").focus()
    assert toast.evaluate("e => getComputedStyle(e).animationPlayState") == "paused"


def test_a_link_is_copied_and_says_so(sheet):
    sheet.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    sheet.page.click("text=Copy link")
    sheet.page.wait_for_selector("text=Copied")
    assert sheet.page.evaluate("navigator.clipboard.readText()") == f"{ADDRESS}/"


def test_the_form_is_a_page_without_javascript(browser, html):
    context = browser.new_context(java_script_enabled=False)
    sheet = Sheet(context.new_page(), html)
    sheet.page.click("text=Open the form")
    assert sheet.page.locator("h1").inner_text() == "Add contribution"
    sheet.page.fill("[name=amount]", "48k")
    sheet.page.click("text=Save >> nth=1")
    assert sheet.sent["POST /add"] == 1
    assert sheet.page.locator("[data-errors]").count() == 1
    context.close()
