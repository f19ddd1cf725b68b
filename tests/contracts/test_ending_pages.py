"""Cancelling, voiding, discarding and handing over: each previewed, with its reason (rules 4.14 to 4.16)."""

from datetime import date, timedelta
from decimal import Decimal as D
from typing import Any

import pytest
from django.urls import reverse

from contracts.models import Contract, ContractTotal, CurrentMonth, FrozenMonth, HandOver
from contracts.queries.months import month_lines
from contracts.queries.previews import cancel_preview
from contracts.rules import ContractType
from contracts.services import handing
from contracts.services.endings import restore_contract, void_contract
from kamtrak.lib.errors import Refused
from kamtrak.lib.months import Month
from kamtrak.tenancy import in_workspace
from tests.cast import NOW, Cast
from tests.contracts.builders import edit, make_contract, make_draft, make_terms
from tests.contributions.builders import publish
from workspaces.models import Membership

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]

LONG = make_terms((1, 36, "5000"), start=date(2026, 9, 1), period=36)


def url(name: str, *args: Any) -> str:
    return reverse(name, args=["acme", *args])


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def send(cast: Cast, who: str, name: str, contract: Contract, **sent: Any) -> Any:
    return cast.browser(who).post(url(name, contract.pk), sent)


def saved(cast: Cast, contract: Contract) -> Contract:
    with in_workspace(cast.acme.pk):
        return Contract.objects.get(pk=contract.pk)


def cancelled(cast: Cast, contract: Contract, day: str = "2026-10-09") -> Contract:
    sent = {"on": day, "seen": day, "reason": "Insolvent", "revision": contract.revision}
    assert send(cast, "ada", "contract_cancel", contract, **sent).status_code == 302
    return saved(cast, contract)


# ------------------------------------------------------------------ cancelling


def test_what_a_cancellation_takes_is_shown_before_it_is_done(cast: Cast) -> None:
    """36 × 5,000 cancelled in month 2: still expected 10,000, lost 170,000."""
    contract = make_contract(cast.alex, LONG)
    shown: Any = cast.browser("alex").get(url("contract_cancel", contract.pk) + "?on=2026-10-09")
    preview = shown.context["preview"]
    assert (preview.confirmed.confirmed, preview.still.confirmed, preview.lost.confirmed) == (
        D(180_000),
        D(10_000),
        D(170_000),
    )
    assert (preview.current_before, preview.current_after) == (D(180_000), D(10_000))
    assert "180,000.00 → 10,000.00 USD" in text(shown)


@pytest.mark.parametrize(
    ("day", "lost"), [("2026-08-31", 180_000), ("2026-09-01", 175_000), ("2029-08-31", 0)]
)
def test_confirmed_is_what_is_still_expected_and_what_is_lost(cast: Cast, day: str, lost: int) -> None:
    contract = make_contract(cast.alex, LONG)
    with in_workspace(cast.acme.pk):
        preview = cancel_preview(contract, month_lines(contract), date.fromisoformat(day))
    still, gone = preview.still.confirmed or D(0), preview.lost.confirmed or D(0)
    assert (gone, still + gone) == (D(lost), preview.confirmed.confirmed)


def test_another_day_than_the_one_shown_is_shown_first_and_nothing_typed_is_lost(cast: Cast) -> None:
    contract = make_contract(cast.alex, LONG)
    sent = {"on": "2026-10-09", "seen": "2026-11-23", "reason": "Insolvent", "revision": "2"}
    again = send(cast, "alex", "contract_cancel", contract, **sent)
    assert again.status_code == 200
    assert again.context["preview"].lost.confirmed == D(170_000)
    form = again.context["form"]
    assert (form["reason"].value(), form["seen"].value()) == ("Insolvent", "2026-10-09")
    assert saved(cast, contract).cancelled_on is None
    assert cancelled(cast, contract).cancelled_on == date(2026, 10, 9)


