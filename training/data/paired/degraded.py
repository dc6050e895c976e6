"""Outlines as people draw them, on which `training.evaluate --degrade` tries a translator.

Every way takes a pair (input, target) of one size and changes the input's lines, which are dark on
light; where the drawing itself moves, the target moves along. What is random follows from `seed`.
"""

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageFilter

from training.data import augmentation  # keeps albumentations off the network

ImagePair = tuple[Image.Image, Image.Image]
SHIFT, SCALE = 0.08, 0.6  # shares of the side
GAPS, GAP = 10, 0.04  # how many, and their side as a share of the picture's
WHITE: dict[str, int | tuple[int, int, int]] = {"L": 255, "RGB": (255, 255, 255)}


def thick(given: Image.Image, wanted: Image.Image, seed: int) -> ImagePair:
    """Lines four pixels wider."""
    return given.filter(ImageFilter.MinFilter(5)), wanted


def thin(given: Image.Image, wanted: Image.Image, seed: int) -> ImagePair:
    """Lines two pixels narrower."""
    return given.filter(ImageFilter.MaxFilter(3)), wanted


def elastic(given: Image.Image, wanted: Image.Image, seed: int) -> ImagePair:
    """Wavy lines, by a few pixels."""
    import albumentations as A

    wavy = A.Compose([augmentation.wavy()])
    wavy.set_random_seed(seed)
    return Image.fromarray(wavy(image=np.array(given))["image"]), wanted


def gaps(given: Image.Image, wanted: Image.Image, seed: int) -> ImagePair:
    """Lines broken by white squares, most of which fall on a line."""
    stream, broken = np.random.default_rng(seed), given.copy()
    dark = np.argwhere(np.asarray(given.convert("L")) < 128)
    side = max(2, round(GAP * min(given.size)))
    for y, x in dark[stream.integers(0, len(dark), GAPS)] if len(dark) else []:
        corner = (int(x) - side // 2, int(y) - side // 2)
        broken.paste(WHITE[given.mode], (*corner, corner[0] + side, corner[1] + side))
    return broken, wanted


def shifted(given: Image.Image, wanted: Image.Image, seed: int) -> ImagePair:
    """The drawing away from the middle."""
    x, y = (round(SHIFT * side) for side in given.size)
    return placed(given, given.size, (x, y)), placed(wanted, wanted.size, (x, y))


def small(given: Image.Image, wanted: Image.Image, seed: int) -> ImagePair:
    """The drawing at six tenths of its size, in the middle."""
    width, height = (max(1, round(SCALE * side)) for side in given.size)
    size, corner = (width, height), ((given.width - width) // 2, (given.height - height) // 2)
    return placed(given, size, corner), placed(wanted, size, corner)


def placed(image: Image.Image, size: tuple[int, int], corner: tuple[int, int]) -> Image.Image:
    """The image at another size and place on a white sheet of its old size."""
    sheet = Image.new(image.mode, image.size, WHITE[image.mode])
    sheet.paste(image if size == image.size else image.resize(size, Image.Resampling.BOX), corner)
    return sheet


DEGRADED: dict[str, Callable[[Image.Image, Image.Image, int], ImagePair]] = {
    "thick": thick,
    "thin": thin,
    "elastic": elastic,
    "gaps": gaps,
    "shifted": shifted,
    "small": small,
}
