"""10,000 rows of every kind through the whole pipeline come to what the oracle says, to the last digit."""

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db.models import Count, Sum

from tests.cast import Cast
from tests.oracle.catalog import in_force, matches
from tests.oracle.generate import Generated, generate
from tests.oracle.totals import Total, totals
from tests.oracle.values import FIELDS, Answer
from tests.oracle.world import TODAY, decisions, workspace
from tests.transactions.bringing import check, commit, upload
from tests.transactions.furnishing import furnish, mapping_of, on
from transactions.models import Import, ImportState, RowTotal, SeenProduct, Split, Transaction
from transactions.rules import FileMapping, Lack, Status, Warning
from workspaces.models import ClientAccount

STATUS = {"derived": Status.COUNTED, "unknown": Status.UNKNOWN, "not revenue": Status.NOT_REVENUE}
LACKS = {"": Lack.NONE, "cannot derive": Lack.NOTHING, "product": Lack.AMBIGUOUS, "tax": Lack.NO_TAX}
LACKS |= {
    "rate": Lack.NO_RATE,
    "revenue": Lack.NO_REVENUE,
    "absent": Lack.NOTHING,
    "quantity": Lack.NO_QUANTITY,
}
REASONS = {
    "blank": "is blank",
    "unreadable": "",
    "unknown currency": "no currency",
    "currency conflict": "another currency",
    "undeclared type": "not declared",
}
UNTOLD = object()
# Seed, rows, currency, taxes removed, profit measured, mode of rates, refunds carry a minus already.
PLACES = [
    (1, 10_000, "USD", False, True, "semi-automatic", False),
    (2, 3_000, "EUR", True, True, "automatic", False),
    (3, 1_500, "JPY", True, False, "semi-automatic", True),
    (4, 1_500, "KWD", False, False, "manual", False),
]


def place_of(
    seed: int, currency: str, net: bool, profit: bool, mode: str, count: int, minus: bool
) -> Generated:
    place = workspace(currency, net, profit, seed)
    place = replace(place, rates=replace(place.rates, mode=mode))
    decided = replace(decisions(place), refunds_carry_minus=minus)
    return generate(seed, count, place, decided)


@pytest.mark.parametrize(("seed", "count", "currency", "net", "profit", "mode", "minus"), PLACES)
def test_the_pipeline_and_the_oracle_agree_on_every_row(
    inside: Cast, seed: int, count: int, currency: str, net: bool, profit: bool, mode: str, minus: bool
) -> None:
    made = place_of(seed, currency, net, profit, mode, count, minus)
    furnish(inside.ada, made.workspace)
    answers = dict(zip((row["unique_id"] for row in made.rows), made.answers(), strict=True))
    with on(TODAY) as now:
        looked = upload(inside.ada, made.csv(), "sales.csv", now)
        fields: dict[int, str | None] = dict(enumerate(FIELDS))
        mapping = mapping_of(FileMapping.from_json(looked.mapping), fields, made.decisions, made.workspace)
        checked = check(looked, inside.ada, mapping, now=now)
        agree(rejected(checked), errors_of(answers))
        done = commit(checked, inside.ada, now=now)
        assert done.state == ImportState.COMMITTED, done.job and done.job.error
    good = {key: answer for key, answer in answers.items() if answer.status != "error"}
    days = {name: sale.day for name, sale in made.sales().items()}
    rows = dict(zip(answers, made.parsed(), strict=True))
    agree(stored(inside), {key: expected(answer, made, rows[key], days) for key, answer in good.items()})
    agree_counts(checked, made, list(answers.values()))
    agree_totals(inside, made)


def same(mine: Any, theirs: Any) -> bool:
    """Equal in everything that both tell."""
    if isinstance(mine, dict) and isinstance(theirs, dict):
        return all(mine[fact] == value for fact, value in theirs.items() if value is not UNTOLD)
    return bool(mine == theirs)


def difference(mine: Any, theirs: Any) -> str:
    if not (isinstance(mine, dict) and isinstance(theirs, dict)):
        return f"product {mine}, oracle {theirs}"
    facts = [fact for fact, value in theirs.items() if value is not UNTOLD and mine[fact] != value]
    return "; ".join(f"{fact}: product {mine[fact]}, oracle {theirs[fact]}" for fact in facts)


def agree(found: dict[str, Any], wanted: dict[str, Any]) -> None:
    differing = {key: (found.get(key), wanted.get(key)) for key in found.keys() | wanted.keys()}
    differing = {key: pair for key, pair in differing.items() if not same(*pair)}
    told = "\n".join(f"{key}: {difference(*pair)}" for key, pair in list(differing.items())[:12])
    assert not differing, f"{len(differing)} differ:\n{told}"


