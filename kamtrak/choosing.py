"""The choices of a filter that is searched, since there may be hundreds: {% search_chip %} asks for them."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse

from kamtrak.templatetags.lists import Link, kept_fields, with_each, with_query
from kamtrak.web import render_page

MOST = 20  # at once; more are found by their name
PART = "components/_choices.html"


def asked_name(request: HttpRequest) -> str:
    """What somebody typed to find a choice."""
    return request.GET.get("named", "").replace("\x00", "").strip()[:200]


def choices_page(
    request: HttpRequest, title: str, name: str, found: Sequence[tuple[int, str]], to: str
) -> HttpResponse:
    """Links to the list at `to`, filtered by `name` and otherwise as the address says; (id, label) pairs.

    `found` holds one more than MOST where there are more.
    """
    address, current = with_each(request, name), request.GET.get(name, "")
    without, back = with_query(request, **{name: None}), with_query(request)
    links = [Link(label, f"{to}{address(str(pk))}", str(pk) == current) for pk, label in found[:MOST]]
    context = {
        "title": title,
        "links": links,
        "any_link": Link("Any", _at(to, request, without), not current),
        "back": _at(to, request, back),
        "more": len(found) > MOST,
        "named": asked_name(request),
        "kept": kept_fields(request.GET),
    }
    return render_page(request, "components/choices.html", context, part=PART)


def _at(to: str, request: HttpRequest, query: str) -> str:
    """The list with this query; `with_query` answers the page itself where nothing is asked."""
    return to if query == request.path else f"{to}{query}"
