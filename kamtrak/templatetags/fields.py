"""{% field %} and {% errors %}: Django forms in our look, every control labelled, every error tied to it."""

from collections.abc import Iterator
from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString

register = template.Library()

CONTROL_CLASSES: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.RadioSelect, ""),
    (forms.CheckboxSelectMultiple, ""),
    (forms.CheckboxInput, "form-check-input"),
    (forms.Select, "form-select"),
    (forms.Widget, "form-control"),
)


def _kind(widget: forms.Widget) -> str:
    """Which of the branches of components/field.html draws this widget."""
    if widget.is_hidden:
        return "hidden"
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "choices"
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    if isinstance(widget, forms.Select) and not isinstance(widget, forms.SelectMultiple):
        return "select"
    return "plain"


def _control(bound: BoundField, described_by: str, extra: dict[str, Any]) -> SafeString:
    """The widget with our classes, its description and, when refused, its error state."""
    widget = bound.field.widget
    css = [next(name for kind, name in CONTROL_CLASSES if isinstance(widget, kind))]
    css += [
        str(widget.attrs.get("class", "")),
        str(extra.pop("css", "")),
        "is-invalid" if bound.errors else "",
    ]
    attrs = {name.replace("_", "-"): value for name, value in extra.items() if value not in (None, "")}
    attrs["class"] = " ".join(part for part in css if part)
    if described_by:
        attrs["aria-describedby"] = described_by
    if bound.errors:
        attrs["aria-invalid"] = "true"
    return bound.as_widget(attrs=attrs)


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, wrap: str = "", **extra: Any) -> dict[str, Any]:
    """`{% field form.amount wrap="k-c7" css="k-r" inputmode="decimal" %}`: label, control, hint, error.

    wrap   class of the surrounding div (a column of .k-form or a width .k-w6 … .k-w14)
    label, hint, opt   replace the form's own label and help text; opt stands grey after the label: a field
           that may be left blank says so by an `opt` of its own
    css    classes of the control; any other argument becomes its attribute (data_x → data-x), False drops it
    echo   id of an element that reads the value back and says what is wrong with it; it joins
           aria-describedby, and the field itself keeps silent
    """
    label = extra.pop("label", None) or bound.label
    hint = extra.pop("hint", bound.help_text)
    opt = extra.pop("opt", getattr(bound.field, "opt", ""))
    echo = extra.pop("echo", "")
    hint_id, error_id = f"{bound.auto_id}_hint", f"{bound.auto_id}_error"
    described_by = " ".join(
        part
        for part in (hint_id if hint else "", echo, error_id if bound.errors and not echo else "")
        if part
    )
    kind = _kind(bound.field.widget)
    return {
        "bound": bound,
        "kind": kind,
        "wrap": wrap,
        "label": label,
        "opt": opt,
        "hint": hint,
        "hint_id": hint_id,
        "error_id": error_id,
        "echo": echo,
        "described_by": described_by,
        "control": "" if kind == "choices" else _control(bound, described_by, extra),
    }


@register.simple_tag
def control(bound: BoundField, **extra: Any) -> SafeString:
    """The control alone, its label standing elsewhere: `{% control form.password %}`; else like field."""
    return _control(bound, f"{bound.auto_id}_error" if bound.errors else "", extra)


@register.inclusion_tag("components/errors.html")
def errors(*forms_or_sets: Any, title: str = "Not saved.") -> dict[str, Any]:
    """`{% errors form %}`, `{% errors form rules %}`: what a refused save must change, each field linked."""
    problems = [problem for given in forms_or_sets if given for problem in _problems(given)]
    return {"problems": problems, "title": title}


def _problems(given: Any) -> Iterator[tuple[str, str, str]]:
    """(id to jump to or "", label or "", message) for a form or a formset; forms not yet sent have none.

    A form with rows of its own says what is wrong in them with `row_problems()`, as such triples.
    """
    if not given.is_bound:
        return
    if isinstance(given, forms.BaseFormSet):
        yield from (("", "", str(message)) for message in given.non_form_errors())
        for single in given.forms:
            yield from _problems(single)
        return
    yield from (("", "", str(message)) for message in given.non_field_errors())
    for bound in given:
        is_group = isinstance(bound.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple)
        target = f"{bound.auto_id}_0" if is_group else bound.auto_id
        yield from ((target, str(bound.label), str(message)) for message in bound.errors)
    yield from getattr(given, "row_problems", list)()
