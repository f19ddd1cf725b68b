"""The pages of a file of older contracts, and the job that adds them (rules 4.9)."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal as D
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse

from contracts.models import Confirmation, Contract, ContractsFile, ContractTotal, CurrentMonth, FrozenMonth
from contracts.services.drafts import Details, edit_details
from contracts.services.endings import void_contract
from contracts.services.files import discard_contracts_file, keep_contracts_file
from contracts.services.rates import refresh_alerts
from contracts.sources import adding
from kamtrak.lib.errors import Refused
from kamtrak.lib.tables import DateOrder
from kamtrak.tenancy import in_workspace
from tests.cast import NOW, Cast
from tests.contracts.builders import make_contract
from workspaces.models import Alert, Job, JobState
from workspaces.services.jobs import cancel_job, claim, execute

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
URL = "/w/acme/contracts/upload/"
HEADER = "number,name,client,owner,type,start,months,currency,confirmed on,from month,to month,revenue\n"


def line(cast: Cast, number: str = "KT-1", **said: str) -> str:
    cells = {
        "name": "Platform",
        "client": "Nordhavn",
        "owner": cast.alex.user.email,
        "type": "roll-over",
        "start": "2025-03-01",
        "months": "12",
        "currency": "USD",
        "confirmed": "2025-02-20",
        "first": "1",
        "last": "",
        "revenue": "100",
    }
    return ",".join([number, *(cells | said).values()]) + "\n"


def uploaded(cast: Cast, rows: str, who: str = "ada") -> str:
    file = SimpleUploadedFile("older.csv", (HEADER + rows).encode())
    answer = cast.browser(who).post(URL, {"file": file})
    assert answer.status_code == 302, answer.content.decode()[:2000]
    return answer["Location"]


def seen(cast: Cast, url: str) -> str:
    with in_workspace(cast.acme.pk):
        file = ContractsFile.objects.select_related("workspace").get(pk=int(url.rstrip("/").split("/")[-1]))
        return adding.check_of(file, NOW).stamp


def add(cast: Cast, url: str, **more: str) -> HttpResponse:
    data = {"reason": "CRM export", "seen": seen(cast, url), **more}
    return cast.browser("ada").post(url, data)  # type: ignore[return-value]


def work(cast: Cast) -> Job:
    """Do the newest job, as a worker does."""
    with in_workspace(cast.acme.pk):
        job = Job.objects.order_by("-pk")[0]
    run = claim(workspace_id=cast.acme.pk, job_id=job.pk, now=NOW)
    assert run is not None
    execute(run=run, clock=lambda: NOW)
    with in_workspace(cast.acme.pk):
        return Job.objects.get(pk=job.pk)


def test_older_contracts_are_confirmed_on_their_day_with_the_renewals_since(cast: Cast) -> None:
    url = uploaded(cast, line(cast) + line(cast, "KT-2", type="fixed", last="12", confirmed="2025-03-01"))
    assert add(cast, url).status_code == 302
    job = work(cast)
    assert (job.state, job.result["summary"]) == (JobState.DONE, "2 contracts added from older.csv.")
    with in_workspace(cast.acme.pk):
        days = list(Confirmation.objects.order_by("contract__number", "term").values_list("confirmed_on"))
        assert [day for (day,) in days] == [date(2025, 2, 20), date(2026, 3, 1), date(2025, 3, 1)]
        assert sum(m.amount for m in FrozenMonth.objects.all()) == D(3600)
        assert Contract.objects.get(number="KT-1").owner == cast.alex
        file = ContractsFile.objects.get()
        assert (file.added, file.added_at) == (2, NOW)


def test_a_file_that_was_added_says_what_was_and_promises_nothing_more(cast: Cast) -> None:
    url = uploaded(cast, line(cast) + line(cast, "KT-2"))
    assert "will be added and confirmed" in cast.browser("ada").get(url).content.decode()
    add(cast, url)
    work(cast)
    said = cast.browser("ada").get(url).content.decode()
    assert "2 contracts were added" in said
    assert '<dd>2</dd><dd class="k-dd-s">added and confirmed</dd>' in said
    assert "What went in" in said
    assert "will be added" not in said


def halfway(cast: Cast, numbers: Sequence[str], monkeypatch: pytest.MonkeyPatch, **said: str) -> str:
    """A file of these contracts whose worker dies when all but the last one are in."""
    real, calls = adding._add, []

    def dies(*args: Any) -> None:
        calls.append(args)
        if len(calls) == len(numbers):
            raise RuntimeError("killed")
        real(*args)

    url = uploaded(cast, "".join(line(cast, number, **said) for number in numbers))
    add(cast, url)
    monkeypatch.setattr(adding, "_add", dies)
    assert work(cast).state == JobState.FAILED
    monkeypatch.setattr(adding, "_add", real)
    return url


def test_a_worker_that_dies_halfway_is_followed_by_one_that_adds_nothing_twice(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = halfway(cast, ["KT-0", "KT-1", "KT-2"], monkeypatch)
    add(cast, url)
    assert work(cast).state == JobState.DONE
    with in_workspace(cast.acme.pk):
        assert sorted(Contract.objects.values_list("number", flat=True)) == ["KT-0", "KT-1", "KT-2"]
        assert Confirmation.objects.count() == 6
        assert CurrentMonth.objects.filter(expected=False).count() == 3 * 24


def test_a_file_goes_on_although_its_contracts_were_edited_or_voided_meanwhile(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = halfway(cast, ["KT-0", "KT-1", "KT-2"], monkeypatch)
    with in_workspace(cast.acme.pk):
        renamed, void = Contract.objects.select_related("client", "owner").order_by("number")
        details = Details("Platform, renewed", "KT-0", "Nordhavn", cast.alex)
        edit_details(contract=renamed, by=cast.ada, details=details, revision=renamed.revision, now=NOW)
        void_contract(contract=void, by=cast.ada, reason="Twice", revision=void.revision, now=NOW)
    add(cast, url)
    assert work(cast).state == JobState.DONE
    with in_workspace(cast.acme.pk):
        kept = list(Contract.objects.order_by("number").values_list("number", "name"))
        assert kept == [("KT-0", "Platform, renewed"), ("KT-1", "Platform"), ("KT-2", "Platform")]
        assert ContractsFile.objects.get().added == 3


def waiting(cast: Cast) -> int:
    """How many contracts the alert of EUR counts."""
    with in_workspace(cast.acme.pk):
        return Alert.objects.get(key="contract-rate:EUR").rows


def test_contracts_without_a_rate_are_told_once_also_where_the_work_stops_halfway(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In EUR, of which nothing is published."""
    calls = []

    def counted(**given: Any) -> None:
        calls.append(given)
        refresh_alerts(**given)

    monkeypatch.setattr(adding, "refresh_alerts", counted)
    url = halfway(cast, ["KT-0", "KT-1", "KT-2"], monkeypatch, currency="EUR")
    assert (len(calls), waiting(cast)) == (1, 2)
    add(cast, url)
    assert work(cast).state == JobState.DONE
    assert (len(calls), waiting(cast)) == (2, 3)


