"""The form of one transaction: its fields as text, checked as amounts are everywhere (rules 1.6, 5.15)."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict

from kamtrak.lib.money import (
    AmountError,
    is_currency,
    parse_amount,
    parse_percentage,
    parse_unit_value,
    plain,
)
from kamtrak.lib.money.rounding import EXACT
from kamtrak.lib.months import possible_day
from kamtrak.reasons import ReasonField
from transactions.forms.fields import LineField
from transactions.rules import FIXED, Field, FieldKind, FileMapping, Given, RowKind
from transactions.rules.mappings import type_key
from workspaces.rules import DESCRIPTION_LENGTH, NAME_LENGTH

KEEP, OVERWRITE = "keep", "overwrite"
PER_UNIT = (Field.PRICE_SOLD, Field.UNIT_COST, Field.UNIT_PROFIT, Field.UNIT_TAX)
MOST_DIGITS = 15  # before the decimal mark (rules 10)
_PLAIN = re.compile(r"[-−]?[0-9]{1,30}(?:[.,][0-9]{1,12})?")
_BREAK = re.compile(r"\r\n|\r|\n")
_ONE_MARK = re.compile(r"[-−]?[1-9][0-9]{0,2}[.,][0-9]{3}")


@dataclass(frozen=True)
class Editable:
    """What a row has to be edited: its values with edits on top, and in which currency its amounts are."""

    mapping: FileMapping
    given: Given
    edited: frozenset[Field]
    currency: str
    owner_too: bool  # whether the row may be given to somebody else

    @property
    def fields(self) -> list[Field]:
        """The fields of the form, in the order of the rules; the currency stands beside every amount."""
        known = {*self.mapping.mapped, *self.mapping.given, *self.edited, Field.CURRENCY} - FIXED
        if not self.owner_too:
            known.discard(Field.OWNER)
        return [each for each in Field if each in known]

    @property
    def texts(self) -> dict[str, str]:
        """Every field as the form shows it, by name."""
        return {known.value: self.text(known) for known in self.fields}

    def text(self, known: Field) -> str:
        """The value as the form shows it."""
        return _shown(known, self._written(known))

    def _written(self, known: Field) -> str:
        given = self.given
        if known in given.unread:
            return given.unread[known].value
        if known is Field.DATE:
            return given.day.isoformat() if given.day else ""
        if known is Field.CURRENCY:
            return given.currency or self.currency
        if known.kind is FieldKind.TEXT:
            return str(getattr(given, known.value))
        number = given.numbers.get(known)
        if number is None:
            return ""
        if known.kind is FieldKind.MONEY and self.currency:
            return plain(number, self.currency)
        return f"{EXACT.normalize(number):f}"


class TransactionForm(forms.Form):
    """Text as it was typed, so that a refused form comes back exactly as it was sent."""

    protected = forms.ChoiceField(
        label="When a later file has this row again",
        choices=[
            (KEEP, "Keep my values: later imports lie beneath them"),
            (OVERWRITE, "A later import may overwrite them"),
        ],
        initial=KEEP,
        widget=forms.RadioSelect,
    )
    reason = ReasonField()
    stamp = forms.CharField(max_length=20, required=False, widget=forms.HiddenInput)
    shown = forms.JSONField(required=False, widget=forms.HiddenInput)  # field -> text as it was opened

    def __init__(self, row: Editable, data: QueryDict | None, *, stamp: str) -> None:
        self.row = row
        self.values: dict[Field, str] = {}
        super().__init__(data, initial={"stamp": stamp, "shown": row.texts})
        own = {known.value: _field(known, row) for known in row.fields}
        self.fields = {**own, **self.fields}

    @property
    def rows(self) -> list[Any]:
        """The bound fields of the row itself, in order."""
        return [self[known.value] for known in self.row.fields]

    def clean(self) -> dict[str, Any]:
        """Read what differs from what the form was opened with: `values`, as rules.lay_over takes them.

        What the row has become meanwhile is nobody's input here (rules 4.17).
        """
        values = super().clean() or self.cleaned_data
        typed = {known: self._typed(known) for known in self.row.fields}
        changed = self._changed(values)
        code = self._currency(typed[Field.CURRENCY], Field.CURRENCY in changed)
        for known in changed:
            if known is not Field.CURRENCY:
                self._read(known, typed[known], code)
        amounts = any(known.kind is FieldKind.MONEY for known in changed)
        if code and code != self.row.given.currency and (amounts or Field.CURRENCY in changed):
            self.values[Field.CURRENCY] = code
        if not changed and not self.errors:
            self.add_error(None, "Nothing is different from what the row has. Change a value first.")
        return values

    @property
    def moved(self) -> list[tuple[Field, str]]:
        """The fields that are others by now than this form was opened with, and what they are."""
        opened = self._opened(self.cleaned_data)
        texts = ((known, self.row.text(known)) for known in self.row.fields)
        return [(known, text) for known, text in texts if text != opened.get(known, "")]

    def overtaken(self) -> "TransactionForm":
        """The same input over the row as it is now: the next Save is a decision (rules 4.17).

        A field that was not changed here shows what others have made of it.
        """
        own = {known.value: self._typed(known) for known in self._changed(self.cleaned_data)}
        stamp, texts = self.initial["stamp"], self.row.texts
        data = self.data.copy()  # type: ignore[attr-defined]
        for name, text in {**texts, **own, "stamp": stamp, "shown": json.dumps(texts)}.items():
            data[name] = text
        return TransactionForm(self.row, data, stamp=stamp)

    def _changed(self, values: Mapping[str, Any]) -> list[Field]:
        opened = self._opened(values)
        return [known for known in self.row.fields if self._typed(known) != opened.get(known, "")]

    def _opened(self, values: Mapping[str, Any]) -> dict[str, str]:
        """The text of each field as the form showed it; of a form that does not say, what the row has."""
        shown = values.get("shown")
        return {**shown} if isinstance(shown, dict) else self.row.texts

    def _typed(self, known: Field) -> str:
        return _shown(known, str(self.data.get(self.add_prefix(known.value), "")).replace("\x00", ""))

    def _currency(self, text: str, changed: bool) -> str:
        """The currency of the amounts; one that was typed must be one."""
        code = text.upper()
        if is_currency(code):
            return code
        if changed and text:
            self.add_error(Field.CURRENCY.value, f"“{text[:20]}” is not a currency. Write a code like EUR.")
        return "" if changed else self.row.currency

    def _read(self, known: Field, text: str, code: str) -> None:
        try:
            self.values[known] = _canonical(known, text, code)
        except ValueError as problem:  # AmountError among them
            self.add_error(known.value, str(problem))


def _shown(known: Field, text: str) -> str:
    """Text as a field of the form holds it, and sends it back where nobody touched it.

    A browser strips line breaks from a field of one line, and sends those of a description as CRLF.
    """
    between = "\n" if known is Field.DESCRIPTION else " "
    return _BREAK.sub(between, text).strip()


def _field(known: Field, row: Editable) -> forms.Field:
    """A text field: what is wrong with it is said by `_canonical`. Only the date is asked for (rules 5.1);
    the currency stands beside every amount."""
    options: dict[str, Any] = {"label": known.label, "initial": row.text(known)}
    if known is Field.TYPE:
        return forms.ChoiceField(
            choices=_types(row.text(known), row.mapping.types), required=False, **options
        )
    if known is Field.DATE:
        return LineField(widget=forms.DateInput(attrs={"type": "date"}), **options)
    if known is Field.DESCRIPTION:
        return LineField(widget=forms.Textarea(attrs={"rows": 3}), optional=True, **options)
    return LineField(optional=known is not Field.CURRENCY, **options)


def _types(current: str, declared: Mapping[str, RowKind]) -> list[tuple[str, str]]:
    """The transaction types that were declared, and the row's own as it is written."""
    others = [text for text in declared if text != type_key(current)]
    return [(text, _type_label(text, declared)) for text in dict.fromkeys(["", current, *others])]


