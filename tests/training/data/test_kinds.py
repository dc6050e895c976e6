"""What pictures show is guessed from their pixels."""

import pytest
from PIL import Image, ImageDraw

from models.images import read_image
from training.data.kinds import FLAT, LINES, MASK, PHOTOGRAPH, guessed_kind
from training.data.paired.pairs import find_pairs
from training.data.unpaired.domains import find_domains


@pytest.mark.parametrize("side", ["a", "b"])
def test_photographs_and_paintings_are_photographs(side):
    files = getattr(find_domains("photo-vangogh"), side)[::20]
    assert guessed_kind([read_image(file) for file in files]) == PHOTOGRAPH


def test_outlines_are_line_drawings_and_what_they_become_are_pictures():
    pairs = find_pairs("emoji").pairs[:16]
    assert guessed_kind([read_image(pair.a) for pair in pairs]) == LINES
    assert guessed_kind([read_image(pair.b) for pair in pairs]) == FLAT


def test_flat_colours_that_fill_a_picture_are_a_mask():
    mask = Image.new("RGB", (80, 60), "#803020")
    ImageDraw.Draw(mask).rectangle((10, 10, 60, 40), fill="#20a0f0")
    assert guessed_kind([mask]) == MASK
    assert guessed_kind([]) == PHOTOGRAPH
