"""One row while it is derived: what the rules ask of it, and what they note."""

from decimal import Decimal

from kamtrak.lib.money.rounding import EXACT, Exact, times
from transactions.rules.book import Book, RateUse
from transactions.rules.catalog import NO_PRODUCT, Measure, Value
from transactions.rules.currencies import Evidence, currency_of
from transactions.rules.fields import Field, RowKind
from transactions.rules.given import Given, Wrong
from transactions.rules.outcomes import Lack, Warning
from transactions.rules.terms import Sale, Terms

ZERO = Decimal(0)
# Plain numbers: to combine flags of an enum costs more than all else that is done for a row.
ASSUMED_CURRENCY = Warning.ASSUMED_CURRENCY.value


class Row:
    """A row with the decisions that apply to it.

    `day`: of rate and catalog price. `quantity`: as it counts, a refund's turned. `turned`: the stated
    amounts of this refund change their sign. The rules note row errors in `wrong` and flags in `warnings`.
    """

    __slots__ = ("book", "day", "given", "match", "quantity", "sale", "terms", "turned", "warnings", "wrong")

    def __init__(self, given: Given, terms: Terms, book: Book, sale: Sale | None) -> None:
        assert given.day is not None  # noqa: S101 - a row without a date is refused before
        self.given, self.terms, self.book, self.sale = given, terms, book, sale
        self.day = given.day if sale is None else sale.day
        self.match = book.match(given.product) if given.product else NO_PRODUCT
        self.wrong: list[Wrong] = []
        self.warnings = 0
        self.turned = False
        self.quantity = given.numbers.get(Field.QUANTITY)
        if given.kind is RowKind.REFUND and not terms.refunds_negative:
            self._turn()

    def _turn(self) -> None:
        """Positive refunds are turned, once (rules 5.13); one that bears a minus already stays as it is."""
        numbers = self.given.numbers
        leading = next((f for f in (Field.REVENUE, Field.QUANTITY, Field.PROFIT) if f in numbers), None)
        self.turned = leading is not None and numbers[leading] >= 0
        if self.quantity is not None and self.quantity > 0:
            self.quantity = self.quantity.copy_negate()

    def stated(self, field: Field) -> Decimal | None:
        """A stated total (revenue, profit) as it counts, a refund's turned."""
        found = self.number(field)
        return found.copy_negate() if found and self.turned else found

    def number(self, field: Field) -> Decimal | None:
        """The usable number of a field that a figure needs; unreadable text is an error (rules 5.3)."""
        found = self.given.numbers.get(field)
        if found is None and self.given.unread:
            self.refuse(field)
        return found

    def times(self, field: Field) -> Decimal | None:
        """Quantity × the number of a field, exact; None where one of them is absent.

        A cell that cannot be read is an error only beside one that is not blank: otherwise nothing needs it.
        """
        number = self.given.numbers.get(field)
        if self.quantity is not None and number is not None:
            return EXACT.multiply(self.quantity, number)
        if self.given.unread and self.has(Field.QUANTITY) and self.has(field):
            self.refuse(Field.QUANTITY, field)
        return None

    def has(self, field: Field) -> bool:
        """Whether the cell is there and not blank, readable or not."""
        return field in self.given.numbers or field in self.given.unread

    def refuse(self, *fields: Field) -> None:
        """Notes those of the fields that cannot be read as row errors."""
        for field in fields:
            text = self.given.unread.get(field)
            if text is not None:
                self.wrong.append(Wrong(field, text.value, text.reason, text.repair))

    def currency(self, field: Field) -> str:
        """The currency of the amount in a field; "" where it is wrong."""
        found = currency_of(field, self.given, self.terms, self.sale)
        if isinstance(found, Wrong):
            self.wrong.append(found)
            return ""
        if found.evidence is Evidence.ASSUMED:
            self.warnings |= ASSUMED_CURRENCY
        return found.code

    def converted(self, amount: Exact, currency: str) -> tuple[Exact | None, RateUse | None]:
        """An exact amount in the workspace currency, not yet rounded, and the rate that it took.

        None is unknown. An amount of 0 needs no rate, and the workspace currency none either.
        """
        if currency == self.book.currency:
            return amount, None
        use = self.sale.rate(currency) if self.sale is not None else None
        if use is None:
            use = self.book.rate(currency, self.day)
        if use is None:
            return (None if amount else ZERO), None
        return times(amount, use.rate), use

    def catalog(self, measure: Measure) -> Value | None:
        """The value of the row's product: the one that its sale stands on, else that of the row's day."""
        item = self.match.item
        if item is None:
            return None
        if self.sale is not None and self.sale.prices:
            used = self.sale.price(item, measure)
            if used is not None or self.sale.lacked(item, measure):
                return used
        return self.book.value(item, measure, self.day)

    @property
    def entry_lack(self) -> Lack:
        """What is missing in the catalog, where it does not have the value of a named product."""
        if self.match.item is not None:
            return Lack.NO_VALUE
        return Lack.AMBIGUOUS if self.match.candidates else Lack.NO_ENTRY
