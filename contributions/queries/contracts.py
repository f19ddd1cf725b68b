"""Contracts beside contributions: those behind one, those that one seems to repeat, those that can be linked
(rules 1.7, 3.8, 3.9)."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import (
    Case,
    DecimalField,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual
from django.http import Http404

from contracts.models import Confirmation, ConfirmationRate, Contract, FrozenMonth, ScheduleVersion
from contracts.queries.contracts import get_contract, visible_contracts
from contributions.models import ContractLink, Contribution
from contributions.models.contributions import EndOfQuarter
from contributions.queries.contributions import Filter, filtered
from contributions.rules import NEAR, is_near
from kamtrak.lib.months import Month, Quarter
from workspaces.models import ClientName, Membership, Workspace
from workspaces.queries.people import Scope, said_name, scope_of
from workspaces.rules import Right, name_key

WIDE: Any = DecimalField(max_digits=60, decimal_places=30)


@dataclass(frozen=True)
class Deal:
    """What a contribution says of a deal, to compare contracts and transactions with.

    `amount` is the whole of it, and `converted` the same in the workspace currency, None while it is unknown.
    """

    client_id: int  # the surviving account
    quarter: Quarter
    currency: str
    amount: Decimal
    converted: Decimal | None = None


def deal_of(row: Contribution) -> Deal:
    """What a stored contribution says."""
    amount, client = row.amount.amount, row.client.survivor_id or row.client_id
    return Deal(client, row.quarter, row.currency, amount, None if row.rate is None else amount * row.rate)


@dataclass(frozen=True)
class BesideContract:
    """A contract beside a contribution, in its own currency; `contract` is None where it may not be read.

    `confirmed` is its whole confirmed value, None of a void one; `converted` the same in the workspace
    currency, None while a rate is missing. `rate` is its first frozen one, of `rate_day`; a contract that
    was renewed since has others, up to that of `last_rate_day`. `edited_at`: its schedule was changed then.
    `is_whole`: the contribution is exactly this value, or what the quarter confirmed of it (rules 1.7).
    """

    contract: Contract | None = None
    linked: bool = False
    is_whole: bool = False
    confirmed: Decimal | None = None
    converted: Decimal | None = None
    current: Decimal | None = None
    rate: Decimal | None = None
    rate_day: date | None = None
    last_rate_day: date | None = None
    edited_at: datetime | None = None
    edited_by: str = ""


def contracts_beside(workspace: Workspace, scope: Scope, row: Contribution) -> list[BesideContract]:
    """The contracts behind a contribution, then those that it seems to repeat; one query."""
    deal = deal_of(row)
    linked = ContractLink.objects.filter(workspace=workspace, contribution=row)
    asked = linked.values("contract")
    if not row.is_void:
        asked = asked.union(_confirmed_then(workspace, deal).values("pk"))
    found = _told(workspace, scope, Contract.objects.filter(pk__in=asked), deal.quarter)
    found = found.annotate(linked=Exists(linked.filter(contract=OuterRef("pk"))))
    rows = list(found.order_by("-linked", "number_key", "pk"))
    return [_beside(each, deal) for each in rows if each.linked or _repeats(each, deal)]


def repeated_contracts(
    workspace: Workspace, scope: Scope, deal: Deal, *, except_pk: int | None = None, of_row: int | None = None
) -> list[BesideContract]:
    """The contracts that an entry seems to repeat (rules 3.8): same client, confirmed in the quarter for a
    value within 1 % of it. One that it is made from, or that stands behind the row, is no double."""
    behind = ContractLink.objects.filter(workspace=workspace, contribution=of_row)
    rows = _confirmed_then(workspace, deal).exclude(pk__in=behind.values("contract"))
    found = _told(workspace, scope, rows, deal.quarter)
    named = found.annotate(linked=Value(False)).order_by("number_key", "pk")
    return [_beside(each, deal) for each in named if each.pk != except_pk and _repeats(each, deal)]


def repeats_contract() -> Exists:
    """For a list of contributions: whether a row seems to repeat a contract that is not behind it, whoever's
    it is (rules 3.8). The same question as `_repeats`, asked of the database."""
    quarter = OuterRef(OuterRef("quarter"))
    then = FrozenMonth.objects.filter(
        contract=OuterRef("pk"),
        confirmation__confirmed_on__gte=quarter,
        confirmation__confirmed_on__lt=EndOfQuarter(quarter),
    )
    behind = ContractLink.objects.filter(contract=OuterRef("pk"), contribution=OuterRef(OuterRef("pk")))
    added = Q(confirmed_on__gte=OuterRef("quarter"), confirmed_on__lt=EndOfQuarter(OuterRef("quarter")))
    rows = Contract.objects.filter(
        ~Exists(behind),
        workspace=OuterRef("workspace"),
        client__survivor=OuterRef("client__survivor"),
        voided_at=None,
    ).annotate(then=Subquery(then.order_by().values("contract").annotate(n=Sum("amount")).values("n")))
    amount, same = OuterRef("amount"), Q(currency=OuterRef("amount_currency"))
    alike = same & (near("then", amount) | added & near("total__confirmed", amount))
    known = added & Q(total__confirmed_unknown=0)
    return Exists(rows.filter(alike | ~same & known & near("total__confirmed_converted", whole_converted())))


def near(column: str, amount: Any) -> Q:
    """Whether a value above 0 lies within 1 % of an amount, asked of the database: as `is_near` says."""
    low = GreaterThanOrEqual(F(column), amount * (1 - NEAR))
    return Q(**{f"{column}__gt": 0}) & Q(low) & Q(LessThanOrEqual(F(column) * (1 - NEAR), amount))


def whole_converted() -> Any:
    """Of the outer contribution, the whole deal in the workspace currency; null while it is unknown."""
    return ExpressionWrapper(OuterRef("amount") * OuterRef("rate"), output_field=WIDE)


def _confirmed_then(workspace: Workspace, deal: Deal) -> QuerySet[Contract]:
    """Living contracts of the client with a confirmation in the quarter."""
    span = {"confirmed_on__gte": deal.quarter.start, "confirmed_on__lt": deal.quarter.end}
    confirmed = Confirmation.objects.filter(contract=OuterRef("pk"), **span)
    return Contract.objects.filter(
        Exists(confirmed),
        workspace=workspace,
        client__survivor_id=deal.client_id,
        voided_at=None,
    )


def _told(workspace: Workspace, scope: Scope, rows: QuerySet[Contract], quarter: Quarter) -> QuerySet[Any]:
    """With everything that is said of a contract beside a contribution, and whether it may be read."""
    rates = ConfirmationRate.objects.filter(confirmation__contract=OuterRef("pk"))
    first, last = rates.order_by("confirmation__term"), rates.order_by("-confirmation__term")
    edits = ScheduleVersion.objects.filter(contract=OuterRef("pk"), number=OuterRef("version"), number__gt=1)
    frozen = FrozenMonth.objects.filter(contract=OuterRef("pk")).order_by()
    then = frozen.filter(
        confirmation__confirmed_on__gte=quarter.start, confirmation__confirmed_on__lt=quarter.end
    )
    read = visible_contracts(workspace, scope).filter(pk=OuterRef("pk")).order_by()
    return rows.select_related("total").annotate(
        readable=Exists(read),
        then=Subquery(then.values("contract").annotate(sum=Sum("amount")).values("sum")),
        rate=Subquery(first.values("rate")[:1]),
        rate_day=Subquery(first.values("rate_day")[:1]),
        last_rate_day=Subquery(last.values("rate_day")[:1]),
        edited_at=Subquery(edits.values("entered_at")[:1]),
        edited_by=Subquery(edits.values(said=said_name("entered_by"))[:1]),
    )


def _repeats(row: Any, deal: Deal) -> bool:
    """Within 1 % of what was confirmed in the quarter, or of all that is confirmed of it by now; in another
    currency, of the latter, converted."""
    added = row.confirmed_on is not None and row.confirmed_on in deal.quarter
    total = row.total if added and hasattr(row, "total") else None
    if row.currency != deal.currency:
        known = total if total is not None and not total.confirmed_unknown else None
        values, amount = [known.confirmed_converted if known else None], deal.converted
    else:
        values, amount = [row.then, total.confirmed if total else None], deal.amount
    return amount is not None and any(value and value > 0 and is_near(amount, value) for value in values)


def _beside(row: Any, deal: Deal) -> BesideContract:
    if not row.readable:
        return BesideContract(linked=row.linked)
    total = getattr(row, "total", None)  # a void contract has none
    values = (row.then, total.confirmed) if total else ()
    return BesideContract(
        contract=row,
        linked=row.linked,
        is_whole=row.currency == deal.currency and deal.amount in values,
        confirmed=total.confirmed if total else None,
        converted=total.confirmed_converted if total and not total.confirmed_unknown else None,
        current=total.current if total else None,
        rate=row.rate,
        rate_day=row.rate_day,
        last_rate_day=row.last_rate_day,
        edited_at=row.edited_at,
        edited_by=row.edited_by or "",
    )


# ------------------------------------------------------------------ what can be linked


def get_confirmed_contract(workspace: Workspace, scope: Scope, pk: int) -> Contract:
    """A contract that contributions can come from; 404 outside the scope, and for drafts and void ones."""
    contract = get_contract(workspace, scope, pk)
    if contract.is_draft or contract.is_void:
        raise Http404
    return contract


@dataclass(frozen=True)
class ConfirmedValue:
    """What the newest of `terms` confirmations froze, `first` to `last`, in the contract's currency."""

    terms: int
    confirmed_on: date
    first: Month
    last: Month
    value: Decimal


