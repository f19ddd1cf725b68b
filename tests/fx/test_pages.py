"""The pages of rates: what each says, who may do what, and that nothing typed is lost."""

import csv
import io
import re
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fx.models import FetchOutcome, OwnRate, RateFetch, RatesFile
from kamtrak.tenancy import in_workspace
from tests.cast import NOW, Cast
from tests.fx.builders import make_contribution, make_own_rate, own, publish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
SEPTEMBER = date(2026, 9, 30)
RATES = "/w/acme/rates/"
GOOD = {
    "base": "RUB",
    "quote": "USD",
    "value": "0.0125",
    "day": "2026-09-30",
    "until": "",
    "reason": "Treasury",
    "confirmed": "",
}


def page(cast: Cast, url: str = RATES, name: str = "ada", **query: str) -> str:
    response = cast.browser(name).get(url, query)
    assert response.status_code == 200, response.status_code
    return " ".join(response.content.decode().split())


def send(cast: Cast, url: str, data: dict[str, Any], name: str = "ada", **headers: str) -> Any:
    return cast.browser(name).post(url, data, headers=headers)


def said(response: Any) -> str:
    return " ".join(response.content.decode().split())


def on_record(cast: Cast) -> list[OwnRate]:
    with in_workspace(cast.acme.pk):
        return list(OwnRate.objects.order_by("pk"))


# ------------------------------------------------------------------ the page of rates
def test_the_page_says_where_rates_end_how_many_wait_and_what_is_missing(cast: Cast) -> None:
    publish()
    make_contribution(cast.alex, "1000", "RUB")
    make_contribution(cast.alex, "1000", "EUR", quarter=cast.acme.quarter_of(NOW))
    text = page(cast)
    assert "Published rates end at 30 Oct 2026; 1 figure waits." in text
    assert "Rates are missing for 1 currency" in text
    assert "RUB to USD" in text
    assert "Published only until 1 Mar 2022." in text
    assert "/w/acme/rates/add/?base=RUB&amp;quote=USD&amp;day=2026-09-30" in text


def test_each_currency_shows_its_multiplier_day_source_and_direction(cast: Cast) -> None:
    publish()
    make_own_rate(cast.acme, cast.ada, own("AED", "USD", SEPTEMBER, "0.272294"))
    make_contribution(cast.alex, "1000", "AED")
    text = page(cast)
    assert "1 EUR = 1.1172 USD" in text
    assert "1.33988966179" in text  # GBP: 1.1172 / 0.8338
    assert "1 EUR = 0.8338 GBP" in text
    assert "0.272294" in text
    assert "1 AED = 0.272294 USD" in text


def test_without_any_published_rate_the_page_says_so(cast: Cast) -> None:
    assert "No published rates are on file." in page(cast)


def test_in_manual_mode_nothing_is_said_about_published_rates(cast: Cast) -> None:
    publish()
    with in_workspace(cast.acme.pk):
        cast.acme.rate_mode = "manual"
        cast.acme.save()
    text = page(cast)
    assert "Published rates end" not in text
    assert "Own rates only" in text


def test_a_failed_question_to_the_bank_is_shown(cast: Cast) -> None:
    publish()
    RateFetch.objects.create(asked_at=NOW, outcome=FetchOutcome.UNREACHABLE, detail="It cannot be reached.")
    text = page(cast)
    assert "23 Nov 2026, 12:00: no answer" in text
    assert "It cannot be reached." in text


def test_who_may_not_change_rates_sees_no_way_to(cast: Cast) -> None:
    make_own_rate(cast.acme, cast.ada, own("RUB", "USD", SEPTEMBER, "0.0125"))
    for name in ("alex", "mia", "audrey"):
        text = page(cast, name=name)
        assert "1 RUB = 0.0125 USD" in text
        assert "Add rate" not in text
        assert "Withdraw" not in text
        for url in ("add/", "upload/", f"{on_record(cast)[0].pk}/withdraw/"):
            assert cast.browser(name).get(RATES + url).status_code == 403
            assert send(cast, RATES + url, GOOD, name=name).status_code == 403
    assert cast.browser("sam").get(RATES).status_code == 404
    assert len(on_record(cast)) == 1


