"""Files of transactions, as a person and a worker bring them: looked at, checked, imported."""

from django.core.files.uploadedfile import SimpleUploadedFile

from kamtrak.tenancy import in_workspace
from tests.cast import NOW
from transactions.models import Import
from transactions.rules import FileMapping, Looked, RowKind, settled
from transactions.services.imports import Options, keep_mapping, request_check, request_commit, start_import
from workspaces.models import Job, Membership, Workspace
from workspaces.services.jobs import claim, execute

ORDERS = (
    "Order no;Booked;Customer;Qty;Unit price;Kind\n"
    "A-1;13/09/2026;Nordhavn;5;10,00;Order\n"
    "A-2;14/09/2026;Aurelia;2;20,50;Order\n"
    "A-3;15/09/2026;Aurelia;TBD;20,50;Order\n"
    "A-4;16/09/2026;Nordhavn;1;10,00;Return\n"
)
KINDS = {"order": RowKind.SALE, "return": RowKind.REFUND}


def work(workspace: Workspace) -> Job:
    """Do the newest job, as a worker does."""
    with in_workspace(workspace.pk):
        job = Job.objects.order_by("-pk")[0]
    run = claim(workspace_id=workspace.pk, job_id=job.pk, now=NOW)
    assert run is not None
    execute(run=run, clock=lambda: NOW)
    with in_workspace(workspace.pk):
        return Job.objects.get(pk=job.pk)


def again(imported: Import) -> Import:
    """The import as it is now."""
    with in_workspace(imported.workspace_id):
        found = Import.objects.select_related("workspace", "source", "job", "owner__user", "continues")
        return found.get(pk=imported.pk)


def make_looked_import(by: Membership, text: str = ORDERS, name: str = "orders.csv") -> Import:
    """A file whose columns are to be mapped."""
    file = SimpleUploadedFile(name, text.encode())
    with in_workspace(by.workspace_id):
        imported = start_import(workspace=by.workspace, by=by, name=name, file=file, now=NOW)
    assert work(by.workspace).state == "done"
    return again(imported)


def make_checked_import(
    by: Membership, text: str = ORDERS, name: str = "orders.csv", source: str = "Web shop"
) -> Import:
    """A file, checked; of ORDERS three rows are good and one is not."""
    imported = make_looked_import(by, text, name)
    mapping, looked = FileMapping.from_json(imported.mapping), Looked.from_json(imported.looked)
    columns = tuple(settled(column, looked.columns[column.place]) for column in mapping.columns)
    decided = FileMapping(columns, mapping.given, KINDS, refunds_negative=False)
    with in_workspace(by.workspace_id):
        keep_mapping(
            imported=imported,
            by=by,
            mapping=decided,
            answered=[],
            source_name=source,
            options=Options(),
            now=NOW,
        )
        request_check(imported=imported, by=by, now=NOW)
    job = work(by.workspace)
    assert job.state == "done", job.error
    return again(imported)


def make_import(
    by: Membership, text: str = ORDERS, name: str = "orders.csv", source: str = "Web shop"
) -> Import:
    """A file whose good rows are in."""
    imported = make_checked_import(by, text, name, source)
    with in_workspace(by.workspace_id):
        request_commit(
            imported=imported,
            by=by,
            stamp=imported.prepared[-16:],
            repeats_are_new=False,
            without_bad_rows=True,
            now=NOW,
        )
    job = work(by.workspace)
    assert job.state == "done", job.error
    return again(imported)
