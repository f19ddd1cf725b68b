"""Where contributions use exchange rates, for the page that shows what is covered."""

from django.db.models import Count, Max, Min, Q

from contributions.models import Contribution
from fx.rules import CurrencyUse
from workspaces.models import Workspace


def currency_uses(workspace: Workspace) -> list[CurrencyUse]:
    """How many living contributions of each currency there are, and which of them have no rate."""
    unknown = Q(converted=None)
    lines = (
        Contribution.objects.filter(workspace=workspace, voided_at=None)
        .values("amount_currency")
        .annotate(
            n=Count("pk"),
            waiting=Count("pk", filter=Q(provisional=True)),
            blocked=Count("pk", filter=unknown),
            first=Min("counts_on", filter=unknown),
            last=Max("counts_on", filter=unknown),
            earlier=Count("pk", filter=Q(earlier_rate=True)),
        )
        .order_by("amount_currency")
    )
    return [
        CurrencyUse(
            currency=line["amount_currency"],
            rows=line["n"],
            provisional=line["waiting"],
            unknown=line["blocked"],
            first=line["first"],
            last=line["last"],
            earlier=line["earlier"],
        )
        for line in lines
    ]
