"""Noise on what a generator is given."""

import torch
from torch import Tensor, nn

from models.strokes import drawn_out


def noisy(
    images: Tensor, deviation: float, stroke_length: float = 0, edges: Tensor | None = None
) -> Tensor:
    """Images (N, C, H, W) in [-1, 1] with Gaussian noise, whose standard deviation is given on the
    scale from 0 to 1; the images themselves where it is 0.

    Args:
        stroke_length: pixels over which the noise is drawn out along edges.
        edges: images of the same size that have them; the images themselves where not given.
    """
    if not deviation:
        return images
    if stroke_length:  # the white noise is not kept: it is as large as the images
        edges = images if edges is None else edges
        noise = drawn_out(torch.randn_like(images), edges, stroke_length)
    else:
        noise = torch.randn_like(images)
    return noise.mul_(2 * deviation).add_(images)


def as_expected(network: nn.Module, images: Tensor, edges: Tensor | None = None) -> Tensor:
    """Images with the noise that a generator was trained to be given, if any, as by `noisy`; hints,
    which come after them, have none."""
    if not (deviation := expected_noise(network)):
        return images
    own = getattr(network, "in_channels", images.shape[1])
    given = noisy(images[:, :own], deviation, getattr(network, "stroke_length", 0), edges)
    return given if own == images.shape[1] else torch.cat([given, images[:, own:]], 1)


def expected_noise(network: nn.Module) -> float:
    """The deviation of the noise that a generator was trained to be given."""
    return getattr(network, "input_noise", 0.0)
