"""What stands behind the printed rows of a review: achievements as told, names of files (rules 3.9)."""

from collections.abc import Sequence
from typing import Any

from contributions.models import Achievement, AchievementLink, Attachment
from reports.models import DocumentRow
from reports.rules.review import FileLine, StoryLine

PRINTED_STORIES, PRINTED_FILES = 40, 100


def evidence(rows: Sequence[DocumentRow]) -> dict[str, Any]:
    """The fields of a Review that tell the evidence behind these rows; how many there are in all."""
    clients = {row.contribution_id: row.client_name for row in rows}
    linked = AchievementLink.objects.filter(contribution__in=clients).values("achievement")
    stories = Achievement.objects.filter(pk__in=linked, archived_at=None)
    files = Attachment.objects.filter(contribution__in=clients, removed_at=None)
    return {
        "stories": tuple(_stories(list(stories.order_by("happened_on", "pk")[:PRINTED_STORIES]), clients)),
        "stories_in_all": stories.count(),
        "files": tuple(
            FileLine(clients[file.contribution_id], file.name, file.sha256)
            for file in files.order_by("added_at", "pk")[:PRINTED_FILES]
        ),
        "files_in_all": files.count(),
    }


def _stories(achievements: list[Achievement], clients: dict[int, str]) -> list[StoryLine]:
    links = AchievementLink.objects.filter(achievement__in=achievements, contribution__in=clients)
    behind: dict[int, dict[str, None]] = {}
    for achievement, contribution in links.order_by("pk").values_list("achievement", "contribution"):
        behind.setdefault(achievement, {})[clients[contribution]] = None
    return [
        StoryLine(
            title=each.title,
            day=each.happened_on,
            clients=tuple(behind[each.pk]),
            situation=each.situation,
            action=each.action,
            result=each.result,
        )
        for each in achievements
    ]
