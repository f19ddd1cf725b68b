"""Problems as data, counted in bounded memory (rules 5.17)."""

from kamtrak.lib.tables import Collector, Problem


def problem(line, column="Amount", reason="This is not a number."):
    return Problem(line, column, "TBD", reason, "Write a number like 1234.5.")


def test_a_check_counts_good_and_bad_rows_and_groups_their_problems():
    collector = Collector()
    collector.add()
    collector.add([problem(3)])
    collector.add([problem(4), problem(4, "Day", "This is not a date.")])
    report = collector.report()
    assert (report.rows, report.good, report.bad) == (3, 1, 2)
    assert [(c.column, c.reason, c.count, c.first.line) for c in report.counts] == [
        ("Amount", "This is not a number.", 2, 3),
        ("Day", "This is not a date.", 1, 4),
    ]
    assert [sample.line for sample in report.samples] == [3, 4, 4]


def test_a_million_bad_rows_keep_a_few_samples_and_every_count():
    collector = Collector(most_samples=5, most_kinds=2)
    for line in range(10_000):
        collector.add([problem(line, reason=f"Reason {line % 4}")])
    report = collector.report()
    assert (report.bad, len(report.samples)) == (10_000, 5)
    assert [(c.reason, c.count) for c in report.counts] == [("Reason 0", 2500), ("Reason 1", 2500)]
