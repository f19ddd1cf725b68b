"""The part of a form with the terms and the rows: what it is drawn from, wherever it stands."""

import hashlib
from dataclasses import replace
from datetime import date
from typing import Any

from contracts.forms.rows import examine, typed_rows
from contracts.forms.rules import RulesForm
from contracts.forms.schedule import ScheduleForm
from contracts.forms.terms import TermsForm
from contracts.models import Contract
from contracts.queries.effects import Effect, effect_of
from contracts.rules import Terms, counted_months, source_said
from contracts.services.schedules import spliced_rules
from contracts.views.drawing import Ground, draw
from contracts.views.steps import Step
from kamtrak.lib.errors import Refused

SHOWN_AT_ONCE = 6  # runs of past months; the others unfold


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


def ground_of(form: RulesForm) -> Ground:
    """What the rows stand on, as far as it can be read."""
    monthly = form.amount_in("monthly")
    if not isinstance(form, TermsForm):
        return Ground(form.code, monthly=monthly)
    return Ground(form.code, counted=form.counted, start=form.first_month, monthly=monthly)


# ------------------------------------------------------------------ of a contract that is kept


def revenue_field(contract: Contract) -> dict[str, Any]:
    """The rows of the revenue field on a contract's page, and what the schedule is."""
    terms = contract.terms
    found = examine(
        typed_rows(terms.rules, terms.currency),
        months=terms.term_months,
        monthly=terms.monthly,
        currency=terms.currency,
    )
    counted = counted_months(
        terms.kind,
        terms.first_month,
        terms.period,
        frozen_until=contract.frozen_until,
        cancelled_after=contract.cancelled_after,
    )
    ground = Ground(terms.currency, counted=counted, start=terms.first_month, monthly=terms.monthly)
    return {"rows": draw(found, ground, judged=True).rows, "said": source_said(terms)}


def schedule_region(form: ScheduleForm, today: date, step: Step | None = None) -> dict[str, Any]:
    """The same with what saving would do: to the current figures, and to months that are over."""
    row, terms = form.contract, form.terms_now()
    every = None if terms is None else effect_of(row, terms, today)
    effect, problem = every, ""
    if terms is not None and form.is_split:
        effect, problem = _split_effect(form, terms, today)
    past = every.past if every else ()
    return {
        **region(form, step),
        "row": row,
        "confirmed": None if row.is_draft else row.total,
        "effect": effect,
        "problem": problem,
        "past": past[:SHOWN_AT_ONCE],
        "more_past": past[SHOWN_AT_ONCE:],
        "past_change": sum(change.change for change in past),
        "seen": _stamp(every) if every else "",
        "shows_effect": True,
    }


def _split_effect(form: ScheduleForm, terms: Terms, today: date) -> tuple[Effect | None, str]:
    """What "from month k on" would do, or why it cannot be."""
    k = form.from_month_now
    if k is None:
        return None, ""
    try:
        rules = spliced_rules(form.contract.terms, terms, k)
    except Refused as refusal:
        return None, refusal.message
    return effect_of(form.contract, replace(terms, rules=rules, duration=""), today), ""


def was_shown(form: ScheduleForm, today: date) -> bool:
    """Whether what would change of past months has been shown; else the form says so (rules 4.10)."""
    effect = effect_of(form.contract, form.terms(), today)
    if not effect.past or form.typed("seen") == _stamp(effect):
        return True
    form.add_error("applies", "Months that are over would change. See which, then save again.")
    return False


def _stamp(effect: Effect) -> str:
    """Names what is shown of past months; "" while none would change."""
    if not effect.past:
        return ""
    said = ";".join(f"{c.first} {c.last} {c.before} {c.after}" for c in effect.past)
    return hashlib.sha256(said.encode()).hexdigest()[:16]
