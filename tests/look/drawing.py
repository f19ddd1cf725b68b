"""Templates written in a test, drawn as a page of the product would draw them."""

from types import SimpleNamespace
from typing import Any

from django.template import engines
from django.test import RequestFactory


def request_for(path: str = "/w/hb/contributions", target: str = "") -> Any:
    """A request without a person; `target` is the element that htmx asks to fill."""
    request = RequestFactory().get(path)
    request.htmx = SimpleNamespace(target=target) if target else None  # type: ignore[attr-defined]
    return request


def draw(source: str, path: str = "/w/hb/contributions", target: str = "", **context: Any) -> str:
    """The template's text, with runs of white space made one space."""
    drawn: str = engines["django"].from_string(source).render(context, request_for(path, target))
    return " ".join(drawn.split())