# ------------------------------------------------------------------ rows that cannot go in


def rejected(imported: Import) -> dict[str, tuple[str, str]]:
    """Unique ID → column and kind of reason, out of the reject file."""
    with default_storage.open(imported.rejects) as stored:
        rows = list(csv.DictReader(io.StringIO(stored.read().decode("utf-8-sig"), newline="")))
    return {row["unique_id"]: (row["_column"], kind_of(row["_problem"])) for row in rows}


def kind_of(reason: str) -> str:
    return next((kind for kind, words in REASONS.items() if words and words in reason), "unreadable")


def errors_of(answers: dict[str, Answer]) -> dict[str, tuple[str, str]]:
    return {key: (each.column, each.reason) for key, each in answers.items() if each.status == "error"}


# ------------------------------------------------------------------ rows that are in


def stored(cast: Cast) -> dict[str, dict[str, Any]]:
    """Unique ID → what is stored of the row."""
    found = Transaction.objects.filter(workspace=cast.acme).select_related("rate", "price", "profit_rate")
    return {row.cells[0]: facts_of(row) for row in found}


def facts_of(row: Transaction) -> dict[str, Any]:
    flags = Warning(row.warnings)
    return {
        "status": row.status,
        "lack": row.lack,
        "tier": row.tier,
        "currency": row.currency,
        "revenue": row.revenue,
        "converted": row.converted,
        "tax": row.tax,
        "rate": row.rate and row.rate.rate,
        "rate_day": row.rate and row.rate.rate_day,
        "price": row.price and row.price.value,
        "price_day": row.price and row.price.valid_from,
        "fell_past": Warning.FELL_PAST_BLANK in flags,
        "disagrees": Warning.DISAGREES in flags,
        "double_negative": Warning.DOUBLE_NEGATIVE in flags,
        "no_sale": Warning.NO_SALE in flags,
        "unread": Warning.UNREAD_UNUSED in flags,
        "provisional": bool(row.rate and row.rate.provisional),
        "profit": row.profit,
        "profit_lack": row.profit_lack,
    }


def expected(answer: Answer, made: Generated, row: Any, days: Any) -> dict[str, Any]:
    """The same facts, of the oracle's answer."""
    figure = answer.figure if answer.status == "derived" else None
    foreign = figure is not None and figure.currency != made.workspace.currency
    price = entry_of(answer, made, row, days)
    waits_for_tax = answer.figure is None and answer.reason in ("tax", "rate")  # its tier is not told
    return {
        "status": STATUS[answer.status],
        "lack": lack_of(answer.reason, answer, made),
        "tier": UNTOLD if waits_for_tax else tier_of(answer),
        "currency": UNTOLD if waits_for_tax else currency_of(answer, made),
        "revenue": figure and figure.amount,
        "converted": figure and figure.converted,
        "tax": figure and figure.tax,
        "rate": figure.rate if figure and foreign else None,
        "rate_day": figure.rate_day if figure and foreign else None,
        "price": price and price.revenue,
        "price_day": price and price.valid_from,
        "fell_past": bool(answer.fell_past),
        "disagrees": "tier 1 disagrees" in answer.warnings,
        "double_negative": "negative × negative" in answer.warnings,
        "no_sale": "original not found" in answer.warnings,
        "unread": any(warning.startswith("unreadable, unused") for warning in answer.warnings),
        "provisional": bool(figure and foreign and figure.provisional),
        "profit": answer.profit,
        "profit_lack": lack_of(answer.profit_reason, answer, made),
    }


def lack_of(reason: str, answer: Answer, made: Generated) -> Lack:
    if reason != "catalog":
        return LACKS[reason]
    named = next(lack.name for lack in answer.lacks if lack.kind == "catalog")
    return Lack.NO_VALUE if matches(made.workspace.products, named) else Lack.NO_ENTRY


def tier_of(answer: Answer) -> int:
    """The tier that decided: also of a figure that waits for its price, its tax or its rate."""
    if answer.figure:
        return answer.figure.tier
    return 3 if answer.reason in ("catalog", "product") else 0


def currency_of(answer: Answer, made: Generated) -> str:
    if answer.figure:
        return answer.figure.currency
    return made.workspace.currency if answer.reason in ("catalog", "product") else ""


def entry_of(answer: Answer, made: Generated, row: Any, days: Any) -> Any:
    if answer.status != "derived" or not answer.figure or answer.figure.tier != 3:
        return None
    day = days.get(str(row["original_id"]), row["date"])
    return in_force(
        made.workspace.entries, matches(made.workspace.products, str(row["product"]))[0].code, day
    )


