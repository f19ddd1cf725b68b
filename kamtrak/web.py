"""What every view needs: the full page or its named part, safe ways back, a moment, one-time tokens."""

import re
import uuid
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import iri_to_uri
from django.utils.http import url_has_allowed_host_and_scheme

from kamtrak.lib.errors import Refused, Stale
from kamtrak.lib.months import FiscalCalendar, Period, PeriodError, possible_day

BESIDE = "page_%s"  # the ids of a form that stays on its page while a dialog with the same fields is open


def render_page(
    request: HttpRequest, page: str, context: dict[str, Any], part: str | None = None, status: int = 200
) -> HttpResponse:
    """The page, or only its part `_<part>.html` when htmx asks for that target.

    A part is a file that the page includes, so both ways show the same thing.
    """
    if part and wants_part(request):
        page = part
    response = render(request, page, context, status=status)
    response["Vary"] = "HX-Request"
    return response


def wants_part(request: HttpRequest) -> bool:
    """Whether htmx asks for a part alone, so that the rest of the page need not be made."""
    htmx: Any = getattr(request, "htmx", None)
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def is_dialog(request: HttpRequest) -> bool:
    """Whether the answer goes into the dialog; without JavaScript the same form is a page."""
    htmx: Any = getattr(request, "htmx", None)
    return bool(htmx) and htmx.target == "dialog"


def go(request: HttpRequest, to: str) -> HttpResponse:
    """Redirect after a write: the whole page moves, also when the form stood in a dialog."""
    if getattr(request, "htmx", None):
        response = HttpResponse(status=204)
        response["HX-Redirect"] = iri_to_uri(to)  # as HttpResponseRedirect does: a header has no line breaks
        return response
    return HttpResponseRedirect(to)


def back_to(request: HttpRequest, default: str) -> str:
    """Where the person came from (`next`), if that is on this site; else `default`."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure())
    return wanted if safe else default


def moment(request: HttpRequest) -> datetime:
    """Now, the same instant for everything in one request (time is an argument below the views)."""
    now: datetime | None = getattr(request, "moment", None)
    if now is None:
        now = timezone.now()
        request.moment = now  # type: ignore[attr-defined]
    return now


def read_period(params: QueryDict, calendar: FiscalCalendar, today: date) -> tuple[Period, str]:
    """The period that the address names (`?period=`), and what was wrong with it.

    The running quarter when it names none, or none that exists (rules 2.3).
    """
    running = calendar.of_quarter(calendar.quarter_of(today))
    text = params.get("period", "")
    if not text:
        return running, ""
    try:
        return calendar.period(text), ""
    except PeriodError as problem:
        return running, str(problem)


def read_id(params: Mapping[str, str], name: str) -> int | None:
    """A row's number in the address or in a form; None for anything else."""
    text = params.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def read_day(params: Mapping[str, str], name: str) -> date | None:
    """A day in the address, written like 2026-09-04; None for anything else, and for years nobody means."""
    try:
        return possible_day(date.fromisoformat(params.get(name, "")))
    except ValueError:
        return None


def one_time_token() -> str:
    """Names one opening of a form, so that the same form sent twice is saved once."""
    return uuid.uuid4().hex


def is_one_time_token(text: str) -> bool:
    """Whether it looks like one."""
    return re.fullmatch(r"[0-9a-f]{32}", text) is not None


def workspace_url(name: str, slug: str, *args: Any) -> str:
    return reverse(name, args=[slug, *args])


def workspace_urls(name: str, slug: str) -> Callable[[int], str]:
    """`workspace_url` for a page of rows: row id → address, with the route looked up once."""
    before, _, after = workspace_url(name, slug, 0).rpartition("/0/")
    return lambda pk: f"{before}/{pk}/{after}"


def put_into(form: Form, **values: str) -> None:
    """Show a form that was sent again with other values in its hidden fields; what was typed stays."""
    form.data = {**form.data.dict(), **values}  # type: ignore[attr-defined]


def show_refusal(form: Form, refusal: Refused) -> None:
    """Put what a service refused at the field that has to change; what was entered stays.

    A form that was saved already and has been changed since gets a new token: the next Save is a decision.
    """
    form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
    if isinstance(refusal, Stale) and "once" in form.fields:
        put_into(form, once=one_time_token())
