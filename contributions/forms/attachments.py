"""The form that takes a file."""

from django import forms
from django.conf import settings
from django.http import HttpRequest

from contributions.rules.files import ACCEPTED, KINDS
from contributions.services.attachments import too_large_to_keep
from kamtrak.uploads import UploadForm, megabytes

OFFERED = ",".join(extension for kind in KINDS for extension in kind.extensions)


class AttachmentForm(UploadForm):
    """One file. Whether it may be kept is judged by the service, from its content."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request, refusal=too_large_to_keep())
        self.fields["file"].widget = forms.FileInput(attrs={"accept": OFFERED})
        self.fields["file"].help_text = f"{ACCEPTED}. At most {megabytes(settings.LIMIT_ATTACHMENT_BYTES)}."
