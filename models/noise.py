"""Noise on what a generator is given."""

import torch
from torch import Tensor, nn


def noisy(images: Tensor, deviation: float) -> Tensor:
    """Images (N, C, H, W) in [-1, 1] with Gaussian noise, whose standard deviation is given on the
    scale from 0 to 1; the images themselves where it is 0."""
    if not deviation:
        return images
    return torch.randn_like(images).mul_(2 * deviation).add_(images)


def expected_noise(network: nn.Module) -> float:
    """The deviation of the noise that a generator was trained to be given."""
    return getattr(network, "input_noise", 0.0)
