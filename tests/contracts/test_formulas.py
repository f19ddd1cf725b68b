"""Formulas: configured by administrators, copied and never referred to by contracts (rules 4.3, 4.4)."""

from collections.abc import Sequence
from decimal import Decimal as D

import pytest

from contracts.models import Contract, Formula
from contracts.queries.formulas import formula_page, offered_formulas
from contracts.rules import Rule, Unit
from contracts.services import formulas as services
from contracts.services.drafts import Details, create_draft
from contracts.services.formulas import (
    Template,
    archive_formula,
    create_formula,
    edit_formula,
    restore_formula,
)
from kamtrak.keyset import PAGE
from kamtrak.lib.errors import Refused, Stale
from tests.cast import NOW, Cast
from tests.contracts.builders import make_formula, make_terms, rules
from workspaces.models import Membership
from workspaces.queries.history import Wanted, workspace_history

pytestmark = pytest.mark.django_db

FULL = (Rule(1, 12, D(100), Unit.PERCENT), Rule(13, None, D(80), Unit.PERCENT))


def template(name: str = "Step down", said: Sequence[Rule] = FULL, currency: str = "USD") -> Template:
    return Template(name, currency, said)


def create(by: Membership, given: Template | None = None, once: str | None = None) -> Formula:
    return create_formula(workspace=by.workspace, by=by, template=given or template(), now=NOW, once=once)


def edit(
    formula: Formula, by: Membership, given: Template, version: int = 1, reason: str = "2027"
) -> Formula:
    return edit_formula(formula=formula, by=by, template=given, version=version, reason=reason, now=NOW)


def test_a_formula_of_percentages_alone_fits_every_currency(inside: Cast) -> None:
    assert create(inside.ada).currency == ""
    mixed = create(inside.ada, template("Mixed", [Rule(1, 12, D(100)), FULL[1]]))
    assert mixed.currency == "USD"
    assert [f.name for f in offered_formulas(inside.acme, "GBP")] == ["Step down"]
    assert [f.name for f in offered_formulas(inside.acme, "USD")] == ["Mixed", "Step down"]


def test_only_who_keeps_the_masters_configures_formulas(inside: Cast) -> None:
    for by in (inside.alex, inside.mia, inside.audrey):
        with pytest.raises(Refused, match="Administrators keep"):
            create(by)


@pytest.mark.parametrize(
    ("said", "message", "field"),
    [
        (rules((1, 12, "100"), (10, 24, "80")), "Rules 1 and 2 both cover months 10–12.", "rules"),
        ([Rule(1, 12, None)], "Enter the revenue per month of rule 1", "rules"),
        ([Rule(1, 12, D(1001), Unit.PERCENT)], "between 0 and 1,000", "rules"),
        ([], "at least one rule", "rules"),
        ([Rule(n, n, D(1)) for n in range(1, 18)], "at most 16 rules", "rules"),
        (rules((1, 12, "-50")), "Is that a rebate?", "accepted"),
    ],
)
def test_rules_that_do_not_hold_together_are_refused(
    inside: Cast, said: Sequence[Rule], message: str, field: str
) -> None:
    with pytest.raises(Refused, match=message) as refused:
        create(inside.ada, template(said=said))
    assert refused.value.field == field


def test_a_rebate_is_kept_once_its_question_is_answered_with_yes(inside: Cast) -> None:
    given = Template("Rebate", "USD", rules((1, 12, "-50")), accepted=True)
    assert create(inside.ada, given).schedule == rules((1, 12, "-50"))


def test_two_formulas_do_not_bear_one_name(inside: Cast) -> None:
    create(inside.ada)
    with pytest.raises(Refused, match="There is a formula “step  DOWN” already") as refused:
        create(inside.ada, template("step  DOWN"))
    assert refused.value.field == "name"


def test_the_same_form_sent_twice_is_kept_once_and_one_that_says_something_else_is_asked_about(
    inside: Cast,
) -> None:
    first = create(inside.ada, once="1" * 32)
    assert create(inside.ada, once="1" * 32).pk == first.pk
    with pytest.raises(Stale, match="saved already, with other rules"):
        create(inside.ada, template("Another"), once="1" * 32)
    assert Formula.objects.count() == 1


