"""Logging many contributions and achievements at once: the same rows as one by one, made faster.

Whoever logs one by one reads the rates and looks for missing ones each time. Here both is done once for all.
What is written must be fit to be written, which nothing here checks.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from contributions.models import Achievement, AchievementLink, Contribution
from contributions.rules import conversion_day, derive
from contributions.services.achievements import Story
from contributions.services.contributions import Entry
from contributions.services.figures import rate_fields, refresh_alerts
from fx.queries import load_book
from fx.rules import RateBook
from kamtrak.history import because
from workspaces.models import ClientAccount, Membership, Workspace

BATCH = 2000


@dataclass(frozen=True)
class NewRow:
    """Somebody's entry and when it was logged; into a closed quarter with a reason."""

    owner: Membership
    entry: Entry
    now: datetime
    reason: str = ""

    @property
    def day(self) -> date:
        return conversion_day(self.entry.quarter, self.entry.earned_on)


def log_together(
    *, workspace: Workspace, rows: Sequence[NewRow], client_of: Callable[[str], ClientAccount]
) -> list[Contribution]:
    """Log these rows, in their order; each as log_contribution would have made it at its moment."""
    if not rows:
        return []
    book = _book(workspace, rows)
    made = [_made(workspace, row, client_of(row.entry.client), book) for row in rows]
    alike: dict[tuple[int, str], list[Contribution]] = defaultdict(list)
    for row, contribution in zip(rows, made, strict=True):
        alike[contribution.created_by_id, row.reason].append(contribution)
    for (user, reason), contributions in alike.items():
        with because(user=user, reason=reason):
            Contribution.objects.bulk_create(contributions, batch_size=BATCH)
    unknown = [
        row.now for row, contribution in zip(rows, made, strict=True) if contribution.converted is None
    ]
    if unknown:
        refresh_alerts(workspace=workspace, now=unknown[0])
    return made


def _book(workspace: Workspace, rows: Sequence[NewRow]) -> RateBook:
    days, codes = [row.day for row in rows], {row.entry.currency for row in rows}
    return load_book(workspace, codes, first=min(days), last=max(days), today=workspace.day_of(rows[0].now))


def _made(workspace: Workspace, row: NewRow, client: ClientAccount, book: RateBook) -> Contribution:
    entry = row.entry
    figure = derive(
        amount=entry.amount,
        currency=entry.currency,
        share=entry.share,
        day=row.day,
        target=workspace.currency,
        book=replace(book, today=workspace.day_of(row.now)),
    )
    return Contribution(
        workspace=workspace,
        owner=row.owner,
        client=client,
        type=entry.type.value,
        amount=entry.amount,
        amount_currency=entry.currency,
        basis=entry.basis.value,
        share=entry.share,
        quarter=entry.quarter,
        earned_on=entry.earned_on,
        description=entry.description.strip(),
        credited=figure.credited,
        counts_on=row.day,
        created_by=row.owner.user,
        created_at=row.now,
        updated_at=row.now,
        **rate_fields(figure),
    )


@dataclass(frozen=True)
class NewStory:
    """Somebody's achievement with the contributions behind which it stands, and when it was told."""

    owner: Membership
    story: Story
    shared: bool
    now: datetime
    rows: tuple[Contribution, ...]


def tell_together(*, workspace: Workspace, stories: Sequence[NewStory]) -> None:
    """Keep these achievements, link them and share what is shared."""
    mine: dict[int, list[NewStory]] = defaultdict(list)
    for told in stories:
        mine[told.owner.user_id].append(told)
    for user, theirs in mine.items():
        achievements = [_achievement(workspace, told) for told in theirs]
        with because(user=user):
            Achievement.objects.bulk_create(achievements)
            AchievementLink.objects.bulk_create(
                AchievementLink(workspace=workspace, contribution=row, achievement=achievement)
                for told, achievement in zip(theirs, achievements, strict=True)
                for row in told.rows
            )


def _achievement(workspace: Workspace, told: NewStory) -> Achievement:
    story = told.story
    return Achievement(
        workspace=workspace,
        owner=told.owner,
        title=story.title,
        situation=story.situation.strip(),
        action=story.action.strip(),
        result=story.result.strip(),
        happened_on=story.happened_on,
        skills=list(story.skills),
        shared=told.shared,
        created_at=told.now,
        updated_at=told.now,
    )
