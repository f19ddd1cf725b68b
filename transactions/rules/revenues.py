"""A row's revenue from its tier to the workspace currency: taxes removed, converted once (rules 1.2, 5.7)."""

from dataclasses import dataclass

from kamtrak.lib.money.rounding import Exact, less
from transactions.rules.book import RateUse
from transactions.rules.outcomes import Lack
from transactions.rules.taxes import Tax, tax_in
from transactions.rules.tiers import Tier, choose_tier
from transactions.rules.working import Row


@dataclass(slots=True)
class Revenue:
    """The revenue that counts, not yet rounded: `exact` in `currency`, `converted` in the workspace currency.

    `converted` is None where it is unknown, with what it lacks; `exact` too, unless that is a rate. `tax`:
    what was removed; None where nothing is.
    """

    tier: Tier
    tax: Tax | None
    currency: str
    exact: Exact | None = None
    converted: Exact | None = None
    rate: RateUse | None = None
    lack: Lack = Lack.NONE

    @property
    def can_be(self) -> bool:
        """Whether it is known, or will be once something is supplied."""
        return self.lack is not Lack.NOTHING


def revenue_of(row: Row) -> Revenue:
    """The revenue of a row. Row errors, if any, are in `row.wrong`: then it says nothing."""
    tier = choose_tier(row)
    if tier.exact is None or row.wrong:
        return Revenue(tier, None, tier.currency, lack=tier.lack)
    if not (row.terms.net and tier.includes_tax):
        return _converted(row, tier, None, tier.exact)
    tax = tax_in(row, tier)
    if tax.exact is None:
        # Of a tax that lacks a rate the currency is told: it is the one to supply a rate for.
        return Revenue(tier, tax, tax.currency or tier.currency, lack=tax.lack)
    return _converted(row, tier, tax, less(tier.exact, tax.exact))


def _converted(row: Row, tier: Tier, tax: Tax | None, exact: Exact) -> Revenue:
    converted, rate = row.converted(exact, tier.currency)
    if converted is None:
        return Revenue(tier, tax, tier.currency, exact, lack=Lack.NO_RATE)
    if rate is None and tax is not None:
        rate = tax.rate
    return Revenue(tier, tax, tier.currency, exact, converted, rate)
