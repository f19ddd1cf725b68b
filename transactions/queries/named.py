"""What the rows of a checked file name and the workspace does not know: products and people."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from transactions.models import SeenOwner, SeenProduct
from transactions.rules import Lack, Measure, product_key
from workspaces.models import Workspace
from workspaces.rules import name_key


@dataclass(frozen=True)
class MissingProduct:
    """A product that the catalog cannot price, with what it blocks; `seen` is its id as files write it."""

    text: str
    lack: Lack
    rows: int
    quantity: Decimal
    seen: int | None
    measure: Measure = Measure.REVENUE


@dataclass(frozen=True)
class UnmatchedOwner:
    """A name that is no member's, and how many rows bear it."""

    text: str
    rows: int
    seen: int | None


def missing_products(workspace: Workspace, told: Iterable[dict[str, Any]]) -> list[MissingProduct]:
    """Those that a check told of, the most rows first; in one query."""
    found = list(told)
    keys = {product_key(each["text"]) for each in found}
    ids = dict(SeenProduct.objects.filter(workspace=workspace, key__in=keys).values_list("key", "pk"))
    return [
        MissingProduct(
            each["text"],
            Lack(each["lack"]),
            each["rows"],
            Decimal(each["quantity"]),
            ids.get(product_key(each["text"])),
        )
        for each in found
    ]


def unmatched_owners(workspace: Workspace, told: Iterable[dict[str, Any]]) -> list[UnmatchedOwner]:
    """Those that a check told of; in one query. Who has been confirmed meanwhile is left out."""
    found = list(told)
    keys = {name_key(each["text"]) for each in found}
    rows = SeenOwner.objects.filter(workspace=workspace, key__in=keys).values_list("key", "pk", "member")
    known = {key: (pk, member) for key, pk, member in rows}
    owners = []
    for each in found:
        pk, member = known.get(name_key(each["text"]), (None, None))
        if member is None:
            owners.append(UnmatchedOwner(each["text"], each["rows"], pk))
    return owners
