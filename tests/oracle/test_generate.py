"""The generated rows are what they say, cover every rule, and add up."""

from collections import Counter
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from .generate import Generated, generate
from .money import rounded
from .recipes import RECIPES
from .totals import totals
from .values import Answer, Workspace
from .world import decisions, workspace

BY = ("all", "month", "client", "owner", "product", "tier", "currency", "status")


def outcome(answer: Answer) -> str:
    if answer.status == "derived":
        assert answer.figure is not None
        return f"derived:{answer.figure.tier}"
    return answer.status + (f":{answer.reason}" if answer.reason else "")


def test_every_recipe_makes_what_it_says() -> None:
    made = generate(seed=3, count=5 * len(RECIPES))
    assert Counter(made.recipes) == dict.fromkeys(RECIPES, 5)
    for name, row, answer in zip(made.recipes, made.rows, made.answers(), strict=True):
        assert outcome(answer) == RECIPES[name].outcome, (name, row)


def test_the_same_seed_makes_the_same_file() -> None:
    assert generate(7, 300) == generate(7, 300)
    assert generate(7, 300).csv() == generate(7, 300).csv()
    assert generate(7, 300).rows != generate(8, 300).rows


def test_a_currency_given_for_the_column_comes_before_one_given_for_the_file() -> None:
    place = workspace()
    decided = replace(decisions(place), given={"currency": "GBP"}, column_currency={"price_sold": "CHF"})
    made = generate(4, 3 * len(RECIPES), place, decided)
    used = {name: answer.figure for name, answer in zip(made.recipes, made.answers(), strict=True)}
    for name, currency in (("revenue", "GBP"), ("quantity and price", "CHF"), ("symbol after", "EUR")):
        figure = used[name]
        assert figure is not None
        assert (figure.currency, figure.assumed) == (currency, False)
    yen = used["yen"]
    assert yen is not None
    assert yen.currency == "JPY"


def every_kind(answers: list[Answer]) -> set[str]:
    figures = [answer.figure for answer in answers if answer.figure]
    return (
        {outcome(answer) for answer in answers}
        | {warning for answer in answers for warning in answer.warnings}
        | {f"past {field}" for answer in answers for field in answer.fell_past}
        | {f"lack {lack.kind} {lack.value}".strip() for answer in answers for lack in answer.lacks}
        | {"assumed" for figure in figures if figure.assumed}
        | {"provisional" for figure in figures if figure.provisional}
        | {f"rate {figure.rate_source}" for figure in figures if figure.rate_source}
        | {f"profit {answer.profit_reason or 'known'}" for answer in answers}
    )


def test_ten_thousand_rows_meet_every_rule() -> None:
    place = workspace("EUR", removes_taxes=True, measures_profit=True)
    kinds = every_kind(generate(11, 10_000, place).answers())
    expected = {
        "derived:1",
        "derived:2",
        "derived:3",
        "not revenue",
        "assumed",
        "provisional",
        "past revenue",
    }
    expected |= {f"unknown:{reason}" for reason in ("cannot derive", "catalog", "product", "tax", "rate")}
    expected |= {f"error:{reason}" for reason in ("blank", "unreadable", "unknown currency")}
    expected |= {"error:currency conflict", "error:undeclared type", "past price_sold"}
    expected |= {"tier 1 disagrees", "negative × negative", "original not found"}
    expected |= {"unreadable, unused: price_sold", "rate own", "rate published", "rate same", "lack rate"}
    expected |= {f"lack catalog {value}" for value in ("revenue", "tax_percent", "profit")}
    expected |= {
        f"profit {reason}" for reason in ("known", "catalog", "product", "rate", "revenue", "absent")
    }
    assert expected <= kinds


@pytest.mark.parametrize("currency", ["USD", "EUR", "JPY", "KWD"])
@pytest.mark.parametrize("net", [False, True])
def test_every_total_is_the_sum_of_its_rows_and_unknown_is_never_0(currency: str, net: bool) -> None:
    made = generate(5, 600, workspace(currency, net, measures_profit=True))
    pairs = list(zip(made.parsed(), made.answers(), strict=True))
    whole = totals(pairs, "all", made.workspace)[""]
    assert whole.rows == sum(answer.status != "error" for _, answer in pairs)
    known = [answer.converted for _, answer in pairs if answer.converted is not None]
    assert (whole.known, whole.converted) == (len(known), sum(known))
    for by in BY:
        parts = totals(pairs, by, made.workspace).values()
        assert sum(part.rows for part in parts) == whole.rows
        assert sum(part.unknown for part in parts) == whole.unknown
        assert sum(part.converted for part in parts if part.converted is not None) == whole.converted
        assert all((part.converted is None) == (part.known == 0) for part in parts)
    assert totals(pairs, "status", made.workspace)["unknown"].converted is None


def test_a_total_of_unknown_rows_alone_is_unknown() -> None:
    made = first_of("no rate at all")
    total = totals(zip(made.parsed(), made.answers(), strict=True), "currency", made.workspace)["THB"]
    assert (total.rows, total.unknown, total.converted, total.amounts) == (1, 1, None, {})


def first_of(name: str) -> Generated:
    made = generate(2, len(RECIPES))
    at = made.recipes.index(name)
    return Generated(made.workspace, made.decisions, (made.rows[at],), (name,))


@pytest.mark.parametrize("place", [workspace("JPY"), workspace("KWD"), workspace("EUR")])
def test_each_figure_is_its_exact_amount_converted_and_rounded_once(place: Workspace) -> None:
    for answer in generate(9, 400, place).answers():
        if answer.status == "derived" and (figure := answer.figure):
            assert figure.amount == rounded(figure.exact, figure.currency)
            assert figure.converted == rounded(figure.exact * Fraction(figure.rate or 0), place.currency)
            assert len(Decimal(figure.rate or 0).normalize().as_tuple().digits) <= 12