def test_another_workspaces_rates_and_files_are_not_there(cast: Cast) -> None:
    rate = make_own_rate(cast.acme, cast.ada, own("RUB", "USD", SEPTEMBER, "0.0125"))
    file = uploaded(cast)
    assert "0.0125" not in page(cast, "/w/other/rates/", "sam")
    for path in (f"{rate.pk}/withdraw/", f"upload/{file}/", f"upload/{file}/rejects/"):
        assert cast.browser("sam").get(f"/w/other/rates/{path}").status_code == 404
    assert send(cast, f"/w/other/rates/upload/{file}/discard/", {}, name="sam").status_code == 404


def test_the_pages_ask_the_database_a_handful_of_times(cast: Cast) -> None:
    publish()
    for day in range(1, 29):
        make_own_rate(cast.acme, cast.ada, own("RUB", "USD", date(2026, 2, day), "0.0125"))
    for code in ("RUB", "EUR", "GBP", "JPY"):
        make_contribution(cast.alex, "1000", code)
    file = uploaded(cast)
    looked_up = f"{RATES}?base=GBP&quote=USD&day=2026-10-30"
    for url, most, headers in (
        (RATES, 15, {}),
        (looked_up, 9, {"HX-Request": "true", "HX-Target": "lookup"}),
        (looked_up, 17, {}),  # without JavaScript both stand on one page
        (f"{RATES}add/", 6, {}),
        (f"{RATES}upload/", 7, {}),
        (f"{RATES}upload/{file}/", 11, {}),
    ):
        with CaptureQueriesContext(connection) as queries:
            assert cast.browser("ada").get(url, headers=headers).status_code == 200
        asked = [query["sql"][:90] for query in queries if "SAVEPOINT" not in query["sql"]]
        assert len(asked) <= most, (url, asked)


# ------------------------------------------------------------------ looking a rate up
def test_a_rate_looked_up_explains_itself(cast: Cast) -> None:
    publish()
    text = page(cast, base="GBP", quote="USD", day="2026-10-30")
    assert "1 GBP = 1.33988966179 USD on 30 Oct 2026" in text
    assert "Through the euro" in text
    assert "None holds on this day." in text  # own rates come first and there is none
    ahead = page(cast, base="EUR", quote="USD", day="2026-12-31")
    assert "published rates end there, so it is the newest" in ahead
    assert "provisional" in ahead


def test_a_rate_that_does_not_exist_says_why_and_offers_to_add_it(cast: Cast) -> None:
    publish()
    text = page(cast, base="RUB", quote="USD", day="2026-10-30")
    assert "RUB to USD on 30 Oct 2026 is unknown" in text
    assert "None within 7 days up to this day." in text
    assert "rates/add/?base=RUB&amp;quote=USD&amp;day=2026-10-30" in text


def test_an_own_rate_passes_over_the_published_one(cast: Cast) -> None:
    publish()
    make_own_rate(cast.acme, cast.ada, own("EUR", "USD", SEPTEMBER, "1.12"))
    text = page(cast, base="USD", quote="EUR", day="2026-10-30")
    assert "0.892857142857" in text
    assert "Turned round" in text
    assert "Not asked: there is one before it." in text


@pytest.mark.parametrize("query", [{"base": "X"}, {"base": "EUR", "quote": "USD", "day": "31.02.2026"}])
def test_a_look_up_that_cannot_be_read_says_so(cast: Cast, query: dict[str, str]) -> None:
    assert "Not looked up." in page(cast, **query)


# ------------------------------------------------------------------ adding and withdrawing
def test_the_form_is_preset_from_the_alert(cast: Cast) -> None:
    text = page(cast, f"{RATES}add/", base="RUB", quote="USD", day="2026-09-30")
    assert '<option value="RUB" selected>' in text
    assert 'value="2026-09-30"' in text


def test_a_rate_is_saved_with_its_reason_and_sent_twice_is_saved_once(cast: Cast) -> None:
    for _ in range(2):
        response = send(cast, f"{RATES}add/", GOOD)
        assert (response.status_code, response.url) == (302, RATES)
    (rate,) = on_record(cast)
    assert (str(rate), rate.reason, rate.recorded_by) == (
        "1 RUB = 0.0125 USD from 2026-09-30",
        "Treasury",
        cast.ada.user,
    )
    assert "Treasury" in page(cast)


