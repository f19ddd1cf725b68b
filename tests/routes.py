"""Every address of the site, classified: who may open it, by which methods, with which rows of acme.

A route that is not in this table fails test_isolation.py until somebody has said what it is.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.core.files.base import ContentFile
from django.urls import URLPattern, URLResolver, get_resolver

from contracts.models import Contract, ContractsFile, Formula
from contracts.services.endings import cancel_contract, void_contract
from contracts.services.files import keep_contracts_file
from contracts.sources.columns import COLUMNS
from contributions.models import Achievement, Attachment, Contribution, ContributionsFile
from contributions.services.achievements import Story, add_achievement, link_achievements
from contributions.services.attachments import attach_file
from contributions.services.files import keep_contributions_file
from contributions.services.periods import close_quarter
from contributions.sources.adding import add_rows, check_of
from fx.models import OwnRate, RatesFile
from fx.services.files import keep_rates_file
from kamtrak.tenancy import in_workspace
from reports.models import Document
from tests.cast import NOW, Cast, make_alert, make_client, make_job
from tests.contracts.builders import make_contract, make_draft, make_formula
from tests.contributions.builders import Q2, log
from tests.contributions.files import PDF
from tests.fx.builders import make_own_rate, own
from tests.reports.builders import issued
from tests.transactions.builders import make_item, make_mapping, make_owner, make_seen
from tests.transactions.files import make_checked_import
from tests.transactions.files import make_import as make_done_import
from tests.transactions.rows import make_import, make_row
from transactions.models import (
    CatalogFile,
    CatalogItem,
    CatalogValue,
    Import,
    SavedMapping,
    SeenOwner,
    SeenProduct,
    Source,
    Transaction,
)
from transactions.services.catalog_files import keep_catalog_file
from workspaces.models import Alert, ClientAccount, Invitation, Job
from workspaces.rules import Right
from workspaces.services.clients import merge_clients
from workspaces.services.invitations import invite


class Rows:
    """Rows of acme to put into addresses, made when first asked for. Most belong to alex or to everybody."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast

    @cached_property
    def client(self) -> ClientAccount:
        return make_client(self.cast.acme, "Nordhavn Logistics")

    @cached_property
    def merged_client(self) -> ClientAccount:
        account = make_client(self.cast.acme, "Nordhavn A/S")
        with in_workspace(self.cast.acme.pk):
            merge_clients(account=account, into=self.client, reason="One company")
        return account

    @cached_property
    def alert(self) -> Alert:
        return make_alert(self.cast.acme)

    @cached_property
    def job(self) -> Job:
        return make_job(self.cast.acme, self.cast.alex.user)

    @cached_property
    def document(self) -> Document:
        """A review that alex issued and shares with nobody; its file is no more than a stand-in."""
        with in_workspace(self.cast.acme.pk):
            return issued(self.cast)

    @cached_property
    def invitation(self) -> Invitation:
        cast = self.cast
        with in_workspace(cast.acme.pk):
            found, _ = invite(
                workspace=cast.acme, by=cast.olive, email="nora@example.com", roles=["manager"], now=NOW
            )
        return found

    @cached_property
    def contribution(self) -> Contribution:
        with in_workspace(self.cast.acme.pk):
            return log(self.cast, "48000", "USD")

    @cached_property
    def achievement(self) -> Achievement:
        """Private to alex: neither shared nor linked (rules 8.2)."""
        story = Story("Turned an escalation into a renewal", date(2026, 8, 19))
        with in_workspace(self.cast.acme.pk):
            return add_achievement(workspace=self.cast.acme, owner=self.cast.alex, story=story, now=NOW)

    @cached_property
    def linked_achievement(self) -> Achievement:
        story = Story("Calmed a claim", date(2026, 8, 20))
        with in_workspace(self.cast.acme.pk):
            found = add_achievement(workspace=self.cast.acme, owner=self.cast.alex, story=story, now=NOW)
            link_achievements(achievements=[found], contributions=[self.contribution], by=self.cast.alex)
        return found

    @cached_property
    def attachment(self) -> Attachment:
        file = ContentFile(PDF, name="order.pdf")
        with in_workspace(self.cast.acme.pk):
            return attach_file(contribution=self.contribution, by=self.cast.alex, file=file, now=NOW)

    @cached_property
    def closed_quarter(self) -> str:
        cast = self.cast
        with in_workspace(cast.acme.pk):
            log(cast, "1000", "USD", quarter=Q2)
            close_quarter(workspace=cast.acme, quarter=Q2, by=cast.olive, reason="Year end", now=NOW)
        return cast.acme.calendar.code(Q2)

    @cached_property
    def contract(self) -> Contract:
        return make_contract(self.cast.alex)

    @cached_property
    def draft(self) -> Contract:
        return make_draft(self.cast.alex, number="KT-2026-002")

    @cached_property
    def cancelled_contract(self) -> Contract:
        row = make_contract(self.cast.alex, number="KT-2026-003")
        with in_workspace(self.cast.acme.pk):
            return cancel_contract(
                contract=row, by=self.cast.alex, on=NOW.date(), reason="Gone", revision=row.revision, now=NOW
            )

    @cached_property
    def void_contract(self) -> Contract:
        row = make_contract(self.cast.alex, number="KT-2026-004")
        with in_workspace(self.cast.acme.pk):
            return void_contract(
                contract=row, by=self.cast.alex, reason="Twice", revision=row.revision, now=NOW
            )

    @cached_property
    def formula(self) -> Formula:
        return make_formula(self.cast.ada)

    @cached_property
    def own_rate(self) -> OwnRate:
        rate = own("EUR", "USD", date(2026, 9, 30), "1.10")
        return make_own_rate(self.cast.acme, self.cast.ada, rate)

    @cached_property
    def rates_file(self) -> RatesFile:
        cast = self.cast
        content = b"date,from,to,rate,until\n2026-09-30,RUB,USD,0.0125,\n2026-10-01,RUB,USD,0,\n"
        with in_workspace(cast.acme.pk):
            return keep_rates_file(
                workspace=cast.acme, by=cast.ada, name="rates.csv", content=content, now=NOW
            )

    @cached_property
    def contributions_file(self) -> ContributionsFile:
        """Rows that alex brought; they are his alone."""
        cast = self.cast
        content = b"client,type,amount,currency,quarter\nNordhavn,direct,12,USD,2026Q3\n"
        with in_workspace(cast.acme.pk):
            return keep_contributions_file(
                workspace=cast.acme, by=cast.alex, name="mine.csv", content=content, now=NOW
            )

    @cached_property
    def added_file(self) -> ContributionsFile:
        cast = self.cast
        content = b"client,type,amount,currency,quarter\nNordhavn,direct,13,USD,2026Q3\n"
        with in_workspace(cast.acme.pk):
            file = keep_contributions_file(
                workspace=cast.acme, by=cast.alex, name="added.csv", content=content, now=NOW
            )
            stamp = check_of(file, cast.alex, NOW).stamp
            add_rows(file=file, by=cast.alex, stamp=stamp, reason="Sheet", now=NOW)
            return file

    @cached_property
    def contracts_file(self) -> ContractsFile:
        cast = self.cast
        content = (",".join(column.name for column in COLUMNS) + "\n").encode()
        content += b"KT-1,Platform,Nordhavn,alex,fixed,2026-01-01,12,USD,2026-01-01,1,12,100,,,\n"
        with in_workspace(cast.acme.pk):
            return keep_contracts_file(
                workspace=cast.acme, by=cast.ada, name="older.csv", content=content, now=NOW
            )

    @cached_property
    def transaction(self) -> Transaction:
        """A row of alex, brought in by ada."""
        return make_row(make_import(self.cast.ada), owner="Alex", client="Nordhavn", revenue="100")

    @cached_property
    def own_import(self) -> Import:
        """A file that alex has brought and checked: rows of his own, one of which cannot go in."""
        return make_checked_import(self.cast.alex)

    @cached_property
    def done_import(self) -> Import:
        """One whose good rows are in."""
        return make_done_import(self.cast.alex, name="more.csv")

    @cached_property
    def catalog_item(self) -> CatalogItem:
        return make_item(self.cast.ada)

    @cached_property
    def catalog_value(self) -> CatalogValue:
        with in_workspace(self.cast.acme.pk):
            return CatalogValue.objects.filter(item=self.catalog_item).order_by("-pk")[0]

    @cached_property
    def seen_product(self) -> SeenProduct:
        return make_seen(self.cast.acme)

    @cached_property
    def seen_owner(self) -> SeenOwner:
        return make_owner(self.cast.acme)

    @cached_property
    def mapping(self) -> SavedMapping:
        return make_mapping(self.cast.ada)

    @cached_property
    def source(self) -> Source:
        return self.mapping.source

    @cached_property
    def catalog_file(self) -> CatalogFile:
        cast = self.cast
        content = b"code,valid from,revenue\nTRK-T4,2026-01-01,112.00\nTRK-T3,2026-01-01,-1\n"
        with in_workspace(cast.acme.pk):
            return keep_catalog_file(
                workspace=cast.acme, by=cast.ada, name="prices.csv", content=content, now=NOW
            )


