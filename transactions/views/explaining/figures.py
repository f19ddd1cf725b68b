"""Steps that make a figure: taxes taken out, the rate, multiplied out and rounded once, the profit."""

from typing import Any

from django.utils.html import format_html

from fx.rules import Source, stored_legs
from kamtrak.lib.money import exact_text, grouped, quantity_text, rate_text, share_text
from kamtrak.web import workspace_url
from transactions.models import RowRate
from transactions.rules import Field, ProfitRule, RateUse, StepKind, TaxRule
from transactions.views.explaining.steps import Line, Teller, WhyStep, money_text
from transactions.views.listed import said_day

PROFITS = {
    ProfitRule.STATED: "Profit as given",
    ProfitRule.PER_UNIT: "Profit: quantity × profit / unit",
    ProfitRule.LESS_COST: "Profit: revenue − quantity × cost / unit",
    ProfitRule.CATALOG: "Profit: quantity × catalog profit",
    ProfitRule.CATALOG_COST: "Profit: revenue − quantity × catalog cost",
    ProfitRule.CATALOG_PERCENT: "Profit: revenue × catalog profit %",
}
SPENT = (ProfitRule.LESS_COST, ProfitRule.CATALOG_COST)
PROFIT_FIELDS = {
    ProfitRule.STATED: Field.PROFIT,
    ProfitRule.PER_UNIT: Field.UNIT_PROFIT,
    ProfitRule.LESS_COST: Field.UNIT_COST,
}


def tax(teller: Teller, values: dict[str, Any]) -> WhyStep | None:
    rule, code = values["rule"], values["currency"]
    if rule is TaxRule.NO_FIGURE:
        return None
    entry, percent = values["entry"], values["percent"]
    of_entry = teller.entry(entry) if entry else ""
    said = {
        TaxRule.AMOUNT: format_html("Taxes {}", teller.where(Field.TAX)),
        TaxRule.PER_UNIT: format_html("Quantity × tax / unit {}", teller.where(Field.UNIT_TAX)),
        TaxRule.PERCENT: format_html("{} % of it {}", _percent(percent), teller.where(Field.TAX_PERCENT)),
        TaxRule.CATALOG: format_html("{} % of it, {}", _percent(percent), of_entry),
    }[rule]
    gross, tax_in_it = money_text(values["gross"], code), money_text(-values["rounded"], code)
    use: RateUse | None = values["rate"]
    if use is None:
        lines = [Line("With tax", gross), Line(said, tax_in_it)]
    else:
        lines = [
            Line(said, money_text(values["amount"], values["of"])),
            Line(f"At the rate of {said_day(use.day)} from {values['of']}", f"× {rate_text(use.rate)}"),
            Line("With tax", gross),
            Line("Tax in it", tax_in_it),
        ]
    return WhyStep("Tax taken out", used=True, lines=lines)


def _percent(percent: Any) -> str:
    return "" if percent is None else share_text(percent)


def rate(teller: Teller, values: dict[str, Any]) -> WhyStep:
    use: RateUse = values["rate"]
    stored = teller.explained.rates.get(use.id or 0)
    asked = values["day"]
    said = f"Rate of {use.day:%A} {said_day(use.day)}"
    looked_up = f"?base={values['currency']}&quote={values['to']}&day={asked.isoformat()}"
    url = workspace_url("rates", teller.row.workspace.slug) + looked_up
    notes: list[Any] = [format_html('<a href="{}">{}</a>', url, "The rates of that day")]
    if use.day != asked:
        notes.append(f"The latest on or before {asked:%A} {said_day(asked)}.")
    if use.provisional:
        notes.append("Provisional: this is the newest rate; the figure settles by itself.")
    return WhyStep(said, used=True, notes=notes, lines=_legs(stored, use))


def _legs(stored: RowRate | None, use: RateUse) -> list[Line]:
    """Each stored rate it stands on, and the multiplier that they make (rules 6.7)."""
    lines, made = [], "As published"
    if stored is not None:
        legs, source = stored_legs(stored.rate_legs), Source(stored.rate_source)
        way = ", by way of the euro" if len(legs) > 1 else ", turned round" if stored.rate_inverse else ""
        for leg in legs:
            lines.append(Line(f"{source.label}, {said_day(leg.day)}{way}", leg.caption))
        if way:
            made = "Rounded once to 12 digits"
        elif source is Source.OWN:
            made = "As given"
    return [*lines, Line(made, f"× {rate_text(use.rate)}", total=True)]


def revenue(teller: Teller, values: dict[str, Any]) -> WhyStep:
    exact, code, to = values["exact"], values["currency"], values["to"]
    if code == to:
        lines = [Line("Revenue", money_text(values["rounded"], code))]
        return WhyStep("Rounded once", used=True, lines=lines)
    rates = (step.values["rate"] for step in teller.explained.steps if step.kind is StepKind.RATE)
    use: Any = next(rates, None)
    told: Any = exact_text(exact, code)
    if use is not None:
        told = format_html("{} × {}", told, rate_text(use.rate))
    lines = [
        Line(f"Revenue in {code}", money_text(values["rounded"], code)),
        Line("Revenue × rate", told),
        Line(f"Revenue in {to}", money_text(values["converted"], to), total=True),
    ]
    return WhyStep(f"Converted to {to} once, then rounded", used=True, lines=lines)


def profit(teller: Teller, values: dict[str, Any]) -> WhyStep:
    rule, to, entry = values["rule"], values["to"], values["entry"]
    lines = []
    if rule in SPENT or rule is ProfitRule.CATALOG_PERCENT:
        lines.append(Line("Revenue", money_text(values["revenue"], to)))
    lines.append(_profit_amount(teller, values, negative=rule in SPENT))
    use: RateUse | None = values["rate"]
    if use is not None:
        lines.append(Line(f"At the rate of {said_day(use.day)}", f"× {rate_text(use.rate)}"))
    lines.append(Line("Profit", money_text(values["rounded"], to), total=True))
    notes = [format_html("{}; catalog values are in {}", teller.entry(entry), to)] if entry else []
    return WhyStep(PROFITS[rule], used=True, notes=notes, lines=lines)


def _profit_amount(teller: Teller, values: dict[str, Any], *, negative: bool) -> Line:
    """What the rule took from the row or the catalog, before its rate."""
    rule, entry = values["rule"], values["entry"]
    if rule is ProfitRule.CATALOG_PERCENT:
        return Line("Catalog profit", f"× {_percent(entry.amount)} %")
    amount = -values["amount"] if negative else values["amount"]
    figure = money_text(amount, values["currency"])
    if values["quantity"] is None:
        return Line(format_html("{} {}", Field.PROFIT.label, teller.where(Field.PROFIT)), figure)
    quantity = quantity_text(values["quantity"])
    if entry is not None:
        return Line(f"{quantity} × {grouped(entry.amount, values['to'])}", figure)
    known = PROFIT_FIELDS[rule]
    per_unit = teller.explained.given.numbers[known]
    said = f"{quantity} × {grouped(per_unit, values['currency'])}"
    return Line(format_html("{} {} {}", said, known.label.lower(), teller.where(known)), figure)
