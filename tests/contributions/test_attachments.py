"""Files behind a contribution: what is kept and where, who gets them, and what attackers send."""

import hashlib
import threading
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, connections
from django.http import Http404, HttpResponseBase
from django.http.multipartparser import MultiPartParser
from django.test import Client

from contributions.models import Attachment, Contribution
from contributions.queries.attachments import attachments_of, get_attachment, stored_names
from contributions.queries.behind import evidence_of
from contributions.services import attachments as services
from contributions.services.contributions import void_contribution
from contributions.views import attachments as views
from kamtrak.history import because
from kamtrak.lib.errors import Refused
from kamtrak.tenancy import in_workspace
from tests.cast import NOW, Cast
from tests.contributions import files
from tests.contributions.builders import log
from workspaces.models import Membership
from workspaces.queries.history import history_of
from workspaces.queries.people import EVERYONE, scope_of
from workspaces.services.deletion import delete_workspace


@pytest.fixture(autouse=True)
def store(settings: Any, tmp_path: Path) -> Path:
    """A storage of the test's own."""
    settings.MEDIA_ROOT = tmp_path / "files"
    return tmp_path / "files"


def kept(store: Path) -> list[Path]:
    """Every file in the storage."""
    return [path for path in store.rglob("*") if path.is_file()]


def attach(row: Contribution, content: bytes = files.PDF, name: str = "order.pdf") -> Attachment:
    file = ContentFile(content, name=name)
    return services.attach_file(contribution=row, by=row.owner, file=file, now=NOW)


def refused(row: Contribution, content: bytes, name: str = "order.pdf") -> Refused:
    with pytest.raises(Refused) as refusal:
        attach(row, content, name)
    return refusal.value


# --------------------------------------------------------------------------------------------- keeping
def test_a_file_is_kept_under_a_path_made_here_with_its_hash(inside: Cast, store: Path) -> None:
    file = attach(log(inside), name="../../Signed order.pdf")
    assert file.name == "Signed order.pdf"
    assert (file.content_type, file.size) == ("application/pdf", len(files.PDF))
    assert file.sha256 == hashlib.sha256(files.PDF).hexdigest()
    workspace, year, secret = file.path.split("/")
    assert (workspace, year, len(secret)) == (str(inside.acme.pk), "2026", 32)
    (path,) = kept(store)
    assert path == store / file.path
    assert path.read_bytes() == files.PDF
    assert path.stat().st_mode & 0o077 == 0


def test_a_large_file_goes_through_in_blocks_and_arrives_whole(inside: Cast, store: Path) -> None:
    content = b"0123456789abcde\n" * 300_000
    assert attach(log(inside), content, "long.txt").size == 4_800_000
    assert kept(store)[0].read_bytes() == content


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "order.pdf", "The file is empty."),
        (b"a" * 2_001, "a.txt", "The file is larger than 0.00190735 MB, the most that is kept."),
        (files.png(), "order.pdf", "its content is a PNG picture"),
        (b"<svg/>", "logo.png", "holds"),
        (b"MZ\x90\x00", "order.pdf", "a Windows program"),
    ],
)
def test_what_is_not_kept_is_refused_at_its_field_before_anything_is_stored(
    inside: Cast, store: Path, settings: Any, content: bytes, name: str, said: str
) -> None:
    settings.LIMIT_ATTACHMENT_BYTES = 2_000
    refusal = refused(log(inside), content, name)
    assert said in refusal.message
    assert refusal.field == "file"
    assert kept(store) == []
    assert not Attachment.objects.exists()


def test_a_file_of_exactly_the_limit_is_kept(inside: Cast, settings: Any) -> None:
    settings.LIMIT_ATTACHMENT_BYTES = 2_000
    assert attach(log(inside), b"a" * 2_000, "a.txt").size == 2_000


def test_the_same_file_twice_on_one_contribution_is_refused_kindly(inside: Cast, store: Path) -> None:
    row = log(inside)
    attach(row)
    said = refused(row, files.PDF, "copy.pdf").message
    assert said == "This file is attached already: order.pdf, 23 November 2026."
    attach(log(inside, "2000"))
    assert len(kept(store)) == 2


def test_only_the_owner_attaches_removes_and_restores(inside: Cast) -> None:
    row = log(inside)
    file = attach(row)
    pdf = ContentFile(files.PDF, name="a.pdf")
    for by in (inside.olive, inside.ada, inside.mia, inside.amir, inside.audrey):
        for write in (
            lambda by=by: services.attach_file(contribution=row, by=by, file=pdf, now=NOW),
            lambda by=by: services.remove_file(attachment=file, by=by, now=NOW),
            lambda by=by: services.restore_file(attachment=file, by=by),
        ):
            with pytest.raises(Refused, match="Only its owner"):
                write()


