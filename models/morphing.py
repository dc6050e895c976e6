"""The way from one picture of a generator to another."""

import torch
from torch import Tensor

from models.networks import NoiseToImage


def way_between(network: NoiseToImage, noise: Tensor, labels: Tensor | None, frames: int) -> Tensor:
    """Images (frames, C, H, W) from the first of two to the second.

    The noise goes on the sphere (White 2016): halfway points keep the length that the generator
    knows. What tells it the class or the words goes on a line.

    Args:
        noise: of both, (2, D).
        labels: of both, as the network takes them.
    """
    with torch.inference_mode():
        latents = network.input(noise, labels)
        way = torch.linspace(0, 1, frames)[:, None]
        mixed = torch.lerp(latents[:1], latents[1:], way)
        mixed[:, : noise.shape[1]] = slerp(noise[:1], noise[1:], way)
        return network.decode(mixed)


def slerp(start: Tensor, end: Tensor, way: Tensor) -> Tensor:
    """Spherical interpolation (Shoemake 1985) between vectors (1, D) at `way` (N, 1) from 0 to
    1."""
    cosine = torch.nn.functional.cosine_similarity(start, end).clamp(-1, 1)
    angle = torch.arccos(cosine)
    if angle < 1e-3:
        return torch.lerp(start, end, way)
    return (torch.sin((1 - way) * angle) * start + torch.sin(way * angle) * end) / torch.sin(angle)
