"""Points as a picture."""

import torch
from PIL import Image, ImageDraw
from torch import Tensor

from models.images import pixels_to_tensor

SIDE, DOT = 400, 1.5
MARGIN = 0.25  # of the real points' extent, on each side
REAL, FAKE = (200, 205, 214), (214, 69, 65)


def scatter(real: Tensor, fake: Tensor) -> Tensor:
    """Generated points in red over real ones in grey: (3, SIDE, SIDE) in [-1, 1].

    Args:
        real, fake: (N, D), D = 1 or 2; the frame fits the real points, and numbers on a line are
            shown as the two halves of a histogram.
    """
    page = Image.new("RGB", (SIDE, SIDE), "white")
    draw = ImageDraw.Draw(page)
    low, high = real.min(0).values, real.max(0).values
    room = MARGIN * (high - low).max()
    low, high = low - room, high + room
    if real.shape[1] == 1:
        for points, colour, up in ((real, REAL, 1), (fake, FAKE, -1)):
            histogram(draw, points[:, 0], (low.item(), high.item()), colour, up)
    else:
        for points, colour in ((real, REAL), (fake, FAKE)):
            for x, y in ((points - low) / (high - low) * SIDE).nan_to_num(-SIDE).tolist():
                draw.ellipse((x - DOT, SIDE - y - DOT, x + DOT, SIDE - y + DOT), fill=colour)
    return pixels_to_tensor(page)[0]


def histogram(
    draw: ImageDraw.ImageDraw,
    values: Tensor,
    span: tuple[float, float],
    colour: tuple[int, int, int],
    up: int,
) -> None:
    """Bars from the middle of the page, upwards or downwards."""
    counts = torch.histc(values, 100, *span)
    heights = counts / counts.max().clamp(min=1) * SIDE * 0.4
    width = SIDE / len(heights)
    for index, height in enumerate(heights.tolist()):
        x, ends = index * width, sorted((SIDE / 2, SIDE / 2 - up * height))
        draw.rectangle((x, ends[0], x + width, ends[1]), fill=colour)
