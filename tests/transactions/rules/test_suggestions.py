"""Which field a column probably is, with the reason (rules 5.1)."""

from collections.abc import Sequence

import pytest

from kamtrak.lib.tables import DateEvidence, NumberCell, NumberEvidence
from transactions.rules import ColumnLook, Counted, Field, Suggestion, suggest


def column(name: str, values: Sequence[str] = ("1", "2"), *, blank: int = 0) -> ColumnLook:
    """A column that was found with these values."""
    numbers, dates = NumberEvidence(), DateEvidence()
    counted: dict[str, int] = {}
    for value in values:
        numbers.add(value)
        dates.add(value)
        counted[value] = counted.get(value, 0) + 1
    return ColumnLook(
        name=name,
        samples=tuple(counted)[:3],
        filled=len(values),
        blank=blank,
        distinct=len(counted),
        is_more=False,
        repeats=len(counted) < len(values),
        values=tuple(Counted(text, times) for text, times in counted.items()),
        numbers=numbers,
        dates=dates,
        odd_numbers=(),
        odd_dates=(),
        offsets=(),
        fractions=False,
    )


DAYS = ("2026-03-08", "2026-03-09")
TEXTS = ("a", "b")
VALUES = {Field.DATE: DAYS, Field.CURRENCY: ("EUR", "USD"), Field.TYPE: ("Sale", "Refund")}


@pytest.mark.parametrize(
    ("names", "field"),
    [
        (
            "Unique ID|Transaction ID|order_line_id|OrderId|Rechnungs-Nr.|Belegnummer|N° facture",
            Field.UNIQUE_ID,
        ),
        ("Original Invoice|Refund of|Ursprungsbeleg|Facture d'origine", Field.ORIGINAL_ID),
        ("Date|InvoiceDate|Order date (UTC)|Rechnungsdatum|Date de facture|Fecha factura", Field.DATE),
        ("Client|Customer Name|CustomerID|Account|Kunde|Kunden-Nr.|Nom du client|Cliente", Field.CLIENT),
        ("Owner|Sales Rep|KAM|Account Manager|Verkäufer|Vendeur|Vendedor", Field.OWNER),
        ("Product|SKU|StockCode|Item No.|Artikelnummer|Réf. article|Artículo", Field.PRODUCT),
        ("Qty|Quantity|Units|Menge|Menge (Stück)|Qté|Quantité|Cantidad", Field.QUANTITY),
        ("UnitPrice|Unit price|Price / Unit|Sales price|Einzelpreis|PU HT|Precio unitario", Field.PRICE_SOLD),
        ("Unit cost|Cost price|Purchase Price|Einkaufspreis|Prix d'achat|Precio de coste", Field.UNIT_COST),
        ("Unit profit|Margin per unit|Marge unitaire", Field.UNIT_PROFIT),
        ("Unit tax|VAT per unit", Field.UNIT_TAX),
        ("Revenue|Net Amount|TOTAL|Line total|Umsatz|Betrag|Chiffre d'affaires|Importe", Field.REVENUE),
        ("Profit|Gross Margin|Deckungsbeitrag|Marge|Beneficio", Field.PROFIT),
        ("VAT|Tax amount|MwSt.|TVA|IVA", Field.TAX),
        ("VAT %|Tax rate|MwSt.-Satz|Taux de TVA|Tipo IVA", Field.TAX_PERCENT),
        ("Score|Points|Punkte|Puntos", Field.SCORE),
        ("Currency|CCY|Währung|Devise|Moneda", Field.CURRENCY),
        ("Type|Transaction Type|Belegart|Type de document|Tipo", Field.TYPE),
        ("Description|Notes|Bezeichnung|Libellé|Concepto", Field.DESCRIPTION),
    ],
)
def test_headers_of_common_exports_name_their_field(names, field):
    for name in names.split("|"):
        [suggestion] = suggest([column(name, VALUES.get(field, ("1", "2")))])
        assert (name, suggestion.field) == (name, field)
        assert suggestion.reason.startswith(f"The header says “{name}”")


@pytest.mark.parametrize(
    "name",
    ["Country", "Payment type", "Product category", "Client type", "Total weight", "Warehouse", "Paid"],
)
def test_a_header_that_only_resembles_a_field_names_none(name):
    assert suggest([column(name)]) == (Suggestion(None, ""),)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("List Price (USD)", "that is not the price that was paid"),
        ("Listenpreis", "that is not the price that was paid"),
        ("Total cost", "that may be the cost of one unit or of all"),
        ("Margin %", "that is a percentage, not an amount"),
        ("Due date", "that is not the day of the sale"),
        ("Lieferdatum", "that is not the day of the sale"),
        ("Discount", "a discount is no revenue"),
    ],
)
def test_a_header_that_means_another_thing_is_told_and_never_suggested(name, reason):
    values = DAYS if "da" in name.lower() else ("1", "2")
    assert suggest([column(name, values)]) == (Suggestion(None, f"The header says “{name}”: {reason}."),)


