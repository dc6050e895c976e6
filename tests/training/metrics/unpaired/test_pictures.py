"""The pictures that a model without pairs is measured on."""

import numpy as np
from PIL import Image

from training.metrics.unpaired.pictures import darkest_third, mosaic, recoloured


def flat(grey: int, size: tuple[int, int] = (8, 8)) -> Image.Image:
    return Image.new("RGB", size, (grey,) * 3)


def test_the_darkest_third_is_that_of_the_lowest_mean_luminance():
    greys = [200, 10, 120, 60, 90, 250, 30, 140]
    assert darkest_third([flat(grey) for grey in greys]) == [1, 3, 6]  # 8 / 3, rounded
    assert darkest_third([flat(9)]) == [0]


def test_green_counts_as_lighter_than_red_and_blue_of_the_same_value():
    pictures = [Image.new("RGB", (8, 8), colour) for colour in ("#00ff00", "#0000ff", "#ff0000")]
    assert darkest_third(pictures) == [1]


def test_a_mosaic_lays_rows_of_all_pictures_at_their_natural_pixels():
    pictures = [flat(50, (30, 12)), flat(100, (20, 10)), flat(150, (10, 30))]
    page = np.asarray(mosaic(pictures, 80).convert("L"))
    assert page.shape == (60, 80)
    assert list(page[0]) == [50] * 30 + [100] * 20 + [150] * 10 + [50] * 20  # cut at the edge
    assert list(page[10]) == [100] * 20 + [150] * 10 + [50] * 30 + [100] * 20  # and goes on
    assert (page[:10] == page[0]).all() and set(page[-1]) <= {50, 100, 150}


def test_a_tile_is_cut_at_its_middle_and_not_scaled():
    high = Image.fromarray(np.arange(30, dtype=np.uint8)[:, None].repeat(5, 1)).convert("RGB")
    page = np.asarray(mosaic([high, flat(200, (5, 10))], 20).convert("L"))
    assert list(page[:10, 0]) == list(range(10, 20))


def test_recoloured_pictures_have_the_mean_colour_of_the_look():
    stream = np.random.default_rng(0)
    grey = Image.fromarray(stream.integers(100, 150, (16, 16, 3)).astype(np.uint8))
    look = Image.fromarray(
        np.clip(stream.normal((180, 120, 60), 8, (16, 16, 3)), 0, 255).astype(np.uint8)
    )
    (found,) = recoloured([grey], [look])
    assert np.abs(np.asarray(found).mean((0, 1)) - (180, 120, 60)).max() < 6
