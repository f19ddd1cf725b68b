"""Where a contract stands on a day, whose its months are, and its number (rules 4.1, 4.14 to 4.16)."""

from datetime import date

from contracts.rules import HandedOver, State, owner_in, state_of, suggest_number
from kamtrak.lib.months import Month


def state(today: date, *, cancelled_on: date | None = None, last_month: Month | None = None) -> State:
    return state_of(today=today, added=True, void=False, cancelled_on=cancelled_on, last_month=last_month)


def test_a_fixed_term_is_current_on_its_last_day_and_expired_on_the_next() -> None:
    february = Month(2028, 2)
    assert state(date(2024, 1, 1), last_month=february) is State.CURRENT
    assert state(date(2028, 2, 29), last_month=february) is State.CURRENT
    assert state(date(2028, 3, 1), last_month=february) is State.EXPIRED


def test_a_contract_that_renews_never_expires() -> None:
    assert state(date(2199, 12, 31)) is State.CURRENT


def test_a_contract_is_cancelled_from_the_day_of_its_cancellation_on() -> None:
    day = date(2026, 6, 10)
    assert state(date(2026, 6, 9), cancelled_on=day) is State.CURRENT
    assert state(day, cancelled_on=day) is State.CANCELLED
    assert state(date(2030, 1, 1), cancelled_on=day, last_month=Month(2028, 2)) is State.CANCELLED


def test_a_draft_stays_a_draft_after_its_end_and_void_goes_over_everything() -> None:
    end = {"cancelled_on": date(2026, 1, 1), "last_month": Month(2026, 1), "today": date(2027, 1, 1)}
    assert state_of(added=False, void=False, **end) is State.DRAFT  # type: ignore[arg-type]
    assert state_of(added=True, void=True, **end) is State.VOID  # type: ignore[arg-type]


ANA, BEN, CLEO = 1, 2, 3


def test_a_contract_that_is_handed_over_is_the_new_owners_from_that_month_on() -> None:
    handed = [HandedOver(Month(2026, 6), BEN)]
    assert owner_in(Month(2026, 5), first_owner=ANA, handed=handed) == ANA
    assert owner_in(Month(2026, 6), first_owner=ANA, handed=handed) == BEN
    assert owner_in(Month(2026, 6), first_owner=ANA, handed=[]) == ANA


def test_a_hand_over_that_is_recorded_later_goes_over_an_earlier_one() -> None:
    handed = [HandedOver(Month(2026, 6), BEN), HandedOver(Month(2026, 9), CLEO)]
    owners = [owner_in(Month(2026, n), first_owner=ANA, handed=handed) for n in (5, 6, 8, 9, 12)]
    assert owners == [ANA, BEN, BEN, CLEO, CLEO]
    taken_back = [*handed, HandedOver(Month(2026, 7), ANA)]
    owners = [owner_in(Month(2026, n), first_owner=ANA, handed=taken_back) for n in (5, 6, 7, 9)]
    assert owners == [ANA, BEN, ANA, ANA]


def test_the_suggested_number_follows_all_of_the_year() -> None:
    assert suggest_number(2026, []) == "KT-2026-001"
    assert suggest_number(2026, ["KT-2026-006", "KT-2026-002", "KT-2025-041", "A-17"]) == "KT-2026-007"
    assert suggest_number(2026, ["KT-2026-999"]) == "KT-2026-1000"
    assert suggest_number(2026, ["KT-2026-001-B", "KT-2026-", "KT-2026-٣", "KT-2026-999999999"]) == (
        "KT-2026-001"
    )
