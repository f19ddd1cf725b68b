"""Forms: every control labelled, every error tied to its field and listed on top."""

from django import forms

from tests.look.drawing import draw


class Example(forms.Form):
    amount = forms.DecimalField(
        help_text="As people write it", error_messages={"invalid": "Yen has no decimals."}
    )
    currency = forms.ChoiceField(choices=[("USD", "US dollar")])
    basis = forms.ChoiceField(choices=[("a", "one-off"), ("b", "per year")], widget=forms.RadioSelect)
    remember = forms.BooleanField(required=False)
    secret = forms.CharField(widget=forms.HiddenInput, required=False)


REFUSED = {"amount": "x", "currency": "USD"}


def test_a_field_has_a_label_a_control_and_its_hint():
    drawn = draw("{% field form.amount wrap='k-c7' css='k-r' inputmode='decimal' %}", form=Example())
    assert '<div class="k-c7">' in drawn
    assert '<label class="form-label" for="id_amount">Amount</label>' in drawn
    assert 'class="form-control k-r"' in drawn
    assert 'inputmode="decimal"' in drawn
    assert 'aria-describedby="id_amount_hint"' in drawn
    assert '<div class="k-hint" id="id_amount_hint">As people write it</div>' in drawn


def test_a_refused_field_keeps_the_input_and_is_tied_to_its_error():
    drawn = draw("{% field form.amount %}", form=Example(REFUSED))
    assert 'value="x"' in drawn
    assert 'aria-invalid="true"' in drawn
    assert 'aria-describedby="id_amount_hint id_amount_error"' in drawn
    assert 'id="id_amount_error"' in drawn
    assert "Yen has no decimals." in drawn


def test_what_reads_the_value_back_describes_the_field():
    drawn = draw("{% field form.amount echo='echo' hint='' %}", form=Example())
    assert 'aria-describedby="echo"' in drawn


def test_what_is_wrong_is_said_once_by_what_reads_the_value_back():
    drawn = draw("{% field form.amount echo='echo' hint='' %}", form=Example(REFUSED))
    assert 'aria-describedby="echo"' in drawn
    assert 'aria-invalid="true"' in drawn
    assert "Yen has no decimals." not in drawn


def test_a_select_stands_in_its_frame_with_a_chevron():
    drawn = draw("{% field form.currency %}", form=Example())
    assert '<span class="k-sel k-sel-w"><select name="currency" class="form-select"' in drawn


def test_choices_are_a_group_with_a_legend():
    drawn = draw("{% field form.basis %}", form=Example(REFUSED))
    assert '<legend class="form-label">Basis</legend>' in drawn
    assert drawn.count('type="radio"') == 2
    assert 'aria-describedby="id_basis_error"' in drawn


def test_a_check_box_is_labelled_by_the_words_after_it():
    drawn = draw("{% field form.remember label='Remember this mapping' %}", form=Example())
    assert 'type="checkbox" name="remember" class="form-check-input"' in drawn
    assert "<span>Remember this mapping</span></label>" in drawn


def test_a_hidden_field_is_only_its_input():
    assert draw("{% field form.secret %}", form=Example()) == (
        '<input type="hidden" name="secret" class="form-control" id="id_secret">'
    )


def test_an_attribute_of_the_widget_can_be_dropped():
    form = Example()
    form.fields["amount"].widget.attrs["placeholder"] = "Amount"
    assert "placeholder" not in draw("{% field form.amount placeholder=False %}", form=form)


def test_the_summary_links_each_error_to_its_field():
    drawn = draw("{% errors form %}", form=Example(REFUSED))
    assert 'role="alert" tabindex="-1" data-errors' in drawn
    assert '<a href="#id_amount">Amount: Yen has no decimals.</a>' in drawn
    assert '<a href="#id_basis_0">Basis: This field is required.</a>' in drawn


def test_there_is_no_summary_without_a_refusal():
    assert draw("{% errors form %}", form=Example()) == ""


def test_the_summary_reads_formsets_too():
    rules = forms.formset_factory(Example)
    data = {
        "form-TOTAL_FORMS": "1",
        "form-INITIAL_FORMS": "0",
        "form-0-amount": "x",
        "form-0-currency": "USD",
    }
    drawn = draw("{% errors form rules %}", form=Example(), rules=rules(data))
    assert '<a href="#id_form-0-amount">Amount: Yen has no decimals.</a>' in drawn
