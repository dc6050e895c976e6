"""The Draw tab's functions, without a browser."""

import base64
import json
import struct
import zlib
from io import BytesIO

import gradio as gr
import numpy as np
import pytest
from PIL import Image, ImageDraw

from app.draw import actions as draw_actions
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
        layout = draw_tab.lay_out(library)
    shown = draw_tab.newest(library, layout)
    assert (shown[layout.missing].visible, shown[layout.studio].visible) == (False, True)
    assert shown[layout.name].value == "outlines"
    assert "turns outline into emoji" in shown[layout.about]
    (offered / "outlines").unlink()
    shown = draw_tab.newest(library, layout)
    assert (shown[layout.missing].visible, shown[layout.studio].visible) == (True, False)
    assert (shown[layout.name].value, shown[layout.about]) == (None, "")
    assert "python -m training.pix2pix --data emoji --recipe cpu --name NAME" in draw_tab.EMPTY


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


def check_outline(library, outline: Image.Image) -> None:
    assert (outline.size, outline.mode) == ((256, 256), "L")
    pixels = np.asarray(outline)
    assert 0.01 < (pixels < 128).mean() < 0.9  # lines, on paper
    draw_actions.translate(library, "outlines", to_data_url(outline))


def test_random_outlines_come_from_the_test_split_and_follow_their_seed(library):
    assert len(examples.OUTLINES.names()) == 150
    outlines = [draw_actions.random_outline(seed) for seed in range(12)]
    for outline in outlines:
        check_outline(library, outline)
    assert len({outline.tobytes() for outline in outlines}) > 6
    assert draw_actions.random_outline(3).tobytes() == outlines[3].tobytes()


@pytest.mark.parametrize("content", [None, b"no zip", b"PK\x05\x06" + bytes(18)])
def test_without_the_examples_shapes_are_made_up(monkeypatch, tmp_path, content, library):
    monkeypatch.setattr(examples, "BUNDLED", tmp_path)
    if content is not None:
        (tmp_path / "emoji").mkdir()
        (tmp_path / "emoji" / "emoji.zip").write_bytes(content)
    shapes = [draw_actions.random_outline(seed) for seed in range(12)]
    for shape in shapes:
        check_outline(library, shape)
    assert len({shape.tobytes() for shape in shapes}) > 6
