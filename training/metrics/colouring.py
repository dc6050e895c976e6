"""How outlines are coloured as flat art: how much of the paint is grey, whether it keeps within the
lines, and how many regions have the true colour.

Pixels are paint where they are not white and the outline is paper there. A picture without any has
a grey share of 0.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from models.flat_art import closed_regions
from models.images import pixels_to_tensor
from models.networks.palette import Palette
from training.metrics.figure import Figure

WHITE = 250  # the darkest channel from which on a pixel is white
PAPER = 200  # the outline's lightness from which on it is no line
GREY = 20  # the largest difference between the channels of a grey
NEARLY_ALL = 0.8  # share of grey from which on a picture is nearly all grey
LEAK = 0.2  # share of the paint that lies where the target is white from which on it leaks
LEAST_REGION = 30  # pixels

NAMES = {
    "grey": "share of the paint that is grey",
    "nearly_grey": "pictures that are nearly all grey",
    "leaks": "pictures that leak colour",
    "regions": "closed regions of the true colour",
}


@dataclass(frozen=True)
class Colouring:
    """How a set of outlines is coloured.

    Attributes:
        grey: grey pixels / painted pixels, averaged over the pictures.
        nearly_grey: pictures whose share of grey is above 0.8.
        leaks: pictures of which more than a fifth of the paint lies where the target is white.
        regions: of all closed regions of 30 pixels and more, the share whose commonest colour, of
            the palette's the nearest to each pixel, is that of the target.
    """

    grey: float
    nearly_grey: int
    leaks: int
    regions: float

    def figures(self, real: "Colouring", n: int, way: str = "", words: str = "") -> list[Figure]:
        """Rows of the table, beside the targets' own figures.

        Args:
            way, words: what the key ends in, and what the name does.
        """
        beside = {"grey": f"{real.grey:.1%}", "nearly_grey": real.nearly_grey}
        found = []
        for key, name in NAMES.items():
            value = getattr(self, key)
            text = f"{value:.1%}" if isinstance(value, float) else str(value)
            text += f" (real: {beside[key]})" if key in beside else ""
            found.append(Figure(key + way, name + words, value, text, n))
        return found


def colouring(
    outlines: Sequence[Image.Image],
    pictures: Sequence[Image.Image],
    targets: Sequence[Image.Image],
    palette: list[str],
) -> Colouring:
    """How pictures colour outlines whose targets are known; all three of one size each.

    Args:
        palette: colours as "#rrggbb".
    """
    colours = Palette(palette)
    greys, leaks, right, regions = [], 0, 0, 0
    for outline, picture, target in zip(outlines, pictures, targets, strict=True):
        lines = np.asarray(outline.convert("L"))
        pixels, truth = (np.asarray(one.convert("RGB"), np.int16) for one in (picture, target))
        paint = (pixels.min(2) < WHITE) & (lines > PAPER)
        grey = paint & (pixels.max(2) - pixels.min(2) <= GREY)
        count = int(paint.sum())
        greys.append(int(grey.sum()) / max(1, count))
        leaks += bool((paint & (truth.min(2) >= WHITE)).sum() > LEAK * count)
        hits = true_regions(lines, picture, target, colours)
        right, regions = right + sum(hits), regions + len(hits)
    nearly = sum(share > NEARLY_ALL for share in greys)
    return Colouring(float(np.mean(greys)), nearly, leaks, right / max(1, regions))


def true_regions(
    lines: np.ndarray, picture: Image.Image, target: Image.Image, colours: Palette
) -> list[bool]:
    """Whether each closed region of an outline (H, W) has the colour of the target."""
    labels, count = closed_regions((lines > PAPER).astype(np.uint8))
    sizes = np.bincount(labels.ravel(), minlength=count)
    chosen, wanted = (
        colours.closest(pixels_to_tensor(image.convert("RGB")))[1][0].numpy()
        for image in (picture, target)
    )
    return [
        bool(commonest(chosen[labels == label]) == commonest(wanted[labels == label]))
        for label in range(1, count)
        if sizes[label] >= LEAST_REGION
    ]


def commonest(numbers: np.ndarray) -> int:
    """The commonest of some numbers."""
    return int(np.bincount(numbers).argmax())
