"""The field types of a transaction, and what a cell of each holds (rules 5.1)."""

from enum import StrEnum


class FieldKind(StrEnum):
    """How the cells of a field are read."""

    TEXT = "text"
    DATE = "date"
    NUMBER = "number"
    MONEY = "money"  # a number that may bear a currency
    PERCENT = "percent"


class Field(StrEnum):
    """What a column can be mapped to. A column that is mapped to none is kept as it is."""

    UNIQUE_ID = "unique_id"
    ORIGINAL_ID = "original_id"
    DATE = "date"
    CLIENT = "client"
    OWNER = "owner"
    PRODUCT = "product"
    QUANTITY = "quantity"
    PRICE_SOLD = "price_sold"
    UNIT_COST = "unit_cost"
    UNIT_PROFIT = "unit_profit"
    UNIT_TAX = "unit_tax"
    REVENUE = "revenue"
    PROFIT = "profit"
    TAX = "tax"
    TAX_PERCENT = "tax_percent"
    SCORE = "score"
    CURRENCY = "currency"
    TYPE = "type"
    DESCRIPTION = "description"

    # As its text, and not by a call into Enum: the values of a million rows are looked up by it.
    __hash__ = str.__hash__

    @property
    def label(self) -> str:
        """As it stands in a list of field types; a price names its sub-type."""
        return LABELS[self]

    @property
    def kind(self) -> FieldKind:
        return KINDS.get(self, FieldKind.TEXT)


LABELS = {
    Field.UNIQUE_ID: "Unique ID",
    Field.ORIGINAL_ID: "Original ID",
    Field.DATE: "Transaction date",
    Field.CLIENT: "Client",
    Field.OWNER: "Owner",
    Field.PRODUCT: "Product or service",
    Field.QUANTITY: "Order quantity",
    Field.PRICE_SOLD: "Price / unit: price sold",
    Field.UNIT_COST: "Price / unit: cost",
    Field.UNIT_PROFIT: "Price / unit: profit",
    Field.UNIT_TAX: "Price / unit: tax",
    Field.REVENUE: "Transaction revenue",
    Field.PROFIT: "Transaction profit",
    Field.TAX: "Taxes: amount",
    Field.TAX_PERCENT: "Taxes: percent",
    Field.SCORE: "Score",
    Field.CURRENCY: "Currency",
    Field.TYPE: "Transaction type",
    Field.DESCRIPTION: "Description",
}
MONEY_FIELDS = (
    Field.PRICE_SOLD,
    Field.UNIT_COST,
    Field.UNIT_PROFIT,
    Field.UNIT_TAX,
    Field.REVENUE,
    Field.PROFIT,
    Field.TAX,
)
KINDS = {
    **dict.fromkeys(MONEY_FIELDS, FieldKind.MONEY),
    Field.DATE: FieldKind.DATE,
    Field.QUANTITY: FieldKind.NUMBER,
    Field.SCORE: FieldKind.NUMBER,
    Field.TAX_PERCENT: FieldKind.PERCENT,
}
# What may be said once for the whole file instead of by a column (rules 5.1).
GIVEN_ONCE = (Field.CURRENCY, Field.OWNER, Field.CLIENT, Field.TYPE)
# Money columns of which is asked whether their figures include tax (rules 5.9).
ASKED_FOR_TAX = (Field.PRICE_SOLD, Field.REVENUE)


class RowKind(StrEnum):
    """What a value of the transaction type was declared to be (rules 5.13)."""

    SALE = "sale"
    REFUND = "refund"
    NOT_REVENUE = "not_revenue"
