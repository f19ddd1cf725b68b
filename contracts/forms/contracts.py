"""The form of a contract before it is added (rules 4.1)."""

from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict

from contracts.forms.fields import NameField
from contracts.forms.rows import Rows, typed_rows
from contracts.forms.terms import DURATION, FORMULA, TermsForm
from contracts.forms.terms import initial_of as initial_terms
from contracts.models import Contract
from contracts.rules import ContractType
from contracts.services.drafts import Details
from kamtrak.web import is_one_time_token, one_time_token
from workspaces.models import Membership, Workspace
from workspaces.rules import DESCRIPTION_LENGTH


class ContractForm(TermsForm):
    """Name, number, client, owner and details beside the terms. `owners` are whom the person may name; who
    may name nobody but themselves has no such field."""

    name = NameField(what="The name", label="Name")
    number = NameField(what="The number", label="Number")
    client = NameField(what="The client name", label="Client account")
    owner = forms.TypedChoiceField(
        label="Owner",
        coerce=int,
        error_messages={
            "required": "Choose the owner.",
            "invalid_choice": "This is no account manager of this workspace.",
        },
    )
    details = forms.CharField(
        label="Details",
        required=False,
        max_length=DESCRIPTION_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={
            "max_length": "The details have %(show_value)d characters; at most %(limit_value)d are kept."
        },
    )
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)
    once = forms.CharField(required=False, max_length=32, widget=forms.HiddenInput)

    def __init__(
        self,
        workspace: Workspace,
        owners: list[Membership],
        data: QueryDict | None = None,
        *,
        initial: dict[str, Any] | None = None,
        rows: Rows = (),
        kept_currency: str = "",
    ) -> None:
        super().__init__(workspace, data, initial=initial, rows=rows, kept_currency=kept_currency)
        self.owners = {owner.pk: owner for owner in owners}
        self.fields["details"].widget.attrs.pop("maxlength", None)
        if len(owners) == 1:
            del self.fields["owner"]
        else:
            people = [(str(pk), str(owner)) for pk, owner in self.owners.items()]
            self.choices("owner", [("", "Choose the owner"), *people])

    def clean_once(self) -> str:
        """Only what names an opening of the form: lines of a file bear names of their own, which nobody takes
        away from them."""
        once: str = self.cleaned_data["once"]
        return once if is_one_time_token(once) else ""

    def details_of(self) -> Details:
        """What a valid form says beside the terms."""
        values = self.cleaned_data
        owner = self.owners[values["owner"]] if "owner" in values else next(iter(self.owners.values()))
        return Details(values["name"], values["number"], values["client"], owner, values["details"])


def blank(
    workspace: Workspace, member: Membership, today: date, number: str, *, formulas: bool
) -> dict[str, Any]:
    """A new contract. With formulas configured the revenue is one of them unless something else is chosen."""
    return {
        "number": number,
        "owner": str(member.pk),
        "kind": ContractType.FIXED.value,
        "start_on": today,
        "period": "12",
        "currency": workspace.currency,
        "basis": FORMULA if formulas else DURATION,
        "once": one_time_token(),
    }


def initial_of(row: Contract) -> dict[str, Any]:
    """A draft as it is kept."""
    client = row.client.survivor or row.client
    return {
        **initial_terms(row.terms, row.formula_id),
        "name": row.name,
        "number": row.number,
        "client": client.name,
        "owner": str(row.owner_id),
        "details": row.details,
        "revision": row.revision,
    }


def rows_of(row: Contract) -> Rows:
    """Its rules as rows; a monthly duration has one, to go on from where a formula is chosen instead."""
    return typed_rows(row.terms.rules, row.currency)
