"""Alerts about rows are seen by those whose rows have the cause (rules 5.11, 8.2)."""

import re
from typing import Any

import pytest

from kamtrak.tenancy import in_workspace
from tests.cast import NOW, Cast
from tests.transactions.rows import make_import, make_row
from transactions.services.alerts import refresh_alerts

pytestmark = pytest.mark.django_db


def _missing(cast: Cast, **product_of: Any) -> None:
    """Products that are not in the catalog, each sold by one person; nobody sells "Stray"."""
    for who, product in product_of.items():
        make_row(make_import(cast.ada, owner=getattr(cast, who)), product=product, quantity="2")
    make_row(make_import(cast.ada), product="Stray", quantity="2")
    with in_workspace(cast.acme.pk):
        refresh_alerts(workspace=cast.acme, now=NOW)


def _seen(cast: Cast, who: str) -> set[str]:
    page = cast.browser(who).get("/w/acme/alerts/").content.decode().split("<main", 1)[1]
    return set(re.findall(r"“(\w+)” is not in the catalog", page))


def test_an_account_manager_is_shown_the_causes_of_their_own_rows_alone(cast: Cast) -> None:
    _missing(cast, alex="Lamp", amir="Chair")
    seen = {who: _seen(cast, who) for who in ("ada", "audrey", "mia", "alex", "amir")}
    everything = {"Lamp", "Chair", "Stray"}
    assert seen == {
        "ada": everything,
        "audrey": everything,
        "mia": {"Lamp"},  # alex is in her team
        "alex": {"Lamp"},
        "amir": {"Chair"},
    }


def test_what_an_account_manager_cannot_repair_is_not_counted_as_waiting_for_them(cast: Cast) -> None:
    _missing(cast, alex="Lamp")
    page = cast.browser("alex").get("/w/acme/alerts/").content.decode()
    assert "Ask an administrator." in page
    assert "k-n-bad" not in page
    assert "2 rows" not in page
    counted = cast.browser("ada").get("/w/acme/alerts/").content.decode()
    assert re.search(r'k-n-bad">2<', counted)
