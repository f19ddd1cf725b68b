"""The versions of a schedule, each with what it changed and what it comes to (rules 4.12)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from contracts.models import Contract, ScheduleVersion
from contracts.rules import Change, Terms, changes_between, schedule_total, source_said


@dataclass(frozen=True)
class VersionLine:
    """A version, what differs from the one before it, and what the confirmed terms come to with it.

    `scheduled` is what it said when it was saved; `total` what is left of that after a cancellation.
    """

    version: ScheduleVersion
    terms: Terms
    changes: tuple[Change, ...]
    scheduled: Decimal
    total: Decimal
    is_current: bool

    @property
    def source(self) -> str:
        """Where its revenue comes from, in words."""
        return source_said(self.terms)

    @property
    def cut(self) -> Decimal:
        """What a cancellation takes of it: 0 or less."""
        return self.total - self.scheduled

    @property
    def is_first(self) -> bool:
        """What was confirmed at Add."""
        return self.version.number == 1


def version_lines(contract: Contract) -> list[VersionLine]:
    """Every version, the newest first; one query. A draft has none."""
    versions = list(ScheduleVersion.objects.filter(contract=contract).select_related("entered_by"))
    return [
        _line(contract, version, versions[place + 1 : place + 2]) for place, version in enumerate(versions)
    ]


def _line(contract: Contract, version: ScheduleVersion, before: Sequence[ScheduleVersion]) -> VersionLine:
    terms = version.terms_in(contract.currency)
    changes = changes_between(before[0].terms_in(contract.currency), terms) if before else ()
    until, cancelled = contract.frozen_until, contract.cancelled_after
    return VersionLine(
        version,
        terms,
        changes,
        scheduled=schedule_total(terms, frozen_until=until, cancelled_after=None),
        total=schedule_total(terms, frozen_until=until, cancelled_after=cancelled),
        is_current=version.number == contract.version,
    )


def latest_version(contract: Contract) -> ScheduleVersion | None:
    """The schedule as it was saved last, by whom and why; None for a draft."""
    return ScheduleVersion.objects.filter(contract=contract).select_related("entered_by").first()
