"""A drawing on grey paper under a lamp, made on the spot, becomes the lines that were drawn."""

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from app.draw.photographed import DRAWING, SIDE, THICKNESS, THING, lines_of


def drawing(side: int = 600, width: int = 6) -> Image.Image:
    """A house in black lines that touch the middle of each edge but the lowest."""
    paper = Image.new("L", (side, side), "white")
    pen = ImageDraw.Draw(paper)
    pen.polygon([(side / 2, 60), (60, 250), (540, 250)], outline="black", width=width)
    pen.rectangle((110, 250, 490, 540), outline="black", width=width)
    pen.rectangle((240, 380, 330, 540), outline="black", width=width)
    return paper


def photographed(
    paper: Image.Image, ruled: bool = False, aslant: bool = False, shadow: bool = False
) -> Image.Image:
    """It on grey paper, under a lamp at the upper left, with noise."""
    sheet = np.asarray(paper).astype(np.float32) / 255
    side = len(sheet)
    sheet = 0.15 + 0.7 * sheet  # grey paper, and a pen that is not quite black
    if ruled:
        for y in range(20, side, 36):
            sheet[y : y + 2] = np.minimum(sheet[y : y + 2], 0.62)
    if aslant:
        flat = np.float32([[0, 0], [side, 0], [side, side], [0, side]])
        seen = np.float32([[70, 40], [540, 90], [575, 560], [30, 520]])
        matrix = cv2.getPerspectiveTransform(flat, seen)
        sheet = cv2.warpPerspective(sheet, matrix, (side, side), borderValue=0.2)
    down, across = np.mgrid[0:side, 0:side] / side
    light = 1.0 - 0.65 * np.hypot(down, across) / 2**0.5
    if shadow:
        soft = 1 / (1 + np.exp((across - 0.55 + 0.2 * down) * 60))
        light = light * (0.6 + 0.4 * soft)
    noise = np.random.default_rng(0).normal(0, 0.02, sheet.shape)
    grey = np.clip(255 * (sheet * light + noise), 0, 255).astype(np.uint8)
    warm = np.stack([grey, 0.95 * grey, 0.85 * grey], -1).astype(np.uint8)
    return Image.fromarray(warm)


def found_in(lines: Image.Image, wanted: Image.Image, reach: int = 9) -> tuple[float, float]:
    """The share of lines that were drawn, and the share of those drawn that were found, within
    `reach` pixels of 256."""
    one, other = (np.asarray(picture.convert("L")) < 128 for picture in (lines, wanted))
    around = np.ones((2 * reach + 1,) * 2, np.uint8)
    near = [cv2.dilate(ink.astype(np.uint8), around) > 0 for ink in (one, other)]
    return float((one & near[1]).sum() / one.sum()), float((other & near[0]).sum() / other.sum())


PHOTOGRAPHS = {
    "lamp": {},
    "shadow": {"shadow": True},
    "ruled": {"ruled": True},
    "aslant": {"aslant": True},
    "all": {"ruled": True, "aslant": True, "shadow": True},
}


@pytest.mark.parametrize("kind", PHOTOGRAPHS)
def test_the_lines_of_a_photographed_drawing_are_those_that_were_drawn(kind):
    lines = lines_of(photographed(drawing(), **PHOTOGRAPHS[kind]))
    assert lines.kind == DRAWING
    wanted = lines_of(drawing(), DRAWING).outline
    reach = 14 if "aslant" in PHOTOGRAPHS[kind] else 9  # how long a sheet was cannot be seen
    precision, recall = found_in(lines.outline, wanted, reach)
    assert precision > 0.95 and recall > 0.95


@pytest.mark.parametrize("width", [2, 6, 16])
def test_lines_have_the_thickness_of_the_models(width):
    ink = np.asarray(lines_of(drawing(width=width), DRAWING).outline) < 128
    assert ink.shape == (SIDE, SIDE)
    cut = ink[int(0.75 * SIDE)]  # walls alone, left and right, and a door's
    widths = [len(run) for run in "".join("x" if one else " " for one in cut).split()]
    assert len(widths) == 4
    assert widths == pytest.approx([THICKNESS] * 4, abs=2)


def test_a_thing_gives_its_edges_and_never_itself():
    photograph = Image.linear_gradient("L").resize((400, 300)).convert("RGB")
    ImageDraw.Draw(photograph).ellipse((100, 50, 300, 250), fill="#c03020")
    lines = lines_of(photograph)
    assert lines.kind == THING
    ring = Image.new("L", (400, 300), "white")
    ImageDraw.Draw(ring).ellipse((100, 50, 300, 250), outline="black", width=4)
    precision, recall = found_in(lines.outline, lines_of(ring, DRAWING).outline)
    assert precision > 0.9 and recall > 0.9
    levels = np.asarray(lines.outline)
    assert np.mean((levels < 20) | (levels > 235)) > 0.95  # black on white


def test_the_slider_takes_fainter_lines():
    paper = drawing()
    ImageDraw.Draw(paper).line((280, 300, 480, 300), fill=205, width=6)  # a faint one
    few, many = (lines_of(photographed(paper), DRAWING, detail) for detail in (0, 100))
    assert (np.asarray(many.outline) < 128).sum() > (np.asarray(few.outline) < 128).sum()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((Image.new("L", (99, 40), 128),), "Expected lines in the picture, found none"),
        ((drawing(), "A map"), "Expected A drawing or A thing, found 'A map'"),
        ((drawing(), None, 101), "detail from 0 to 100, found 101"),
    ],
)
def test_a_picture_without_lines_gets_one_sentence(arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        lines_of(*arguments)
