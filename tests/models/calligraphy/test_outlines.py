"""Ink as outlines: a ring keeps its area, its hole and its place in any size."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from models.calligraphy.outlines import traced


@pytest.fixture(scope="module")
def ring():
    large = Image.new("L", (1024, 1024), 0)
    pen = ImageDraw.Draw(large)
    pen.ellipse((212, 212, 812, 812), fill=255)
    pen.ellipse((362, 362, 662, 662), fill=0)
    return traced(large.resize((128, 128), Image.Resampling.BOX))


def test_a_traced_ring_is_as_large_as_it_was_and_hollow(ring):
    layer = np.zeros((1000, 1000), np.uint8)
    ring.fill(layer, 0, 0, 1000)
    area = layer.sum() / 255 / 1000**2
    assert area == pytest.approx(np.pi * (300**2 - 150**2) / 1024**2, rel=0.03)
    assert layer[500, 500] == 0 and layer[500, 280] == 255
    rows, columns = np.nonzero(layer > 127)
    assert rows.mean() == pytest.approx(499.5, abs=2)
    assert columns.mean() == pytest.approx(499.5, abs=2)


def test_an_svg_path_of_it_has_two_closed_curves_where_it_was_moved(ring):
    path = ring.path(100, 200, 64)
    assert path.count("M") == path.count("Z") == 2
    numbers = np.array(path.replace("M", " ").replace("C", " ").replace("Z", " ").split(), float)
    assert numbers[::2].min() > 100 and numbers[::2].max() < 164
    assert numbers[1::2].min() > 200 and numbers[1::2].max() < 264


def test_no_ink_has_no_outline():
    assert traced(Image.new("L", (64, 64), 0)).curves == []
