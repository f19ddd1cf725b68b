"""What a check stood on: compared again by the commit, which stops when any of it has changed (rules
5.17).
"""

import hashlib
from collections.abc import Iterator
from datetime import date, datetime

from django.db.models import Count, Max, Sum

from fx.models import OwnRate, PublishedRate
from fx.queries.published import published_reach
from transactions.models import (
    CatalogItem,
    CatalogName,
    CatalogValue,
    Import,
    RowDecision,
    RowRate,
    RowTotal,
    SeenOwner,
    Source,
    Split,
    Transaction,
)
from transactions.queries.books import Ways, ways_of
from transactions.rules import Field, FileMapping
from workspaces.models import ClientAccount, ClientName, Membership, Workspace

SAID = {
    "settings": "the settings of the workspace",
    "rates": "the exchange rates",
    "catalog": "the product catalog",
    "people": "the members or the names of owners",
    "clients": "the client accounts",
    "rows": "the rows of this source",
    "sales": "what the sales stand on that refunds undo",
}


def relied_on(workspace: Workspace, ways: Ways, imported: Import, today: date) -> dict[str, str]:
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
        "catalog": _mark(*_catalog(workspace)),
        "people": _mark(*_people(workspace)),
        "clients": _mark(*_clients(workspace)),
        "rows": _mark(*_rows(workspace, imported.known_source)),
        "sales": _stand_on(workspace) if _ties_refunds(imported) else "",
    }


def _catalog(workspace: Workspace) -> Iterator[object]:
    items = CatalogItem.objects.filter(workspace=workspace)
    yield sorted(items.values_list("pk", "code", "name", "archived_at"))
    yield sorted(CatalogName.objects.filter(workspace=workspace).values_list("pk", "key", "item"))
    yield _newest(CatalogValue, workspace)


def _people(workspace: Workspace) -> Iterator[object]:
    members = Membership.objects.filter(workspace=workspace)
    yield sorted(members.values_list("pk", "user__email", "user__name"))
    aliases = SeenOwner.objects.filter(workspace=workspace, is_alias=True)
    yield sorted(aliases.values_list("pk", "member"))


def _clients(workspace: Workspace) -> Iterator[object]:
    yield ClientName.objects.filter(workspace=workspace).aggregate(n=Count("pk"), newest=Max("pk"))
    merged = ClientAccount.objects.filter(workspace=workspace).exclude(merged_into=None)
    yield sorted(merged.values_list("pk", "survivor"))


def _rows(workspace: Workspace, source: Source) -> Iterator[object]:
    imports = Import.objects.filter(workspace=workspace, source=source, turn__isnull=False)
    yield imports.aggregate(newest=Max("turn"), undone=Max("undone_at"))
    # The newest edit is on top of its row: a later import that covers it has a later turn itself.
    edited = Transaction.objects.filter(workspace=workspace, source=source, edit__isnull=False)
    yield edited.aggregate(newest=Max("edit"))


def _ties_refunds(imported: Import) -> bool:
    mapped = FileMapping.from_json(imported.mapping).mapped
    return Field.ORIGINAL_ID in mapped and Field.UNIQUE_ID in mapped


def _stand_on(workspace: Workspace) -> str:
    """Changes with every decision that moves rows, batch by batch, and whenever a rate settles."""
    return _mark(
        RowDecision.objects.filter(workspace=workspace).aggregate(newest=Max("pk")),
        RowTotal.objects.filter(workspace=workspace, split=Split.NONE).aggregate(n=Sum("earlier")),
        RowRate.objects.filter(workspace=workspace, version__gt=1).aggregate(newest=Max("pk")),
    )


def changed_since(imported: Import, now: datetime) -> list[str]:
    """What a checked import stood on and has changed since its check, in plain words (rules 5.17)."""
    workspace = imported.workspace
    today = workspace.day_of(now)
    return differences(imported.relied, relied_on(workspace, ways_of(workspace), imported, today))


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
