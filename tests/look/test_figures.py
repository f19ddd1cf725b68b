"""Figures as the design writes them (rules 1, experience 8)."""

from decimal import Decimal as D
from types import SimpleNamespace

import pytest
from djmoney.money import Money

from tests.look.drawing import draw


def test_euros_show_cents_and_their_code():
    assert draw("{% money v 'EUR' %}", v=D("40941.66")) == (
        '<span class="k-amt">40,941<span class="k-dec">.66</span> <span class="k-cur">EUR</span></span>'
    )


def test_yen_have_no_decimals_and_keep_their_room_in_a_mixed_column():
    assert "7,850,000 <span" in draw("{% money v 'JPY' %}", v=D(7850000))
    ghost = draw("{% money v 'JPY' ghost=True %}", v=D(7850000))
    assert '7,850,000<span class="k-dec k-ghost" aria-hidden="true"></span>' in ghost


def test_dinars_have_three_decimals_with_or_without_room_for_yen():
    assert '1<span class="k-dec">.234</span>' in draw("{% money v 'KWD' ghost=True %}", v=D("1.234"))


def test_a_negative_amount_is_red_with_a_true_minus():
    drawn = draw("{% money v 'USD' %}", v=D("-22"))
    assert 'class="k-amt k-neg">−22<span class="k-dec">.00</span>' in drawn


def test_zero_is_written():
    assert 'class="k-amt k-zero">0<span class="k-dec">.00</span>' in draw("{% money v 'EUR' %}", v=D("0.00"))


def test_a_difference_carries_its_sign():
    assert ">+43<" in draw("{% money v 'EUR' sign=True %}", v=D("43.85"))


def test_unknown_is_a_reason_linked_to_its_repair_and_never_zero():
    drawn = draw("{% money v 'EUR' reason='no catalog entry' repair='/catalog' %}", v=None)
    assert drawn == '<span class="k-unknown">— <a href="/catalog">no catalog entry</a></span>'


def test_a_figure_leads_to_its_rows():
    drawn = draw("{% money v 'EUR' url %}", v=D(5), url="/rows?a=1&b=2")
    assert '<a class="k-fig" href="/rows?a=1&amp;b=2">5<span class="k-dec">.00</span></a>' in drawn


def test_a_provisional_figure_says_so_by_a_tag_or_a_dashed_line():
    tag = draw("{% money v 'EUR' prov=True %}", v=D(5))
    assert tag.startswith('<span class="k-tag k-tag-prov">provisional</span> <span class="k-amt">')
    assert 'class="k-fig k-prov"' in draw("{% money v 'EUR' '/x' prov='line' %}", v=D(5))


def test_a_column_of_one_currency_leaves_the_code_to_its_header():
    assert "EUR" not in draw("{% money v 'EUR' code=False %}", v=D(5))


def test_a_money_brings_its_own_currency():
    assert "GBP" in draw("{% money v %}", v=Money(D("39750"), "GBP"))


def test_a_currency_is_text_and_not_markup():
    assert "<b>" not in draw("{% unknown reason %}", reason="<b>no</b>")


@pytest.mark.parametrize(
    ("new", "old", "said"),
    [("268530.47", "248916.35", "+7.9 %"), ("53756.49", "58730.45", "−8.5 %"), ("5", "5", "0.0 %")],
)
def test_a_change_is_a_signed_percentage(new, old, said):
    assert said in draw("{% delta new old %}", new=D(new), old=D(old))


@pytest.mark.parametrize(("new", "old"), [(D(5), D(0)), (D(5), None), (None, D(5))])
def test_a_change_from_nothing_or_the_unknown_is_no_percentage(new, old):
    assert "nothing to compare with" in draw("{% delta new old %}", new=new, old=old)


def test_counts_are_grouped_and_prices_keep_their_digits():
    assert draw("{{ a|number }} {{ b|number }} {{ c|signed }}", a=12480, b=D("-1061.405"), c=D("7.9")) == (
        "12,480 −1,061.405 +7.9"
    )


def test_a_tile_compares_with_two_quarters():
    drawn = draw(
        "{% tile 'Direct revenue' v 'EUR' '/x' key='direct' %}<dl>{% compare 'vs Q2 2026' v old 'EUR' %}</dl>"
        "{% endtile %}",
        v=D("268530.47"),
        old=D("248916.35"),
    )
    assert '<span class="k-key k-t1"></span>Direct revenue' in drawn
    assert '<dt>vs Q2 2026</dt><dd>248,916.35</dd><dd><span class="k-delta">+7.9 %</span></dd>' in drawn


def test_a_total_says_its_currency_beside_the_figure_where_a_narrow_window_has_no_header():
    sums = SimpleNamespace(known=D("1035140.24"), unknown_rows=0, provisional_rows=2, earlier_rows=0)
    drawn = draw("{% summed sums 'USD' narrow=True %}", sums=sums)
    assert drawn.index('<span class="k-cur k-only-n">USD</span>') < drawn.index("2 provisional")


def test_a_quantity_that_is_written_already_gets_its_noun():
    assert draw("{{ a|units }}, {{ b|units }}", a="1", b="−2.5") == "1 unit, −2.5 units"
