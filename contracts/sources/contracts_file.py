"""A table of contracts that a person brings: one row per contract and rule, checked before anything is
written (rules 4.9, 5.17).

The check is a function of the file, the answers to what its columns leave open, and what the workspace knows;
so what is added later is exactly what was checked.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from contracts.rules import (
    MOST_DIGITS,
    MOST_MONTHS,
    TOO_MUCH,
    ContractType,
    Finding,
    Rule,
    Terms,
    check_schedule,
    errors_in,
    in_order,
    questions_in,
)
from contracts.services.drafts import EARLIEST, LATEST, NUMBER_LENGTH
from contracts.sources.columns import COLUMNS, HOLDS, KINDS, OF_THE_CONTRACT, UNITS
from kamtrak.lib.money import minor_units, round_money
from kamtrak.lib.tables import Check, CheckedRow, Limits, Problem, ReadRow, check_table
from workspaces.rules import DESCRIPTION_LENGTH, UnfitName, clean_name, name_key


@dataclass(frozen=True)
class Known:
    """What a row is compared with: owners by the key of their e-mail or name (None: two people bear it), the
    keys of numbers in use, the enabled currencies, today."""

    owners: Mapping[str, int | None]
    taken: frozenset[str]
    currencies: frozenset[str]
    today: date


@dataclass(frozen=True)
class OlderContract:
    """A contract of the file, complete: what goes into a draft, and the day of its confirmation."""

    line: int
    number: str
    name: str
    client: str
    owner: int
    details: str
    terms: Terms
    confirmed_on: date
    questions: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class FurtherRule:
    """A row that gives one more rule of a contract above it."""

    number: str


Given = OlderContract | FurtherRule


def check_file(content: bytes, decisions: Mapping[str, str], *, known: Known, limits: Limits) -> Check[Given]:
    """Look at the file, ask what it leaves open, else check every row. Raises TableError for what is no table
    of contracts at all."""

    def judge(rows: list[ReadRow]) -> Iterable[CheckedRow[Given]]:
        return _judged(rows, known)

    return check_table(content, decisions, columns=COLUMNS, limits=limits, judge=judge)


def contracts_in(check: Check[Given]) -> list[OlderContract]:
    """The contracts that can go in, in the order of the file."""
    return [thing for thing in check.things if isinstance(thing, OlderContract)]


def _judged(rows: Sequence[ReadRow], known: Known) -> list[CheckedRow[Given]]:
    groups: dict[str, list[ReadRow]] = {}
    for row in rows:
        groups.setdefault(name_key(row.text.get("number", "")), []).append(row)
    judged = {id(row): found for group in groups.values() for row, found in _group(group, known)}
    return [judged[id(row)] for row in rows]


def _group(rows: Sequence[ReadRow], known: Known) -> Iterator[tuple[ReadRow, CheckedRow[Given]]]:
    """The rows of one contract: all of them go in, or none."""
    problems = {id(row): [*row.problems, *_rule_problems(row)] for row in rows}
    first = rows[0]
    contract = None
    if first.text and not any(problems.values()):
        contract = _contract(rows, known, problems)
    if contract is None or any(problems.values()):
        for row in rows:
            found = problems[id(row)] or [_left_behind(row)]
            yield row, CheckedRow(row.line, row.cells, None, tuple(found))
        return
    for row in rows:
        thing: Given = contract if row is first else FurtherRule(contract.number)
        yield row, CheckedRow(row.line, row.cells, thing)


def _left_behind(row: ReadRow) -> Problem:
    return row.problem(
        "number", "Another row of this contract cannot go in.", "Correct that one; they go in together."
    )


def _rule_problems(row: ReadRow) -> Iterator[Problem]:
    if not row.text:
        return
    if not row.text["number"]:
        yield row.problem(
            "number", "The number is blank.", "Repeat the contract’s number on each of its rows."
        )
    for column in ("from month", "to month", "months"):
        value = row.number(column)
        if value is not None and (value != value.to_integral_value() or not 1 <= value <= MOST_MONTHS):
            yield row.problem(column, "This is not a number of months.", f"Write 1 to {MOST_MONTHS}.")
    if name_key(row.text.get("unit", "")) not in UNITS:
        yield row.problem("unit", "This is not a unit.", "Leave it blank for an amount, or write %.")


def _contract(
    rows: Sequence[ReadRow], known: Known, problems: dict[int, list[Problem]]
) -> OlderContract | None:
    """The contract of these rows; what is wrong with it goes to the row where it stands."""
    first = rows[0]
    found = problems[id(first)]
    found += _missing(first)
    for row in rows[1:]:
        problems[id(row)] += _contradictions(first, row)
    found += _unfit_columns(first, known)
    found += _unfit_days(first, known)
    for row in rows:
        problems[id(row)] += _unfit_monthly(row, first.text["currency"].upper(), known)
    if any(problems.values()):
        return None
    terms = _terms(rows)
    in_schedule = sorted(rows, key=lambda row: row.values["from month"])
    for finding in errors_in(_findings(terms)):
        row = in_schedule[(finding.rule or 1) - 1]
        column = {"first": "from month", "last": "to month"}.get(finding.field, "revenue")
        problems[id(row)].append(row.problem(column, finding.message, "Correct the rules of this contract."))
    if any(problems.values()):
        return None
    return _older(first, terms, known)


def _older(first: ReadRow, terms: Terms, known: Known) -> OlderContract:
    findings, owner, confirmed = _findings(terms), _owner(first, known), first.day("confirmed on")
    assert owner is not None and confirmed is not None  # noqa: S101, PT018 - both were checked
    asked = questions_in(findings)
    return OlderContract(
        line=first.line,
        number=clean_name(first.text["number"]),
        name=first.text["name"],
        client=first.text["client"],
        owner=owner,
        details=first.text.get("details", ""),
        terms=terms,
        confirmed_on=confirmed,
        questions=tuple(finding.message for finding in asked),
        warnings=tuple(finding.message for finding in findings if finding not in asked),
    )


def _missing(first: ReadRow) -> Iterator[Problem]:
    for column in OF_THE_CONTRACT:
        if not first.text.get(column):
            yield first.problem(column, "Blank on the contract’s first row.", f"Say {HOLDS[column]}.")


def _contradictions(first: ReadRow, row: ReadRow) -> Iterator[Problem]:
    """A further row repeats what stands on the first one, or leaves it blank."""
    for column in (*OF_THE_CONTRACT, "monthly revenue", "details"):
        said, before = row.text.get(column, ""), first.text.get(column, "")
        if not said or said == before or (column == "monthly revenue" and not before):
            continue
        if column not in row.values or row.values[column] != first.values.get(column):
            repair = f"Write “{before}”, as in line {first.line:,}, or leave it blank."
            yield row.problem(column, "The rows of this contract say different things.", repair)


def _unfit_columns(first: ReadRow, known: Known) -> Iterator[Problem]:
    text = first.text
    for column in ("number", "name", "client"):
        try:
            clean_name(text[column], f"The {column}")
        except UnfitName as unfit:
            if text[column]:
                yield first.problem(column, str(unfit), "Correct it.")
    if name_key(text["number"]) in known.taken:
        yield first.problem("number", "A contract with this number is there already.", "Leave it out.")
    if text["type"] and name_key(text["type"]) not in KINDS:
        yield first.problem("type", "This is not a type.", "Write fixed, roll-over or casual.")
    if text["currency"] and text["currency"].upper() not in known.currencies:
        repair = "Enable it in the settings, or correct the code."
        yield first.problem("currency", "This currency is not enabled here.", repair)
    if text["owner"] and _owner(first, known) is None:
        yield _unknown_owner(first, known)
    if len(text["number"]) > NUMBER_LENGTH:
        reason = f"The number has more than {NUMBER_LENGTH} characters."
        yield first.problem("number", reason, "Shorten it on each row of the contract.")
    if len(text.get("details", "")) > DESCRIPTION_LENGTH:
        reason = f"The details have more than {DESCRIPTION_LENGTH:,} characters."
        yield first.problem("details", reason, "Shorten them.")


def _unfit_days(first: ReadRow, known: Known) -> Iterator[Problem]:
    start, confirmed = first.day("start"), first.day("confirmed on")
    if start is not None and not EARLIEST <= start < LATEST:
        reason = f"Contracts start between {EARLIEST.year} and {LATEST.year - 1}."
        yield first.problem("start", reason, "Check the year.")
    if confirmed is not None and confirmed > known.today:
        yield first.problem("confirmed on", "This day has not come.", "Write the day of the confirmation.")


def _unfit_monthly(row: ReadRow, currency: str, known: Known) -> Iterator[Problem]:
    """A monthly revenue is what a form would take: percentages are counted from exactly it."""
    value = row.number("monthly revenue")
    if value is None:
        return
    if value < 0:
        yield row.problem("monthly revenue", "The monthly revenue is below 0.", "Write 0 or more.")
    elif value >= TOO_MUCH:
        reason = f"An amount has at most {MOST_DIGITS} digits before the decimal mark."
        yield row.problem("monthly revenue", reason, "Check the amount.")
    elif currency in known.currencies and round_money(value, currency) != value:
        places = minor_units(currency)
        has = "no decimals" if not places else f"{places} decimals"
        yield row.problem("monthly revenue", f"{currency} has {has}.", "Write the amount with no more.")


def _owner(first: ReadRow, known: Known) -> int | None:
    return known.owners.get(name_key(first.text["owner"]))


def _unknown_owner(first: ReadRow, known: Known) -> Problem:
    if name_key(first.text["owner"]) in known.owners:
        return first.problem("owner", "More than one account manager bears this name.", "Write the e-mail.")
    return first.problem("owner", "This is no account manager of the workspace.", "Write an e-mail or name.")


def _terms(rows: Sequence[ReadRow]) -> Terms:
    first = rows[0]
    kind, currency = KINDS[name_key(first.text["type"])], first.text["currency"].upper()
    monthly = next((value for row in rows if (value := row.number("monthly revenue")) is not None), None)
    return Terms(
        kind=kind,
        start=first.values["start"],
        period=1 if kind is ContractType.CASUAL else int(first.values["months"]),
        currency=currency,
        monthly=monthly,
        duration="",
        formula="",
        rules=in_order([_rule(row) for row in rows]),
    )


def _rule(row: ReadRow) -> Rule:
    last = row.number("to month")
    revenue: Decimal = row.values["revenue"]
    unit = UNITS[name_key(row.text.get("unit", ""))]
    return Rule(int(row.values["from month"]), None if last is None else int(last), revenue, unit)


def _findings(terms: Terms) -> list[Finding]:
    return check_schedule(
        terms.rules, months=terms.term_months, monthly=terms.monthly, currency=terms.currency
    )


def gathered(messages: Iterable[Sequence[str]]) -> list[tuple[str, int]]:
    """What is said of more than one contract once, with how many contracts it is said of."""
    counts = Counter(message for said in messages for message in said)
    return counts.most_common()
