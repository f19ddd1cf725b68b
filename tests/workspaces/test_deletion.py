"""Deleting a workspace leaves nothing behind, and touches no other."""

from functools import cached_property

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection

from kamtrak.lib.errors import Refused
from kamtrak.tenancy import in_workspace
from tests.cast import NOW, Cast, make_alert, make_client, make_job
from tests.routes import Rows
from workspaces.models import User, Workspace
from workspaces.services import deletion
from workspaces.services.clients import merge_clients
from workspaces.services.deletion import delete_workspace, register_files, tables_with_a_workspace
from workspaces.services.invitations import invite


@pytest.fixture
def full(cast: Cast) -> Cast:
    """Workspaces with something in every table of this app."""
    for workspace, member in ((cast.acme, cast.olive), (cast.other, cast.sam)):
        one, two = make_client(workspace, "Nordhavn"), make_client(workspace, "Aurelia")
        make_alert(workspace)
        make_job(workspace, member.user)
        with in_workspace(workspace.pk):
            merge_clients(account=one, into=two, reason="Test")
            invite(workspace=workspace, by=member, email="x@example.com", roles=["manager"], now=NOW)
    return cast


def rows_of(workspace_id: int) -> dict[str, int]:
    found = {}
    with in_workspace(workspace_id), connection.cursor() as cursor:
        for table, column in tables_with_a_workspace():
            cursor.execute(f'select count(*) from "{table}" where "{column}" = %s', [workspace_id])
            found[table] = cursor.fetchone()[0]
    return found


def test_nothing_of_a_deleted_workspace_is_left_and_the_other_is_whole(full: Cast) -> None:
    before = rows_of(full.other.pk)
    with in_workspace(full.acme.pk):
        delete_workspace(workspace=full.acme, by=full.olive, typed_name=" ACME ")
    assert not any(rows_of(full.acme.pk).values())
    assert not Workspace.objects.filter(slug="acme").exists()
    assert rows_of(full.other.pk) == before
    assert sum(before.values()) >= 20
    connection.check_constraints()


def test_what_is_frozen_closed_or_issued_goes_with_the_workspace_too(
    cast: Cast, at_noon: None, files_apart: None
) -> None:
    """Rows of every kind that the product has, also those that no statement may otherwise delete."""
    rows = Rows(cast)
    for name, made in vars(Rows).items():
        if isinstance(made, cached_property):
            getattr(rows, name)
    filled = {table for table, count in rows_of(cast.acme.pk).items() if count}
    assert {"contributions_closedrow", "contributions_attachment", "fx_ownrate"} <= filled
    with in_workspace(cast.acme.pk):
        delete_workspace(workspace=cast.acme, by=cast.olive, typed_name="Acme")
    assert not any(rows_of(cast.acme.pk).values())
    connection.check_constraints()


def test_people_keep_their_accounts(full: Cast) -> None:
    with in_workspace(full.acme.pk):
        delete_workspace(workspace=full.acme, by=full.olive, typed_name="Acme")
    assert User.objects.count() == 7


@pytest.mark.parametrize("name", ["ada", "mia", "alex", "audrey"])
def test_only_an_owner_deletes(full: Cast, name: str) -> None:
    with in_workspace(full.acme.pk), pytest.raises(Refused, match="Only an owner"):
        delete_workspace(workspace=full.acme, by=getattr(full, name), typed_name="Acme")


def test_the_name_has_to_be_typed(full: Cast) -> None:
    with in_workspace(full.acme.pk), pytest.raises(Refused, match="Type the name") as refusal:
        delete_workspace(workspace=full.acme, by=full.olive, typed_name="Acm")
    assert refusal.value.field == "typed_name"


def test_files_go_with_the_workspace_after_the_commit(
    full: Cast,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: object,
    settings: object,
    tmp_path: object,
) -> None:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]
    monkeypatch.setattr(deletion, "_file_names", [])
    kept = default_storage.save("evidence/mail.pdf", ContentFile(b"%PDF"))
    register_files(lambda workspace: [kept])
    with django_capture_on_commit_callbacks(execute=True), in_workspace(full.acme.pk):  # type: ignore[operator]
        delete_workspace(workspace=full.acme, by=full.olive, typed_name="Acme")
        assert default_storage.exists(kept)
    assert not default_storage.exists(kept)


def test_one_file_that_cannot_be_deleted_keeps_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    gone: list[str] = []

    def delete(name: str) -> None:
        if name == "locked.pdf":
            raise OSError(name)
        gone.append(name)

    monkeypatch.setattr(default_storage, "delete", delete)
    deletion._delete_files(["first.pdf", "locked.pdf", "last.pdf"])
    assert gone == ["first.pdf", "last.pdf"]
