"""Two who write contracts at once: neither waits for ever for the other, and the totals hold."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from contracts.models import Contract, MonthTotal
from contracts.queries.sums import SUMS, MonthSums, month_sums
from contracts.rules import ContractType
from contracts.services import confirming
from contracts.services.confirming import renew_everywhere
from contracts.services.files import keep_contracts_file, request_adding
from contracts.sources import adding
from kamtrak.tenancy import in_workspace
from tests.cast import NOW, Cast
from tests.contracts.builders import make_contract, make_terms
from tests.contributions.builders import publish
from tests.turns import two_at_once
from workspaces.services.jobs import claim

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("at_noon")]
HEADER = "number,name,client,owner,type,start,months,currency,confirmed on,from month,to month,revenue\n"
LONG = make_terms((1, 36, "70"), start=date(2026, 1, 1), period=36)  # January 2026 to December 2028


def totals_hold(cast: Cast) -> bool:
    with in_workspace(cast.acme.pk):
        kept = {
            (total.month, total.owner_id): MonthSums(*(getattr(total, name) for name in SUMS))
            for total in MonthTotal.objects.all()
        }
        return kept == month_sums(cast.acme)


def adding_file(cast: Cast, rows: str) -> Callable[[], Any]:
    """What a worker does with a file of these rows."""
    with in_workspace(cast.acme.pk):
        content = (HEADER + rows).encode()
        file = keep_contracts_file(workspace=cast.acme, by=cast.ada, name="a.csv", content=content, now=NOW)
        stamp = adding.check_of(file, NOW).stamp
        said: dict[str, Any] = {"stamp": stamp, "accepted": True, "reason": "CRM export"}
        job = request_adding(file=file, by=cast.ada, now=NOW, **said)
    run = claim(workspace_id=cast.acme.pk, job_id=job.pk, now=NOW)
    assert run is not None
    return lambda: adding.run_adding(run)


def test_a_file_of_contracts_and_a_person_who_adds_one_do_not_block_each_other(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file has 2028 first and then 2026; the person's contract has both."""
    row = "{},Platform,Nordhavn,alex@example.com,fixed,{}-01-01,12,USD,2026-01-01,1,12,100\n"
    two_at_once(
        monkeypatch,
        first=adding_file(cast, row.format("KT-1", 2028) + row.format("KT-2", 2026)),
        then=lambda: make_contract(cast.alex, LONG, number="KT-3"),
        halt=(adding, "_add_one"),
    )
    assert totals_hold(cast)
    with in_workspace(cast.acme.pk):
        assert Contract.objects.count() == 3


def test_renewals_and_a_person_who_adds_a_contract_do_not_block_each_other(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """KT-1 renews for 2028, then KT-2 for 2026; the person's contract has both."""
    publish()
    for number, start in (("KT-1", date(2027, 1, 1)), ("KT-2", date(2025, 1, 1))):
        terms = make_terms((1, None, "100"), kind=ContractType.ROLL_OVER, start=start)
        make_contract(cast.alex, terms, number=number, now=NOW.replace(year=2025, month=1))
    two_at_once(
        monkeypatch,
        first=lambda: renew_everywhere(now=NOW.replace(year=2028)),
        then=lambda: make_contract(cast.alex, LONG, number="KT-3"),
        halt=(confirming, "_renew"),
    )
    assert totals_hold(cast)
