"""What contributions hold in a workspace's settings, and how they follow a new currency (rules 2.1, 6.9)."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from contributions.models import Contribution
from contributions.services.periods import close_quarter
from kamtrak.lib.errors import Refused
from tests.cast import NOW, Cast
from tests.contributions.builders import Q3, log, publish
from workspaces.models import Alert, Workspace
from workspaces.services.settings import Settings, change_settings


def change(cast: Cast, **wanted: Any) -> Workspace:
    workspace = Workspace.objects.get(pk=cast.acme.pk)
    before = Settings.of(workspace)
    return change_settings(
        workspace=workspace,
        by=cast.ada,
        wanted=replace(before, **wanted),
        reason="New house",
        seen=before.stamp,
        now=NOW,
    )


def test_a_new_currency_derives_every_figure_anew_from_its_original_amount(inside: Cast) -> None:
    publish()
    euro, pound = log(inside, "100", "EUR"), log(inside, "100", "GBP")
    change(inside, currency="EUR")
    for row, converted in ((euro, "100.00"), (pound, "114.94")):  # 100 / 0.87
        row.refresh_from_db()
        assert row.converted == Decimal(converted)
    assert euro.rate_source == "same"


def test_a_closed_quarter_holds_the_currency(inside: Cast) -> None:
    log(inside)
    close_quarter(workspace=inside.acme, quarter=Q3, by=inside.mia, reason="", now=NOW)
    with pytest.raises(Refused, match="1 closed quarter"):
        change(inside, currency="EUR")


def test_contributions_hold_the_start_of_the_fiscal_year_but_for_moves_by_quarters(inside: Cast) -> None:
    row = log(inside)
    with pytest.raises(Refused, match="1 contribution"):
        change(inside, fiscal_year_start=2)
    moved = change(inside, fiscal_year_start=4)
    row.refresh_from_db()
    assert row.quarter == Q3
    assert moved.calendar.label(row.quarter) == "Q2 2027"  # the year that ends in March 2027


def test_a_new_currency_leaves_no_mark_of_the_old_rates_and_says_which_rates_it_lacks(inside: Cast) -> None:
    publish()
    row = log(inside, "100", "EUR")
    Contribution.objects.filter(pk=row.pk).update(earlier_rate=True)
    change(inside, currency="XAF")
    row.refresh_from_db()
    assert (row.converted, row.earlier_rate) == (None, False)
    alert = Alert.objects.get()
    assert (alert.title, alert.rows) == ("Exchange rate missing: EUR", 1)
    assert "No rate to XAF" in alert.detail
