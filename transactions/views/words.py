"""What the outcomes of a derivation are called on pages: the words of the field, never their numbers."""

from transactions.rules import Earlier, Lack, Warning
from transactions.rules.revenue import TIER_LABELS
from transactions.rules.states import LACK_LABELS

TIERS = {**TIER_LABELS, 0: "no rule applies"}

# In a check, where the file can still be mended, what it would take is said.
LACKS = {**LACK_LABELS, Lack.NOTHING: "neither revenue, nor quantity and price, nor a product"}

WARNINGS = {
    Warning.DISAGREES: "The revenue given is not quantity × price; the revenue given is used",
    Warning.UNREAD_UNUSED: "A cell that no figure needs cannot be read",
    Warning.DOUBLE_NEGATIVE: "A negative quantity at a negative price counts as positive",
    Warning.ASSUMED_CURRENCY: "Nothing says the currency: the workspace’s is assumed",
    Warning.REFUND_ADDS: "A refund whose amount is above zero",
    Warning.NO_SALE: "The sale that the refund names is not there: rate and price are of its own day",
}

CAUSES = {
    Earlier.MAPPING: "mapping",
    Earlier.PRICE: "price",
    Earlier.RATE: "rate",
    Earlier.WAYS: "settings",
}


def lack_said(lack: int) -> str:
    """Why a figure is unknown."""
    return LACKS.get(Lack(lack), "unknown")


def tier_said(tier: int) -> str:
    """How a revenue was found."""
    return TIERS.get(tier, "")


def letters(place: int) -> str:
    """The column as a spreadsheet calls it: 0 → A, 26 → AA."""
    name, number = "", place + 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def cause_said(cause: Earlier) -> str:
    """`price`, `price and rate`, `price, rate and settings`; of a refund that moves with its sale alone
    `their sale`."""
    said = [word for flag, word in CAUSES.items() if cause & flag]
    if not said:
        return "their sale"
    return " and ".join((", ".join(said[:-1]), said[-1])) if len(said) > 1 else said[0]
