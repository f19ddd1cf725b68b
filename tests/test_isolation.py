"""Nobody sees what is not theirs: every address × method × person, and the database's own locks.

The addresses are taken from the resolver, so that a new one fails here until it is in tests/routes.py.
"""

import re
from collections.abc import Iterable
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import IntegrityError, connection, models, transaction
from django.db.utils import ProgrammingError
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kamtrak.tenancy import in_workspace
from tests.cast import Cast, make_alert, make_client, make_job
from tests.routes import NAMES_A_PERIOD, NO_ROWS, OF_A_PERSON, OPEN, OWN_ACCOUNT, PAGES, Rows, routes
from tests.transactions.files import make_checked_import, make_import
from transactions.models import Transaction
from workspaces.models import Alert, ClientAccount, ClientName, Membership, TeamMember, User, Workspace

MEMBERS = ("olive", "ada", "mia", "alex", "amir", "audrey")
METHODS = ("GET", "POST", "DELETE")
NAMING_A_ROW = [n for n, page in PAGES.items() if page.rows is not NO_ROWS and n not in NAMES_A_PERIOD]
WITHOUT_POLICY = {"workspaces_membership", "workspaces_invitation"}

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon", "files_apart")]


def send(browser: Client, method: str, url: str) -> HttpResponse:
    return browser.generic(method, url)  # type: ignore[return-value]


def address(name: str, rows: Rows, slug: str = "acme") -> str:
    return reverse(name, kwargs={"slug": slug, **PAGES[name].rows(rows)})


# ------------------------------------------------------------------ the table is whole
def test_every_route_is_classified() -> None:
    known = {*PAGES, *OF_A_PERSON, *OPEN}
    unknown = [
        f"{route.name or '(no name)'} at {route.path}"
        for route in routes()
        if route.name not in known and not route.name.startswith(OWN_ACCOUNT)
    ]
    assert not unknown, f"say in tests/routes.py what these are: {unknown}"


def test_exactly_the_classified_pages_stand_below_a_workspace() -> None:
    below = {route.name for route in routes() if route.of_a_workspace}
    assert below == set(PAGES)


def test_every_view_of_a_workspace_is_wrapped_and_asks_for_the_right_of_the_table() -> None:
    asked = {route.name: getattr(route.pattern.callback, "right", None) for route in routes()}
    assert {name: asked[name] for name in PAGES} == {name: page.right for name, page in PAGES.items()}


# ------------------------------------------------------------------ pages
@pytest.mark.parametrize("name", PAGES)
def test_whoever_is_not_signed_in_is_sent_to_the_door(cast: Cast, name: str) -> None:
    url = address(name, Rows(cast))
    for method in METHODS:
        response = send(cast.browser("anonymous"), method, url)
        assert (method, response.status_code) == (method, 302)
        assert response["Location"].startswith(f"{reverse('account_login')}?next=")


@pytest.mark.parametrize("name", PAGES)
def test_for_a_stranger_there_is_no_such_page(cast: Cast, name: str) -> None:
    url = address(name, Rows(cast))
    for method in METHODS:
        assert (method, send(cast.browser("sam"), method, url).status_code) == (method, 404)


@pytest.mark.parametrize("name", NAMING_A_ROW)
def test_rows_of_acme_do_not_exist_below_another_workspace(cast: Cast, name: str) -> None:
    """sam owns `other` and has every right there: an id of acme in its address finds nothing."""
    url = address(name, Rows(cast), slug="other")
    for method in METHODS:
        expected = {404} if method in PAGES[name].methods.split() else {404, 405}
        assert send(cast.browser("sam"), method, url).status_code in expected, method


@pytest.mark.parametrize("name", PAGES)
def test_who_has_left_is_a_stranger(cast: Cast, name: str) -> None:
    url = address(name, Rows(cast))
    with in_workspace(cast.acme.pk):
        Membership.objects.filter(pk__in=[cast.olive.pk, cast.alex.pk]).update(ended_at=timezone.now())
    for who in ("olive", "alex"):
        for method in METHODS:
            assert (who, method, send(cast.browser(who), method, url).status_code) == (who, method, 404)


@pytest.mark.parametrize("name", PAGES)
def test_a_member_gets_what_their_roles_allow_and_nothing_else(cast: Cast, name: str) -> None:
    url = address(name, Rows(cast))
    for who in MEMBERS:
        for method in METHODS:
            status = send(cast.browser(who), method, url).status_code
            assert status in expected_of(cast, name, who, method), (who, method, status)


def expected_of(cast: Cast, name: str, who: str, method: str) -> set[int]:
    """What this member may get: an empty form that was sent is refused with 422, never with 500."""
    page, member = PAGES[name], getattr(cast, who)
    if not member.can(page.right):
        return {403}
    offered = method in page.methods.split()
    if who in page.hidden_from:
        return {404} if offered else {404, 405}
    done = {200, 204, 302, 422} | ({404} if page.consumes else set())
    return done if offered else {200, 302, 404, 405, 422}


