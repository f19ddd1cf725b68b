"""The corpus, by subject."""

from . import containers, currencies, dates, encodings, exports, hostile, ids, numbers, shapes, workbooks

CASES = (
    *encodings.CASES,
    *shapes.CASES,
    *numbers.CASES,
    *currencies.CASES,
    *dates.CASES,
    *ids.CASES,
    *exports.CASES,
    *workbooks.CASES,
    *containers.CASES,
    *hostile.CASES,
)
