"""How the history speaks of achievements, their links, and files."""

from collections.abc import Iterable

from contributions.models import Achievement, AchievementLink, Attachment, Contribution
from kamtrak.lib.money import grouped
from workspaces.queries.wording import Wording, describe, name_rows


def _contributions(ids: Iterable[int]) -> dict[int, str]:
    rows = Contribution.objects.filter(pk__in=list(ids)).select_related("client")
    return {
        row.pk: f"{row.client.name}, {grouped(row.amount.amount, row.currency)} {row.currency}"
        for row in rows
    }


def install() -> None:
    name_rows(Contribution, _contributions)
    describe(
        Achievement,
        Wording(
            noun="Achievement",
            title="{title}",
            labels={"happened_on": "Date", "archived_at": "Archived"},
            private=True,  # until it is shared or linked (rules 8.2), and its words change meanwhile
        ),
    )
    describe(AchievementLink, Wording(noun="Link", title="{achievement} behind {contribution}"))
    describe(
        Attachment,
        Wording(
            noun="File",
            title="{name}",
            labels={"removed_at": "Removed", "contribution": "Behind"},
            hidden=frozenset({"path", "content_type", "size", "sha256", "added_by", "added_at"}),
        ),
    )
