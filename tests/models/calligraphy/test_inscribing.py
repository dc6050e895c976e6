"""A model that writes: what a line looks like, what changes it, and what is refused."""

import json
import shutil
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from PIL import Image

import models
from models.calligraphy.writer import ink_of, varied
from models.config import InvalidModel

HALF = {"kaisho": 0.5, "gyosho": 0.5}


@pytest.fixture(scope="module")
def writer(tiny_writer):
    return models.load(tiny_writer)


def same(one: Image.Image, other: Image.Image) -> bool:
    return one.size == other.size and np.array_equal(np.asarray(one), np.asarray(other))


def test_a_line_is_a_picture_and_the_same_each_time(writer):
    columns, rows = (writer.write("永和九年", columns=one, size=64) for one in (True, False))
    assert (columns.mode, columns.size) == ("RGB", rows.size[::-1])
    assert columns.height > columns.width
    assert same(columns, writer.write("永和九年", size=64))


def test_a_seed_varies_each_character_and_gives_the_same_again(writer):
    first, second = writer.inscribe("永永", seed=7).marks
    assert not same(first.ink, second.ink)
    assert same(first.ink, writer.inscribe("永永", seed=7).marks[0].ink)
    assert not same(first.ink, writer.inscribe("永永", seed=8).marks[0].ink)
    assert same(*(mark.ink for mark in writer.inscribe("永永").marks))


def test_a_manner_and_a_blend_write_otherwise_and_one_character_may_have_its_own(writer):
    looks = [writer.inscribe("永", manner).marks[0].ink for manner in ("kaisho", "gyosho", HALF)]
    assert not any(same(looks[a], looks[b]) for a, b in ((0, 1), (0, 2), (1, 2)))
    mixed = writer.inscribe("永永永", "kaisho", each={1: "gyosho", 2: HALF})
    for mark, look in zip(mixed.marks, looks, strict=True):
        assert abs(np.asarray(mark.ink, int) - np.asarray(look, int)).max() <= 2


def test_manners_are_named_as_they_are_taught_and_told_as_they_were_trained(writer, tmp_path):
    """A folder of targets is read by the alphabet; the places of the weights stay so."""
    shutil.copytree(writer.folder, tmp_path / "other")
    config = json.loads((writer.folder / "config.json").read_text())
    config["manners"] = ["another", "gyosho", "kaisho"]
    (tmp_path / "other" / "config.json").write_text(json.dumps(config))
    other = models.load(tmp_path / "other")
    assert other.manners == ["kaisho", "gyosho", "another"]
    assert same(other.write("永"), other.write("永", "kaisho"))
    trained = dict(zip(config["manners"], writer.config["manners"], strict=True))
    for manner, same_weights in trained.items():
        ink, wanted = (
            np.asarray(model.inscribe("永", one).marks[0].ink, int)
            for model, one in ((other, manner), (writer, same_weights))
        )
        assert abs(ink - wanted).max() <= 8  # of other batches
    assert not same(other.write("永", "kaisho"), other.write("永", "another"))


def test_a_drawing_stands_in_the_place_of_a_character_even_one_that_the_font_lacks(writer):
    drawing = Image.new("L", (256, 256), "white")
    drawing.paste(0, (40, 40, 60, 200))
    plain, drawn = (writer.inscribe("永𠮷", drawn=some) for some in (None, {1: drawing}))
    assert [mark.index for mark in plain.marks] == [0]
    assert [mark.index for mark in drawn.marks] == [0, 1] and not drawn.lacking


def test_what_the_font_lacks_is_a_box_and_told(writer):
    sheet = writer.inscribe("永𠮷")
    assert (sheet.missing, [mark.index for mark in sheet.lacking]) == ("𠮷", [1])
    assert "no 𠮷" in sheet.message and not writer.inscribe("永").message
    assert sheet.image(64).size == writer.inscribe("永和").image(64).size


