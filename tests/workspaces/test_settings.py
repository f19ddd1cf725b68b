"""Settings: what may move, what is held, and who follows (rules 2.1, 6.9)."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from kamtrak.lib.errors import Refused, Stale
from tests.cast import NOW, Cast
from workspaces.models import Workspace
from workspaces.queries.history import history_of
from workspaces.services import settings as service
from workspaces.services.settings import Held, Settings, change_settings


@pytest.fixture(autouse=True)
def registries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what a test registers itself holds and follows."""
    for name in ("_holders", "_currency_followers", "_rates_followers"):
        monkeypatch.setattr(service, name, [])


def change(cast: Cast, by: str = "ada", reason: str = "Because", **wanted: Any) -> Workspace:
    workspace = Workspace.objects.get(pk=cast.acme.pk)
    before = Settings.of(workspace)
    return change_settings(
        workspace=workspace,
        by=getattr(cast, by),
        wanted=replace(before, **wanted),
        reason=reason,
        seen=before.stamp,
        now=NOW,
    )


def without(codes: list[str], code: str) -> list[str]:
    return [each for each in codes if each != code]


def hold(**held: list[str]) -> None:
    service.register_holder(lambda workspace, what: held.get(what.value, []))


@pytest.mark.parametrize("start", [1, 4, 7, 10])
def test_a_start_moved_by_three_months_is_never_refused(inside: Cast, start: int) -> None:
    hold(fiscal_year_start=["14 contributions", "2 closed quarters"])
    assert change(inside, fiscal_year_start=start).fiscal_year_start == start


@pytest.mark.parametrize("start", [2, 3, 5, 6, 8, 9, 11, 12])
def test_any_other_move_is_refused_once_contributions_exist(inside: Cast, start: int) -> None:
    hold(fiscal_year_start=["14 contributions", "2 closed quarters"])
    with pytest.raises(
        Refused, match="14 contributions and 2 closed quarters stand in the quarters"
    ) as refusal:
        change(inside, fiscal_year_start=start)
    assert refusal.value.field == "fiscal_year_start"


def test_any_move_is_fine_while_nothing_holds_the_quarters(inside: Cast) -> None:
    assert change(inside, fiscal_year_start=2).fiscal_year_start == 2


def test_the_currency_is_refused_while_held_and_says_by_what(inside: Cast) -> None:
    hold(currency=["1 closed quarter"])
    with pytest.raises(Refused, match="stays USD: 1 closed quarter stands in it") as refusal:
        change(inside, currency="EUR")
    assert refusal.value.field == "currency"
    assert Workspace.objects.get(pk=inside.acme.pk).currency == "USD"


def test_a_held_currency_does_not_hold_the_rest(inside: Cast) -> None:
    hold(currency=["1 closed quarter"])
    assert change(inside, name="Acme International").name == "Acme International"


def test_whoever_follows_the_currency_is_called_after_it_has_changed(inside: Cast) -> None:
    heard: list[tuple[str, datetime]] = []
    service.register_currency_follower(lambda workspace, now: heard.append((workspace.currency, now)))
    change(inside, name="Acme 2")
    assert heard == []
    changed = change(inside, currency="CHF")
    assert heard == [("CHF", NOW)]
    assert changed.currencies[-1] == "CHF"


def test_whoever_follows_rates_is_called_after_mode_or_limit_has_changed(inside: Cast) -> None:
    heard: list[str] = []
    service.register_rates_follower(lambda workspace, **_: heard.append(workspace.rate_mode))
    change(inside, rate_limit_days=3)
    change(inside, rate_mode="manual")
    assert heard == ["semi_automatic", "manual"]


def test_any_currency_of_the_world_can_be_enabled_and_the_own_one_always_is(inside: Cast) -> None:
    assert change(inside, currencies=("KWD", "TND")).currencies == ["USD", "KWD", "TND"]


def test_enabled_currencies_keep_their_order_and_new_ones_follow(inside: Cast) -> None:
    first = change(inside, currencies=("USD", "JPY", "EUR")).currencies
    assert change(inside, currencies=("AUD", "EUR", "JPY", "USD")).currencies == [*first, "AUD"]
    assert change(inside, currencies=("AUD", "EUR", "USD")).currencies == [*without(first, "JPY"), "AUD"]


def test_the_same_currencies_in_another_order_are_no_change(inside: Cast) -> None:
    shuffled = tuple(sorted(inside.acme.currencies))
    assert shuffled != tuple(inside.acme.currencies)
    before = len(history_of(inside.acme))
    assert change(inside, currencies=shuffled).currencies == inside.acme.currencies
    assert len(history_of(inside.acme)) == before


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 300}, "name"),
        ({"currency": "XXQ"}, "currency"),
        ({"currencies": ("EUR", "abc")}, "currencies"),
        ({"fiscal_year_start": 13}, "fiscal_year_start"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"rate_mode": "guess"}, "rate_mode"),
        ({"rate_limit_days": 400}, "rate_limit_days"),
    ],
)
def test_settings_that_no_workspace_could_have_are_refused_at_their_field(
    inside: Cast, wanted: dict[str, Any], field: str
) -> None:
    with pytest.raises(Refused) as refusal:
        change(inside, **wanted)
    assert refusal.value.field == field


def test_a_change_needs_a_reason_and_the_right(inside: Cast) -> None:
    with pytest.raises(Refused, match="Say why"):
        change(inside, reason=" ", name="Acme 2")
    for name in ("mia", "alex", "audrey"):
        with pytest.raises(Refused, match="Only an owner or administrator"):
            change(inside, by=name, name="Acme 2")


def test_settings_changed_meanwhile_are_not_overwritten(inside: Cast) -> None:
    before = Settings.of(inside.acme)
    change(inside, name="Acme 2")
    with pytest.raises(Stale, match="changed meanwhile"):
        change_settings(
            workspace=inside.acme,
            by=inside.olive,
            wanted=replace(before, time_zone="Europe/Berlin"),
            reason="Moved",
            seen=before.stamp,
            now=NOW,
        )


def test_what_holds_is_asked_for_what_would_move(inside: Cast) -> None:
    asked: list[Held] = []

    def listen(workspace: Workspace, what: Held) -> list[str]:
        asked.append(what)
        return []

    service.register_holder(listen)
    change(inside, name="Acme 2")
    change(inside, fiscal_year_start=4)
    assert asked == []
    change(inside, currency="EUR", fiscal_year_start=6)
    assert asked == [Held.CURRENCY, Held.FISCAL_YEAR_START]
