"""The forms of an import: the file, what the check asks before anything goes in, the reason of an undo."""

from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, QueryDict

from kamtrak.lib.tables import DELIMITERS, ENCODINGS, Layout
from kamtrak.reasons import ReasonField
from kamtrak.uploads import UploadForm, too_large

SEEN_BEFORE, NEW_SALES = "seen", "new"


class ImportForm(UploadForm):
    """A file of transactions."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request, refusal=too_large(settings.LIMIT_IMPORT_BYTES, "read"))
        self.fields["file"].label = "CSV or XLSX file"
        self.fields["file"].widget = forms.FileInput(
            attrs={"accept": ".csv,.txt,.tsv,.xlsx", "class": "k-drop"}
        )


class RereadForm(forms.Form):
    """How a file is read, where looking at it was not enough. Blank leaves it to the file."""

    encoding = forms.ChoiceField(label="Encoding", required=False)
    delimiter = forms.ChoiceField(label="Between columns", required=False)
    sheet = forms.ChoiceField(label="Sheet", required=False)
    header = forms.ChoiceField(
        label="First row",
        required=False,
        choices=[("", "As found"), ("yes", "Names the columns"), ("no", "Is a row like the others")],
    )

    def __init__(self, data: QueryDict | None, layout: Layout | None) -> None:
        super().__init__(data)
        found = ("", "As found")
        self.fields["encoding"].choices = [found, *((n, e.label) for n, e in ENCODINGS.items())]  # type: ignore[attr-defined]
        self.fields["delimiter"].choices = [found, *DELIMITERS.items()]  # type: ignore[attr-defined]
        self.fields["sheet"].choices = [found, *((n, n) for n in (layout.sheets if layout else ()))]  # type: ignore[attr-defined]
        if layout is not None and layout.kind == "xlsx":
            del self.fields["encoding"], self.fields["delimiter"]
        if layout is None or len(layout.sheets) < 2:
            del self.fields["sheet"]

    def answers(self) -> dict[str, str]:
        """What a valid form says, blanks left out."""
        return {name: value for name, value in self.cleaned_data.items() if value}


class CommitForm(forms.Form):
    """What is decided at the last moment: lines that were seen before, and a span that is replaced."""

    stamp = forms.CharField(widget=forms.HiddenInput, required=False)
    repeats = forms.ChoiceField(
        label="Lines that equal lines of earlier files",
        required=False,
        initial=SEEN_BEFORE,
        choices=[
            (SEEN_BEFORE, "Seen before: nothing is added"),
            (NEW_SALES, "New sales: they count as well"),
        ],
        widget=forms.RadioSelect,
    )
    replaces = forms.BooleanField(
        label="This file replaces what the source has between two days", required=False
    )
    first = forms.DateField(label="From", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(label="To", required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        first, last = said.get("first"), said.get("last")
        if said.get("replaces"):
            for name, day in (("first", first), ("last", last)):
                if day is None and name not in self.errors:
                    self.add_error(name, "Say the day: rows of the source between the two are voided.")
            if first and last and first > last:
                self.add_error("last", "This day is before the first one.")
        return said

    @property
    def span(self) -> tuple[date, date] | None:
        """The days whose rows are replaced, both included."""
        said = self.cleaned_data
        return (said["first"], said["last"]) if said.get("replaces") else None

    @property
    def are_new(self) -> bool:
        return bool(self.cleaned_data.get("repeats") == NEW_SALES)


class UndoForm(forms.Form):
    """Why, and what becomes of rows that somebody has edited by hand since."""

    reason = ReasonField()
    keep_edited = forms.TypedChoiceField(
        label="Rows that would be left with an edit by hand alone",
        choices=[("yes", "Keep them as they were edited"), ("no", "Let them go with the import")],
        coerce=lambda value: value == "yes",
        initial="yes",
        widget=forms.RadioSelect,
    )

    def __init__(self, data: QueryDict | None, *, asks: bool) -> None:
        super().__init__(data)
        if not asks:
            del self.fields["keep_edited"]
