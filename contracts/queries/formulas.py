"""Formulas as they are listed, found and offered (rules 4.4)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, F, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404

from contracts.models import Contract, Formula
from kamtrak.keyset import Column, key_page, read_text
from workspaces.models import Workspace
from workspaces.rules import name_key


@dataclass(frozen=True)
class FormulaPage:
    """Formulas by name, each with `uses`, onto how many contracts its rules were copied, and the keys of the
    neighbouring pages."""

    formulas: Sequence[Formula]
    total: int
    after: str
    before: str


def formula_page(
    workspace: Workspace, *, text: str, archived: bool, after: str = "", before: str = ""
) -> FormulaPage:
    """Formulas whose name contains the text; those that are offered, or those that are archived."""
    found = Formula.objects.filter(workspace=workspace, archived_at__isnull=not archived)
    if text:
        found = found.filter(key__contains=name_key(text))
    page = key_page(found, [Column(F("key"), read_text)], after=after, before=before)
    rows = found.filter(pk__in=page.ids).annotate(uses=_uses()).in_bulk()
    return FormulaPage([rows[pk] for pk in page.ids], found.count(), page.after, page.before)


def _uses() -> Coalesce:
    counted = Contract.objects.filter(formula=OuterRef("pk")).order_by().values("formula")
    return Coalesce(Subquery(counted.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0)


def get_formula(workspace: Workspace, pk: int) -> Formula:
    return get_object_or_404(Formula.objects.select_related("workspace"), workspace=workspace, pk=pk)


def offered_formulas(workspace: Workspace, currency: str) -> QuerySet[Formula]:
    """Those that fit a contract in this currency, by name: in its currency, or percentages alone."""
    return Formula.objects.filter(
        workspace=workspace, archived_at=None, currency__in=("", currency)
    ).order_by("key")


def formulas_left_out(workspace: Workspace, currency: str) -> QuerySet[Formula]:
    """Those that would be offered, were the contract in another currency, by name."""
    fixed = Formula.objects.filter(workspace=workspace, archived_at=None)
    return fixed.exclude(currency__in=("", currency)).order_by("key")


def any_formula(workspace: Workspace) -> bool:
    """Whether a formula is offered at all."""
    return Formula.objects.filter(workspace=workspace, archived_at=None).exists()


def find_formula(workspace: Workspace, pk: int | None) -> Formula | None:
    return None if pk is None else Formula.objects.filter(workspace=workspace, pk=pk).first()
