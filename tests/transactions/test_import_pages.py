"""The pages of an import, from its file to its undo (rules 5, 8.2)."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse

from kamtrak.tenancy import in_workspace
from tests.cast import NOW, Cast
from tests.contributions.builders import publish
from transactions.models import Import, ImportState, Transaction
from workspaces.models import Job
from workspaces.services.jobs import claim, execute

pytestmark = pytest.mark.django_db
URL = "/w/acme/imports/"
ORDERS = (
    "Order no;Booked;Customer;Qty;Unit price;Kind\n"
    "A-1;13/09/2026;Nordhavn;5;10,00;Order\n"
    "A-2;14/09/2026;Aurelia;2;20,50;Order\n"
    "A-3;15/09/2026;Aurelia;TBD;20,50;Order\n"
    "A-4;16/09/2026;Nordhavn;1;10,00;Return\n"
)


@pytest.fixture(autouse=True)
def at_noon(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    publish()


def upload(cast: Cast, text: str = ORDERS, who: str = "ada", name: str = "orders.csv", query: str = "") -> str:
    file = SimpleUploadedFile(name, text.encode())
    answer = cast.browser(who).post(f"{URL}add/{query}", {"file": file})
    assert answer.status_code == 302, answer.content.decode()[:3000]
    return str(answer["Location"])


def work(cast: Cast) -> Job:
    """Do the newest job, as a worker does."""
    with in_workspace(cast.acme.pk):
        job = Job.objects.order_by("-pk")[0]
    run = claim(workspace_id=cast.acme.pk, job_id=job.pk, now=NOW)
    assert run is not None
    execute(run=run, clock=lambda: NOW)
    with in_workspace(cast.acme.pk):
        return Job.objects.get(pk=job.pk)


def looked(cast: Cast, text: str = ORDERS, **given: str) -> str:
    url = upload(cast, text, **given)
    work(cast)
    return url


def stored(cast: Cast, url: str) -> Import:
    with in_workspace(cast.acme.pk):
        return Import.objects.get(pk=int(url.rstrip("/").split("/")[-1]))


def page(cast: Cast, url: str, who: str = "ada", status: int = 200) -> str:
    answer = cast.browser(who).get(url, follow=True)
    assert answer.status_code == status, answer.status_code
    return answer.content.decode()


ANSWERS = {"source": "Web shop", "c5-type0": "sale", "c5-type1": "refund", "minus": "no"}


def decide(cast: Cast, url: str, who: str = "ada", **said: str) -> HttpResponse:
    return cast.browser(who).post(f"{url}map/", said)  # type: ignore[return-value]


def checked(cast: Cast, text: str = ORDERS, **given: str) -> str:
    url = looked(cast, text, **given)
    answer = decide(cast, url, **ANSWERS, check="1")
    assert answer.status_code == 302, answer.content.decode()[:6000]
    job = work(cast)
    assert job.state == "done", job.error
    return url


def test_the_look_suggests_what_each_column_is_and_asks_what_is_open(cast: Cast) -> None:
    said = page(cast, looked(cast))
    assert "What is in each column?" in said
    assert "Say of each value of “Kind”" in said
    assert "Check all 4 rows" in said


def test_a_change_is_kept_at_once_and_comes_back_as_a_part(cast: Cast) -> None:
    url = looked(cast)
    answer = cast.browser("ada").post(f"{url}map/", {"source": "Web shop"}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "<html" not in answer.content.decode()
    assert answer["HX-Trigger-After-Settle"] == '{"mapped": {}}'
    assert stored(cast, url).source_name == "Web shop"
    assert 'value="Web shop"' in page(cast, url)


def test_what_is_open_keeps_the_rows_from_being_checked_and_nothing_is_lost(cast: Cast) -> None:
    url = looked(cast)
    answer = decide(cast, url, source="Web shop", check="1")
    assert answer.status_code == 422
    assert "before the rows can be checked" in answer.content.decode()
    assert stored(cast, url).source_name == "Web shop"
    assert stored(cast, url).state == ImportState.MAPPING


def test_the_check_counts_first_and_offers_to_read_tbd_as_blank(cast: Cast) -> None:
    url = checked(cast)
    said = page(cast, url)
    assert "Import 3 rows, leave 1 out" in said
    assert "Read as blank, check again" in said
    assert "TBD" in said


def test_a_repair_is_one_decision_for_the_column_and_the_file_is_checked_again(cast: Cast) -> None:
    url = checked(cast)
    answer = cast.browser("ada").post(f"{url}repair/", {"kind": "blank", "place": "3", "value": ["TBD"]})
    assert answer.status_code == 302
    work(cast)
    said = page(cast, url)
    assert "Import 4 rows" in said
    assert "neither revenue, nor quantity and price, nor a product" in said.lower()


def test_an_import_brings_its_rows_and_its_undo_takes_them_away(cast: Cast) -> None:
    url = checked(cast)
    with in_workspace(cast.acme.pk):
        stamp = stored(cast, url).prepared[-16:]
    answer = cast.browser("ada").post(f"{url}commit/", {"stamp": stamp})
    assert answer.status_code == 302, answer.content.decode()[:4000]
    assert work(cast).state == "done"
    said = page(cast, url)
    assert "What came of it" in said
    assert "1 row left out" in said
    with in_workspace(cast.acme.pk):
        assert Transaction.objects.count() == 3
    assert "Rows that go" in page(cast, f"{url}undo/")
    refused = cast.browser("ada").post(f"{url}undo/", {"reason": ""})
    assert refused.status_code == 422
    assert cast.browser("ada").post(f"{url}undo/", {"reason": "The wrong month"}).status_code == 302
    assert work(cast).state == "done"
    assert "as if it had never been imported" in page(cast, url)
    with in_workspace(cast.acme.pk):
        assert Transaction.objects.count() == 0
