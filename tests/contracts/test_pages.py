"""The pages of contracts: what was confirmed beside what is current, each labelled, and what can be done."""

from datetime import date, timedelta
from decimal import Decimal as D
from typing import Any

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from contracts.models import Contract
from contracts.queries.tables import Section, Sums
from contracts.rules import ContractType
from contracts.services import panels
from contracts.services.endings import cancel_contract
from contracts.services.handing import hand_over
from contracts.services.schedules import restore_version
from fx.rules import OwnRate
from fx.services.own import add_own_rate
from kamtrak.lib.months import Month
from kamtrak.tenancy import in_workspace
from tests.cast import NOW, Cast, make_member
from tests.contracts.builders import edit, make_contract, make_draft, make_terms
from tests.contracts.test_sales_pages import text as words
from tests.contributions.builders import publish
from tests.test_query_counts import assert_queries_do_not_grow
from workspaces.models import Membership, Workspace
from workspaces.rules import Role

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]

CONFIRMED = date(2026, 3, 3)


def url(name: str, *args: Any, slug: str = "acme") -> str:
    return reverse(name, args=[slug, *args])


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def page(cast: Cast, contract: Contract, query: str = "", who: str = "olive") -> Any:
    return cast.browser(who).get(url("contract", contract.pk) + query)


def cancel(cast: Cast, contract: Contract, on: date) -> None:
    with in_workspace(cast.acme.pk):
        row = Contract.objects.get(pk=contract.pk)
        cancel_contract(contract=row, by=cast.alex, on=on, reason="Insolvent", revision=row.revision, now=NOW)


def own_rate(cast: Cast, day: date, value: str) -> None:
    with in_workspace(cast.acme.pk):
        rate = OwnRate("GBP", "USD", day, D(value))
        add_own_rate(workspace=cast.acme, by=cast.ada, rate=rate, reason="Agreed", now=NOW, confirmed=True)


def figures(sums: Sums) -> list[str]:
    """As confirmed, current, by edit, by rate, in the workspace currency."""
    by = sums.difference
    return [
        str(value) for value in (sums.confirmed_converted, sums.current_converted, by.by_edit, by.by_rate)
    ]


# ------------------------------------------------------------------ the list


def test_the_list_stands_in_the_navigation_and_shows_both_figures_with_their_labels(cast: Cast) -> None:
    contract = make_contract(cast.alex, by=cast.ada, confirmed_on=CONFIRMED)
    edit(contract, cast.alex, make_terms((1, 12, "90")))
    said = text(cast.browser("alex").get(url("contracts")))
    assert f'href="{url("contracts")}" aria-current="page"' in said
    for figure in ("1,200", "1,080", "−120", "3 Mar 2026", "edited 23 Nov 2026 by Alex"):
        assert figure in said


def test_the_list_names_every_term_that_a_confirmed_figure_is_made_of(cast: Cast) -> None:
    """100 a month from March 2025, confirmed 20 February 2025 and renewed 1 March 2026: 2,400 in 2 terms."""
    terms = make_terms((1, None, "100"), kind=ContractType.ROLL_OVER, start=date(2025, 3, 1))
    make_contract(cast.alex, terms, by=cast.ada, confirmed_on=date(2025, 2, 20))
    said = text(cast.browser("alex").get(url("contracts")))
    assert "as confirmed in 2 terms, the last 1 Mar 2026" in said
    assert "20 Feb 2025" not in said


def test_an_empty_list_says_what_belongs_there_and_a_filter_without_a_hit_what_to_clear(cast: Cast) -> None:
    assert "No contract yet" in text(cast.browser("alex").get(url("contracts")))
    said = text(cast.browser("alex").get(url("contracts") + "?q=Nordh&state=expired"))
    assert "No contract matches “Nordh”, expired." in said
    assert "Clear the search" in said


def test_drafts_are_named_beside_the_totals_that_they_are_not_in(cast: Cast) -> None:
    make_contract(cast.alex)
    make_draft(cast.alex, number="KT-2")
    said = text(cast.browser("alex").get(url("contracts")))
    assert "Totals of the 1 contract that count" in said
    assert "1 draft is in no figure" in said
    assert "not added yet" in said


