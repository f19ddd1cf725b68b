"""Where the marks of a chart stand, with the figures of the drawings of the design."""

from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kamtrak.lib.charts import (
    MonthBar,
    Stack,
    StripMonth,
    bar_list,
    month_columns,
    rule_strip,
    short,
    stacked_columns,
)

Q3 = (D("268530.47"), D("378758.52"), D("53756.49"), D("383972.59"))
amounts = st.decimals(min_value=-(10**15), max_value=10**15, places=2)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("680990.65", "681 k"),
        ("1085018.07", "1.09 m"),
        ("1200000", "1.20 m"),
        ("2500", "2.5 k"),
        ("3000", "3 k"),
        ("999950", "1.00 m"),
        ("40", "40"),
        ("-40", "−40"),
        ("0", "0"),
        ("0.5", "0.5"),
        ("1000000000000000", "1,000 tn"),
    ],
)
def test_an_axis_writes_three_digits(value, said):
    assert short(D(value)) == said


def test_eight_quarters_stand_where_the_design_drew_them():
    others = [Stack(f"Q{n}", f"Q{n}", (D("100000"),) * 4) for n in range(7)]
    chart = stacked_columns([*others, Stack("Q3 2026", "Q3", Q3, below="open", selected=True)])
    assert [line.label for line in chart.gridlines] == ["300 k", "600 k", "900 k", "1.20 m"]
    assert [line.y for line in chart.gridlines] == ["195.5", "138.5", "81.5", "24.5"]
    last = chart.columns[-1]
    assert [(rect.y, rect.height) for rect in last.rects] == [
        ("201.0", "49.5"),
        ("129.0", "70.5"),
        ("118.8", "8.7"),
        ("45.8", "71.5"),
    ]
    assert (last.rects[0].x, last.rects[0].width, last.middle, last.total) == (
        "91.22%",
        "6.30%",
        "94.38%",
        "1.09 m",
    )
    assert (chart.base_y, chart.gutter, chart.label_y, chart.below_y) == ("252.5", "10.00%", 268, 282)


def test_nothing_earned_is_an_empty_chart_and_not_a_division_by_zero():
    chart = stacked_columns([Stack("Q1", "Q1", (D(0),) * 4)])
    assert chart.is_empty
    assert chart.gridlines == ()
    assert chart.columns[0].rects == ()


def test_no_quarters_at_all_can_be_drawn():
    assert stacked_columns([]).columns == ()


def test_one_quarter_does_not_fill_the_page():
    assert stacked_columns([Stack("Q1", "Q1", Q3)]).columns[0].rects[0].width == "12.00%"


def test_later_changes_below_zero_hang_under_the_base_line():
    chart = stacked_columns([Stack("Q1", "Q1", (D(-500), D(1000), D(0), D(0)))])
    below, above = chart.columns[0].rects
    assert chart.gridlines[0].label == "−400" or chart.gridlines[0].label.startswith("−")
    assert float(above.y) + float(above.height) <= float(chart.base_y) <= float(below.y) + 1
    assert float(below.height) > 0


def test_a_sliver_is_still_seen():
    chart = stacked_columns([Stack("Q1", "Q1", (D(1), D(10**15)))])
    assert chart.columns[0].rects[0].height == "1.0"
    assert chart.columns[0].total == "1,000 tn"


@given(st.lists(st.tuples(amounts, amounts, amounts, amounts), max_size=12))
def test_no_mark_has_a_negative_size_or_leaves_the_drawing(rows):
    chart = stacked_columns([Stack(str(n), str(n), row) for n, row in enumerate(rows)])
    for column in chart.columns:
        for rect in column.rects:
            assert float(rect.height) >= 1
            assert -1 <= float(rect.y) <= chart.height
            assert float(rect.y) + float(rect.height) <= chart.height
            assert 0 <= float(rect.x.rstrip("%")) <= 100


def test_a_current_schedule_steps_where_it_changes():
    bars = [
        MonthBar(f"Month {n}", "M", D(10000), kind="frozen", current=D(value))
        for n, value in enumerate([10000, 9000, 9000, 9500])
    ]
    marks = month_columns(bars, height=248, gutter=5.5).marks
    assert [bool(mark.joint_y) for mark in marks] == [False, True, False, True]
    assert marks[1].line_y == marks[2].line_y


