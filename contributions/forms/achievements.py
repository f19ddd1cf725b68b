"""The form of an achievement, the choice of what to link, and the address of the list read as a filter."""

from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict

from contributions.models import Achievement
from contributions.queries.achievements import Wanted
from contributions.services.achievements import Story
from kamtrak.web import one_time_token
from workspaces.rules import DESCRIPTION_LENGTH, UnfitName, clean_name, name_key

SKILLS, SKILL_LENGTH = 20, 60
_PART = {"max_length": "This part has %(show_value)d characters; at most %(limit_value)d are kept."}


def _part(label: str, rows: int = 3) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=DESCRIPTION_LENGTH,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages=_PART,
    )


class AchievementForm(forms.Form):
    """Every field is text as it was typed, so that a refused form comes back exactly as it was sent."""

    title = forms.CharField(label="Title", error_messages={"required": "Give it a title."})
    happened_on = forms.DateField(
        label="Date",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": "Enter the day on which it happened.",
            "invalid": "This is not a date of the calendar. Write it like 2026-09-04.",
        },
    )
    skills = forms.CharField(label="Skills", required=False)
    situation = _part("Situation")
    action = _part("Action")
    result = _part("Result")
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    once = forms.CharField(required=False, max_length=32, widget=forms.HiddenInput)

    def clean_title(self) -> str:
        return _cleaned(self.cleaned_data["title"], "The title")

    def clean_skills(self) -> tuple[str, ...]:
        """Skills between commas, each once however it is written."""
        parts = [part for part in self.cleaned_data["skills"].split(",") if part.strip()]
        skills = {name_key(skill): skill for skill in (_cleaned(part, "A skill") for part in parts)}
        if long := next((skill for skill in skills.values() if len(skill) > SKILL_LENGTH), ""):
            raise forms.ValidationError(f"“{long}” is too long; at most {SKILL_LENGTH} characters are kept.")
        if len(skills) > SKILLS:
            raise forms.ValidationError(f"These are {len(skills)} skills; at most {SKILLS} are kept.")
        return tuple(skills.values())

    def story(self) -> Story:
        """What a valid form says."""
        names = ("title", "happened_on", "situation", "action", "result", "skills")
        return Story(**{name: self.cleaned_data[name] for name in names})


def _cleaned(text: str, what: str) -> str:
    try:
        return clean_name(text, what)
    except UnfitName as problem:
        raise forms.ValidationError(str(problem)) from problem


def blank(today: date) -> dict[str, Any]:
    """The initial values of a new achievement."""
    return {"happened_on": today, "once": one_time_token()}


def initial_of(row: Achievement) -> dict[str, Any]:
    """The form's values for an achievement to edit."""
    names = ("title", "happened_on", "situation", "action", "result", "version")
    return {name: getattr(row, name) for name in names} | {"skills": ", ".join(row.skills)}


def read_wanted(params: QueryDict) -> Wanted:
    """What the address of the list asks for; what is not understood is left out."""
    return Wanted(
        text=_text(params, "q"),
        skill=_text(params, "skill"),
        owner_id=number(params.get("staff", "")),
        archived=params.get("archived") == "only",
    )


def read_picks(params: QueryDict) -> tuple[str, list[int]]:
    """What is searched for in a choice of things to link, and the ids of those that are ticked."""
    ticked = [number(value) for value in params.getlist("pick")]
    return _text(params, "q"), [pk for pk in ticked if pk is not None]


def _text(params: QueryDict, name: str) -> str:
    return params.get(name, "").replace("\x00", "").strip()[:200]


def number(text: str) -> int | None:
    """An id from an address; None for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None
