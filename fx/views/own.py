"""Adding an own rate and taking one back."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from fx.forms import RateForm, ReasonForm, stamp
from fx.models import OwnRate
from fx.queries import own_rates
from fx.queries.own import as_value
from fx.services import own as services
from kamtrak.lib.errors import Refused
from kamtrak.web import back_to, go, is_dialog, moment, put_into, render_page
from workspaces.access import workspace_view
from workspaces.models import Membership, Workspace
from workspaces.rules import Right

PRESETS = ("base", "quote", "day", "until")


@workspace_view(Right.MASTERS)
def rate_add(request: HttpRequest, workspace: Workspace, member: Membership) -> HttpResponse:
    """Add or correct an own rate; what is off the market is asked about once and never blocked."""
    context: dict[str, Any] = {}
    if request.method == "POST":
        form = RateForm(workspace, request.POST)
        if form.is_valid() and (saved := _saved(request, workspace, member, form, context)):
            messages.success(request, f"Rate saved: {as_value(saved).caption} from {saved.day:%-d %b %Y}.")
            return go(request, back_to(request, reverse("rates", args=[workspace.slug])))
    else:
        presets = {name: request.GET[name] for name in PRESETS if request.GET.get(name)}
        form = RateForm(workspace, initial={"quote": workspace.currency, **presets})
    dialog = is_dialog(request)
    here = request.htmx.current_url_abs_path if dialog else ""  # type: ignore[attr-defined]
    context |= {"form": form, "next": back_to(request, here or "")}
    part = "fx/_rate_add.html" if dialog else None
    return render_page(request, "fx/rate_add.html", context, part, 422 if form.errors and not dialog else 200)


def _saved(
    request: HttpRequest, workspace: Workspace, member: Membership, form: RateForm, context: dict[str, Any]
) -> OwnRate | None:
    """The rate on record; None where the form has to be shown again, with what is in its way."""
    try:
        return services.add_own_rate(
            workspace=workspace,
            by=member,
            rate=form.rate(),
            reason=form.cleaned_data["reason"],
            now=moment(request),
            confirmed=form.is_confirmed,
        )
    except services.OffMarketWarning as warning:
        put_into(form, confirmed=stamp(form.rate()))
        context["warning"] = warning.found
    except Refused as refusal:
        form.add_error(refusal.field, refusal.message)
    return None


@workspace_view(Right.MASTERS)
def rate_withdraw(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponse:
    """Take an own rate back, with a reason; it stays on record."""
    rate = own_rates(workspace).filter(pk=pk).first()
    if rate is None:
        raise Http404
    form = ReasonForm(request.POST if request.method == "POST" else None)
    back = reverse("rates", args=[workspace.slug])
    if request.method == "POST" and form.is_valid():
        try:
            services.withdraw_own_rate(
                workspace=workspace,
                by=member,
                rate=rate,
                reason=form.cleaned_data["reason"],
                now=moment(request),
            )
        except Refused as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            messages.success(request, f"Rate withdrawn: {as_value(rate).caption}.")
            return go(request, back)
    part = "fx/_rate_withdraw.html" if is_dialog(request) else None
    context = {"form": form, "rate": rate, "caption": as_value(rate).caption, "back": back}
    return render_page(request, "fx/rate_withdraw.html", context, part)
