"""What a report compares with what: functions of values."""

from reports.rules.spans import CHART_QUARTERS, Comparison, Span, span_of

__all__ = ["CHART_QUARTERS", "Comparison", "Span", "span_of"]