def test_while_the_day_is_chosen_only_its_effect_is_drawn_anew(cast: Cast) -> None:
    contract = make_contract(cast.alex, LONG)
    part = cast.browser("alex").get(
        url("contract_cancel", contract.pk) + "?on=2026-10-09",
        HTTP_HX_REQUEST="true",
        HTTP_HX_TARGET="lost",
    )
    said = text(part)
    assert "170,000" in said
    assert 'value="2026-10-09"' in said
    assert "<form" not in said


def test_the_dialog_says_that_escape_keeps_the_contract(cast: Cast) -> None:
    """“Esc cancel” would say the opposite of what the key does."""
    asked: Any = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "dialog"}
    said = text(cast.browser("alex").get(url("contract_cancel", make_contract(cast.alex).pk), **asked))
    assert "<kbd>Esc</kbd> keep it" in said
    assert "<kbd>Esc</kbd> cancel" not in said


def test_a_preview_and_what_then_happens_are_the_same(cast: Cast) -> None:
    publish()
    terms = make_terms((1, None, "99.99"), kind=ContractType.ROLL_OVER, currency="EUR")
    contract = make_contract(cast.alex, terms)
    shown: Any = cast.browser("alex").get(url("contract_cancel", contract.pk) + "?on=2026-12-31")
    preview = shown.context["preview"]
    cancelled(cast, contract, "2026-12-31")
    with in_workspace(cast.acme.pk):
        total = ContractTotal.objects.get(contract=contract)
    assert (total.lost, total.lost_converted) == (preview.lost.confirmed, preview.lost.confirmed_converted)
    assert (total.confirmed, total.current) == (preview.confirmed.confirmed, preview.current_after)
    assert preview.expected_months == 24


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("on", "", "Choose the last day."),
        ("on", "2026-02-30", "not a date of the calendar"),
        ("on", "0001-01-01", "out of range"),
        ("on", "2150-01-01", "anyway"),
        ("reason", "", "Say why"),
        ("reason", "x" * 501, "at most 500"),
    ],
)
def test_a_refused_cancellation_says_what_to_change(cast: Cast, field: str, typed: str, says: str) -> None:
    contract = make_contract(cast.alex, LONG)
    sent = {"on": "2026-10-09", "seen": "2026-10-09", "reason": "Insolvent", "revision": "2"} | {field: typed}
    sent["seen"] = sent["on"]
    response = send(cast, "alex", "contract_cancel", contract, **sent)
    assert response.status_code == 422
    assert says in response.context["form"].errors[field][0]
    assert saved(cast, contract).cancelled_on is None


def test_a_cancellation_over_a_newer_edit_is_told_and_done_on_the_second_press(cast: Cast) -> None:
    contract = make_contract(cast.alex)
    edit(contract, cast.alex, make_terms((1, 12, "90")))
    sent = {"on": "2026-10-09", "seen": "2026-10-09", "reason": "Gone"}
    overtaken = send(cast, "alex", "contract_cancel", contract, revision="2", **sent)
    assert "was changed meanwhile" in text(overtaken)
    assert overtaken.context["form"]["revision"].value() == "3"
    assert send(cast, "alex", "contract_cancel", contract, revision="3", **sent).status_code == 302


def test_a_cancellation_is_moved_and_taken_back_with_a_reason(cast: Cast) -> None:
    contract = cancelled(cast, make_contract(cast.alex, LONG))
    moved = cancelled(cast, contract, "2026-12-31")
    assert moved.cancelled_on == date(2026, 12, 31)
    assert "20,000.00 → 180,000.00 USD" in text(
        cast.browser("alex").get(url("contract_take_back", contract.pk))
    )
    refused = send(cast, "alex", "contract_take_back", contract, reason="", revision=moved.revision)
    assert "Say why" in text(refused)
    send(cast, "alex", "contract_take_back", contract, reason="Rescued", revision=moved.revision)
    assert saved(cast, contract).cancelled_on is None