def test_a_contract_that_was_handed_over_is_named_as_in_the_totals_of_both(cast: Cast) -> None:
    """Alex has 1,200 and 84; the 1,200 went to amir in October, in whose totals it is in full as well."""
    contract = make_contract(cast.alex, make_terms((1, 12, "100")))
    make_contract(cast.alex, make_terms((1, 12, "7")), number="KT-2026-002")
    with in_workspace(cast.acme.pk):
        hand_over(
            workspace=cast.acme,
            contracts=[contract],
            to=cast.amir,
            first=Month(2026, 10),
            by=cast.ada,
            reason="New territory",
            now=NOW,
        )
    note = "1 of them was handed over and counts in full here and with the other owner"
    for person, confirmed in ((cast.alex, D(1284)), (cast.amir, D(1200))):
        response = cast.browser("olive").get(url("contracts") + f"?staff={person.pk}")
        assert response.context["converted"]["confirmed"] == confirmed
        assert note in text(response)
    assert "handed over and" not in text(cast.browser("olive").get(url("contracts")))


def test_where_nothing_is_known_the_totals_of_the_list_are_unknown_and_never_0(cast: Cast) -> None:
    """12 × 100 GBP without any rate; and beside it 12 × 90 USD, 100 as confirmed."""
    make_contract(cast.alex, make_terms(currency="GBP"), number="KT-1")
    edit(make_contract(cast.alex, number="KT-2"), cast.alex, make_terms((1, 12, "90")))
    months, contracts = "excludes 12 months without a rate", "excludes 1 contract without a rate"

    def said(query: str) -> str:
        return words(cast.browser("alex").get(url("contracts") + query))

    unknown = said("?figure=unknown")
    assert f"As confirmed 1,200.00 — unknown {months}" in unknown
    assert f"Current 1,200.00 — unknown {months}" in unknown
    assert f"Difference 0.00 — unknown {contracts}" in unknown
    both = said("")
    assert f"As confirmed 1,200.00 1,200.00 1,200.00 USD {months}" in both
    assert f"Difference 0.00 −120.00 −120.00 USD {contracts}" in both
    assert "in USD of contracts whose rates are all known" in both


def test_a_clients_page_leads_to_its_contracts_and_to_their_hand_over(cast: Cast) -> None:
    account = make_contract(cast.alex).client_id
    said = text(cast.browser("ada").get(url("client", account)))
    assert f"{url('contracts')}?client={account}" in said
    assert url("client_hand_over", account) in said
    said = text(cast.browser("alex").get(url("client", account)))
    assert url("client_hand_over", account) not in said


# ------------------------------------------------------------------ one contract


def test_both_figures_are_labelled_with_day_and_person(cast: Cast) -> None:
    contract = make_contract(cast.alex, by=cast.ada, confirmed_on=CONFIRMED)
    edit(contract, cast.alex, make_terms((1, 12, "90")))
    said = text(page(cast, contract))
    assert "As confirmed 3 Mar 2026" in said
    assert "Current, edited 23 Nov 2026 by Alex" in said
    assert "never changes" in said


def test_a_contract_that_was_never_edited_says_so(cast: Cast) -> None:
    assert "Current, as confirmed" in text(page(cast, make_contract(cast.alex)))


def test_the_difference_has_its_two_causes(cast: Cast) -> None:
    """GBP 100 × 12 frozen at 1.3314 = 1,597.68 USD, current at 1.3399 = 1,607.88: +0.00 by edit, +10.20 by
    rate; with every month changed to 90, −159.72 by edit (12 × 13.31) and +9.12 by rate."""
    own_rate(cast, CONFIRMED, "1.3314")
    terms = make_terms(currency="GBP", start=date(2026, 4, 1))
    contract = make_contract(cast.alex, terms, by=cast.ada, confirmed_on=CONFIRMED)
    own_rate(cast, date(2026, 4, 1), "1.3399")
    unedited = page(cast, contract).context["total"]
    assert figures(unedited) == ["1597.68", "1607.88", "0.00", "10.20"]
    edit(contract, cast.alex, make_terms((1, 12, "90"), currency="GBP", start=date(2026, 4, 1)))
    edited = page(cast, contract).context["total"]
    assert figures(edited) == ["1597.68", "1447.08", "-159.72", "9.12"]
    said = text(page(cast, contract))
    assert "at the frozen rate 1.3314" in said
    assert "−159" in said


