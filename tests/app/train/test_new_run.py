"""The form of a new run, as a check of data fills it in."""

import gradio as gr
import pytest

from app.settings import Settings
from app.train import new_run
from app.train.form_layout import Begun, Fitting, lay_out

FOUND = Fitting(("pairs", "mine"), "emoji", ("line drawing", "painting"))


@pytest.fixture
def parts(tmp_path):
    """The form and what stands around it."""
    with gr.Blocks():
        form, around, *_ = lay_out(Settings(runs=tmp_path, datasets=tmp_path))
    return form, around


def test_a_check_fills_in_where_to_begin_and_what_the_sides_show(parts):
    form, around = parts
    changes = new_run.fill_in(form, around, "pairs", "mine", FOUND, Begun())
    assert changes[form.start] == "emoji"
    assert changes[form.first_kind]["value"] == "line drawing"
    again = new_run.fill_in(form, around, "pairs", "mine", FOUND, changes[around.begun])
    assert form.first_kind not in again and form.start not in again  # which may be changed by now


def test_a_check_that_ends_late_leaves_what_a_person_has_chosen(parts):
    form, around = parts
    chosen = Begun(chosen=("pairs", "mine"))
    changes = new_run.fill_in(form, around, "pairs", "mine", FOUND, chosen)
    assert form.start not in changes and form.preset not in changes
    assert changes[form.second_kind]["value"] == "painting"
    for task, data in (("domains", "mine"), ("pairs", "others")):
        late = new_run.fill_in(form, around, task, data, FOUND, Begun())
        assert set(late) == {around.begun}


def test_a_choice_ends_with_the_data_that_it_was_for(parts):
    form, around = parts
    begun = Begun(chosen=("pairs", "others"))
    changes = new_run.fill_in(form, around, "pairs", "mine", FOUND, begun)
    assert changes[form.start] == "emoji"
    assert changes[around.begun] == Begun(filled=FOUND.of)


def test_data_that_cannot_be_checked_are_filled_in_when_they_can(parts):
    form, around = parts
    filled = Begun(filled=FOUND.of)
    failed = new_run.fill_in(form, around, "pairs", "torn", Fitting(), filled)
    assert failed[form.first_kind]["visible"] is False
    changes = new_run.fill_in(form, around, "pairs", "mine", FOUND, failed[around.begun])
    assert changes[form.start] == "emoji"
