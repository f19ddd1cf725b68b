"""The headline totals: one tile per revenue type, each with what it is compared with."""

from decimal import Decimal
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from kamtrak.lib.money import grouped
from kamtrak.templatetags.figures import delta, money, nothing
from kamtrak.templatetags.icons import icon
from kamtrak.templatetags.icons import key as colour

register = template.Library()


@register.simple_block_tag
def tile(
    content: SafeString,
    label: str,
    value: Any,
    currency: str = "",
    href: str = "",
    key: str | int = "",
    name: str = "",
    hint: str = "",
    prov: bool = False,
    sign: bool = False,
    reason: str = "",
) -> SafeString:
    """`{% tile "Direct revenue" total "EUR" url key="direct" hint=text %}…{% endtile %}` inside .k-tots.

    key or name   the colour square of a type, or an icon
    The lines inside: counts in .k-small.k-muted, then <dl> with {% compare %}.
    """
    mark = colour(key) if key else icon(name) if name else ""
    title = format_html(' title="{}"', hint) if hint else ""
    figure = money(value, currency, href, prov="line" if prov else False, sign=sign, reason=reason)
    return format_html(
        '<div class="k-tot"><div class="k-tot-h"{}>{}{}</div><div class="k-tot-v">{}</div>{}</div>',
        title,
        mark,
        label,
        figure,
        content,
    )


@register.simple_tag
def compare(
    label: str, new: Decimal | None, old: Decimal | None, currency: str, said: str = ""
) -> SafeString:
    """A line of a tile's <dl>: `{% compare "vs Q2 2026" total before "EUR" %}` → before, and the change.

    said   what the figure before lacks or holds, below it
    """
    before = grouped(old, currency) if old is not None else nothing("not known")
    below = format_html('<dd class="k-said">{}</dd>', said) if said else ""
    change = delta(new, old)
    return format_html("<div><dt>{}</dt><dd>{}</dd><dd>{}</dd>{}</div>", label, before, change, below)