def test_a_form_sent_twice_at_once_is_kept_once(inside: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second looks before the first is there, and is stopped by the database."""
    first, saved = create(inside.ada, once="1" * 32), services._saved
    looks = iter([lambda *_: None, saved])
    monkeypatch.setattr(services, "_saved", lambda *asked: next(looks)(*asked))
    assert create(inside.ada, once="1" * 32).pk == first.pk


def test_a_form_that_was_overtaken_is_told_so(inside: Cast) -> None:
    row = create(inside.ada)
    edit(row, inside.olive, template("Step down, 2027"))
    with pytest.raises(Stale, match="changed meanwhile"):
        edit(row, inside.ada, template("Mine"))
    assert edit(row, inside.ada, template("Mine"), version=2).name == "Mine"


def test_changing_a_formula_takes_a_reason(inside: Cast) -> None:
    row = create(inside.ada)
    with pytest.raises(Refused, match="Say why"):
        edit(row, inside.ada, template("Other"), reason=" ")
    with pytest.raises(Refused, match="Say why"):
        archive_formula(formula=row, by=inside.ada, reason="", now=NOW)


def test_a_contract_keeps_what_it_copied_when_the_formula_changes_or_is_archived(inside: Cast) -> None:
    row = make_formula(inside.ada)
    draft = make_draft_of(inside.alex, row)
    edit(row, inside.ada, template("Step down", rules((1, 6, "5"))))
    archive_formula(formula=row, by=inside.ada, reason="Replaced", now=NOW)
    kept = Contract.objects.get(pk=draft.pk)
    assert (kept.terms.rules, kept.formula_name) == (
        rules((1, 12, "100"), (13, 24, "80")),
        "Step down after a year",
    )


def make_draft_of(owner: Membership, formula: Formula) -> Contract:
    return create_draft(
        workspace=owner.workspace,
        by=owner,
        details=Details("Platform", f"KT-{formula.pk}", "Nordhavn Logistics", owner),
        terms=make_terms(schedule=formula.schedule, period=24),
        formula=formula,
        now=NOW,
    )


def test_archiving_frees_the_name_and_restoring_needs_it(inside: Cast) -> None:
    row = create(inside.ada)
    archive_formula(formula=row, by=inside.ada, reason="Replaced", now=NOW)
    assert not offered_formulas(inside.acme, "USD")
    other = create(inside.ada)
    with pytest.raises(Refused, match="already"):
        restore_formula(formula=row, by=inside.ada, reason="Back", now=NOW)
    archive_formula(formula=other, by=inside.ada, reason="Twice", now=NOW)
    restore_formula(formula=row, by=inside.ada, reason="Back", now=NOW)
    assert [f.pk for f in offered_formulas(inside.acme, "USD")] == [row.pk]


def test_an_archived_formula_is_not_edited(inside: Cast) -> None:
    row = create(inside.ada)
    archive_formula(formula=row, by=inside.ada, reason="Replaced", now=NOW)
    with pytest.raises(Refused, match="archived meanwhile"):
        edit(row, inside.ada, template("Other"), version=2)


def test_the_list_says_onto_how_many_contracts_a_formula_was_copied_and_goes_on_by_name(inside: Cast) -> None:
    used = make_formula(inside.ada, "B")
    make_draft_of(inside.alex, used)
    for n in range(PAGE):
        make_formula(inside.ada, f"C {n:03}")
    page = formula_page(inside.acme, text="", archived=False, after="")
    assert (page.total, len(page.formulas), page.formulas[0].uses) == (PAGE + 1, PAGE, 1)  # type: ignore[attr-defined]
    rest = formula_page(inside.acme, text="", archived=False, after=page.after)
    assert [(f.name, f.uses) for f in rest.formulas] == [(f"C {PAGE - 1:03}", 0)]  # type: ignore[attr-defined]
    assert formula_page(inside.acme, text="c 00", archived=False, after="").total == 10
    assert formula_page(inside.acme, text="", archived=True, after="").total == 0


def test_the_history_says_what_the_rules_were_and_are(inside: Cast) -> None:
    row = create(inside.ada, template(said=rules((1, 12, "100"))))
    edit(row, inside.ada, template(said=FULL), reason="New year")
    changed, added = workspace_history(inside.acme, Wanted(kind="contracts.formula")).entries
    assert (added.noun, added.title, added.action) == ("Formula", "Step down", "added")
    (before_after,) = [change for change in changed.changes if change.label == "Rules"]
    assert before_after.before == "Months 1–12: 100.00 USD"
    assert before_after.after == "Months 1–12: 100 %; months 13 onwards: 80 %"
    assert changed.reason == "New year"


@pytest.mark.parametrize(
    ("said", "length"),
    [
        (rules((1, 12, "100"), (13, 36, "80")), "36 months"),
        (rules((1, 12, "100"), (13, None, "80")), "12 months, then onwards"),
        (rules((1, 1, "100")), "1 month"),
        (rules((1, None, "80")), "onwards"),
    ],
)
def test_a_formula_says_how_long_it_runs(inside: Cast, said: Sequence[Rule], length: str) -> None:
    assert create(inside.ada, template(said=said)).months_said == length
