"""Formulas as they are listed, found and offered (rules 4.4)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404

from contracts.models import Contract, Formula
from workspaces.models import Workspace
from workspaces.rules import name_key

PAGE = 50


@dataclass(frozen=True)
class FormulaPage:
    """Formulas by name, each with `uses`, on how many contracts its rules were copied; `after` leads on."""

    formulas: Sequence[Formula]
    total: int
    after: str


def formula_page(workspace: Workspace, *, text: str, archived: bool, after: str) -> FormulaPage:
    """Formulas whose name contains the text; those that are offered, or those that are archived."""
    found = Formula.objects.filter(workspace=workspace, archived_at__isnull=not archived)
    if text:
        found = found.filter(key__contains=name_key(text))
    key, _, pk = after.replace("\0", "").rpartition("/")
    rows = found.filter(Q(key__gt=key) | Q(key=key, pk__gt=pk)) if pk.isdecimal() else found
    page = list(rows.annotate(uses=_uses()).order_by("key", "pk")[: PAGE + 1])
    last = page[PAGE - 1] if len(page) > PAGE else None
    return FormulaPage(page[:PAGE], found.count(), f"{last.key}/{last.pk}" if last else "")


def _uses() -> Coalesce:
    living = Contract.objects.filter(formula=OuterRef("pk"), voided_at=None).order_by()
    counted = living.values("formula").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def get_formula(workspace: Workspace, pk: int) -> Formula:
    return get_object_or_404(Formula.objects.select_related("workspace"), workspace=workspace, pk=pk)


def offered_formulas(workspace: Workspace, currency: str) -> QuerySet[Formula]:
    """Those that fit a contract in this currency, by name: in its currency, or percentages alone."""
    return Formula.objects.filter(
        workspace=workspace, archived_at=None, currency__in=("", currency)
    ).order_by("key")


def any_formula(workspace: Workspace) -> bool:
    """Whether a formula is offered at all."""
    return Formula.objects.filter(workspace=workspace, archived_at=None).exists()
