"""Contracts in every state, formulas, and files of older contracts that nobody finished."""

from django.db.models import QuerySet

from contracts.models import Contract, Formula
from contracts.rules import ContractType
from contracts.services.files import keep_contracts_file
from contracts.sources.columns import COLUMNS
from tests.cast import NOW
from tests.e2e.walk.world import World
from workspaces.models import Workspace

HEAD = ",".join(column.name for column in COLUMNS)
HAS_ERRORS = (
    f"{HEAD}\n"
    "KT-2023-101,Platform,Pinecrest Grocers,Marcus Bell,fixed,2023-03-15,24,USD,2023-03-01,1,12,8000,,,\n"
    "KT-2023-101,,,,,,,,,13,24,7500,,,\n"
    "KT-2023-102,Data feed,Orion Telecom,Nobody Known,weekly,2023-05-01,12,JPY,2023-04-20,1,12,900000,,,\n"
)
ASKS = (
    f"{HEAD}\n"
    "KT-2023-103,Data feed,Orion Telecom,Yuki Tanaka,fixed,03/08/2023,12,JPY,01/08/2023,1,12,900000,,,\n"
)
CANNOT_BE_READ = "contract;worth\nKT-2023-104;1,10\n"


def furnish_contracts(workspace: Workspace, world: World) -> None:
    """Of the demo's contracts one for each state; where it can, in another currency than the workspace's."""
    confirmed = Contract.objects.filter(voided_at=None, added_at__isnull=False)
    living = confirmed.filter(cancelled_on=None)
    today = workspace.day_of(NOW)
    wanted: dict[str, QuerySet] = {
        "amended": living.filter(version__gte=3).exclude(currency=workspace.currency),
        "rolling": living.filter(kind=ContractType.ROLL_OVER.value),
        "casual": living.filter(kind=ContractType.CASUAL.value),
        "coming": living.filter(start_on__gt=today),
        "handed over": living.exclude(hand_overs=None),
        "cancelled": confirmed.exclude(cancelled_on=None),
        "draft": Contract.objects.filter(added_at=None, voided_at=None),
        "void contract": Contract.objects.exclude(voided_at=None),
        "hers": living.filter(owner=world.member("yuki")),
    }
    found = {name: rows.order_by("pk")[0] for name, rows in wanted.items()}
    amended = found["amended"]
    world.rows |= {name: {"pk": row.pk} for name, row in found.items()}
    world.rows |= {
        "first version": {"pk": amended.pk, "number": 1},
        "formula": {"pk": Formula.objects.filter(archived_at=None).order_by("pk")[0].pk},
        "contract's client": {"pk": amended.client_id},
    }
    files = {"contracts that ask": ASKS, "contracts with errors": HAS_ERRORS, "no contracts": CANNOT_BE_READ}
    for name, content in files.items():
        file = keep_contracts_file(
            workspace=workspace, by=world.member("ada"), name=f"{name}.csv", content=content.encode(), now=NOW
        )
        world.rows[name] = {"pk": file.pk}
