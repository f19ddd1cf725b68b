"""What stands around a list: period, staff, filters, sorted headers, pages. All of it lives in the URL."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote_plus, urlencode

from django import template
from django.http import HttpRequest, QueryDict
from django.template.loader import get_template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from kamtrak.lib.months import FiscalCalendar, Month, Period, Quarter
from kamtrak.templatetags.icons import icon

register = template.Library()

# Where somebody stands in a list, and what they typed to find a choice: nothing once the list is another.
PLACE = ("after", "before", "named")
YEARS_SHOWN = 4


def with_query(request: HttpRequest, **changes: str | None) -> str:
    """The page's own address with these parameters changed, others kept, the place in the list dropped."""
    query = without_place(request)
    for name, value in changes.items():
        if value in (None, ""):
            query.pop(name, None)
        else:
            query[name] = [str(value)]
    return f"?{urlencode(query, doseq=True)}" if query else request.path


def with_each(request: HttpRequest, name: str, *dropped: str) -> Callable[[str], str]:
    """`with_query` for many values of one parameter: what stands around the value is written once."""
    query = {kept: values for kept, values in without_place(request).items() if kept not in dropped}
    names = list(query)
    place = names.index(name) if name in query else len(names)
    before, after = (
        urlencode({kept: query[kept] for kept in part}, doseq=True)
        for part in (names[:place], names[place + 1 :])
    )
    start = f"?{before}&{quote_plus(name)}=" if before else f"?{quote_plus(name)}="
    end = f"&{after}" if after else ""
    return lambda value: f"{start}{quote_plus(value)}{end}"


def without_place(request: HttpRequest) -> dict[str, list[str]]:
    return {name: list(values) for name, values in request.GET.lists() if name not in PLACE}


def kept_fields(query: QueryDict, *left_out: str) -> list[tuple[str, str]]:
    """The parameters that a GET form must carry along as hidden fields."""
    return [(k, v) for k, values in query.lists() if k not in (*PLACE, *left_out) for v in values if v]


@dataclass(frozen=True)
class Link:
    """One choice: what it says, where it leads, whether it is the current one."""

    label: str
    url: str
    current: bool = False


@dataclass(frozen=True)
class YearRow:
    """A fiscal year and those of its quarters that can be chosen."""

    year: Link
    quarters: tuple[Link, ...]


@register.inclusion_tag("components/period_selector.html", takes_context=True)
def period_selector(
    context: Mapping[str, Any],
    calendar: FiscalCalendar,
    period: Period,
    today: date,
    first: Quarter | None = None,
    ahead: int = 0,
) -> dict[str, Any]:
    """`{% period_selector calendar period today %}`: previous, the menu of all periods, next (`?period=`).

    first   the earliest quarter worth offering; four fiscal years back without it
    ahead   how many quarters after today's can be reached (forecasts); 0 for what has been earned
    """
    last = calendar.quarter_of(today) + ahead
    earliest = min(first or last, calendar.quarters(calendar.year_of(last) - YEARS_SHOWN + 1)[0])
    address = with_each(context["request"], "period", "month")  # a month is one of its period

    def link(to: Period) -> Link:
        return Link(to.label, address(to.code), to.code == period.code)

    before, after = (_beside(calendar, period, by, earliest, last) for by in (-1, 1))
    years = range(calendar.year_of(last), calendar.year_of(earliest) - 1, -1)
    rows = [
        YearRow(
            link(calendar.year(year)),
            tuple(link(calendar.of_quarter(q)) for q in calendar.quarters(year) if earliest <= q <= last),
        )
        for year in years
    ]
    return {
        "period": period,
        "previous": link(before) if before else None,
        "next": link(after) if after else None,
        "rows": rows,
        "all": link(calendar.all()),
    }


def _beside(
    calendar: FiscalCalendar, period: Period, by: int, earliest: Quarter, last: Quarter
) -> Period | None:
    """The period before (−1) or after it, as far as its quarters are offered."""
    if period.kind == "all":
        return None
    to = calendar.shift(period, by)
    inside = to.quarters[-1] >= earliest if by < 0 else to.quarters[0] <= last
    return to if inside else None


@register.inclusion_tag("components/month_selector.html", takes_context=True)
def month_selector(context: Mapping[str, Any], month: Month, first: Month, last: Month) -> dict[str, Any]:
    """`{% month_selector month first last %}`: previous, the menu of all months, next (`?month=`).

    first, last   what is worth offering; the chosen month is offered in any case
    """
    address = with_each(context["request"], "month")

    def link(to: Month) -> Link | None:
        inside = first <= to <= last or to == month
        return Link(f"{to.first:%B %Y}", address(str(to)), to == month) if inside else None

    years = sorted({*range(first.year, last.year + 1), month.year}, reverse=True)
    return {
        "month": month,
        "previous": link(min(month - 1, last)) if month > first else None,
        "next": link(max(month + 1, first)) if month < last else None,
        "rows": [(year, [link(Month(year, number)) for number in range(1, 13)]) for year in years],
    }


