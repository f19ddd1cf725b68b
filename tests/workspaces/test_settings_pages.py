"""The settings of a workspace on their page, and its deletion."""

import re
from typing import Any

import pytest
from django.urls import reverse

from contributions.services.periods import close_quarter
from kamtrak.tenancy import in_workspace
from tests.cast import NOW, Cast
from tests.contributions.builders import Q3, log, publish
from workspaces.models import User, Workspace

pytestmark = pytest.mark.django_db
URL = "/w/acme/settings/"


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def shown(cast: Cast) -> dict[str, Any]:
    """What the page's form would send, as it stands."""
    form = cast.browser("ada").get(URL).context["form"]
    return {name: form[name].value() for name in form.fields} | {"reason": "Because"}


def save(cast: Cast, who: str = "ada", **changes: Any) -> Any:
    return cast.browser(who).post(URL, shown(cast) | changes)


def acme() -> Workspace:
    return Workspace.objects.get(slug="acme")


def test_a_setting_is_saved_with_its_reason_and_stands_in_the_history(cast: Cast) -> None:
    response = save(cast, name="Acme International", reason="New brand")
    assert response.status_code == 302
    assert acme().name == "Acme International"
    page = text(cast.browser("ada").get(URL))
    assert "New brand" in page
    assert "Acme International" in page


def test_a_change_without_a_reason_keeps_everything_that_was_entered(cast: Cast) -> None:
    response = save(cast, name="Acme International", rate_limit_days="3", reason="")
    assert response.status_code == 422
    assert "Say why: it is kept in the history." in text(response)
    assert 'value="Acme International"' in text(response)
    assert acme().name == "Acme"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": "x" * 300}, "The workspace’s name has 300 characters; at most 200 are kept."),
        ({"name": "Ac\x07me"}, "The workspace’s name has control characters."),
        ({"name": "\u202eAcme"}, "invisible marks"),
        ({"currency": "XXQ"}, "“XXQ” is not a currency."),
        ({"currencies": ["USD", "ABC"]}, "“ABC” is not a currency."),
        ({"time_zone": "Mars/Olympus"}, "Choose a time zone from the list, like Europe/Berlin."),
        ({"rate_limit_days": "a week"}, "Enter a number of days from 0 to 366."),
        ({"rate_limit_days": "400"}, "Enter a number of days from 0 to 366."),
        ({"fiscal_year_start": "13"}, "13"),
        ({"reason": "x" * 600}, "The reason has 600 characters; at most 500 are kept."),
    ],
)
def test_a_setting_that_cannot_be_is_refused_at_its_field(
    cast: Cast, changes: dict[str, Any], message: str
) -> None:
    response = save(cast, **changes)
    assert response.status_code == 422
    assert message in text(response)
    (field,) = changes
    assert f'id="id_{field}_error"' in text(response)


def test_a_stale_form_is_not_saved_over_what_somebody_else_saved(cast: Cast) -> None:
    mine = shown(cast)
    save(cast, who="olive", name="Acme International")
    response = cast.browser("ada").post(URL, mine | {"time_zone": "Europe/Berlin"})
    assert response.status_code == 422
    assert "The settings were changed meanwhile. See what they are now, then save again." in text(response)
    assert acme().time_zone == "UTC"
    again = response.context["form"]
    confirmed = {name: again[name].value() for name in again.fields} | {"name": "Acme International"}
    assert cast.browser("ada").post(URL, confirmed).status_code == 302
    assert (acme().name, acme().time_zone) == ("Acme International", "Europe/Berlin")


def test_the_currency_is_refused_while_something_holds_it_and_the_page_says_what(cast: Cast) -> None:
    publish()
    with in_workspace(cast.acme.pk):
        log(cast, "48000", "EUR")
        close_quarter(workspace=cast.acme, quarter=Q3, by=cast.olive, reason="Year end", now=NOW)
    assert "The currency stays USD, held by 1 closed quarter." in text(cast.browser("ada").get(URL))
    response = save(cast, currency="EUR")
    assert response.status_code == 422
    assert 'id="id_currency_error"' in text(response)
    assert "1 closed quarter stands in it" in text(response)
    assert acme().currency == "USD"


def test_a_currency_that_nothing_holds_changes_and_the_figures_follow(cast: Cast) -> None:
    publish()
    with in_workspace(cast.acme.pk):
        row = log(cast, "48000", "USD")
    assert save(cast, currency="EUR").status_code == 302
    with in_workspace(cast.acme.pk):
        row.refresh_from_db()
    assert str(row.converted) == "41739.1300"  # 48,000 / 1.15 of 30 September


@pytest.mark.parametrize(("start", "status"), [("4", 302), ("10", 302), ("2", 422), ("12", 422)])
def test_the_fiscal_year_moves_by_three_months_once_contributions_exist(
    cast: Cast, start: str, status: int
) -> None:
    with in_workspace(cast.acme.pk):
        log(cast)
    response = save(cast, fiscal_year_start=start)
    assert response.status_code == status
    if status == 422:
        assert 'id="id_fiscal_year_start_error"' in text(response)
        assert "1 contribution stands in the quarters as they are." in text(response)


def test_any_currency_can_be_enabled_and_those_enabled_come_first(cast: Cast) -> None:
    save(cast, currencies=["USD", "KWD"])
    assert acme().currencies == ["USD", "KWD"]
    page = text(cast.browser("ada").get(URL))
    assert re.findall(r'name="currencies" value="(\w+)"[^>]*checked', page) == ["KWD", "USD"]
    assert "189 other currencies" in page or re.search(r"\d{3} other currencies", page)


def test_times_on_the_pages_are_those_of_the_workspace(cast: Cast) -> None:
    save(cast, time_zone="Pacific/Kiritimati", reason="Moved to Christmas Island")
    page = text(cast.browser("ada").get(URL))
    stamped = re.findall(r'datetime="[^"]+\+14:00"', page)
    assert stamped


# ------------------------------------------------------------------ deletion
def test_a_workspace_is_deleted_after_its_name_was_typed(cast: Cast) -> None:
    url = reverse("workspace_delete", args=["acme"])
    response = cast.browser("olive").post(url, {"typed_name": "Acmee"})
    assert response.status_code == 422
    assert "Type the name of the workspace, Acme, to delete it." in text(response)
    response = cast.browser("olive").post(url, {"typed_name": "Acme"}, follow=True)
    assert "Acme is deleted." in text(response)
    assert not Workspace.objects.filter(slug="acme").exists()
    assert cast.browser("ada").get(URL).status_code == 404
    assert User.objects.count() == 7
    assert cast.browser("sam").get("/w/other/clients/").status_code == 200


def test_an_administrator_is_not_even_shown_the_way_to_delete(cast: Cast) -> None:
    assert "Delete the workspace" not in text(cast.browser("ada").get(URL))
    assert "Delete the workspace" in text(cast.browser("olive").get(URL))
