"""The forms of a file of older contracts."""

from django import forms
from django.conf import settings
from django.http import HttpRequest, QueryDict

from kamtrak.uploads import UploadForm, too_large


class ContractsFileForm(UploadForm):
    """A file of contracts."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request, refusal=too_large(settings.LIMIT_CONTRACTS_FILE_BYTES, "read"))
        self.fields["file"].label = "CSV or XLSX file"
        self.fields["file"].widget = forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"})


class AddContractsForm(forms.Form):
    """Adding what was checked. `seen` names it; `accepted` is asked where revenue is negative (rules 4.7)."""

    reason = forms.CharField(
        label="Where the file comes from",
        max_length=500,
        error_messages={"required": "Say where the file comes from: it is kept in the history."},
    )
    seen = forms.CharField(widget=forms.HiddenInput)
    accepted = forms.BooleanField(
        label="Yes, the negative revenue is right",
        error_messages={"required": "Look at the rules with negative revenue, then confirm them."},
    )

    def __init__(self, data: QueryDict | None, *, ask: bool, seen: str) -> None:
        super().__init__(data, initial={"seen": seen})
        if not ask:
            del self.fields["accepted"]

    @property
    def is_accepted(self) -> bool:
        return bool(self.cleaned_data.get("accepted"))
