"""Playing the contracts of a plan into a workspace, through the services that people use too."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from contracts.models import Contract, Formula
from contracts.services.confirming import add_contract, renew_contracts
from contracts.services.drafts import Details, create_draft
from contracts.services.endings import cancel_contract, void_contract
from contracts.services.formulas import Template, archive_formula, create_formula
from contracts.services.handing import hand_over
from contracts.services.schedules import save_schedule
from kamtrak.demo import agreements as acts
from kamtrak.demo.people import Person
from kamtrak.history import because
from workspaces.models import Membership, Workspace


class Signer:
    """The contracts that have been made so far, by the keys of the plan."""

    def __init__(self, workspace: Workspace, staff: Mapping[Person, Membership]) -> None:
        self.workspace, self.staff = workspace, staff
        self.made: dict[int, int] = {}
        self.formulas: dict[str, Formula] = {}
        self.doing: dict[type, Callable[[Any], None]] = {
            acts.FormulaMade: self._formula,
            acts.Drafted: self._draft,
            acts.Amended: self._amend,
            acts.Ended: self._end,
            acts.Handed: self._hand,
            acts.Renewed: self._renew,
        }

    def _formula(self, event: acts.FormulaMade) -> None:
        by = self.staff[event.by]
        with because(user=by.user_id):
            template = Template(event.name, "", event.rules)
            made = create_formula(workspace=self.workspace, by=by, template=template, now=event.at)
            self.formulas[event.name] = made
            if event.archived:
                archive_formula(formula=made, by=by, reason="No longer offered", now=event.archived)

    def _draft(self, event: acts.Drafted) -> None:
        owner = self.staff[event.owner]
        number = f"KT-{event.terms.start.year}-{event.key + 1:03}"
        with because(user=owner.user_id):
            draft = create_draft(
                workspace=self.workspace,
                by=owner,
                details=Details(event.name, number, event.client, owner, event.details),
                terms=event.terms,
                formula=self.formulas.get(event.terms.formula),
                now=event.at,
            )
            self.made[event.key] = draft.pk
            if event.confirmed:
                add_contract(contract=draft, by=owner, revision=draft.revision, now=event.at)

    def _amend(self, event: acts.Amended) -> None:
        contract, by = self._current(event.key), self.staff[event.owner]
        with because(user=by.user_id):
            save_schedule(
                contract=contract,
                by=by,
                terms=replace(contract.terms, rules=event.rules, duration="", formula=""),
                formula=None,
                revision=contract.revision,
                reason=event.reason,
                now=event.at,
                from_month=event.from_month,
            )

    def _end(self, event: acts.Ended) -> None:
        contract, by = self._current(event.key), self.staff[event.by]
        said: dict[str, Any] = {"reason": event.reason, "revision": contract.revision, "now": event.at}
        with because(user=by.user_id):
            if event.on is None:
                void_contract(contract=contract, by=by, **said)
            else:
                cancel_contract(contract=contract, by=by, on=event.on, **said)

    def _hand(self, event: acts.Handed) -> None:
        by = self.staff[event.by]
        with because(user=by.user_id):
            hand_over(
                workspace=self.workspace,
                contracts=[self._current(event.key)],
                to=self.staff[event.to],
                first=event.first,
                by=by,
                reason=event.reason,
                now=event.at,
            )

    def _renew(self, event: acts.Renewed) -> None:
        renew_contracts(workspace=self.workspace, now=event.at)

    def _current(self, key: int) -> Contract:
        """The contract as it stands, with what the services ask of it."""
        found = Contract.objects.select_related("workspace", "client", "owner")
        return found.get(pk=self.made[key])
