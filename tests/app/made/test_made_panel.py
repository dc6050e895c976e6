"""The shelf in the page, and how results are used again."""

import json

import gradio as gr
import pytest
from PIL import Image

from app.generate import tab as generate_tab
from app.made import passing, tab
from app.made.store import Shelf


@pytest.fixture
def shelf(tmp_path) -> Shelf:
    return Shelf(tmp_path / "made")


@pytest.fixture
def generate(library, shelf):
    """What becomes of pictures of the Generate tab, and its layout."""
    with gr.Blocks():
        _, generated = generate_tab.build(library, shelf)
    return generated, generated.recall.function.args[1]


def kept(shelf: Shelf, **about):
    picture = Image.new("RGB", (8, 8))
    picture.info["parameters"] = json.dumps(about)
    return shelf.get(shelf.keep(picture, "generate"))


def test_a_result_tells_how_it_was_made_and_what_its_file_says_is_escaped(shelf):
    made = kept(shelf, model="<b>x</b>", seed=7, other="hidden")
    told = tab.card(made)
    assert "<b>Seed</b> 7" in told
    assert "&lt;b&gt;x&lt;/b&gt;" in told
    assert "hidden" not in told
    rows = tab.rows([made])
    assert made.name in rows and "<b>x" not in rows


def test_what_is_drawn_is_kept_and_its_settings_draw_the_same_again(library, shelf, generate):
    generated, layout = generate
    given = ("classes", "3", 4, 7, 0.8, False)
    drawn = generate_tab.draw_pictures(library, shelf, layout, *given)
    (made,) = shelf.newest(9)
    assert made.parameters["class"] == "3"
    again = generated.recall.function(made.parameters)
    assert (again[layout.common.seed], again[layout.common.fresh]) == (7, False)
    assert again[layout.pick.which]["value"] == "3"
    pictures = layout.pick.gallery.shown
    before, after = (
        [picture.tobytes() for picture in changes[pictures]["value"]] for changes in (drawn, again)
    )
    assert before == after
    chosen = generate_tab.choose_model(library, layout, "classes", made.parameters)
    assert [one.tobytes() for one in chosen[pictures]["value"]] == before


def test_a_part_comes_back_with_its_settings_and_another_model_is_chosen_first(library, generate):
    generated, layout = generate
    again = generated.recall.function(
        {"model": "classes", "text": "20", "seed": 7, "truncation": 1.0}
    )
    assert again[layout.write.text] == "20"
    assert json.loads(again[layout.write.output].info["parameters"])["text"] == "20"
    with pytest.raises(ValueError, match="not there any more"):
        generated.recall.function({"model": "gone", "count": 4, "seed": 7})


def test_a_chosen_picture_is_handed_on_as_a_file_with_its_parameters(library, generate):
    generated, layout = generate
    origins = layout.pick.gallery.origins.value
    path = generated.sender.function(origins, [2, 1])
    with Image.open(path) as image:
        assert json.loads(image.text["parameters"])["picture"] == 1


def test_files_on_their_way_do_not_pile_up(monkeypatch):
    monkeypatch.setattr(passing, "KEPT", 1)
    first, second = (passing.passed_on(Image.new("L", (4, 4))) for _ in range(2))
    assert [passing.Path(path).exists() for path in (first, second)] == [False, True]


def test_what_the_page_shows_in_a_gallery_scripts_still_get_under_its_name(library, shelf):
    with gr.Blocks() as page:
        generate_tab.build(library, shelf)
    public = {fn.api_name for fn in page.fns.values() if fn.api_visibility == "public"}
    assert {"draw", "write", "compare", "morph", "draw_words", "morph_words", "listen"} <= public
