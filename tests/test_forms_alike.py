"""Forms are alike: a page with one leads back from it, and a field that may be left blank says so (ui.md)."""

import re
from typing import Any

import pytest
from django.urls import reverse

from tests.cast import Cast
from tests.routes import PAGES, Rows

pytestmark = pytest.mark.django_db
DIALOG: Any = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "dialog"}
FOOT = re.compile(r'<div class="k-dialog-f">(.*?)</form>', re.S)
LABEL = re.compile(r'<label class="form-label" for="id_(\w+)">(.*?)</label>', re.S)
# What may be left blank in the forms of transactions, by their page; everything else is asked for.
OPTIONAL = {
    "catalog_add": {
        "name", "aliases", "revenue", "cost", "profit", "profit_percent", "tax_percent", "points",
    },
    "catalog_edit": {"name", "aliases"},
    "catalog_change": {"revenue", "cost", "profit", "profit_percent", "tax_percent", "points"},
    "catalog_missing": {"name"},
    "catalog_archive": set(),
    "catalog_withdraw": set(),
    "source_rename": set(),
    "mapping_forget": set(),
}  # fmt: skip


def _pages(cast: Cast, who: str, **headers: Any) -> dict[str, str]:
    """Every page of the workspace that this person may open, by its name."""
    rows, browser, found = Rows(cast), cast.browser(who), {}
    for name, page in PAGES.items():
        if "GET" in page.methods:
            url = reverse(name, kwargs={"slug": "acme", **page.rows(rows)})
            answer = browser.get(url, **headers)
            if answer.status_code == 200 and "text/html" in answer["Content-Type"] and not answer.streaming:
                found[name] = answer.content.decode()
    return found


def test_a_form_that_is_a_page_has_a_button_that_leads_back(cast: Cast) -> None:
    forms = {name: FOOT.search(page) for name, page in _pages(cast, "olive").items() if "k-sheet" in page}
    stuck = {name for name, foot in forms.items() if foot and '<a class="btn" href="' not in foot[1]}
    assert stuck == set()
    assert {*OPTIONAL, "transaction_edit", "owner_name", "contribution_add"} <= forms.keys()


@pytest.mark.parametrize("name", ["catalog_add", "catalog_edit", "source_rename", "transaction_edit"])
def test_a_dialog_needs_no_second_way_out(cast: Cast, name: str) -> None:
    url = reverse(name, kwargs={"slug": "acme", **PAGES[name].rows(Rows(cast))})
    assert ">Cancel</a>" in cast.browser("olive").get(url).content.decode()
    dialog = cast.browser("olive").get(url, **DIALOG).content.decode()
    assert ">Cancel</a>" not in dialog
    assert "data-close" in dialog


@pytest.mark.parametrize("name", OPTIONAL)
def test_what_may_be_left_blank_says_so_and_nothing_else_does(cast: Cast, name: str) -> None:
    url = reverse(name, kwargs={"slug": "acme", **PAGES[name].rows(Rows(cast))})
    page = cast.browser("olive").get(url).content.decode()
    labels = dict(LABEL.findall(page))
    assert {field for field, label in labels.items() if "optional" in label} == OPTIONAL[name]
    for field in {"code", "reason"} & labels.keys():
        control = re.search(rf'<(?:input|textarea)[^>]*name="{field}"[^>]*>', page)
        assert control is not None
        assert " required" in control[0]


def test_of_a_row_only_the_date_and_the_currency_are_asked_for(cast: Cast) -> None:
    url = reverse("transaction_edit", kwargs={"slug": "acme", **PAGES["transaction_edit"].rows(Rows(cast))})
    labels = dict(LABEL.findall(cast.browser("olive").get(url).content.decode()))
    asked = {field for field, label in labels.items() if "optional" not in label}
    assert asked == {"date", "currency", "type", "reason"}  # a type of its own is "blank"
    assert {"client", "quantity", "description"} <= labels.keys() - asked
