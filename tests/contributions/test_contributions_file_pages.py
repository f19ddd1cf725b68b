"""Bringing contributions by file or pasted, adding what was checked, undoing it as one (rules 3.10)."""

import csv
import io
from decimal import Decimal as D
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from contributions.models import Contribution, ContributionsFile
from contributions.services.contributions import void_contribution
from contributions.services.files import brought_by
from contributions.services.periods import close_quarter
from contributions.sources import adding
from kamtrak.lib.errors import Refused
from kamtrak.tenancy import in_workspace
from tests.cast import NOW, Cast
from tests.contributions.builders import Q2, log, publish
from workspaces.models import Alert, ClientAccount, Job, JobState
from workspaces.services.jobs import claim, execute

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
URL = "/w/acme/contributions/upload/"
HEADER = "client,type,amount,currency,quarter,description\n"
TWO = "Nordhavn Logistics,direct,48000,USD,2026Q3,Renewed\nCastellan Bank,savings,1000.50,EUR,2026Q2,\n"


def uploaded(cast: Cast, rows: str, who: str = "alex", header: str = HEADER) -> str:
    file = SimpleUploadedFile("mine.csv", (header + rows).encode())
    answer = cast.browser(who).post(URL, {"file": file})
    assert answer.status_code == 302, answer.content.decode()[:2000]
    return str(answer["Location"])


def seen(cast: Cast, url: str, who: str = "alex") -> str:
    with in_workspace(cast.acme.pk):
        file = ContributionsFile.objects.select_related("workspace").get(
            pk=int(url.rstrip("/").split("/")[-1])
        )
        return adding.check_of(file, getattr(cast, who), NOW).stamp


def add(cast: Cast, url: str, who: str = "alex", **more: str) -> Any:
    data = {"reason": "My own sheet", "seen": seen(cast, url, who), **more}
    return cast.browser(who).post(url, data)


def said(cast: Cast, url: str, who: str = "alex") -> str:
    return str(cast.browser(who).get(url).text)


def entries(cast: Cast) -> list[tuple[str, str, D, str, D | None]]:
    with in_workspace(cast.acme.pk):
        rows = Contribution.objects.order_by("pk").select_related("client")
        return [(r.client.name, r.type, r.amount.amount, r.currency, r.converted) for r in rows]


def test_few_rows_are_in_at_once_with_the_figures_of_their_own_days(cast: Cast) -> None:
    """1,000.50 EUR in Q2 2026 at 1.16 of 30 June are 1,160.58 USD."""
    publish()
    url = uploaded(cast, TWO)
    before = said(cast, url)
    assert "will be added, all yours" in before
    assert "Castellan Bank" in before
    assert add(cast, url)["Location"] == url
    assert entries(cast) == [
        ("Nordhavn Logistics", "direct", D(48000), "USD", D(48000)),
        ("Castellan Bank", "savings", D("1000.50"), "EUR", D("1160.58")),
    ]
    after = said(cast, url)
    assert "2 contributions were added" in after
    assert "will be added" not in after
    with in_workspace(cast.acme.pk):
        row = Contribution.objects.first()
        assert row is not None
        assert (row.owner, row.created_by) == (cast.alex, cast.alex.user)
        events = Contribution.pgh_event_model.objects.filter(pgh_obj_id=row.pk)  # type: ignore[attr-defined]
        assert events.get().pgh_context["reason"] == "mine.csv: My own sheet"
        page = said(cast, f"/w/acme/contributions/{row.pk}/")
    assert "with rows that were uploaded" in page


def test_pressed_twice_rows_are_in_once(cast: Cast) -> None:
    url = uploaded(cast, TWO)
    stamp = seen(cast, url)
    for _ in range(2):
        cast.browser("alex").post(url, {"reason": "My own sheet", "seen": stamp})
    assert len(entries(cast)) == 2


