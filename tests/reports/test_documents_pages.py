"""The pages of documents: what is listed to whom, issuing, sharing, downloading, checking."""

from io import BytesIO
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.http import FileResponse
from django.test import Client
from django.utils import timezone

from contributions.services.contributions import void_contribution
from kamtrak.tenancy import in_workspace
from reports.models import Document
from tests.cast import NOW, Cast
from tests.reports.builders import Q2, Q3, close, issue, issued, make_contribution, pdf_of, snapshot
from tests.test_query_counts import assert_queries_do_not_grow
from workspaces.models import Job, Membership, TeamMember
from workspaces.services.settings import Held, held_by

LIST = "/w/acme/documents/"


@pytest.fixture
def document(cast: Cast) -> Document:
    """alex's review of Q3 2026: 100.00 USD direct revenue; its file is a stand-in."""
    with in_workspace(cast.acme.pk):
        make_contribution(cast, "100.00")
        return issued(cast)


def share(document: Document) -> None:
    with in_workspace(document.workspace_id):
        Document.objects.update(shared=True)


def numbers(browser: Client) -> list[str]:
    return [found.number for found in browser.get(LIST).context["page"].documents]


def test_a_document_is_its_issuers_alone_until_it_is_shared(cast: Cast, document: Document) -> None:
    others = ("olive", "ada", "mia", "amir", "audrey")
    assert numbers(cast.browser("alex")) == ["ACME-2026-0001"]
    assert [numbers(cast.browser(who)) for who in others] == [[]] * 5
    share(document)
    assert [numbers(cast.browser(who)) for who in others] == [
        ["ACME-2026-0001"],
        ["ACME-2026-0001"],
        ["ACME-2026-0001"],
        [],  # amir does not read alex's contributions
        ["ACME-2026-0001"],
    ]


def test_the_workspaces_history_does_not_tell_of_documents(cast: Cast, document: Document) -> None:
    share(document)
    assert "Document" not in [
        name for _, name in cast.browser("olive").get("/w/acme/history/").context["kinds"]
    ]
    assert "ACME-2026-0001" not in cast.browser("audrey").get("/w/acme/history/").text


def test_what_is_being_made_is_no_document_but_stands_above_the_list(cast: Cast) -> None:
    with in_workspace(cast.acme.pk):
        make_contribution(cast, "1.00", quarter=Q2)
        snapshot(cast)
    cast.browser("alex").post(f"{LIST}issue/", {"person": cast.alex.pk, "period": "2026Q2"})
    page = cast.browser("alex").get(LIST)
    assert page.context["total"] == 0
    assert "Performance review Q2 2026" in page.text
    assert "Performance review Q2 2026" not in cast.browser("olive").get(LIST).text


def test_the_form_begins_with_oneself_and_the_quarter_that_ended_last(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    form = cast.browser("alex").get(f"{LIST}issue/").context["form"]
    assert (form.initial["person"], form.initial["period"]) == (cast.alex.pk, "2026Q3")
    assert [name for _, name in form.fields["person"].choices] == ["Alex"]
    assert [name for _, name in form.fields["period"].choices[0][1]][:2] == ["Q4 2026", "Q3 2026"]
    seen_by_mia = cast.browser("mia").get(f"{LIST}issue/").context["form"]
    assert [name for _, name in seen_by_mia.fields["person"].choices] == ["Alex"]


def test_issuing_leads_to_the_page_of_the_job_also_as_a_plain_form(cast: Cast) -> None:
    with in_workspace(cast.acme.pk):
        make_contribution(cast, "1.00")
    response = cast.browser("alex").post(f"{LIST}issue/", {"person": cast.alex.pk, "period": "FY2026"})
    with in_workspace(cast.acme.pk):
        job = Job.objects.get()
    assert (response.status_code, response["Location"]) == (302, f"/w/acme/jobs/{job.pk}/")
    assert job.params == {"person": cast.alex.pk, "period": "FY2026", "once": ""}


def test_a_period_without_a_row_is_not_reviewed_so_nothing_holds_the_currency(cast: Cast) -> None:
    asked = {"person": cast.olive.pk, "period": "2026Q3"}
    refused = cast.browser("olive").post(f"{LIST}issue/", asked)
    assert refused.status_code == 422
    assert "There is nothing to review in Q3 2026 yet." in refused.text
    with in_workspace(cast.acme.pk):
        assert not Job.objects.exists()
        assert held_by(cast.acme, Held.CURRENCY) == []


def test_a_closed_quarter_is_reviewed_even_if_its_only_row_was_voided_since(cast: Cast) -> None:
    with in_workspace(cast.acme.pk):
        row = make_contribution(cast, "1.00")
        close(cast, Q3)
        void_contribution(contribution=row, by=cast.alex, reason="twice", now=NOW)
    asked = {"person": cast.alex.pk, "period": "2026Q3"}
    assert cast.browser("alex").post(f"{LIST}issue/", asked).status_code == 302


def test_without_any_contribution_the_page_offers_the_first_one_instead_of_a_review(cast: Cast) -> None:
    page = cast.browser("alex").get(LIST).text
    assert "Add the first contribution" in page
    assert "Issue the first review" not in page
    with in_workspace(cast.acme.pk):
        make_contribution(cast, "1.00")
    assert "Issue the first review" in cast.browser("alex").get(LIST).text


def test_the_first_document_says_that_the_currency_stays_from_then_on(cast: Cast) -> None:
    said = "From the first document on the workspace stays in USD."
    with in_workspace(cast.acme.pk):
        make_contribution(cast, "1.00")
    assert said in cast.browser("alex").get(f"{LIST}issue/").text
    with in_workspace(cast.acme.pk):
        issued(cast)
    assert said not in cast.browser("alex").get(f"{LIST}issue/").text


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"period": "2026Q9"}, "“2026Q9” is not a period that has begun. Choose one."),
        ({"period": "2031Q1"}, "“2031Q1” is not a period that has begun. Choose one."),
        ({"person": "nobody"}, "This person’s contributions are not yours to read."),
        ({"person": "olive"}, "This person’s contributions are not yours to read."),
    ],
)
def test_a_wrong_choice_is_refused_at_its_field(cast: Cast, sent: dict[str, Any], said: str) -> None:
    if sent.get("person") == "olive":
        sent = {"person": cast.olive.pk}
    response = cast.browser("alex").post(f"{LIST}issue/", {"person": cast.alex.pk, "period": "2026Q3"} | sent)
    assert response.status_code == 422
    assert said in response.text
    with in_workspace(cast.acme.pk):
        assert not Job.objects.exists()