def test_from_the_dialog_the_whole_page_moves(cast: Cast) -> None:
    response = send(cast, f"{RATES}add/", GOOD, HX_Request="true", HX_Target="dialog")
    assert (response.status_code, response["HX-Redirect"]) == (204, RATES)


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("value", "", "Enter a rate."),
        ("value", "0", "A rate is above 0."),
        ("value", "-1", "A rate is above 0."),
        ("value", "abc", "is not a rate"),
        ("value", "1,168", "could be 1.168 or 1168"),
        ("value", "NaN", "is not a rate"),
        ("value", "1e9", "is not a rate"),
        ("value", "１.２", "0–9"),
        ("value", "1.2345678901234", "12 significant digits"),
        ("base", "EURO", "is not a currency code"),
        ("quote", "RUB", "A rate has two currencies."),
        ("day", "2026-02-30", "not a date"),
        ("day", "1850-01-01", "between 1900 and 2036"),
        ("until", "2026-09-01", "The last day lies before the first."),
        ("reason", "", "Say why"),
        ("reason", "x" * 501, "at most 500"),
    ],
)
def test_what_is_refused_says_so_at_its_field_and_loses_nothing(
    cast: Cast, field: str, value: str, message: str
) -> None:
    response = send(cast, f"{RATES}add/", GOOD | {field: value})
    assert response.status_code == 422
    assert message in said(response).replace("&#x27;", "'")
    assert f'id="id_{field}_error"' in said(response)
    assert 'value="Treasury"' in said(response) or field == "reason"
    assert not on_record(cast)


def test_off_the_market_is_asked_about_once_with_both_values(cast: Cast) -> None:
    publish()
    off = GOOD | {"base": "EUR", "value": "1.25", "day": "2026-10-30"}
    response = send(cast, f"{RATES}add/", off)
    assert "1 EUR = 1.25 USD is 11.9 % off the published rate of 30 Oct 2026: 1 EUR = 1.1172 USD." in said(
        response
    )
    assert "Keep this rate" in said(response)
    assert not on_record(cast)
    confirmed = response.context["form"]["confirmed"].value()
    other = send(cast, f"{RATES}add/", off | {"confirmed": confirmed, "value": "1.35"})
    assert "20.8 % off" in said(other)  # what was confirmed was another rate
    assert not on_record(cast)
    assert send(cast, f"{RATES}add/", off | {"confirmed": confirmed}).status_code == 302
    assert len(on_record(cast)) == 1


def test_a_withdrawal_needs_a_reason_and_stays_on_the_page(cast: Cast) -> None:
    rate = make_own_rate(cast.acme, cast.ada, own("RUB", "USD", SEPTEMBER, "0.0125"))
    url = f"{RATES}{rate.pk}/withdraw/"
    assert "Say why" in said(send(cast, url, {"reason": ""}))
    assert send(cast, url, {"reason": "Typed for the wrong month"}).status_code == 302
    text = page(cast)
    assert "Typed for the wrong month" in text
    assert "withdrawal" in text
    assert "meanwhile" in said(send(cast, url, {"reason": "Again"}))
    assert len(on_record(cast)) == 2


