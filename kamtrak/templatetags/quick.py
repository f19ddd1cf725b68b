"""Django's own `date`: the same text for less work, since lists call it by the row."""

from datetime import date as Day
from functools import lru_cache
from typing import Any

from django import template
from django.template import defaultfilters

register = template.Library()

_written = lru_cache(maxsize=4096)(defaultfilters.date)


@register.filter(expects_localtime=True, is_safe=False)
def date(value: Any, form: str | None = None) -> Any:
    """As Django's. The few days that a list names are written once each; a moment is a moment each time."""
    return _written(value, form) if type(value) is Day else defaultfilters.date(value, form)
