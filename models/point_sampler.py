"""PointSampler: noise to points in one or two dimensions."""

from pathlib import Path

import torch

from models.sampler import Sampler


class PointSampler:
    """An exported generator of points, which learned a mixture in one or two dimensions; it draws
    numbers, not pictures.

    Attributes:
        name: the model's name.
        folder: where it lies.
        config: all that config.json says.
    """

    def __init__(self, folder: str | Path):
        self.sampler = Sampler(folder)
        self.name, self.folder = self.sampler.name, self.sampler.folder
        self.config = self.sampler.config

    def draw_points(self, count: int, seed: int) -> torch.Tensor:
        """Points (count, D), float32; the same seed gives the same points."""
        with torch.inference_mode():
            return self.sampler.network(self.sampler.noise(count, seed)).flatten(1)
