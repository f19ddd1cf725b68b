"""What stands around the rows of the editor: the strip of months, what each rule comes to, what is wrong.

Everything is drawn from the rows as they are typed, also while some of them cannot be read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from contracts.forms.rows import Examined, TypedRule, may_append
from contracts.rules import (
    MOST_MONTHS,
    MOST_RULES,
    Finding,
    Rule,
    Weight,
    can_drop,
    is_between,
    months_said,
    per_month,
)
from contracts.wording import revenue_said
from kamtrak.lib.charts import Strip, StripMonth, rule_strip
from kamtrak.lib.money import grouped
from kamtrak.lib.months import Month, months_between

MOST_SHOWN = 120  # months in the strip; ten years
OPEN_END = 12  # months of an open end that are drawn
ZERO = Decimal(0)


@dataclass(frozen=True)
class Ground:
    """What the rows are drawn upon. `counted`: the months that a total counts, None for a template, which
    knows no contract; `start` and `monthly` None while they are not known."""

    currency: str
    counted: int | None = None
    start: Month | None = None
    monthly: Decimal | None = None


@dataclass(frozen=True)
class DrawnRow:
    """A row with what it comes to. `rule` None while its months cannot be read; `each` is what a month
    earns, None while that is not known; `count` None for an open end of a template."""

    position: int
    typed: TypedRule
    rule: Rule | None
    each: Decimal | None
    count: int | None
    said: str
    months_said: str
    span_said: str
    findings: tuple[Finding, ...] = ()

    @property
    def total(self) -> Decimal | None:
        return None if self.each is None or self.count is None else self.each * self.count

    @property
    def bad(self) -> frozenset[str]:
        """The fields that have to change."""
        return frozenset(finding.field for finding in self.findings if finding.weight is Weight.ERROR)

    @property
    def focus(self) -> str:
        """The id of the field in which one goes on."""
        return f"revenue-{self.position}"


@dataclass(frozen=True)
class Note:
    """Something to say about all rows; `gap` is what the button beside it closes, "" without one, and
    `between` whether the rule after it may cover it as well as the one before."""

    finding: Finding
    when: str = ""
    gap: str = ""
    between: bool = False


@dataclass(frozen=True)
class Editor:
    """Everything that the templates of the editor draw."""

    ground: Ground
    rows: list[DrawnRow]
    strip: Strip | None
    strip_label: str
    notes: list[Note]
    total: Decimal | None

    @property
    def may_add(self) -> bool:
        return may_append(tuple(row.typed for row in self.rows))

    @property
    def may_drop(self) -> bool:
        return can_drop(self.rows)

    @property
    def waits_for_an_end(self) -> bool:
        """Whether the open end of the last rule is all that keeps + away (rules 4.6)."""
        return not self.may_add and len(self.rows) < MOST_RULES

    @property
    def next_month(self) -> int | None:
        """Where the next rule would begin."""
        last = self.rows[-1].rule
        return None if last is None or last.last is None else last.last + 1

    @property
    def bad(self) -> str:
        """The ids of the fields that have to change."""
        return " ".join(f"{name}-{row.position}" for row in self.rows for name in sorted(row.bad))

    @property
    def size_said(self) -> str:
        return f"{len(self.rows)} of {MOST_RULES} rules"

    @property
    def total_said(self) -> str:
        """What the total counts."""
        counted = self.ground.counted
        months = sum(row.count or 0 for row in self.rows) if counted is None else counted
        return f"{months} {'month' if months == 1 else 'months'}"


def draw(examined: Examined, ground: Ground, *, judged: bool) -> Editor:
    """The editor for these rows. Until they are `judged`, by Save, nobody is told that a field is empty."""
    found = examined.findings if judged else [f for f in examined.findings if not _is_empty(f, examined)]
    rows = [
        _row(ground, position, typed, rule, [finding for finding in found if finding.rule == position])
        for position, (typed, rule) in enumerate(zip(examined.rows, examined.rules, strict=True), start=1)
    ]
    months = _months(rows, ground)
    totals = [row.total for row in rows]
    known = not examined.is_refused and None not in totals
    return Editor(
        ground=ground,
        rows=rows,
        # Without any rule there is nothing to draw, and no gap to warn of until Save.
        strip=rule_strip(months) if months and (judged or any(examined.rules)) else None,
        strip_label=_coverage(months),
        notes=[_note(finding, ground, examined.rules) for finding in found if finding.rule is None],
        total=sum((total for total in totals if total is not None), ZERO) if known else None,
    )


def _is_empty(finding: Finding, examined: Examined) -> bool:
    """Whether an error stands at a field in which nothing is typed yet."""
    if finding.weight is not Weight.ERROR or finding.rule is None:
        return False
    return not str(getattr(examined.rows[finding.rule - 1], finding.field)).strip()


def _row(
    ground: Ground, position: int, typed: TypedRule, rule: Rule | None, findings: Sequence[Finding]
) -> DrawnRow:
    each = None if rule is None else _each(rule, ground)
    count = None if rule is None else _count(rule, ground)
    said = ""
    if rule is not None and rule.revenue is not None:
        amount = revenue_said(rule, "") if each is None else grouped(each, ground.currency)
        said = f"onwards × {amount}" if count is None else f"{count} × {amount}"
    months, span = ("", "") if rule is None else (months_said(rule.first, rule.last), _span(rule, ground))
    return DrawnRow(position, typed, rule, each, count, said, months.capitalize(), span, tuple(findings))


def _span(rule: Rule, ground: Ground) -> str:
    """Its calendar months, once the start is known."""
    if ground.start is None or not 1 <= rule.first <= MOST_MONTHS or (rule.last or 1) > MOST_MONTHS:
        return ""
    first = ground.start + (rule.first - 1)
    if rule.last is None:
        return f"from {months_between(first, first)}"
    return months_between(first, ground.start + (rule.last - 1)) if rule.last >= rule.first else ""


def _each(rule: Rule, ground: Ground) -> Decimal | None:
    if rule.revenue is None or (rule.is_percent and ground.monthly is None):
        return None
    return per_month(rule, monthly=ground.monthly, currency=ground.currency)


def _count(rule: Rule, ground: Ground) -> int | None:
    """How many months of the rule are counted."""
    ends = [end for end in (rule.last, ground.counted) if end is not None]
    return max(0, min(ends) - rule.first + 1) if ends else None


# ------------------------------------------------------------------ the strip


def _months(rows: Sequence[DrawnRow], ground: Ground) -> list[StripMonth]:
    """The months that are drawn: those that count, and those that rules reach."""
    rules = [row.rule for row in rows if row.rule is not None]
    ends = [rule.first + OPEN_END - 1 if rule.last is None else rule.last for rule in rules]
    shown = min(MOST_SHOWN, max([ground.counted or 0, *ends], default=0))
    return [_month(number, rows, ground) for number in range(1, shown + 1)]


def _month(number: int, rows: Sequence[DrawnRow], ground: Ground) -> StripMonth:
    month = None if ground.start is None else ground.start + (number - 1)
    name = f"Month {number}" if month is None else f"{month.first:%b %Y}"
    here = [row for row in rows if row.rule is not None and row.rule.covers(number)]
    if not here:
        return StripMonth(None, ZERO, name, f"{name}: not covered")
    if len(here) > 1:
        both = " and ".join(str(row.position) for row in here)
        return StripMonth(here[0].position, ZERO, name, f"{name}: rules {both} overlap", twice=True)
    row, value = here[0], here[0].each
    if value is None and row.rule is not None and row.rule.is_percent:
        value = row.rule.revenue  # of a template, heights compare percentages
    amount = "not filled" if value is None else _earned(row, ground)
    of = f"rule {row.position}" if month is None else f"month {number}, rule {row.position}"
    return StripMonth(row.position, value or ZERO, name, f"{name}, {of}: {amount}")


def _earned(row: DrawnRow, ground: Ground) -> str:
    assert row.rule is not None  # noqa: S101 - only rows with a rule cover a month
    if row.each is None:
        return revenue_said(row.rule, ground.currency)
    return f"{grouped(row.each, ground.currency)} {ground.currency}"


def _coverage(months: Sequence[StripMonth]) -> str:
    """`Months 1 to 24. Rule 1 covers months 1–12, months 13–14 are not covered, …`."""
    said, at = [], 1
    for (rule, twice), run in groupby(months, key=lambda month: (month.rule, month.twice)):
        length = len(list(run))
        span = months_said(at, at + length - 1)
        is_are = "is" if length == 1 else "are"
        if rule is None:
            said.append(f"{span} {is_are} not covered")
        else:
            said.append(f"{span} {is_are} covered twice" if twice else f"rule {rule} covers {span}")
        at += length
    return f"Months 1 to {len(months)}: {', '.join(said)}."


def _note(finding: Finding, ground: Ground, rules: Sequence[Rule | None]) -> Note:
    if finding.gap is None:
        return Note(finding)
    first, last = finding.gap
    start = ground.start
    when = "" if start is None else months_between(start + (first - 1), start + (last - 1))
    return Note(finding, when, f"{first}-{last}", is_between(rules, first, last))