def test_pasted_rows_are_read_like_a_file(cast: Cast) -> None:
    pasted = (
        "client\ttype\tamount\tcurrency\tquarter\r\nNordhavn Logistics\tdirect\t48,000.00\tUSD\t2026Q3\r\n"
    )
    answer = cast.browser("alex").post(URL, {"pasted": pasted})
    url = answer["Location"]
    assert "Pasted rows" in said(cast, url)
    add(cast, url)
    assert entries(cast) == [("Nordhavn Logistics", "direct", D(48000), "USD", D(48000))]
    refused = cast.browser("alex").post(URL, {"pasted": "  "})
    assert refused.status_code == 422
    assert "Choose a file, or paste rows." in refused.text


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_an_exported_list_comes_back_as_it_was(cast: Cast, form: str) -> None:
    """Alex's three living rows of the export go in again as the same entries; the voided one stays out."""
    publish()
    with in_workspace(cast.acme.pk):
        log(cast, "1000.50", "EUR", share=D("33.3333"), description="=SUM(A1)")
        log(cast, "250000", "JPY", quarter=Q2, earned_on=Q2.start)
        log(cast, "5", client="Aurelia, Ltd.")
        gone = log(cast, "7")
        void_contribution(contribution=gone, by=cast.alex, reason="Twice", now=NOW)
    query = f"period=all&void=shown&format={form}"
    exported = cast.browser("alex").get(f"/w/acme/contributions/export/?{query}").getvalue()
    file = SimpleUploadedFile(f"contributions.{form}", exported)
    url = cast.browser("alex").post(URL, {"file": file})["Location"]
    page = said(cast, url)
    assert "Not read: rate, rate_date" in page
    assert "This row was voided." in page
    assert "Possible double counting" in page
    add(cast, url)
    with in_workspace(cast.acme.pk):
        columns = ("client__name", "type", "amount", "amount_currency", "quarter", "earned_on", "basis")
        more = (*columns, "share", "description", "credited", "converted", "rate", "rate_day")
        told = [sorted(rows.values_list(*more), key=repr) for rows in split(cast)]
    assert told[0] == told[1]
    assert len(told[0]) == 3


def split(cast: Cast) -> tuple[Any, Any]:
    """Living rows that were logged by hand, and those that came with the file."""
    brought = brought_by(ContributionsFile.objects.select_related("workspace").get())
    living = Contribution.objects.filter(voided_at=None)
    return living.exclude(pk__in=brought.values("pk")), brought


def test_rows_of_others_and_bad_ones_stay_out_and_come_back_as_a_reject_file(cast: Cast) -> None:
    header = HEADER.replace("description", "owner")
    url = uploaded(
        cast, "Nordhavn,direct,1,USD,2026Q3,Amir\nNordhavn,direct,2,USD,2026Q3,Alex\n", header=header
    )
    rejected = cast.browser("alex").get(f"{url}rejects/").content.decode("utf-8-sig")
    (bad,) = list(csv.DictReader(io.StringIO(rejected)))
    assert (bad["owner"], bad["_line"], bad["_column"]) == ("Amir", "2", "owner")
    add(cast, url)
    assert [amount for _, _, amount, _, _ in entries(cast)] == [D(2)]


def test_a_file_is_undone_as_one_with_a_reason_and_each_row_stays_on_record(cast: Cast) -> None:
    publish()
    with in_workspace(cast.acme.pk):
        kept = log(cast, "9")
    url = uploaded(cast, TWO)
    add(cast, url)
    assert "2 contributions of 2 leave every total" in " ".join(said(cast, f"{url}undo/").split())
    assert cast.browser("alex").post(f"{url}undo/", {"reason": ""}).status_code == 200
    assert cast.browser("alex").post(f"{url}undo/", {"reason": "The wrong sheet"})["Location"] == url
    page = said(cast, url)
    assert "2 of 2 contributions voided" in page
    with in_workspace(cast.acme.pk):
        living = Contribution.objects.filter(voided_at=None)
        assert list(living) == [kept]
        reasons = set(Contribution.objects.exclude(voided_at=None).values_list("void_reason", flat=True))
        assert reasons == {"mine.csv: The wrong sheet"}
    cast.browser("alex").post(f"{url}undo/", {"reason": "Again"})
    assert "2 of 2 contributions voided" in said(cast, url)
    assert "undone" in said(cast, URL)


