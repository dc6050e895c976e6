"""The Draw tab's functions, without a browser."""

import base64
import json
import re
import struct
import zlib
from io import BytesIO

import gradio as gr
import numpy as np
import pytest
from PIL import Image, ImageDraw

from app.draw import actions as draw_actions
from app.draw import layout as draw_layout
from app.draw import outlines
from app.draw import tab as draw_tab
from app.shared import examples
from app.shared.drawings import PREFIX, read_drawing, to_data_url


@pytest.fixture(autouse=True)
def only_tiny_models(offered):
    pass


def circle(side: int = 256, mode: str = "L") -> Image.Image:
    drawing = Image.new(mode, (side, side), "white")
    ImageDraw.Draw(drawing).circle((side / 2, side / 2), side / 3, outline="black", width=7)
    return drawing


def address(image: Image.Image, **options) -> str:
    return as_address(encoded(image, **options))


def encoded(image: Image.Image, kind: str = "PNG", **options) -> bytes:
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def as_address(data: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(data).decode()


def huge_png() -> bytes:
    """A PNG of a few hundred bytes that says that it has 30,000 x 30,000 pixels."""
    data = bytearray(encoded(Image.new("L", (8, 8))))
    data[16:24] = struct.pack(">II", 30_000, 30_000)
    data[29:33] = struct.pack(">I", zlib.crc32(data[12:29]))
    return bytes(data)


def test_models_whose_input_is_an_outline_are_listed(offered, tiny_translator, library):
    assert draw_actions.model_names(library) == ["outlines"]
    config = json.loads((tiny_translator / "config.json").read_text())
    for name, domains in (("Edges", ["Edges", "photo"]), ("photos", ["photo", "painting"])):
        (offered / name).mkdir()
        (offered / name / "config.json").write_text(json.dumps({**config, "domains": domains}))
        weights = offered / name / "model.safetensors"
        weights.symlink_to(tiny_translator / "model.safetensors")
    assert draw_actions.model_names(library) == ["Edges", "outlines"]


@pytest.mark.parametrize("name", ["classes", "nothing", "../outlines", None])
def test_any_other_model_gets_one_sentence(name, library):
    with pytest.raises(ValueError, match="choose one from the list"):
        draw_actions.translate(library, name, address(circle()))


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "1"])
def test_a_drawing_is_translated_at_its_size_and_carries_its_parameters(mode, library):
    picture, words = draw_actions.translate(library, "outlines", address(circle(200, mode)))
    assert (picture.size, picture.mode) == ((200, 200), "RGB")
    about = json.loads(picture.info["parameters"])
    assert about == {"model": "outlines", "direction": "A to B"}
    assert "Translated in" in words


def test_the_translation_is_that_of_the_model_at_the_size_it_was_trained_at(library):
    picture, _ = draw_actions.translate(library, "outlines", address(circle()))
    expected = library.get("outlines").translate(circle(), long_side=64)
    assert np.array_equal(np.asarray(picture), np.asarray(expected))


def test_what_is_drawn_can_be_seen_in_the_translation(library):
    pictures = [
        draw_actions.translate(library, "outlines", address(circle(side)))[0] for side in (256, 128)
    ]
    one, other = (np.asarray(picture.resize((64, 64)), int) for picture in pictures)
    assert np.ptp(one) > 8
    assert abs(one - other).max() > 2


@pytest.mark.parametrize("empty", ["", None, address(Image.new("L", (256, 256), 253))])
def test_an_empty_drawing_gives_an_empty_picture_and_a_hint(empty, library):
    picture, words = draw_actions.translate(library, "outlines", empty)
    assert (picture.size, picture.mode, picture.getextrema()) == (
        (256, 256),
        "RGB",
        ((255,) * 2,) * 3,
    )
    assert "Draw something" in words


def test_without_a_model_the_tab_says_how_to_train_one_until_there_is_one(offered, library):
    with gr.Blocks():
        layout = draw_layout.lay_out(library)
    shown = draw_tab.newest(library, layout)
    assert (shown[layout.missing].visible, shown[layout.studio].visible) == (False, True)
    assert shown[layout.name].value == "outlines"
    assert "turns outline into emoji" in shown[layout.about]
    (offered / "outlines").unlink()
    shown = draw_tab.newest(library, layout)
    assert (shown[layout.missing].visible, shown[layout.studio].visible) == (True, False)
    assert (shown[layout.name].value, shown[layout.about]) == (None, "")
    assert "python -m training.pix2pix --data emoji --recipe cpu --name NAME" in draw_layout.EMPTY


