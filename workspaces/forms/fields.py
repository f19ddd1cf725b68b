"""Fields that many forms share."""

from typing import Any

from django import forms

from workspaces.rules import UnfitName, clean_name


class NameField(forms.CharField):
    """A name as rules.clean_name takes it. `what` begins the sentence of a refusal: "The client name"."""

    def __init__(self, *, what: str, **options: Any) -> None:
        self.what = what
        options.setdefault("error_messages", {"required": f"{what} is empty."})
        # No maxlength: the browser would cut a longer text without a word. The length is checked here.
        super().__init__(strip=False, **options)

    def clean(self, value: Any) -> str:
        text = self.to_python(value) or ""
        text = text if text.strip() else ""
        self.validate(text)
        try:
            return clean_name(text, self.what) if text else ""
        except UnfitName as problem:
            raise forms.ValidationError(str(problem)) from problem
