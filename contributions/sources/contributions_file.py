"""A table of contributions that a person brings: one row each, checked before anything is written (rules
3.10, 5.17).

The check is a function of the rows, the answers to what their columns leave open, and what the workspace
knows; so what is added later is exactly what was checked.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from contributions.rules import RevenueType, is_near
from contributions.services.contributions import WHOLE_DEAL, Entry
from contributions.sources.columns import BASES, COLUMNS, NO, TYPES
from kamtrak.lib.money import minor_units, round_money
from kamtrak.lib.months import FiscalCalendar, PeriodError, Quarter
from kamtrak.lib.tables import Check, CheckedRow, Limits, Problem, ReadRow, check_table, original_cell
from workspaces.rules import DESCRIPTION_LENGTH, UnfitName, clean_name, name_key

MOST_DIGITS = 15  # before the decimal mark (rules 10)
WORKBOOK = b"PK"
SHARE_PLACES = Decimal("0.0001")


@dataclass(frozen=True)
class Known:
    """What a row is compared with: the keys of the name and e-mail of whoever brings it, the enabled
    currencies, the workspace's quarters, today."""

    own: frozenset[str]
    currencies: frozenset[str]
    calendar: FiscalCalendar
    today: date


@dataclass(frozen=True)
class Given:
    """A row that can go in, and where it stands in the file."""

    line: int
    entry: Entry


def check_file(content: bytes, decisions: Mapping[str, str], *, known: Known, limits: Limits) -> Check[Given]:
    """Look at the rows, ask what they leave open, else check each. Raises TableError for what is no table of
    contributions at all."""

    plain = content.startswith(WORKBOOK)  # an export as CSV has made texts safe, a workbook holds them as is

    def judge(rows: list[ReadRow]) -> Iterable[CheckedRow[Given]]:
        return (_judged(row if plain else _as_before(row), known) for row in rows)

    return check_table(content, decisions, columns=COLUMNS, limits=limits, judge=judge)


def _as_before(row: ReadRow) -> ReadRow:
    """The row with its texts as they were before an export made them safe."""
    return replace(row, text={column: original_cell(text) for column, text in row.text.items()})


def _judged(row: ReadRow, known: Known) -> CheckedRow[Given]:
    problems = list(row.problems)
    quarter = None
    if row.text:
        quarter, about_time = _when(row, known)
        problems += [*_unfit(row, known), *about_time]
    if problems or quarter is None:
        return CheckedRow(row.line, row.cells, None, tuple(problems))
    return CheckedRow(row.line, row.cells, Given(row.line, _entry(row, quarter)))


def _entry(row: ReadRow, quarter: Quarter) -> Entry:
    text, share = row.text, row.number("share")
    return Entry(
        client=clean_name(text["client"]),
        type=TYPES[name_key(text["type"])],
        amount=row.values["amount"],
        currency=text["currency"].upper(),
        quarter=quarter,
        description=text.get("description", ""),
        earned_on=row.day("earned_on"),
        basis=BASES[name_key(text.get("basis", ""))],
        share=WHOLE_DEAL if share is None else share,
    )


# ------------------------------------------------------------------ what is wrong with a row


def _when(row: ReadRow, known: Known) -> tuple[Quarter | None, list[Problem]]:
    """The quarter that the row goes into, or what is wrong with it."""
    written, day = row.text.get("quarter", ""), row.day("earned_on")
    if not written and day is None:
        return None, [] if row.text.get("earned_on") else [_blank(row, "quarter", "Write it like 2026Q3.")]
    if not written and day is not None:
        quarter = known.calendar.quarter_of(day)
    else:
        try:
            (quarter,) = known.calendar.period(written).quarters
        except (PeriodError, ValueError):
            return None, [row.problem("quarter", "This is not a quarter.", "Write it like 2026Q3.")]
    if quarter > known.calendar.quarter_of(known.today):
        return None, [row.problem("quarter", "This quarter has not begun.", "Bring the row when it has.")]
    if day is not None and day not in quarter:
        repair = "Correct the day or the quarter."
        return None, [row.problem("earned_on", "This day is not in the quarter of the row.", repair)]
    return quarter, []