Arguments = Callable[[Rows], dict[str, Any]]


def NO_ROWS(rows: Rows) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Page:
    """A page or action of a workspace.

    `hidden_from`: members to whom this row does not exist (404). `consumes`: the first who does it leaves
    no row for the next.
    """

    right: Right
    methods: str = "GET POST"
    rows: Arguments = NO_ROWS
    hidden_from: frozenset[str] = frozenset()
    consumes: bool = False


READ_ONLY, ACTION, FORM = "GET", "POST", "GET POST"


def _pk(name: str) -> Arguments:
    return lambda rows: {"pk": getattr(rows, name).pk}


def _page(
    right: Right,
    methods: str = FORM,
    rows: Arguments | str = NO_ROWS,
    hidden_from: str = "",
    *,
    consumes: bool = False,
) -> Page:
    arguments = _pk(rows) if isinstance(rows, str) else rows
    return Page(right, methods, arguments, frozenset(hidden_from.split()), consumes)


PAGES: dict[str, Page] = {
    # workspaces
    "clients": _page(Right.READ, READ_ONLY),
    "client_options": _page(Right.READ, READ_ONLY),
    "client": _page(Right.READ, READ_ONLY, "client"),
    "client_rename": _page(Right.MASTERS, FORM, "client"),
    "client_alias": _page(Right.MASTERS, ACTION, "client"),
    "client_merge": _page(Right.MASTERS, FORM, "client"),
    "client_unmerge": _page(Right.MASTERS, FORM, "merged_client"),
    "alerts": _page(Right.READ, READ_ONLY),
    "alerts_dismiss": _page(Right.MASTERS),
    "alert_act": _page(Right.READ, ACTION, "alert"),
    "job": _page(Right.READ, READ_ONLY, "job", "mia amir audrey"),
    "job_cancel": _page(Right.READ, ACTION, "job", "mia amir audrey"),
    "members": _page(Right.MASTERS, READ_ONLY),
    "member_invite": _page(Right.MASTERS),
    "invitation_act": _page(Right.MASTERS, ACTION, "invitation"),
    "member": _page(Right.MASTERS, FORM, lambda rows: {"pk": rows.cast.mia.pk}),
    "member_end": _page(Right.MASTERS, FORM, lambda rows: {"pk": rows.cast.amir.pk}),
    "team": _page(Right.MASTERS, FORM, lambda rows: {"pk": rows.cast.mia.pk}),
    "settings": _page(Right.MASTERS),
    "workspace_delete": _page(Right.ROLES),
    "history": _page(Right.HISTORY, READ_ONLY),
    # contributions: alex's rows; mia reads them as his manager, amir never does
    "contributions": _page(Right.READ, READ_ONLY),
    "contributions_export": _page(Right.READ, READ_ONLY),
    "contribution_clients": _page(Right.READ, READ_ONLY),
    "contributions_upload": _page(Right.LOG),
    "contributions_sample": _page(Right.LOG, READ_ONLY),
    "contributions_file": _page(Right.LOG, FORM, "contributions_file", "olive amir"),
    "contributions_rejects": _page(Right.LOG, READ_ONLY, "contributions_file", "olive amir"),
    "contributions_discard": _page(Right.LOG, ACTION, "contributions_file", "olive amir", consumes=True),
    "contributions_file_undo": _page(Right.LOG, FORM, "added_file", "olive amir"),
    "contribution_add": _page(Right.LOG),
    "contribution_check": _page(Right.LOG, READ_ONLY),
    "contribution": _page(Right.READ, READ_ONLY, "contribution", "amir"),
    "contribution_edit": _page(Right.LOG, FORM, "contribution", "olive amir"),
    "contribution_duplicate": _page(Right.LOG, FORM, "contribution", "olive amir"),
    "contribution_void": _page(Right.LOG, FORM, "contribution", "olive amir"),
    "contribution_restore": _page(Right.LOG, FORM, "contribution", "olive amir"),
    "contribution_link": _page(Right.LOG, FORM, "contribution", "olive amir"),
    "contribution_contracts": _page(Right.LOG, FORM, "contribution", "olive amir"),
    "contract_unlink": _page(
        Right.LOG,
        ACTION,
        lambda rows: {"pk": rows.contribution.pk, "contract_pk": rows.contract.pk},
        "olive amir",
    ),
    "contribution_transactions": _page(Right.LOG, FORM, "contribution", "olive amir"),
    "transaction_unlink": _page(
        Right.LOG,
        ACTION,
        lambda rows: {"pk": rows.contribution.pk, "row_pk": rows.transaction.pk},
        "olive amir",
    ),
    "transaction_link": _page(Right.LOG, FORM, "transaction", "amir"),
    "contract_link": _page(Right.LOG, FORM, "contract", "amir"),
    "attachment_add": _page(Right.LOG, FORM, "contribution", "olive amir"),
    "attachment": _page(Right.READ, READ_ONLY, "attachment", "amir"),
    "attachment_remove": _page(Right.LOG, ACTION, "attachment", "olive amir"),
    "attachment_restore": _page(Right.LOG, ACTION, "attachment", "olive amir"),
    "achievements": _page(Right.READ, READ_ONLY),
    "achievement_add": _page(Right.LOG),
    "achievement": _page(Right.READ, READ_ONLY, "achievement", "olive ada mia amir audrey"),
    "achievement_edit": _page(Right.LOG, FORM, "achievement", "olive amir"),
    "achievement_archive": _page(Right.LOG, ACTION, "achievement", "olive amir"),
    "achievement_restore": _page(Right.LOG, ACTION, "achievement", "olive amir"),
    "achievement_share": _page(Right.LOG, ACTION, "achievement", "olive amir"),
    "achievement_link": _page(Right.LOG, FORM, "achievement", "olive amir"),
    "achievement_unlink": _page(
        Right.LOG,
        ACTION,
        lambda rows: {"pk": rows.linked_achievement.pk, "contribution_pk": rows.contribution.pk},
        "olive amir",
    ),
    "quarters": _page(Right.READ, READ_ONLY),
    "quarter": _page(Right.READ, READ_ONLY, lambda rows: {"code": rows.closed_quarter}),
    "quarter_contracts": _page(Right.READ, READ_ONLY, lambda rows: {"code": rows.closed_quarter}),
    "quarter_revenue": _page(Right.READ, READ_ONLY, lambda rows: {"code": rows.closed_quarter}),
    "quarter_close": _page(Right.CLOSE, FORM, lambda rows: {"code": "2026Q1"}),
    "quarter_reopen": _page(Right.CLOSE, FORM, lambda rows: {"code": rows.closed_quarter}),
    "rates_moves": _page(Right.MASTERS),
    # contracts: alex's; mia reads them as his manager; olive and ada keep everybody's
    "contracts": _page(Right.READ, READ_ONLY),
    "contracts_export": _page(Right.READ, READ_ONLY),
    "contracts_clients": _page(Right.READ, READ_ONLY),
    "sales_rows_clients": _page(Right.READ, READ_ONLY),
    "revenue_report_clients": _page(Right.READ, READ_ONLY),
    "contract": _page(Right.READ, READ_ONLY, "contract", "amir"),
    "contract_compare": _page(Right.READ, READ_ONLY, "contract", "amir"),
    "contract_details": _page(Right.READ, FORM, "contract", "mia amir audrey"),
    "contract_version_restore": _page(
        Right.READ, FORM, lambda rows: {"pk": rows.contract.pk, "number": 1}, "mia amir audrey"
    ),
    "contract_cancel": _page(Right.READ, FORM, "contract", "mia amir audrey"),
    "contract_take_back": _page(Right.READ, FORM, "cancelled_contract", "mia amir audrey"),
    "contract_void": _page(Right.CONTRACTS, FORM, "contract", "amir"),
    "contract_restore": _page(Right.CONTRACTS, FORM, "void_contract", "amir"),
    "contract_discard": _page(Right.READ, FORM, "draft", "mia amir audrey", consumes=True),
    "contract_hand_over": _page(Right.MASTERS, FORM, "contract"),
    "client_hand_over": _page(Right.MASTERS, FORM, "client"),
    "contract_add": _page(Right.CONTRACTS),
    "contract_draft": _page(Right.CONTRACTS, FORM, "draft", "amir"),
    "contract_confirm": _page(Right.CONTRACTS, FORM, "draft", "amir"),
    "contract_schedule": _page(Right.CONTRACTS, FORM, "draft", "amir"),
    "contract_revenue": _page(Right.CONTRACTS, ACTION, "draft", "amir"),
    "schedule_check": _page(Right.CONTRACTS, ACTION),
    "schedule_customise": _page(Right.CONTRACTS, ACTION),
    "formulas": _page(Right.MASTERS, READ_ONLY),
    "formula_add": _page(Right.MASTERS),
    "formula_edit": _page(Right.MASTERS, FORM, "formula"),
    "formula_copy": _page(Right.MASTERS, FORM, "formula"),
    "formula_archive": _page(Right.MASTERS, FORM, "formula"),
    "formula_restore": _page(Right.MASTERS, ACTION, "formula"),
    "sales": _page(Right.READ, READ_ONLY),
    "sales_rows": _page(Right.READ, READ_ONLY),
    "sales_rows_export": _page(Right.READ, READ_ONLY),
    "revenue_report": _page(Right.READ, READ_ONLY),
    "revenue_report_export": _page(Right.READ, READ_ONLY),
    # imports: alex's own; mia reads them as his manager, amir never does; olive and ada work on everybody's
    "imports": _page(Right.READ, READ_ONLY),
    "import_add": _page(Right.IMPORT),
    "import": _page(Right.READ, READ_ONLY, "own_import", "amir"),
    "import_map": _page(Right.IMPORT, FORM, "own_import", "amir"),
    "import_preview": _page(Right.IMPORT, READ_ONLY, "own_import", "amir"),
    "import_reread": _page(Right.IMPORT, ACTION, "own_import", "amir"),
    "import_repair": _page(Right.IMPORT, ACTION, "own_import", "amir"),
    "import_check": _page(Right.IMPORT, ACTION, "own_import", "amir"),
    "import_commit": _page(Right.IMPORT, ACTION, "own_import", "amir"),
    "import_cancel": _page(Right.IMPORT, ACTION, "own_import", "amir"),
    "import_discard": _page(Right.IMPORT, ACTION, "own_import", "amir", consumes=True),
    "import_rejects": _page(Right.READ, READ_ONLY, "own_import", "amir"),
    "import_undo": _page(Right.IMPORT, FORM, "done_import", "amir"),
    "import_remap": _page(Right.MASTERS, FORM, "done_import"),
    "import_remap_preview": _page(Right.MASTERS, READ_ONLY, "done_import"),
    "import_remap_discard": _page(Right.MASTERS, ACTION, "done_import"),
    # fx
    "rates": _page(Right.READ, READ_ONLY),
    "rate_add": _page(Right.MASTERS),
    "rate_withdraw": _page(Right.MASTERS, FORM, "own_rate"),
    "rates_upload": _page(Right.MASTERS),
    "rates_sample": _page(Right.READ, READ_ONLY),
    "rates_file": _page(Right.MASTERS, FORM, "rates_file"),
    "rates_rejects": _page(Right.MASTERS, READ_ONLY, "rates_file"),
    "rates_discard": _page(Right.MASTERS, ACTION, "rates_file", consumes=True),
    # contracts
    "contracts_upload": _page(Right.MASTERS),
    "contracts_sample": _page(Right.READ, READ_ONLY),
    "contracts_file": _page(Right.MASTERS, FORM, "contracts_file"),
    "contracts_rejects": _page(Right.MASTERS, READ_ONLY, "contracts_file"),
    "contracts_discard": _page(Right.MASTERS, ACTION, "contracts_file", consumes=True),
    # transactions: a row of alex; mia reads it as his manager; olive and ada keep all imports
    "transactions": _page(Right.READ, READ_ONLY),
    "transactions_export": _page(Right.READ, READ_ONLY),
    "transaction_clients": _page(Right.READ, READ_ONLY),
    "transaction_products": _page(Right.READ, READ_ONLY),
    "transaction": _page(Right.READ, READ_ONLY, "transaction", "amir"),
    "transaction_edit": _page(Right.READ, FORM, "transaction", "mia amir audrey"),
    # the catalog, and how rows are read
    "catalog": _page(Right.READ, READ_ONLY),
    "catalog_export": _page(Right.READ, READ_ONLY),
    "catalog_options": _page(Right.READ, READ_ONLY),
    "catalog_item": _page(Right.READ, READ_ONLY, "catalog_item"),
    "catalog_add": _page(Right.MASTERS),
    "catalog_edit": _page(Right.MASTERS, FORM, "catalog_item"),
    "catalog_change": _page(Right.MASTERS, FORM, "catalog_item"),
    "catalog_withdraw": _page(Right.MASTERS, FORM, "catalog_value"),
    "catalog_archive": _page(Right.MASTERS, FORM, "catalog_item"),
    "catalog_restore": _page(Right.MASTERS, ACTION, "catalog_item"),
    "catalog_missing": _page(Right.MASTERS, FORM, "seen_product"),
    "catalog_upload": _page(Right.MASTERS),
    "catalog_sample": _page(Right.READ, READ_ONLY),
    "catalog_file": _page(Right.MASTERS, FORM, "catalog_file"),
    "catalog_rejects": _page(Right.MASTERS, READ_ONLY, "catalog_file"),
    "catalog_discard": _page(Right.MASTERS, ACTION, "catalog_file", consumes=True),
    "owner_names": _page(Right.MASTERS, READ_ONLY),
    "owner_name": _page(Right.MASTERS, FORM, "seen_owner"),
    "mappings": _page(Right.MASTERS, READ_ONLY),
    "mapping": _page(Right.MASTERS, READ_ONLY, "mapping"),
    "mapping_forget": _page(Right.MASTERS, FORM, "mapping", consumes=True),
    "source_rename": _page(Right.MASTERS, FORM, "source"),
    "transaction_settings": _page(Right.MASTERS),
    "row_moves": _page(Right.MASTERS),
    # reports
    "dashboard": _page(Right.READ, READ_ONLY),
    "imported_revenue": _page(Right.READ, READ_ONLY),
    "documents": _page(Right.READ, READ_ONLY),
    "document_issue": _page(Right.ISSUE),
    "document_check": _page(Right.READ),
    # its issuer's alone until it is shared (rules 8.2)
    "document": _page(Right.READ, READ_ONLY, "document", "olive ada mia amir audrey"),
    "document_file": _page(Right.READ, READ_ONLY, "document", "olive ada mia amir audrey"),
    "document_share": _page(Right.ISSUE, ACTION, "document", "olive ada mia amir audrey"),
}
# Addresses that name a period instead of a row: it exists in every workspace.
NAMES_A_PERIOD = {"quarter", "quarter_contracts", "quarter_revenue", "quarter_close", "quarter_reopen"}

