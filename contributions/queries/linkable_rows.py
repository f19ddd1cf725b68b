"""Which transactions can be put behind a contribution, and the other way round: searched by day, client,
product, Unique ID or amount (rules 3.9). Every search begins in an index, however many rows there are.
"""

from django.db.models import Case, IntegerField, Q, QuerySet, When

from contributions.models import Contribution, TransactionLink
from contributions.queries.contributions import Filter, filtered
from contributions.queries.transactions import LINKABLE
from contributions.rules.sought import Sought, read_sought
from transactions.models import SeenProduct, Source, Transaction
from transactions.queries.rows import visible_rows
from transactions.rules import key_of_id, product_key
from workspaces.models import ClientAccount, ClientName, Membership, Workspace
from workspaces.queries.people import Scope
from workspaces.rules import name_key


def linkable(workspace: Workspace, scope: Scope, row: Contribution) -> QuerySet[Transaction]:
    """Rows that this scope reads and that are not behind the contribution yet."""
    rows = visible_rows(workspace, scope).filter(status__in=LINKABLE)
    behind = TransactionLink.objects.filter(workspace=workspace, contribution=row)
    rows = rows.exclude(pk__in=list(behind.values_list("transaction", flat=True)))
    named = rows.select_related("client__survivor", "product", "origin", "edit")
    return named.defer("origin__looked", "origin__checked", "origin__relied", "origin__layout").order_by(
        "-day", "-pk"
    )


def linkable_transactions(
    workspace: Workspace, scope: Scope, row: Contribution, text: str
) -> QuerySet[Transaction]:
    """Those that the text finds, newest first: by day, client, product, Unique ID or amount (of the client).

    Without a text, those of the contribution's client in its quarter.
    """
    rows, sought = linkable(workspace, scope, row), read_sought(text)
    client = row.client.survivor_id or row.client_id
    own = list(
        ClientAccount.objects.filter(workspace=workspace, survivor=client).values_list("pk", flat=True)
    )
    if sought.day is not None:
        return rows.filter(day=sought.day)
    if not sought.text:
        return rows.filter(client__in=own, day__gte=row.quarter.start, day__lt=row.quarter.end)
    found = _named(workspace, sought)
    if sought.amount is not None:
        either = Q(revenue=sought.amount) | Q(converted=sought.amount)
        found |= Q(client__in=own) & either
    return rows.filter(found)


def _named(workspace: Workspace, sought: Sought) -> Q:
    """Rows of a client or product of this name, or with this Unique ID; each by its index."""
    names = ClientName.objects.filter(workspace=workspace, key__contains=name_key(sought.text))
    accounts = ClientAccount.objects.filter(survivor__in=names.values("account__survivor"))
    products = SeenProduct.objects.filter(workspace=workspace, key__contains=product_key(sought.text))
    sources = Source.objects.filter(workspace=workspace, by_id=True)
    same_id = Q(source__in=list(sources.values_list("pk", flat=True)), key=key_of_id(sought.text).hex())
    of_client = Q(client__in=list(accounts.values_list("pk", flat=True)))
    return same_id | of_client | Q(product__in=list(products.values_list("pk", flat=True)))


def linkable_to_transaction(
    workspace: Workspace, member: Membership, row: Transaction, text: str = ""
) -> QuerySet[Contribution]:
    """The member's own living contributions that this row is not behind yet: those of its client first, then
    the newest."""
    own = Scope(frozenset({member.pk}))
    rows = filtered(workspace, own, Filter(workspace.calendar.all(), text=text))
    behind = TransactionLink.objects.filter(workspace=workspace, transaction=row)
    client = row.client.survivor_id or row.client_id if row.client else None
    near = Case(When(client__survivor_id=client, then=0), default=1, output_field=IntegerField())
    rows = rows.exclude(pk__in=behind.values("contribution")).select_related("client__survivor")
    return rows.order_by(near, "-counts_on", "-pk")
