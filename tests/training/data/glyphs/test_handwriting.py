"""One's own writing: what is ink on paper of any kind."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from models.calligraphy.glyphs import cut_out, framed
from training.data.errors import DataError
from training.data.glyphs.handwriting import ink_of, open_handwriting

CROSS = ((60, 90, 240, 110), (140, 40, 160, 220))


def sheet(paper=255, ink=0, size=(300, 260)) -> Image.Image:
    """A cross on paper."""
    picture = Image.new("L", size, paper)
    for bar in CROSS:
        ImageDraw.Draw(picture).rectangle(bar, fill=ink)
    return picture


def seen(picture: Image.Image) -> np.ndarray:
    return np.asarray(framed(cut_out(ink_of(picture)), 128), int)


def lit_from_one_side() -> Image.Image:
    light = np.linspace(0.55, 1, 300)
    return Image.fromarray((np.asarray(sheet()) * light).astype(np.uint8))


def grainy() -> Image.Image:
    noise = np.random.default_rng(0).normal(0, 6, (260, 300))
    return Image.fromarray((np.asarray(sheet(220, 40)) + noise).clip(0, 255).astype(np.uint8))


def dusty() -> Image.Image:
    picture = sheet()
    ImageDraw.Draw(picture).rectangle((5, 5, 7, 7), fill=0)
    return picture


@pytest.mark.parametrize(
    "picture",
    [
        sheet(200, 60),
        sheet(20, 240),  # chalk on a board
        sheet().convert("RGB"),
        lit_from_one_side(),
        grainy(),
        dusty(),
    ],
    ids=["grey", "chalk", "colour", "lit", "grainy", "dusty"],
)
def test_ink_is_found_on_paper_of_any_kind(picture):
    assert abs(seen(picture) - seen(sheet())).mean() < 0.02 * 255


@pytest.mark.parametrize("paper", [255, 90])
def test_an_empty_sheet_has_no_ink(paper):
    noise = np.random.default_rng(0).normal(0, 2, (200, 200))
    picture = Image.fromarray((paper + noise).clip(0, 255).astype(np.uint8))
    assert cut_out(ink_of(picture)) is None


@pytest.mark.parametrize("size", [(1, 1), (2, 300), (3, 3)])
def test_the_smallest_pictures_are_looked_at_too(size):
    assert cut_out(ink_of(Image.new("L", size, 255))) is None


def test_ink_is_in_the_middle_and_takes_a_set_share_of_the_square():
    dark = np.argwhere(seen(sheet()) < 128)
    (top, left), (bottom, right) = dark.min(0), dark.max(0)
    assert abs((right - left + 1) - 0.82 * 128) <= 2  # the longer side of the cross
    assert abs(left - (127 - right)) <= 2 and abs(top - (127 - bottom)) <= 2


def test_pictures_are_known_by_the_character_that_names_them(tmp_path):
    for name in ("永.png", "U+548C.png", "notes.png"):
        sheet().save(tmp_path / name)
    found = open_handwriting(tmp_path)
    assert found.characters == set("永和")
    assert found.notes == ["Left out: 1 picture not named by a character of its own: notes.png."]


def test_a_folder_without_characters_and_a_torn_picture_are_told(tmp_path):
    with pytest.raises(DataError, match=r"永\.png or U\+6C38\.png"):
        open_handwriting(tmp_path)
    (tmp_path / "永.png").write_bytes(b"torn")
    with pytest.raises(DataError, match=r"永\.png"):
        open_handwriting(tmp_path).ink("永")