def test_ink_paper_and_seal_are_seen(writer):
    sheet = writer.inscribe("永", seal="九年")
    clear = sheet.image(64, "#1020f0", "transparent")
    assert clear.mode == "RGBA" and clear.getpixel((0, 0))[3] == 0
    assert {(16, 32, 240), (176, 36, 28)} <= {pixel[:3] for _, pixel in clear.getcolors(2**20)}
    rice = sheet.image(64, paper="rice")
    assert same(rice, sheet.image(64, paper="rice")) and rice.getpixel((0, 0)) != (255, 255, 255)


def test_print_size_and_svg_are_of_outlines(writer):
    sheet = writer.inscribe("永和", seal="九")
    size = sheet.size_for(2048)
    assert max(sheet.image(size).size) == pytest.approx(2048, abs=size)
    root = ElementTree.fromstring(sheet.svg(paper="rice"))
    assert root.attrib["viewBox"] == "0 0 {} {}".format(*sheet.pixels(128))
    paths = [one for one in root.iter() if one.tag.endswith("path")]
    assert len(paths) == 3 and all(one.attrib["d"].startswith("M") for one in paths)
    assert not [one for one in ElementTree.fromstring(sheet.svg(paper="transparent")).iter()
                if one.tag.endswith("rect")]  # fmt: skip


def test_varied_writing_stays_in_its_place():
    from models.calligraphy.sheet import Mark

    mark = Mark(Image.new("L", (64, 64), 255), 1.0, 2.0, 1.0, 3)
    mark.ink.paste(0, (8, 8, 56, 56))
    moved = varied(mark, 7)
    assert abs(moved.x - 1) <= 0.02 and abs(moved.y - 2) <= 0.02
    ink = ink_of(np.asarray(moved.ink)[..., None], moved.ink)
    left, top, right, bottom = ink.getbbox()
    assert (left + right) / 2 == pytest.approx(32, abs=2)
    assert (top + bottom) / 2 == pytest.approx(32, abs=2)


def test_specks_that_float_beside_strokes_are_no_ink_and_dots_are():
    pixels = np.full((64, 64, 1), 255, np.uint8)
    pixels[10:20, 10:50] = 0  # a stroke
    pixels[40:43, 40:43] = 0  # a dot of its 44th part
    pixels[50, 10] = 0
    pixels[9, 10:50] = 200  # a soft edge
    pixels[60:64] = 230  # faint, and beside nothing
    given = Image.fromarray(pixels[..., 0])
    ink = np.asarray(ink_of(pixels, given))
    assert ink[50, 10] == 0 and ink[60:].max() == 0
    assert ink[41, 41] == ink[15, 30] == 255 and 0 < ink[9, 30] < 255
    given.paste(255, (0, 30, 64, 64))  # no dot was asked for
    assert np.asarray(ink_of(pixels, given))[41, 41] == 0


@pytest.mark.parametrize(
    ("text", "options", "words"),
    [
        (" \n", {}, "text to write, found none"),
        ("永" * 2001, {}, "at most 2,000 characters, found 2,001"),
        ("永", {"manner": "sousho"}, "found 'sousho'"),
        ("永", {"seal": "永和九年永"}, "at most 4 characters"),
        ("永", {"seed": -1}, "-1"),
        ("永", {"ink": "gold"}, "found 'gold'"),
        ("永", {"paper": "silk"}, "white, rice, transparent, found 'silk'"),
        ("永", {"size": 4096}, "16 to 1024"),
        ("永" * 500, {"size": 1024}, "at most 40 megapixels"),
        ("永", {"longest": 0}, "at least 1 character"),
    ],
)
def test_what_cannot_be_written_is_refused_in_a_sentence(writer, text, options, words):
    with pytest.raises(ValueError, match=words):
        writer.write(text, **options)


def test_a_model_without_a_font_says_how_to_get_one(tiny_translator):
    assert not models.load(tiny_translator).writes
    with pytest.raises(ValueError, match="--recipe glyphs"):
        models.load(tiny_translator).write("永")


def test_a_damaged_font_is_refused_in_a_sentence(tiny_writer, tmp_path):
    folder = shutil.copytree(tiny_writer, tmp_path / "copy")
    (folder / "source.woff2").write_bytes((folder / "source.woff2").read_bytes()[:200])
    with pytest.raises(InvalidModel, match="does not open as one"):
        models.load(folder).write("永")