def _type_label(text: str, declared: Mapping[str, RowKind]) -> str:
    kind = declared.get(type_key(text), None if text else RowKind.SALE)
    said = f" ({kind.replace('_', ' ')})" if kind else ""
    return f"{text or 'blank'}{said}"


# ------------------------------------------------------------------ what was typed


def _canonical(known: Field, text: str, code: str) -> str:
    """The text as an edit keeps it: 2026-03-08, 1234.5, "" for blank. Raises ValueError for people."""
    if not text:
        if known is Field.DATE:
            raise ValueError("A transaction has a date.")
        return ""
    if known is Field.DATE:
        return _day(text)
    if known.kind is FieldKind.TEXT:
        most = DESCRIPTION_LENGTH if known is Field.DESCRIPTION else NAME_LENGTH
        if len(text) > most:
            raise ValueError(f"This has {len(text)} characters; at most {most} are kept.")
        return text
    return f"{EXACT.normalize(_number(known, text, code)):f}"


def _day(text: str) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ValueError("Choose a day, like 2026-09-04.") from None
    return possible_day(day).isoformat()


def _number(known: Field, text: str, code: str) -> Decimal:
    if known.kind is FieldKind.PERCENT:
        return parse_percentage(text)
    if known.kind is FieldKind.NUMBER:
        return _plain(text)
    if not code:
        raise AmountError("Say its currency first.")
    if known in PER_UNIT:  # never rounded, so it may have more decimals than its currency (rules 1.2)
        value = parse_unit_value(text.lstrip("-−"), code)
        return -value if text[0] in "-−" else value
    return parse_amount(text, code, allow_zero=True, allow_negative=True)


def _plain(text: str) -> Decimal:
    """A quantity or points, with the decimals it was typed with; 1,234 is asked about."""
    if not _PLAIN.fullmatch(text):
        raise AmountError(f"“{text[:40]}” is not a number. Write it like 1234.5.")
    value = Decimal(text.replace("−", "-").replace(",", "."))
    if _ONE_MARK.fullmatch(text):
        digits = re.sub("[^0-9]", "", text)
        raise AmountError(f"“{text}” could be {digits} or {value}. Write {digits}, or {value}0.")
    if value.copy_abs() >= Decimal(10) ** MOST_DIGITS:
        raise AmountError(f"A number has at most {MOST_DIGITS} digits before the decimal mark.")
    return value