def test_own_rates_are_filtered_and_paged(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fx.views.rates.SHOWN", 2)
    for day in range(1, 6):
        make_own_rate(cast.acme, cast.ada, own("RUB", "USD", date(2026, 2, day), f"0.01{day}"))
    make_own_rate(cast.acme, cast.ada, own("AED", "USD", date(2026, 3, 1), "0.27"))
    first = page(cast)
    assert "0.27 USD" in first
    assert "0.015 USD" in first
    assert "0.014 USD" not in first
    cursor = f"2026-02-05~{on_record(cast)[4].pk}"
    second = page(cast, after=cursor)
    assert "0.014 USD" in second
    assert "0.015 USD" not in second
    back = page(cast, before=f"2026-02-04~{on_record(cast)[3].pk}")
    assert "0.015 USD" in back
    assert "0.27 USD" in back
    assert "0.27 USD" not in page(cast, currency="RUB")
    assert "No own rate matches" in page(cast, currency="CHF")
    assert "0.27 USD" in page(cast, after="nonsense")


def test_an_own_rate_shows_until_when_it_holds(cast: Cast) -> None:
    for rate in (
        own("RUB", "USD", date(2026, 1, 1), "0.011"),
        own("USD", "RUB", date(2026, 3, 1), "80"),  # the same pair
        own("RUB", "USD", date(2026, 5, 1), "0.013", date(2026, 6, 30)),
        own("AED", "USD", date(2026, 2, 1), "0.272294"),
    ):
        make_own_rate(cast.acme, cast.ada, rate)
    rows = cast.browser("ada").get(RATES).context["page"].rows
    assert [(f"{rate.base}-{rate.quote}", rate.last_day) for rate in rows] == [
        ("RUB-USD", date(2026, 6, 30)),
        ("USD-RUB", date(2026, 4, 30)),
        ("AED-USD", None),
        ("RUB-USD", date(2026, 2, 28)),
    ]
    assert page(cast).count(">past<") == 3
    with in_workspace(cast.acme.pk):
        march = OwnRate.objects.get(base="USD")
    send(cast, f"{RATES}{march.pk}/withdraw/", {"reason": "Wrong"})
    rows = cast.browser("ada").get(RATES).context["page"].rows
    assert rows[-1].last_day == date(2026, 4, 30)  # it goes on until the one of May


# ------------------------------------------------------------------ files
CSV = "date,from,to,rate,until\n2026-09-30,RUB,USD,0.0125,\n2026-09-30,AED,USD,0.272294,2026-12-31\n"


def uploaded(cast: Cast, text: str | bytes = CSV, name: str = "rates.csv") -> int:
    content = text.encode() if isinstance(text, str) else text
    response = send(cast, f"{RATES}upload/", {"file": SimpleUploadedFile(name, content)})
    assert response.status_code == 302, said(response)
    return int(response.url.rstrip("/").rsplit("/", 1)[1])


def added(cast: Cast, file: int, **values: str) -> Any:
    form = cast.browser("ada").get(f"{RATES}upload/{file}/").context["form"]
    data = {"reason": "Treasury", "seen": form["seen"].value()} | values
    return send(cast, f"{RATES}upload/{file}/", data)


def test_a_file_is_checked_first_and_added_once_even_when_sent_twice(cast: Cast) -> None:
    file = uploaded(cast)
    text = page(cast, f"{RATES}upload/{file}/")
    assert "Add 2 rates" in text
    assert not on_record(cast)
    for _ in range(2):
        assert added(cast, file).status_code == 302
    assert [(str(rate), rate.origin, rate.reason) for rate in on_record(cast)] == [
        ("1 RUB = 0.0125 USD from 2026-09-30", "rates.csv, line 2", "Treasury"),
        ("1 AED = 0.272294 USD from 2026-09-30", "rates.csv, line 3", "Treasury"),
    ]
    assert "2 rates were added" in page(cast, f"{RATES}upload/{file}/")


def test_the_same_file_again_adds_nothing(cast: Cast) -> None:
    added(cast, uploaded(cast))
    again = uploaded(cast)
    text = page(cast, f"{RATES}upload/{again}/")
    assert "Nothing to add: every rate of the file is on record already." in text
    assert "<h2>Add the good rows</h2>" not in text
    response = cast.browser("ada").post(
        f"{RATES}upload/{again}/",
        {"reason": "Treasury", "seen": _seen(cast, again)},
        follow=True,
    )
    assert "Nothing to add: every rate of rates.csv was on record already." in said(response)
    assert len(on_record(cast)) == 2


def _seen(cast: Cast, file: int) -> str:
    return str(cast.browser("ada").get(f"{RATES}upload/{file}/").context["form"]["seen"].value())


def test_the_good_rows_go_in_without_the_bad_ones_which_come_back_as_a_file(cast: Cast) -> None:
    file = uploaded(cast, CSV + "2026-10-01,RUB,USD,0,\n2026-10-02,EURO,USD,1.1,\n")
    text = page(cast, f"{RATES}upload/{file}/")
    assert "A rate is above 0." in text
    assert "Reject file, 2 rows" in text
    rejects = cast.browser("ada").get(f"{RATES}upload/{file}/rejects/")
    assert rejects["Content-Disposition"] == 'attachment; filename="rates-rejects.csv"'
    lines = rejects.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "date,from,to,rate,until,_line,_column,_problem,_repair"
    assert lines[1].startswith("2026-10-01,RUB,USD,0,,4,rate,A rate is above 0.")
    added(cast, file)
    assert len(on_record(cast)) == 2
    mended = "\n".join(lines).replace("USD,0,,4", "USD,0.0130,,4").replace("EURO", "EUR")
    added(cast, uploaded(cast, mended, "rates-rejects.csv"))
    assert [str(rate) for rate in on_record(cast)][2:] == [
        "1 RUB = 0.013 USD from 2026-10-01",
        "1 EUR = 1.1 USD from 2026-10-02",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "day,from,to,rate\n2026-01-01,EUR,USD,1.1\n",
            "The header has no column “date”. Found: day, from, to, rate.",
        ),
        ("%PDF-1.7 nothing", "This is a PDF."),
        ("just one line", "Expected: date, from, to, rate"),
    ],
)
def test_a_file_that_is_no_table_of_rates_says_what_is_expected(cast: Cast, text: str, message: str) -> None:
    file = uploaded(cast, text)
    shown = page(cast, f"{RATES}upload/{file}/")
    assert "This file cannot be checked." in shown
    assert message in shown
    assert cast.browser("ada").get(f"{RATES}upload/{file}/rejects/").status_code == 404