@pytest.mark.parametrize("name", [name for name, page in PAGES.items() if page.methods == "POST"])
def test_an_action_is_never_done_by_a_link(cast: Cast, name: str) -> None:
    assert cast.browser("olive").get(address(name, Rows(cast))).status_code == 405


def test_an_own_import_meets_no_row_of_a_colleague_and_is_told_of_no_file_of_theirs(cast: Cast) -> None:
    """The source is any name that somebody types, and equal IDs in a file are the same rows (rules 8.2)."""
    make_import(cast.amir, name="of-amir.csv")
    imported = make_checked_import(cast.alex)
    assert (imported.checked["good"], imported.checked["bad"]) == (0, 4)
    page = cast.browser("alex").get(f"/w/acme/imports/{imported.pk}/").content.decode()
    assert "of-amir.csv" not in page
    with in_workspace(cast.acme.pk):
        assert set(Transaction.objects.values_list("owner", flat=True)) == {cast.amir.pk}


def test_a_closed_account_opens_nothing(cast: Cast) -> None:
    browser = cast.browser("olive")
    assert browser.get("/w/acme/clients/").status_code == 200
    User.objects.filter(pk=cast.olive.user_id).update(is_active=False)
    assert browser.get("/w/acme/clients/")["Location"].startswith(reverse("account_login"))


def test_pages_of_a_person_ask_for_a_person(cast: Cast) -> None:
    for name in OF_A_PERSON:
        response = cast.browser("anonymous").get(reverse(name))
        assert (name, response.status_code) == (name, 302)
        assert response["Location"].startswith(reverse("account_login"))


def test_of_the_accounts_pages_only_the_ways_in_are_open(cast: Cast) -> None:
    for route in routes():
        if not route.name.startswith(OWN_ACCOUNT) or route.name in OPEN or "<" in route.path:
            continue
        response = cast.browser("anonymous").get(f"/{route.path}")
        assert (route.name, response.status_code) == (route.name, 302)
        assert response["Location"].startswith(reverse("account_login")), route.name


def test_djangos_own_admin_is_for_operators_alone(cast: Cast) -> None:
    for who in ("anonymous", *MEMBERS, "sam"):
        response = cast.browser(who).get(reverse("admin:index"))
        assert (who, response.status_code) == (who, 302)
    cast.sam.user.is_staff = True
    cast.sam.user.save()
    assert cast.browser("sam").get(reverse("admin:index")).status_code == 200


def test_nothing_inside_a_workspace_is_in_djangos_own_admin() -> None:
    shown = {model._meta.db_table for model in admin.site._registry}
    assert not shown & tables_with_a_workspace()


def test_a_workspace_that_does_not_exist_looks_like_one_that_is_not_yours(cast: Cast) -> None:
    real = cast.browser("sam").get("/w/acme/clients/")
    none = cast.browser("sam").get("/w/nowhere/clients/")
    assert (real.status_code, without_token(real)) == (none.status_code, without_token(none))
    assert real.status_code == 404


def without_token(response: Any) -> bytes:
    return re.sub(rb'"X-CSRFToken": "[^"]*"', b"", response.content)