# ------------------------------------------------------------------ the check's counts, and the totals


def agree_counts(checked: Import, made: Generated, answers: list[Answer]) -> None:
    told = checked.checked
    good = [answer for answer in answers if answer.status != "error"]
    derived = [answer.figure for answer in good if answer.status == "derived" and answer.figure]
    assert (told["rows"], told["good"], told["bad"]) == (len(answers), len(good), len(answers) - len(good))
    assert told["counted"] == len(derived)
    assert told["not_revenue"] == sum(answer.status == "not revenue" for answer in good)
    unknown = Counter(str(int(lack_of(a.reason, a, made))) for a in good if a.status == "unknown")
    assert told["unknown"] == dict(unknown)
    assert summed(told["by_tier"]) == by(derived, lambda figure: str(figure.tier))
    assert summed(told["sums"]) == by(derived, lambda figure: figure.currency)
    assert Decimal(told["converted"]) == sum(figure.converted or 0 for figure in derived)
    assert told["fell_past"] == sum(bool(answer.fell_past) for answer in good)


def summed(told: list[dict[str, Any]]) -> dict[str, tuple[int, Decimal, Decimal]]:
    return {
        each["name"]: (each["rows"], Decimal(each["revenue"]), Decimal(each["converted"])) for each in told
    }


def by(figures: Iterable[Any], name: Any) -> dict[str, tuple[int, Decimal, Decimal]]:
    found: dict[str, tuple[int, Decimal, Decimal]] = {}
    for figure in figures:
        rows, revenue, converted = found.get(name(figure), (0, Decimal(0), Decimal(0)))
        found[name(figure)] = (rows + 1, revenue + figure.amount, converted + figure.converted)
    return found


Sums = dict[Any, tuple[int, Decimal, Decimal]]


def agree_totals(cast: Cast, made: Generated) -> None:
    """The maintained totals, by everything that they are split by, are the oracle's sums of its rows."""
    pairs = [pair for pair in zip(made.parsed(), made.answers(), strict=True) if pair[1].status != "error"]
    derived = [pair for pair in pairs if pair[1].status == "derived"]

    def wanted(by: str, of: list[Any] = pairs) -> Sums:
        return {key: sums_of(each) for key, each in totals(of, by, made.workspace).items()}

    assert kept(Split.NONE, "month", lambda month: f"{month.first:%Y-%m}") == wanted("month")
    assert kept(Split.NONE, "status", {v.value: k for k, v in STATUS.items()}.get) == wanted("status")
    counted = {"status": Status.COUNTED}
    assert kept(Split.NONE, "tier", int, **counted) == wanted("tier", derived)
    assert kept(Split.NONE, "currency", str, **counted) == wanted("currency", derived)
    clients = dict(ClientAccount.objects.values_list("pk", "name"))
    assert kept(Split.CLIENT, "about", lambda pk: clients[pk].casefold()) | without("client") == wanted(
        "client"
    )
    products = {seen.pk: seen.item.code if seen.item else seen.key for seen in SeenProduct.objects.all()}
    assert kept(Split.PRODUCT, "about", products.get) | without("product") == wanted("product")
    owners = wanted("owner")
    theirs: list[Any] = [owners[name] for name in ("ada", "ada@example.com")]
    both: Any = tuple(map(sum, zip(*theirs, strict=True)))
    assert kept(Split.NONE, "owner", lambda pk: pk)[cast.ada.pk] == both


def kept(split: Split, column: str, name: Callable[[Any], Any], **only: Any) -> Sums:
    found: Sums = {}
    for each in RowTotal.objects.filter(split=split, **only).exclude(
        **{f"{column}": 0} if column == "about" else {}
    ):
        key = name(getattr(each, f"{column}_id" if column == "owner" else column))
        rows, converted, profit = found.get(key, (0, Decimal(0), Decimal(0)))
        found[key] = (rows + each.rows, converted + each.converted, profit + each.profit)
    return found


def without(noun: str) -> Sums:
    """Rows that name none are in the totals of everything and in no split."""
    rows = Transaction.objects.filter(**{noun: None})
    told = rows.aggregate(n=Count("pk"), converted=Sum("converted"), profit=Sum("profit"))
    return {"": (told["n"], told["converted"] or Decimal(0), told["profit"] or Decimal(0))}


def sums_of(total: Total) -> tuple[int, Decimal, Decimal]:
    return total.rows, total.converted or Decimal(0), total.profit or Decimal(0)
