"""The Write tab as plain functions."""

from pathlib import Path

import gradio as gr
import pytest
from PIL import Image

from app.made.store import Shelf
from app.shared.drawings import to_data_url
from app.shared.library import Library
from app.train.tab import picker_of
from app.write import actions, tab
from app.write.actions import Change, Writing
from app.write.layout import HINT


@pytest.fixture
def writers(tiny_writer, tiny_translator, tmp_path) -> Library:
    for model in (tiny_writer, tiny_translator):
        (tmp_path / model.name).symlink_to(model)
    return Library((tmp_path, tmp_path / "user"))


def test_the_models_that_write_are_offered_and_no_others(writers):
    assert actions.model_names(writers) == ["writer"]
    with pytest.raises(ValueError, match="that writes, found outlines"):
        actions.written(writers, Writing("outlines", "永"))


def test_a_line_and_what_the_font_lacks_are_shown(writers):
    picture, said = tab.shown(writers, "writer", "永𠮷", "kaisho", "gyosho", 0.5)
    assert picture.height > picture.width
    assert "has no 𠮷" in said
    assert tab.shown(writers, "writer", " ") == (None, HINT)
    assert tab.shown(writers, None, "永")[0].size  # the model came a moment ago


def test_a_character_by_itself_stays_so_as_long_as_it_stands_there(writers):
    drawing = Image.new("L", (256, 256), "white")
    drawing.paste(0, (40, 40, 60, 200))
    changes = actions.changed({}, "永和", 1, "gyosho", to_data_url(drawing))
    assert changes == {1: Change("和", "gyosho", to_data_url(drawing))}
    plain, changed, other = (
        actions.written(writers, Writing("writer", text, changes=some))
        for text, some in (("永和", {}), ("永和", changes), ("永九", changes))
    )
    assert plain.marks[0].ink == changed.marks[0].ink
    assert plain.marks[1].ink != changed.marks[1].ink
    assert other.marks[1].ink == actions.written(writers, Writing("writer", "永九")).marks[1].ink
    assert tab.reset_one(changes, "永和", 1)[0] == {}
    assert tab.change_one({}, "永", 0, None, None, 0, tab.blank()) == {}


def test_another_model_keeps_of_characters_by_themselves_what_it_can_do(writers):
    drawing = to_data_url(Image.new("L", (256, 256), "black"))
    changes = {
        0: Change("永", "gyosho"),
        1: Change("和", {"kaisho": 0.5, "sousho": 0.5}),
        2: Change("九", "sousho", drawing),
    }
    assert actions.fitting(changes, ["kaisho", "gyosho"]) == {
        0: Change("永", "gyosho"),
        2: Change("九", None, drawing),
    }


def test_the_tab_opens_with_a_model_whose_manners_are_not_there_yet(writers):
    opened, said = tab.first_look(writers, "writer", "永", "sousho", "kaisho", 0.5)
    assert said == HINT
    assert opened.tobytes() == tab.shown(writers, "writer", "永", "kaisho")[0].tobytes()


def test_a_place_in_the_picture_is_the_nearest_character(writers):
    sheet = actions.written(writers, Writing("writer", "永𠮷\n九年"))
    size = actions.shown_size(sheet, 96)
    for mark in (*sheet.marks, *sheet.lacking):
        assert actions.at(sheet, size, mark.x * size + 9, mark.y * size - 9) is mark


@pytest.mark.parametrize(("kind", "format"), [("png", "PNG"), ("animation", "WEBP")])
def test_downloads_are_files_of_their_kind(writers, kind, format):
    path = actions.file(writers, Writing("writer", "永", paper="rice", seal="九"), kind)
    with Image.open(path) as image:
        assert image.format == format
        assert getattr(image, "is_animated", False) == (kind == "animation")


def test_an_svg_is_downloaded(writers):
    path = actions.file(writers, Writing("writer", "永"), "svg")
    assert Path(path).read_text().startswith("<svg")


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ({"text": "永" * 61}, "at most 60 characters here, found 61"),
        ({"setting": "spiral"}, "columns or rows"),
        ({"share": 2}, "0 to 1, found 2"),
        ({"manner": "sousho"}, "sousho"),
    ],
)
def test_what_cannot_be_written_is_one_sentence(writers, wanted, words):
    with pytest.raises(ValueError, match=words):
        actions.written(writers, Writing(**{"name": "writer", "text": "永", **wanted}))
    with pytest.raises(ValueError, match="place of a character, 0 to 0"):
        actions.changed({}, "永", 3, "kaisho", None)


def built(library):
    """The tab, laid out."""
    with gr.Blocks(), gr.Tab("Write") as own:
        return tab.build(library, Shelf(library.own / "made"), own)


def opened(library):
    """What the tab shows when the page is opened, by kind."""
    refresh, _ = built(library)
    changes = refresh.function()
    assert set(changes) <= set(refresh.outputs)
    return {type(one): change for one, change in changes.items()}


def test_without_a_model_the_tab_says_how_to_get_one(tmp_path):
    found = opened(Library((tmp_path, tmp_path)))
    assert (found[gr.Row].visible, found[gr.Markdown].visible) == (False, True)


def test_with_a_model_the_tab_is_there(writers):
    found = opened(writers)
    assert (found[gr.Row].visible, found[gr.Markdown].visible) == (True, False)


def test_its_model_can_be_chosen_from_elsewhere_and_stays_when_others_come(writers, tiny_writer):
    refresh, _ = built(writers)
    picker = picker_of(refresh)
    assert picker.label == "Model"
    (writers.folders[0] / "a-new-one").symlink_to(tiny_writer)
    changed = refresh.function()[picker]
    assert [name for name, _ in changed.choices] == ["a-new-one", "writer"]
    assert "value" not in changed.constructor_args  # it stays, or is as an address asks