def test_pressed_twice_one_job_adds_them(cast: Cast) -> None:
    url = uploaded(cast, line(cast))
    assert add(cast, url)["Location"] == add(cast, url)["Location"]


def test_a_number_that_was_used_meanwhile_stops_the_job_before_it_adds_anything(cast: Cast) -> None:
    url = uploaded(cast, line(cast) + line(cast, "KT-2"))
    add(cast, url)
    contract = make_contract(cast.alex, number="KT-2")
    job = work(cast)
    assert (job.state, "read otherwise by now" in job.error) == (JobState.FAILED, True)
    with in_workspace(cast.acme.pk):
        assert Contract.objects.count() == 1
        void_contract(contract=contract, by=cast.ada, reason="Twice", revision=2, now=NOW)
    add(cast, url)
    assert work(cast).state == JobState.DONE


def test_a_check_that_was_overtaken_is_shown_again_and_the_reason_stays(cast: Cast) -> None:
    url = uploaded(cast, line(cast))
    answer = cast.browser("ada").post(url, {"reason": "CRM export", "seen": "of another day"})
    assert answer.status_code == 422
    assert "read otherwise by now" in answer.text
    assert 'value="CRM export"' in answer.text


def test_negative_revenue_goes_in_once_it_was_confirmed(cast: Cast) -> None:
    url = uploaded(cast, line(cast, revenue="-5"))
    assert add(cast, url).status_code == 422
    assert add(cast, url, accepted="on").status_code == 302
    assert work(cast).state == JobState.DONE


def test_what_a_column_leaves_open_is_asked_and_kept(cast: Cast) -> None:
    url = uploaded(cast, line(cast, start="03/08/2025", confirmed="02/08/2025"))
    page = cast.browser("ada").get(url).text
    assert "Column “start”" in page
    day_first = DateOrder.DAY_FIRST.value
    cast.browser("ada").post(url, {"decide": "1", "start": day_first, "confirmed on": day_first})
    page = cast.browser("ada").get(url).text
    assert "3 Aug 2025" in page
    assert "2 Aug 2025" in page


def test_rows_that_cannot_go_in_come_back_as_a_file(cast: Cast) -> None:
    url = uploaded(cast, line(cast, owner="nobody@example.com"))
    assert "This is no account manager" in cast.browser("ada").get(url).text
    rejected = cast.browser("ada").get(f"{url}rejects/")
    assert "nobody@example.com" in rejected.content.decode("utf-8-sig")


def test_a_file_whose_contracts_are_in_is_not_discarded(cast: Cast) -> None:
    url = uploaded(cast, line(cast))
    add(cast, url)
    work(cast)
    cast.browser("ada").post(f"{url}discard/")
    other = uploaded(cast, line(cast, "KT-3"))
    cast.browser("ada").post(f"{other}discard/")
    with in_workspace(cast.acme.pk):
        assert ContractsFile.objects.count() == 1


