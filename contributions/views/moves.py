"""Settled figures that a changed rate would move: before and after, and one decision (rules 5.12)."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from contributions.rules import RevenueType
from contributions.services.figures import Move, accept_moves, decline_moves, moves
from kamtrak.reasons import ReasonForm
from kamtrak.web import go, moment, put_into, render_page
from workspaces.access import workspace_view
from workspaces.models import Membership, Workspace
from workspaces.rules import Right

SHOWN = 200
ZERO = Decimal(0)


class DecisionForm(ReasonForm):
    """A reason, and the name of exactly those moves that were looked at."""

    seen = forms.CharField(widget=forms.HiddenInput)


@dataclass(frozen=True)
class Effect:
    """What accepting does to one type: figures of now and after, in the workspace currency."""

    type: RevenueType
    rows: int
    before: Decimal
    after: Decimal
    unknown: int  # rows that would become unknown

    @property
    def difference(self) -> Decimal:
        return self.after - self.before


@workspace_view(Right.MASTERS)
def rates_moves(request: HttpRequest, workspace: Workspace, member: Membership) -> HttpResponse:
    """What would move, and the decision: accept moves all of it, decline keeps all as it is."""
    now = moment(request)
    waiting = moves(workspace=workspace, now=now)
    form = DecisionForm(request.POST if request.method == "POST" else None, initial={"seen": stamp(waiting)})
    if form.is_bound and form.is_valid():
        if form.cleaned_data["seen"] != stamp(waiting):
            form.add_error(
                None, "The rates have changed meanwhile. Look at what would move now, then decide."
            )
            put_into(form, seen=stamp(waiting))
        else:
            messages.success(request, _decided(request, workspace, form.cleaned_data["reason"]))
            return go(request, reverse("rates", args=[workspace.slug]))
    largest = sorted(waiting, key=lambda move: (-abs(move.difference), move.contribution.pk))
    context = {
        "form": form,
        "moves": largest[:SHOWN],
        "total": len(waiting),
        "effects": effects(waiting),
    }
    return render_page(request, "contributions/moves.html", context, status=422 if form.errors else 200)


def _decided(request: HttpRequest, workspace: Workspace, reason: str) -> str:
    now = moment(request)
    if "accept" in request.POST:
        moved = accept_moves(workspace=workspace, reason=reason, now=now)
        return f"{moved:,} {'figure' if moved == 1 else 'figures'} moved to the rates on record."
    kept = decline_moves(workspace=workspace, reason=reason, now=now)
    return "1 figure stays as it was." if kept == 1 else f"{kept:,} figures stay as they were."


def effects(found: Sequence[Move]) -> list[Effect]:
    """One line per type that has something to move."""
    lines = []
    for kind in RevenueType:
        rows = [move for move in found if move.contribution.kind is kind]
        if rows:
            before = sum((move.contribution.converted or ZERO for move in rows), ZERO)
            after = sum((move.figure.converted or ZERO for move in rows), ZERO)
            unknown = sum(move.figure.converted is None for move in rows)
            lines.append(Effect(kind, len(rows), before, after, unknown))
    return lines


def stamp(found: Sequence[Move]) -> str:
    """Names exactly these moves."""
    named = [(move.contribution.pk, f"{move.rate.normalize():f}") for move in found]
    return hashlib.sha256(repr(named).encode()).hexdigest()[:32]