@pytest.mark.parametrize(
    "name", ["contract_cancel", "contract_take_back", "contract_void", "contract_restore", "contract_discard"]
)
def test_what_does_not_fit_the_state_leads_back_to_the_page_and_says_so(cast: Cast, name: str) -> None:
    draft, added = make_draft(cast.alex, number="D"), make_contract(cast.alex)
    row = added if name in ("contract_take_back", "contract_restore", "contract_discard") else draft
    for method in ("get", "post"):
        response: Any = getattr(cast.browser("alex"), method)(url(name, row.pk), follow=True)
        assert response.redirect_chain == [(url("contract", row.pk), 302)]
        assert "was changed meanwhile" in text(response)


# ------------------------------------------------------------------ void and discard


def test_a_void_and_its_undo(cast: Cast) -> None:
    contract = make_contract(cast.alex)
    refused = send(cast, "alex", "contract_void", contract, reason=" ", revision="2")
    assert "Say why" in text(refused)
    response: Any = cast.browser("alex").post(
        url("contract_void", contract.pk), {"reason": "Twice", "revision": "2"}, follow=True
    )
    assert url("contract_restore", contract.pk) in text(response)
    assert saved(cast, contract).is_void
    send(cast, "alex", "contract_restore", contract)  # undo, at once
    assert not saved(cast, contract).is_void


def test_after_its_day_only_an_administrator_voids_a_contract(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    contract = make_contract(cast.alex)
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW + timedelta(days=1))
    assert url("contract_void", contract.pk) not in text(
        cast.browser("alex").get(url("contract", contract.pk))
    )
    refused = send(cast, "alex", "contract_void", contract, reason="Twice", revision="2")
    assert "an administrator voids a contract" in text(refused)
    assert send(cast, "ada", "contract_void", contract, reason="Twice", revision="2").status_code == 302


@pytest.mark.parametrize("role", ["auditor", "manager"])
def test_who_added_a_contract_today_and_writes_none_any_more_neither_voids_nor_restores_it(
    cast: Cast, role: str
) -> None:
    standing, void = make_contract(cast.alex), make_contract(cast.alex, number="KT-2026-002")
    send(cast, "alex", "contract_void", void, reason="Twice", revision="2")
    with in_workspace(cast.acme.pk):
        Membership.objects.filter(pk=cast.alex.pk).update(roles=[role])
        by = Membership.objects.get(pk=cast.alex.pk)
        with pytest.raises(Refused, match="an administrator voids a contract"):
            void_contract(contract=standing, by=by, reason="Twice", revision=2, now=NOW)
        with pytest.raises(Refused, match="An administrator takes a void back"):
            restore_contract(contract=void, by=by, reason="Not twice", now=NOW)
    for name, row in (("contract_void", standing), ("contract_restore", void)):
        assert send(cast, "alex", name, row, reason="Mine", revision="2").status_code == 403
    assert (saved(cast, standing).is_void, saved(cast, void).is_void) == (False, True)


def test_who_entered_a_contract_for_a_colleague_voids_it_only_as_an_administrator(cast: Cast) -> None:
    contract = make_contract(cast.alex, by=cast.ada)
    with in_workspace(cast.acme.pk):
        Membership.objects.filter(pk=cast.ada.pk).update(roles=["account_manager", "auditor"])
    sent = {"reason": "Twice", "revision": "2"}
    assert send(cast, "ada", "contract_void", contract, **sent).status_code == 404
    assert not saved(cast, contract).is_void


def test_a_void_cannot_be_taken_back_once_its_number_was_given_again(cast: Cast) -> None:
    contract = make_contract(cast.alex)
    send(cast, "alex", "contract_void", contract, reason="Twice", revision="2")
    make_contract(cast.alex)
    response = send(cast, "alex", "contract_restore", contract, reason="Not twice")
    assert "is in use" in text(response)
    assert saved(cast, contract).is_void


def test_a_draft_is_discarded_once_that_was_confirmed(cast: Cast) -> None:
    draft = make_draft(cast.alex)
    assert "It was never added" in text(cast.browser("alex").get(url("contract_discard", draft.pk)))
    assert send(cast, "alex", "contract_discard", draft).status_code == 302
    with in_workspace(cast.acme.pk):
        assert not Contract.objects.exists()