def test_many_rows_are_added_by_a_job(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("contributions.views.files.AT_ONCE", 1)
    url = uploaded(cast, TWO)
    answer = add(cast, url)
    assert "/jobs/" in answer["Location"]
    assert entries(cast) == []
    with in_workspace(cast.acme.pk):
        job = Job.objects.get()
    run = claim(workspace_id=cast.acme.pk, job_id=job.pk, now=NOW)
    assert run is not None
    execute(run=run, clock=lambda: NOW)
    with in_workspace(cast.acme.pk):
        job = Job.objects.get()
        assert (job.state, job.result["summary"]) == (JobState.DONE, "2 contributions added from mine.csv.")
    assert len(entries(cast)) == 2


def test_what_is_read_otherwise_since_it_was_looked_at_is_not_added(cast: Cast) -> None:
    url = uploaded(cast, TWO)
    answer = cast.browser("alex").post(url, {"reason": "Sheet", "seen": "0" * 32})
    assert answer.status_code == 422
    assert "read otherwise by now" in answer.text
    assert entries(cast) == []


def test_one_row_that_a_service_refuses_keeps_all_out(inside: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the check and the adding USD is the only currency left."""
    from contributions.services.files import keep_contributions_file

    content = (HEADER + TWO).encode()
    file = keep_contributions_file(workspace=inside.acme, by=inside.alex, name="m", content=content, now=NOW)
    stamp = adding.check_of(file, inside.alex, NOW).stamp
    monkeypatch.setattr(
        "contributions.services.many.check_entry", lambda *_: (_ for _ in ()).throw(Refused("Not any more."))
    )
    with pytest.raises(Refused, match="Not any more"):
        adding.add_rows(file=file, by=inside.alex, stamp=stamp, reason="Sheet", now=NOW)
    assert not Contribution.objects.exists()
    assert not ClientAccount.objects.exists()


def test_rows_of_a_closed_quarter_stand_beside_its_figures_with_the_reason(inside: Cast) -> None:
    from contributions.services.files import keep_contributions_file

    publish()
    log(inside, "9", quarter=Q2)
    close_quarter(workspace=inside.acme, quarter=Q2, by=inside.olive, reason="Year end", now=NOW)
    content = (HEADER + TWO).encode()
    file = keep_contributions_file(workspace=inside.acme, by=inside.alex, name="m", content=content, now=NOW)
    stamp = adding.check_of(file, inside.alex, NOW).stamp
    assert adding.add_rows(file=file, by=inside.alex, stamp=stamp, reason="Sheet", now=NOW) == 2


def test_rows_without_a_rate_raise_the_alert_and_are_in_no_total(cast: Cast) -> None:
    add(cast, uploaded(cast, TWO))
    assert [converted for *_, converted in entries(cast)] == [D(48000), None]
    with in_workspace(cast.acme.pk):
        assert Alert.objects.get(key="rate-missing:EUR").rows == 1


def test_rows_that_somebody_brought_are_theirs_alone(cast: Cast) -> None:
    url = uploaded(cast, TWO)
    for who, status in (("olive", 404), ("amir", 404), ("mia", 403), ("ada", 403)):
        assert cast.browser(who).get(url).status_code == status, who
        assert cast.browser(who).post(url, {"reason": "x", "seen": "y"}).status_code == status, who
    assert entries(cast) == []


def test_a_file_that_is_no_table_of_contributions_says_so_and_can_be_discarded(cast: Cast) -> None:
    url = uploaded(cast, "1,2\n", header="a,b\n")
    assert "These rows cannot be checked." in said(cast, url)
    cast.browser("alex").post(f"{url}discard/")
    with in_workspace(cast.acme.pk):
        assert not ContributionsFile.objects.exists()


def test_the_list_offers_it_to_who_logs_only(cast: Cast) -> None:
    assert URL in said(cast, "/w/acme/contributions/")
    assert URL not in said(cast, "/w/acme/contributions/", "audrey")
