"""Rows in every state, from what three years of the demo left behind, and what they did not."""

from django.db.models import QuerySet

from contributions.models import Achievement, Attachment, Contribution
from contributions.queries.periods import closed_periods, later_changes
from contributions.services.attachments import remove_file
from fx.models import OwnRate
from fx.services.files import keep_rates_file
from kamtrak.history import because
from tests.cast import NOW
from tests.e2e.walk.world import World
from workspaces.models import Alert, ClientAccount, Workspace
from workspaces.queries.people import EVERYONE
from workspaces.rules import Role
from workspaces.services.alerts import assign_alert
from workspaces.services.invitations import invite
from workspaces.services.people import end_membership

ASKS = b"date,from,to,rate\n03/08/2026,EUR,USD,1.1682\n04/08/2026,EUR,USD,1.1690\n"
HAS_ERRORS = (
    b"date,from,to,rate,until\n"
    b"2026-09-30,EUR,USD,1.1000,\n2026-10-15,GBP,USD,1.3314,2026-12-31\n2026-10-15,CHF,USD,1.31,\n"
    b"2026-10-15,EURO,USD,1.17,\n2026-10-16,GBP,USD,0,\n"
)
CANNOT_BE_READ = b"day;kurs\n30.09.2026;1,10\n"


def furnish_firm(workspace: Workspace, world: World) -> None:
    """Halden & Brook: contributions with their evidence, quarters, rates, people, a merged client."""
    _contributions(workspace, world)
    _quarters(workspace, world)
    _rates(workspace, world)
    _people(workspace, world)
    merged = ClientAccount.objects.filter(merged_into__isnull=False)[0]
    world.rows |= {"merged": {"pk": merged.pk}, "survivor": {"pk": merged.merged_into_id}}


def furnish_other(world: World) -> None:
    """Larkfield: an amount without a rate, and the alert that asks for one."""
    oliver, unknown = world.member("oliver"), Contribution.objects.get(converted=None, voided_at=None)
    assign_alert(alert=Alert.objects.get(), to=oliver, by=oliver)
    quarter = unknown.workspace.calendar.code(unknown.quarter)
    world.rows |= {"unknown": {"pk": unknown.pk}, "unknown quarter": {"code": quarter}}


def _contributions(workspace: Workspace, world: World) -> None:
    """Of yuki, whose clients pay in yen and dollars; a file of hers is removed again."""
    yuki = world.member("yuki")
    mine = Contribution.objects.filter(owner=yuki)
    living = mine.filter(voided_at=None)
    proven, dropped = Attachment.objects.filter(contribution__in=living).order_by("pk")[:2]
    with because(user=yuki.user_id):
        remove_file(attachment=dropped, by=yuki, now=NOW)
    closed = closed_periods(workspace)
    changed = later_changes(workspace, EVERYONE, closed)
    edited = [change for change in changed if change.why.startswith("edited")]
    told = Achievement.objects.filter(owner=yuki, archived_at=None)
    wanted: dict[str, QuerySet] = {
        "provisional": living.filter(provisional=True),
        "voided": mine.exclude(voided_at=None),
        "changed": living.filter(pk__in=[change.contribution_id for change in edited]),
        "proven": living.filter(pk=proven.contribution_id),
        "unproven": living.filter(pk=dropped.contribution_id),
        "crossed": living.filter(rate_legs__1__isnull=False, earlier_rate=False),
        "open": living.filter(quarter=max(closed) + 2, earlier_rate=False),
        "earlier": Contribution.objects.filter(earlier_rate=True, voided_at=None),
        "told": told.exclude(contribution_links=None),
    }
    world.rows |= {name: {"pk": rows.order_by("pk")[0].pk} for name, rows in wanted.items()}


def _quarters(workspace: Workspace, world: World) -> None:
    last, running = max(closed_periods(workspace)), workspace.quarter_of(NOW)
    for name, quarter in {"closed": last, "ended": running - 1, "running": running}.items():
        world.rows[f"{name} quarter"] = {"code": workspace.calendar.code(quarter)}


def _rates(workspace: Workspace, world: World) -> None:
    """Three files of rates that nobody finished, and an own rate."""
    ada = world.member("ada")
    files = {"rates that ask": ASKS, "rates with errors": HAS_ERRORS, "no rates": CANNOT_BE_READ}
    for name, content in files.items():
        file = keep_rates_file(workspace=workspace, by=ada, name=f"{name}.csv", content=content, now=NOW)
        world.rows[name] = {"pk": file.pk}
    world.rows["own rate"] = {"pk": OwnRate.objects.order_by("-pk")[0].pk}


def _people(workspace: Workspace, world: World) -> None:
    """Somebody has left, somebody is invited."""
    ada, of_the_firm = world.member("ada"), workspace.memberships.select_related("user", "workspace")
    with because(user=ada.user_id):
        leaver = of_the_firm.get(user__name="Daniel Nguyen")
        end_membership(member=leaver, by=ada, reason="Left for another firm", now=NOW)
        roles = [Role.MANAGER, Role.ACCOUNT_MANAGER]
        _, token = invite(workspace=workspace, by=ada, email="piet@kade.example", roles=roles, now=NOW)
    world.rows |= {
        "manager": {"pk": of_the_firm.get(user__name="Helena Voss").pk},
        "account manager": {"pk": world.member("yuki").pk},
        "invitation": {"token": token},
        "no invitation": {"token": "used-long-ago"},
    }
