"""Transactions on the pages of contributions, and contributions on those of transactions (rules 3.8, 3.9)."""

import re
from decimal import Decimal as D
from typing import Any

import pytest

from contributions.models import Contribution, TransactionLink
from contributions.services.transactions import link_transactions
from kamtrak.tenancy import in_workspace
from tests.cast import NOW, Cast
from tests.contributions.builders import log, publish
from tests.contributions.test_transactions import FIELDS, HEAD, SALES
from tests.test_query_counts import assert_queries_do_not_grow
from tests.transactions.bringing import bring
from transactions.models import Transaction


@pytest.fixture
def sold(cast: Cast, at_noon: None, files_apart: None) -> Cast:
    with in_workspace(cast.acme.pk):
        publish()
        bring(cast.ada, SALES, FIELDS)
    return cast


def page(cast: Cast, url: str, who: str = "alex") -> str:
    return str(cast.browser(who).get(f"/w/acme/{url}").text)


def words(cast: Cast, url: str, who: str = "alex") -> str:
    """What the page says, without its markup."""
    said = re.sub(r"</?(td|th|div|dt|dd|li|p|h\d)\b[^>]*>", " ", page(cast, url, who))
    return " ".join(re.sub(r"<[^>]+>", "", said).split())


def send(cast: Cast, url: str, who: str = "alex", **data: Any) -> Any:
    return cast.browser(who).post(f"/w/acme/{url}", data)


def logged(cast: Cast, amount: str, currency: str = "USD", **changes: Any) -> Contribution:
    with in_workspace(cast.acme.pk):
        return log(cast, amount, currency, **changes)


def sale(cast: Cast, revenue: str) -> Transaction:
    with in_workspace(cast.acme.pk):
        return Transaction.objects.get(revenue=D(revenue))


def links(cast: Cast) -> list[tuple[int, int]]:
    with in_workspace(cast.acme.pk):
        return list(TransactionLink.objects.values_list("contribution", "transaction"))


def test_a_transaction_is_searched_ticked_and_linked_on_the_contributions_page(sold: Cast) -> None:
    row, proof = logged(sold, "20000"), sale(sold, "1000")
    url = f"contributions/{row.pk}/transactions/"
    offered = words(sold, url)
    assert "7 Aug 2026, Nordhavn Logistics" in offered
    assert "Support · A-2 · sales.csv, line 3" in offered
    assert "Aurelia" not in offered
    assert "30 Sep 2026, Aurelia" in words(sold, f"{url}?q=A-3")
    assert "Nothing matches “B-1”" in page(sold, f"{url}?q=B-1")  # amir's
    assert send(sold, url).status_code == 422  # nothing was ticked
    answer = send(sold, url, pick=[proof.pk, sale(sold, "500").pk], q="aurelia")
    assert answer["Location"] == f"/w/acme/contributions/{row.pk}/"
    assert sorted(links(sold)) == sorted([(row.pk, proof.pk), (row.pk, sale(sold, "500").pk)])
    said = words(sold, f"contributions/{row.pk}/")
    assert "2 transactions linked." in said
    # In its own currency first, with the day of its rate; the contribution stays what it was (rules 1.7).
    assert "Support · 1,000.00 EUR, 1,168.20 USD at 1.1682 of 7 Aug 2026 sales.csv, line 3" in said
    assert "20,000.00 USD" in said
    send(sold, f"contributions/{row.pk}/transactions/{proof.pk}/unlink/")
    assert len(links(sold)) == 1


