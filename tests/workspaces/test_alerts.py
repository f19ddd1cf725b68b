"""One alert per cause, and what a person does with it (rules 5.11)."""

from datetime import timedelta

import pytest

from kamtrak.lib.errors import Refused
from tests.cast import NOW, Cast, make_alert
from workspaces.models import Alert, Severity
from workspaces.queries.alerts import live_alerts
from workspaces.queries.people import scope_of
from workspaces.services.alerts import (
    Cause,
    assign_alert,
    dismiss_alert,
    raise_alert,
    resolve_alerts,
    review_alert,
)

KRW = Cause(key="rate-missing:KRW", severity=Severity.ERROR, title="Exchange rate missing: KRW", rows=9)


def test_a_cause_that_is_raised_again_refreshes_its_alert(inside: Cast) -> None:
    first = make_alert(inside.acme, rows=9)
    again = make_alert(inside.acme, rows=11)
    assert first.pk == again.pk
    assert Alert.objects.get().rows == 11


def test_a_dismissed_cause_disturbs_again_only_when_it_has_grown(inside: Cast) -> None:
    alert = raise_alert(workspace=inside.acme, cause=KRW, now=NOW)
    assert alert
    dismiss_alert(alert=alert, by=inside.ada, now=NOW)
    assert raise_alert(workspace=inside.acme, cause=KRW, now=NOW + timedelta(days=1)) is None
    grown = Cause(**{**KRW.__dict__, "rows": 10})
    assert raise_alert(workspace=inside.acme, cause=grown, now=NOW + timedelta(days=2)) is not None
    assert Alert.objects.count() == 2


def test_a_cause_that_is_gone_resolves_itself(inside: Cast) -> None:
    make_alert(inside.acme, key="rate-missing:KRW")
    make_alert(inside.acme, key="rate-missing:RUB")
    resolve_alerts(workspace=inside.acme, prefix="rate-missing:", keep={"rate-missing:RUB"}, now=NOW)
    live = live_alerts(inside.acme, scope_of(inside.olive))
    assert [alert.key for alert in live] == ["rate-missing:RUB"]


def test_a_reviewed_alert_stays_in_the_inbox(inside: Cast) -> None:
    alert = make_alert(inside.acme)
    review_alert(alert=alert, by=inside.ada)
    assert live_alerts(inside.acme, scope_of(inside.ada)).get().state == "reviewed"


def test_the_largest_effect_comes_first(inside: Cast) -> None:
    for key, rows in (("a:1", 1), ("a:2", 38), ("a:3", 9)):
        make_alert(inside.acme, key=key, rows=rows)
    assert [alert.rows for alert in live_alerts(inside.acme, scope_of(inside.ada))] == [38, 9, 1]


def test_an_alert_about_a_colleagues_rows_is_seen_by_those_who_read_them(inside: Cast) -> None:
    make_alert(inside.acme, about=inside.alex)
    seen = [n for n in ("olive", "ada", "mia", "alex", "amir", "audrey") if _sees(inside, n)]
    assert seen == ["olive", "ada", "mia", "alex", "audrey"]


def _sees(cast: Cast, name: str) -> bool:
    return live_alerts(cast.acme, scope_of(getattr(cast, name))).exists()


def test_an_auditor_changes_nothing_and_an_account_manager_only_what_is_theirs(inside: Cast) -> None:
    alert = make_alert(inside.acme)
    for name in ("audrey", "alex", "mia"):
        with pytest.raises(Refused, match="not yours to settle"):
            review_alert(alert=alert, by=getattr(inside, name))
    assign_alert(alert=alert, to=inside.alex, by=inside.ada)
    alert.refresh_from_db()
    review_alert(alert=alert, by=inside.alex)


def test_an_alert_is_assigned_to_members_only(inside: Cast) -> None:
    alert = make_alert(inside.acme)
    with pytest.raises(Refused, match="member of this workspace"):
        assign_alert(alert=alert, to=inside.sam, by=inside.ada)


def test_what_is_closed_is_settled_by_nobody(inside: Cast) -> None:
    alert = make_alert(inside.acme)
    dismiss_alert(alert=alert, by=inside.ada, now=NOW)
    with pytest.raises(Refused, match="no longer open"):
        dismiss_alert(alert=alert, by=inside.ada, now=NOW)