def test_a_difference_by_a_provisional_rate_is_dashed_and_one_by_edit_is_not(cast: Cast) -> None:
    """GBP 12 × 100 from October 2026, all provisional at 1.35396697078; 90 since: −162.48 by edit."""
    publish()
    terms = make_terms(currency="GBP", start=date(2026, 10, 31))
    contract = make_contract(cast.alex, terms)
    edit(contract, cast.alex, make_terms((1, 12, "90"), currency="GBP", start=date(2026, 10, 31)))
    said = text(page(cast, contract)).replace(" ", "")
    assert '<spanclass="k-amtk-neg"><spanclass="k-prov">−162<spanclass="k-dec">.48' in said
    assert '<dt>byedit</dt><dd><spanclass="k-amtk-neg">−162' in said
    assert '<dt>byrate</dt><dd><spanclass="k-amtk-zero"><spanclass="k-prov">0' in said


def test_the_months_are_subtotalled_by_calendar_year_and_quarters_bear_the_labels_of_the_workspace(
    cast: Cast,
) -> None:
    """sam's fiscal year starts in April and is named by the year in which it ends."""
    contract = make_contract(cast.sam, make_terms(start=date(2026, 3, 3), currency="EUR"))

    def labels(by: str) -> list[tuple[str, list[str]]]:
        (section,) = (
            cast.browser("sam").get(url("contract", contract.pk, slug="other") + by).context["sections"]
        )
        return [(group.label, [row.label for row in group.rows]) for group in section.groups]

    by_month = labels("")
    assert [label for label, _ in by_month] == ["2026", "2027"]
    assert by_month[1][1] == ["Jan 2027", "Feb 2027"]
    assert labels("?by=quarter") == [
        ("FY 2026", ["Q4 2026"]),
        ("FY 2027", ["Q1 2027", "Q2 2027", "Q3 2027", "Q4 2027"]),
    ]
    assert labels("?by=year") == [("", ["FY 2026", "FY 2027"])]
    assert labels("?by=nonsense") == by_month


def test_every_subtotal_adds_up_to_the_contract(cast: Cast) -> None:
    publish()
    contract = make_contract(cast.alex, make_terms((1, 12, "33.33"), currency="GBP"))
    edit(contract, cast.alex, make_terms((1, 5, "10.01"), (7, 12, "7.77"), currency="GBP"))
    for by in ("month", "quarter", "year"):
        context = page(cast, contract, f"?by={by}").context
        groups = [group for section in context["sections"] for group in section.groups]
        for sums in (
            [group.sums for group in groups],
            [row.sums for group in groups for row in group.rows],
        ):
            for name in ("confirmed", "current", "confirmed_converted", "current_converted"):
                parts = [getattr(each, name) for each in sums]
                whole = getattr(context["total"], name)
                assert sum((part for part in parts if part is not None), D(0)) == whole


def section_of(context: Any, kind: str) -> Section:
    found: Section = next(section for section in context["sections"] if section.kind == kind)
    return found


def test_a_cancelled_contract_shows_what_was_lost_apart(cast: Cast) -> None:
    """36 × 5,000 cancelled in month 2: expected 10,000, lost 170,000."""
    contract = make_contract(cast.alex, make_terms((1, 36, "5000"), start=date(2026, 9, 1), period=36))
    cancel(cast, contract, date(2026, 10, 9))
    response = page(cast, contract)
    lost, counted = (section_of(response.context, kind).sums for kind in ("lost", "counted"))
    assert (lost.confirmed, lost.months, counted.confirmed) == (D(170_000), 34, D(10_000))
    said = text(response)
    assert "Cancelled on 9 Oct 2026." in said
    assert "Insolvent" in said
    assert "Lost by cancellation: 170,000.00 USD of 34 confirmed months." in said
    assert url("contract_take_back", contract.pk) in said


@pytest.mark.parametrize(
    ("on", "still", "lost"),
    [
        (date(2026, 9, 9), "1 month", "2 months"),
        (date(2026, 10, 9), "2 months", "1 month"),
        (date(2026, 8, 9), "0 months", "3 months"),
    ],
)
def test_one_month_is_a_month_and_none_or_two_are_months(cast: Cast, on: date, still: str, lost: str) -> None:
    contract = make_contract(cast.alex, make_terms((1, 3, "5000"), start=date(2026, 9, 1), period=3))
    cancel(cast, contract, on)
    shown = text(page(cast, contract))
    assert f'Still expected</th><td colspan="2" class="k-r k-muted">{still}</td>' in shown
    assert f'Lost by cancellation</th><td colspan="2" class="k-r k-muted">{lost}</td>' in shown


