"""The inbox, jobs and the history on their pages; the navigation around them."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from kamtrak.tenancy import in_workspace
from tests.cast import Cast, make_alert, make_client, make_job
from workspaces.models import Alert, Job, JobState, Severity
from workspaces.queries import alerts as queries
from workspaces.services import jobs

pytestmark = pytest.mark.django_db


def url(name: str, *args: Any) -> str:
    return reverse(name, args=["acme", *args])


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def inbox(cast: Cast, who: str = "ada", **query: Any) -> str:
    return text(cast.browser(who).get(url("alerts"), query)).split("<main", 1)[1]


def act(cast: Cast, alert: Alert, who: str = "ada", **data: Any) -> Any:
    return cast.browser(who).post(url("alert_act", alert.pk), data, follow=True)


def state_of(cast: Cast, alert: Alert) -> tuple[str, int | None]:
    with in_workspace(cast.acme.pk):
        alert.refresh_from_db()
    return alert.state, alert.assigned_to_id


# ------------------------------------------------------------------ alerts
def test_an_empty_inbox_says_what_belongs_there(cast: Cast) -> None:
    assert "Nothing needs you" in inbox(cast)


def test_rows_and_quantity_are_for_those_who_may_read_everyone(cast: Cast) -> None:
    make_alert(cast.acme, rows=9, quantity="18,400,000 KRW", detail="No rate on file for 3 August.")
    for who in ("olive", "ada", "audrey"):
        assert "18,400,000 KRW" in inbox(cast, who)
    for who in ("mia", "alex", "amir"):
        page = inbox(cast, who)
        assert "Exchange rate missing: KRW" in page
        assert "18,400,000 KRW" not in page
        assert "9 rows" not in page


def test_an_alert_about_one_persons_rows_shows_its_amounts_to_them_and_their_manager(cast: Cast) -> None:
    make_alert(cast.acme, rows=1, quantity="120,000.00 GBP", about=cast.alex)
    assert "120,000.00 GBP" in inbox(cast, "alex")
    assert "120,000.00 GBP" in inbox(cast, "mia")
    assert "Exchange rate missing" not in inbox(cast, "amir")


def test_an_auditor_reads_and_is_offered_nothing(cast: Cast) -> None:
    alert = make_alert(cast.acme)
    assert "<form" not in inbox(cast, "audrey").split("k-list")[1]
    assert "This alert is not yours to settle." in text(act(cast, alert, "audrey", action="dismiss"))
    assert state_of(cast, alert) == ("open", None)


def test_an_alert_is_reviewed_assigned_and_dismissed(cast: Cast) -> None:
    alert = make_alert(cast.acme)
    act(cast, alert, action="review")
    assert state_of(cast, alert) == ("reviewed", None)
    assert "Exchange rate missing" in inbox(cast)
    act(cast, alert, to=cast.alex.pk)
    assert state_of(cast, alert) == ("reviewed", cast.alex.pk)
    act(cast, alert, to="")
    assert state_of(cast, alert) == ("reviewed", None)
    act(cast, alert, action="dismiss")
    assert state_of(cast, alert) == ("dismissed", None)
    assert "Nothing needs you" in inbox(cast)
    assert "dismissed" in inbox(cast, state="all")


def test_an_alert_is_not_assigned_to_a_stranger(cast: Cast) -> None:
    alert = make_alert(cast.acme)
    for wanted in (cast.sam.pk, "nobody", "9" * 30):
        assert "Choose a member of this workspace." in text(act(cast, alert, to=wanted))


def test_the_inbox_is_filtered_by_state_severity_and_person(cast: Cast) -> None:
    error = make_alert(cast.acme, key="a", title="Error one")
    make_alert(cast.acme, key="b", title="Warning one", severity=Severity.WARNING)
    act(cast, error, to=cast.ada.pk)
    assert "Warning one" not in inbox(cast, severity="error")
    assert "Warning one" not in inbox(cast, assigned="me")
    assert "Error one" not in inbox(cast, assigned="nobody")
    assert "No alert matches this filter." in inbox(cast, state="resolved")


@pytest.mark.parametrize(
    "query",
    [
        {"state": "x"},
        {"assigned": "9" * 40},
        {"after": "a~b~c"},
        {"after": "9~9999-99-99~1"},
        {"severity": "\x00"},
    ],
)
def test_odd_filters_are_no_trouble(cast: Cast, query: dict[str, str]) -> None:
    make_alert(cast.acme)
    assert cast.browser("ada").get(url("alerts"), query).status_code == 200


def test_pages_of_alerts_follow_each_other(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "PAGE", 2)
    for number in range(5):
        make_alert(cast.acme, key=f"k{number}", title=f"Cause {number}", rows=number // 2)
    seen, address = [], url("alerts")
    while address:
        page = text(cast.browser("ada").get(address))
        seen += re.findall(r"<b>(Cause \d)</b>", page)
        following = re.search(r'href="([^"]+)" rel="next"', page)
        address = url("alerts") + following[1].replace("&amp;", "&") if following else ""
    assert seen == ["Cause 4", "Cause 3", "Cause 2", "Cause 1", "Cause 0"]


def test_a_long_inbox_says_that_there_may_be_more_causes_than_are_raised(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PAGE", 2)
    for number in range(2):
        make_alert(cast.acme, key=f"rate-missing:{number}")
    assert "the next ones follow" not in inbox(cast)
    make_alert(cast.acme, key="rate-missing:2")
    assert "as they are answered, the next ones follow" in inbox(cast)


def test_the_way_to_the_repair_is_shown_to_those_who_may_go_it(cast: Cast) -> None:
    make_alert(cast.acme, action="Add rate", path="rates/add/?base=KRW&quote=USD")
    assert "/w/acme/rates/add/?base=KRW&amp;quote=USD" in inbox(cast, "ada")
    assert "Add rate" not in inbox(cast, "alex")


def test_what_was_pressed_leads_back_to_the_filtered_inbox(cast: Cast) -> None:
    alert = make_alert(cast.acme)
    back = f"{url('alerts')}?severity=error"
    response = cast.browser("ada").post(url("alert_act", alert.pk), {"action": "review", "next": back})
    assert response["Location"] == back


COST, PRICE, TAX = "catalog:1:cost", "catalog:2:revenue", "catalog:3:tax_percent"


def test_what_keeps_revenue_unknown_stands_before_what_keeps_profit_alone_unknown(cast: Cast) -> None:
    for key, title, rows in ((COST, "A cost", 9000), ("other", "Another", 800), (PRICE, "A price", 1)):
        make_alert(cast.acme, key=key, title=title, rows=rows)
    assert re.findall(r"<b>(An?(?:other)?(?: \w+)?)</b>", inbox(cast)) == ["A price", "Another", "A cost"]


def test_the_inbox_is_filtered_by_what_an_alert_blocks_and_searched(cast: Cast) -> None:
    for key, title in ((COST, "Lantern has no cost"), (PRICE, "Lantern is missing"), (TAX, "Gross lantern")):
        make_alert(cast.acme, key=key, title=title)
    assert re.findall(r"<b>([^<]*antern[^<]*)</b>", inbox(cast, kind="profit")) == ["Lantern has no cost"]
    assert re.findall(r"<b>([^<]*antern[^<]*)</b>", inbox(cast, kind="tax")) == ["Gross lantern"]
    assert re.findall(r"<b>([^<]*antern[^<]*)</b>", inbox(cast, q="is missing")) == ["Lantern is missing"]
    assert "Exchange rates" in inbox(cast)


def test_all_alerts_of_a_filter_are_dismissed_with_a_reason_and_the_others_stay(cast: Cast) -> None:
    costs = [make_alert(cast.acme, key=f"catalog:{n}:cost", title=f"Cost {n}") for n in range(3)]
    price = make_alert(cast.acme, key=PRICE, title="A price")
    way = f"{url('alerts_dismiss')}?kind=profit"
    assert way in inbox(cast, kind="profit")
    assert "alerts/dismiss/" not in inbox(cast)
    assert "3 alerts leave the inbox" in text(cast.browser("ada").get(way))
    assert cast.browser("ada").post(way, {"reason": " "}).status_code == 422
    said = text(cast.browser("ada").post(way, {"reason": "Costs come next year"}, follow=True))
    assert "3 alerts dismissed." in said
    assert [state_of(cast, alert)[0] for alert in costs] == ["dismissed"] * 3
    assert state_of(cast, price)[0] == "open"
    assert "Costs come next year" in text(cast.browser("audrey").get(url("history")))


def test_whoever_may_not_repair_a_cause_is_told_whom_to_ask(cast: Cast) -> None:
    make_alert(cast.acme, action="Add rate", path="rates/add/?base=KRW&quote=USD")
    assert "Ask an administrator." in inbox(cast, "alex")
    assert "Ask an administrator." not in inbox(cast, "ada")


# ------------------------------------------------------------------ jobs
def set_job(cast: Cast, job: Job, **values: Any) -> None:
    with in_workspace(cast.acme.pk):
        Job.objects.filter(pk=job.pk).update(**values)


def part(cast: Cast, job: Job) -> str:
    headers = {"HX-Request": "true", "HX-Target": "job"}
    return text(cast.browser("alex").get(url("job", job.pk), headers=headers))


def test_a_job_shows_its_real_counts_and_asks_again_until_it_is_over(cast: Cast) -> None:
    job = make_job(cast.acme, cast.alex.user)
    set_job(cast, job, state=JobState.RUNNING, stage="Writing the rows", done=7200, total=12213)
    shown = part(cast, job)
    assert "<html" not in shown
    assert "7,200" in shown
    assert "of 12,213" in shown
    assert f'hx-get="{url("job", job.pk)}"' in shown
    result = {"summary": "The review of Q3 2026 is ready.", "path": "clients/", "action": "Open"}
    set_job(cast, job, state=JobState.DONE, result=result)
    over = part(cast, job)
    assert "hx-trigger" not in over
    assert "The review of Q3 2026 is ready." in over
    assert 'href="/w/acme/clients/"' in over


def test_a_job_that_failed_says_so(cast: Cast) -> None:
    job = make_job(cast.acme, cast.alex.user)
    set_job(cast, job, state=JobState.FAILED, error="The file has no header.")
    assert "The file has no header." in part(cast, job)
    assert "hx-trigger" not in part(cast, job)


def test_a_waiting_job_is_cancelled_at_once_and_a_running_one_is_asked_to_stop(cast: Cast) -> None:
    waiting, running = make_job(cast.acme, cast.alex.user), make_job(cast.acme, cast.alex.user)
    set_job(cast, running, state=JobState.RUNNING)
    for job in (waiting, running):
        cast.browser("alex").post(url("job_cancel", job.pk))
    with in_workspace(cast.acme.pk):
        waiting.refresh_from_db()
        running.refresh_from_db()
    assert waiting.state == JobState.CANCELLED
    assert (running.state, running.cancel_requested) == (JobState.RUNNING, True)
    assert "Cancelling" in part(cast, running)


def test_the_title_and_unit_of_a_job_are_those_of_its_kind(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = jobs.JobKind(lambda run: {}, lambda member, params: True, "Performance review", "pages")
    monkeypatch.setitem(jobs._kinds, "test", kind)
    job = make_job(cast.acme, cast.alex.user)
    set_job(cast, job, state=JobState.RUNNING, done=1, total=9)
    page = text(cast.browser("alex").get(url("job", job.pk)))
    assert "<h1>Performance review</h1>" in page
    assert "of 9 pages" in page


# ------------------------------------------------------------------ history
def test_the_history_is_told_on_its_page_and_filtered(cast: Cast) -> None:
    make_client(cast.acme, "Nordhavn")
    cast.browser("olive").post(url("member", cast.amir.pk), {"roles": ["manager"], "reason": "Promotion"})
    page = text(cast.browser("audrey").get(url("history")))
    assert "Promotion" in page
    assert "<dt>Roles</dt>" in page
    by_ada = text(cast.browser("audrey").get(url("history"), {"person": cast.ada.user_id}))
    assert "Nothing was changed as this filter asks." in by_ada
    clients = text(cast.browser("audrey").get(url("history"), {"kind": "workspaces.clientaccount"}))
    assert "Nordhavn" in clients
    assert "Promotion" not in clients
    yesterday = (timezone.now() - timedelta(days=1)).date().isoformat()
    assert "Nothing was changed" in text(cast.browser("audrey").get(url("history"), {"day": yesterday}))


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"day": "31.12.2026"}, "“31.12.2026” is not a date. Write it like 2026-09-04."),
        ({"day": "0001-01-01"}, "“0001-01-01” is not a date."),
        ({"day": "9999-12-31"}, "“9999-12-31” is not a date."),
        ({"person": "9" * 30}, "Acme"),
        ({"person": "x"}, "Acme"),
        ({"kind": "workspaces.user"}, "Nothing was changed"),
        ({"after": "2026-01-01~x~y"}, "Acme"),
        ({"after": f"2026-01-01~workspaces.workspace~{'9' * 40}"}, "Nothing was changed"),
        ({"after": "\x00~\x00~1"}, "Acme"),
    ],
)
def test_odd_filters_of_the_history_are_no_trouble(cast: Cast, query: dict[str, str], said: str) -> None:
    assert said in text(cast.browser("audrey").get(url("history"), query))


# ------------------------------------------------------------------ the navigation
def entries(cast: Cast, who: str, address: str) -> list[str]:
    page = text(cast.browser(who).get(address))
    return re.findall(r'<li><a href="[^"]+"[^>]*>.*?</svg>([^<]+)', page.split("<main")[0])


def test_the_navigation_holds_what_the_member_may_open(cast: Cast) -> None:
    common = ["Dashboard", "Contributions", "Achievements", "Contracts", "Sales dashboard", "Revenue report"]
    common += ["Transactions", "Imports", "Clients", "Quarters", "Alerts"]
    rates, console = ["Catalog", "Exchange rates"], ["Members", "Settings", "History"]
    trade = ["Mappings", "Owner names", "Transaction settings"]
    for who, more in (
        ("alex", rates),
        ("ada", ["Formulas", *rates, *trade, *console]),
        ("audrey", [*rates, "History"]),
    ):
        shown = [entry for entry in entries(cast, who, url("clients")) if entry != "Documents"]
        assert shown == common + more, who


def test_one_entry_is_the_current_one_and_alerts_are_counted(cast: Cast) -> None:
    make_alert(cast.acme)
    make_alert(cast.acme, key="about", about=cast.alex)
    account = make_client(cast.acme, "Nordhavn")
    page = text(cast.browser("alex").get(url("client", account.pk))).split("<main")[0]
    assert re.findall(r'aria-current="page">.*?</svg>([^<]+)', page) == ["Clients"]
    counts = {who: _open_alerts(cast, who) for who in ("ada", "mia", "alex", "amir")}
    assert counts == {"ada": 2, "mia": 2, "alex": 2, "amir": 1}


def _open_alerts(cast: Cast, who: str) -> int:
    page = text(cast.browser(who).get(url("clients")))
    found = re.search(r'k-n-bad">(\d+)', page)
    return int(found[1]) if found else 0


def test_only_those_who_log_are_offered_to_add(cast: Cast) -> None:
    for who, offered in (("alex", True), ("olive", True), ("ada", False), ("audrey", False)):
        page = text(cast.browser(who).get(url("alerts")))
        assert ("data-quick-add" in page) is offered


def test_the_switcher_lists_the_persons_own_workspaces(cast: Cast) -> None:
    page = text(cast.browser("sam").get("/w/other/clients/"))
    assert 'aria-current="true">Other' in page
    assert "Acme" not in page
