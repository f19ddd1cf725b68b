"""The filters above a list, each a menu of choices."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import mark_safe

from kamtrak.templatetags.icons import icon
from kamtrak.templatetags.lists import with_each, with_query, without_place

register = template.Library()


@register.inclusion_tag("components/chip.html", takes_context=True)
def chip(
    context: Mapping[str, Any],
    label: str,
    name: str,
    choices: Iterable[tuple[Any, str]],
    any_label: str = "Any",
) -> dict[str, Any]:
    """A filter (`?type=`): `{% chip "Type" "type" choices any_label="All 4" %}`, (value, label) pairs."""
    request = context["request"]
    current, clear = request.GET.get(name, ""), with_query(request, **{name: None})
    pairs = [(str(value), text) for value, text in choices]
    address = with_each(request, name)
    links = [_menu_link(any_label, clear, not current)]
    links += [_menu_link(text, address(value), value == current) for value, text in pairs]
    return {
        "label": label,
        "menu_id": f"chip-{name}",
        "links": mark_safe("\n  ".join(links)),  # noqa: S308  each of them is drawn below
        "chosen": dict(pairs).get(current, current),
        "any_label": any_label,
        "clear": clear,
    }


def _menu_link(text: str, url: str, current: bool) -> str:
    """Drawn here and not in a loop of the template: a page draws dozens."""
    mark, check = (' aria-current="true"', icon("check")) if current else ("", "")
    return f'<a class="k-menu-i" href="{conditional_escape(url)}"{mark}>{conditional_escape(text)}{check}</a>'


@register.inclusion_tag("components/search_chip.html", takes_context=True)
def search_chip(
    context: Mapping[str, Any], label: str, name: str, url: str, chosen: str = "", any_label: str = "Any"
) -> dict[str, Any]:
    """A filter of which there may be hundreds: `{% search_chip "Client" "client" url chosen=client_name %}`.

    url      kamtrak.choosing.choices_page for this list: it answers the choices, in the menu once it opens,
             and as a page without JavaScript
    chosen   what the current choice is called
    """
    request = context["request"]
    kept = without_place(request)
    current = request.GET.get(name, "")
    return {
        "label": label,
        "menu_id": f"chip-{name}",
        "url": url,
        "opened": f"{url}?{urlencode(kept, doseq=True)}" if kept else url,
        "kept": [(key, value) for key, values in kept.items() for value in values],
        "chosen": (chosen or current) if current else "",
        "any_label": any_label,
        "clear": with_query(request, **{name: None}),
    }
