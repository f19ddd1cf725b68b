"""Which contracts the hourly renewal looks at: those whose next term may have begun (rules 4.13, 4.14)."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contracts.models import Confirmation, Contract
from contracts.rules import ContractType
from contracts.services import confirming
from contracts.services.confirming import renew_everywhere
from contracts.services.endings import cancel_contract
from contracts.services.months import renew_due
from kamtrak.tenancy import in_workspace
from tests.cast import NOW, Cast
from tests.contracts.builders import make_contract, make_terms

pytestmark = pytest.mark.django_db
YEARLY = make_terms((1, None, "100"), kind=ContractType.ROLL_OVER)  # from March 2026
LATER = NOW.replace(year=2027, month=6)


def cancelled(cast: Cast, number: str, on: date) -> Contract:
    contract = make_contract(cast.alex, YEARLY, number=number)
    with in_workspace(cast.acme.pk):
        said: dict[str, Any] = {"reason": "Gone", "revision": contract.revision, "now": NOW}
        return cancel_contract(contract=contract, by=cast.ada, on=on, **said)


def test_a_contract_that_has_ended_is_not_looked_at_again(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """KT-2 was cancelled in the last month of its first term, KT-3 in the first month of its second one."""
    make_contract(cast.alex, YEARLY, number="KT-1")
    cancelled(cast, "KT-2", date(2027, 2, 28))
    cancelled(cast, "KT-3", date(2027, 3, 1))
    make_contract(cast.alex, make_terms(), number="KT-4")
    seen = []

    def looks(*, contract: Contract, **given: Any) -> int:
        seen.append(contract.number)
        return renew_due(contract=contract, **given)

    monkeypatch.setattr(confirming, "renew_due", looks)
    assert renew_everywhere(now=LATER) == (2, 0)
    assert seen == ["KT-1", "KT-3"]
    with in_workspace(cast.acme.pk):
        months = (
            Confirmation.objects.filter(term=2).order_by("contract").values_list("contract__number", "last")
        )
        assert [(number, str(last)) for number, last in months] == [("KT-1", "2028-02"), ("KT-3", "2027-03")]
    assert renew_everywhere(now=LATER) == (0, 0)
    assert seen == ["KT-1", "KT-3"]


def test_the_renewal_finds_its_contracts_by_their_index(cast: Cast) -> None:
    """Among 300 of a fixed term."""
    make_contract(cast.alex, YEARLY)
    fixed = make_contract(cast.alex, make_terms(), number="F-0")
    with in_workspace(cast.acme.pk), connection.cursor() as cursor:
        for number in range(1, 301):
            fixed.pk, fixed.number, fixed.number_key = None, f"F-{number}", f"f-{number}"
            fixed.save(force_insert=True)
        cursor.execute(f"analyze {Contract._meta.db_table}")
    with CaptureQueriesContext(connection) as queries:
        assert renew_everywhere(now=LATER) == (1, 0)
    asked = next(each["sql"] for each in queries if "frozen_until" in each["sql"])
    with in_workspace(cast.acme.pk), connection.cursor() as cursor:
        cursor.execute(f"explain {asked}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "contract_renewals" in plan, plan
