"""The settings of a result come back in the tab that made it."""

import json
from types import SimpleNamespace

import gradio as gr
import pytest
from PIL import Image

from app.draw import tab as draw_tab
from app.draw.actions import translate
from app.draw.outlines import first_outline
from app.made.store import Shelf
from app.shared.drawings import to_data_url
from app.translate import tab as translate_tab
from app.translate.actions import Manner, translated
from app.write import actions as write_actions
from app.write import tab as write_tab


@pytest.fixture
def built(library, tmp_path, translators, strokes, tiny_listener, tiny_writer, offered):
    """The tabs' recalls, and their layouts."""
    for model in (tiny_listener, tiny_writer):
        (offered / model.name).symlink_to(model)
    shelf = Shelf(tmp_path / "made")
    with gr.Blocks(), gr.Tabs():
        with gr.Tab():
            *_, draw = draw_tab.build(library, shelf)
        with gr.Tab() as writing:
            *_, write = write_tab.build(library, shelf, writing)
        with gr.Tab() as translating:
            *_, translate = translate_tab.build(library, shelf, translating)
    return SimpleNamespace(draw=draw, write=write, translate=translate)


def layout_of(recall):
    return recall.function.args[1]


def test_a_drawing_comes_back_as_its_model_its_words_and_its_answer(built, library):
    layout = layout_of(built.draw)
    about = {"model": "listener", "words": "strawberry", "seeds": "7, 12"}
    changes = built.draw.function(about)
    assert changes[layout.name]["value"] == "listener"
    assert changes[layout.words] == "strawberry"
    assert changes[layout.answers].value == changes[layout.asked].seeds == "7, 12"
    # the model that is chosen by it keeps to them; and only that one
    told = (to_data_url(first_outline().picture), "strawberry", "")
    recalled = changes[layout.recalled]
    shown = draw_tab.choose(library, layout, "listener", *told, recalled)
    picture, _ = translate(library, "listener", *told, "7, 12")
    assert shown[layout.output].tobytes() == picture.tobytes()
    offered = draw_tab.show_abilities(library, layout, "listener", *told, recalled)
    assert offered[layout.answers].value == "7, 12"
    other = draw_tab.show_abilities(library, layout, "outlines", *told, recalled)
    assert (other[layout.answers].value, other[layout.recalled]) == ("", {})


def test_the_same_settings_can_come_back_twice(built):
    """A drawing follows what changes, and nothing would."""
    about, layout = {"model": "listener"}, layout_of(built.draw)
    one, other = (built.draw.function(about)[layout.recalled] for _ in range(2))
    assert one != other


def test_a_translation_comes_back_with_its_direction_size_and_strength(built, library):
    layout = layout_of(built.translate)
    about = {"model": "paintings", "direction": "B to A", "long_side": 256, "strength": 0.5}
    changes = built.translate.function(about)
    assert changes[layout.choice.direction].value == "B to A"
    assert changes[layout.choice.size].value == 256
    assert changes[layout.choice.strength] == 0.5
    assert changes[layout.choice.keep_colours] is False
    # the model that is chosen by it keeps to them; and only that one
    given = (library, layout, "paintings", 0.5, False, False, None, [])
    *_, last = translate_tab.choose_translator(*given, changes[layout.recalled])
    assert last[layout.choice.direction].value == "B to A"
    assert last[layout.recalled] == {}
    *_, last = translate_tab.choose_translator(*given, {"model": "strokes", "direction": "B to A"})
    assert last[layout.choice.direction].value == "A to B"


def test_settings_that_a_model_does_not_have_are_its_usual_ones(built):
    layout = layout_of(built.translate)
    changes = built.translate.function({"model": "strokes", "direction": "up", "long_side": 3})
    assert changes[layout.choice.direction].value == "A to B"
    assert changes[layout.choice.size].value == "medium"


def test_a_writing_comes_back_as_it_looked(built, library, tmp_path):
    layout = layout_of(built.write)
    wanted = write_actions.Writing("writer", "永和", "gyosho", "soseki", 0.25, "rows", seal="九")
    with Image.open(write_actions.file(library, wanted, "png")) as picture:
        about = json.loads(picture.text["parameters"])
    changes = built.write.function(about)
    assert (changes[layout.text], changes[layout.seal]["value"]) == ("永和", "九")
    assert changes[layout.manner].value == "gyosho"
    assert changes[layout.share].value == 0.25
    assert changes[layout.setting]["value"] == "rows"
    drawn, _ = write_tab.shown(library, *vars(wanted).values())
    assert changes[layout.picture].tobytes() == drawn.tobytes()


@pytest.mark.parametrize("tab", ["draw", "write", "translate"])
def test_a_model_that_is_gone_is_said(built, tab):
    with pytest.raises(ValueError, match="gone .*not there any more"):
        getattr(built, tab).function({"model": "gone"})


def test_every_manner_of_translating_is_known_by_its_file(built, library):
    """What `recall` reads is what a translation writes."""
    picture = Image.new("RGB", (32, 32), "red")
    manner = Manner("B to A", 256, 0.5, True)
    _, about, _ = translated(library, "paintings", manner, picture)
    changes = built.translate.function(about)
    layout = layout_of(built.translate)
    assert changes[layout.choice.size].value == 256
    assert changes[layout.choice.strength] == 0.5
    assert changes[layout.choice.keep_colours] is True