def test_the_page_shows_figures_fingerprints_and_that_nothing_has_moved(
    cast: Cast, document: Document
) -> None:
    page = cast.browser("alex").get(f"{LIST}{document.pk}/").text
    assert "ACME-2026-0001" in page
    assert "100<span" in page
    assert document.file_sha256 in page
    assert "The live figures have not moved since this was issued." in page


def test_the_page_says_how_far_the_live_figures_have_moved(cast: Cast, document: Document) -> None:
    with in_workspace(cast.acme.pk):
        row = make_contribution(cast, "7.00")
        void_contribution(contribution=row, by=cast.alex, reason="no", now=NOW)
        make_contribution(cast, "20.00")
    page = cast.browser("alex").get(f"{LIST}{document.pk}/").text
    assert "The live figures have moved since this was issued." in page
    assert "+20<span" in page


def test_before_it_is_shared_the_page_names_who_would_read_it(cast: Cast, document: Document) -> None:
    page = cast.browser("alex").get(f"{LIST}{document.pk}/")
    assert page.context["readers"] == ["Ada", "Audrey", "Mia", "Olive"]
    assert "you alone; shared, also Ada, Audrey, Mia, Olive" in page.text


def test_only_who_issued_it_shares_it(cast: Cast, document: Document) -> None:
    url = f"{LIST}{document.pk}/share/"
    assert cast.browser("mia").post(url, {"shared": "yes"}).status_code == 404
    assert cast.browser("alex").post(url, {"shared": "yes"}).status_code == 302
    assert numbers(cast.browser("mia")) == ["ACME-2026-0001"]
    said = cast.browser("mia").post(url, {"shared": "no"}, follow=True)
    assert "Only who issued a document shares it." in said.text
    cast.browser("alex").post(url, {"shared": "no"})
    assert numbers(cast.browser("mia")) == []


# ------------------------------------------------------------------ the file


def test_a_download_is_private_and_named_after_its_number(cast: Cast, document: Document) -> None:
    response = cast.browser("alex").get(f"{LIST}{document.pk}/file/")
    assert isinstance(response, FileResponse)
    assert b"".join(response.streaming_content) == b"%PDF-1.7 a stand-in"
    assert response["Content-Disposition"] == 'attachment; filename="ACME-2026-0001.pdf"'
    assert (response["Content-Type"], response["Cache-Control"]) == ("application/pdf", "private, no-store")
    assert response["X-Content-Type-Options"] == "nosniff"


def test_the_right_is_checked_at_each_download(cast: Cast, document: Document) -> None:
    share(document)
    url = f"{LIST}{document.pk}/file/"
    assert cast.browser("mia").get(url).status_code == 200
    with in_workspace(cast.acme.pk):
        TeamMember.objects.all().delete()
    assert cast.browser("mia").get(url).status_code == 404
    with in_workspace(cast.acme.pk):
        Membership.objects.filter(pk=cast.alex.pk).update(ended_at=NOW)
    assert cast.browser("alex").get(url).status_code == 404


