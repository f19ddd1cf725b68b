"""Alerts about published rates that were not believed, in every workspace that uses the currency."""

from collections.abc import Iterable
from datetime import datetime

from fx.rules import Mode, Needed, Refusal
from kamtrak.tenancy import in_workspace
from workspaces.models import Severity, Workspace
from workspaces.services.alerts import Cause, raise_alert, resolve_alerts

REFUSED = "rate-refused:"


def note_refusals(*, refusals: Iterable[Refusal], now: datetime) -> None:
    """Raise one alert per refused currency where it is used; those that are believed by now resolve."""
    newest: dict[str, Refusal] = {}
    for refusal in refusals:  # ascending by day
        newest[refusal.rate.currency] = refusal
    for workspace in Workspace.objects.order_by("pk"):
        used = {*workspace.currencies, workspace.currency} if workspace.rate_mode != Mode.MANUAL else set()
        causes = [_cause(workspace, newest[code]) for code in sorted(used & newest.keys())]
        with in_workspace(workspace.pk):
            for cause in causes:
                raise_alert(workspace=workspace, cause=cause, now=now)
            keep = {cause.key for cause in causes}
            resolve_alerts(workspace=workspace, prefix=REFUSED, keep=keep, now=now)


def _cause(workspace: Workspace, refusal: Refusal) -> Cause:
    code, day = refusal.rate.currency, refusal.rate.day
    base, quote = ("EUR", code) if code == workspace.currency else (code, workspace.currency)
    return Cause(
        key=f"{REFUSED}{code}",
        severity=Severity.WARNING,
        title=f"Published rate not taken over: {code}",
        detail=f"{refusal}. Until somebody has looked at it, the newest earlier rate is used.",
        action="Add own rate",
        path=Needed(base, quote, day).path,
    )