def test_an_empty_a_missing_and_a_large_file_are_refused_at_the_field(cast: Cast, settings: Any) -> None:
    settings.LIMIT_RATES_FILE_BYTES = 1024 * 1024
    for content, message in (
        (b"", "The file is empty."),
        (b"x" * (1024 * 1024 + 1), "larger than 1 MB, the most that is read"),
    ):
        response = send(cast, f"{RATES}upload/", {"file": SimpleUploadedFile("rates.csv", content)})
        assert response.status_code == 422
        assert message in said(response)
    assert "Choose a file." in said(send(cast, f"{RATES}upload/", {}))
    twice = SimpleUploadedFile("rates.csv", b"x" * 2 * 1024 * 1024)
    announced = send(cast, f"{RATES}upload/", {"file": twice})
    assert announced.status_code == 413  # never parsed
    assert "larger than 1 MB" in said(announced)


def test_what_a_column_leaves_open_is_asked_and_kept(cast: Cast) -> None:
    file = uploaded(cast, "date,from,to,rate\n03/08/2026,RUB,USD,0.0125\n")
    url = f"{RATES}upload/{file}/"
    text = page(cast, url)
    assert "<code>03/08/2026</code> → 3 August 2026" in text
    assert "Add 1 rate" not in text
    assert send(cast, url, {"decide": "1", "date": "d/m/y"}).status_code == 302
    assert "Add 1 rate" in page(cast, url)
    assert send(cast, url, {"decide": "1", "date": ""}).status_code == 302  # asked again
    assert "<code>03/08/2026</code>" in page(cast, url)
    send(cast, url, {"decide": "1", "date": "m/d/y"})
    added(cast, file)
    assert [rate.day for rate in on_record(cast)] == [date(2026, 3, 8)]


def test_rates_off_the_market_need_a_second_look(cast: Cast) -> None:
    publish()
    file = uploaded(cast, "date,from,to,rate\n2026-10-30,EUR,USD,1.25\n2026-10-30,RUB,USD,0.0125\n")
    assert "1 EUR = 1.25 USD is 11.9 % off" in page(cast, f"{RATES}upload/{file}/")
    response = added(cast, file)
    assert response.status_code == 422
    assert "then confirm them" in said(response)
    assert not on_record(cast)
    assert added(cast, file, confirmed="on").status_code == 302
    assert len(on_record(cast)) == 2


def test_rates_off_the_market_can_be_left_out_while_the_good_ones_go_in(cast: Cast) -> None:
    publish()
    file = uploaded(cast, "date,from,to,rate\n2026-10-30,EUR,USD,1.25\n2026-10-30,RUB,USD,0.0125\n")
    assert added(cast, file, confirmed="leave").status_code == 302
    assert [rate.base for rate in on_record(cast)] == ["RUB"]