@pytest.mark.parametrize(
    ("name", "currency", "tax_included"),
    [
        ("Amount (EUR)", "EUR", None),
        ("AMOUNT EUR", "EUR", None),
        ("Revenue_USD", "USD", None),
        ("Price in €", "EUR", None),
        ("Nettobetrag (€)", "EUR", False),
        ("Bruttobetrag", "", True),
        ("Price incl. VAT", "", True),
        ("Total TTC [CHF]", "CHF", True),
        ("Umsatz (netto)", "", False),
        ("Amount ($)", "", None),  # many currencies have that sign: the workspace says which is meant
        ("Amount", "", None),
    ],
)
def test_a_header_gives_the_currency_and_the_tax_of_its_amounts(name, currency, tax_included):
    [suggestion] = suggest([column(name)])
    assert suggestion.field in (Field.REVENUE, Field.PRICE_SOLD)
    assert (suggestion.currency, suggestion.tax_included) == (currency, tax_included)


def test_values_speak_where_the_header_does_not():
    found = suggest(
        [
            column("Column 1", DAYS),
            column("Column 2", ("EUR", "USD")),
            column("Column 3", ("Sale", "Credit note")),
            column("Column 4", TEXTS),
        ]
    )
    assert [(each.field, each.reason) for each in found] == [
        (Field.DATE, "Every value is a date."),
        (Field.CURRENCY, "Every value is a currency."),
        (Field.TYPE, "Its values are like “Sale” and “Credit note”."),
        (None, ""),
    ]


def test_numbers_are_dates_only_where_the_header_says_so():
    serials = (NumberCell("46023"), NumberCell("46024"))
    assert suggest([column("Column 1", serials)])[0].field is None
    assert suggest([column("Column 1", ("20260308", "20260309"))])[0].field is None
    assert suggest([column("Date", serials)])[0].field is Field.DATE


def test_values_that_repeat_or_are_missing_are_no_unique_id():
    repeated = column("InvoiceNo", ("7", "7", "8"))
    assert suggest([repeated])[0] == Suggestion(
        None, "The header says “InvoiceNo”, but 3 lines share 2 values, so it cannot be the Unique ID."
    )
    missing = column("InvoiceNo", ("7", "8"), blank=2)
    assert suggest([missing])[0].reason == "The header says “InvoiceNo”, but 2 rows have none."
    found = suggest([repeated, column("Line ID", ("1", "2", "3"))])
    assert [each.field for each in found] == [None, Field.UNIQUE_ID]
    assert found[1].reason == "The header says “Line ID”, and no value repeats."


def test_values_that_cannot_be_the_field_of_the_header_speak_against_it():
    assert (
        suggest([column("Date", TEXTS)])[0].reason == "The header says “Date”, but most values are no dates."
    )
    assert (
        suggest([column("Qty", TEXTS)])[0].reason == "The header says “Qty”, but most values are no numbers."
    )
    assert suggest([column("Amount", ())])[0].reason == "The header says “Amount”, but the column is empty."
    assert suggest([column("Currency", TEXTS)])[0].field is None
    assert suggest([column("VAT", ("19 %", "7 %"))])[0].field is Field.TAX_PERCENT


def test_values_that_do_not_fit_are_counted_beside_the_suggestion():
    [amount] = suggest([column("Amount", ("1.50", "TBD", "2.50"))])
    assert amount == Suggestion(Field.REVENUE, "The header says “Amount”, but 1 of 3 values are no numbers.")
    assert suggest([column("Amount", ("1.50", "2.50"))])[0].reason == "The header says “Amount”."


def test_never_two_columns_on_one_field_and_the_plainer_name_wins():
    names = ["Invoice date", "Transaction date", "Customer ID", "Customer", "Net amount", "Amount"]
    found = suggest([column(name, DAYS if "date" in name else ("1", "2")) for name in names])
    assert [each.field for each in found] == [None, Field.DATE, None, Field.CLIENT, Field.REVENUE, None]
    assert found[0].reason == (
        "The header says “Invoice date”, but “Transaction date” is the transaction date already."
    )
    assert found[5].reason == "The header says “Amount”, but “Net amount” is the transaction revenue already."


def test_any_headers_at_all_are_borne():
    names = ["", "=1+1", "€", "()", "[EUR]", "x" * 200, "日付", "N°", "%", "EUR", "\ufeff"]
    fields = [each.field for each in suggest([column(name) for name in names])]
    assert fields == [None] * len(names)
