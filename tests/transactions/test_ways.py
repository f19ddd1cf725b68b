"""How rows are read: decided by a workspace, with a reason, followed by its rows (rules 5.7 to 5.9)."""

from typing import Any

import pytest

from kamtrak.lib.errors import Refused, Stale
from kamtrak.tenancy import in_workspace
from tests.cast import NOW, Cast
from tests.transactions.builders import make_item, worth
from transactions.models import TransactionWays
from transactions.queries.books import Ways, ways_of
from transactions.queries.ways import catalog_lacks
from transactions.rules import Measure
from transactions.services.ways import change_ways, stamp_of
from workspaces.queries.history import history_of

pytestmark = pytest.mark.django_db
URL = "/w/acme/transaction-settings/"


@pytest.fixture(autouse=True)
def followed(at_noon: None, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """How often rows were told."""
    told: list[Any] = []
    monkeypatch.setattr(
        "transactions.services.ways.ways_changed", lambda **said: told.append(said["workspace"])
    )
    return told


def change(cast: Cast, wanted: Ways, **said: Any) -> bool:
    return change_ways(
        workspace=cast.acme,
        by=said.get("by", cast.ada),
        wanted=wanted,
        reason=said.get("reason", "Books are net"),
        seen=said.get("seen", stamp_of(ways_of(cast.acme))),
        now=NOW,
    )


def test_without_a_decision_the_defaults_hold(inside: Cast) -> None:
    assert ways_of(inside.acme) == Ways({}, removes_tax=False, measures_profit=False)


def test_a_change_is_saved_once_told_to_the_rows_and_in_the_history(
    inside: Cast, followed: list[Any]
) -> None:
    wanted = Ways({"$": "CAD", "kr": "SEK", "£": ""}, removes_tax=True)
    assert change(inside, wanted)
    assert not change(inside, wanted)
    assert followed == [inside.acme]
    row = TransactionWays.objects.get()
    assert (row.symbols, row.removes_tax, row.measures_profit) == ({"$": "CAD", "kr": "SEK"}, True, False)
    (entry,) = history_of(row)
    assert entry.reason == "Books are net"
    assert ("Signs", "$ is CAD, kr is SEK") in [(change.label, change.after) for change in entry.changes]


def test_a_sign_means_only_what_it_is_written_for(inside: Cast) -> None:
    for sign, code in (("$", "SEK"), ("€", "EUR"), ("?", "USD")):
        with pytest.raises(Refused, match="is not written for"):
            change(inside, Ways({sign: code}))


def test_what_was_changed_meanwhile_is_told_and_nothing_is_written(inside: Cast) -> None:
    shown = stamp_of(ways_of(inside.acme))
    change(inside, Ways(measures_profit=True), by=inside.olive)
    with pytest.raises(Stale):
        change(inside, Ways(removes_tax=True), seen=shown)
    assert not ways_of(inside.acme).removes_tax


def test_nothing_changes_without_a_reason_or_the_right(inside: Cast) -> None:
    with pytest.raises(Refused, match="Say why"):
        change(inside, Ways(removes_tax=True), reason="")
    with pytest.raises(Refused, match="Only an owner or administrator"):
        change(inside, Ways(removes_tax=True), by=inside.alex)


def test_what_the_catalog_lacks_for_taxes_and_profit_is_counted(inside: Cast) -> None:
    make_item(inside.ada, "A", [worth(Measure.REVENUE, "10")])
    make_item(inside.ada, "B", [worth(Measure.TAX_PERCENT, "0"), worth(Measure.PROFIT_PERCENT, "40")])
    lacks = catalog_lacks(inside.acme)
    assert (lacks.entries, lacks.without_tax, lacks.without_profit) == (2, 1, 1)


def test_the_page_says_what_holds_without_a_choice_and_saves_one(cast: Cast) -> None:
    browser = cast.browser("ada")
    page = browser.get(URL).content.decode()
    assert "“kr” means" in page
    assert "Left open" in page
    assert "USD, as usual" in page
    seen = page.split('name="seen" value="')[1].split('"')[0]
    place = page.split("“kr” means")[0].rsplit('for="id_', 1)[1].split('"')[0]
    sent = {
        "seen": seen,
        "removes_tax": "yes",
        "measures_profit": "no",
        place: "SEK",
        "reason": "Nordic files",
    }
    refused = browser.post(URL, sent | {"reason": ""})
    assert refused.status_code == 422
    assert '<option value="SEK" selected>' in refused.content.decode()
    assert browser.post(URL, sent).status_code == 302
    overtaken = browser.post(URL, sent | {"removes_tax": "no"})
    assert overtaken.status_code == 422
    assert "changed meanwhile" in overtaken.content.decode()
    with in_workspace(cast.acme.pk):
        assert ways_of(cast.acme) == Ways({"kr": "SEK"}, removes_tax=True)
