"""What a person types, drawn in several hands."""

import json

import gradio as gr
import pytest
from helpers import ROOT
from PIL import ExifTags, Image
from worded import HANDS, worded_model

from app.generate import actions as generate_actions
from app.generate import pictures
from app.generate import tab as generate_tab
from app.made.store import Shelf
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


def test_pictures_and_the_way_between_them_have_the_colours_that_were_typed(library, offered):
    """Of the model that ships: the body of an apple, beside its middle."""
    (offered / "emoji-words").symlink_to(ROOT / "weights" / "emoji-words")
    start, end = (
        prompt_actions.origins(library, "emoji-words", text, "noto", 1, 7, 1.0)[0]
        for text in ("a blue apple", "a purple apple")
    )
    (image,) = pictures.drawn(library, [start])
    (alone,) = library.sampler("emoji-words").sample("a blue apple", 7, 1.0, hand="noto")
    assert image.tobytes() == alone.tobytes()
    with Image.open(pictures.way(library, start, end)) as way:
        red, green, blue = way.convert("RGB").resize((8, 8)).getpixel((4, 5))
        assert blue > green > red
        way.seek(generate_actions.FRAMES - 1)
        red, green, blue = way.convert("RGB").resize((8, 8)).getpixel((4, 5))
        assert blue > red > green


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


def test_a_model_that_takes_words_begins_with_pictures_of_some(worded, library, tmp_path):
    with gr.Blocks():
        _, generated = generate_tab.build(library, Shelf(tmp_path / "made"))
    layout = generated.recall.function.args[1]
    changes = generate_tab.choose_model(library, layout, worded)
    assert changes[layout.tabs].selected == "words"
    assert {changes[one.tab].visible for one in (layout.pick, layout.morph)} == {"hidden"}
    assert [one.what for one in changes[layout.prompt.gallery.origins]] == ["a red apple"] * 8
    assert changes[layout.pick.gallery.origins] == []
    assert "of what you type" in changes[layout.about]
    back = generate_tab.choose_model(library, layout, "classes")
    assert back[layout.tabs].selected == "pick"
    assert back[layout.pick.tab].visible is True


def test_what_words_drew_comes_back_with_them(worded, library, tmp_path):
    shelf = Shelf(tmp_path / "made")
    with gr.Blocks():
        _, generated = generate_tab.build(library, shelf)
    layout = generated.recall.function.args[1]
    prompt, gallery = layout.prompt, layout.prompt.gallery
    told = (worded, "a blue cat", "noto", 2, 7, 0.8, False)
    drawn = prompt_tab.draw_worded(library, shelf, prompt, layout.common.seed, *told)
    (made,) = shelf.newest(9)
    again = generated.recall.function(made.parameters)
    assert (again[prompt.text], again[prompt.hand].value, again[prompt.count]) == (
        *("a blue cat", "noto"),
        2,
    )
    assert again[gallery.origins] == drawn[gallery.origins]
    prompt_tab.morph(
        *(library, shelf, prompt, layout.common.seed, worded, "cat", "car", "noto", 7, 0.8, False)
    )
    again = generated.recall.function(shelf.newest(9)[0].parameters)
    assert (again[prompt.text], again[prompt.end]) == ("cat", "car")
    assert again[gallery.way]["visible"]


def test_the_part_is_hidden_for_models_that_take_no_words(worded, library):
    with gr.Blocks():
        prompt = prompt_tab.build(library, worded)
    assert prompt.tab.visible is True
    changes = prompt_tab.begun(library, prompt, "classes")
    assert changes[prompt.tab].visible == "hidden"
    assert changes[prompt.gallery.origins] == []
    hands = prompt_tab.hands_of(library.sampler(worded))
    assert [name for _, name in hands] == ["all", *HANDS]
    assert dict(hands) == {"all": "all", "Noto Emoji": "noto", "OpenMoji": "openmoji"}