@pytest.mark.parametrize("who", ["mia", "amir", "audrey", "sam"])
def test_a_contract_of_somebody_else_cannot_be_ended(cast: Cast, who: str) -> None:
    contract = make_contract(cast.alex)
    for name in ("contract_cancel", "contract_details"):
        assert cast.browser(who).post(url(name, contract.pk), {"reason": "Mine"}).status_code == 404
    void = cast.browser(who).post(url("contract_void", contract.pk), {"reason": "Mine"})
    assert void.status_code == (403 if who in ("mia", "audrey") else 404)
    assert not saved(cast, contract).is_void


# ------------------------------------------------------------------ handing over


def test_what_changes_hands_is_shown_first_and_then_only_that_is_handed_over(cast: Cast) -> None:
    contract = make_contract(cast.alex, make_terms(start=date(2026, 6, 1)))
    sent = {"to": cast.amir.pk, "first": "2026-12", "reason": ""}
    shown = send(cast, "ada", "contract_hand_over", contract, **sent)
    assert shown.status_code == 200
    said = text(shown)
    assert "From December 2026 on, Amir gets 6 current months, 600.00 USD." in said
    assert saved(cast, contract).owner == cast.alex
    sent["seen"] = shown.context["form"]["seen"].value()
    assert "Say why" in text(send(cast, "ada", "contract_hand_over", contract, **sent))
    sent["reason"] = "New territory"
    assert send(cast, "ada", "contract_hand_over", contract, **sent).status_code == 302
    with in_workspace(cast.acme.pk):
        assert CurrentMonth.objects.filter(owner=cast.amir).count() == 6
        assert FrozenMonth.objects.filter(owner=cast.alex).count() == 12


def test_an_edit_between_preview_and_press_is_shown_again(cast: Cast) -> None:
    contract = make_contract(cast.alex)
    sent = {"to": cast.amir.pk, "first": "2026-12", "reason": "Territory"}
    sent["seen"] = send(cast, "ada", "contract_hand_over", contract, **sent).context["form"]["seen"].value()
    edit(contract, cast.alex, make_terms((1, 12, "90")))
    again = send(cast, "ada", "contract_hand_over", contract, **sent)
    assert "270.00 USD" in text(again)  # three months of 90
    assert saved(cast, contract).owner == cast.alex


