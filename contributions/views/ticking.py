"""Searching, ticking and linking: one page and dialog for all that stands behind something else."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from contributions.forms.achievements import read_picks
from contributions.models import Contribution
from contributions.queries.achievements import PICKS
from kamtrak.lib.errors import Refused
from kamtrak.web import go, is_dialog, render_page
from workspaces.models import Workspace

COUNTED = 1000  # of what is found: beyond, it is only said that there are more


@dataclass(frozen=True)
class Pick:
    """One thing that can be ticked: `type` is the revenue type of a contribution, else ""."""

    pk: int
    title: str
    detail: str
    type: str = ""
    amount: Decimal | None = None
    currency: str = ""


@dataclass(frozen=True)
class Choice:
    """What can be linked (`find` searches, `show` writes what was found), what linking does, and the words
    around it. `every` is all that can be linked, where a search without a text finds less."""

    find: Callable[[str], QuerySet[Any]]
    show: Callable[[list[Any]], list[Pick]]
    link: Callable[[list[Any]], int]
    back: str
    noun: str
    words: dict[str, Any]
    every: Callable[[], QuerySet[Any]] | None = None

    def known(self, pks: list[int]) -> list[Any]:
        """Of these, those that can be linked."""
        every = self.find("") if self.every is None else self.every()
        return list(every.filter(pk__in=pks)) if pks else []


def choose(request: HttpRequest, choice: Choice) -> HttpResponse:
    """Search is a button of the same form, so that what is ticked survives it also without JavaScript."""
    params = request.POST if request.method == "POST" else request.GET
    text, ticked = read_picks(params)
    problem = ""
    if request.method == "POST" and "search" not in params:
        try:
            picked = choice.known(ticked)
            choice.link(picked)
        except Refused as refusal:
            problem = refusal.message
        else:
            if picked:
                many = "" if len(picked) == 1 else "s"
                messages.success(request, f"{len(picked)} {choice.noun}{many} linked.")
                return go(request, choice.back)
            problem = "Tick what is to be linked."
    context = {**choice.words, "back": choice.back, "text": text, "ticked": ticked, "problem": problem}
    context |= _offered(choice, text, ticked)
    part, dialog = "contributions/_link.html", is_dialog(request)
    if request.headers.get("HX-Target") == "picks":
        part, dialog = "contributions/_picks.html", True
    status = 422 if problem and not dialog else 200
    return render_page(request, "contributions/link.html", context, part if dialog else None, status=status)


def _offered(choice: Choice, text: str, ticked: list[int]) -> dict[str, Any]:
    """What is ticked first, then the first of what matches."""
    kept = choice.known(ticked)
    others = choice.find(text).exclude(pk__in=ticked)
    offered = kept + list(others[: max(0, PICKS - len(kept))])
    total = len(offered) if len(offered) < PICKS else len(kept) + others[: COUNTED + 1].count()
    shown = {"total": min(total, COUNTED), "uncounted": total > COUNTED}
    return {"offered": choice.show(offered), **shown}


def shown_contribution(workspace: Workspace, row: Contribution) -> Pick:
    said = [row.kind.label, workspace.calendar.label(row.quarter), row.description]
    client = row.client.survivor or row.client
    return Pick(row.pk, client.name, joined(said), row.type, row.credited, row.currency)


def joined(parts: Iterable[str]) -> str:
    return " · ".join(part for part in parts if part)
