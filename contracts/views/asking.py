"""What every dialog of a contract does: carry it out or say why not, over exactly what was on the form."""

from collections.abc import Callable
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from contracts.models import Contract
from kamtrak.lib.errors import Refused, Stale
from kamtrak.web import is_dialog, put_into, render_page, show_refusal
from workspaces.models import Workspace


def done(form: Form, row: Contract, act: Callable[[], object]) -> bool:
    """Do what a valid form asks for; False, with the reason on the form, where it is refused.

    A form that was overtaken keeps its input, over what is there now: the next press is a decision
    (rules 4.17).
    """
    try:
        act()
    except Refused as refusal:
        show_refusal(form, refusal)
        if isinstance(refusal, Stale):
            put_into(form, revision=str(row.revision))
        return False
    return True


def dialog_page(request: HttpRequest, name: str, form: Form, context: dict[str, Any]) -> HttpResponse:
    """The dialog contracts/_<name>.html, or the page around it without JavaScript."""
    part = f"contracts/_{name}.html" if is_dialog(request) else None
    status = 422 if form.errors and part is None else 200
    return render_page(request, f"contracts/{name}.html", {"form": form, **context}, part, status=status)


def page_of(workspace: Workspace, row: Contract) -> str:
    return reverse("contract", args=[workspace.slug, row.pk])
