"""Where the marks of a chart stand: x and widths in % of the drawing, y and heights in px, as finished text.

Templates draw the result as SVG, the same on a page and in a PDF. Nothing here knows currencies: amounts come
in as Decimal, and charts are the only place that may round them, to k and m, for the eye.
"""

from kamtrak.lib.charts.columns import Bar, Column, ColumnChart, Stack, bar_list, stacked_columns
from kamtrak.lib.charts.months import MonthBar, MonthChart, month_columns
from kamtrak.lib.charts.scale import short
from kamtrak.lib.charts.strip import Strip, StripMonth, rule_strip

__all__ = [
    "Bar",
    "Column",
    "ColumnChart",
    "MonthBar",
    "MonthChart",
    "Stack",
    "Strip",
    "StripMonth",
    "bar_list",
    "month_columns",
    "rule_strip",
    "short",
    "stacked_columns",
]
