"""{% icon %}: a Tabler outline icon as inline SVG, and the small marks that go with words."""

import json
from functools import cache, lru_cache

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

# A page draws the same marks again and again. By type too: an escaped text must never stand for a raw one.
_drawn_once = lru_cache(maxsize=1024, typed=True)

TYPE_KEYS = {"direct": 1, "influenced": 2, "savings": 3, "retention": 4}


@cache
def _drawings() -> dict[str, str]:
    """Icon name → the paths inside its <svg>, as `make vendor` wrote them."""
    drawings: dict[str, str] = json.loads((settings.BASE_DIR / "static/vendor/icons.json").read_text())
    return drawings


@register.simple_tag
@_drawn_once
def icon(name: str, size: str = "", label: str = "", css: str = "") -> SafeString:
    """`{% icon "plus" %}` 16 px beside a word; `size="lg"` 20 px; `label` only where no word says it.

    Raises KeyError for a name that `make vendor` has not brought in (list it in static/vendor.mjs).
    """
    classes = " ".join(part for part in ("k-i", f"k-i-{size}" if size else "", css) if part)
    voice = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    paths = mark_safe(_drawings()[name])  # noqa: S308  our own vendored file
    return format_html('<svg class="{}" viewBox="0 0 24 24" {}>{}</svg>', classes, voice, paths)


@register.simple_tag
@_drawn_once
def key(kind: str | int, css: str = "") -> SafeString:
    """The colour square of a contribution type, beside its word: `{% key "direct" %}` or `{% key 1 %}`."""
    number = kind if isinstance(kind, int) else TYPE_KEYS[str(kind)]
    return format_html('<span class="k-key k-t{}{}"></span>', number, f" {css}" if css else "")


@register.simple_tag
def tag(text: str, kind: str = "", name: str = "") -> SafeString:
    """A state as a word: `{% tag "current" "on" %}`; kinds prov, warn, bad, on, ink; `name` is an icon."""
    return _tag(str(text), kind, name)


@_drawn_once
def _tag(text: str, kind: str, name: str) -> SafeString:
    css = f" k-tag-{kind}" if kind else ""
    return format_html('<span class="k-tag{}">{}{}</span>', css, icon(name) if name else "", text)


@register.filter
def initials(name: str) -> str:
    """ "Maren Lindqvist" → "ML", "maren@example.com" → "M"."""
    words = [word for word in str(name).split("@")[0].split() if word[0].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper() or "?"


@register.simple_tag
def avatar(name: str) -> SafeString:
    """The initials of a person in a circle; the name itself must stand beside it."""
    return format_html('<span class="k-av" aria-hidden="true">{}</span>', initials(name))


@register.simple_tag
def owner(name: str, short: bool = False) -> SafeString:
    """Avatar and name: `{% owner person.name %}`; `short=True` prints the first name in dense tables."""
    return _owner(str(name), short)  # a person would be remembered by number, and keep a former name


@_drawn_once
def _owner(name: str, short: bool) -> SafeString:
    shown = name.split()[0] if short and name.strip() else name
    return format_html('<span class="k-owner" title="{}">{}{}</span>', name, avatar(name), shown)