def test_terms_not_confirmed_yet_stand_apart_and_in_no_total(cast: Cast) -> None:
    terms = make_terms((1, None, "100"), kind=ContractType.ROLL_OVER, start=date(2025, 3, 1))
    contract = make_contract(cast.alex, terms, by=cast.ada, confirmed_on=date(2025, 2, 20))
    context = page(cast, contract).context
    assert context["total"].current == D(2400)
    assert section_of(context, "expected").sums.current == D(2400)
    said = text(page(cast, contract))
    assert "As confirmed in 2 terms, the last 1 Mar 2026" in said
    for term in ("Mar 2025 – Feb 2026", "confirmed 20 Feb 2025", "Mar 2026 – Feb 2027"):
        assert term in said


def test_a_missing_rate_is_said_and_leads_to_its_repair(cast: Cast) -> None:
    contract = make_contract(cast.alex, make_terms(currency="AUD"))
    said = text(page(cast, contract, who="ada"))
    assert "A rate from AUD to USD is missing." in said
    assert f"{url('rate_add')}?base=AUD&amp;quote=USD&amp;day=2026-11-23" in said  # of the confirmation
    assert f"{url('rate_add')}?base=AUD&amp;quote=USD&amp;day=2026-03-31" in said  # of month 1
    assert url("rate_add") not in text(page(cast, contract, who="alex"))


def test_terms_without_any_rate_name_no_rates_that_they_stand_at(cast: Cast) -> None:
    terms = make_terms((1, None, "100"), kind=ContractType.ROLL_OVER, start=date(2025, 3, 1), currency="AUD")
    contract = make_contract(cast.alex, terms, by=cast.ada, confirmed_on=date(2025, 2, 20))
    said = text(page(cast, contract))
    assert "As confirmed in 2 terms, the last 1 Mar 2026" in said
    assert "no rate on file yet" in said
    assert "frozen rates of 2 terms" not in said


def test_a_void_contract_says_so_and_counts_nowhere(cast: Cast) -> None:
    contract = make_contract(cast.alex)
    cast.browser("alex").post(url("contract_void", contract.pk), {"reason": "Twice", "revision": 2})
    said = text(page(cast, contract))
    assert "Void since 23 Nov 2026, so it is in no total." in said
    assert "Twice" in said
    assert url("contract_restore", contract.pk) in said
    assert url("contract_cancel", contract.pk) not in said


def test_a_draft_shows_what_add_would_freeze(cast: Cast) -> None:
    publish()
    draft = make_draft(cast.alex, make_terms(currency="GBP"))
    response = page(cast, draft, who="alex")
    assert (response.context["draft"].total, response.context["draft"].converted) == (D(1200), D("1624.80"))
    said = text(response)
    assert "A draft is in no figure." in said
    assert "at today’s rate 1.35396697078 of 30 Oct 2026" in said
    assert url("contract_draft", draft.pk) in said
    assert url("contract_discard", draft.pk) in said


def test_whose_the_months_are_after_a_hand_over(cast: Cast) -> None:
    contract = make_contract(cast.alex)
    with in_workspace(cast.acme.pk):
        hand_over(
            workspace=cast.acme,
            contracts=[contract],
            to=cast.amir,
            first=Month(2026, 12),
            by=cast.ada,
            reason="New territory",
            now=NOW,
        )
    response = page(cast, contract)
    owners = [(span.owner, str(span.first), str(span.last)) for span in response.context["owners"]]
    assert owners == [("Alex", "2026-03", "2026-11"), ("Amir", "2026-12", "2027-02")]
    entries = {(entry.noun, entry.action): entry for entry in response.context["history"]}
    assert set(entries) == {("Hand-over", "added"), ("Contract", "changed"), ("Contract", "added")}
    told = entries["Hand-over", "added"]
    assert (told.title, told.reason) == ("KT-2026-001 Visibility platform to Amir", "New territory")


@pytest.mark.parametrize(
    ("who", "may"), [("olive", True), ("ada", True), ("alex", True), ("mia", False), ("audrey", False)]
)
def test_only_those_who_may_write_are_offered_to(cast: Cast, who: str, may: bool) -> None:
    contract = make_contract(cast.alex)
    said = text(page(cast, contract, who=who))
    for name in ("contract_cancel", "contract_details"):
        assert (url(name, contract.pk) in said) is may
    assert (url("contract_hand_over", contract.pk) in said) is (who in ("olive", "ada"))


