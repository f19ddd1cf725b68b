"""Imports at every step: files that are mapped and checked, one that is in, one that was undone."""

from kamtrak.tenancy import in_workspace
from tests.cast import NOW
from tests.e2e.walk.world import World
from tests.transactions.files import ORDERS, make_checked_import, make_import, make_looked_import, work
from transactions.models import Import, ImportState
from transactions.services.imports import request_undo
from workspaces.models import Job, JobState, Workspace

ASKS = (
    "Order no;Booked;Customer;Rep;Item;Qty;Unit price;Net total;Kind;Warehouse\n"
    "A-1;03/09/2026;Pinecrest Grocers;Yuki Tanaka;Tracker T4;;;1.000;Order;HAM-2\n"
    "A-2;05/09/2026;Orion Telecom;Yuki Tanaka;;3;20,50;;Order;HAM-2\n"
    "A-3;11/09/2026;Orion Telecom;T. Okafor;;TBD;20,50;;Return;OSL-1\n"
)
WITH_ALL = ORDERS + (
    "A-5;17/09/2026;Aurelia;3;kr 12,00;Order\nA-6;18/09/2026;Aurelia;2;€ 61,40;Order\n"
    "A-7;19/09/2026;Aurelia;2;61,40;Gift\n"
)
AGAIN = "Day;Net total;Customer\n2026-09-13;1050.50;Orion Telecom\n2026-09-14;20.25;Orion Telecom\n"


def furnish_imports(workspace: Workspace, world: World) -> None:
    """Of the firm, by ada and, rows of her own, by yuki."""
    ada, yuki = world.member("ada"), world.member("yuki")
    made = {
        "import to map": make_looked_import(ada, ASKS, "orders-2026-09.csv"),
        "import to map by yuki": make_looked_import(yuki, ASKS, "my-orders.csv"),
        "import checked": make_checked_import(ada, WITH_ALL, "orders-week-38.csv"),
        "import": make_import(ada, WITH_ALL, "orders-week-37.csv"),
        "import undone": make_import(ada, AGAIN, "orders-twice.csv", "Ledger"),
    }
    with in_workspace(workspace.pk):
        request_undo(imported=made["import undone"], by=ada, reason="Sent twice", keep_edited=True, now=NOW)
    work(workspace)
    make_import(ada, AGAIN, "orders-once.csv", "Ledger")
    made["import seen before"] = make_checked_import(ada, AGAIN, "orders-once-more.csv", "Ledger")
    made["import running"] = _running(
        workspace, make_checked_import(ada, AGAIN, "orders-large.csv", "Ledger")
    )
    world.rows |= {name: {"pk": row.pk} for name, row in made.items()}


def _running(workspace: Workspace, imported: Import) -> Import:
    """An import in the middle of its work, where no worker is."""
    with in_workspace(workspace.pk):
        job = Job.objects.order_by("-pk")[0]  # its check
        job.state, job.stage, job.done, job.total = JobState.RUNNING, "Importing", 7_200, 12_213
        job.save()
        Import.objects.filter(pk=imported.pk).update(state=ImportState.COMMITTING)
    return imported
