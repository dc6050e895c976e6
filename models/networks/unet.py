"""U-Net (Isola et al. 2017): an encoder and a decoder with a skip at every resolution."""

from itertools import pairwise

import torch
from torch import nn
from torch.nn import functional as F

from models.networks.layers import (
    modulated,
    modulations,
    normal_weights,
    normalisation,
    upsampling,
)
from models.networks.palette import Palette, with_lines
from models.networks.small_convolutions import StridedConvolution

SMALLEST, LARGEST = 4, 10  # levels, for 16 to 1,024 pixels


class Generator(nn.Module):
    """Images to images of the same size, halved down to 2 or 1 pixels and doubled again.

    Shapes: (N, given_channels, H, W) -> (N, out_channels, H, W), both in [-1, 1]; H and W are
    multiples of `multiple`.

    Args:
        in_channels, out_channels: 1 for grey, 3 for RGB.
        levels: how often the image is halved: 8 takes 256 pixels to one (the paper), 7 takes 128.
        width: channels of the first level; they double up to 8 times that.
        norm: "batch" (the paper), "instance" or "none".
        dropout: rate in the decoder's innermost levels; the paper has 0.5 in place of noise.
        upsample: "transposed" (the paper) or "resize" (Odena 2016), which leaves no checkerboards.
        palette: colours as "#rrggbb" among which every pixel chooses; none leaves all open.
        close_gaps: of a palette, the width of gaps in an outline across which colours do not run,
            as a share of the shorter side (`models.flat_art`).
        keep_lines: of a palette, lay the lines of an outline over the picture as they are
            (`models.flat_art`).
        condition_dim: length of a vector that modulates the innermost level and every level of the
            decoder but the last, 0 for none.
        hints: take dabs of colour beside the image, as `models.conditions.hints` makes them.

    Attributes:
        in_channels, given_channels: of the image, and with its hints, which come last.
        multiple: what height and width have to be multiples of.
        smallest: the height and width that it needs at least.
        reach: how many pixels away an output pixel still depends on the input, statistics apart.
    """

    def __init__(
        self,
        in_channels: int = 3,
        out_channels: int = 3,
        levels: int = 8,
        width: int = 64,
        norm: str = "batch",
        dropout: float = 0.0,
        upsample: str = "transposed",
        palette: list[str] | None = None,
        close_gaps: float = 0.0,
        keep_lines: bool = False,
        condition_dim: int = 0,
        hints: bool = False,
    ):
        super().__init__()
        self.in_channels = in_channels
        self.given_channels = in_channels + (out_channels + 1 if hints else 0)
        if not SMALLEST <= levels <= LARGEST:
            raise ValueError(
                f"Expected a U-Net of {SMALLEST} to {LARGEST} levels, found {levels}; images of 64 "
                "pixels take 6, of 256 take 8."
            )
        self.multiple = 2**levels
        # instance norm of a single pixel is 0, so the innermost level needs two by two before it
        self.smallest = 2**levels
        # halvings and doublings look 1, 2, 4, ... pixels beyond themselves each
        self.reach = 2 * 2**levels
        widths = [width * min(8, 2**i) for i in range(levels)]
        bias = norm != "batch"
        self.down = nn.ModuleList([down(self.given_channels, width, "none", bias)])
        for before, after in pairwise(widths[:-1]):
            self.down.append(down(before, after, norm, bias))
        self.down.append(down(widths[-2], widths[-1], "none", bias))
        dropped = range(1, levels - 4)  # those between two levels of 8 times the width
        self.up = nn.ModuleList()
        for depth, (before, after) in enumerate(pairwise(widths[::-1])):
            rate = dropout if depth in dropped else 0.0
            wide = before if depth == 0 else 2 * before
            self.up.append(up(wide, after, norm, bias, rate, upsample))
        self.close_gaps = close_gaps
        self.keep_lines = keep_lines
        self.palette = Palette(palette, out_channels) if palette else None
        last = len(palette) if palette else out_channels
        self.up.append(upsampling(upsample, 2 * width, last, kernel=4, bias=True))
        normal_weights(self)
        self.modulations = modulations(widths[::-1], condition_dim)

    def forward(
        self,
        images: torch.Tensor,
        condition: torch.Tensor | None = None,
        scores: bool = False,
    ) -> torch.Tensor | tuple[torch.Tensor, torch.Tensor]:
        """The output, and where asked for the scores (N, K, H, W) of the palette's colours.

        Args:
            condition: (N, condition_dim); None says nothing, as zeros do.
        """
        skips = [self.down[0](images)]
        for level in self.down[1:]:
            skips.append(level(F.leaky_relu(skips[-1], 0.2)))
        x = modulated(self.modulations, 0, skips.pop(), condition)
        for depth, level in enumerate(self.up[:-1], start=1):
            inner = modulated(self.modulations, depth, level(F.relu(x)), condition)
            x = torch.cat([skips.pop(), inner], dim=1)
        x = self.up[-1](F.relu(x))
        output = torch.tanh(x) if self.palette is None else self.palette(x)
        if self.keep_lines:
            output = with_lines(output, images[:, : self.in_channels])
        return (output, x) if scores else output


def down(before: int, after: int, norm: str, bias: bool) -> nn.Sequential:
    """Halve with a 4x4 convolution, then normalise."""
    return nn.Sequential(StridedConvolution(before, after, bias), *normalisation(norm, after))


def up(
    before: int, after: int, norm: str, bias: bool, dropout: float, upsample: str
) -> nn.Sequential:
    """Double, normalise, and drop where the level takes dropout."""
    layers = [upsampling(upsample, before, after, kernel=4, bias=bias), *normalisation(norm, after)]
    return nn.Sequential(*layers, *([nn.Dropout(dropout)] if dropout else []))
