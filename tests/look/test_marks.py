"""Icons, colour keys, tags and people."""

import pytest
from django.utils.safestring import mark_safe

from tests.look.drawing import draw
from workspaces.models import User


def test_an_icon_beside_a_word_is_silent_and_alone_it_speaks():
    assert 'class="k-i" viewBox="0 0 24 24" aria-hidden="true"><path' in draw("{% icon 'plus' %}")
    assert 'class="k-i k-i-lg" viewBox="0 0 24 24" role="img" aria-label="frozen"' in draw(
        "{% icon 'lock' 'lg' label='frozen' %}"
    )


def test_an_unknown_icon_fails_loudly():
    with pytest.raises(KeyError):
        draw("{% icon 'no-such-drawing' %}")


def test_a_type_has_its_colour_by_name_or_number():
    assert draw("{% key 'savings' %}") == draw("{% key 3 %}") == '<span class="k-key k-t3"></span>'


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Maren Lindqvist", "ML"),
        ("Inés", "I"),
        ("maren@example.com", "M"),
        ("Ada de la Cruz", "AC"),
        ("", "?"),
    ],
)
def test_initials(name, letters):
    assert draw("{{ name|initials }}", name=name) == letters


def test_an_owner_in_a_dense_table_is_the_first_name_with_the_whole_one_at_hand():
    drawn = draw("{% owner 'Maren Lindqvist' short=True %}")
    circle = '<span class="k-av" aria-hidden="true">ML</span>'
    assert drawn == f'<span class="k-owner" title="Maren Lindqvist">{circle}Maren</span>'


def test_a_tag_is_a_word():
    assert draw("{% tag 'current' 'on' %}") == '<span class="k-tag k-tag-on">current</span>'


def test_a_name_that_was_drawn_as_text_is_not_taken_for_markup_nor_the_other_way_round():
    safe = mark_safe("<i>Tom</i> Okafor")
    assert "<i>Tom</i>" in draw("{% owner name short=True %}", name=safe)
    assert "<i>" not in draw("{% owner name short=True %}", name="<i>Tom</i> Okafor")


def test_a_person_who_was_renamed_is_drawn_by_the_new_name():
    tom = User(pk=7, name="Tom Okafor")
    assert "Tom Okafor" in draw("{% owner person %}", person=tom)
    tom.name = "Thomas Okafor"
    assert "Thomas Okafor" in draw("{% owner person %}", person=tom)