def test_what_apps_above_show_of_a_contract_stands_on_its_page(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def panel(workspace: Workspace, member: Membership, row: Contract) -> tuple[str, dict[str, Any]] | None:
        if member != cast.alex:
            return None
        return "components/refusals.html", {"messages": [{"level": 40, "message": f"Seen: {row.number}"}]}

    monkeypatch.setattr(panels, "_panels", [])
    panels.register_panel(panel)
    contract = make_contract(cast.alex)
    assert "Seen: KT-2026-001" in text(page(cast, contract, who="alex"))
    assert "Seen: KT-2026-001" not in text(page(cast, contract))


# ------------------------------------------------------------------ versions


def test_each_version_says_what_it_changed_and_what_it_comes_to(cast: Cast) -> None:
    contract = make_contract(cast.alex, by=cast.ada, confirmed_on=CONFIRMED)
    edit(contract, cast.alex, make_terms((1, 12, "90")), from_month=4, reason="Volume discount")
    versions = page(cast, contract).context["versions"]
    found = [(line.version.number, line.total, line.is_current) for line in versions]
    assert found == [(2, D(1110), True), (1, D(1200), False)]
    said = text(page(cast, contract))
    assert "Months 4–12: 100.00 → 90.00" in said
    assert "Volume discount" in said


def test_the_first_version_bears_what_was_frozen_whatever_was_cut_later(cast: Cast) -> None:
    """36 × 5,700 cancelled in month 13: 205,200 was frozen, 74,100 is left of it."""
    terms = make_terms((1, 36, "5700"), start=date(2026, 3, 1), period=36)
    contract = make_contract(cast.alex, terms, by=cast.ada, confirmed_on=CONFIRMED)
    cancel(cast, contract, date(2027, 3, 9))
    response = page(cast, contract)
    said = text(response)
    versions = said[said.index('id="versions"') :].partition("</section>")[0]
    assert "205,200.00" in versions
    assert "74,100.00" not in versions
    assert response.context["total"].current == D(74_100)


def test_a_cancellation_is_a_line_of_its_own_and_rewrites_no_version(cast: Cast) -> None:
    """12 × 100, then 12 × 90, cancelled in month 3: version 2 still said 1,080; 810 of it is lost."""
    contract = make_contract(cast.alex, by=cast.ada, confirmed_on=CONFIRMED)
    edit(contract, cast.alex, make_terms((1, 12, "90")), reason="Volume discount")
    cancel(cast, contract, date(2026, 5, 9))
    response = page(cast, contract)
    versions = text(response).partition('id="versions"')[2].partition("</section>")[0]
    cancellation, second, first = (strip_tags(line) for line in versions.split("<li>")[1:])
    for said in ("Cancelled on 9 May 2026", "Insolvent", "−810.00", "of version 2"):
        assert said in cancellation
    assert "Volume discount" in second
    assert "1,080.00" in second
    assert "1,200.00" in first
    assert response.context["total"].current == D(270)


def test_any_two_versions_are_compared_month_by_month(cast: Cast) -> None:
    contract = make_contract(cast.alex)
    for amount in ("90", "80"):
        edit(contract, cast.alex, make_terms((1, 12, amount)))
    compare = url("contract_compare", contract.pk)
    context = cast.browser("mia").get(compare).context
    assert (context["before"].version.number, context["after"].version.number) == (1, 3)
    context = cast.browser("mia").get(f"{compare}?from=2&to=3").context
    assert (context["difference"], context["months"][0].difference) == (D(-120), D(-10))
    assert cast.browser("mia").get(f"{compare}?from=99&to=x").context["before"].version.number == 1


def test_an_old_version_comes_back_as_a_new_one_once_its_effect_was_shown(cast: Cast) -> None:
    contract = make_contract(cast.alex)
    edit(contract, cast.alex, make_terms((1, 12, "90")))
    browser, restore = cast.browser("alex"), url("contract_version_restore", contract.pk, 1)
    shown = browser.get(restore)
    assert (shown.context["now"].total, shown.context["wanted"].total) == (D(1080), D(1200))
    assert "Months 1–12: 90.00 → 100.00" in text(shown)
    assert "Say why" in text(browser.post(restore, {"reason": "", "revision": 3}))
    assert browser.post(restore, {"reason": "Amendment withdrawn", "revision": 3}).status_code == 302
    assert page(cast, contract).context["total"].current == D(1200)
    assert "Brings version 1 back" in text(page(cast, contract))


def test_a_restore_over_somebodys_newer_save_is_told_and_done_on_the_second_press(cast: Cast) -> None:
    contract = make_contract(cast.alex)
    edit(contract, cast.alex, make_terms((1, 12, "90")))
    browser, restore = cast.browser("alex"), url("contract_version_restore", contract.pk, 1)
    overtaken = browser.post(restore, {"reason": "Back", "revision": 2})
    assert "was changed meanwhile" in text(overtaken)
    form = overtaken.context["form"]
    assert (form["reason"].value(), form["revision"].value()) == ("Back", "3")
    assert browser.post(restore, {"reason": "Back", "revision": 3}).status_code == 302


# ------------------------------------------------------------------ details


def test_details_are_edited_and_an_overtaken_form_keeps_its_input(cast: Cast) -> None:
    contract = make_contract(cast.alex)
    browser, details = cast.browser("alex"), url("contract_details", contract.pk)
    sent = {"name": "Platform", "number": "KT-9", "client": "Nordhavn Logistics", "details": "Two sites"}
    assert browser.post(details, sent | {"revision": "2"}).status_code == 302
    overtaken = browser.post(details, sent | {"name": "Other", "revision": "2"})
    assert overtaken.status_code == 422
    assert "It now reads:" in text(overtaken)
    assert overtaken.context["form"]["name"].value() == "Other"
    assert browser.post(details, sent | {"name": "Other", "revision": "3"}).status_code == 302
    assert "Two sites" in text(page(cast, contract))


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("name", "", "Give the contract a name."),
        ("number", "x" * 41, "at most 40"),
        ("number", "KT-2", "is in use"),
        ("client", "bell\x07", "control characters"),
        ("details", "x" * 5001, "at most 5000"),
    ],
)
def test_bad_details_are_said_at_their_field_and_nothing_is_lost(
    cast: Cast, field: str, typed: str, says: str
) -> None:
    contract = make_contract(cast.alex)
    make_contract(cast.alex, number="KT-2")
    sent = {"name": "Platform", "number": "KT-9", "client": "Nordhavn", "details": "", "revision": "2"}
    response = cast.browser("alex").post(url("contract_details", contract.pk), sent | {field: typed})
    form = response.context["form"]
    assert response.status_code == 422
    assert says in form.errors[field][0]
    assert form["name"].value() == ("" if field == "name" else "Platform")


