"""Changing a workspace's settings (rules 2.1, 4.11, 6.2, 6.9).

The workspace cannot know what stands above it. Two registries let upper apps say what holds the currency or
the start of the fiscal year, and follow a change; they register in AppConfig.ready().
"""

import hashlib
import zoneinfo
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from django.db import transaction

from kamtrak.history import because
from kamtrak.lib.errors import Refused, Stale
from kamtrak.lib.money import is_currency
from workspaces.models import Membership, RateMode, Workspace
from workspaces.rules import Right, keeps_quarters, rights_of
from workspaces.services.locks import hold_alone
from workspaces.services.people import clean_workspace_name

LIMIT_DAYS = 366


class Held(StrEnum):
    """What upper apps may hold in place."""

    CURRENCY = "currency"  # held by what is confirmed, closed or issued (rules 6.9)
    FISCAL_YEAR_START = "fiscal_year_start"  # held by contributions and closed periods (rules 2.1)


# Answers what holds it, in plain words with their number: ["3 closed quarters", "1 issued document"].
Holder = Callable[[Workspace, Held], Iterable[str]]
Follower = Callable[[Workspace, datetime], None]


class RatesFollower(Protocol):
    def __call__(self, *, workspace: Workspace, by: Membership, reason: str, now: datetime) -> object: ...


_holders: list[Holder] = []
_currency_followers: list[Follower] = []
_rates_followers: list[RatesFollower] = []


def register_holder(holder: Holder) -> None:
    """Have `holder` asked before the currency or the start of the fiscal year moves."""
    _holders.append(holder)


def register_currency_follower(follower: Follower) -> None:
    """Have `follower(workspace, now)` called, in the same transaction, after the currency has changed."""
    _currency_followers.append(follower)


def register_rates_follower(follower: RatesFollower) -> None:
    """The same after the way of taking rates has changed: mode or limit (rules 5.12, 6.2)."""
    _rates_followers.append(follower)


@dataclass(frozen=True)
class Settings:
    """A workspace's settings, as they are or as a person wants them."""

    name: str
    currency: str
    currencies: tuple[str, ...]
    fiscal_year_start: int
    fiscal_year_named_by: str
    time_zone: str
    rate_mode: str
    rate_limit_days: int
    sales_follow_current: bool

    @classmethod
    def of(cls, workspace: Workspace) -> "Settings":
        values = {field.name: getattr(workspace, field.name) for field in fields(cls)}
        return cls(**{**values, "currencies": tuple(workspace.currencies)})

    @property
    def stamp(self) -> str:
        """Names exactly these values: the form sends back the stamp of what it showed."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:16]


def held_by(workspace: Workspace, what: Held) -> list[str]:
    """Everything that holds it in place; empty when it may move."""
    return [reason for holder in _holders for reason in holder(workspace, what)]


def change_settings(
    *, workspace: Workspace, by: Membership, wanted: Settings, reason: str, seen: str, now: datetime
) -> Workspace:
    """Save the settings over those whose stamp (`seen`) was on the form; returns the workspace as it is now.

    Raises Refused with the field, and Stale when somebody changed them meanwhile.
    """
    if Right.MASTERS not in rights_of(by.roles):
        raise Refused("Only an owner or administrator changes the settings.")
    if not reason.strip():
        raise Refused("Say why: it is kept in the history.", "reason")
    wanted = _checked(wanted)
    with transaction.atomic(), because(reason=reason.strip()):
        current = hold_alone(workspace)
        before = Settings.of(current)
        if before.stamp != seen:
            raise Stale("The settings were changed meanwhile. See what they are now, then save again.")
        wanted = replace(wanted, currencies=_in_order(before.currencies, wanted.currencies))
        _check_held(current, before, wanted)
        for field in fields(wanted):
            setattr(current, field.name, getattr(wanted, field.name))
        current.currencies = list(wanted.currencies)
        current.save()
        _follow(current, by, before, wanted, reason.strip(), now)
    return current


def _checked(wanted: Settings) -> Settings:
    """The settings, cleaned; raises Refused for what no workspace could have."""
    name = clean_workspace_name(wanted.name)
    currencies = tuple(dict.fromkeys((*wanted.currencies, wanted.currency)))
    unknown = [code for code in currencies if not is_currency(code)]
    if unknown:
        field = "currency" if wanted.currency in unknown else "currencies"
        raise Refused(f"“{unknown[0]}” is not a currency code of ISO 4217, like USD or CHF.", field)
    if not 1 <= wanted.fiscal_year_start <= 12:
        raise Refused("Choose the month in which the fiscal year starts.", "fiscal_year_start")
    if wanted.time_zone not in zoneinfo.available_timezones():
        raise Refused("Choose a time zone from the list, like Europe/Berlin.", "time_zone")
    if wanted.rate_mode not in RateMode.values:
        raise Refused("Choose where rates come from.", "rate_mode")
    if not 0 <= wanted.rate_limit_days <= LIMIT_DAYS:
        raise Refused(f"Enter a number of days from 0 to {LIMIT_DAYS}.", "rate_limit_days")
    return replace(wanted, name=name, currencies=currencies)


def _in_order(before: tuple[str, ...], wanted: tuple[str, ...]) -> tuple[str, ...]:
    """Those that stay in the order in which they are offered, and those that come after them.

    A form sends its boxes in the order of the page, which is nobody's wish.
    """
    stay = [code for code in before if code in wanted]
    return tuple(dict.fromkeys((*stay, *wanted)))


def _check_held(workspace: Workspace, before: Settings, wanted: Settings) -> None:
    if wanted.currency != before.currency and (holding := held_by(workspace, Held.CURRENCY)):
        raise Refused(
            f"The currency stays {before.currency}: {_listed(holding)} "
            f"{_stand(holding)} in it, and what is confirmed, closed or issued does not move.",
            "currency",
        )
    moved = not keeps_quarters(before.fiscal_year_start, wanted.fiscal_year_start)
    if moved and (holding := held_by(workspace, Held.FISCAL_YEAR_START)):
        raise Refused(
            f"{_listed(holding)} {_stand(holding)} in the quarters as they are. "
            "Move the start by three, six or nine months: quarters stay and only their labels change.",
            "fiscal_year_start",
        )


def _listed(holding: list[str]) -> str:
    return holding[0] if len(holding) == 1 else f"{', '.join(holding[:-1])} and {holding[-1]}"


def _stand(holding: list[str]) -> str:
    return "stands" if len(holding) == 1 and holding[0].startswith("1 ") else "stand"


def _follow(
    workspace: Workspace, by: Membership, before: Settings, wanted: Settings, reason: str, now: datetime
) -> None:
    if before.currency != wanted.currency:
        for follow in _currency_followers:
            follow(workspace, now)
    elif (before.rate_mode, before.rate_limit_days) != (wanted.rate_mode, wanted.rate_limit_days):
        for follow_rates in _rates_followers:
            follow_rates(workspace=workspace, by=by, reason=reason, now=now)
