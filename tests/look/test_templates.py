"""Promises that every template of the product keeps, whoever wrote it."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Engine, engines

TEMPLATES: Path = settings.BASE_DIR / "templates"
STATIC: Path = settings.BASE_DIR / "static"
PAGES = sorted(path for path in TEMPLATES.rglob("*.html"))
# Read by the PDF renderer only, never by a browser: colours travel in a <style>, classes are document.css's.
PRINTED = re.compile(r"_print\.html$|^reports/pdf/")


def named(path: Path) -> str:
    return str(path.relative_to(TEMPLATES))


def markup(path: Path) -> str:
    """The template without its comments."""
    text = re.sub(r"{% comment %}.*?{% endcomment %}", "", path.read_text(), flags=re.DOTALL)
    return re.sub(r"{#.*?#}", "", text)


def classes(text: str) -> set[str]:
    """The class names written out in a template; those put together from values are left out."""
    found: set[str] = set()
    for value in re.findall(
        r'(?:class|css|wrap)="([^"]*)"', re.sub(r"{% ?(?:if|elif|else|endif|for)[^%]*%}", " ", text)
    ):
        found |= {name for name in re.sub(r"\S*{[{%].*?[}%]}\S*", " ", value).split() if name}
    return found


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_a_template_compiles(path):
    engines["django"].get_template(named(path))


def test_a_template_is_read_and_compiled_once_for_all_pages():
    engine = Engine.get_default()
    assert engine.get_template("base.html") is engine.get_template("base.html")


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_nothing_on_a_page_needs_an_exception_from_the_content_policy(path):
    text = markup(path)
    assert not re.search(r"\sstyle\s*=", text), "a style attribute"
    assert not re.search(r"<[^>]*\son[a-z]+\s*=", text), "an event handler"
    assert not re.search(r"hx-on|js:|javascript:", text), "a script in an attribute"
    for script in re.findall(r"<script[^>]*>", text):
        assert "src=" in script or 'type="application/json"' in script, script
    assert PRINTED.search(named(path)) or "<style" not in text


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_no_value_is_put_in_unescaped(path):
    text = markup(path)
    assert "|safe" not in text
    assert "autoescape off" not in text


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_a_short_comment_ends_on_its_line(path):
    """Django prints, and runs the tags of, a {# comment that does not."""
    for line in path.read_text().splitlines():
        assert line.count("{#") == line.count("#}"), line


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_every_class_has_a_style(path):
    if PRINTED.search(named(path)):
        return
    styles = (STATIC / "kamtrak.css").read_text() + (STATIC / "vendor/tabler.css").read_text()
    known = set(re.findall(r"\.([a-zA-Z][\w-]*)", styles))
    assert classes(markup(path)) - known == set()


def test_every_icon_that_a_template_names_is_at_hand():
    at_hand = set(json.loads((STATIC / "vendor/icons.json").read_text()))
    for path in PAGES:
        used = set(re.findall(r'{% icon "([\w-]+)"', path.read_text()))
        assert used - at_hand == set(), named(path)
