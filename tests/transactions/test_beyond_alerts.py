"""More products wait for the catalog than are raised as alerts: pages say how many in all (rules 5.11)."""

import re

import pytest

from kamtrak.tenancy import in_workspace
from tests.cast import Cast
from tests.contributions.builders import publish
from tests.test_query_counts import MOST, _asked
from tests.transactions.bringing import bring
from tests.transactions.test_results import FIELDS, HEAD
from transactions.models import Import

pytestmark = pytest.mark.django_db
# Three products, of which five rows wait; the alert stands for A alone.
WAIT = HEAD + "".join(
    f"{number},2026-08-0{number},Nordhavn,,USD,{item},1\n" for number, item in enumerate("AAABC", 1)
)


@pytest.fixture(autouse=True)
def one_is_raised(at_noon: None, files_apart: None, monkeypatch: pytest.MonkeyPatch) -> None:
    publish()
    for module in ("services.alerts", "queries.missing", "views.results"):
        monkeypatch.setattr(f"transactions.{module}.MOST_RAISED", 1)


@pytest.fixture
def imported(cast: Cast) -> Import:
    with in_workspace(cast.acme.pk):
        return bring(cast.ada, WAIT, FIELDS)


def read(cast: Cast, url: str, who: str = "ada") -> str:
    return re.sub(r"\s+", " ", cast.browser(who).get(f"/w/acme/{url}").content.decode())


def test_the_catalog_says_how_many_products_and_rows_wait_in_all(cast: Cast, imported: Import) -> None:
    said = read(cast, "catalog/")
    assert "3 products miss a value" in said
    assert "5 rows have no revenue and are in no total" in said
    assert "1 value is missing" not in said
    assert len(_asked(cast.browser("ada"), "/w/acme/catalog/")) <= MOST


def test_whoever_reads_own_rows_alone_is_not_told_how_many_those_of_all_are(
    cast: Cast, imported: Import
) -> None:
    said = read(cast, "catalog/", "alex")
    assert "3 products miss a value" in said
    assert "5 rows have no revenue" not in said


def test_the_result_of_an_import_says_that_alerts_do_not_stand_for_all(cast: Cast, imported: Import) -> None:
    said = read(cast, f"imports/{imported.pk}/")
    assert "1 alert raised by this import" in said
    assert "Alerts stand for the 1 products that block most. In all 3 products miss a value" in said
    assert "and 5 rows wait." in said
    assert len(_asked(cast.browser("ada"), f"/w/acme/imports/{imported.pk}/")) <= MOST


def test_where_alerts_stand_for_all_products_nothing_is_said_of_others(cast: Cast) -> None:
    with in_workspace(cast.acme.pk):
        imported = bring(cast.ada, HEAD + "1,2026-08-03,Nordhavn,,USD,A,1\n", FIELDS)
    assert "1 value is missing" in read(cast, "catalog/")
    assert "In all" not in read(cast, f"imports/{imported.pk}/")
