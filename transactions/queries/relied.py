"""What a check stood on: compared again by the commit, which stops when any of it has changed (rules
5.17).
"""

import hashlib
from datetime import date, datetime

from django.db.models import Count, Max

from fx.models import OwnRate, PublishedRate
from fx.queries.published import published_reach
from transactions.models import CatalogItem, CatalogName, CatalogValue, Edit, Import, SeenOwner, Source
from transactions.queries.books import Ways, ways_of
from workspaces.models import ClientAccount, ClientName, Membership, Workspace

SAID = {
    "settings": "the settings of the workspace",
    "rates": "the exchange rates",
    "catalog": "the product catalog",
    "people": "the members or the names of owners",
    "clients": "the client accounts",
    "rows": "the rows of this source",
}


def relied_on(workspace: Workspace, ways: Ways, source: Source, today: date) -> dict[str, str]:
    """What figures and identities of an import depend on, as short marks that change with it."""
    return {
        "settings": _mark(
            workspace.currency,
            workspace.rate_mode,
            workspace.rate_limit_days,
            sorted(ways.symbols.items()),
            ways.removes_tax,
            ways.measures_profit,
        ),
        "rates": _mark(_newest(OwnRate, workspace), _published(), _day(workspace, today)),
        "catalog": _mark(
            sorted(
                CatalogItem.objects.filter(workspace=workspace).values_list(
                    "pk", "code", "name", "archived_at"
                )
            ),
            sorted(CatalogName.objects.filter(workspace=workspace).values_list("pk", "key", "item")),
            _newest(CatalogValue, workspace),
        ),
        "people": _mark(
            sorted(
                Membership.objects.filter(workspace=workspace).values_list("pk", "user__email", "user__name")
            ),
            sorted(SeenOwner.objects.filter(workspace=workspace, is_alias=True).values_list("pk", "member")),
        ),
        "clients": _mark(
            ClientName.objects.filter(workspace=workspace).aggregate(n=Count("pk"), newest=Max("pk")),
            sorted(
                ClientAccount.objects.filter(workspace=workspace)
                .exclude(merged_into=None)
                .values_list("pk", "survivor")
            ),
        ),
        "rows": _mark(
            Import.objects.filter(workspace=workspace, source=source, turn__isnull=False).aggregate(
                newest=Max("turn"), undone=Max("undone_at")
            ),
            Edit.objects.filter(workspace=workspace).aggregate(newest=Max("turn")),
        ),
    }


def changed_since(imported: Import, now: datetime) -> list[str]:
    """What a checked import stood on and has changed since its check, in plain words (rules 5.17)."""
    workspace = imported.workspace
    today = workspace.day_of(now)
    return differences(
        imported.relied, relied_on(workspace, ways_of(workspace), imported.known_source, today)
    )


def differences(before: dict[str, str], now: dict[str, str]) -> list[str]:
    """What has changed since the check, in plain words."""
    return [said for name, said in SAID.items() if before.get(name) != now.get(name)]


def _mark(*facts: object) -> str:
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]


def _newest(model: type[OwnRate] | type[CatalogValue], workspace: Workspace) -> object:
    return model._default_manager.filter(workspace=workspace).aggregate(n=Count("pk"), newest=Max("pk"))


def _published() -> object:
    newest = PublishedRate.objects.order_by("-pk").values_list("pk", flat=True).first()
    return newest, published_reach()


def _day(workspace: Workspace, today: date) -> date | None:
    """An own rate settles when its day has ended (rules 6.5): where there are any, the day matters."""
    return today if OwnRate.objects.filter(workspace=workspace).exists() else None