def test_a_month_of_zero_has_a_label_and_no_column():
    mark = month_columns([MonthBar("Jan 2026", "J", D(0)), MonthBar("Feb 2026", "F", D(5))]).marks[0]
    assert (mark.height, mark.bar.label) == ("", "J")


def test_today_stands_behind_the_ninth_of_eighteen_months():
    bars = [MonthBar(str(n), "M", D(1)) for n in range(18)]
    chart = month_columns(bars, now_after=9)
    assert (chart.now_x, chart.now_left, chart.now_right) == ("54.25%", "53.25%", "55.25%")


def test_a_rebate_hangs_below_the_line():
    chart = month_columns([MonthBar("Jan", "J", D(-100)), MonthBar("Feb", "F", D(100))])
    assert all(float(mark.height) > 0 for mark in chart.marks)
    assert float(chart.marks[0].y) == float(chart.marks[1].y) + float(chart.marks[1].height)


def test_what_is_lost_and_what_is_expected_stand_apart_upon_the_column():
    """Confirmed 100, of it 40 lost; 20 more expected: 60 + 40 + 20 reach as high as 120 alone."""
    month = MonthBar("Jan", "J", D(60), kind="forecast", upon=(("lost", D(40)), ("expected", D(20))))
    chart = month_columns([month, MonthBar("Feb", "F", D(120))])
    first, second = chart.marks
    lost, expected = first.pieces
    assert [piece.kind for piece in first.pieces] == ["lost", "expected"]
    assert expected.y == second.y
    assert float(lost.y) == pytest.approx(float(expected.y) + float(expected.height), abs=0.1)
    assert float(first.y) == pytest.approx(float(lost.y) + float(lost.height), abs=0.1)


def test_a_rebate_that_is_lost_hangs_below_the_line_and_the_scale_reaches_it():
    chart = month_columns([MonthBar("Jan", "J", D(0), upon=(("expected", D(0)), ("lost", D(-50))))])
    (lost,) = chart.marks[0].pieces
    assert float(lost.y) == pytest.approx(float(chart.base_y), abs=0.5)
    assert float(lost.height) > 0


def test_a_chart_is_linked_as_soon_as_one_month_leads_somewhere():
    assert not month_columns([MonthBar("Jan", "J", D(1))]).linked
    assert month_columns([MonthBar("Jan", "J", D(1)), MonthBar("Feb", "F", D(1), url="/rows")]).linked


def test_the_strip_names_rules_and_outlines_the_gap():
    rules = [1] * 3 + [2] * 3 + [3] * 6 + [None] * 2 + [4] * 10
    earns = {1: 10000, 2: 9000, 3: 9500, None: 0, 4: 8000}
    strip = rule_strip([StripMonth(rule, D(earns[rule]), f"month {n}") for n, rule in enumerate(rules)])
    assert [name.text for name in strip.rules] == ["Rule 1", "Rule 2", "Rule 3", "gap", "Rule 4"]
    assert [mark.number for mark in strip.marks if mark.number] == ["1", "4", "7", "13", "15", "24"]
    assert (strip.marks[0].y, strip.marks[0].height) == ("16.0", "58.0")
    assert (strip.marks[3].y, strip.marks[3].height) == ("21.8", "52.2")
    assert strip.marks[12].css == "k-gap"
    assert [month.x for month in strip.months] == ["0.00%", "50.00%", "100.00%"]


def test_the_strip_says_where_two_rules_overlap():
    months = [StripMonth(1, D(100), "Jan")] * 2 + [StripMonth(1, D(100), "Mar", twice=True)]
    strip = rule_strip([*months, StripMonth(2, D(80), "Apr", said="Apr 2026, month 4 of rule 2: 80.00 USD")])
    assert [name.text for name in strip.rules] == ["Rule 1", "overlap", "Rule 2"]
    assert (strip.marks[2].css, strip.marks[2].height, strip.marks[2].number) == ("k-twice", "58.0", "3")
    assert strip.marks[3].said == "Apr 2026, month 4 of rule 2: 80.00 USD"


def test_the_largest_client_fills_the_line_and_a_loss_has_no_bar():
    bars = bar_list([("Nordhavn", D(48000), "/n"), ("Castellan", D(12000), ""), ("Returns", D(-10), "")])
    assert [bar.width for bar in bars] == ["100.00%", "25.00%", "0.00%"]
    assert bar_list([]) == ()
    assert bar_list([("Nobody", D(0), "")])[0].width == "0.00%"
