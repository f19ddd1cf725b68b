"""Reading back while typing: the amount, its converted figure, a new client, probable doubles."""

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse

from contributions.forms.contributions import ContributionForm, quarter_line
from contributions.models import Contribution
from contributions.queries.contracts import BesideContract, Deal, repeated_contracts
from contributions.queries.contributions import probable_doubles
from contributions.rules import RevenueType, conversion_day, derive
from fx.queries import load_book
from kamtrak.lib.months import Quarter
from kamtrak.web import moment, read_id, render_page
from workspaces.access import workspace_view
from workspaces.models import Membership, Workspace
from workspaces.queries.clients import find_client, nearest_client
from workspaces.queries.people import scope_of
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
        "doubles": [],
        "repeated": [],
    }
    values = form.cleaned_data
    context |= _client(workspace, values.get("client", ""))
    if "amount" in form.errors and form.data.get("amount"):
        context["problem"] = form.errors["amount"][0]
    elif isinstance(values.get("amount"), Decimal) and isinstance(values.get("quarter"), Quarter):
        context |= _read_back(request, workspace, values)
        context["doubles"] = doubles_of(workspace, member, values, except_pk=row)
        context["repeated"] = repeated_of(workspace, member, values, except_pk=row)
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


def _read_back(request: HttpRequest, workspace: Workspace, values: dict[str, Any]) -> dict[str, Any]:
    quarter, currency, amount = values["quarter"], values["currency"], values["amount"]
    day = conversion_day(quarter, values.get("earned_on"))
    book = load_book(workspace, [currency], first=day, last=day, today=workspace.day_of(moment(request)))
    share = values.get("share") or Decimal(100)
    figure = derive(
        amount=amount, currency=currency, share=share, day=day, target=workspace.currency, book=book
    )
    return {"echo": figure, "amount": amount, "currency": currency, "share": share, "day": day}


def doubles_of(
    workspace: Workspace,
    member: Membership,
    values: dict[str, Any],
    *,
    except_pk: int | None = None,
    except_once: str = "",
) -> list[Contribution | None]:
    """Probable doubles of what a form says; None for a row that the reader may not read (rules 3.8).

    The row itself is none: the one that is edited, or the one that this very form (`except_once`) saved.
    """
    client = find_client(workspace, values.get("client", "")) if values.get("client") else None
    if client is None or not values.get("type"):
        return []
    scope = scope_of(member)
    found = probable_doubles(
        workspace,
        client_id=client.pk,
        type=RevenueType(values["type"]),
        quarter=values["quarter"],
        currency=values["currency"],
        amount=values["amount"],
        except_pk=except_pk,
    )
    others = [double for double in found if not except_once or double.once != except_once]
    return [double if scope.includes(double.owner_id) else None for double in others]


def repeated_of(
    workspace: Workspace, member: Membership, values: dict[str, Any], *, except_pk: int | None = None
) -> list[BesideContract]:
    """The contracts that what a form says seems to repeat (rules 3.8), but for the one that it is made from
    and those behind the contribution that is edited."""
    client = find_client(workspace, values.get("client", "")) if values.get("client") else None
    if client is None:
        return []
    deal = Deal(client.pk, values["quarter"], values["currency"], values["amount"])
    behind = values.get("contract")
    return repeated_contracts(workspace, scope_of(member), deal, except_pk=behind, of_row=except_pk)
