"""Fonts in files, collections and slices; what is no font, in words."""

import numpy as np
import pytest
from helpers import save_font

from models.calligraphy.glyphs import framed
from training.data.errors import DataError
from training.data.glyphs.fonts import open_font


def test_a_font_draws_its_characters_and_nothing_where_an_outline_is_empty(tmp_path):
    font = open_font(save_font(tmp_path / "plain.ttf", "永和", empty="九"))
    assert font.characters == set("永和九")
    assert (font.name, font.licence) == ("plain", "public domain")
    assert font.ink("永").getextrema()[1] == 255
    assert font.ink("九") is None


@pytest.mark.parametrize("flavor", ["woff2", "woff"])
def test_slices_of_a_web_font_are_one_font(tmp_path, flavor):
    whole = open_font(save_font(tmp_path / "whole.ttf", "永和九年"))
    for index, part in enumerate(("永和", "九年")):
        save_font(tmp_path / "web" / f"web-{index}.{flavor}", part, flavor=flavor)
    sliced = open_font(tmp_path / "web")
    assert sliced.characters == whole.characters
    for one in "永和九年":  # FreeType fits outlines to its pixels by what else is in a file
        pictures = [np.asarray(framed(font.ink(one), 128), int) for font in (whole, sliced)]
        assert abs(pictures[0] - pictures[1]).mean() < 0.02 * 255
    assert sliced.notes == ["2 files in web/ are taken as one font."]


def test_of_a_slice_in_two_packings_one_is_read(tmp_path):
    for flavor in ("woff", "woff2"):
        save_font(tmp_path / "web" / f"web.{flavor}", "永", flavor=flavor)
    assert not open_font(tmp_path / "web").notes


def test_of_a_collection_the_first_face_is_taken_and_named(tmp_path):
    from fontTools.ttLib import TTCollection, TTFont

    collection = TTCollection()
    for name, characters in (("first", "永"), ("second", "和")):
        collection.fonts.append(TTFont(save_font(tmp_path / f"{name}.ttf", characters)))
    collection.save(tmp_path / "both.ttc")
    font = open_font(tmp_path / "both.ttc")
    assert font.characters == {"永"}
    assert "2 faces in both.ttc" in font.notes[0]


def broken(path):
    path.write_bytes(save_font(path, "永和").read_bytes()[:300])


def of_pictures(path):
    from fontTools.ttLib import TTFont

    font = TTFont(save_font(path, "永和"))
    for table in ("glyf", "loca", "maxp"):
        del font[table]
    font.save(path)


def without_characters(path):
    save_font(path, "", empty="")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda path: path.write_bytes(b"no font"), "does not open as one"),
        (lambda path: path.write_bytes(b""), "does not open as one"),
        (of_pictures, "Expected outlines"),
        (without_characters, "without any"),
    ],
)
def test_what_is_no_font_is_told_with_its_name(tmp_path, spoil, words):
    spoil(tmp_path / "mine.ttf")
    with pytest.raises(DataError, match=words) as error:
        open_font(tmp_path / "mine.ttf")
    assert "mine.ttf" in str(error.value)


def test_a_torn_font_is_told_when_it_is_opened_or_drawn_from(tmp_path):
    broken(tmp_path / "torn.ttf")
    with pytest.raises(DataError, match=r"torn\.ttf"):
        open_font(tmp_path / "torn.ttf").ink("永")
