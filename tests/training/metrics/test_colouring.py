"""The figures of flat art, on pictures that were made to have them."""

import pytest
from PIL import Image

from training.metrics.colouring import Colouring, colouring

PALETTE = ["#ffffff", "#000000", "#888888", "#ff0000", "#0000ff"]


def outline() -> Image.Image:
    """Two boxes of 10 x 10 pixels inside."""
    picture = Image.new("L", (40, 40), "white")
    for left in (4, 24):
        picture.paste(0, (left, 4, left + 12, 16))
        picture.paste(255, (left + 1, 5, left + 11, 15))
    return picture


def painted(left: str = "white", right: str = "white", below: str = "white") -> Image.Image:
    picture = outline().convert("RGB")
    picture.paste(left, (5, 5, 15, 15))
    picture.paste(right, (25, 5, 35, 15))
    picture.paste(below, (0, 30, 40, 40))
    return picture


def measured(*pictures: Image.Image, target: Image.Image | None = None) -> Colouring:
    target = target or painted("red", "blue")
    count = len(pictures)
    return colouring([outline()] * count, pictures, [target] * count, PALETTE)


def test_the_truth_has_no_leak_and_every_region_right():
    assert measured(painted("red", "blue")) == Colouring(0, 0, 0, 1)


def test_the_grey_share_is_of_the_paint_and_averaged_over_pictures():
    half, all_grey, nothing = painted("#888888", "blue"), painted("#888888", "#888888"), painted()
    found = measured(half, all_grey, nothing)
    assert found.grey == pytest.approx((0.5 + 1 + 0) / 3)
    assert found.nearly_grey == 1


def test_a_picture_leaks_where_a_fifth_of_its_paint_is_on_white():
    """400 pixels below beside 200 in the boxes; 40 are less than a fifth."""
    assert measured(painted("red", "blue", "red")).leaks == 1
    few = painted("red", "blue")
    few.paste("red", (0, 30, 40, 31))
    assert measured(few).leaks == 0


def test_regions_are_right_by_their_commonest_colour_of_the_palette():
    nearly = painted("#f01010", "red")
    nearly.paste("blue", (5, 5, 8, 8))
    assert measured(nearly).regions == 0.5
    assert measured(painted("red", "blue"), painted("blue", "red")).regions == 0.5


def test_the_rows_stand_beside_those_of_the_truth():
    real = measured(painted("red", "#888888"))
    rows = {row.key: row for row in real.figures(real, 1, "_words", ", told its words")}
    assert rows["grey_words"].text == "50.0% (real: 50.0%)"
    assert rows["leaks_words"].name == "pictures that leak colour, told its words"
    assert rows["nearly_grey_words"].text == "0 (real: 0)" and rows["regions_words"].value == 0.5
