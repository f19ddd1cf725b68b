"""The part of a form with the terms and the rows: what it is drawn from, wherever it stands."""

from typing import Any

from contracts.forms.rules import RulesForm
from contracts.forms.terms import TermsForm
from contracts.views.drawing import Ground, draw
from contracts.views.steps import Step


def ground_of(form: RulesForm) -> Ground:
    """What the rows stand on, as far as it can be read."""
    monthly = form.amount_in("monthly")
    if not isinstance(form, TermsForm):
        return Ground(form.code, monthly=monthly)
    return Ground(form.code, counted=form.counted, start=form.first_month, monthly=monthly)


def region(form: RulesForm, step: Step | None = None) -> dict[str, Any]:
    """The context of the templates of the editor."""
    judged = form.is_bound and step is None
    return {
        "form": form,
        "step": step,
        "editor": draw(form.examined(), ground_of(form), judged=judged),
        "question": form.question(),
        "compact": form.typed("look") == "compact",
        "full": form.typed("look") == "full",
    }
