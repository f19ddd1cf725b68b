"""Imported transactions as evidence of contributions, and as what a contribution may repeat (rules 3.8, 3.9).

Alex has sold in Q3 2026, all in one file: 48,000.00 USD to Nordhavn on 7 August, 1,000.00 EUR (1,168.20 USD
at 1.1682) to Nordhavn on the same day, 500.00 USD to Aurelia; Amir 9,900.00 USD to Nordhavn.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal as D
from typing import Any

import pytest

from contributions.models import Contribution, TransactionLink
from contributions.queries.contracts import Deal, deal_of, repeated_contracts
from contributions.queries.doubles import DOUBLE
from contributions.queries.evidence import has_evidence, with_evidence
from contributions.queries.linkable_rows import linkable_to_transaction, linkable_transactions
from contributions.queries.transactions import repeated_rows, rows_beside
from contributions.rules.sought import Sought, read_sought
from contributions.services.contributions import edit_contribution, entry_of, void_contribution
from contributions.services.doubles import refresh_doubles
from contributions.services.transactions import link_transactions, unlink_transaction
from kamtrak.lib.errors import Refused
from tests.cast import NOW, Cast
from tests.contracts.builders import make_contract, make_terms
from tests.contributions.builders import Q2, Q3, log, publish
from tests.transactions.bringing import bring
from transactions.models import Transaction
from transactions.rules import Field
from transactions.services.citations import told_of
from workspaces.models import Alert, AlertState
from workspaces.queries.people import EVERYONE, scope_of
from workspaces.services.alerts import dismiss_alert

HEAD = "Order,Date,Client,Rep,Product,Amount,Currency\n"
SALES = (
    HEAD
    + "A-1,2026-08-07,Nordhavn Logistics,Alex,Platform,48000,USD\n"
    + "A-2,2026-08-07,Nordhavn Logistics,Alex,Support,1000,EUR\n"
    + "A-3,2026-09-30,Aurelia,Alex,Platform,500,USD\n"
    + "B-1,2026-08-08,Nordhavn Logistics,Amir,Platform,9900,USD\n"
)
FIELDS = {
    "Order": Field.UNIQUE_ID,
    "Date": Field.DATE,
    "Client": Field.CLIENT,
    "Rep": Field.OWNER,
    "Product": Field.PRODUCT,
    "Amount": Field.REVENUE,
    "Currency": Field.CURRENCY,
}


@pytest.fixture
def sold(inside: Cast) -> Cast:
    publish()
    bring(inside.ada, SALES, FIELDS)
    return inside


def sale(cast: Cast, revenue: str) -> Transaction:
    return Transaction.objects.get(workspace=cast.acme, revenue=D(revenue))


def link(cast: Cast, row: Contribution, *sales: Transaction) -> int:
    return link_transactions(rows=sales, contributions=[row], by=cast.alex, now=NOW)


def doubles(cast: Cast) -> list[str]:
    live = Alert.objects.filter(workspace=cast.acme, key__startswith=DOUBLE, state=AlertState.OPEN)
    return list(live.order_by("pk").values_list("key", flat=True))


def deal(cast: Cast, amount: str, currency: str = "USD", converted: str | None = None) -> Deal:
    client = sale(cast, "48000").client
    assert client is not None
    return Deal(client.pk, Q3, currency, D(amount), D(converted or amount))


def found(cast: Cast, row: Contribution, text: str = "") -> list[D | None]:
    rows = linkable_transactions(cast.acme, scope_of(cast.alex), row, text)
    return [each.revenue for each in rows]


# ------------------------------------------------------------------ evidence


def test_a_transaction_is_put_behind_ones_own_contribution_once(sold: Cast) -> None:
    row = log(sold, "20000")
    assert link(sold, row, sale(sold, "48000")) == 1
    assert link(sold, row, sale(sold, "48000")) == 0
    (behind,) = rows_beside(sold.acme, scope_of(sold.alex), row)
    assert behind.linked
    assert behind.row == sale(sold, "48000")
    listed: Any = with_evidence(Contribution.objects.filter(has_evidence())).get(pk=row.pk)
    assert listed.evidence == 1
    assert (listed.credited, listed.converted) == (D(20000), D(20000))  # never added (rules 1.7)
    unlink_transaction(row_id=sale(sold, "48000").pk, contribution=row, by=sold.alex, now=NOW)
    assert not TransactionLink.objects.exists()


def test_only_rows_that_one_reads_prove_only_what_is_ones_own(sold: Cast) -> None:
    row, theirs = log(sold, "20000"), sale(sold, "9900")
    with pytest.raises(Refused, match="not yours to read"):
        link(sold, row, theirs)
    with pytest.raises(Refused, match="Only its owner"):
        link_transactions(rows=[theirs], contributions=[row], by=sold.amir, now=NOW)
    void_contribution(contribution=row, by=sold.alex, reason="Twice", now=NOW)
    row.refresh_from_db()
    with pytest.raises(Refused, match="takes no evidence"):
        link(sold, row, sale(sold, "48000"))
    assert not TransactionLink.objects.exists()


def test_a_row_that_has_become_a_colleagues_is_only_said_to_be_there(sold: Cast) -> None:
    row = log(sold, "20000")
    link(sold, row, sale(sold, "48000"))
    Transaction.objects.filter(pk=sale(sold, "48000").pk).update(owner=sold.amir)
    (behind,) = rows_beside(sold.acme, scope_of(sold.alex), row)
    assert (behind.linked, behind.row) == (True, None)


def test_a_replaced_row_is_no_evidence_any_more(sold: Cast) -> None:
    row = log(sold, "20000")
    link(sold, row, sale(sold, "48000"))
    Transaction.objects.filter(pk=sale(sold, "48000").pk).update(status=4)
    listed: Any = with_evidence(Contribution.objects.all()).get(pk=row.pk)
    assert listed.evidence == 0


def test_what_cites_a_row_is_told_to_who_may_read_it(sold: Cast) -> None:
    row, proof = log(sold, "20000"), sale(sold, "48000")
    link(sold, row, proof)
    (cites,) = told_of(sold.acme, EVERYONE, [proof.pk])[proof.pk]
    assert cites.said == "Direct revenue, Q3 2026: Nordhavn Logistics, 20,000.00 USD"
    assert cites.path == f"contributions/{row.pk}/"
    (hidden,) = told_of(sold.acme, scope_of(sold.amir), [proof.pk])[proof.pk]
    assert (hidden.said, hidden.path) == ("A colleague’s contribution", "")


# ------------------------------------------------------------------ searching


def test_a_search_finds_by_client_product_unique_id_day_and_amount(sold: Cast) -> None:
    row = log(sold, "20000")
    assert found(sold, row) == [D(1000), D(48000)]  # of the client in the quarter, newest first
    assert found(sold, row, "aurelia") == [D(500)]
    assert found(sold, row, "platform") == [D(500), D(48000)]
    assert found(sold, row, "A-3") == [D(500)]
    assert found(sold, row, "2026-09-30") == [D(500)]
    assert found(sold, row, "30 Sep 2026") == [D(500)]
    assert found(sold, row, "48,000.00") == [D(48000)]
    assert found(sold, row, "1168.20") == [D(1000)]  # as converted
    assert found(sold, row, "9900") == []  # amir's
    link(sold, row, sale(sold, "48000"))
    assert found(sold, row) == [D(1000)]


def test_outside_its_quarter_nothing_is_offered_before_somebody_searches(sold: Cast) -> None:
    row = log(sold, "20000", quarter=Q2)
    assert found(sold, row) == []
    assert found(sold, row, "Nordhavn") == [D(1000), D(48000)]


def test_from_a_transaction_ones_own_contributions_of_its_client_come_first(sold: Cast) -> None:
    other, near = log(sold, "1", client="Castellan Bank"), log(sold, "2")
    log(sold, "3", owner=sold.olive)
    rows = linkable_to_transaction(sold.acme, sold.alex, sale(sold, "48000"))
    assert list(rows) == [near, other]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("2026-08-07", Sought("2026-08-07", day=date(2026, 8, 7))),
        (" 7  August 2026", Sought("7 August 2026", day=date(2026, 8, 7))),
        ("48,000.50", Sought("48,000.50", amount=D("48000.50"))),
        ("48000", Sought("48000", amount=D(48000))),
        ("-20", Sought("-20", amount=D(-20))),
        ("1,2", Sought("1,2")),
        ("A-12", Sought("A-12")),
        ("31 Feb 2026", Sought("31 Feb 2026")),
        ("", Sought("")),
    ],
)
def test_what_is_typed_is_a_day_an_amount_or_a_name(typed: str, read: Sought) -> None:
    assert read_sought(typed) == read


# ------------------------------------------------------------------ probable double counting


def repeated(cast: Cast, *said: str) -> list[D | None]:
    rows = repeated_rows(cast.acme, EVERYONE, deal(cast, *said))
    return [each.row.revenue if each.row else None for each in rows]


def test_an_amount_within_one_percent_of_a_transaction_of_the_client_repeats_it(sold: Cast) -> None:
    """1 % of the larger: 47,520.00 is the last below 48,000.00; 48,484.84 the last above."""
    assert repeated(sold, "47520") == [D(48000)]
    assert repeated(sold, "47519.99") == []
    assert repeated(sold, "48484.84") == [D(48000)]
    assert repeated(sold, "48484.85") == []
    other = deal(sold, "48000")
    assert repeated_rows(sold.acme, EVERYONE, Deal(other.client_id, Q2, "USD", D(48000))) == []


def test_in_another_currency_the_converted_amounts_are_compared(sold: Cast) -> None:
    """1,000.00 EUR are 1,168.20 USD: like 1,160.00 USD, and like 1,000.00 GBP that are 1,168.00."""
    assert repeated(sold, "1160") == [D(1000)]
    assert repeated(sold, "1000", "GBP", "1168") == [D(1000)]
    assert repeated(sold, "1000", "GBP", "1300") == []
    assert repeated(sold, "1000", "EUR", "1300") == [D(1000)]  # in its own currency it is the same


def test_a_colleagues_transaction_is_only_said_to_be_there(sold: Cast) -> None:
    (hidden,) = repeated_rows(sold.acme, scope_of(sold.alex), deal(sold, "9900"))
    assert hidden.row is None


def test_an_alert_stands_until_the_transaction_is_linked(sold: Cast) -> None:
    row = log(sold, "48000")
    assert doubles(sold) == [f"double:{row.pk}"]
    alert = Alert.objects.get(key=f"double:{row.pk}")
    assert alert.about == sold.alex
    assert alert.title == "Possible double count: Nordhavn Logistics, 48,000.00 USD"
    assert "an imported transaction" in alert.detail
    link(sold, row, sale(sold, "48000"))
    assert doubles(sold) == []
    unlink_transaction(row_id=sale(sold, "48000").pk, contribution=row, by=sold.alex, now=NOW)
    assert doubles(sold) == [f"double:{row.pk}"]


def test_an_alert_ends_when_the_contribution_is_voided_or_no_longer_alike(sold: Cast) -> None:
    one, other = log(sold, "48000"), log(sold, "48100")
    assert len(doubles(sold)) == 2
    void_contribution(contribution=one, by=sold.alex, reason="Twice", now=NOW)
    assert doubles(sold) == [f"double:{other.pk}"]
    entry = replace(entry_of(other), amount=D(40000))
    edit_contribution(contribution=other, by=sold.alex, entry=entry, version=1, now=NOW)
    assert doubles(sold) == []


def test_a_dismissed_alert_stays_away_while_nothing_changes(sold: Cast) -> None:
    row = log(sold, "48000")
    dismiss_alert(alert=Alert.objects.get(key=f"double:{row.pk}"), by=sold.alex, now=NOW)
    refresh_doubles(workspace=sold.acme, now=NOW)
    assert doubles(sold) == []


def test_an_import_finds_the_contributions_that_were_logged_before_it(inside: Cast) -> None:
    publish()
    row, far = log(inside, "48000"), log(inside, "300")
    assert doubles(inside) == []
    bring(inside.ada, SALES, FIELDS)
    assert doubles(inside) == [f"double:{row.pk}"]
    assert far.pk != row.pk


def test_a_repeated_contract_raises_one_too_also_converted(inside: Cast) -> None:
    """12 × 100 GBP, confirmed on 7 August at 1.1682 / 0.864, come to 12 × 135.21 = 1,622.52 USD."""
    publish()
    terms = make_terms(currency="GBP")
    made = make_contract(inside.alex, terms, by=inside.ada, now=NOW, confirmed_on=date(2026, 8, 7))
    in_its_currency = log(inside, "1200", "GBP", client=made.client.name)
    converted = log(inside, "1610", client=made.client.name)
    far = log(inside, "1600", client=made.client.name)
    assert doubles(inside) == [f"double:{in_its_currency.pk}", f"double:{converted.pk}"]
    assert "a contract of the client" in Alert.objects.get(key=doubles(inside)[1]).detail
    assert not repeated_contracts(inside.acme, EVERYONE, deal_of(far))
    assert repeated_contracts(inside.acme, EVERYONE, deal_of(converted))[0].contract == made
