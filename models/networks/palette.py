"""A generator's last layer for flat art: every pixel chooses among a few colours (colourisation as
classification, Zhang, Isola and Efros 2016)."""

import torch
from PIL import ImageColor
from torch import Tensor, nn
from torch.nn import functional as F

SHARPNESS = 8.0
ROWS = 256  # mixed at a time where memory counts
NEAR = 0.1  # the largest difference in a channel, of a value range of 2, of one colour from another


class Palette(nn.Module):
    """Scores to the image sum_k softmax(8 s)_k colour_k.

    A mean of the colours that are likely would be a shade between them that nobody uses; the factor
    makes the likeliest one stand out, and leaves the blends along edges possible.

    Shapes: (N, K, H, W) -> (N, C, H, W) in [-1, 1].

    Args:
        colours: K colours as "#rrggbb", at least two.
        channels: of the image, 1 (the colours' luma) or 3.

    Raises:
        ValueError: fewer colours, or one that is not written so.
    """

    def __init__(self, colours: list[str], channels: int = 3):
        super().__init__()
        if len(colours) < 2:
            raise ValueError(f"Expected a palette of at least two colours, found {colours}.")
        mode = "L" if channels == 1 else "RGB"
        values = [ImageColor.getcolor(colour, mode) for colour in colours]
        rows = [value if isinstance(value, tuple) else (value,) for value in values]
        self.table = [[v / 127.5 - 1 for v in row] for row in rows]

    def forward(self, scores: Tensor) -> Tensor:
        if torch.is_grad_enabled() or torch.compiler.is_exporting():
            return self.mixed(scores)
        return torch.cat([self.mixed(rows) for rows in scores.split(ROWS, dim=2)], dim=2)

    def mixed(self, scores: Tensor) -> Tensor:
        """The image of the scores, at once."""
        shares = scores.float().mul(SHARPNESS).softmax(1)
        return F.conv2d(shares, shares.new_tensor(self.table).T[:, :, None, None])

    def nearest(self, images: Tensor) -> Tensor:
        """The index of each pixel's colour, (N, C, H, W) -> (N, H, W) int64; -100, which a
        cross-entropy leaves out, where none is near."""
        distance, index = self.closest(images)
        return index.masked_fill(distance > NEAR, -100)

    def closest(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """How far each pixel's nearest colour is, in the channel that differs most, and its index:
        (N, C, H, W) -> twice (N, H, W)."""
        apart = torch.stack(
            [
                (images - images.new_tensor(colour)[:, None, None]).abs().amax(1)
                for colour in self.table
            ]
        )
        distance, index = apart.min(0)
        return distance, index


def with_lines(pictures: Tensor, outlines: Tensor) -> Tensor:
    """Pictures (N, C', H, W) under black lines on white (N, C, H, W): p l, of values from 0 to 1;
    both are in [-1, 1]."""
    light = (outlines.mean(1, keepdim=True) + 1) / 2
    return (pictures + 1) * light - 1
