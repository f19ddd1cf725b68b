"""Rows of contributions that somebody has brought, in every state; contributions that transactions prove."""

from decimal import Decimal

from contributions.models import Contribution, TransactionLink
from contributions.rules import RevenueType
from contributions.services.contributions import Entry, log_contribution
from contributions.services.files import keep_contributions_file, undo_contributions_file
from contributions.services.transactions import link_transactions
from contributions.sources.adding import add_rows, check_of
from contributions.sources.columns import COLUMNS
from tests.cast import NOW
from tests.e2e.walk.world import World
from transactions.models import Transaction
from workspaces.models import Workspace

HEAD = ",".join(column.name for column in COLUMNS)
HAS_ERRORS = (
    f"{HEAD}\n"
    "Aomori Ferry,direct,7850000,JPY,2026Q3,2026-08-07,,,,Two more vessels on the platform,\n"
    "Aomori Ferry,direct,7850000,JPY,2026Q3,,,,40,The same with another share,\n"
    "Kisaragi Shipping,indirect,1200000,JPY,2026Q3,,Yuki Tanaka,,,,\n"
    "Kisaragi Shipping,savings,1234.50,JPY,2027Q1,,Marcus Bell,,,,\n"
)
ASKS = "client;type;amount;currency;quarter\nAomori Ferry;direct;1.000;EUR;2026Q3\n"
CANNOT_BE_READ = "customer;worth\nAomori Ferry;1,10\n"
IS_IN = f"{HEAD}\nAomori Ferry,retention,640000,JPY,2024Q2,,,,,Kept the night crossing,\n"
IS_UNDONE = f"{HEAD}\nAomori Ferry,influenced,330000,JPY,2024Q3,,,,,,\n"


def furnish_brought(workspace: Workspace, world: World) -> None:
    """All of them yuki's: whoever brings rows brings their own."""
    yuki = world.member("yuki")
    said = {
        "rows that ask": ASKS,
        "rows with errors": HAS_ERRORS,
        "no rows": CANNOT_BE_READ,
        "added rows": IS_IN,
        "undone rows": IS_UNDONE,
    }
    for name, content in said.items():
        file = keep_contributions_file(
            workspace=workspace, by=yuki, name=f"{name}.csv", content=content.encode(), now=NOW
        )
        world.rows[name] = {"pk": file.pk}
        if content in (IS_IN, IS_UNDONE):
            stamp = check_of(file, yuki, NOW).stamp
            add_rows(file=file, by=yuki, stamp=stamp, reason="My own sheet of 2024", now=NOW)
        if content == IS_UNDONE:
            undo_contributions_file(file=file, by=yuki, reason="The wrong year", now=NOW)


def furnish_proved(workspace: Workspace, world: World) -> None:
    """A deal of yuki's that transactions prove, and one that repeats another transaction."""
    yuki, q3 = world.member("yuki"), workspace.calendar.period("2026Q3").quarters[0]

    def logged(amount: str, currency: str) -> Contribution:
        deal = Entry("Orion Telecom", RevenueType.DIRECT, Decimal(amount), currency, q3)
        return log_contribution(workspace=workspace, owner=yuki, entry=deal, now=NOW)

    proved, repeating = logged("9000", "USD"), logged("820", "EUR")
    behind = [world.rows[name]["pk"] for name in ("sold", "sold by catalog", "replaced row")]
    living = Transaction.objects.filter(workspace=workspace, pk__in=behind[:2])
    link_transactions(rows=list(living), contributions=[proved], by=yuki, now=NOW)
    # What an import has replaced since stays behind it, and is said to be replaced.
    TransactionLink.objects.create(workspace=workspace, contribution=proved, transaction_id=behind[2])
    world.rows |= {"proved": {"pk": proved.pk}, "repeating": {"pk": repeating.pk}}
