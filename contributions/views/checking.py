"""Reading back while typing: the amount, its converted figure, a new client, probable double counting."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse

from contributions.forms.contributions import ContributionForm, quarter_line
from contributions.models import Contribution
from contributions.queries.contracts import Deal, repeated_contracts
from contributions.queries.contributions import probable_doubles
from contributions.queries.transactions import repeated_rows
from contributions.rules import Figure, RevenueType, conversion_day, derive
from contributions.services.contributions import WHOLE_DEAL
from fx.queries import load_book
from kamtrak.lib.months import Quarter
from kamtrak.web import moment, read_id, render_page
from workspaces.access import workspace_view
from workspaces.models import Membership, Workspace
from workspaces.queries.clients import find_client, nearest_client
from workspaces.queries.people import Scope, scope_of
from workspaces.rules import Right


@workspace_view(Right.LOG)
def contribution_check(request: HttpRequest, workspace: Workspace, member: Membership) -> HttpResponse:
    """What has been typed so far, read back."""
    today = workspace.day_of(moment(request))
    form = ContributionForm(workspace, today, request.GET)
    form.is_valid()
    row = read_id(request.GET, "row")
    context: dict[str, Any] = {
        "hint": hint(form["type"].value()),
        "sub_line": quarter_line(form, member, editing=row is not None),
        "problem": "",
        "echo": None,
    }
    values = form.cleaned_data
    context |= _client(workspace, values.get("client", ""))
    if "amount" in form.errors and form.data.get("amount"):
        context["problem"] = form.errors["amount"][0]
    elif isinstance(values.get("amount"), Decimal) and isinstance(values.get("quarter"), Quarter):
        context |= _read_back(workspace, values, today)
        context |= alike_of(member, values, today, except_pk=row)
    return render_page(request, "contributions/_check.html", context)


def hint(kind: Any) -> str:
    """What makes the chosen type credible (rules 3.1)."""
    known = {each.value: each.hint for each in RevenueType}
    return known.get(kind, "What changed for the client, and your part in it.")


def _client(workspace: Workspace, typed: str) -> dict[str, Any]:
    """Whether saving makes a new client, and which one was perhaps meant."""
    if not typed or find_client(workspace, typed):
        return {"new_client": ""}
    return {"new_client": typed, "meant": nearest_client(workspace, typed)}


def _figure(
    workspace: Workspace, values: dict[str, Any], today: date, *, share: Decimal = WHOLE_DEAL
) -> tuple[date, Figure]:
    """The conversion day of what a form says, and its figure."""
    day, currency = conversion_day(values["quarter"], values.get("earned_on")), values["currency"]
    book = load_book(workspace, [currency], first=day, last=day, today=today)
    return day, derive(
        amount=values["amount"],
        currency=currency,
        share=share,
        day=day,
        target=workspace.currency,
        book=book,
    )


def _read_back(workspace: Workspace, values: dict[str, Any], today: date) -> dict[str, Any]:
    share = values.get("share") or WHOLE_DEAL
    day, figure = _figure(workspace, values, today, share=share)
    return {
        "echo": figure,
        "amount": values["amount"],
        "currency": values["currency"],
        "share": share,
        "day": day,
    }


def alike_of(
    member: Membership,
    values: dict[str, Any],
    today: date,
    *,
    except_pk: int | None = None,
    except_once: str = "",
) -> dict[str, list[Any]]:
    """What a form seems to count once more (rules 3.8): entries, contracts, transactions. Of what the member
    may not read there is no more than that it is there.

    What it is made from, the row that is edited and what stands behind that are none, nor is what this very
    form (`except_once`) has saved.
    """
    workspace = member.workspace
    client = find_client(workspace, values.get("client", "")) if values.get("client") else None
    if client is None:
        return {"doubles": [], "repeated": [], "repeated_rows": []}
    scope = scope_of(member)
    whole = _figure(workspace, values, today)[1].converted
    deal = Deal(client.pk, values["quarter"], values["currency"], values["amount"], whole)
    behind = values.get("contract")
    return {
        "doubles": _doubles_of(workspace, scope, client.pk, values, except_pk, except_once),
        "repeated": repeated_contracts(workspace, scope, deal, except_pk=behind, of_row=except_pk),
        "repeated_rows": repeated_rows(workspace, scope, deal, of_row=except_pk),
    }


def _doubles_of(
    workspace: Workspace,
    scope: Scope,
    client_id: int,
    values: dict[str, Any],
    except_pk: int | None,
    except_once: str,
) -> list[Contribution | None]:
    """None for a row that the scope does not read."""
    if not values.get("type"):
        return []
    found = probable_doubles(
        workspace,
        client_id=client_id,
        type=RevenueType(values["type"]),
        quarter=values["quarter"],
        currency=values["currency"],
        amount=values["amount"],
        except_pk=except_pk,
    )
    others = [double for double in found if not except_once or double.once != except_once]
    return [double if scope.includes(double.owner_id) else None for double in others]