def test_rates_that_were_left_out_can_follow_from_the_reject_file(cast: Cast) -> None:
    publish()
    text = "date,from,to,rate\n2026-10-30,EUR,USD,1.25\n2026-10-30,RUB,USD,0.0125\nsoon,CHF,USD,1.1\n"
    file = uploaded(cast, text)
    sent = {"reason": "Treasury", "seen": _seen(cast, file), "confirmed": "leave"}
    url = f"{RATES}upload/{file}/"
    assert rejects(cast, url) == [["4", "soon", "CHF", "USD", "1.1"]]
    assert send(cast, url, sent).status_code == 302
    assert send(cast, url, sent).status_code == 302  # pressed twice
    assert [rate.base for rate in on_record(cast)] == ["RUB"]
    assert "It was left out: more than 5 % off the published rate of its day." in page(cast, url)
    assert rejects(cast, url) == [
        ["2", "2026-10-30", "EUR", "USD", "1.25"],
        ["4", "soon", "CHF", "USD", "1.1"],
    ]


def rejects(cast: Cast, url: str) -> list[list[str]]:
    """The rows of the reject file: the line, and the cells as they came."""
    content = cast.browser("ada").get(f"{url}rejects/").content.decode("utf-8-sig")
    _, *rows = csv.reader(io.StringIO(content))
    return [[row[4], *row[:4]] for row in rows]


def test_looking_up_and_adding_a_rate_are_forms_with_fields_of_their_own(cast: Cast) -> None:
    looked = set(re.findall(r'<(?:select|input)[^>]* id="(\w+)"', page(cast, RATES)))
    asked = set(re.findall(r'<(?:select|input)[^>]* id="(\w+)"', page(cast, f"{RATES}add/")))
    assert {"page_base", "page_quote", "page_day"} <= looked
    assert {"id_base", "id_quote", "id_day"} <= asked
    assert 'for="page_base"' in page(cast, RATES)


def test_what_is_added_is_what_was_looked_at(cast: Cast) -> None:
    file = uploaded(cast, "date,from,to,rate\n03/08/2026,RUB,USD,0.0125\n")
    url = f"{RATES}upload/{file}/"
    send(cast, url, {"decide": "1", "date": "d/m/y"})
    seen = _seen(cast, file)
    send(cast, url, {"decide": "1", "date": "m/d/y"})  # in another tab
    response = send(cast, url, {"reason": "Treasury", "seen": seen})
    assert "The file is read otherwise by now." in said(response)
    assert not on_record(cast)


def test_a_begun_file_is_offered_again_and_can_be_discarded(cast: Cast) -> None:
    file = uploaded(cast)
    assert uploaded(cast) == file  # the same file is kept once
    assert "Go on" in page(cast, f"{RATES}upload/")
    assert cast.browser("ada").get(f"{RATES}upload/{file}/discard/").status_code == 405
    assert send(cast, f"{RATES}upload/{file}/discard/", {}).status_code == 302
    assert "Go on" not in page(cast, f"{RATES}upload/")
    assert cast.browser("ada").get(f"{RATES}upload/{file}/").status_code == 404


def test_a_file_whose_rates_were_added_is_not_forgotten(cast: Cast) -> None:
    file = uploaded(cast)
    added(cast, file)
    send(cast, f"{RATES}upload/{file}/discard/", {})
    with in_workspace(cast.acme.pk):
        assert RatesFile.objects.filter(pk=file).exists()


def test_a_file_name_is_only_a_name(cast: Cast) -> None:
    file = uploaded(cast, name="ra\u202etes\x07 2026.csv")
    with in_workspace(cast.acme.pk):
        assert RatesFile.objects.get(pk=file).name == "rates 2026.csv"


def test_the_sample_file_can_be_uploaded(cast: Cast) -> None:
    sample = cast.browser("alex").get(f"{RATES}upload/sample/")
    assert sample["Content-Disposition"] == 'attachment; filename="rates-sample.csv"'
    assert "Add 2 rates" in page(cast, f"{RATES}upload/{uploaded(cast, sample.content)}/")