def _unfit(row: ReadRow, known: Known) -> Iterator[Problem]:
    text = row.text
    if name_key(text.get("voided", "")) not in NO:
        yield row.problem("voided", "This row was voided.", "It stays out, unless “voided” is cleared.")
    yield from _unfit_client(row)
    if not text["type"]:
        yield _blank(row, "type", "Write direct, influenced, savings or retention.")
    elif name_key(text["type"]) not in TYPES:
        repair = "Write direct, influenced, savings or retention."
        yield row.problem("type", "This is not one of the four types.", repair)
    if text.get("owner") and name_key(text["owner"]) not in known.own:
        repair = "Everybody brings their own: leave the row out, or let its owner bring it."
        yield row.problem("owner", "This is somebody else’s contribution.", repair)
    if name_key(text.get("basis", "")) not in BASES:
        yield row.problem("basis", "This is not a basis.", "Write one-off or per year.")
    if len(text.get("description", "")) > DESCRIPTION_LENGTH:
        reason = f"The description has more than {DESCRIPTION_LENGTH:,} characters."
        yield row.problem("description", reason, "Shorten it.")
    yield from _unfit_amount(row, known)
    yield from _unfit_share(row)


def _unfit_client(row: ReadRow) -> Iterator[Problem]:
    if not row.text["client"]:
        yield _blank(row, "client", "Name the client account.")
        return
    try:
        clean_name(row.text["client"], "The client name")
    except UnfitName as unfit:
        yield row.problem("client", str(unfit), "Correct it.")


def _unfit_amount(row: ReadRow, known: Known) -> Iterator[Problem]:
    """What a form would take: no more decimals than the currency has (rules 1.6)."""
    currency, amount = row.text["currency"].upper(), row.number("amount")
    if not currency:
        yield _blank(row, "currency", "Write a code, like EUR.")
    elif currency not in known.currencies:
        repair = "Enable it in the settings, or correct the code."
        yield row.problem("currency", "This currency is not enabled here.", repair)
    if amount is None:
        return
    if amount <= 0:
        repair = "A loss is no contribution; void or correct what was logged."
        yield row.problem("amount", "An amount is above 0.", repair)
    elif amount >= Decimal(10) ** MOST_DIGITS:
        reason = f"An amount has at most {MOST_DIGITS} digits before the decimal mark."
        yield row.problem("amount", reason, "Check the amount.")
    elif currency in known.currencies and round_money(amount, currency) != amount:
        places = minor_units(currency)
        has = "no decimals" if not places else f"{places} decimals"
        yield row.problem("amount", f"{currency} has {has}.", "Write the amount with no more.")


def _unfit_share(row: ReadRow) -> Iterator[Problem]:
    share = row.number("share")
    if share is None:
        return
    if not 0 < share <= WHOLE_DEAL:
        yield row.problem("share", "A share is above 0 and at most 100 %.", "Write a percentage like 40.")
    elif share != share.quantize(SHARE_PLACES):
        yield row.problem("share", "A share has at most 4 decimals.", "Round it.")


def _blank(row: ReadRow, column: str, repair: str) -> Problem:
    return row.problem(column, f"There is no {column}.", repair)


# ------------------------------------------------------------------ probable doubles


Group = tuple[Any, RevenueType, Quarter, str]  # client, type, quarter, currency


def alike_lines(
    given: Sequence[Given], clients: Mapping[str, int], there: Iterable[tuple[Group, Decimal]]
) -> list[Given]:
    """The rows that probably count a deal once more: like a row of the file or a contribution that is there
    (rules 3.8). `clients`: surviving accounts by the key of their names; `there`: what is in already."""
    groups: dict[Group, list[tuple[Decimal, int]]] = defaultdict(list)
    for group, amount in there:
        groups[group].append((amount, -1))
    for place, each in enumerate(given):
        entry, key = each.entry, name_key(each.entry.client)
        group = (clients.get(key, key), entry.type, entry.quarter, entry.currency)
        groups[group].append((entry.amount, place))
    found: set[int] = set()
    for members in groups.values():
        members.sort()  # whatever is near something is near its neighbour
        for (one, first), (other, second) in pairwise(members):
            if is_near(one, other):
                found |= {first, second}
    return [given[place] for place in sorted(found - {-1})]
