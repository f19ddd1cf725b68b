"""Two at once: what figures are made of moves before or after one is saved, never in between."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from contributions.models import ClosedPeriod, Contribution
from contributions.services import figures, periods
from contributions.services.periods import close_quarter
from fx.rules import OwnRate
from fx.services.own import add_own_rate
from kamtrak.lib.errors import Refused
from kamtrak.tenancy import in_workspace
from tests.cast import NOW, Cast
from tests.contributions.builders import Q3, log, publish
from tests.turns import two_at_once
from workspaces.models import Alert, Workspace
from workspaces.services.settings import Settings, change_settings

pytestmark = pytest.mark.django_db(transaction=True)


def meanwhile(
    cast: Cast,
    monkeypatch: pytest.MonkeyPatch,
    first: Callable[[], Any],
    then: Callable[[], Any],
    halt: tuple[Any, str],
) -> None:
    """Both inside the workspace, each in one transaction."""

    def inside(step: Callable[[], Any]) -> Callable[[], Any]:
        return in_workspace(cast.acme.pk)(step)

    two_at_once(monkeypatch, inside(first), inside(then), halt)


def change_currency(cast: Cast, currency: str) -> None:
    workspace = Workspace.objects.get(pk=cast.acme.pk)
    before = Settings.of(workspace)
    change_settings(
        workspace=workspace,
        by=cast.olive,
        wanted=replace(before, currency=currency),
        reason="moved",
        seen=before.stamp,
        now=NOW,
    )


def test_a_figure_saved_while_the_currency_changes_is_in_the_new_one(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish()
    meanwhile(
        cast,
        monkeypatch,
        first=lambda: log(cast, "115", "USD"),
        then=lambda: change_currency(cast, "EUR"),
        halt=(figures, "derive"),
    )
    with in_workspace(cast.acme.pk):
        assert Contribution.objects.get().converted == Decimal("100.00")  # at 1.1500, never 115.00 EUR


def test_a_rate_that_arrives_while_a_figure_is_saved_is_not_missed_by_it(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with in_workspace(cast.acme.pk):
        cast.acme.currencies = [*cast.acme.currencies, "KRW"]
        cast.acme.save()
    rate = OwnRate("KRW", "USD", date(2026, 9, 1), Decimal("0.0007"))
    meanwhile(
        cast,
        monkeypatch,
        first=lambda: log(cast, "1000", "KRW"),
        then=lambda: add_own_rate(workspace=cast.acme, by=cast.ada, rate=rate, reason="bank", now=NOW),
        halt=(figures, "derive"),
    )
    with in_workspace(cast.acme.pk):
        assert Contribution.objects.get().converted == Decimal("0.70")
        assert [alert.state for alert in Alert.objects.all()] == ["resolved"]


def test_a_quarter_is_closed_in_the_currency_that_the_workspace_then_has(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish()
    with in_workspace(cast.acme.pk):
        log(cast, "100", "EUR")

    def change_or_be_refused() -> None:
        with pytest.raises(Refused, match="The currency stays USD: 1 closed quarter"):
            change_currency(cast, "GBP")

    meanwhile(
        cast,
        monkeypatch,
        first=lambda: close_quarter(
            workspace=Workspace.objects.get(pk=cast.acme.pk), quarter=Q3, by=cast.mia, reason="end", now=NOW
        ),
        then=change_or_be_refused,
        halt=(periods, "open_items"),
    )
    with in_workspace(cast.acme.pk):
        close = ClosedPeriod.objects.get()
        assert (close.currency, Workspace.objects.get(pk=cast.acme.pk).currency) == ("USD", "USD")
        assert [row.converted for row in close.rows.all()] == [Decimal("115.00")]
