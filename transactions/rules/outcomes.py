"""What a derivation can come to: counted or not, what a figure lacks, what a person should look at.

The numbers are stored: they never change their meaning.
"""

from enum import IntEnum, IntFlag


class Status(IntEnum):
    """Whether a row counts."""

    COUNTED = 1
    UNKNOWN = 2  # in no total, and every total says so (rules 5.4)
    NOT_REVENUE = 3  # declared so by its transaction type (rules 5.13)
    VOIDED = 4  # set by storage: an import replaced its source's rows of that day (rules 5.14)


class Lack(IntEnum):
    """What an unknown figure waits for."""

    NONE = 0
    NO_RATE = 1  # its currency has no rate on the day (rules 6.6)
    NO_ENTRY = 2  # the product is not in the catalog
    NO_VALUE = 3  # the entry has no value of this measure on the day
    AMBIGUOUS = 4  # several products bear the name (rules 5.10)
    NOTHING = 5  # no rule applies to what the row provides: "cannot derive" (rules 5.4)
    NO_TAX = 6  # the figure includes tax, and nothing says how much (rules 5.9)
    NO_REVENUE = 7  # of a profit: the revenue that it is taken from waits itself
    NO_QUANTITY = 8  # of a profit: the catalog knows it of one unit, the row not how many there are


# What an entry in the catalog supplies (rules 5.10).
CATALOG_LACKS = (Lack.NO_ENTRY, Lack.NO_VALUE, Lack.AMBIGUOUS)


class Warning(IntFlag):
    """What a row that goes in should be looked at for."""

    FELL_PAST_BLANK = 1  # a mapped column was blank, so a later rule decided (rules 5.2)
    DISAGREES = 2  # the stated revenue is not quantity × price (rules 5.6)
    UNREAD_UNUSED = 4  # text that cannot be read, in a cell that no figure needs (rules 5.3)
    DOUBLE_NEGATIVE = 8  # a negative quantity at a negative price (rules 5.13)
    ASSUMED_CURRENCY = 16  # nothing says the currency: the workspace default (rules 5.7)
    REFUND_ADDS = 32  # a refund whose figure is above 0: is the declared sign right?
    NO_SALE = 64  # the sale of its Original ID is not there: rate and price are of its own day
    PROVISIONAL = 128  # its rate waits for its day (rules 6.5)


class Earlier(IntFlag):
    """What a settled row was derived with that has changed since (rules 5.12)."""

    PRICE = 1
    RATE = 2
    WAYS = 4  # the settings: signs, taxes, profit
    MAPPING = 8  # what the columns of its import are taken for