# ------------------------------------------------------------------ questions to the database


def test_the_list_asks_no_more_when_there_is_more_to_show(cast: Cast) -> None:
    publish()
    make_contract(cast.alex, make_terms(currency="GBP"))

    def more() -> None:
        for n in range(4):
            row = make_contract(cast.alex, make_terms(currency="EUR"), number=f"M{n}", client=f"Client {n}")
            edit(row, cast.alex, make_terms((1, 12, "90"), currency="EUR"))

    assert_queries_do_not_grow(cast.browser("mia"), url("contracts"), more)


@pytest.mark.parametrize("query", ["", "?by=quarter"])
def test_a_contracts_page_asks_no_more_when_there_is_more_of_it(cast: Cast, query: str) -> None:
    publish()
    terms = make_terms((1, None, "100"), kind=ContractType.ROLL_OVER, start=date(2025, 3, 1), currency="GBP")
    contract = make_contract(cast.alex, terms, by=cast.ada, confirmed_on=date(2025, 2, 20))
    cheaper = make_terms((1, None, "90"), kind=ContractType.ROLL_OVER, currency="GBP")
    contract = edit(contract, cast.alex, cheaper)
    with in_workspace(cast.acme.pk):
        hand_over(
            workspace=cast.acme,
            contracts=[contract],
            to=cast.amir,
            first=Month(2026, 12),
            by=cast.ada,
            reason="Territory",
            now=NOW,
        )

    def more() -> None:
        newcomer = make_member(cast.acme, "Nina", Role.ACCOUNT_MANAGER)
        kept = {"kind": ContractType.ROLL_OVER, "currency": "GBP"}
        for n in range(3):
            row = edit(contract, cast.ada, make_terms((1, None, str(70 + n)), **kept))  # type: ignore[arg-type]
        with in_workspace(cast.acme.pk):
            row = restore_version(
                contract=row, by=cast.ada, number=1, revision=row.revision, reason="Back", now=NOW
            )
            hand_over(
                workspace=cast.acme,
                contracts=[row],
                to=newcomer,
                first=Month(2027, 1),
                by=cast.ada,
                reason="Again",
                now=NOW + timedelta(days=1),
            )

    assert_queries_do_not_grow(cast.browser("mia"), url("contract", contract.pk) + query, more)
