"""What is written together equals what the services write one by one."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.apps import apps

from contributions.models import Achievement, AchievementLink, ClosedRow, Contribution
from contributions.services.achievements import add_achievement, link_achievements, share_achievement
from contributions.services.contributions import log_contribution
from kamtrak.demo import loader
from kamtrak.demo.history import make_plan
from kamtrak.demo.houses import LARKFIELD, House
from kamtrak.demo.loader import load_house
from kamtrak.demo.plan import Edited, Logged, Plan, Voided
from kamtrak.demo.together import NewRow, NewStory
from kamtrak.history import because
from kamtrak.tenancy import in_workspace
from tests.demo.builders import NOW, publish
from workspaces.models import Alert, Workspace

pytestmark = pytest.mark.django_db
HISTORY = apps.get_model("contributions", "ContributionEvent")


def log_one_by_one(*, workspace: Workspace, rows: Sequence[NewRow], client_of: Any) -> list[Contribution]:
    made = []
    for row in rows:
        with because(user=row.owner.user_id):
            made.append(
                log_contribution(
                    workspace=workspace, owner=row.owner, entry=row.entry, now=row.now, reason=row.reason
                )
            )
    return made


def tell_one_by_one(*, workspace: Workspace, stories: Sequence[NewStory]) -> None:
    for told in stories:
        with because(user=told.owner.user_id):
            achievement = add_achievement(
                workspace=workspace, owner=told.owner, story=told.story, now=told.now
            )
            if told.shared:
                share_achievement(achievement=achievement, by=told.owner, shared=True, now=told.now)
            link_achievements(achievements=[achievement], contributions=told.rows, by=told.owner)


def sample(house: House, today: date) -> Plan:
    """Every event of the first year and of the last one, so that closes, edits, the merge, the own rate, the
    unknown amount and provisional figures are among them."""
    plan, left_out = make_plan(LARKFIELD, today), (date(2024, 12, 31), date(2025, 12, 15))
    keys = {
        event.key
        for event in plan.events
        if isinstance(event, Logged) and not left_out[0] < event.at.date() < left_out[1]
    }
    single = Logged | Edited | Voided
    return replace(
        plan,
        events=tuple(event for event in plan.events if not isinstance(event, single) or event.key in keys),
        stories=tuple(told for told in plan.stories if keys.issuperset(told.keys)),
        evidence=(),
    )


def rows_of(model: Any, *names: str) -> list[tuple[Any, ...]]:
    return sorted(model.objects.values_list(*names), key=repr)


def everything(slug: str) -> dict[str, Any]:
    """All columns but the numbers of rows; what a number points at stands in its place."""
    own = {"id", "workspace", "client", "owner", "created_by", "period", "contribution_id"}
    own |= {"owner_id", "client_id"}

    def columns(model: Any, *more: str) -> list[str]:
        return [f.attname for f in model._meta.fields if not {f.name, f.attname} & own] + list(more)

    with in_workspace(Workspace.objects.get(slug=slug).pk):
        people = ("client__name", "owner__user__email", "created_by__email")
        told = ("achievement__title", "contribution__description", "contribution__created_at")
        return {
            "contributions": rows_of(Contribution, *columns(Contribution, *people)),
            "closed": rows_of(ClosedRow, *columns(ClosedRow, "period__closed_at")),
            "alerts": rows_of(Alert, *columns(Alert)),
            "achievements": rows_of(Achievement, *columns(Achievement, "owner__user__email")),
            "links": rows_of(AchievementLink, *told),
            "history": rows_of(HISTORY, "pgh_label", "pgh_context", "description", "version", "converted"),
        }


def test_loading_together_equals_loading_one_by_one(monkeypatch):
    publish()
    monkeypatch.setattr(loader, "make_plan", sample)
    load_house(replace(LARKFIELD, slug="together"), NOW)
    monkeypatch.setattr(loader, "log_together", log_one_by_one)
    monkeypatch.setattr(loader, "tell_together", tell_one_by_one)
    load_house(replace(LARKFIELD, slug="one-by-one"), NOW)
    fast, slow = everything("together"), everything("one-by-one")
    assert len(fast["contributions"]) > 100
    assert len(fast["alerts"]) == 1
    for what, rows in slow.items():
        assert fast[what] == rows, what