def test_a_file_whose_contracts_are_being_added_is_not_discarded(cast: Cast) -> None:
    """The page that was open knows nothing of the job; once that was cancelled, the file may go."""
    url = uploaded(cast, line(cast))
    with in_workspace(cast.acme.pk):
        opened = ContractsFile.objects.get()
    add(cast, url)
    with in_workspace(cast.acme.pk), pytest.raises(Refused, match="are being added"):
        discard_contracts_file(file=opened, by=cast.ada)
    assert "are being added" in cast.browser("ada").post(f"{url}discard/", follow=True).content.decode()
    with in_workspace(cast.acme.pk):
        job = Job.objects.get()
        cancel_job(job=job, now=NOW)
    cast.browser("ada").post(f"{url}discard/")
    with in_workspace(cast.acme.pk):
        assert not ContractsFile.objects.exists()


def test_files_that_nobody_added_are_forgotten_after_a_month_but_not_the_origin_of_contracts(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the second one a part is in; the third one waits for its worker."""
    uploaded(cast, line(cast))
    halfway(cast, ["KT-2", "KT-3"], monkeypatch)
    waiting = uploaded(cast, line(cast, "KT-4"))
    add(cast, waiting)
    with in_workspace(cast.acme.pk):
        _, part, queued = ContractsFile.objects.order_by("pk")
        later = NOW + timedelta(days=31)
        new = keep_contracts_file(
            workspace=cast.acme, by=cast.ada, name="b.csv", content=b"number", now=later
        )
        assert list(ContractsFile.objects.order_by("pk")) == [part, queued, new]


def test_a_file_whose_job_failed_before_a_contract_was_in_is_forgotten_after_a_month(cast: Cast) -> None:
    """The number of the first was used meanwhile; of the second one contract is in."""
    url = uploaded(cast, line(cast))
    add(cast, url)
    make_contract(cast.alex, number="KT-1")
    assert work(cast).state == JobState.FAILED
    with in_workspace(cast.acme.pk):
        (failed,) = ContractsFile.objects.all()
        for days, left in ((29, [failed.pk]), (31, [])):
            keep_contracts_file(
                workspace=cast.acme,
                by=cast.ada,
                name="b.csv",
                content=b"number",
                now=NOW + timedelta(days=days),
            )
            kept = ContractsFile.objects.exclude(content=b"number")
            assert list(kept.values_list("pk", flat=True)) == left
        assert Job.objects.count() == 1  # what was done stays on record


def test_account_managers_bring_no_file(cast: Cast) -> None:
    assert cast.browser("alex").get(URL).status_code == 403


def test_too_large_empty_and_missing_files_are_refused_at_the_field(cast: Cast, settings: Any) -> None:
    settings.LIMIT_CONTRACTS_FILE_BYTES = 1024 * 1024
    ada = cast.browser("ada")
    for content, status, said in (
        (b"", 422, "The file is empty."),
        (b"x" * 2 * 1024 * 1024, 413, "larger than 1 MB"),
    ):
        answer = ada.post(URL, {"file": SimpleUploadedFile("older.csv", content)})
        assert (answer.status_code, said in answer.text) == (status, True)
    assert "Choose a file." in ada.post(URL, {}).text


def test_what_the_check_lets_pass_at_its_outermost_goes_in(cast: Cast) -> None:
    """The largest amount for 600 months: 600 × 999,999,999,999,999."""
    said = {"type": "fixed", "start": "2099-12-31", "months": "600", "confirmed": "1904-01-01"}
    largest = {"last": "600", "revenue": "999999999999999"}
    url = uploaded(cast, line(cast, "K" * 40, **said, **largest))
    assert add(cast, url).status_code == 302
    assert work(cast).state == JobState.DONE
    with in_workspace(cast.acme.pk):
        assert ContractTotal.objects.get().confirmed == D("599999999999999400")


def test_nobodys_form_takes_the_place_of_a_line_of_a_file(cast: Cast) -> None:
    """A form that names itself like a line of an administrator's file is a contract of its own."""
    url = uploaded(cast, line(cast) + line(cast, "KT-2"))
    pk = url.rstrip("/").split("/")[-1]
    sent = {
        "name": "Mine",
        "number": "A-1",
        "client": "Nordhavn",
        "kind": "fixed",
        "start_on": "2026-03-03",
        "period": "12",
        "currency": "USD",
        "basis": "duration",
        "monthly": "1",
        "duration": "full",
        "once": f"file-{pk}-3",
    }
    assert cast.browser("alex").post("/w/acme/contracts/add/", sent).status_code == 302
    assert add(cast, url).status_code == 302
    job = work(cast)
    assert (job.state, job.result["summary"]) == (JobState.DONE, "2 contracts added from older.csv.")
    with in_workspace(cast.acme.pk):
        assert set(Contract.objects.values_list("number", flat=True)) == {"A-1", "KT-1", "KT-2"}
        assert Contract.objects.get(number="A-1").is_draft
