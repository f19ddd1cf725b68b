"""The catalog, what its rows wait for, sources with their mappings, names of owners, files of entries."""

from datetime import date
from decimal import Decimal

from tests.cast import NOW
from tests.e2e.walk.world import World
from tests.transactions.builders import make_import, make_mapping, make_owner, make_seen, make_source, worth
from transactions.models import CatalogItem
from transactions.rules import Measure
from transactions.rules.entries import Dated, Entry
from transactions.services.catalog import archive_item, create_item
from transactions.services.catalog_files import keep_catalog_file
from transactions.services.owners import confirm_owner
from workspaces.models import Severity, Workspace
from workspaces.services.alerts import Cause, raise_alert

HEAD = "code,name,aliases,valid from,revenue,cost,profit %,tax %,includes tax\n"
HAS_ERRORS = (
    f"{HEAD}LUM-200,Luminaire L200,L200,2027-01-01,121.50,71.20,,25,no\n"
    "DRV-10,Driver D10,,2026-01-01,38.00,,42.5,25,no\n"
    "MNT-1,Mounting day,,2026-01-01,-1150,,,19,no\n"
    "MNT-2,Mounting hour,,,128,,,19,no\n"
)
ASKS = "code,valid from,revenue\nLUM-200,03/08/2027,121.50\nLUM-300,04/08/2027,133.00\n"
CANNOT_BE_READ = "article;price\nLUM-200;1,10\n"
# code, name, aliases, [(measure, since, value)]
ENTRIES: tuple[tuple[str, str, tuple[str, ...], tuple[tuple[Measure, str, str], ...]], ...] = (
    (
        "LUM-200",
        "Luminaire L200",
        ("L200", "Lum 200", "Luminaire 200"),
        (
            (Measure.REVENUE, "2025-01-01", "109.00"),
            (Measure.COST, "2025-01-01", "68.40"),
            (Measure.TAX_PERCENT, "2025-01-01", "25"),
            (Measure.REVENUE, "2026-01-01", "112.00"),
            (Measure.COST, "2026-01-01", "69.80"),
            (Measure.REVENUE, "2026-07-01", "118.00"),
            (Measure.COST, "2026-07-01", "71.20"),
            (Measure.REVENUE, "2027-01-01", "121.50"),
        ),
    ),
    ("LUM-300", "Luminaire L300", ("L300",), ((Measure.REVENUE, "2026-03-01", "372.5"),)),
    ("LUM-300R", "Luminaire L300, rugged", (), ((Measure.REVENUE, "2026-03-01", "448"),)),
    (
        "DRV-9",
        "Driver D9",
        ("D9",),
        ((Measure.REVENUE, "2025-01-01", "54.20"), (Measure.PROFIT, "2025-01-01", "20")),
    ),
    ("MNT-DAY", "Mounting day", ("Set-up day",), ((Measure.REVENUE, "2026-01-01", "1150"),)),
    ("API-CALL", "Price of one call", (), ((Measure.REVENUE, "2026-01-01", "0.000425"),)),
    ("GIFT", "Sample kit", (), ((Measure.REVENUE, "2026-01-01", "0"), (Measure.COST, "2026-01-01", "4.1"))),
    ("NEW-1", "", (), ()),
)


def furnish_catalog(workspace: Workspace, world: World) -> None:
    """Of Halden & Brook: entries in every state, what rows wait for, and what files named."""
    ada = world.member("ada")
    made = {said[0]: _entry(workspace, world, *said) for said in ENTRIES}
    archive_item(item=made["LUM-300R"], by=ada, reason="No longer made", now=NOW)
    known = made["LUM-200"]
    world.rows |= {
        "entry": {"pk": known.pk},
        "value": {"pk": known.values.order_by("-pk")[0].pk},
        "archived entry": {"pk": made["LUM-300R"].pk},
        "bare entry": {"pk": made["NEW-1"].pk},
    }
    seen = make_seen(workspace, "L200", rows=1316)
    seen.item = known
    seen.save()
    _missing(workspace, world)
    _owners(workspace, world)
    _mappings(workspace, world)
    files = {"entries that ask": ASKS, "entries with errors": HAS_ERRORS, "no entries": CANNOT_BE_READ}
    for name, content in files.items():
        file = keep_catalog_file(
            workspace=workspace, by=ada, name=f"{name}.csv", content=content.encode(), now=NOW
        )
        world.rows[name] = {"pk": file.pk}


def _entry(
    workspace: Workspace,
    world: World,
    code: str,
    name: str,
    aliases: tuple[str, ...],
    values: tuple[tuple[Measure, str, str], ...],
) -> CatalogItem:
    return create_item(
        workspace=workspace,
        by=world.member("ada"),
        entry=Entry(code, name, aliases),
        values=[Dated(m, date.fromisoformat(day), Decimal(value)) for m, day, value in values],
        reason="Price list of the season",
        now=NOW,
    )


def _missing(workspace: Workspace, world: World) -> None:
    """One product that no entry has, one whose name two entries bear."""
    for code in ("CS-7", "CS-7B"):
        create_item(
            workspace=workspace,
            by=world.member("ada"),
            entry=Entry(code, "Cold sensor"),
            values=[worth(Measure.REVENUE, "54.20")],
            reason="Two of one name",
            now=NOW,
        )
    for place, (text, rows) in {
        "missing": ("Cold-chain sensor CS-9", 38),
        "shared": ("Cold sensor", 6),
    }.items():
        seen = make_seen(workspace, text, rows=rows)
        world.rows[f"{place} product"] = {"pk": seen.pk}
        cause = Cause(
            key=f"catalog:{seen.pk}:revenue",
            severity=Severity.ERROR,
            title=f"“{text}” is not in the catalog",
            detail="Sales between 3 and 31 Aug 2026 say how many were sold, and not for how much.",
            action="Supply it",
            path=f"catalog/missing/{seen.pk}/?measure=revenue",
            rows=rows,
            quantity=f"{3 * rows} units",
        )
        raise_alert(workspace=workspace, cause=cause, now=NOW)


def _owners(workspace: Workspace, world: World) -> None:
    ada, yuki = world.member("ada"), world.member("yuki")
    make_owner(workspace, yuki.user.email, yuki)
    initials, unknown = make_owner(workspace, "YT"), make_owner(workspace, "Sales desk north")
    confirm_owner(owner=initials, member=yuki, was=None, by=ada, reason="Her initials", now=NOW)
    world.rows |= {"owner name": {"pk": unknown.pk}, "confirmed name": {"pk": initials.pk}}


def _mappings(workspace: Workspace, world: World) -> None:
    ada = world.member("ada")
    shop = make_source(workspace, "Web shop")
    saved = make_mapping(ada, shop)
    make_import(ada, shop, "orders-2026-10.csv")
    unreadable = make_mapping(ada, make_source(workspace, "Till of the showroom"), mapping={})
    world.rows |= {
        "mapping": {"pk": saved.pk},
        "unreadable mapping": {"pk": unreadable.pk},
        "source": {"pk": shop.pk},
    }