def test_an_edit_in_the_instant_of_the_press_is_shown_again(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody saves after the page was compared with what was shown, before the contract is held."""
    contract = make_contract(cast.alex)
    sent = {"to": cast.amir.pk, "first": "2026-12", "reason": "Territory"}
    sent["seen"] = send(cast, "ada", "contract_hand_over", contract, **sent).context["form"]["seen"].value()
    real = handing.hand_over

    def overtaken(**given: Any) -> int:
        edit(contract, cast.alex, make_terms((1, 12, "90")))
        return real(**given)

    monkeypatch.setattr("contracts.views.handing.hand_over", overtaken)
    again = send(cast, "ada", "contract_hand_over", contract, **sent)
    monkeypatch.setattr("contracts.views.handing.hand_over", real)
    assert "was changed meanwhile" in text(again)
    assert "270.00 USD" in text(again)  # three months of 90
    assert saved(cast, contract).owner == cast.alex
    sent["seen"] = again.context["form"]["seen"].value()
    assert send(cast, "ada", "contract_hand_over", contract, **sent).status_code == 302


def handed(cast: Cast, contract: Contract, to: Membership, first: str) -> Any:
    """Shown, then pressed."""
    sent = {"to": to.pk, "first": first, "reason": "Territory"}
    shown = send(cast, "ada", "contract_hand_over", contract, **sent)
    return send(
        cast, "ada", "contract_hand_over", contract, **sent, seen=shown.context["form"]["seen"].value()
    )


def test_a_hand_over_is_moved_to_an_earlier_month_for_the_same_person(cast: Cast) -> None:
    """Amir was to get it from February 2027 on, one month of 100; he gets it from December on, three."""
    contract = make_contract(cast.alex)
    assert handed(cast, contract, cast.amir, "2027-02").status_code == 302
    shown = send(cast, "ada", "contract_hand_over", contract, to=cast.amir.pk, first="2026-12")
    assert "From December 2026 on, Amir gets 2 current months, 200.00 USD." in text(shown)
    assert handed(cast, contract, cast.amir, "2026-12").status_code == 302
    with in_workspace(cast.acme.pk):
        assert CurrentMonth.objects.filter(owner=cast.amir).count() == 3
        assert [(str(each.first), each.previous, each.owner) for each in HandOver.objects.all()] == [
            ("2027-02", cast.alex, cast.amir),
            ("2026-12", cast.alex, cast.amir),
        ]


def test_a_hand_over_that_changes_no_month_says_so_and_is_none(cast: Cast) -> None:
    contract = make_contract(cast.alex)
    handed(cast, contract, cast.amir, "2026-12")
    response = handed(cast, contract, cast.amir, "2027-01")
    assert "From January 2027 on it is all Amir’s already." in text(response)
    with in_workspace(cast.acme.pk):
        assert HandOver.objects.count() == 1


def test_all_living_contracts_of_a_client_are_handed_over_in_one_step(cast: Cast) -> None:
    publish()
    make_contract(cast.alex, make_terms(start=date(2026, 10, 1)), number="A")
    make_contract(cast.alex, make_terms(start=date(2026, 10, 1), currency="GBP"), number="B")
    make_draft(cast.alex, number="C")
    cancelled(cast, make_contract(cast.alex, number="D"))
    mine = make_contract(cast.amir, number="E")
    make_contract(cast.alex, number="F", client="Somebody else")
    hand_over = url("client_hand_over", mine.client_id)
    sent = {"to": cast.amir.pk, "first": "2027-01", "reason": "New territory"}
    shown: Any = cast.browser("ada").post(hand_over, sent)
    said = text(shown)
    assert "Amir gets 18 current months, 900.00 GBP, 900.00 USD, together 2,118.60 USD" in said
    assert "Hand 3 contracts over to Amir" in said
    sent["seen"] = shown.context["form"]["seen"].value()
    assert cast.browser("ada").post(hand_over, sent).status_code == 302
    with in_workspace(cast.acme.pk):
        owners = dict(Contract.objects.values_list("number", "owner__user__name"))
        assert HandOver.objects.count() == 2  # a draft is nobody's yet
    assert owners == {"A": "Amir", "B": "Amir", "C": "Amir", "D": "Alex", "E": "Amir", "F": "Alex"}


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("to", "", "Choose who gets it."),
        ("to", "999999", "not one of the available choices"),
        ("first", "", "Choose the first month."),
        ("first", "December", "Write a month like 2026-03."),
        ("first", "2026-13", "no month 13"),
    ],
)
def test_a_refused_hand_over_says_what_to_change(cast: Cast, field: str, typed: str, says: str) -> None:
    contract = make_contract(cast.alex)
    sent: dict[str, Any] = {"to": cast.amir.pk, "first": "2026-12", "reason": "Territory"} | {field: typed}
    response = send(cast, "ada", "contract_hand_over", contract, **sent)
    assert says in response.context["form"].errors[field][0]
    assert saved(cast, contract).owner == cast.alex


def test_a_contract_is_not_offered_to_whoever_holds_it(cast: Cast) -> None:
    contract = make_contract(cast.alex)
    response: Any = cast.browser("ada").get(url("contract_hand_over", contract.pk))
    assert [name for _, name in response.context["form"].fields["to"].choices][1:] == ["Amir", "Olive"]
    assert response.context["form"]["first"].value() == str(Month(2026, 12))


def test_a_client_without_a_living_contract_says_so(cast: Cast) -> None:
    contract = cancelled(cast, make_contract(cast.alex))
    said = text(cast.browser("ada").get(url("client_hand_over", contract.client_id)))
    assert "has no draft and no current contract to hand over" in said