def test_a_voided_contribution_takes_no_file(inside: Cast) -> None:
    row = log(inside)
    void_contribution(contribution=row, by=inside.alex, reason="logged twice", now=NOW)
    row.refresh_from_db()
    assert "voided" in refused(row, files.PDF).message


def test_a_removed_file_stays_on_record_and_comes_back(inside: Cast, store: Path) -> None:
    row = log(inside)
    file = attach(row)
    for _ in range(2):
        services.remove_file(attachment=file, by=inside.alex, now=NOW)
    with pytest.raises(Http404):
        get_attachment(inside.acme, scope_of(inside.alex), file.pk)
    assert len(kept(store)) == 1
    assert evidence_of(inside.acme, inside.alex, EVERYONE, row)["removed_files"] == [file]
    assert evidence_of(inside.acme, inside.mia, EVERYONE, row)["removed_files"] == []
    services.restore_file(attachment=file, by=inside.alex)
    assert get_attachment(inside.acme, scope_of(inside.alex), file.pk) == file
    said = [(entry.action, entry.title) for entry in history_of(file)]
    assert said == [("changed", "order.pdf"), ("changed", "order.pdf"), ("added", "order.pdf")]


def test_a_removed_file_that_was_attached_again_is_not_restored_beside_itself(inside: Cast) -> None:
    row = log(inside)
    file = attach(row)
    services.remove_file(attachment=file, by=inside.alex, now=NOW)
    attach(row, name="again.pdf")
    with pytest.raises(Refused, match=r"attached already: again\.pdf"):
        services.restore_file(attachment=file, by=inside.alex)
    assert [attachment.removed_at is None for attachment in attachments_of(row)] == [False, True]


# ------------------------------------------------------------------------------------ when things break
class Broken:
    """A storage that takes nothing and gives nothing."""

    def save(self, *_: object) -> str:
        raise OSError("disk full")

    def open(self, *_: object) -> None:
        raise FileNotFoundError("gone")


def test_a_storage_that_fails_is_a_plain_message_and_leaves_no_row(
    inside: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = log(inside)
    monkeypatch.setattr("kamtrak.uploads.default_storage", Broken())
    said = refused(row, files.PDF).message
    assert said == "The file could not be kept just now, and nothing was saved. Try again."
    assert not Attachment.objects.exists()


def test_a_file_whose_row_cannot_be_written_is_deleted(
    inside: Cast, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_: object) -> None:
        assert len(kept(store)) == 1
        raise RuntimeError("no row")

    row = log(inside)
    monkeypatch.setattr(Attachment.objects, "create", fail)
    with pytest.raises(RuntimeError):
        attach(row)
    assert kept(store) == []


@pytest.mark.django_db(transaction=True)
def test_a_file_whose_row_is_lost_at_the_commit_is_deleted(
    cast: Cast, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = logged(cast)
    real = services.attach_file

    def attach_and_break(**given: Any) -> Attachment:
        made = real(**given)
        assert len(kept(store)) == 1
        Attachment.objects.filter(pk=made.pk).update(contribution_id=row.pk + 999)  # refused at the commit
        return made

    monkeypatch.setattr(services, "attach_file", attach_and_break)
    browser = cast.browser("alex")
    browser.raise_request_exception = False
    assert send(browser, row).status_code == 500
    assert kept(store) == []
    with in_workspace(cast.acme.pk):
        assert not Attachment.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_same_file_sent_twice_at_the_same_instant_is_attached_once(cast: Cast, store: Path) -> None:
    row = logged(cast)
    barrier, answers = threading.Barrier(2), list[str]()

    def post() -> None:
        try:
            with in_workspace(cast.acme.pk):
                barrier.wait()
                attach(row)
                answers.append("kept")
        except Refused as refusal:
            answers.append(refusal.message)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=post) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["This file is attached already: order.pdf, 23 November 2026.", "kept"]
    assert len(kept(store)) == 1


def test_the_files_go_with_their_workspace(
    cast: Cast, store: Path, django_capture_on_commit_callbacks: Any
) -> None:
    row = logged(cast)
    with in_workspace(cast.acme.pk):
        file = attach(row)
        assert list(stored_names(cast.acme)) == [file.path]
    with django_capture_on_commit_callbacks(execute=True):
        delete_workspace(workspace=cast.acme, by=cast.olive, typed_name="Acme")
    assert kept(store) == []


# ------------------------------------------------------------------------------------------- the pages
def logged(cast: Cast, owner: Membership | None = None) -> Contribution:
    with in_workspace(cast.acme.pk), because(user=cast.alex.user_id):
        return log(cast, owner=owner)


def add_url(row: Contribution) -> str:
    return f"/w/acme/contributions/{row.pk}/files/add/"


def send(
    browser: Client,
    row: Contribution,
    content: bytes = files.PDF,
    name: str = "order.pdf",
    token: str = "",
    **headers: Any,
) -> Any:
    file = SimpleUploadedFile(name, content, content_type="application/x-claimed")
    return browser.post(add_url(row), {"file": file, "csrfmiddlewaretoken": token}, **headers)


def token_of(browser: Client, row: Contribution) -> str:
    """What the form that a person opened would send along."""
    page = browser.get(add_url(row)).content.decode()
    return page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]


