"""The demo in the database: loaded once for all tests of this file, which only read."""

import hashlib
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client, override_settings

from contributions.models import Attachment, ClosedPeriod, Contribution
from contributions.queries.periods import closed_periods, later_changes
from fx.models import OwnRate
from fx.queries import off_market_rates
from fx.rules import OwnRate as Own
from kamtrak.demo import PASSWORD, SIGN_INS, sign_ins
from kamtrak.demo.houses import DEMO, HOUSES
from kamtrak.demo.loader import load_house
from kamtrak.demo.selling import load_sales
from kamtrak.tenancy import in_workspace
from reports.queries.documents import REVIEW_JOB
from reports.services.reconcile import prove
from tests.demo.builders import NOW, publish
from workspaces.models import Alert, AlertState, ClientAccount, Job, JobState, Membership, User, Workspace
from workspaces.queries.people import EVERYONE, scope_of

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def loaded(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[None]:
    """Both firms as the command loads them, in one transaction around those of the tests, given up at the
    end."""
    files = override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("files"))
    with files, django_db_blocker.unblock(), transaction.atomic():
        publish()
        assert [load_house(house, NOW) for house in HOUSES] == [True, True]
        assert load_sales(DEMO, NOW, rows=300)
        with connection.cursor() as cursor:  # what is deferred to the commit is checked here
            cursor.execute("set constraints all immediate")
        yield
        transaction.set_rollback(True)


@pytest.fixture
def demo() -> Iterator[Workspace]:
    with in_workspace(Workspace.objects.get(slug="demo").pk):
        yield Workspace.objects.get(slug="demo")


@pytest.fixture
def larkfield() -> Iterator[Workspace]:
    with in_workspace(Workspace.objects.get(slug="larkfield").pk):
        yield Workspace.objects.get(slug="larkfield")


def table_hashes() -> dict[str, str]:
    """Of every table of the product the hash of all its rows, as far as each workspace sees them."""
    tables = sorted(connection.introspection.table_names())
    found = {}
    for workspace in Workspace.objects.order_by("pk"):
        with in_workspace(workspace.pk), connection.cursor() as cursor:
            for table in tables:
                cursor.execute(f'select t::text from "{table}" t order by 1')
                rows = "\n".join(row[0] for row in cursor.fetchall())
                found[f"{workspace.slug} {table}"] = hashlib.sha256(rows.encode()).hexdigest()
    return found


def test_loading_again_changes_nothing():
    before = table_hashes()
    assert [load_house(house, NOW) for house in HOUSES] == [False, False]
    assert table_hashes() == before


def test_the_command_loads_again_without_a_change_and_says_who_can_sign_in(capsys):
    before = table_hashes()
    assert call_command("load_demo") == sign_ins()
    assert "maren.lindqvist@kamtrak.example" in capsys.readouterr().out
    assert table_hashes() == before


def test_the_workspaces_have_their_currencies_and_years():
    settings = Workspace.objects.values_list("slug", "currency", "fiscal_year_start").order_by("slug")
    assert list(settings) == [("demo", "USD", 1), ("larkfield", "GBP", 4)]


def test_everybody_can_sign_in_with_the_printed_password():
    assert {authenticate(None, email=s.email, password=PASSWORD) is not None for s in SIGN_INS} == {True}
    assert User.objects.filter(email="tom.okafor@kamtrak.example").count() == 1


def test_everybody_has_the_roles_that_are_printed():
    for sign_in in SIGN_INS:
        member = Membership.objects.get(user__email=sign_in.email, workspace__slug=sign_in.workspace)
        roles = sign_in.roles.split(" in ")[0].lower().split(" and ")
        assert sorted(label.lower() for label in member.role_labels) == sorted(roles)


def test_a_manager_reads_exactly_the_team(demo):
    helena = Membership.objects.get(workspace=demo, user__email="helena.voss@kamtrak.example")
    owners = scope_of(helena).owners
    assert owners is not None
    team = Membership.objects.filter(pk__in=owners).exclude(pk=helena.pk)
    names = team.order_by("user__name").values_list("user__name", flat=True)
    assert list(names) == ["Inés Carvalho", "Maren Lindqvist", "Tom Okafor", "Yuki Tanaka"]


def test_every_sign_in_opens_the_dashboard():
    for sign_in in SIGN_INS:
        browser = Client()
        browser.force_login(User.objects.get(email=sign_in.email))
        assert browser.get(f"/w/{sign_in.workspace}/").status_code == 200