@register.inclusion_tag("components/staff_select.html", takes_context=True)
def staff_select(
    context: Mapping[str, Any],
    people: Iterable[tuple[Any, str]],
    name: str = "staff",
    everyone: str = "Everyone",
) -> dict[str, Any]:
    """`{% staff_select people everyone="Everyone (4)" %}`: (id, name) pairs; the choice is `?staff=`."""
    query = context["request"].GET
    people = [(str(value), label) for value, label in people]
    return {
        "name": name,
        "people": people,
        "everyone": everyone,
        "current": query.get(name, ""),
        "kept": kept_fields(query, name),
    }


@register.simple_block_tag(takes_context=True)
def filters(
    context: Mapping[str, Any], content: SafeString, placeholder: str = "", name: str = "q"
) -> SafeString:
    """The bar above a list: search field (with `placeholder`) and the chips and buttons put inside."""
    request = context["request"]
    query = request.GET
    inside = {"content": content, "placeholder": placeholder, "name": name, "value": query.get(name, "")}
    inside["path"] = request.path
    bar = get_template("components/filters.html")
    return mark_safe(bar.render(inside | {"kept": kept_fields(query, name)}))  # noqa: S308  a template of ours


@register.simple_tag(takes_context=True)
def sort_th(
    context: Mapping[str, Any], name: str, label: str, css: str = "", default: str = "", first: str = ""
) -> SafeString:
    """A sorted header: `{% sort_th "earned" "Earned" default="-earned" %}` (`?sort=earned`, `?sort=-earned`).

    `default` is the list's own order; `first="-"` lets the first click sort falling, as amounts want it.
    """
    request = context["request"]
    now = request.GET.get("sort") or default
    falling = now == f"-{name}"
    sorted_here = now in (name, f"-{name}")
    to = (name if falling else f"-{name}") if sorted_here else f"{first}{name}"
    state = format_html(' aria-sort="{}"', "descending" if falling else "ascending") if sorted_here else ""
    arrow = icon("arrow-down" if falling else "arrow-up") if sorted_here else ""
    css_part = format_html(' class="{}"', css) if css else ""
    url = with_query(request, sort=to)
    return format_html('<th scope="col"{}{}><a href="{}">{} {}</a></th>', css_part, state, url, label, arrow)


@register.inclusion_tag("components/pager.html", takes_context=True)
def pager(
    context: Mapping[str, Any],
    shown: int,
    total: int | None = None,
    after: Any = None,
    before: Any = None,
    noun: str = "rows",
    part: str = "",
) -> dict[str, Any]:
    """The foot of a list: `{% pager shown=50 total=1204 after=page.next before=page.previous noun="rows" %}`.

    `noun` is a plural in "s" or "ies". `after` and `before` are keyset cursors (`?after=`, `?before=`); None
    where the list ends. `part` is the id of the list ("#clients") where it is exchanged alone.
    """
    request = context["request"]
    counted = shown if total is None else total
    return {
        "shown": shown,
        "total": total,
        "part": part,
        "noun": _one_of(noun) if counted == 1 else noun,
        "next": with_query(request, after=after) if after else "",
        "previous": with_query(request, before=before) if before else "",
        "start": with_query(request) if before else "",
        "is_first": not any(request.GET.get(name) for name in PLACE),
    }


def _one_of(noun: str) -> str:
    return f"{noun.removesuffix('ies')}y" if noun.endswith("ies") else noun.removesuffix("s")


@register.simple_tag(takes_context=True)
def here(context: Mapping[str, Any], **changes: Any) -> str:
    """This page with other parameters: `href="{% here type="direct" q=None %}"`."""
    return with_query(context["request"], **changes)


@register.simple_tag(takes_context=True)
def nothing_found(
    context: Mapping[str, Any],
    sentence: str,
    clear: str = "",
    clear_label: str = "",
    keep: str = "period staff",
) -> SafeString:
    """A list that its filters leave empty: says so, offers to drop one of them or all.

    `{% nothing_found "No contribution matches “Nordh”." clear="currency" clear_label="Clear currency" %}`;
    `keep` names the parameters that are no filters and stay.
    """
    request = context["request"]
    one = ""
    if clear:
        one = format_html(
            '<a class="btn btn-sm" href="{}">{}</a>', with_query(request, **{clear: None}), clear_label
        )
    every = with_query(request, **{name: None for name in request.GET if name not in keep.split()})
    return format_html(
        '<div class="k-panel-b k-pt"><p class="k-2">{}</p><div class="k-row k-mt-s">{}'
        '<a class="btn btn-sm btn-quiet" href="{}">Clear all filters</a></div></div>',
        sentence,
        one,
        every,
    )
