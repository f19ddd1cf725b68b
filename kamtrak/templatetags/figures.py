"""Figures as ui.md writes them: minus is "−", zero is written, unknown is "— reason" and never 0."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from kamtrak.lib.money import grouped as grouped_text
from kamtrak.lib.money import minor_units, percent_change, rate_text, share_text

register = template.Library()

MINUS = "−"
TENTH = Decimal("0.1")


@register.simple_tag
def unknown(reason: str = "unknown", href: str = "") -> SafeString:
    """`{% unknown "no catalog entry" repair_url %}`: the reason, linked to where it is repaired."""
    said = format_html('<a href="{}">{}</a>', href, reason) if href else reason
    return format_html('<span class="k-unknown">— {}</span>', said)


@register.simple_tag
def nothing(reason: str) -> SafeString:
    """A cell that has nothing to say: "–" on the page, `reason` for who listens."""
    return format_html('<span class="k-zero">–<span class="k-sr"> {}</span></span>', reason)


@register.simple_tag
def money(
    value: Any,
    currency: str = "",
    href: str = "",
    *,
    code: bool = True,
    ghost: bool = False,
    sign: bool = False,
    prov: bool | str = False,
    reason: str = "",
    repair: str = "",
    title: str = "",
) -> SafeString:
    """An amount: `{% money row.amount "EUR" row.url %}` or `{% money contribution.amount %}` (a Money).

    value    Decimal already rounded to the currency, a Money, or None for unknown.
    href     the rows behind the figure.
    code     False in a column of one currency, whose header carries the code.
    ghost    True in a mixed column: yen keeps the room of ".00", so that figures line up on the point.
    sign     True for differences: "+" is written too.
    prov     True puts the tag "provisional" before; "line" underlines with dashes, for dense columns.
    reason, repair   what is unknown and where to repair it, when value is None.
    """
    if hasattr(value, "amount"):
        value, currency = value.amount, str(value.currency)
    if value is None:
        return unknown(reason or "unknown", repair)
    figure = _digits(value, currency, ghost=ghost, sign=sign)
    css = " k-prov" if prov == "line" else ""
    if href:
        said_title = f' title="{conditional_escape(title)}"' if title else ""
        figure = f'<a class="k-fig{css}" href="{conditional_escape(href)}"{said_title}>{figure}</a>'
    elif css:
        figure = f'<span class="{css.strip()}">{figure}</span>'
    tone = " k-neg" if value < 0 else " k-zero" if value == 0 else ""
    said_code = f' <span class="k-cur">{currency}</span>' if code else ""
    mark = f"{provisional()} " if prov and prov != "line" else ""
    return mark_safe(f'{mark}<span class="k-amt{tone}">{figure}{said_code}</span>')  # noqa: S308  see _digits


def _digits(value: Decimal, currency: str, *, ghost: bool, sign: bool) -> str:
    """48,000<span class="k-dec">.00</span>, with "+" or, for yen in mixed columns, the room of ".00",
    which the stylesheet fills unseen, so that it is not copied with the text.

    Markup of ours around digits of ours, so nothing in it needs escaping, and neither does the currency:
    one that is none has been refused here. A list draws hundreds of these.
    """
    text = grouped_text(Decimal(value), currency)
    if sign and value > 0:
        text = f"+{text}"
    whole, point, fraction = text.partition(".")
    if point:
        return f'{whole}<span class="k-dec">.{fraction}</span>'
    if ghost and minor_units(currency) == 0:
        return f'{whole}<span class="k-dec k-ghost" aria-hidden="true"></span>'
    return whole


@register.filter
def caveats(sums: Any) -> str:
    """What a total lacks or holds, in short: `without 1 unknown, 2 provisional, 5 earlier rates`; or "".

    `sums` counts `unknown_rows`, `provisional_rows` and `earlier_rows` (rules 5.12, 6.5, 6.6), and may say
    by `earlier_said` what else than a rate those have an earlier one of.
    """
    noun = getattr(sums, "earlier_said", "earlier rate")
    earlier = f"1 {noun}" if sums.earlier_rows == 1 else f"{sums.earlier_rows:,} {noun}s"
    said = [
        f"without {sums.unknown_rows:,} unknown" if sums.unknown_rows else "",
        f"{sums.provisional_rows:,} provisional" if sums.provisional_rows else "",
        earlier if sums.earlier_rows else "",
    ]
    return ", ".join(part for part in said if part)


@register.simple_tag
def summed(sums: Any, currency: str, href: str = "", *, narrow: bool = False) -> SafeString:
    """A total of a column with its caveats below: `{% summed total.stands "USD" %}`.

    Where no row of it has a rate it is unknown, not 0. `href` leads to the rows; `narrow` adds the code where
    a narrow window shows no header.
    """
    if sums.known is None:
        return unknown("unknown" if sums.unknown_rows == 1 else f"{sums.unknown_rows:,} unknown", href)
    figure, said = money(sums.known, currency, href, code=False), caveats(sums)
    if narrow:
        figure = format_html('{}<span class="k-cur k-only-n">{}</span>', figure, currency)
    return format_html('{}<div class="k-d k-said">{}</div>', figure, said) if said else figure


@register.simple_tag
def summed_on_paper(sums: Any, currency: str) -> SafeString:
    """A total in a document, its caveats as raised letters that the document explains: u, p, e."""
    if sums.known is None:
        return format_html("{}", "unknown")
    counts = (("u", sums.unknown_rows), ("p", sums.provisional_rows), ("e", sums.earlier_rows))
    marks = "".join(letter for letter, count in counts if count)
    figure = grouped_text(sums.known, currency)
    return format_html("{}<sup>{}</sup>", figure, marks) if marks else format_html("{}", figure)


@register.simple_tag
def later(total: Any, currency: str) -> SafeString:
    """What changed after a close: "+37.00", "+0.50, 1 more unknown", or "— unknown" where no rate tells it.

    `total` bears `later`, the difference of the sums, and `later_unknown`, that of the unknown rows.
    """
    more = total.later_unknown
    if more > 0 and not total.later:
        return unknown()
    figure = money(total.later, currency, code=False, sign=True)
    if not more:
        return figure
    return format_html("{}, {} {} unknown", figure, abs(more), "more" if more > 0 else "fewer")


@register.simple_tag
def provisional(text: str = "provisional") -> SafeString:
    """The tag before a figure whose rate may still move (rules 6.5)."""
    return format_html('<span class="k-tag k-tag-prov">{}</span>', text)


@register.simple_tag
def delta(new: Decimal | None, old: Decimal | None) -> SafeString:
    """Change in percent with its sign: "+7.9 %"; "–" where there is nothing to compare with."""
    change = percent_change(new, old) if new is not None and old is not None else None
    if change is None:
        return nothing("nothing to compare with")
    return format_html('<span class="k-delta">{} %</span>', signed(change.quantize(TENTH, ROUND_HALF_UP)))


@register.filter
def grouped(value: Decimal, currency: str) -> str:
    """`{{ row.amount.amount|grouped:"EUR" }}` → "48,000.00", for running text."""
    return grouped_text(value, currency)


@register.filter
def share(value: Decimal) -> str:
    """A share without the zeros of its column: 33.3300 → "33.33"."""
    return share_text(value)


@register.filter
def rate(value: Decimal) -> str:
    """The stored multiplier to 12 significant digits (rules 6.7)."""
    return rate_text(value)


@register.filter
def no_rate(months: int) -> str:
    """Why a sum of so many months is unknown: `reason=figures.unknown|no_rate` → "no rate for 12 months"."""
    return f"no rate for {months:,} {'month' if months == 1 else 'months'}"


@register.filter
def signed(value: Decimal | int) -> str:
    """7.9 → "+7.9", -8.5 → "−8.5", 0 → "0"."""
    return f"+{number(value)}" if value > 0 else number(value)


@register.filter
def number(value: Decimal | int | None) -> str:
    """A count, quantity or price at its own precision: 12480 → "12,480", Decimal("-61.40") → "−61.40"."""
    if value is None:
        return "—"
    return (
        f"{value:,f}".replace("-", MINUS) if isinstance(value, Decimal) else f"{value:,}".replace("-", MINUS)
    )


@register.filter
def units(quantity: str) -> str:
    """A quantity that is written already, with its noun: "1" → "1 unit", "−2.5" → "−2.5 units"."""
    return f"{quantity} unit" if quantity == "1" else f"{quantity} units"


@register.filter
def at(items: Any, index: int) -> Any:
    """The item at a place: `{{ series|at:forloop.counter0 }}`; "" beyond the end."""
    return items[index] if 0 <= index < len(items) else ""
