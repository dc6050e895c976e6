"""Noise on what a generator is given."""

import torch
from torch import Tensor, nn

from models.strokes import drawn_out


def noisy(images: Tensor, deviation: float, stroke_length: float = 0) -> Tensor:
    """Images (N, C, H, W) in [-1, 1] with Gaussian noise, whose standard deviation is given on the
    scale from 0 to 1; the images themselves where it is 0.

    Args:
        stroke_length: pixels over which the noise is drawn out along the images' edges.
    """
    if not deviation:
        return images
    noise = torch.randn_like(images)
    if stroke_length:
        noise = drawn_out(noise, images, stroke_length)
    return noise.mul_(2 * deviation).add_(images)


def as_expected(network: nn.Module, images: Tensor) -> Tensor:
    """Images with the noise that a generator was trained to be given, if any."""
    return noisy(images, expected_noise(network), getattr(network, "stroke_length", 0))


def expected_noise(network: nn.Module) -> float:
    """The deviation of the noise that a generator was trained to be given."""
    return getattr(network, "input_noise", 0.0)
