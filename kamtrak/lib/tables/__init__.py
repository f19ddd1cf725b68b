"""Reading a table that people bring (rules 5.16 and 5.17): streamed, in bounded memory, whatever it holds.

A file is looked at once (`look`), its layout confirmed, and then streamed as often as needed (`read_rows`).
What a column's numbers and dates mean is decided from all of its values (`decide_numbers`, `decide_dates`, or
the evidence gathered while the rows stream by).
"""

from kamtrak.lib.tables.cells import NumberCell, WritesNumbers, cells_from_array, cells_to_array
from kamtrak.lib.tables.dates import DateEvidence, DateFormat, DateOrder, decide_dates
from kamtrak.lib.tables.delimiter import DELIMITERS
from kamtrak.lib.tables.encoding import ENCODINGS, OFFERED
from kamtrak.lib.tables.export import csv_cells, original_cell, safe_cell
from kamtrak.lib.tables.intake import (
    LAYOUT_ANSWERS,
    Check,
    CheckedRow,
    Column,
    Kind,
    Question,
    ReadRow,
    check_table,
    expected_columns,
)
from kamtrak.lib.tables.layout import Layout, look
from kamtrak.lib.tables.limits import LimitExceeded, Limits, TableError
from kamtrak.lib.tables.numbers import NumberEvidence, NumberFormat, decide_numbers
from kamtrak.lib.tables.question import Ask, Option
from kamtrak.lib.tables.reader import Row, read_rows
from kamtrak.lib.tables.rejects import (
    REJECT_COLUMNS,
    RejectWriter,
    is_reject_file,
    original_row,
    own_columns,
    own_rows,
)
from kamtrak.lib.tables.report import CheckReport, Collector, Problem, ProblemCount, Unreadable

__all__ = [
    "DELIMITERS",
    "ENCODINGS",
    "LAYOUT_ANSWERS",
    "OFFERED",
    "REJECT_COLUMNS",
    "Ask",
    "Check",
    "CheckReport",
    "CheckedRow",
    "Collector",
    "Column",
    "DateEvidence",
    "DateFormat",
    "DateOrder",
    "Kind",
    "Layout",
    "LimitExceeded",
    "Limits",
    "NumberCell",
    "NumberEvidence",
    "NumberFormat",
    "Option",
    "Problem",
    "ProblemCount",
    "Question",
    "ReadRow",
    "RejectWriter",
    "Row",
    "TableError",
    "Unreadable",
    "WritesNumbers",
    "cells_from_array",
    "cells_to_array",
    "check_table",
    "csv_cells",
    "decide_dates",
    "decide_numbers",
    "expected_columns",
    "is_reject_file",
    "look",
    "original_cell",
    "original_row",
    "own_columns",
    "own_rows",
    "read_rows",
    "safe_cell",
]