def newest_confirmation(contract: Contract) -> ConfirmedValue:
    """What a contribution made from a confirmed contract starts with: the whole of it, or of a contract that
    was renewed its newest term (rules 1.7)."""
    terms = Confirmation.objects.filter(workspace=contract.workspace_id, contract=contract)
    newest = terms.annotate(value=Sum("months__amount")).latest("term")
    value = newest.value or Decimal(0)
    return ConfirmedValue(newest.term, newest.confirmed_on, newest.first, newest.last, value)


def linkable_contracts(
    workspace: Workspace, scope: Scope, row: Contribution, text: str = ""
) -> QuerySet[Contract]:
    """Confirmed contracts that this scope reads and that are not behind the contribution yet: those of its
    client first, then the newest."""
    own = When(client__survivor_id=row.client.survivor_id or row.client_id, then=0)
    rows = visible_contracts(workspace, scope).filter(added_at__isnull=False, voided_at=None)
    rows = rows.exclude(contribution_links__contribution=row)
    rows = rows.filter(_matches(workspace, text)) if text else rows
    near = Case(own, default=1, output_field=IntegerField())
    return rows.select_related("client__survivor", "total").order_by(near, "-confirmed_on", "-pk")


def _matches(workspace: Workspace, text: str) -> Q:
    """Number, name, or the client by name or alias."""
    names = ClientName.objects.filter(workspace=workspace, key__contains=name_key(text))
    client = Q(client__survivor__in=names.values("account__survivor"))
    return client | Q(number_key__contains=name_key(text)) | Q(name__icontains=text)


