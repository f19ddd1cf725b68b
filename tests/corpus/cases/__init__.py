"""The corpus, by subject."""

from . import dates, encodings, exports, hostile, ids, numbers, shapes, workbooks

CASES = (
    *encodings.CASES,
    *shapes.CASES,
    *numbers.CASES,
    *dates.CASES,
    *ids.CASES,
    *exports.CASES,
    *workbooks.CASES,
    *hostile.CASES,
)
