"""The alert that published rates have stopped coming, in every workspace whose figures need them."""

from datetime import datetime, timedelta

from fx.queries import published_reach
from fx.rules import Mode
from fx.services.followers import currency_uses
from kamtrak.tenancy import in_workspace
from workspaces.models import Severity, Workspace
from workspaces.services.alerts import Cause, raise_alert, resolve_alerts

ENDED = "rates-ended"
LATE = timedelta(days=7)  # more than any run of holidays


def note_end(*, now: datetime) -> None:
    """Raise one alert where the rates end more than a week ago; it resolves when they go on."""
    reached = published_reach()
    for workspace in Workspace.objects.order_by("pk"):
        stopped = reached is not None and workspace.day_of(now) - reached > LATE
        with in_workspace(workspace.pk):
            if not stopped or workspace.rate_mode == Mode.MANUAL or not _converts(workspace):
                resolve_alerts(workspace=workspace, prefix=ENDED, keep=set(), now=now)
                continue
            cause = Cause(
                key=ENDED,
                severity=Severity.WARNING,
                title="Published rates have stopped",
                detail=f"They end at {reached:%-d %B %Y}. What is later stays provisional.",
                action="See the rates",
                path="rates/",
            )
            raise_alert(workspace=workspace, cause=cause, now=now)


def _converts(workspace: Workspace) -> bool:
    return any(code != workspace.currency for code in currency_uses(workspace))
