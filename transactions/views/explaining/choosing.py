"""Steps that lead to a figure: what the row is, which rule decides, in which currency; or what is missing."""

from datetime import date
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from kamtrak.lib.money import grouped, quantity_text
from transactions.rules import Cell, Evidence, Field
from transactions.rules.states import LACK_LABELS
from transactions.views.explaining.steps import Line, Teller, WhyStep, money_text
from transactions.views.listed import said_day

TIERS = {1: "Transaction revenue", 2: "Quantity × price sold", 3: "Quantity × catalog price"}
NEXT = {1: "so the next rule applies", 2: "so the next rule applies", 3: "so no rule is left"}
CELLS = {Cell.BLANK: "is blank", Cell.UNREAD: "cannot be read", Cell.ABSENT: "has no column"}


def wrong(teller: Teller, values: dict[str, Any]) -> WhyStep:
    error = values["error"]
    notes = [error.repair, *([teller.where(error.field)] if error.field else [])]
    return WhyStep(f"Cannot be derived: {error.reason}", bad=True, notes=notes)


def not_revenue(teller: Teller, values: dict[str, Any]) -> WhyStep:
    said = f"The transaction type “{values['type']}” was declared as not revenue. It is in no total."
    return WhyStep("Not revenue", bad=True, notes=[said, teller.where(Field.TYPE)])


def sale(teller: Teller, values: dict[str, Any]) -> WhyStep:
    original, day = values["original_id"], values["day"]
    if not teller.reads_sale:  # the same words whether the sale is there or not: IDs could be tried
        said = f"Its Original ID is “{original}”. Where that is a sale, its day sets rate and price."
        return WhyStep(
            "Names the sale that it undoes", used=True, notes=[said, teller.where(Field.ORIGINAL_ID)]
        )
    if day is None:
        said = f"No sale with the Unique ID “{original}” is here, so its own day sets rate and price."
        return WhyStep("The sale that it undoes was not found", notes=[said, teller.where(Field.ORIGINAL_ID)])
    said = f"Its Original ID is “{original}”: rate and catalog price are those of that sale."
    return WhyStep(
        f"Undoes the sale of {said_day(day)}", used=True, notes=[said, teller.where(Field.ORIGINAL_ID)]
    )


def turned(teller: Teller, values: dict[str, Any]) -> WhyStep:
    names = " and ".join(known.label.lower() for known in values["fields"])
    is_or_are = "is" if len(values["fields"]) == 1 else "are"
    said = f"A refund without a minus: {names} {is_or_are} turned, once."
    return WhyStep("Refund, sign turned", used=True, notes=[said, teller.where(Field.TYPE)])


def passed(teller: Teller, values: dict[str, Any]) -> WhyStep:
    missing = {known: cell for known, cell in values["cells"].items() if cell is not Cell.USABLE}
    said = ", ".join(f"{known.label.lower()} {CELLS[cell]}" for known, cell in missing.items())
    number = values["tier"]
    if number == 1:
        title = f"Transaction revenue {CELLS[missing[Field.REVENUE]]}, {NEXT[1]}" if missing else TIERS[1]
    else:
        title = f"{TIERS[number]}: {said or 'does not apply'}, {NEXT[number]}"
    notes = [teller.where(known) for known, cell in missing.items() if cell is not Cell.ABSENT]
    return WhyStep(title, notes=[format_html_join(" · ", "{}", ((note,) for note in notes))] if notes else [])


# ------------------------------------------------------------------ the rule that decides


def tier(teller: Teller, values: dict[str, Any]) -> WhyStep | None:
    number, exact, code = values["tier"], values["exact"], values["currency"]
    if number == 0 or exact is None:
        return None  # what it lacks stands in a step of its own
    lines = []
    if number == 1:
        lines = [Line(_named(teller, Field.REVENUE), money_text(exact, code))]
        return WhyStep("Used: revenue as given", used=True, lines=lines)
    lines.append(Line(_named(teller, Field.QUANTITY), quantity_text(values["quantity"])))
    if number == 2:
        lines.append(Line(_named(teller, Field.PRICE_SOLD), money_text(values["price"], code)))
        lines.append(Line("Revenue as sold", money_text(exact, code), total=True))
        return WhyStep("Used: quantity × price sold", used=True, lines=lines)
    entry = values["entry"]
    price = format_html(
        'Revenue / unit of {} <span class="k-src">catalog values are in {}</span>',
        teller.entry(entry),
        code,
    )
    lines.append(Line(price, money_text(entry.amount, code)))
    lines.append(Line("Revenue by the catalog", money_text(exact, code), total=True))
    return WhyStep("Used: quantity × catalog price", used=True, lines=lines)


def _named(teller: Teller, known: Field) -> SafeString:
    return format_html("{} {}", known.label, teller.where(known))


def not_needed(teller: Teller, values: dict[str, Any]) -> WhyStep:
    number, code = values["tier"], values["currency"]
    price = values["price"] if number == 2 else values["entry"].amount
    quantity = quantity_text(values["quantity"])
    said = f"Would give {quantity} × {grouped(price, code)} = {money_text(values['exact'], code)}."
    notes: list[Any] = [said]
    if number == 3:
        notes = [format_html("{} {}", said, teller.entry(values["entry"]))]
    return WhyStep(f"{TIERS[number]}: not needed", notes=notes)


def currency(teller: Teller, values: dict[str, Any]) -> WhyStep:
    code, unit = values["currency"], values["unit"]
    said: dict[Evidence, Any] = {
        Evidence.COLUMN: format_html("{} {}", "From the currency column,", teller.where(Field.CURRENCY)),
        Evidence.AMOUNT: format_html("“{}” stands in the amount, {}", unit, teller.where(values["field"])),
        Evidence.GIVEN: "Given for the column or the file while it was mapped.",
        Evidence.SALE: "The currency of the sale that it undoes.",
        Evidence.ASSUMED: "Nothing in the file says it, so the workspace currency is assumed.",
    }
    notes = [said[values["evidence"]]]
    if unit and values["evidence"] is Evidence.COLUMN:
        notes = [format_html("{}; agrees with “{}”", notes[0], unit)]
    return WhyStep(f"Currency: {code}", used=values["evidence"] is not Evidence.ASSUMED, notes=notes)


def unknown(teller: Teller, values: dict[str, Any], what: str = "revenue") -> WhyStep:
    lack, product = values["lack"], values["product"]
    day: date = values["day"]
    said = {
        "NO_RATE": f"There is no rate from {values['currency']} for {said_day(day)}.",
        "NO_ENTRY": f"“{product}” is not in the catalog.",
        "NO_VALUE": f"The entry of “{product}” has no such value on {said_day(day)}.",
        "AMBIGUOUS": f"{len(values['candidates'])} entries are called “{product}”.",
        "NO_TAX": "The figure includes tax, and nothing says how much.",
        "NO_REVENUE": "It is taken from the revenue, which is not known yet.",
        "NO_QUANTITY": f"The entry of “{product}” says it per unit, and the row has no quantity.",
    }.get(lack.name, "The row provides nothing that a rule can use.")
    title = f"No {what} yet: {LACK_LABELS.get(lack, 'not known')}"
    return WhyStep(title, bad=True, notes=[f"{said} The row is in no total of {what}."])


def profit_unknown(teller: Teller, values: dict[str, Any]) -> WhyStep:
    return unknown(teller, values, "profit")