def test_all_proofs_hold(demo, larkfield):
    for workspace in (demo, larkfield):
        with in_workspace(workspace.pk):
            proofs = prove(workspace, workspace.day_of(NOW))
        assert [proof for proof in proofs if not proof.ok] == []
        assert len(proofs) > 50


def test_closed_quarters_stand_as_closed_and_show_what_changed_since(demo):
    closed = closed_periods(demo)
    assert sorted(demo.calendar.code(quarter) for quarter in closed) == [
        "2023Q4",
        *(f"2024Q{number}" for number in (1, 2, 3, 4)),
        *(f"2025Q{number}" for number in (1, 2, 3, 4)),
        "2026Q1",
    ]
    changes = later_changes(demo, EVERYONE, closed)
    reasons = {change.why.split(":")[0] for change in changes}
    assert reasons >= {"edited", "voided", "added after the close"}
    assert ClosedPeriod.objects.filter(workspace=demo).exclude(reopened_at=None).count() == 1


def test_forty_accounts_live_and_the_one_entered_twice_is_merged(demo):
    assert ClientAccount.objects.filter(workspace=demo, merged_into=None).count() == 40
    twins = ClientAccount.objects.filter(workspace=demo).exclude(merged_into=None)
    assert list(twins.values_list("name", "survivor__name")) == [("Aurelia Food Group", "Aurelia Foods")]
    assert Contribution.objects.filter(workspace=demo, client__in=twins).count() > 0


def test_every_figure_of_the_first_workspace_is_known_and_the_newest_are_provisional(demo):
    rows = Contribution.objects.filter(workspace=demo)
    assert not rows.filter(converted=None).exists()
    waiting = rows.filter(provisional=True).order_by("counts_on").first()
    assert waiting is not None
    assert waiting.counts_on.isoformat() > "2026-10-30"


def test_a_missing_rate_is_an_open_alert_and_its_amount_unknown(larkfield):
    alert = Alert.objects.get(workspace=larkfield, state=AlertState.OPEN)
    assert (alert.key, alert.rows, alert.quantity) == ("rate-missing:KWD", 1, "18,400.000 KWD")
    assert Contribution.objects.get(workspace=larkfield, converted=None).amount.amount == Decimal("18400")


def test_one_own_rate_lies_off_the_market(demo):
    rates = [Own(r.base, r.quote, r.day, r.value, r.until) for r in OwnRate.objects.filter(workspace=demo)]
    assert len(rates) == 3
    (off,) = off_market_rates(demo, rates, demo.day_of(NOW))
    assert (off.own.base, off.own.quote) == ("USD", "JPY")
    assert Contribution.objects.filter(workspace=demo, amount_currency="JPY", rate_source="own").exists()


def test_figures_made_before_a_late_own_rate_wait_for_a_decision(demo):
    waiting = Contribution.objects.filter(workspace=demo, earlier_rate=True)
    assert set(waiting.values_list("amount_currency", flat=True)) == {"AUD"}


def test_moments_of_logging_are_spread_over_the_three_years(demo):
    months = {moment.strftime("%Y-%m") for moment in _created(demo)}
    assert len(months) >= 36
    assert max(_created(demo)) < NOW


def _created(workspace: Workspace) -> list:
    return list(Contribution.objects.filter(workspace=workspace).values_list("created_at", flat=True))


def test_files_stand_behind_contributions_as_they_were_made(demo):
    files = Attachment.objects.filter(workspace=demo)
    kinds = set(files.values_list("content_type", flat=True))
    assert kinds == {"text/plain", "application/pdf", "image/png"}


def test_two_reviews_wait_for_a_worker(demo):
    jobs = Job.objects.filter(workspace=demo, state=JobState.QUEUED, kind=REVIEW_JOB)
    assert sorted(job.params["period"] for job in jobs) == ["2026Q1", "FY2025"]


def test_the_readme_tells_the_same_sign_ins():
    readme = (Path(__file__).parents[2] / "README.md").read_text()
    rows = re.findall(r"^\| `(\S+@kamtrak\.example)` \| (.+?) \| (.+?) \| `(\w+)` \|$", readme, re.MULTILINE)
    assert [tuple(row) for row in rows] == [tuple(sign_in) for sign_in in SIGN_INS]
    assert f"`{PASSWORD}`" in readme