def test_what_a_model_can_be_told_is_shown_and_the_rest_is_not(told, library):
    with gr.Blocks():
        layout = draw_layout.lay_out(library)
    for name, shown in ((told, True), ("outlines", False)):
        changes = draw_tab.show_abilities(library, layout, name, address(circle()), "", "", {})
        assert changes[layout.words].visible == changes[layout.many].visible == shown
        assert changes[layout.drawing].props["listens"] == shown
        assert bool(changes[layout.answers].props["rows"]) == shown


def test_transparent_paper_is_white():
    assert draw_actions.is_empty(read_drawing(address(Image.new("RGBA", (9, 9)))))


@pytest.mark.parametrize(
    ("address", "words"),
    [
        (3, "begins with data:image/png;base64,, found <class 'int'>"),
        ({"path": "/etc/passwd"}, "found <class 'dict'>"),
        ("/etc/passwd", "found '/etc/passwd'"),
        ("data:image/svg+xml;base64,PHN2Zy8+", "found 'data:image/svg"),
        ("data:image/png;base64,<not base64>", "in base64"),
        ("data:image/png;base64,é", "in base64"),
        ("data:image/png;base64,", "as PNG, found another format"),
        (as_address(encoded(circle(), "JPEG")), "as PNG, found another format"),
        (as_address(encoded(circle())[:300]), "does not open"),
        (address(circle(1025)), "at most 1024 x 1024 pixels, found 1025 x 1025"),
        (as_address(huge_png()), "found 30000 x 30000"),
        ("data:image/png;base64," + "A" * 2_800_000, "at most 2 MB"),
    ],
)
def test_anything_but_a_small_png_gets_one_sentence(address, words, library):
    with pytest.raises(ValueError, match=words) as error:
        draw_actions.translate(library, "outlines", address)
    assert len(str(error.value)) < 200


def test_the_largest_drawing_is_read():
    assert read_drawing(address(circle(1024))).size == (1024, 1024)


def test_a_picture_goes_to_the_browser_with_its_parameters(library):
    picture, _ = draw_actions.translate(library, "outlines", address(circle()))
    data = base64.b64decode(to_data_url(picture).removeprefix(PREFIX))
    with Image.open(BytesIO(data)) as sent:
        assert sent.format == "PNG"
        assert json.loads(sent.text["parameters"])["model"] == "outlines"
        assert np.array_equal(np.asarray(sent), np.asarray(picture))


@pytest.fixture
def told(offered, tiny_listener) -> str:
    """A model that can be told things, beside the other one."""
    (offered / "listener").symlink_to(tiny_listener)
    return "listener"


def dabs(side: int = 256) -> str:
    layer = Image.new("RGBA", (side, side))
    ImageDraw.Draw(layer).circle((side / 2, side / 2), side / 8, fill="#5c9e31")
    return address(layer)


PALETTE = {"#ffffff", "#000000", "#ea5a47", "#5c9e31"}
SAID = {"words": "a red strawberry", "hints": dabs(), "seeds": "7, 12"}


@pytest.mark.parametrize("field", sorted(SAID))
def test_what_is_said_changes_the_picture_and_stands_in_it(field, told, library):
    plain, _ = draw_actions.translate(library, told, address(circle()))
    picture, _ = draw_actions.translate(library, told, address(circle()), **{field: SAID[field]})
    assert not np.array_equal(np.asarray(plain), np.asarray(picture))
    about = json.loads(picture.info["parameters"])
    assert about == {"model": "listener", "direction": "A to B", field: SAID[field]}


