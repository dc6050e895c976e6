"""How much of a picture stays in its translation, and what is laid over it: edges, light and dark,
grain."""

import math
from collections.abc import Iterable

from torch import Tensor
from torch.nn import functional as F

from training.metrics.pixels import luminance

GREYS = 255
FLAT = 2.0  # grey levels of local deviation, below which a place is flat
STROKES = 4.0  # deviation in pixels of the Gaussian that takes a painting's strokes away
BENEATH = 0.5  # as `FLAT`, beneath the strokes: of photographs both find as many pixels flat
MOVED = 0.4  # of the range of luminance


def edge_ssim(one: Tensor, other: Tensor) -> float:
    """SSIM (Wang 2004) of the Sobel gradient magnitudes of the luminance of two images (C, H, W) in
    [-1, 1]: 1 where all edges stay, whatever the colours become."""
    from kornia.filters import sobel
    from kornia.metrics import ssim

    x, y = (sobel(unit_luminance(image)).clamp(0, 1) for image in (one, other))
    return ssim(x, y, window_size=11).mean().item()


def moved_share(one: Tensor, other: Tensor) -> float:
    """The share of pixels of two images (C, H, W) in [-1, 1] whose luminance differs by more than
    40 % of its range."""
    apart = (unit_luminance(one) - unit_luminance(other)).abs()
    return (apart > MOVED).double().mean().item()


def grain(pairs: Iterable[tuple[Tensor, Tensor]], level: float = FLAT) -> float | None:
    """How grainy images are where others, beneath them, are flat, in grey levels of 255:

    sqrt(mean d(y)^2) over all pixels at which d(x) < level, d the `local_deviation` of luminance.
    White noise of deviation s has sqrt(8 / 9) s. None where nothing is flat.

    Args:
        pairs: x and y, (C, H, W) in [-1, 1] each.
        level: grey levels, below which a place is flat.
    """
    squares, count = 0.0, 0
    for x, y in pairs:
        flat = local_deviation(unit_luminance(x)) < level
        squares += local_deviation(unit_luminance(y))[flat].square().sum().item()
        count += int(flat.sum())
    return math.sqrt(squares / count) if count else None


def own_grain(images: Iterable[Tensor]) -> float | None:
    """The grain of paintings (C, H, W) in [-1, 1] themselves: where they are flat beneath their
    strokes, which a Gaussian of 4 pixels takes away."""
    from kornia.filters import gaussian_blur2d

    window = 2 * math.ceil(3 * STROKES) + 1

    def beneath(image: Tensor) -> Tensor:
        size, sigma = (window, window), (STROKES, STROKES)
        return gaussian_blur2d(image[None], size, sigma, border_type="replicate")[0]

    return grain(((beneath(image), image) for image in images), BENEATH)


def local_deviation(images: Tensor) -> Tensor:
    """The deviation of each pixel's 3x3 neighbourhood from its mean, in grey levels of 255, of
    images (N, 1, H, W) in [0, 1]: sqrt(mean(x^2) - mean(x)^2)."""
    x = F.pad(images.double() * GREYS, (1, 1, 1, 1), mode="replicate")
    mean, square = (F.avg_pool2d(power, 3, stride=1) for power in (x, x.square()))
    return (square - mean.square()).clamp(min=0).sqrt()


def unit_luminance(image: Tensor) -> Tensor:
    """The luminance (1, 1, H, W) in [0, 1] of an image (C, H, W) in [-1, 1]."""
    return luminance(image[None].add(1).div(2))
