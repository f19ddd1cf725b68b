"""Playing a plan into the database, through the services that people use too."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.db import connection, transaction

from contracts.services.confirming import renew_contracts
from contributions.models import Contribution
from contributions.queries.periods import closed_period
from contributions.services.attachments import attach_file
from contributions.services.contributions import edit_contribution, void_contribution
from contributions.services.periods import close_quarter, reopen_quarter
from fx.queries import load_book
from fx.rules import OwnRate
from fx.services.followers import settle
from fx.services.own import add_own_rate
from kamtrak.demo import plan as acts
from kamtrak.demo.history import make_plan
from kamtrak.demo.houses import House, first_day
from kamtrak.demo.people import Person
from kamtrak.demo.plan import Edited, Event, Evidence, Logged, Plan, ReviewAsked, Told, Voided
from kamtrak.demo.signing import Signer
from kamtrak.demo.staff import Staff, open_workspace
from kamtrak.demo.together import NewRow, NewStory, log_together, tell_together
from kamtrak.history import because
from kamtrak.lib.months import Quarter
from kamtrak.tenancy import in_workspace
from kamtrak.uploads import deleted_on_failure
from reports.services.documents import request_review
from workspaces.models import ClientAccount, Membership, Workspace
from workspaces.queries.clients import find_client
from workspaces.services.clients import add_alias, merge_clients, pick_or_create_client
from workspaces.services.settings import Settings, change_settings

LOCK = 0x6B74_6465  # one loader at a time
RATE_DIGITS = 5


def load_house(house: House, now: datetime) -> bool:
    """Load a firm with the three years before `now`, whole or not at all; False if it is there already."""
    with deleted_on_failure(), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(%s)", [LOCK])
        if Workspace.objects.filter(slug=house.slug).exists():
            return False
        plan = make_plan(house, now.astimezone(house.zone).date())
        founded = datetime.combine(first_day(plan.today) - timedelta(days=20), time(9), tzinfo=house.zone)
        workspace, staff = open_workspace(house, founded)
        with in_workspace(workspace.pk):
            Player(house, workspace, staff).play(plan, now)
    return True


class Player:
    """One plan on its way into one workspace: what has been made so far, by the names of the plan."""

    def __init__(self, house: House, workspace: Workspace, staff: Staff) -> None:
        self.house, self.workspace, self.staff = house, workspace, staff
        self.made: dict[int, Contribution] = {}
        self._entries: list[Logged] = []
        self._changes: list[Edited | Voided] = []
        self._clients: dict[str, ClientAccount] = {}
        self._closed: set[Quarter] = set()
        self._doing: dict[type, Callable[[Any], None]] = {
            Edited: self._edit,
            Voided: self._void,
            acts.Closed: self._close,
            acts.Reopened: self._reopen,
            acts.Merged: self._merge,
            acts.RateGiven: self._give_rate,
            acts.CurrencyEnabled: self._enable_currency,
            **Signer(workspace, staff).doing,
        }

    def play(self, plan: Plan, now: datetime) -> None:
        """Everything in its order; at the end all figures stand as they would after years of settling."""
        self._enter_accounts()
        for event in plan.events:
            self._do(event)
        self._catch_up()
        tell_together(workspace=self.workspace, stories=[self._story(told) for told in plan.stories])
        for file in plan.evidence:
            self._attach(file)
        settle(workspace=self.workspace, now=now)
        renew_contracts(workspace=self.workspace, now=now)
        for review in plan.reviews:
            self._ask_for_review(review, now)

    def _do(self, event: Event) -> None:
        """One event. What concerns single rows waits until something concerns them all, so that entries are
        logged together: between two rows nothing depends on which comes first."""
        if isinstance(event, Logged):
            self._entries.append(event)
        elif isinstance(event, Edited | Voided):
            self._changes.append(event)
        else:
            self._catch_up()
            self._doing[type(event)](event)

    def _catch_up(self) -> None:
        entries, changes = self._entries, self._changes
        self._entries, self._changes = [], []
        rows = [
            NewRow(self.staff[event.owner], event.entry, event.at, self._late(event)) for event in entries
        ]
        made = log_together(workspace=self.workspace, rows=rows, client_of=self._client)
        self.made |= {event.key: contribution for event, contribution in zip(entries, made, strict=True)}
        for change in changes:
            self._doing[type(change)](change)

    def _late(self, event: Logged) -> str:
        """Why something is added to a closed quarter (rules 8.4)."""
        return "Came in after the close" if event.entry.quarter in self._closed else ""

    def _client(self, name: str) -> ClientAccount:
        if name not in self._clients:
            self._clients[name] = pick_or_create_client(workspace=self.workspace, name=name)
        return self._clients[name]

    def _enter_accounts(self) -> None:
        with because(user=self._member(self.house.keeper).user_id):
            for account in self.house.accounts:
                client = self._client(account.name)
                for alias in account.aliases:
                    add_alias(account=client, name=alias)

    def _edit(self, event: Edited) -> None:
        with because(user=self._member(event.owner).user_id):
            row = self._current(event.key)
            self.made[event.key] = edit_contribution(
                contribution=row,
                by=self._member(event.owner),
                entry=event.entry,
                version=row.version,
                now=event.at,
                reason=event.reason,
            )

    def _void(self, event: Voided) -> None:
        by = self._member(event.owner)
        with because(user=by.user_id):
            void_contribution(contribution=self._current(event.key), by=by, reason=event.reason, now=event.at)

    def _close(self, event: acts.Closed) -> None:
        by = self._member(event.by)
        settle(workspace=self.workspace, now=event.at)  # as the hourly task would have by then
        with because(user=by.user_id):
            close_quarter(
                workspace=self.workspace, quarter=event.quarter, by=by, reason=event.reason, now=event.at
            )
        self._closed.add(event.quarter)

    def _reopen(self, event: acts.Reopened) -> None:
        by, period = self._member(event.by), closed_period(self.workspace, event.quarter)
        assert period is not None  # noqa: S101 - the plan reopens what it has closed
        with because(user=by.user_id):
            reopen_quarter(period=period, by=by, reason=event.reason, now=event.at)
        self._closed.discard(event.quarter)

    def _merge(self, event: acts.Merged) -> None:
        twin, survivor = (
            find_client(self.workspace, name) for name in (event.twin.name, event.twin.survivor)
        )
        if twin and survivor:
            with because(user=self._member(event.by).user_id):
                merge_clients(account=twin, into=survivor, reason=event.twin.reason)
        self._clients.clear()

    def _give_rate(self, event: acts.RateGiven) -> None:
        book = load_book(
            self.workspace, [event.base, event.quote], first=event.day, last=event.day, today=event.at.date()
        )
        published = book.published_conversion(event.base, event.quote, event.day)
        if published is None:
            return
        value = published.rate * event.times
        value = round(value, RATE_DIGITS - 1 - value.adjusted())
        by = self._member(event.by)
        with because(user=by.user_id):
            add_own_rate(
                workspace=self.workspace,
                by=by,
                rate=OwnRate(event.base, event.quote, event.day, value, event.until),
                reason=event.reason,
                now=event.at,
                confirmed=True,
            )

    def _enable_currency(self, event: acts.CurrencyEnabled) -> None:
        by, before = self._member(event.by), Settings.of(self.workspace)
        with because(user=by.user_id):
            self.workspace = change_settings(
                workspace=self.workspace,
                by=by,
                wanted=replace(before, currencies=(*before.currencies, event.currency)),
                reason=event.reason,
                seen=before.stamp,
                now=event.at,
            )

    def _story(self, told: Told) -> NewStory:
        rows = tuple(self.made[key] for key in told.keys)
        return NewStory(self._member(told.owner), told.story, told.shared, told.at, rows)

    def _attach(self, file: Evidence) -> None:
        by = self._member(file.owner)
        with because(user=by.user_id):
            attach_file(
                contribution=self.made[file.key],
                by=by,
                file=ContentFile(file.content, name=file.name),
                now=file.at,
            )

    def _ask_for_review(self, review: ReviewAsked, now: datetime) -> None:
        """A job like any other: a worker draws the pages as soon as there is one."""
        by = self._member(review.by)
        with because(user=by.user_id):
            request_review(
                workspace=self.workspace,
                by=by,
                person=self._member(review.person),
                period=self.workspace.calendar.period(review.period),
                now=now,
            )

    def _member(self, person: Person) -> Membership:
        return self.staff[person]

    def _current(self, key: int) -> Contribution:
        """The row as it stands, with what the services ask of it."""
        return Contribution.objects.select_related("workspace", "client").get(pk=self.made[key].pk)