def test_a_model_that_takes_neither_leaves_out_what_is_said(library):
    plain, _ = draw_actions.translate(library, "outlines", address(circle()))
    picture, _ = draw_actions.translate(library, "outlines", address(circle()), **SAID)
    assert np.array_equal(np.asarray(plain), np.asarray(picture))
    assert set(json.loads(picture.info["parameters"])) == {"model", "direction"}
    assert draw_actions.variants(library, "outlines", address(circle()), **SAID) == []
    assert draw_actions.completions(library, "outlines", "straw") == []


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"words": "x" * 10_000}, "Expected words of at most 500 characters, found 10,000"),
        ({"hints": dabs(99)}, "Expected hints of the picture's size, 256 x 256, found 99 x 99"),
        ({"hints": address(circle())}, "transparent where there is none"),
        ({"hints": "/etc/passwd"}, "a layer of dabs that begins with data:image/png"),
        ({"seeds": "-1"}, "seeds as whole numbers, such as 7 or 7, 12, found '-1'"),
        ({"seeds": "1e9"}, "seeds as whole numbers"),
        ({"seeds": str(2**32)}, "Expected a seed that is a whole number from 0"),
        ({"seeds": "7," * 17}, "at most 16 seeds, found 17"),
    ],
)
def test_what_cannot_be_told_gets_one_sentence(said, sentence, told, library):
    with pytest.raises(ValueError, match=sentence):
        draw_actions.translate(library, told, address(circle()), **said)


def test_unknown_words_and_a_black_sheet_get_a_picture_and_a_sentence(told, library):
    plain, _ = draw_actions.translate(library, told, address(circle()))
    picture, remark = draw_actions.translate(library, told, address(circle()), "щука")
    assert (remark, picture.tobytes()) == (draw_actions.UNKNOWN, plain.tobytes())
    for name in (told, "outlines"):
        black = address(Image.new("L", (256, 256)))
        picture, remark = draw_actions.translate(library, name, black)
        assert (remark, picture.size) == (draw_actions.BLACK, (256, 256))


def test_four_answers_of_which_the_first_is_the_one_that_is_there(told, library):
    drawing = address(circle())
    answers = draw_actions.variants(library, told, drawing, "red")
    assert (len(answers), answers[0][0]) == (4, "")
    for seeds, picture in answers:
        same, _ = draw_actions.translate(library, told, drawing, "red", seeds=seeds)
        assert same.tobytes() == picture.tobytes()
    near = draw_actions.variants(library, told, drawing, "red", seeds="7", near=True)
    assert [seeds.split(", ")[0] for seeds, _ in near] == ["7"] * 4
    others = draw_actions.variants(library, told, drawing, "red", seeds="7", turn=1)
    assert others[0][0] == "7"
    assert not {seeds for seeds, _ in others[1:]} & {seeds for seeds, _ in answers + near}
    assert draw_actions.variants(library, told, "") == []


def test_the_picture_as_svg_has_the_palette_and_the_parameters(told, library):
    svg = draw_actions.as_svg(library, told, address(circle()), "red")
    assert set(re.findall('fill="(#[0-9a-fA-F]{6})"', svg)) <= PALETTE
    assert '"words": "red"' in svg and 'width="256"' in svg


def test_words_are_completed_as_the_model_knows_them(told, library):
    assert draw_actions.completions(library, told, "a straw") == ["a strawberry"]


def check_outline(library, outline: Image.Image) -> None:
    assert (outline.size, outline.mode) == ((256, 256), "L")
    pixels = np.asarray(outline)
    assert 0.01 < (pixels < 128).mean() < 0.9  # lines, on paper
    draw_actions.translate(library, "outlines", to_data_url(outline))


def test_random_outlines_come_from_the_test_split_and_follow_their_seed(library):
    assert len(examples.OUTLINES.names()) == 150
    found = [outlines.random_outline(seed) for seed in range(12)]
    for outline in found:
        check_outline(library, outline.picture)
        assert outline.words
    assert len({outline.words for outline in found}) > 6
    assert outlines.random_outline(3).picture.tobytes() == found[3].picture.tobytes()
    check_outline(library, outlines.first_outline().picture)


@pytest.mark.parametrize("content", [None, b"no zip", b"PK\x05\x06" + bytes(18)])
def test_without_the_examples_shapes_are_made_up(monkeypatch, tmp_path, content, library):
    monkeypatch.setattr(examples, "BUNDLED", tmp_path)
    if content is not None:
        (tmp_path / "emoji").mkdir()
        (tmp_path / "emoji" / "emoji.zip").write_bytes(content)
    shapes = [outlines.random_outline(seed) for seed in range(12)]
    for shape in [*shapes, outlines.first_outline()]:
        check_outline(library, shape.picture)
    assert {shape.words for shape in shapes} == {"house", "flower", "face"}
    assert len({shape.picture.tobytes() for shape in shapes}) > 6
