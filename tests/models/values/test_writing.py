"""Numbers into files, and out of them again."""

import numpy as np
import pytest
from PIL import Image

from models.images import read_numbers
from models.values.numbers import Numbers
from models.values.writing import ending_of, write_numbers

STREAM = np.random.default_rng(0)


@pytest.mark.parametrize(
    ("kind", "bands", "ending"),
    [
        ("uint8", 1, ".png"),
        ("uint8", 3, ".png"),
        ("uint16", 1, ".png"),
        ("uint16", 3, ".png"),
        ("int16", 1, ".tif"),
        ("float32", 1, ".tif"),
        ("float32", 3, ".tif"),
        ("float64", 1, ".tif"),
        ("uint8", 6, ".tif"),
        ("uint16", 4, ".tif"),
    ],
)
def test_numbers_come_back_from_the_file_that_holds_them(tmp_path, kind, bands, ending):
    given = Numbers((STREAM.random((5, 7, bands)) * 100).astype(kind))
    assert ending_of(kind, bands, ".jpg") == ending
    assert ending_of(kind, bands, ".NPY") == ".npy"
    for name in (f"a{ending}", "b.tif", "c.npy", "d.npz"):
        write_numbers(given, tmp_path / name, {"model": "m"})
        found = read_numbers(tmp_path / name)
        assert (found.dtype, found.values.shape) == (kind, given.values.shape), name
        assert np.array_equal(found.values, given.values), name


def test_a_palette_is_written_with_its_colours(tmp_path):
    given = Numbers(np.array([[[0], [1]]], np.uint8), ("#ff0000", "#0000ff"))
    write_numbers(given, tmp_path / "a.png", {"model": "m"})
    with Image.open(tmp_path / "a.png") as image:
        assert image.mode == "P"
        assert image.text["parameters"] == '{"model": "m"}'
        pixels = image.convert("RGB")
    assert [pixels.getpixel((x, 0)) for x in (0, 1)] == [(255, 0, 0), (0, 0, 255)]


def test_a_png_is_refused_for_what_it_cannot_hold(tmp_path):
    with pytest.raises(ValueError, match=r"\.tif or \.npy file for 1 channels of float32"):
        write_numbers(Numbers(np.zeros((2, 2, 1), np.float32)), tmp_path / "a.png")
