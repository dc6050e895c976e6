"""The Translate tab's plain functions."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from helpers import gradient
from PIL import Image

from app.shared import examples as pictures
from app.shared.uploads import Upload, read_upload
from app.translate import actions as translate_actions
from app.translate import speed
from app.translate.actions import Manner

pytestmark = pytest.mark.usefixtures("translators")


def upload(picture: Image.Image | None = None, name: str = "tree.jpg") -> Upload:
    return Upload(picture or gradient(), name)


def pixels(path_or_image) -> np.ndarray:
    if isinstance(path_or_image, Image.Image):
        return np.asarray(path_or_image)
    with Image.open(path_or_image) as image:
        return np.asarray(image)


# models


def test_models_that_take_outlines_come_last(library):
    assert translate_actions.model_names(library) == ["paintings", "outlines"]


@pytest.mark.parametrize("name", ["classes", "nothing", "../outlines", None])
def test_any_other_model_gets_one_sentence(name, library):
    with pytest.raises(ValueError, match="choose one from the list"):
        translate_actions.translate(library, name, Manner("A to B"), upload())


def test_directions_and_sizes_are_in_words_with_the_usual_one(library):
    assert translate_actions.directions(library, "outlines") == [("outline → emoji", "A to B")]
    ways = [("photo → painting", "A to B"), ("painting → photo", "B to A")]
    assert translate_actions.directions(library, "paintings") == ways
    sizes = [size for _, size in translate_actions.sizes(library, "outlines", timed=False)]
    assert sizes == [0, 64, 256, 512, 1024]
    assert translate_actions.sizes(library, "paintings")[0] == ("own size", 0)
    assert translate_actions.usual_size(library, "outlines") == 0
    assert translate_actions.usual_size(library, "paintings") == 512


@pytest.mark.usefixtures("strokes")
def test_a_model_with_a_working_size_offers_strokes_in_its_place(library):
    named = translate_actions.sizes(library, "strokes")
    assert [size for _, size in named] == ["fine", "medium", "bold"]
    assert re.fullmatch(r"fine in (\d+ ms|\d+\.\d seconds)", named[0][0])
    assert translate_actions.usual_size(library, "strokes") == "medium"


# translating


def test_every_kind_of_picture_is_read_without_loss(save, library):
    palette = Image.new("P", (4, 4))
    palette.putpalette([0, 0, 0, 255, 0, 0])
    frames = [Image.new("RGB", (4, 4), colour) for colour in ("red", "blue")]
    deep = Image.fromarray(np.full((4, 4), 128 * 257, np.uint16))
    turned = Image.Exif()
    turned[274] = 6
    cases = {
        "one.png": (Image.new("RGB", (1, 1), "red"), {}, (255, 0, 0)),
        "ink.jpg": (Image.new("CMYK", (4, 4), (0, 0, 0, 0)), {}, (255, 255, 255)),
        "glass.png": (palette, {"transparency": 0}, (255, 255, 255)),
        "film.gif": (frames[0], {"save_all": True, "append_images": frames[1:]}, (255, 0, 0)),
        "deep.png": (deep, {}, 128),
        "air.png": (Image.new("RGBA", (4, 4)), {}, (255, 255, 255)),
        "phone.jpg": (Image.new("RGB", (4, 8), "white"), {"exif": turned}, (255, 255, 255)),
    }
    for name, (image, options, colour) in cases.items():
        picture = read_upload(save(name, image, **options)).picture
        assert picture.getpixel((0, 0)) == colour, name
        assert (
            translate_actions.translated(library, "outlines", Manner(), picture)[0].size
            == picture.size
        )
    assert picture.size == (8, 4)  # the last one, upright


def test_a_translation_is_the_models_and_is_kept_with_its_parameters(library):
    made = translate_actions.translate(
        library, "paintings", Manner("B to A", 256), upload(gradient(300, 200))
    )
    expected = library.get("paintings").translate(gradient(300, 200), "B to A", 256)
    assert np.array_equal(pixels(made.after), np.asarray(expected))
    assert np.array_equal(pixels(made.before), np.asarray(gradient(300, 200)))
    assert made.download.name == "tree-paintings.png"
    with Image.open(made.download) as image:
        about = json.loads(image.text["parameters"])
        assert np.array_equal(np.asarray(image), np.asarray(expected))
    assert about == {"model": "paintings", "direction": "B to A", "long_side": 256}
    assert "300 × 200 pixels" in made.words
    assert "worked at 256 pixels" in made.words


@pytest.mark.usefixtures("strokes")
def test_a_stroke_size_is_the_models_and_a_parameter(library):
    picture = gradient(600, 400)
    result, parameters, words = translate_actions.translated(
        library, "strokes", Manner("A to B", "bold"), picture
    )
    expected = library.get("strokes").translate(picture, "A to B", stroke_size="bold")
    assert np.array_equal(np.asarray(result), np.asarray(expected))
    assert parameters == {"model": "strokes", "direction": "A to B", "stroke_size": "bold"}
    assert "600 × 400 pixels" in words and "worked at" not in words


def test_what_the_page_shows_is_bounded_and_the_download_is_whole(monkeypatch, library):
    monkeypatch.setattr(translate_actions, "SHOWN", 100)
    made = translate_actions.translate(
        library, "outlines", Manner(size=64), upload(gradient(300, 150))
    )
    sizes = [Image.open(path).size for path in (made.before, made.after, made.download)]
    assert sizes == [(100, 50), (100, 50), (300, 150)]


def test_the_own_size_ends_where_memory_would(monkeypatch, library):
    monkeypatch.setattr(translate_actions, "MAX_SIZE", 128)
    for picture, long_side in ((gradient(300, 150), 128), (gradient(100, 50), 0)):
        result, parameters, _ = translate_actions.translated(library, "outlines", Manner(), picture)
        assert result.size == picture.size
        assert parameters["long_side"] == long_side


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            ("outlines", Manner("B to A"), upload()),
            "a direction of outlines, A to B, found 'B to A'",
        ),
        (("outlines", Manner(size=4096), upload()), "a working size from 0 to 2,048, found 4096"),
        (("outlines", Manner(size=-1), upload()), "found -1"),
        (("outlines", Manner(size="own"), upload()), "found 'own'"),
        (("outlines", Manner(size=None), upload()), "found nothing"),
        (("outlines", Manner(strength=2), upload()), "a strength from 0 to 1, found 2"),
        (("outlines", Manner(), None), "a picture, found none; upload one"),
    ],
)
def test_bad_input_gets_one_sentence(arguments, words, library):
    with pytest.raises(ValueError, match=words):
        translate_actions.translate(library, *arguments)


# examples


def test_outlines_have_examples_of_the_test_split_and_the_first_is_translated(library):
    files = translate_actions.examples(library, "outlines")
    assert len(files) == len(pictures.OUTLINES.chosen)
    assert all(f"test/A/{Path(file).name}" in pictures.OUTLINES.names() for file in files)
    assert translate_actions.example(library, "outlines", 1).picture.size == (256, 256)
    first = translate_actions.first_example(library, "outlines")
    assert first is translate_actions.first_example(library, "outlines")  # only once
    assert pixels(first.after).shape == (256, 256, 3)


def test_each_direction_has_examples_of_what_it_takes(library):
    photographs = translate_actions.examples(library, "paintings")
    assert len(photographs) == 8 and photographs[0].endswith("chateaudechenonceau.jpg")
    paintings = translate_actions.examples(library, "paintings", "B to A")
    assert len(paintings) == 4 and not set(photographs) & set(paintings)
    assert translate_actions.first_example(library, "paintings").error is None
    back = translate_actions.first_example(library, "paintings", Manner("B to A", 256, back=True))
    assert 0 < back.error < 1


@pytest.mark.parametrize("index", [-1, 99, None, "a", 0.5])
def test_an_example_that_is_not_there_gets_one_sentence(index, library):
    with pytest.raises(ValueError, match="an example from 0 to"):
        translate_actions.example(library, "outlines", index)


def test_without_the_bundled_pictures_there_are_no_examples(monkeypatch, tmp_path, library):
    monkeypatch.setattr(pictures, "BUNDLED", tmp_path)
    pictures.files.cache_clear()
    assert translate_actions.examples(library, "outlines") == []
    assert translate_actions.first_example(library, "outlines") is None
    with pytest.raises(ValueError, match="a model with examples, found outlines"):
        translate_actions.example(library, "outlines", 0)
    pictures.files.cache_clear()


# there and back


def test_the_way_back_is_the_other_direction_and_its_loss_is_measured(library):
    made = translate_actions.translate(
        library, "paintings", Manner("A to B", 256, back=True), upload(gradient(64, 48))
    )
    model = library.get("paintings")
    there = model.translate(gradient(64, 48), "A to B", 256)
    back = model.translate(there, "B to A", 256)
    assert np.array_equal(pixels(made.back), np.asarray(back))
    apart = np.abs(np.asarray(back, int) - np.asarray(gradient(64, 48), int))
    assert made.error == pytest.approx(apart.mean() / 255)
    assert np.array_equal(pixels(made.difference), np.minimum(255, 2 * apart))


def test_a_model_of_one_direction_has_no_way_back(library):
    made = translate_actions.translate(library, "outlines", Manner(back=True), upload())
    assert made.error is None and not made.back.exists()


def test_strength_and_colours_are_in_the_parameters_where_they_matter(library):
    manner = Manner("A to B", 256, strength=0.4, keep_colours=True)
    _, parameters, _ = translate_actions.translated(library, "paintings", manner, gradient())
    assert parameters["strength"] == 0.4 and parameters["keep_colours"] is True
    result, parameters, _ = translate_actions.translated(
        library, "paintings", Manner(strength=0), gradient()
    )
    assert np.abs(np.asarray(result, int) - np.asarray(gradient(), int)).max() <= 1


def test_the_expected_seconds_stand_beside_the_size_and_grow_with_its_area(library):
    model = library.translator("paintings")
    assert speed.seconds(model, 512) == pytest.approx(4 * speed.seconds(model, 256))
    label = {size: label for label, size in translate_actions.sizes(library, "paintings")}[1024]
    assert re.fullmatch(r"1,024 in (\d+ ms|\d+\.\d seconds)", label)


@pytest.mark.usefixtures("strokes")
def test_the_expected_seconds_of_a_stroke_size_are_those_of_its_short_side(library):
    model = library.translator("strokes")
    square = speed.seconds(model, 256)
    for size, squares in (((4000, 2000), 2), ((100, 100), 1), ((9000, 10), 4)):
        assert speed.expected(model, size, "medium") == pytest.approx(squares * square)
    for size, side, squares in (((512, 256), 0, 2), ((1024, 512), 512, 2), ((256, 64), 512, 0.25)):
        assert speed.expected(model, size, long_side=side) == pytest.approx(squares * square)


# the session


def test_a_session_keeps_the_newest_and_deletes_the_files_of_the_others(monkeypatch, library):
    monkeypatch.setattr(translate_actions, "KEPT", 2)
    session = []
    made = [translate_actions.translate(library, "outlines", Manner(), upload()) for _ in range(3)]
    for one in made:
        translate_actions.keep(session, one)
    assert session == [made[2], made[1]]
    assert not made[0].folder.exists()
    translate_actions.forget(session)
    assert not made[2].folder.exists()