def attached(cast: Cast, content: bytes = files.PDF, name: str = "order.pdf") -> tuple[Contribution, str]:
    """A contribution of alex with a file, and the address of the file."""
    row = logged(cast)
    with in_workspace(cast.acme.pk):
        return row, f"/w/acme/files/{attach(row, content, name).pk}/"


def body(response: HttpResponseBase) -> bytes:
    return b"".join(response.streaming_content)  # type: ignore[attr-defined]


def test_a_person_attaches_a_file_and_gets_it_back_as_it_was(cast: Cast) -> None:
    row = logged(cast)
    sent = send(cast.browser("alex"), row, files.TEXT, "Überführung & Dank.txt")
    assert (sent.status_code, sent.headers["Location"]) == (302, f"/w/acme/contributions/{row.pk}/")
    page = cast.browser("alex").get(sent.headers["Location"]).content.decode()
    assert "File attached: Überführung &amp; Dank.txt" in page
    with in_workspace(cast.acme.pk):
        pk = Attachment.objects.get().pk
    answer = cast.browser("alex").get(f"/w/acme/files/{pk}/")
    assert body(answer) == files.TEXT


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (files.PDF, 'or"der;\r\n.pdf', "application/pdf"),
        (files.png(), "x.png", "image/png"),
        (b"plain <script>alert(1)</script>", "x.txt", "text/plain"),
    ],
)
def test_a_file_is_only_ever_saved_and_never_shown_in_place(
    cast: Cast, content: bytes, name: str, kind: str
) -> None:
    answer = cast.browser("alex").get(attached(cast, content, name)[1])
    assert answer.headers["Content-Type"] == kind
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert "\r" not in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert int(answer.headers["Content-Length"]) == len(content)
    assert body(answer) == content


def test_a_file_goes_to_whoever_may_read_its_contribution_and_to_nobody_else(cast: Cast) -> None:
    _, url = attached(cast)
    for name in ("alex", "mia", "ada", "olive", "audrey"):
        assert cast.browser(name).get(url).status_code == 200
    for name in ("amir", "sam"):
        assert cast.browser(name).get(url).status_code == 404
    stranger = cast.browser("anonymous").get(url)
    assert stranger.status_code == 302
    assert stranger.headers["Location"].startswith("/accounts/login/")


def test_a_download_link_of_another_workspace_leads_nowhere(cast: Cast) -> None:
    _, url = attached(cast)
    assert cast.browser("sam").get(url.replace("/acme/", "/other/")).status_code == 404
    assert cast.browser("olive").get(url.replace("/acme/", "/other/")).status_code == 404


def test_reading_ends_with_the_team_and_with_the_membership(cast: Cast) -> None:
    _, url = attached(cast)
    with in_workspace(cast.acme.pk):
        cast.mia.team.all().delete()
        Membership.objects.filter(pk=cast.alex.pk).update(ended_at=NOW)
    assert cast.browser("mia").get(url).status_code == 404
    assert cast.browser("alex").get(url).status_code == 404


def test_a_removed_file_is_out_of_reach_until_it_is_restored(cast: Cast) -> None:
    row, url = attached(cast)
    browser = cast.browser("alex")
    assert browser.get(url + "remove/").status_code == 405
    assert browser.get(url).status_code == 200
    browser.post(url + "remove/")
    assert browser.get(url).status_code == 404
    page = browser.get(f"/w/acme/contributions/{row.pk}/").content.decode()
    assert "1 removed file" in page
    assert f'action="{url}restore/"' in page
    assert "removed file" not in cast.browser("mia").get(f"/w/acme/contributions/{row.pk}/").content.decode()
    browser.post(url + "restore/")
    assert browser.get(url).status_code == 200