# ------------------------------------------------------------------ the database
def catalogue(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def tables_with_a_workspace() -> set[str]:
    found = catalogue(
        "select table_name from information_schema.columns "
        "where table_schema = 'public' and column_name = 'workspace_id'"
    )
    return {name for (name,) in found}


def test_every_table_of_a_workspace_is_locked_by_exactly_one_policy() -> None:
    policies = catalogue(
        "select c.relname, c.relrowsecurity, c.relforcerowsecurity, count(p.polname), "
        "min(pg_get_expr(p.polqual, p.polrelid)), bool_and(p.polcmd = '*'), bool_and(p.polroles = '{0}') "
        "from pg_class c left join pg_policy p on p.polrelid = c.oid "
        "where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace group by 1, 2, 3"
    )
    lock = "NULLIF(current_setting('kamtrak.workspace'::text, true), ''::text))::bigint"
    locked = {
        name
        for name, enabled, forced, number, expression, every_command, every_role in policies
        if enabled and forced and number == 1 and lock in expression and every_command and every_role
    }
    assert tables_with_a_workspace() - locked == WITHOUT_POLICY
    events_of_workspaces = {"workspaces_workspaceevent"}
    assert locked == tables_with_a_workspace() - WITHOUT_POLICY | events_of_workspaces


def test_every_model_with_a_workspace_has_its_column() -> None:
    """A model that names its workspace otherwise would slip past the catalogue."""
    ours = [
        m
        for m in apps.get_models()
        if m.__module__.split(".")[0]
        in {"workspaces", "fx", "contracts", "transactions", "contributions", "reports"}
    ]
    for model in ours:
        names = [f.column for f in model._meta.local_fields if f.related_model is Workspace]
        assert names in ([], ["workspace_id"]) or model._meta.db_table == "workspaces_workspaceevent", model


def test_the_role_of_the_application_is_bound_by_the_policies() -> None:
    ((superuser, bypass),) = catalogue(
        "select rolsuper, rolbypassrls from pg_roles where rolname = current_user"
    )
    assert not superuser
    assert not bypass


def test_without_a_workspace_raw_sql_sees_and_writes_nothing(cast: Cast) -> None:
    client = make_client(cast.acme, "Nordhavn Logistics")
    make_alert(cast.acme)
    make_job(cast.acme, cast.olive.user)
    for table in sorted(tables_with_a_workspace() - WITHOUT_POLICY):
        assert catalogue(f"select count(*) from {table}") == [(0,)], table
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        ClientAccount.objects.create(workspace=cast.acme, name="Smuggled")
    assert ClientAccount.objects.filter(pk=client.pk).update(name="Overwritten") == 0


def test_inside_one_workspace_the_rows_of_another_do_not_exist(cast: Cast) -> None:
    client = make_client(cast.acme, "Nordhavn Logistics")
    with in_workspace(cast.other.pk):
        assert not ClientAccount.objects.exists()
        assert ClientAccount.objects.filter(pk=client.pk).delete()[0] == 0
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            ClientAccount.objects.create(workspace=cast.acme, name="Smuggled")
    with in_workspace(cast.acme.pk):
        assert ClientAccount.objects.get().name == "Nordhavn Logistics"


def smuggled(cast: Cast) -> Iterable[models.Model]:
    """Rows of `other` that refer to rows of acme."""
    other, theirs = cast.other, make_client(cast.other, "Aurelia")
    client = make_client(cast.acme, "Nordhavn Logistics")
    yield ClientName(workspace=other, account=client, name="Smuggled", key="smuggled")
    yield ClientAccount(workspace=other, name="Smuggled", merged_into=client, survivor=theirs)
    yield TeamMember(workspace=other, manager=cast.sam, member=cast.alex)
    yield Alert(
        workspace=other, key="x", severity="error", title="x", about=cast.alex, raised_at=timezone.now()
    )


def test_a_reference_into_another_workspace_is_refused_by_the_database(cast: Cast) -> None:
    for row in smuggled(cast):
        with pytest.raises(IntegrityError, match="_ws"):
            save_and_check(row, cast.other)


def save_and_check(row: models.Model, workspace: Workspace) -> None:
    with in_workspace(workspace.pk):
        row.save()
        connection.check_constraints()


def test_every_reference_between_rows_of_workspaces_is_bound_to_the_workspace() -> None:
    """Django's own key would accept another workspace's id: each has a composite key beside it."""
    composite = {
        (table, column)
        for table, column in catalogue(
            "select k.conrelid::regclass::text, a.attname from pg_constraint k "
            "join pg_attribute a on a.attrelid = k.conrelid and a.attnum = any(k.conkey) "
            "where k.contype = 'f' and array_length(k.conkey, 1) = 2 and a.attname <> 'workspace_id'"
        )
    }
    of_workspaces = tables_with_a_workspace()
    wanted = {
        (model._meta.db_table, field.column)
        for model in apps.get_models()
        for field in model._meta.local_fields
        if isinstance(field, models.ForeignKey)
        and field.db_constraint  # type: ignore[attr-defined]
        and model._meta.db_table in of_workspaces
        and field.related_model._meta.db_table in of_workspaces
    }
    assert wanted <= composite, f"without a composite key: {sorted(wanted - composite)}"


def test_every_reference_without_a_key_is_checked_per_statement_and_held() -> None:
    """A table that takes a million rows at once has triggers instead of keys (kamtrak.references)."""
    triggers = {
        (table, name) for table, name in catalogue("select tgrelid::regclass::text, tgname from pg_trigger")
    }
    ours = [
        (model, field)
        for model in apps.get_models()
        for field in model._meta.local_fields
        if isinstance(field, models.ForeignKey)
        and not field.db_constraint  # type: ignore[attr-defined]
        and "pgh_id" not in {f.column for f in model._meta.local_fields}
    ]
    assert ours
    for model, field in ours:
        table, target = model._meta.db_table, field.related_model._meta.db_table
        assert {(table, f"{table}_refs_insert"), (table, f"{table}_refs_update")} <= triggers, table
        assert (target, f"{table}_{field.column}_held") in triggers, f"{table}.{field.column}"
