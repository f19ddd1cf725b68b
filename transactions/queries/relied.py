"""What a check stood on: compared again by the commit, which stops when any of it has changed (rules
5.17).
"""

import hashlib
from datetime import date, datetime

from django.db import connection, models

from fx.models import OwnRate, PublishedRate
from transactions.models import (
    CatalogItem,
    CatalogName,
    CatalogValue,
    Import,
    RowDecision,
    RowRate,
    RowTotal,
    SeenOwner,
    Split,
    Transaction,
)
from transactions.queries.books import Ways, ways_of
from transactions.rules import Field, FileMapping
from workspaces.models import ClientAccount, ClientName, Membership, User, Workspace

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
    """What figures and identities of an import depend on, as short marks that change with it: asked in one
    statement, since whoever opens a check waits for it."""
    facts = _facts(workspace, imported)
    # An own rate settles when its day has ended (rules 6.5): where there are any, the day matters.
    day = None if facts["own_rates"].startswith("0 ") else today
    return {
        "settings": _mark(
            workspace.currency,
            workspace.rate_mode,
            workspace.rate_limit_days,
            sorted(ways.symbols.items()),
            ways.removes_tax,
            ways.measures_profit,
        ),
        "rates": _mark(facts["own_rates"], facts["published"], day),
        "catalog": _mark(facts["items"], facts["names"], facts["values"]),
        "people": _mark(facts["members"], facts["aliases"]),
        "clients": _mark(facts["client_names"], facts["merged"]),
        "rows": _mark(facts["imports"], facts["edits"]),
        "sales": _mark(facts["decisions"], facts["waiting"], facts["settled"])
        if _ties_refunds(imported)
        else "",
    }


def _table(model: type[models.Model]) -> str:
    return model._meta.db_table


def _one(model: type[models.Model], value: str, which: str) -> str:
    return f"(select ({value})::text from {_table(model)} {which})"  # noqa: S608 - our own names


def _newest(model: type[models.Model], which: str = "true") -> str:
    """How many rows of a table that only grows there are, and the newest of them."""
    value = "count(*) || ' ' || coalesce(max(id), 0)"
    return _one(model, value, f"where workspace_id = %(workspace)s and {which}")


def _all(columns: str, rows: str) -> str:
    """Every value of the columns, folded; rows are written with their quotes: none runs into another."""
    folded = f"md5(string_agg(row(t.id, {columns})::text, ',' order by t.id))"
    return f"(select coalesce({folded}, '') from {rows})"  # noqa: S608 - our own names


_OF_WORKSPACE = "t where t.workspace_id = %(workspace)s"
_OF_SOURCE = "where workspace_id = %(workspace)s and source_id = %(source)s"
_MEMBERS = (
    f"{_table(User)} u join {_table(Membership)} t on t.user_id = u.id and t.workspace_id = %(workspace)s"
)
_MERGED = f"{_table(ClientAccount)} {_OF_WORKSPACE} and t.merged_into_id is not null"
_FACTS = {
    "own_rates": _newest(OwnRate),
    "published": _one(PublishedRate, "concat_ws(' ', max(id), max(day))", ""),
    "items": _all("t.code, t.name, t.archived_at", f"{_table(CatalogItem)} {_OF_WORKSPACE}"),
    "names": _all("t.key, t.item_id", f"{_table(CatalogName)} {_OF_WORKSPACE}"),
    "values": _newest(CatalogValue),
    "members": _all("u.email, u.name", _MEMBERS),
    "aliases": _all("t.member_id", f"{_table(SeenOwner)} {_OF_WORKSPACE} and t.is_alias"),
    "client_names": _newest(ClientName),
    "merged": _all("t.survivor_id", _MERGED),
    "imports": _one(Import, "concat_ws(' ', max(turn), max(undone_at), max(remapped_at))", _OF_SOURCE),
    # The newest edit is on top of its row: a later import that covers it has a later turn itself.
    "edits": _one(Transaction, "coalesce(max(edit_id), 0)", f"{_OF_SOURCE} and edit_id is not null"),
    # These change with every decision that moves rows, batch by batch, and whenever a rate settles.
    "decisions": _newest(RowDecision),
    "waiting": _one(
        RowTotal,
        "coalesce(sum(earlier), 0)",
        f"where workspace_id = %(workspace)s and split = {int(Split.NONE)}",
    ),
    "settled": _newest(RowRate, "version > 1"),
}


def _facts(workspace: Workspace, imported: Import) -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"select {', '.join(_FACTS.values())}",
            {"workspace": workspace.pk, "source": imported.known_source.pk},
        )
        return dict(zip(_FACTS, cursor.fetchone(), strict=True))


def names_meant(workspace: Workspace) -> str:
    """A short mark that changes whenever a name of an owner or of a client may mean somebody else."""
    facts = [_FACTS[name] for name in ("members", "aliases", "client_names", "merged")]
    with connection.cursor() as cursor:
        cursor.execute(f"select {', '.join(facts)}", {"workspace": workspace.pk})
        return _mark(*cursor.fetchone())


def _ties_refunds(imported: Import) -> bool:
    mapped = FileMapping.from_json(imported.mapping).mapped
    return Field.ORIGINAL_ID in mapped and Field.UNIQUE_ID in mapped


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
