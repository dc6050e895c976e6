"""The input side of a pair, made from its picture: one folder is enough for --make-input."""

import numpy as np
from PIL import Image

from models.images import pixels_to_images, pixels_to_unit, unit_to_pixels

SHRINK = 4  # super-resolution: how many times smaller
HOLES, HOLE_SHARE = 3, 0.3  # inpainting: how many, and their side as a share of the picture's


def edges(picture: Image.Image) -> Image.Image:
    """Black outlines on white (Canny 1986, with Gaussian smoothing and hysteresis)."""
    from kornia.filters import canny

    _, found = canny(pixels_to_unit(picture.convert("L")), low_threshold=0.05, high_threshold=0.15)
    return pixels_to_images(255 - unit_to_pixels(found))[0]


def grey(picture: Image.Image) -> Image.Image:
    """The picture without colour, to learn colourisation."""
    return picture.convert("L")


def small(picture: Image.Image) -> Image.Image:
    """A quarter of the resolution, enlarged again, to learn super-resolution."""
    less = (max(1, picture.width // SHRINK), max(1, picture.height // SHRINK))
    return picture.resize(less, Image.Resampling.BOX).resize(picture.size, Image.Resampling.BICUBIC)


def mask(picture: Image.Image) -> Image.Image:
    """Mid-grey holes at random places, which follow from the pixels, to learn inpainting."""
    holed = picture.copy()
    pixels = np.asarray(picture.resize((8, 8)))
    stream = np.random.default_rng(pixels.flatten().tolist())
    ground = 127 if picture.mode == "L" else (127, 127, 127)
    for _ in range(HOLES):
        width, height = (max(1, int(HOLE_SHARE * side)) for side in picture.size)
        left = int(stream.integers(0, picture.width - width + 1))
        top = int(stream.integers(0, picture.height - height + 1))
        holed.paste(ground, (left, top, left + width, top + height))
    return holed


MADE_INPUTS = {"edges": edges, "grey": grey, "small": small, "mask": mask}
