"""The forms of a file of catalog entries."""

from django import forms
from django.conf import settings
from django.http import HttpRequest

from kamtrak.reasons import ReasonForm
from kamtrak.uploads import UploadForm, too_large


class CatalogFileForm(UploadForm):
    """A file of entries."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request, refusal=too_large(settings.LIMIT_CATALOG_FILE_BYTES, "read"))
        self.fields["file"].label = "CSV or XLSX file"
        self.fields["file"].widget = forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"})


class AddEntriesForm(ReasonForm):
    """Adding what was checked. `seen` names it."""

    seen = forms.CharField(widget=forms.HiddenInput)
