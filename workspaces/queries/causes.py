"""What an alert blocks and whose rows have its cause, told by its key: each domain registers its own keys.

What keeps revenue unknown comes first, what keeps profit alone unknown last (rules 5.11).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, CharField, IntegerField, Q, QuerySet, TextChoices, Value, When

from workspaces.models import Workspace


class Kind(TextChoices):
    """What a cause is about; the order is the order of the inbox."""

    REVENUE = "revenue", "Revenue"
    TAX = "tax", "Tax"
    RATE = "rate", "Exchange rates"
    OWNER = "owner", "Owners"
    CHANGE = "change", "Changed prices and rates"
    OTHER = "other", "Anything else"
    PROFIT = "profit", "Profit"


# Without these a revenue is not known.
OF_REVENUE = (Kind.REVENUE, Kind.TAX, Kind.RATE)
# Of the people whose rows are read (memberships): questions for the keys of the causes that their rows have.
OwnKeys = Callable[[Workspace, Sequence[int]], Iterable[QuerySet[Any, Any]]]


@dataclass(frozen=True)
class Causes:
    """Alerts of one kind: those whose key matches this regular expression."""

    kind: Kind
    keys: str


@dataclass(frozen=True)
class OfRows:
    """Causes that only some people's rows have: those of a key that begins so."""

    prefixes: tuple[str, ...]
    own_keys: OwnKeys


_causes: list[Causes] = []
_of_rows: list[OfRows] = []


def register_causes(*causes: Causes) -> None:
    """Have these alerts shown under their kinds."""
    _causes.extend(causes)


def register_rows(of_rows: OfRows) -> None:
    """Have these alerts kept from people none of whose rows has the cause."""
    _of_rows.append(of_rows)


def kind_of() -> Case:
    """The kind of an alert, in the database."""
    known = [When(key__regex=each.keys, then=Value(each.kind.value)) for each in _causes]
    return Case(*known, default=Value(Kind.OTHER.value), output_field=CharField())


def blocks_of() -> Case:
    """What an alert blocks, in the database: revenue 0, anything else 1, profit alone 2."""
    known = [When(key__regex=each.keys, then=Value(_rank(each.kind))) for each in _causes]
    return Case(*known, default=Value(_rank(Kind.OTHER)), output_field=IntegerField())


def _rank(kind: Kind) -> int:
    return 0 if kind in OF_REVENUE else 2 if kind is Kind.PROFIT else 1


def of_rows_alone() -> Q:
    """The alerts whose cause is in some people's rows only."""
    condition = Q(pk__in=[])
    for each in _of_rows:
        for prefix in each.prefixes:
            condition |= Q(key__startswith=prefix)
    return condition


def is_of_rows(key: str) -> bool:
    """Whether this is the key of such an alert."""
    return key.startswith(tuple(prefix for each in _of_rows for prefix in each.prefixes))


def of_own_rows(workspace: Workspace, owners: Iterable[int]) -> Q:
    """Those of them whose cause lies in rows of these people; a part of the question for the alerts."""
    people, condition = sorted(owners), Q(pk__in=[])
    for each in _of_rows:
        for keys in each.own_keys(workspace, people):
            condition |= Q(key__in=keys)
    return condition