# These have no page of their own: opened, they lead on to another one.
LEADS_ON = {"home", "contribution_restore", "account_confirm_login_code", "mfa_login_webauthn"}
# Outside any workspace, for whoever is signed in.
OF_A_PERSON = {"home", "workspace_new", "profile", "appearance"}
# For everybody, signed in or not. Of allauth: the ways in.
OPEN = {
    "health",
    "invitation",
    "account_login",
    "account_signup",
    "account_logout",
    "account_inactive",
    "account_confirm_email",
    "account_email_verification_sent",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account_request_login_code",
    "account_confirm_login_code",
    "mfa_authenticate",
    "mfa_login_webauthn",
    "mfa_signup_webauthn",
    "mfa_trust",
}
# The rest of allauth is a signed-in person's own account.
OWN_ACCOUNT = ("account_", "mfa_")


@dataclass(frozen=True)
class Route:
    """A route as the resolver knows it."""

    name: str
    path: str
    pattern: URLPattern

    @property
    def of_a_workspace(self) -> bool:
        return self.path.startswith("w/<slug:slug>/")


def routes() -> list[Route]:
    """Every named or unnamed route but those of Django's admin, which stands behind its own door."""
    return [route for route in _walk(get_resolver().url_patterns, "") if not route.path.startswith("admin/")]


def _walk(patterns: list[URLPattern | URLResolver], before: str) -> Iterator[Route]:
    for pattern in patterns:
        path = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, path)
        else:
            yield Route(pattern.name or "", path, pattern)
