"""Alerts of probable double counting: a contribution that repeats an imported transaction or a contract of
the same client (rules 3.8). Flagged, never blocked.

An alert says no more than that there is such a row: who may read it sees it on the contribution's page.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from contributions.models import Contribution
from contributions.queries.contracts import repeats_contract
from contributions.queries.doubles import DOUBLE
from contributions.queries.transactions import repeats_row
from kamtrak.lib.money import grouped
from workspaces.models import Alert, ClientAccount, Severity, Workspace
from workspaces.models.alerts import LIVE
from workspaces.services.alerts import Cause, raise_alert, resolve_causes

BOTH, ROW, CONTRACT = "an imported transaction and a contract", "an imported transaction", "a contract"


def refresh_doubles(
    *,
    workspace: Workspace,
    now: datetime,
    only: Collection[int] | None = None,
    clients: Collection[int] | None = None,
) -> None:
    """Raise an alert for each contribution that seems to repeat something, resolve it for the others.

    Looked at are `only` these contributions, those of these `clients`, or all.
    """
    rows = Contribution.objects.filter(workspace=workspace)
    if clients is not None:
        accounts = ClientAccount.objects.filter(workspace=workspace, pk__in=clients)
        rows = rows.filter(client__survivor__in=accounts.values("survivor"))
    rows = rows if only is None else rows.filter(pk__in=only)
    alerts = Alert.objects.filter(workspace=workspace, key__startswith=DOUBLE, state__in=LIVE)
    if only is not None or clients is not None:
        looked_at = [f"{DOUBLE}{pk}" for pk in rows.values_list("pk", flat=True)]
        alerts = alerts.filter(key__in=looked_at)
    live = {alert.key: alert.detail for alert in alerts}
    causes = [_cause(workspace, row) for row in _repeating(rows)]
    for cause in causes:
        if live.get(cause.key) != cause.detail:
            raise_alert(workspace=workspace, cause=cause, now=now)
    resolve_causes(workspace=workspace, keys=live.keys() - {cause.key for cause in causes}, now=now)


def _repeating(rows: QuerySet[Contribution]) -> QuerySet[Any]:
    asked = rows.filter(voided_at=None).annotate(row=repeats_row(), contract=repeats_contract())
    found = asked.filter(Q(row__isnull=False) | Q(contract=True))
    return found.select_related("client__survivor", "owner").order_by("pk")


def _cause(workspace: Workspace, row: Any) -> Cause:
    client = row.client.survivor or row.client
    amount = f"{grouped(row.amount.amount, row.currency)} {row.currency}"
    what = BOTH if row.row and row.contract else ROW if row.row else CONTRACT
    return Cause(
        key=f"{DOUBLE}{row.pk}",
        severity=Severity.WARNING,
        title=f"Possible double count: {client.name}, {amount}",
        detail=f"{workspace.calendar.label(row.quarter)}: nearly the same amount as {what} of the client. "
        "Link what it is as evidence, void it, or dismiss this if it is another deal.",
        action="See the contribution",
        path=f"contributions/{row.pk}/",
        rows=1,
        quantity=amount,
        about=row.owner,
    )
