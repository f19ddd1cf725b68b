"""The frame of a page: head, dialog or page, notes, toasts."""

from types import SimpleNamespace

from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message

from tests.look.drawing import draw

DIALOG = (
    "{% dialog 'Add contribution' sub='Goes into Q3 2026' action='/add' size='sm' back='/list' %}fields"
    "{% foot %}<button class='btn btn-primary'>Save</button>{% enddialog %}"
)


def test_a_head_has_a_title_a_line_and_its_actions():
    drawn = draw("{% head 'Contributions' sub='Q3 2026' %}<a>Add</a>{% endhead %}")
    assert drawn == (
        '<div class="k-head"><div><h1>Contributions</h1><p class="k-sub">Q3 2026</p></div>'
        '<div class="k-head-x"><a>Add</a></div></div>'
    )


def test_breadcrumbs_end_where_one_is():
    drawn = draw("{% crumbs 'Transactions' '/t' 'Import' %}")
    assert '<a href="/t">Transactions</a> / Import</nav>' in drawn


def test_a_form_opens_as_a_dialog_when_htmx_fills_the_dialog():
    drawn = draw(DIALOG, target="dialog")
    assert 'hx-post="/add" hx-target="#dialog"' in drawn
    assert '<h2 id="dialog-title">Add contribution</h2>' in drawn
    assert "data-close" in drawn
    assert "k-sheet" not in drawn


def test_the_same_form_is_a_page_without_javascript():
    drawn = draw(DIALOG)
    assert '<section class="k-panel k-sheet k-sheet-sm"' in drawn
    assert '<h1 id="dialog-title">Add contribution</h1>' in drawn
    assert '<form class="k-frame k-frame-sm" method="post" action="/add"' in drawn
    assert "hx-post" not in drawn
    assert '<a class="k-close" href="/list"' in drawn


def test_a_dialog_without_an_action_holds_no_form():
    assert "<form" not in draw("{% dialog 'History' %}rows{% enddialog %}", target="dialog")


def test_a_form_with_a_file_sends_it():
    upload = "{% dialog 'Attach' action='/a' upload=True %}x{% foot %}y{% enddialog %}"
    assert 'enctype="multipart/form-data" hx-post="/a"' in draw(upload, target="dialog")


def test_a_note_has_an_icon_and_a_sentence():
    drawn = draw("{% note 'warn' %}<b>Months 13–14 are not covered</b> and will earn 0.{% endnote %}")
    assert drawn.startswith('<div class="k-note k-note-warn"><svg class="k-i"')
    assert "will earn 0.</div></div>" in drawn


def test_what_was_done_is_a_toast_with_its_undo():
    done = Message(constants.SUCCESS, "Contribution voided", extra_tags="undo=/w/hb/1/restore")
    drawn = draw("{% include 'components/toasts.html' %}", messages=[done])
    assert 'class="k-toast" role="status"' in drawn
    assert '<form method="post" action="/w/hb/1/restore">' in drawn
    assert ">Undo</button>" in drawn


def test_a_refusal_is_a_note_and_never_a_toast():
    refused = Message(constants.ERROR, "The file is too large.")
    assert "too large" not in draw("{% include 'components/toasts.html' %}", messages=[refused])
    assert 'class="k-note k-note-bad k-mb" role="alert"' in draw(
        "{% include 'components/refusals.html' %}", messages=[refused]
    )


def test_a_job_shows_its_real_counts_and_asks_again():
    job = SimpleNamespace(
        stage="Writing rows", done=7200, total=12213, error="", is_over=False, cancel_requested=0
    )
    source = "{% include 'components/progress.html' with job=job url='/job' cancel_url='/stop' %}"
    drawn = draw(source, job=job)
    assert '7,200 <span class="k-of">of 12,213 rows</span>' in drawn
    assert 'hx-get="/job" hx-trigger="load delay:1s" hx-swap="outerHTML"' in drawn
    assert '<progress class="k-prog k-mt-s" max="12213" value="7200"' in drawn


def test_a_job_that_is_over_asks_no_more():
    job = SimpleNamespace(stage="Done", done=5, total=5, error="", is_over=True, cancel_requested=0)
    drawn = draw("{% include 'components/progress.html' with job=job url='/job' %}", job=job)
    assert "hx-get" not in drawn


def test_the_appearance_is_on_the_page_before_anything_is_drawn():
    page = '{% extends "base_plain.html" %}'
    assert '<html lang="en" data-bs-theme="dark">' in draw(page, appearance="dark")
    assert '<html lang="en">' in draw(page)


def test_a_long_text_ends_between_words_and_one_without_spaces_anywhere():
    assert draw("{{ text|shortened:20 }}", text="Two  lines\nof words") == "Two lines of words"
    assert draw("{{ text|shortened:20 }}", text="Access control at the parent") == "Access control at…"
    assert draw("{{ text|shortened:6 }}", text="設備の保守を一度にまとめた") == "設備の保守…"


def test_what_somebody_typed_ends_like_a_sentence():
    assert draw("{{ 'Entered twice '|sentence }} Next") == "Entered twice. Next"
    assert draw("{{ 'Gone!'|sentence }}{{ ''|sentence }}") == "Gone!"
