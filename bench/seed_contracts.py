"""Contracts of any number for measurements: some made by the services, the rest as their copies, made by the
database."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from django.db import connection
from django.db.models import Model

from bench.seed import CURRENCIES, NOW
from contracts.models import (
    Confirmation,
    ConfirmationRate,
    Contract,
    CurrentMonth,
    FrozenMonth,
    ScheduleVersion,
)
from contracts.rules import ContractType, Rule, Terms
from contracts.services.confirming import add_contract
from contracts.services.drafts import Details, create_draft
from contracts.services.endings import cancel_contract
from contracts.services.schedules import save_schedule
from contracts.services.totals import totals_follow
from kamtrak.tenancy import in_workspace
from workspaces.models import ClientAccount, Membership, Workspace
from workspaces.rules import Role

ORIGINALS = 100
MONTHS = 60
MONTHLY = {"USD": 4500, "EUR": 4000, "GBP": 3600, "JPY": 620_000, "CAD": 5200, "AUD": 5600}


def add_contracts(workspace: Workspace, count: int) -> None:
    """So many contracts of 60 months: of five, one renews each year; of ten, one is edited and one cancelled.

    They began in the last three years, and belong to everybody in turn.
    """
    rng = Random(workspace.slug)
    with in_workspace(workspace.pk):
        owner = Membership.objects.get(workspace=workspace, roles__contains=[Role.OWNER.value])
        staff = list(Membership.objects.filter(workspace=workspace).exclude(pk=owner.pk).order_by("pk"))
        clients = list(ClientAccount.objects.filter(workspace=workspace).order_by("pk"))
        for number in range(min(count, ORIGINALS)):
            _original(rng, workspace, owner, staff, clients, number)
        if count > ORIGINALS:
            _copy(workspace, count - ORIGINALS, staff, clients)
    with connection.cursor() as cursor:  # what autovacuum does within a minute
        cursor.execute("vacuum (analyze)")


def _original(
    rng: Random,
    workspace: Workspace,
    owner: Membership,
    staff: Sequence[Membership],
    clients: Sequence[ClientAccount],
    number: int,
) -> None:
    start = workspace.day_of(NOW) - timedelta(days=rng.randrange(30, 3 * 365))
    terms = _terms(rng, start, renews=number % 5 == 0)
    client, person = clients[number % len(clients)], staff[number % len(staff)]
    draft = create_draft(
        workspace=workspace,
        by=owner,
        details=Details(f"Frame contract {number}", f"KT-{number:04}", client.name, person),
        terms=terms,
        formula=None,
        now=NOW,
    )
    day = start - timedelta(days=9)
    contract = add_contract(
        contract=draft, by=owner, revision=draft.revision, now=NOW, confirmed_on=day, accepted=True
    )
    if number % 10 == 1:
        _edit(contract, owner, terms)
    if number % 10 == 2:
        on = workspace.day_of(NOW) + timedelta(days=rng.randrange(-200, 200))
        cancel_contract(
            contract=contract, by=owner, on=on, reason="Closed", revision=contract.revision, now=NOW
        )


def _edit(contract: Contract, by: Membership, terms: Terms) -> None:
    """A tenth less from the fourth month on."""
    save_schedule(
        contract=contract,
        by=by,
        terms=replace(terms, rules=tuple(replace(r, revenue=_cut(r)) for r in terms.rules)),
        formula=None,
        revision=contract.revision,
        reason="Volume discount",
        now=NOW,
        from_month=4,
    )


def _terms(rng: Random, start: date, *, renews: bool) -> Terms:
    currency = rng.choice(CURRENCIES)
    monthly = Decimal(round(MONTHLY[currency] * rng.uniform(0.3, 2)))
    kind = ContractType.ROLL_OVER if renews else ContractType.FIXED
    later = Rule(25, None if renews else MONTHS, round(monthly * Decimal("0.8")) + Decimal(0))
    return Terms(
        kind=kind,
        start=start,
        period=12 if renews else MONTHS,
        currency=currency,
        monthly=None,
        duration="",
        formula="",
        rules=(Rule(1, 24, monthly), later),
    )


def _cut(rule: Rule) -> Decimal:
    return round((rule.revenue or Decimal(0)) * Decimal("0.9")) + Decimal(0)


# ------------------------------------------------------------------ copies


def _copy(
    workspace: Workspace, count: int, staff: Sequence[Membership], clients: Sequence[ClientAccount]
) -> None:
    """So many copies of the contracts that are there, with their versions and months, handed round."""
    made: list[int] = []
    with totals_follow(workspace, made), connection.cursor() as cursor:
        cursor.execute(_numbered("contract", Contract), [ORIGINALS, count])
        cursor.execute(
            "create temp table copied_confirmation on commit drop as select t.id old, k.new contract, "
            "nextval(pg_get_serial_sequence('contracts_confirmation', 'id')) new, k.turn "
            "from contracts_confirmation t join copied_contract k on k.old = t.contract_id"
        )
        whose = {
            "owner_id": f"(array{[person.pk for person in staff]})[1 + k.turn % {len(staff)}]",
        }
        account = f"(array{[client.pk for client in clients]})[1 + k.turn % {len(clients)}]"
        contract = {"id": "k.new", "number": "t.number || '-' || k.turn", "client_id": account, **whose}
        contract |= {"number_key": "t.number_key || '-' || k.turn", "first_owner_id": whose["owner_id"]}
        cursor.execute(_copies(Contract, "copied_contract", "id", contract))
        of_contract = {"contract_id": "k.new"}
        cursor.execute(_copies(ScheduleVersion, "copied_contract", "contract_id", of_contract))
        confirmation = {"id": "k.new", "contract_id": "k.contract", **whose}
        cursor.execute(_copies(Confirmation, "copied_confirmation", "id", confirmation))
        rate = {"confirmation_id": "k.new"}
        cursor.execute(_copies(ConfirmationRate, "copied_confirmation", "confirmation_id", rate))
        frozen = {"confirmation_id": "k.new", "contract_id": "k.contract", **whose}
        cursor.execute(_copies(FrozenMonth, "copied_confirmation", "confirmation_id", frozen))
        cursor.execute(_copies(CurrentMonth, "copied_contract", "contract_id", of_contract | whose))
        cursor.execute("select new from copied_contract")
        made += [pk for (pk,) in cursor.fetchall()]
        cursor.execute("analyze")  # or the sums are planned as for an empty table


def _numbered(name: str, model: type[Model]) -> str:
    """A temporary table: for each copy the original, its new number, and which one in turn it is."""
    table = model._meta.db_table
    return (
        f"create temp table copied_{name} on commit drop as select t.id old, "
        f"nextval(pg_get_serial_sequence('{table}', 'id')) new, row_number() over (order by n, t.id) turn "
        f"from {table} t, generate_series(1, %s) n order by n, t.id limit %s"
    )


def _copies(model: type[Model], numbered: str, by: str, changed: dict[str, str]) -> str:
    """The statement that copies the rows of a model with some columns changed."""
    columns = [f.column for f in model._meta.concrete_fields if not f.primary_key or f.column in changed]
    values = [changed.get(str(column), f't."{column}"') for column in columns]
    names = ", ".join(f'"{column}"' for column in columns)
    return (
        f"insert into {model._meta.db_table} ({names}) select {', '.join(values)} "
        f"from {model._meta.db_table} t join {numbered} k on k.old = t.{by}"
    )
