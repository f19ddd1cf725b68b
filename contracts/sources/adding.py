"""Adding the contracts of a checked file, each in a transaction of its own, by the same services as by hand.

Every step may run twice: a contract bears the line of the file that it came from, and is added once.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from contracts.models import Contract, ContractsFile
from contracts.services.confirming import add_one_of_many
from contracts.services.drafts import Details, create_draft
from contracts.services.files import brought_by, once_of
from contracts.services.rates import refresh_alerts
from contracts.sources.contracts_file import Given, Known, OlderContract, check_file, contracts_in
from kamtrak.history import because
from kamtrak.lib.errors import Refused
from kamtrak.lib.tables import Check, Limits
from kamtrak.tenancy import in_workspace
from workspaces.models import Membership, Workspace
from workspaces.queries.people import EVERYONE, account_managers
from workspaces.rules import name_key
from workspaces.services.jobs import Run

STAGE = "Adding contracts"


def check_of(file: ContractsFile, now: datetime) -> Check[Given]:
    """The check of a file against what the workspace holds now; contracts that it brought itself stand aside.

    Raises TableError.
    """
    workspace = file.workspace
    limits = Limits(bytes=settings.LIMIT_CONTRACTS_FILE_BYTES, rows=settings.LIMIT_CONTRACTS_FILE_ROWS)
    return check_file(bytes(file.content), file.decisions, known=_known(file, workspace, now), limits=limits)


def _known(file: ContractsFile, workspace: Workspace, now: datetime) -> Known:
    living = Contract.objects.filter(workspace=workspace, voided_at=None)
    return Known(
        owners=owners_of(workspace),
        taken=frozenset(living.exclude(pk__in=brought_by(file)).values_list("number_key", flat=True)),
        currencies=frozenset(workspace.currencies),
        today=workspace.day_of(now),
    )


def owners_of(workspace: Workspace) -> dict[str, int | None]:
    """Account managers by the key of their e-mail and of their name; None where two bear the name."""
    found: dict[str, int | None] = {}
    for member in account_managers(workspace, EVERYONE):
        name = name_key(member.user.name)
        found[name] = None if name in found else member.pk
    return found | {name_key(m.user.email): m.pk for m in account_managers(workspace, EVERYONE)}


def run_adding(run: Run) -> dict[str, Any]:
    """The job: check once more, add what is not in yet, and say what came of it. Raises Refused."""
    now = timezone.now()
    with in_workspace(run.workspace_id):
        file = ContractsFile.objects.select_related("workspace").get(pk=run.params["file"])
        check = check_of(file, now)
    if check.stamp != run.params["stamp"]:
        raise Refused("The file is read otherwise by now. Look at its check once more, then add it.")
    contracts = contracts_in(check)
    try:
        for done, contract in enumerate(contracts):
            run.progress(STAGE, done, len(contracts), now=timezone.now())
            _add(run, file, contract)
    finally:  # also of those that are in when it stops halfway
        with in_workspace(run.workspace_id):
            refresh_alerts(workspace=file.workspace, now=timezone.now())
    with in_workspace(run.workspace_id):
        ContractsFile.objects.filter(pk=file.pk).update(added_at=timezone.now(), added=len(contracts))
    noun = "contract" if len(contracts) == 1 else "contracts"
    return {
        "path": "contracts/",
        "action": "Open the contracts",
        "summary": f"{len(contracts):,} {noun} added from {file.name}.",
    }


def _add(run: Run, file: ContractsFile, given: OlderContract) -> None:
    """One contract, unless it is in: whatever people made of it since, it stays as it is now.

    In a transaction of its own: two that add contracts for the same months would else block each other.
    """
    reason = f"{file.name}: {run.params['reason']}"
    with in_workspace(run.workspace_id), because(user=run.user_id, reason=reason):
        if brought_by(file).filter(once=once_of(file.pk, given.line)).exists():
            return
        members = Membership.objects.select_related("user", "workspace")
        by = members.get(workspace=file.workspace, user_id=run.user_id, ended_at=None)
        _add_one(file, given, by, members.get(pk=given.owner), accepted=run.params["accepted"])
        run.seal()


def _add_one(
    file: ContractsFile, given: OlderContract, by: Membership, owner: Membership, *, accepted: bool
) -> None:
    now = timezone.now()
    draft = create_draft(
        workspace=file.workspace,
        by=by,
        details=Details(given.name, given.number, given.client, owner, given.details),
        terms=given.terms,
        formula=None,
        now=now,
        once=once_of(file.pk, given.line),
    )
    add_one_of_many(
        contract=draft,
        by=by,
        revision=draft.revision,
        now=now,
        confirmed_on=given.confirmed_on,
        accepted=accepted,
    )
