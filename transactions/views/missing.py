"""Resolving an alert about the catalog in place: what rows wait for is supplied right there (rules 5.11)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from kamtrak.lib.errors import Refused, Stale
from kamtrak.web import back_to, go, is_dialog, moment, put_into, show_refusal
from transactions.forms.missing import ADD, ALIAS, VALUE, MissingForm
from transactions.models import CatalogItem
from transactions.queries import catalog as queries
from transactions.queries.books import ways_of
from transactions.queries.missing import Missing, get_missing
from transactions.rules import Measure, product_key
from transactions.rules.entries import IN_A_SENTENCE, Entry
from transactions.rules.reading import LONGEST_NAME
from transactions.services.catalog import create_item, name_product
from transactions.services.catalog_values import set_values
from transactions.views.catalog import form_page
from workspaces.access import workspace_view
from workspaces.models import Membership, Workspace
from workspaces.rules import Right


@workspace_view(Right.MASTERS)
def catalog_missing(request: HttpRequest, workspace: Workspace, member: Membership, pk: int) -> HttpResponse:
    """A product of which rows wait for a value: add the entry, say whose alias it is, or give
    what it lacks."""
    ways = ways_of(workspace)
    missing = get_missing(workspace, pk, _measure(request), ways)
    form = MissingForm(
        workspace,
        request.POST or None,
        measure=missing.measure,
        asked=missing.waits,
        asks_tax=ways.removes_tax,
        initial=_preset(missing),
    )
    back = _back(request, workspace)
    if request.method == "POST" and form.is_valid():
        try:
            item = _supplied(request, member, missing, form)
        except Refused as refusal:
            show_refusal(form, refusal)
            if isinstance(refusal, Stale):  # what is on record now is shown: the next Save is a decision
                put_into(form, seen=str(_newest(missing)))
        else:
            messages.success(request, f"“{missing.seen}” is {item}. Rows that waited for it are derived.")
            return go(request, back)
    context = {"form": form, "missing": missing, "how": form["how"].value(), "back": back}
    return form_page(request, "catalog_missing", context | _said(missing))


def _said(missing: Missing) -> dict[str, Any]:
    """What the entry lacks, and beside each value that is asked for how many rows wait for it, if any."""
    return {
        "lacks": IN_A_SENTENCE[missing.measure],
        "waits": {
            measure.value: _waiting(each.rows, "one of them" if measure is Measure.COST else "it")
            for measure, each in missing.waits.items()
            if each.rows
        },
    }


def _measure(request: HttpRequest) -> Measure:
    """What the alert asks for; a revenue where the address does not say."""
    said = request.GET.get("measure", "")
    return Measure(said) if said in set(Measure) else Measure.REVENUE


def _back(request: HttpRequest, workspace: Workspace) -> str:
    """The page on which the dialog stands, else the alerts."""
    here = request.htmx.current_url_abs_path if is_dialog(request) else ""  # type: ignore[attr-defined]
    return back_to(request, here or reverse("alerts", args=[workspace.slug]))


def _preset(missing: Missing) -> dict[str, Any]:
    """The code and its description as files write them, the first day that waits; one of the candidates is
    the likelier answer.
    """
    alike = missing.candidates[0] if missing.candidates else missing.nearest
    return {
        "how": VALUE if missing.item else ALIAS if missing.candidates else ADD,
        "code": missing.seen.text,
        "name": missing.description[:LONGEST_NAME],
        "valid_from": missing.first,
        "into": alike.code if alike else "",
        "seen": _newest(missing),
    }


def _waiting(rows: int, what: str) -> str:
    return f"{rows:,} {'row waits' if rows == 1 else 'rows wait'} for {what}."


def _newest(missing: Missing) -> int:
    """Names what is on record of the entry that the product means."""
    return queries.newest_record(missing.item) if missing.item else 0


def _supplied(request: HttpRequest, member: Membership, missing: Missing, form: MissingForm) -> CatalogItem:
    """Do what the form says; the entry that the product means now. Raises Refused, and Stale where somebody
    else has said meanwhile what the product is, or no longer is.
    """
    values, now = form.cleaned_data, moment(request)
    if (values["how"] == VALUE) != (missing.item is not None):
        raise Stale(
            f"“{missing.seen}” is {missing.item or 'no entry any more'}, somebody said meanwhile. "
            "See what is still missing, then save again."
        )
    if missing.item:
        given = {"values": form.values(), "seen": values["seen"] or 0, "reason": values["reason"]}
        set_values(item=missing.item, by=member, now=now, **given)
        return missing.item
    if values["how"] == ALIAS:
        item = _named(member.workspace, values["into"])
        name_product(seen=missing.seen, item=item, by=member, reason=values["reason"], now=now)
        return item
    return create_item(
        workspace=member.workspace,
        by=member,
        entry=Entry(values["code"], values["name"]),
        values=form.values(),
        reason=values["reason"],
        now=now,
        found_as=missing.seen,
    )


def _named(workspace: Workspace, text: str) -> CatalogItem:
    """The entry of this code or alias. Raises Refused."""
    item = queries.borne_by(workspace, [product_key(text)]).get(product_key(text))
    if item is None:
        raise Refused("No entry has this code or alias. Choose one from the list.", "into")
    return item