def test_a_document_of_another_workspace_does_not_exist(cast: Cast, document: Document) -> None:
    for tail in ("", "file/"):
        assert cast.browser("sam").get(f"/w/other/documents/{document.pk}/{tail}").status_code == 404


def test_an_altered_or_lost_file_is_refused_plainly(cast: Cast, document: Document) -> None:
    url = f"{LIST}{document.pk}/file/"
    with default_storage.open(document.path, "ab") as file:
        file.write(b"%")
    response = cast.browser("alex").get(url)
    assert (response.status_code, "is not the one that was issued" in response.text) == (409, True)
    default_storage.delete(document.path)
    response = cast.browser("alex").get(url)
    assert (response.status_code, "is missing from the storage" in response.text) == (409, True)


# ------------------------------------------------------------------ checking a file


def checked(browser: Client, content: bytes, name: str = "review.pdf") -> str:
    file = BytesIO(content)
    file.name = name
    return browser.post(f"{LIST}check/", {"file": file}).text


def test_a_file_is_intact_altered_or_unknown(cast: Cast) -> None:
    with in_workspace(cast.acme.pk):
        make_contribution(cast, "100.00")
        document = issue(cast)
        pdf, second = pdf_of(document), snapshot(cast, "2026Q2")
        never_issued = pdf_of(second)
        second.number = document.number
        forged = pdf_of(second)
    alex = cast.browser("alex")
    said = checked(alex, pdf)
    assert "<b>Intact.</b> review.pdf is ACME-2026-0001, byte for byte" in said
    assert "The live figures have not moved since" in said
    said = checked(alex, pdf + b"\n%")
    assert "<b>Altered.</b> review.pdf says it is ACME-2026-0001" in said
    assert "The rows inside are still those that were issued" in said
    said = checked(alex, forged)
    assert "<b>Altered.</b> review.pdf says it is ACME-2026-0001" in said
    assert "The rows inside are not those that were issued" in said
    assert "<b>Unknown.</b>" in checked(alex, never_issued)
    assert "<b>Unknown.</b>" in checked(alex, b"not a pdf at all")
    with in_workspace(cast.acme.pk):
        make_contribution(cast, "1.00")
    assert "The live figures have moved since" in checked(alex, pdf)


def test_figures_are_told_only_to_those_who_read_the_person(cast: Cast) -> None:
    with in_workspace(cast.acme.pk):
        make_contribution(cast, "100.00")
        pdf = pdf_of(issue(cast))
    said = checked(cast.browser("amir"), pdf)
    assert "<b>Intact.</b>" in said
    assert "Its live figures are not shown" in said
    assert "Dashboard now" not in said
    assert "<b>Unknown.</b>" in checked_elsewhere(cast, pdf)


def checked_elsewhere(cast: Cast, content: bytes) -> str:
    file = BytesIO(content)
    file.name = "review.pdf"
    return cast.browser("sam").post("/w/other/documents/check/", {"file": file}).text


def test_a_file_that_is_empty_missing_or_too_large_is_refused(cast: Cast, settings: Any) -> None:
    alex = cast.browser("alex")
    assert "The file is empty" in checked(alex, b"")
    assert "Choose a file." in alex.post(f"{LIST}check/", {}).text
    settings.LIMIT_CHECKED_BYTES = 1024 * 1024
    assert "larger than 1 MB, the most that is checked" in checked(alex, b"x" * (1024 * 1024 + 1))


HOSTILE = [
    b"%PDF-1.7\n" + b"1 0 obj<</Length 9999999999>>stream\n" * 200,
    b"%PDF-1.7\ntrailer<</Root 1 0 R/Size 4294967295>>\nstartxref\n0\n%%EOF",
    b"%PDF-1.7\n1 0 obj<</Pages 1 0 R>>endobj\ntrailer<</Root 1 0 R/Prev 9>>\nstartxref\n9\n%%EOF",
]


@pytest.mark.parametrize("content", HOSTILE)
def test_a_file_made_to_do_harm_is_just_unknown(cast: Cast, content: bytes) -> None:
    assert "<b>Unknown.</b>" in checked(cast.browser("alex"), content, "<img src=x>.pdf")


# ------------------------------------------------------------------ what a page asks of the database


def more_documents(cast: Cast) -> None:
    with in_workspace(cast.acme.pk):
        for _ in range(4):
            make_contribution(cast, "5.00")
            issued(cast)


@pytest.mark.parametrize("page", ["", "issue/", "{pk}/"])
def test_pages_of_documents_ask_no_more_when_there_is_more(cast: Cast, document: Document, page: str) -> None:
    url = f"{LIST}{page.format(pk=document.pk)}"
    assert_queries_do_not_grow(cast.browser("alex"), url, lambda: more_documents(cast))
