"""Dabs of the true colour, as a person would give them, to train with (Zhang et al. 2017, Real-Time
User-Guided Image Colorization, section 3.1)."""

import cv2
import numpy as np
import torch
from PIL import Image
from torch import Tensor

from models.conditions.hints import no_hints, planes
from models.images import pixels_to_tensor, tensor_to_pixels

NONE = 0.5  # share of pictures without a dab
MORE = 1 / 4  # of the geometric distribution of their count: 4 in the mean
MOST = 32
OFF_THE_PAINT = 0.2  # share of dabs anywhere, paper among it; the others where A was painted over
PAINTED = 24  # levels of a channel in which a target differs from its input, where it is painted
TRIED = 4  # places for each dab, of which the plainest is taken, as people touch a shape's middle
SMALLEST, LARGEST = 0.004, 0.035  # radius of a dab as a share of the side
STROKE = 0.3  # share of dabs that are drawn out to a short stroke


def random_hints(given: Tensor, wanted: Tensor, seed: int) -> Tensor:
    """Some dabs of the target, or none, as `models.conditions.hints` has them: (1, C + 1, H, W).

    Args:
        given, wanted: input and target (1, C, H, W) in [-1, 1].
    """
    stream = np.random.default_rng([seed, 1])  # apart from the augmentation's
    count = 0 if stream.random() < NONE else min(MOST, int(stream.geometric(MORE)))
    return dabs(given, wanted, count, stream)


def dabs(given: Tensor, wanted: Tensor, count: int, stream: np.random.Generator) -> Tensor:
    """So many dabs of the target's colours: (1, C + 1, H, W)."""
    height, width = wanted.shape[2:]
    if not count:
        return no_hints(1, wanted.shape[1], (height, width))
    target = tensor_to_pixels(wanted)[0]
    painted = np.argwhere(painted_over(tensor_to_pixels(given)[0], target))
    uneven = unevenness(target)
    colour = np.zeros_like(target)
    mask = np.zeros((height, width), bool)
    for _ in range(count):
        y, x = place(painted, uneven, stream)
        dab = brushed((height, width), (x, y), stream)
        colour[dab], mask = target[y, x], mask | dab
    return planes(pixels_to_tensor(colour), torch.from_numpy(mask)[None, None])


def dab_layer(given: Image.Image, wanted: Image.Image, count: int, seed: int) -> Image.Image:
    """So many dabs of a target's colours as a person gives them: RGBA, transparent elsewhere."""
    stream = np.random.default_rng([seed, 1])
    before, after = (pixels_to_tensor(one.convert("RGB")) for one in (given, wanted))
    planes_of_dabs = dabs(before, after, count, stream)
    colour = tensor_to_pixels(planes_of_dabs[:, :3])[0]
    opacity = (planes_of_dabs[0, 3] * 255).byte().numpy()[..., None]
    return Image.fromarray(np.concatenate([colour, opacity], 2))


def painted_over(given: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Where a target has another colour than its input, (H, W) bool."""
    apart = np.abs(target.astype(np.int16) - given.astype(np.int16).mean(2, keepdims=True))
    return apart.max(2) > PAINTED


def unevenness(target: np.ndarray) -> np.ndarray:
    """The largest difference of a channel in the 3 x 3 pixels around each: (H, W)."""
    square = np.ones((3, 3), np.uint8)
    apart = cv2.dilate(target, square) - cv2.erode(target, square)
    return apart.reshape(*target.shape[:2], -1).max(2)


def place(painted: np.ndarray, uneven: np.ndarray, stream: np.random.Generator) -> tuple[int, int]:
    """Row and column of a dab, the plainest of some."""
    if len(painted) and stream.random() >= OFF_THE_PAINT:
        tried = painted[stream.integers(0, len(painted), TRIED)]
    else:
        tried = stream.integers(0, uneven.shape, (TRIED, 2))
    y, x = min(tried.tolist(), key=lambda at: int(uneven[at[0], at[1]]))
    return y, x


def brushed(size: tuple[int, int], at: tuple[int, int], stream: np.random.Generator) -> np.ndarray:
    """The pixels of a dab, or of a short stroke from there, (H, W) bool."""
    side = min(size)
    radius = side * stream.uniform(SMALLEST, LARGEST)
    end = at
    if stream.random() < STROKE:
        away = stream.normal(0, radius, 2)
        end = (round(at[0] + away[0]), round(at[1] + away[1]))
    drawn = np.zeros(size, np.uint8)
    cv2.line(drawn, at, end, 1, max(1, round(2 * radius)))
    return drawn > 0
