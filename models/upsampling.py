"""A translation made at a small size, carried to the size of its picture, with the picture's edges.

Strokes belong to the translation and are enlarged with it; edges belong to the picture and are as
sharp as there. With the small picture x, its translation y and the whole picture X, this is

    Y = up(y) + up(A) (X - up(x)),    A = cov(y, x) (cov(x, x) + eps I)^-1

A is the gain of the guided filter (He, Sun and Tang 2013), found at the small size and enlarged as
by the fast one (He and Sun 2015, https://arxiv.org/abs/1505.00996). What the filter would erase,
strokes that the picture does not have, stays here, for y itself is enlarged and not its fit. Where
the picture has an edge, X - up(x) is what the enlarging lost of it; where it is flat, its noise
meets a gain near 0. Y is kept within the values that y has nearby, so that nothing rings.
"""

from collections.abc import Iterator

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional as F

from models.images import pixels_to_images, pixels_to_tensor, tensor_to_pixels

RADIUS = 2  # of the windows that a gain is found in, at the small size
NOISE = 0.08  # deviation, on a scale of 2, above which the picture has an edge and no noise
PIXELS = 2**18  # carried at a time, for a large picture in float32 fills the memory


def carried(pixels: np.ndarray, given: Tensor, output: Tensor) -> Iterator[tuple[slice, Tensor]]:
    """The translation of a picture at its whole size, some rows at a time.

    Args:
        pixels: the picture, uint8 (H, W) or (H, W, C).
        given: the same made smaller, (1, C, h, w) in [-1, 1].
        output: its translation, (1, C', h, w) in [-1, 1].

    Yields:
        rows, and what stands there: (1, C', rows, W), within the values of `output` nearby.
    """
    height, width = pixels.shape[:2]
    near = F.pad(output, (1, 1, 1, 1), mode="replicate")
    low, high = -F.max_pool2d(-near, 3, 1), F.max_pool2d(near, 3, 1)
    slopes = gains(given, output).flatten(1, 2)
    smooth, bounded = torch.cat([output, given], 1), torch.cat([slopes, low, high], 1)
    count, channels = output.shape[1], given.shape[1]
    across = {mode: weights(given.shape[2], height, mode) for mode in ("bicubic", "bilinear")}
    rows_at_once = max(1, PIXELS // width)
    for top in range(0, height, rows_at_once):
        rows = slice(top, min(height, top + rows_at_once))
        translated, blurred = enlarged(smooth, across, rows, width, "bicubic").split(
            [count, channels], 1
        )
        slope, low_here, high_here = enlarged(bounded, across, rows, width, "bilinear").split(
            [count * channels, count, count], 1
        )
        detail = pixels_to_tensor(pixels[rows].reshape(-1, width, channels)) - blurred
        detail = torch.einsum("noihw,nihw->nohw", slope.unflatten(1, (count, channels)), detail)
        yield rows, (translated + detail).clamp(low_here, high_here)


def with_edges_of(picture: Image.Image, given: Tensor, output: Tensor) -> Image.Image:
    """The translation of a picture, from that of the picture made smaller."""
    pixels = np.array(picture)
    result = np.empty((*pixels.shape[:2], output.shape[1]), np.uint8)
    for rows, images in carried(pixels, given, output):
        result[rows] = tensor_to_pixels(images)[0]
    return pixels_to_images(result[None])[0]


def gains(given: Tensor, output: Tensor) -> Tensor:
    """A = cov(y, x) (cov(x, x) + eps I)^-1 in the window around each pixel, averaged over it.

    Args:
        given, output: x (N, C, h, w) and y (N, C', h, w).

    Returns:
        (N, C', C, h, w).
    """
    own, shared = covariance(given, given), covariance(output, given)
    identity = torch.eye(given.shape[1])[None, :, :, None, None]
    return mean(torch.einsum("nokhw,nkihw->noihw", shared, inverse(own + NOISE**2 * identity)))


def covariance(one: Tensor, other: Tensor) -> Tensor:
    """E(one other^T) - E(one) E(other)^T in the window around each pixel: (N, C', C, h, w)."""
    products = mean(one[:, :, None] * other[:, None])
    return products - mean(one)[:, :, None] * mean(other)[:, None]


def mean(images: Tensor) -> Tensor:
    """The mean of the window around each pixel, of what of it lies within: (..., h, w)."""
    flat = images.flatten(0, -3)[:, None]
    side = 2 * RADIUS + 1
    means = F.avg_pool2d(flat, side, 1, RADIUS, count_include_pad=False)
    return means.view_as(images)


def inverse(matrices: Tensor) -> Tensor:
    """The inverse of symmetric matrices (N, C, C, h, w) of 1 or 3 rows: the adjugate over the
    determinant, for a solver takes a microsecond for every pixel."""
    if matrices.shape[1] == 1:
        return 1 / matrices
    a, b, c = matrices.unbind(1)
    adjugate = torch.stack([b.cross(c, dim=1), c.cross(a, dim=1), a.cross(b, dim=1)], 2)
    return adjugate / (a * adjugate[:, :, 0]).sum(1)[:, None, None]


def weights(small: int, large: int, mode: str) -> Tensor:
    """What each of the `small` pixels of a line counts for in each of `large`: (large, small), of
    sum 1 along the small ones."""
    line = torch.eye(small)[None, None]
    return F.interpolate(line, (large, small), mode=mode, antialias=True)[0, 0]


def enlarged(
    images: Tensor, across: dict[str, Tensor], rows: slice, width: int, mode: str
) -> Tensor:
    """Some rows of small images (N, C, h, w), enlarged: (N, C, rows, width)."""
    here = across[mode][rows]
    used = here.any(0).nonzero().flatten()
    part = slice(int(used[0]), int(used[-1]) + 1)
    size = (part.stop - part.start, width)
    return here[:, part] @ F.interpolate(images[:, :, part], size, mode=mode, antialias=True)
