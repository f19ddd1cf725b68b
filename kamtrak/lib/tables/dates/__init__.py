"""The dates of a column: one order for all of them, decided by the whole column (rules 2.2 and 5.16)."""

from kamtrak.lib.tables.dates.evidence import DateEvidence, decide_dates
from kamtrak.lib.tables.dates.formats import ORDER_LABELS, DateFormat, DateOrder

__all__ = ["ORDER_LABELS", "DateEvidence", "DateFormat", "DateOrder", "decide_dates"]
