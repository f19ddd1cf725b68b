"""Why counted rows were corrected after a close: the reasons that the history keeps (rules 2.4, 8.4)."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from contributions.models import Contribution
from workspaces.models import Workspace

LONGEST = 600  # what a document keeps of one change
# What a figure is made of, and where it stands.
_FIGURE = ("quarter", "type", "amount", "amount_currency", "share", "counts_on", "converted")

Reasons = dict[int, list[tuple[datetime, str]]]


def reasons_for(workspace: Workspace, pks: Collection[int]) -> Reasons:
    """Per contribution when it or its figure was moved and why, oldest first; one query.

    Changes without a reason are left out, and so is what moved no figure, like a mended description.
    """
    events = Contribution.pgh_event_model.objects.filter(workspace=workspace)  # type: ignore[attr-defined]
    told = events.filter(pgh_obj_id__in=pks, pgh_context__reason__gt="").values("pgh_obj_id")
    found: Reasons = defaultdict(list)
    before: dict[int, tuple[Any, ...]] = {}
    columns = ("pgh_obj_id", "updated_at", "pgh_context", "voided_at", *_FIGURE)
    for pk, at, context, *figure in (
        events.filter(pgh_obj_id__in=told).order_by("pgh_id").values_list(*columns)
    ):
        stands = (figure[0] is None, *figure[1:])
        reason = (context or {}).get("reason", "")
        if reason and before.get(pk) != stands:
            found[pk].append((at, reason))
        before[pk] = stands
    return found


def with_reasons(why: str, reasons: Iterable[tuple[datetime, str]], since: datetime) -> str:
    """`edited: Client cut the scope; Invoice corrected`: each reason since the close once, in their order."""
    said = list(dict.fromkeys(reason for at, reason in reasons if at >= since))
    whole = f"{why}: {'; '.join(said)}" if said else why
    return whole if len(whole) <= LONGEST else f"{whole[: LONGEST - 1]}…"