@pytest.mark.parametrize("name", ["olive", "ada", "mia", "audrey", "amir", "sam"])
def test_nobody_else_attaches_removes_or_restores(cast: Cast, store: Path, name: str) -> None:
    row, url = attached(cast)
    browser = cast.browser(name)
    assert send(browser, row, files.TEXT, "a.txt").status_code in (403, 404)
    assert browser.post(url + "remove/").status_code in (403, 404)
    assert browser.post(url + "restore/").status_code in (403, 404)
    assert len(kept(store)) == 1
    if name not in ("amir", "sam"):
        page = browser.get(f"/w/acme/contributions/{row.pk}/").content.decode()
        assert url in page
        assert "Attach file" not in page
        assert "remove/" not in page


def test_the_storage_has_no_address_of_its_own(cast: Cast) -> None:
    _, url = attached(cast)
    with in_workspace(cast.acme.pk):
        path = Attachment.objects.get().path
    for guess in (f"/media/{path}", f"/{path}", f"/static/{path}", f"{url}../{path}"):
        assert cast.browser("alex").get(guess).status_code == 404


def test_a_file_that_the_storage_lost_is_a_plain_message(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    row, url = attached(cast)
    monkeypatch.setattr(views, "default_storage", Broken())
    answer = cast.browser("alex").get(url)
    assert answer.headers["Location"] == f"/w/acme/contributions/{row.pk}/"
    page = cast.browser("alex").get(answer.headers["Location"]).content.decode()
    assert "order.pdf cannot be read from the storage just now. Try again later." in page


def test_a_refused_file_says_why_on_the_page_and_in_the_dialog(cast: Cast, store: Path) -> None:
    row = logged(cast)
    page = send(cast.browser("alex"), row, b"<svg onload=alert(1)>", "logo.png")
    assert page.status_code == 422
    assert (
        "“logo.png” is named .png, but holds a web page, an SVG picture or other markup."
        in page.content.decode()
    )
    dialog = send(
        cast.browser("alex"), row, files.PDF, "order.exe", HTTP_HX_REQUEST="true", HTTP_HX_TARGET="dialog"
    )
    assert dialog.status_code == 200
    assert "its content is a PDF (.pdf)" in dialog.content.decode()
    assert "<html" not in dialog.content.decode()
    empty = cast.browser("alex").post(add_url(row), {})
    assert "Choose a file." in empty.content.decode()
    assert kept(store) == []


def test_what_announces_too_much_is_refused_without_being_read_as_a_form(
    cast: Cast, store: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def parse(*_: object) -> None:
        raise AssertionError("the form was read")

    row = logged(cast)
    settings.LIMIT_ATTACHMENT_BYTES = 1024 * 1024
    monkeypatch.setattr("django.http.multipartparser.MultiPartParser.parse", parse)
    answer = send(cast.browser("alex"), row, b"a" * 2_000_000, "a.txt")
    assert answer.status_code == 413
    assert (
        "The file is larger than 1 MB, the most that is kept. Attach a smaller one."
        in answer.content.decode()
    )
    assert kept(store) == []
    assert send(cast.browser("amir"), row, b"a" * 2_000_000, "a.txt").status_code == 404


def test_a_file_just_over_the_limit_is_refused_by_its_size(cast: Cast, store: Path, settings: Any) -> None:
    row = logged(cast)
    settings.LIMIT_ATTACHMENT_BYTES = 1024 * 1024
    answer = send(cast.browser("alex"), row, b"a" * (1024 * 1024 + 1), "a.txt")
    assert answer.status_code == 422
    assert "larger than 1 MB" in answer.content.decode()
    assert kept(store) == []


def test_a_forged_form_attaches_nothing(cast: Cast, store: Path) -> None:
    row = logged(cast)
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.alex.user)
    assert send(browser, row).status_code == 403
    token = token_of(browser, row)
    assert send(browser, row).status_code == 403
    assert kept(store) == []
    assert send(browser, row, token=token).status_code == 302
    assert len(kept(store)) == 1


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_a_sender_is_heard(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """A slow sender must not hold one: the form is read first."""
    open_meanwhile: list[bool] = []
    real = MultiPartParser.parse

    def parse(self: MultiPartParser) -> Any:
        open_meanwhile.append(connection.in_atomic_block)
        return real(self)

    row = logged(cast)
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.alex.user)
    token = token_of(browser, row)
    monkeypatch.setattr(MultiPartParser, "parse", parse)
    assert send(browser, row, token=token).status_code == 302
    assert open_meanwhile == [False]


def test_the_database_itself_keeps_a_file_from_standing_twice(inside: Cast) -> None:
    file = attach(log(inside))
    file.pk, file.path = None, "elsewhere"
    with pytest.raises(IntegrityError, match="file_is_attached_once"):
        file.save()
