"""Between a picture and its translation."""

import numpy as np
import pytest
from PIL import Image

import models
from models.blending import blend

GREY, BLUE = Image.new("RGB", (5, 3), (119, 119, 119)), Image.new("RGB", (5, 3), (40, 60, 200))


def test_all_the_way_is_the_translation_and_none_of_it_the_picture():
    assert blend(GREY, BLUE, 1.0).tobytes() == BLUE.tobytes()
    assert np.abs(pixel(blend(BLUE, GREY, 0.0)) - pixel(BLUE)).max() <= 1


def test_halfway_between_black_and_white_has_half_the_lightness():
    """L* = 50 is sRGB 119, not 128."""
    black, white = (Image.new("L", (4, 4), value) for value in (0, 255))
    half = blend(black, white, 0.5)
    assert half.mode == "L" and abs(half.getpixel((0, 0)) - 119) <= 1


def test_kept_colours_take_only_the_lightness_of_the_translation():
    red, pale = Image.new("RGB", (4, 4), (200, 40, 30)), Image.new("RGB", (4, 4), (190, 190, 190))
    kept = pixel(blend(red, pale, keep_colours=True))
    assert kept[0] > kept[1] + 30 and kept[0] > kept[2] + 30  # still red
    assert kept.mean() > pixel(red).mean() + 40  # and lighter


def test_rows_are_blended_without_a_seam():
    stream = np.random.default_rng(0)
    one, other = (
        Image.fromarray(stream.integers(0, 255, (600, 4, 3), np.uint8).astype(np.uint8))
        for _ in "ab"
    )
    whole = np.asarray(blend(one, other, 0.3))
    alone = np.asarray(blend(one.crop((0, 255, 4, 258)), other.crop((0, 255, 4, 258)), 0.3))
    assert np.array_equal(whole[255:258], alone)


@pytest.mark.parametrize("strength", [-0.1, 1.5, float("nan"), "much", True])
def test_a_strength_out_of_range_is_an_error(strength):
    with pytest.raises(ValueError, match="strength from 0 to 1"):
        blend(GREY, BLUE, strength)


def test_a_translator_blends_with_the_picture_in_colour(tiny_translator):
    translator = models.load(tiny_translator)
    picture = Image.new("RGB", (64, 64), (200, 40, 30))  # the model itself takes grey
    assert np.abs(pixel(translator.translate(picture, strength=0)) - pixel(picture)).max() <= 1
    with pytest.raises(ValueError, match="strength from 0 to 1"):
        translator.translate(picture, strength=2)


def pixel(image: Image.Image) -> np.ndarray:
    """The first pixel as int."""
    return np.asarray(image.convert("RGB"), int)[0, 0]
