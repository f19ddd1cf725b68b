"""Workspaces of any size for measurements: rows as the services make them, written together."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random

from django.db import connection

from contributions.models import Contribution
from contributions.rules import Basis, RevenueType
from contributions.services.achievements import Story
from contributions.services.contributions import Entry
from contributions.services.periods import close_quarter
from fx.queries import published_reach
from fx.services.published import load_history
from fx.sources.ecb_package import bundled_history, read_history
from kamtrak.demo.amounts import amount_for
from kamtrak.demo.together import NewRow, NewStory, log_together, tell_together
from kamtrak.lib.months import Quarter
from kamtrak.tenancy import in_workspace
from workspaces.models import ClientAccount, Membership, User, Workspace
from workspaces.rules import Role
from workspaces.services.clients import pick_or_create_client
from workspaces.services.people import create_workspace

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
DAYS = 3 * 365
ORIGINALS = 1000
CURRENCIES = ("USD", "EUR", "GBP", "JPY", "CAD", "AUD")
OLDEST_RATE = date(2023, 6, 1)


def make_workspace(slug: str, rows: int, *, people: int, clients: int) -> Workspace:
    """A workspace in USD with that many contributions over three years up to NOW, some with an achievement,
    and with its ended quarters but the last two closed."""
    _load_rates()
    rng = Random(slug)
    owner = User.objects.create_user(f"owner@{slug}.example", name="Olive Owner")
    workspace = create_workspace(name=slug.title(), owner=owner, slug=slug)
    with in_workspace(workspace.pk):
        staff = [_member(workspace, number) for number in range(people)]
        accounts = {
            name: pick_or_create_client(workspace=workspace, name=name)
            for name in (
                f"Client {number:04} {rng.choice(('Foods', 'Bank', 'Rail'))}" for number in range(clients)
            )
        }
        _log(rng, workspace, staff, accounts, rows)
        _close(workspace)
    _freshen()
    return workspace


def _log(
    rng: Random,
    workspace: Workspace,
    staff: Sequence[Membership],
    accounts: Mapping[str, ClientAccount],
    rows: int,
) -> None:
    """Up to a thousand entries as people log them, and the rest as their copies, made by the database."""
    new = [_row(rng, workspace, staff, list(accounts), number) for number in range(min(rows, ORIGINALS))]
    made = log_together(workspace=workspace, rows=new, client_of=accounts.__getitem__)
    stories = [
        NewStory(row.owner, _story(row), False, NOW, (contribution,))
        for row, contribution in zip(new[::10], made[::10], strict=True)
    ]
    tell_together(workspace=workspace, stories=stories)
    if rows > len(new):
        _copy(workspace, rows - len(new))


def _copy(workspace: Workspace, count: int) -> None:
    """So many copies of the rows that are there: another text, the same deal and figure."""
    columns = [f'"{field.column}"' for field in Contribution._meta.concrete_fields if not field.primary_key]
    values = ["description || ' ' || n" if name == '"description"' else name for name in columns]
    with connection.cursor() as cursor:
        cursor.execute(
            f"insert into contributions_contribution ({', '.join(columns)}) select {', '.join(values)} "
            "from contributions_contribution, generate_series(1, %s) n "
            "where workspace_id = %s order by n, id limit %s",
            [count // ORIGINALS + 1, workspace.pk, count],
        )


def _freshen() -> None:
    """What autovacuum does within a minute: counts for the planner, and indexes that answer alone."""
    with connection.cursor() as cursor:
        cursor.execute("vacuum (analyze)")


def _load_rates() -> None:
    """The published rates of the years in question."""
    if published_reach() is None:
        history = read_history(bundled_history())
        load_history(rates=(r for r in history if r.day >= OLDEST_RATE and r.currency in CURRENCIES), now=NOW)


def _member(workspace: Workspace, number: int) -> Membership:
    user = User.objects.create_user(f"person{number}@{workspace.slug}.example", name=f"Person {number}")
    return Membership.objects.create(workspace=workspace, user=user, roles=[Role.ACCOUNT_MANAGER.value])


def _row(
    rng: Random, workspace: Workspace, staff: Sequence[Membership], clients: Sequence[str], number: int
) -> NewRow:
    """Somebody's entry: spread evenly over the days, so that each quarter has its part."""
    day = workspace.day_of(NOW) - timedelta(days=rng.randrange(1, DAYS))
    kind, currency = rng.choice(list(RevenueType)), rng.choice(CURRENCIES)
    entry = Entry(
        client=rng.choice(clients),
        type=kind,
        amount=amount_for(kind, currency, 1.0, rng),
        currency=currency,
        quarter=workspace.calendar.quarter_of(day),
        description=f"Entry {number}: three depots joined the frame contract after the pilot in spring.",
        earned_on=day if rng.random() < 0.9 else None,
        basis=rng.choice(list(Basis)),
        share=Decimal(rng.choice((100, 100, 100, 40))),
    )
    return NewRow(rng.choice(staff), entry, datetime(day.year, day.month, day.day, 15, tzinfo=UTC))


def _story(row: NewRow) -> Story:
    return Story(
        f"How {row.entry.client} was won", row.day, "It was late.", "I called.", "They signed.", ("Calling",)
    )


def _close(workspace: Workspace) -> None:
    owner = Membership.objects.get(workspace=workspace, roles__contains=[Role.OWNER.value])
    for quarter in _ended(workspace):
        close_quarter(workspace=workspace, quarter=quarter, by=owner, reason="Reviewed", now=NOW)


def _ended(workspace: Workspace) -> Iterator[Quarter]:
    """The ended quarters of the data but the last two."""
    quarter = workspace.calendar.quarter_of(workspace.day_of(NOW) - timedelta(days=DAYS))
    while quarter < workspace.quarter_of(NOW) - 2:
        yield quarter
        quarter = quarter + 1