def test_from_a_transaction_one_says_what_it_is_evidence_of_and_takes_it_back(sold: Cast) -> None:
    row, proof = logged(sold, "20000"), sale(sold, "1000")
    here = f"/w/acme/transactions/{proof.pk}/"
    assert "This is evidence of …" in page(sold, f"transactions/{proof.pk}/")
    assert "This is evidence of …" not in page(sold, f"transactions/{proof.pk}/", "audrey")
    assert send(sold, f"transactions/{proof.pk}/link/", pick=row.pk)["Location"] == here
    said = words(sold, f"transactions/{proof.pk}/")
    assert "Nordhavn Logistics: Direct revenue, Q3 2026 20,000.00 USD · Alex" in said
    undone = send(sold, f"contributions/{row.pk}/transactions/{proof.pk}/unlink/", next=here)
    assert undone["Location"] == here
    assert links(sold) == []


def test_a_colleagues_contribution_is_only_counted_on_the_page_of_a_row(sold: Cast) -> None:
    theirs, proof = logged(sold, "20000", owner=sold.olive), sale(sold, "1000")
    with in_workspace(sold.acme.pk):
        link_transactions(rows=[proof], contributions=[theirs], by=sold.olive, now=NOW)
    said = words(sold, f"transactions/{proof.pk}/")
    assert "1 of a colleague." in said
    assert "20,000.00" not in said


def test_a_repeated_transaction_is_flagged_while_typing_before_saving_and_on_the_page(sold: Cast) -> None:
    typed = {
        "client": "nordhavn logistics",
        "type": "direct",
        "amount": "48100",
        "currency": "USD",
        "quarter": "2026Q3",
    }
    read = cast_text(sold, typed)
    assert "nearly the same amount as the transaction of 7 Aug 2026, Platform: 48,000.00 USD" in read
    asked = send(sold, "contributions/add/", **typed)
    assert asked.status_code == 422
    assert 'name="doubles" value="1"' in asked.text
    assert send(sold, "contributions/add/", **typed, doubles="1").status_code == 302
    with in_workspace(sold.acme.pk):
        row = Contribution.objects.get()
    assert "It is this transaction" in page(sold, f"contributions/{row.pk}/")
    assert "possible double" in page(sold, "contributions/?period=2026Q3")
    send(sold, f"contributions/{row.pk}/transactions/", pick=sale(sold, "48000").pk)
    assert "Possible double count" not in page(sold, f"contributions/{row.pk}/")
    assert "possible double" not in page(sold, "contributions/?period=2026Q3")


def cast_text(cast: Cast, typed: dict[str, str]) -> str:
    said = str(cast.browser("alex").get("/w/acme/contributions/check/", typed).text)
    return " ".join(re.sub(r"<[^>]+>", "", said).split())


def test_of_a_colleagues_transaction_nothing_is_said_but_that_it_is_there(sold: Cast) -> None:
    row = logged(sold, "9900")
    said = words(sold, f"contributions/{row.pk}/")
    assert "A colleague’s entry has the same client and quarter and nearly the same amount." in said
    assert "It is this transaction" not in said


@pytest.mark.parametrize("who", ["alex", "mia"])
def test_a_contribution_with_rows_behind_it_asks_no_more_with_more_of_them(sold: Cast, who: str) -> None:
    row = logged(sold, "48000")
    more = "".join(f"C-{n},2026-08-1{n},Nordhavn Logistics,Alex,Platform,48{n}00,USD\n" for n in range(5))

    def grow() -> None:
        with in_workspace(sold.acme.pk):
            bring(sold.ada, HEAD + more, FIELDS)
            mine = list(Transaction.objects.filter(owner=sold.alex))
            link_transactions(rows=mine[:4], contributions=[row], by=sold.alex, now=NOW)

    assert_queries_do_not_grow(sold.browser(who), f"/w/acme/contributions/{row.pk}/", grow)


def test_a_row_that_proves_more_asks_no_more(sold: Cast) -> None:
    proof = sale(sold, "1000")

    def grow() -> None:
        with in_workspace(sold.acme.pk):
            for number in range(4):
                row = log(sold, f"{7 + number}00")
                link_transactions(rows=[proof], contributions=[row], by=sold.alex, now=NOW)

    assert_queries_do_not_grow(sold.browser("alex"), f"/w/acme/transactions/{proof.pk}/", grow)
