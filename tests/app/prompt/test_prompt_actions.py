"""What a person types, drawn in several hands."""

import json

import gradio as gr
import pytest
from PIL import ExifTags, Image
from worded import HANDS, worded_model

from app.prompt import actions as prompt_actions
from app.prompt import tab as prompt_tab


@pytest.fixture
def worded(offered):
    return worded_model(offered / "worded").name


def test_a_row_for_each_hand_and_the_words_inside(worded, library):
    sheet = prompt_actions.draw(library, worded, " a red apple ", prompt_actions.ALL, 3, 7, 1.0)
    about = json.loads(sheet.info["parameters"])
    assert (about["words"], about["count"], about["seed"]) == ("a red apple", 3, 7)
    assert sheet.width / sheet.height == pytest.approx(3 / len(HANDS), rel=0.05)
    one = prompt_actions.draw(library, worded, "红苹果", "noto", 3, 7, 1.0)
    assert one.width / one.height == pytest.approx(3, rel=0.05)


def test_a_morph_goes_from_one_text_to_another(worded, library):
    path = prompt_actions.morph(library, worded, "cat", "car", "openmoji", 7, 1.0)
    with Image.open(path) as image:
        assert image.n_frames > 20
        about = json.loads(image.getexif()[ExifTags.Base.ImageDescription])
    assert about["to"] == "car"


def test_impossible_wishes_get_one_sentence(worded, library):
    for arguments, words in (
        ((worded, "", "noto", 1, 7, 1.0), "type some"),
        ((worded, "x" * 501, "noto", 1, 7, 1.0), "at most 500"),
        ((worded, "cat", "nobody", 1, 7, 1.0), "a manner of"),
        ((worded, "cat", "noto", 17, 7, 1.0), "how many"),
        (("classes", "cat", "noto", 1, 7, 1.0), "takes words"),
    ):
        with pytest.raises(ValueError, match=words):
            prompt_actions.draw(library, *arguments)


def test_the_part_is_hidden_for_models_that_take_no_words(worded, library):
    assert prompt_tab.visible(library.sampler(worded)) is True
    with gr.Blocks():
        prompt = prompt_tab.build(library, worded)
    changes = prompt_tab.emptied(library, prompt, "classes")
    assert changes[prompt.tab].visible == "hidden"
    assert prompt_tab.hands_of(library.sampler(worded)) == ["all", *HANDS]
