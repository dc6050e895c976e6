"""Convolutions of few pixels, computed as matrix products.

Where an image is down to a few pixels, a layer is nearly all weights: 8 million of them for four
pixels in the middle of a U-Net. A convolution rearranges its weights for each call, forward and
backward, which then takes far longer than the arithmetic; a matrix product takes them as they
are. The result is the same up to rounding. With many pixels it is the other way round.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

MOST_PIXELS = 256  # pixels of all images of a batch together, at the smaller end of the layer
KERNEL, STRIDE = 4, 2


def as_matrix_product(count: int) -> bool:
    """Whether so many pixels are few enough for a matrix product; an export, whose sizes stay open,
    has one way for all."""
    return not torch.compiler.is_exporting() and count <= MOST_PIXELS


class StridedConvolution(nn.Conv2d):
    """A 4x4 convolution of stride 2: (N, before, H, W) -> (N, after, H / 2, W / 2)."""

    def __init__(self, before: int, after: int, bias: bool = True):
        super().__init__(before, after, KERNEL, STRIDE, 1, bias=bias)

    def forward(self, x: Tensor) -> Tensor:
        height, width = x.shape[2] // STRIDE, x.shape[3] // STRIDE
        if not as_matrix_product(x.shape[0] * height * width):
            return super().forward(x)
        columns = F.unfold(x, KERNEL, padding=1, stride=STRIDE).transpose(1, 2)
        product = F.linear(columns, self.weight.flatten(1), self.bias)
        return product.transpose(1, 2).unflatten(2, (height, width))


class TransposedConvolution(nn.ConvTranspose2d):
    """A transposed 4x4 convolution of stride 2: (N, before, H, W) -> (N, after, 2 H, 2 W)."""

    def __init__(self, before: int, after: int, bias: bool = True):
        super().__init__(before, after, KERNEL, STRIDE, 1, bias=bias)

    def forward(self, x: Tensor) -> Tensor:  # type: ignore[override]  # one size of output
        return transposed_convolution(x, self.weight, self.bias, padding=1)


def transposed_convolution(x: Tensor, weight: Tensor, bias: Tensor | None, padding: int) -> Tensor:
    """The transposed convolution of stride 2 of x (N, before, H, W) by a kernel (before, after, 4,
    4)."""
    count, _, height, width = x.shape
    if not as_matrix_product(count * height * width):
        return F.conv_transpose2d(x, weight, bias, STRIDE, padding)
    columns = x.flatten(2).transpose(1, 2) @ weight.flatten(1)
    size = tuple(STRIDE * (side - 1) + KERNEL - 2 * padding for side in (height, width))
    image = F.fold(columns.transpose(1, 2), size, KERNEL, padding=padding, stride=STRIDE)
    return image if bias is None else image + bias[:, None, None]
