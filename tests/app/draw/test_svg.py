"""A flat picture as SVG: its own size, its colours alone, and what it was made from."""

from xml.etree import ElementTree

import pytest
from PIL import Image, ImageDraw

from app.draw.svg import svg_of

PALETTE = ["#ffffff", "#000000", "#ea5a47"]
NAME = "{http://www.w3.org/2000/svg}"


def apple(side: int = 64) -> Image.Image:
    """A red disc with a black line around it, with smooth edges."""
    large = Image.new("RGB", (4 * side, 4 * side), "white")
    pen = ImageDraw.Draw(large)
    pen.circle((2 * side, 2 * side), 1.5 * side, fill="#ea5a47", outline="black", width=side // 4)
    return large.resize((side, side), Image.Resampling.LANCZOS)


@pytest.mark.parametrize("palette", [PALETTE, None])
def test_regions_are_curves_in_the_colours_of_the_palette(palette):
    root = ElementTree.fromstring(svg_of(apple(), palette, 'a "ripe" <apple> & 草莓'))
    assert (root.tag, root.get("width"), root.get("height")) == (f"{NAME}svg", "64", "64")
    assert root.find(f"{NAME}desc").text == 'a "ripe" <apple> & 草莓'
    paths = root.findall(f"{NAME}path")
    assert all("C" in path.get("d") for path in paths[1:])
    colours = {path.get("fill").lower() for path in paths}
    if palette:
        assert len(paths) <= 5  # paper, ring, disc
        assert colours == set(palette)


def test_a_grey_or_empty_picture_is_svg_as_well():
    for picture in (Image.new("L", (20, 10), 255), apple().convert("L")):
        root = ElementTree.fromstring(svg_of(picture))
        assert root.get("width") == str(picture.width)
        assert root.findall(f"{NAME}path")
