"""What account managers write: sentences per revenue type, put together so that no two entries read alike.

A family holds headlines and sentences that fit each other; an entry is one headline and one sentence of each
group. The words in braces are filled by kamtrak.demo.wording.
"""

from contributions.rules import RevenueType
from kamtrak.demo.phrases import direct, influenced, retention, savings
from kamtrak.demo.phrases.family import Family

FAMILIES: dict[RevenueType, tuple[Family, ...]] = {
    RevenueType.DIRECT: direct.FAMILIES,
    RevenueType.INFLUENCED: influenced.FAMILIES,
    RevenueType.SAVINGS: savings.FAMILIES,
    RevenueType.RETENTION: retention.FAMILIES,
}

__all__ = ["FAMILIES", "Family"]
