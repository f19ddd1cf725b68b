"""The forms of an import: the file, what the check asks before anything goes in, the reason of an undo."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, QueryDict

from kamtrak.intake import LayoutForm
from kamtrak.lib.tables import Layout
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


class RereadForm(LayoutForm):
    """How a file is read, where looking at it was not enough, and whether its first row names the columns."""

    header = forms.ChoiceField(
        label="First row",
        required=False,
        choices=[("", "As found"), ("yes", "Names the columns"), ("no", "Is a row like the others")],
    )

    def __init__(self, data: QueryDict | None, layout: Layout | None) -> None:
        super().__init__(layout.sheets if layout else (), data)
        if layout is not None and layout.kind == "xlsx":
            del self.fields["encoding"], self.fields["delimiter"]
        if layout is None or len(layout.sheets) < 2:
            del self.fields["sheet"]

    def answers(self) -> dict[str, Any]:
        """What a valid form says, blanks left out."""
        said = {name: value for name, value in self.cleaned_data.items() if value}
        return {**said, "header": said["header"] == "yes"} if "header" in said else said


class CommitForm(forms.Form):
    """The import itself. `stamp` names the check that was looked at; `repeats` is asked where lines equal
    lines of earlier files (rules 5.14)."""

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

    @property
    def are_new(self) -> bool:
        return bool(self.cleaned_data.get("repeats") == NEW_SALES)


class UndoForm(forms.Form):
    """Why, and what becomes of rows that somebody has edited by hand since, or that prove something."""

    reason = ReasonField()
    keep_edited = forms.TypedChoiceField(
        label="What becomes of them?",
        choices=[("yes", "Keep them as they were edited"), ("no", "Let them go with the import")],
        coerce=lambda value: value == "yes",
        initial="yes",
        widget=forms.RadioSelect,
    )

    release_cited = forms.BooleanField(
        label="Take these rows from behind the contributions",
        error_messages={"required": "Look at what loses its evidence, then confirm it."},
    )

    def __init__(self, data: QueryDict | None, *, asks: bool, releases: bool) -> None:
        """`asks`: there are rows with an edit alone; `releases`: rows that go are cited."""
        super().__init__(data)
        if not asks:
            del self.fields["keep_edited"]
        if not releases:
            del self.fields["release_cited"]