def linkable_to_contract(
    workspace: Workspace, member: Membership, contract: Contract, text: str = ""
) -> QuerySet[Contribution]:
    """The member's own living contributions that this contract is not behind yet: those of its client first,
    then the newest."""
    own = Scope(frozenset({member.pk}))
    rows = filtered(workspace, own, Filter(workspace.calendar.all(), text=text))
    near = When(client__survivor_id=contract.client.survivor_id or contract.client_id, then=0)
    return (
        rows.exclude(contract_links__contract=contract)
        .select_related("client__survivor")
        .order_by(Case(near, default=1, output_field=IntegerField()), "-counts_on", "-pk")
    )


def contract_panel(
    workspace: Workspace, member: Membership, contract: Contract
) -> tuple[str, dict[str, Any]] | None:
    """The contributions that this contract is, on its page: those that the reader reads, newest first, and
    how many others there are. Nothing of a draft, which is no deal yet."""
    if contract.is_draft:
        return None
    links = ContractLink.objects.filter(workspace=workspace, contract=contract)
    linked = Contribution.objects.filter(workspace=workspace, pk__in=links.values("contribution"))
    ordered = linked.select_related("client__survivor", "owner__user").order_by("-counts_on", "-pk")
    found, scope = list(ordered), scope_of(member)
    read = [row for row in found if scope.includes(row.owner_id)]
    context = {
        "contract": contract,
        "linked": [(row, workspace.calendar.label(row.quarter)) for row in read],
        "others": len(found) - len(read),
        "may_link": member.can(Right.LOG) and not contract.is_void,
    }
    return "contributions/_contract_panel.html", context
