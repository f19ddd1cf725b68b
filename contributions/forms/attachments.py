"""The form that takes a file."""

from django import forms
from django.http import HttpRequest

from contributions.rules.files import ACCEPTED, KINDS
from contributions.services.attachments import limit_text, too_large

OFFERED = ",".join(extension for kind in KINDS for extension in kind.extensions)


class AttachmentForm(forms.Form):
    """One file. Whether it may be kept is judged by the service, from its content."""

    file = forms.FileField(
        label="File",
        allow_empty_file=True,  # judged with the rest
        widget=forms.FileInput(attrs={"accept": OFFERED}),
        error_messages={"required": "Choose a file.", "invalid": "Choose a file."},
    )

    def __init__(self, request: HttpRequest) -> None:
        sent = request.method == "POST"
        super().__init__(request.POST if sent else None, request.FILES if sent else None)
        self.fields["file"].help_text = f"{ACCEPTED}. At most {limit_text()}."
        if getattr(request, "too_large", False):  # it was never read, so to the form it is missing
            self.fields["file"].error_messages["required"] = too_large()
