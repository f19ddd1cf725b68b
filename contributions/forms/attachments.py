"""The form that takes a file."""

from django import forms
from django.http import HttpRequest

from contributions.rules.files import ACCEPTED, KINDS
from contributions.services.attachments import too_large
from kamtrak.uploads import UploadForm, limit_text

OFFERED = ",".join(extension for kind in KINDS for extension in kind.extensions)


class AttachmentForm(UploadForm):
    """One file. Whether it may be kept is judged by the service, from its content."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request, too_large=too_large())
        self.fields["file"].widget = forms.FileInput(attrs={"accept": OFFERED})
        self.fields["file"].help_text = f"{ACCEPTED}. At most {limit_text('LIMIT_ATTACHMENT_BYTES')}."
