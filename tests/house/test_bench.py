"""The benchmark table: one row per budget, a verdict on each, and never a failure."""

from bench.run import names
from bench.table import Row, table


def test_a_row_is_met_up_to_its_budget_and_missed_above_it() -> None:
    assert Row("page", 100, 100).met
    assert not Row("page", 100.1, 100).met


def test_the_table_aligns_its_columns_and_says_met_or_missed() -> None:
    rows = [Row("dashboard, 20,000 rows", 83.25, 100), Row("review", 1.31, 1.2, "×", "4 runs")]
    assert table(rows).splitlines() == [
        "what                    measured    budget",
        "dashboard, 20,000 rows   83.2 ms  ≤ 100 ms  met",
        "review                    1.31 ×   ≤ 1.2 ×  missed (4 runs)",
    ]


def test_every_module_runs_unless_some_are_chosen() -> None:
    assert names(["no such"]) == []
    assert names([]) == sorted(names([]))
