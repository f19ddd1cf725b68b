"""What the outcomes of a derivation are called on pages: the words of the field, never their numbers."""

from transactions.rules import Lack, Warning
from transactions.rules.revenue import TIER_LABELS

TIERS = {**TIER_LABELS, 0: "no rule applies"}

LACKS = {
    Lack.NO_RATE: "no exchange rate for its currency and day",
    Lack.NO_ENTRY: "the product is not in the catalog",
    Lack.NO_VALUE: "the catalog has no value for the day",
    Lack.AMBIGUOUS: "several products bear the name",
    Lack.NOTHING: "neither revenue, nor quantity and price, nor a product",
    Lack.NO_TAX: "it includes tax, and nothing says how much",
    Lack.NO_REVENUE: "the revenue that it is taken from is unknown",
    Lack.NO_QUANTITY: "the catalog knows it per unit, and the quantity is missing",
}

WARNINGS = {
    Warning.DISAGREES: "The revenue given is not quantity × price; the revenue given is used",
    Warning.UNREAD_UNUSED: "A cell that no figure needs cannot be read",
    Warning.DOUBLE_NEGATIVE: "A negative quantity at a negative price counts as positive",
    Warning.ASSUMED_CURRENCY: "Nothing says the currency: the workspace’s is assumed",
    Warning.REFUND_ADDS: "A refund whose amount is above zero",
    Warning.NO_SALE: "The sale that the refund names is not there: rate and price are of its own day",
}


def lack_said(lack: int) -> str:
    """Why a figure is unknown."""
    return LACKS.get(Lack(lack), "unknown")


def tier_said(tier: int) -> str:
    """How a revenue was found."""
    return TIERS.get(tier, "")
