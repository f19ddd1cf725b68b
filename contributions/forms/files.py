"""The forms of rows that people bring."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.base import ContentFile
from django.http import HttpRequest, QueryDict

from kamtrak.uploads import UploadForm, too_large

PASTED = "Pasted rows"


class ContributionsFileForm(UploadForm):
    """A file of contributions, or rows pasted from a sheet with their header."""

    pasted = forms.CharField(
        label="Or paste rows",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
    )

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request, refusal=too_large(settings.LIMIT_CONTRIBUTIONS_FILE_BYTES, "read"))
        file = self.fields["file"]
        file.label, file.required = "CSV or XLSX file", False
        file.widget = forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"})

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if self.was_too_large:
            self.add_error("file", self.fields["file"].error_messages["required"])
        elif not values.get("file") and not (values.get("pasted") or "").strip():
            self.add_error("file", "Choose a file, or paste rows.")
        return values

    @property
    def brought(self) -> Any:
        """What was brought, with its name: the file, or else what was pasted."""
        pasted = self.cleaned_data["pasted"].replace("\r\n", "\n").strip("\n")
        return self.cleaned_data["file"] or ContentFile(pasted.encode(), name=PASTED)


class AddContributionsForm(forms.Form):
    """Adding what was checked; `seen` names it."""

    reason = forms.CharField(
        label="Where the rows come from",
        max_length=400,
        error_messages={"required": "Say where the rows come from: it is kept in the history."},
    )
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None, *, seen: str) -> None:
        super().__init__(data, initial={"seen": seen})
